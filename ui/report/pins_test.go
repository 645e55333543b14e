package report

import (
	"testing"

	"ringscope/model"
	"ringscope/ringcore"
)

// TestPinsThatNobodyLookedFor asks that unknown pins are null, and looked for and not found an empty list.
func TestPinsThatNobodyLookedFor(t *testing.T) {
	r := &model.Ring{Source: model.SourceBPF, ID: 1, Format: ringcore.Linux, Geometry: ringcore.LinuxGeometry(4096, 4096)}
	if pins := newRing(r).Pins; pins != nil {
		t.Errorf("before a census: %q, want null", pins)
	}
	r.Looked = at
	if pins := newRing(r).Pins; pins == nil || len(pins) != 0 {
		t.Errorf("after a census that found none: %q, want an empty list", pins)
	}
}
