package tui

import (
	"strings"
	"testing"

	"ringscope/model"
)

func TestFullRingThatTakesNothingDoesNotLookCalm(t *testing.T) {
	m := slow()
	s := m.Sample
	s.Rates.Records, s.Rates.Bytes = model.Of(0.0), model.Of(0.0)
	s.Rates.DiscardRatioBytes.How, s.Rates.OverheadRatio.How = model.NotApplicable, model.NotApplicable
	s.Largest = model.Of[uint64](72)
	for used, want := range map[uint64]string{s.Ring.Size() - 16: "refused", 4096: "nothing comes in"} {
		s.Occupancy.Used = model.Of(used)
		d := digest{s: s}
		if got := d.waste().left[0] + d.in().left[0]; !strings.Contains(got, want) || strings.Contains(got, "full") != (want == "refused") {
			t.Errorf("with %d bytes in use: %q", used, got)
		}
		s.Occupancy.Used.How = model.Sampled // as of positions that make no sense
		if got := d.waste().left[0] + d.in().left[0]; strings.Contains(got, "full") {
			t.Errorf("with positions that may be wrong: %q", got)
		}
	}
}
