package tui

import (
	"testing"

	"ringscope/model"
	"ringscope/ui/text"
)

// TestOneShareOfZeros: the tab of lengths says what the finding says.
func TestOneShareOfZeros(t *testing.T) {
	m := bestMoment(t, "padded")
	v := still(120, 36, Config{Still: m, Frozen: true})
	press(v, "4")
	for _, f := range m.Findings {
		if f.Code == model.OversizedRecord {
			shows(t, v, "~"+text.Percent(f.Evidence.Ratio)+" of the payload is zeros at the end")
			return
		}
	}
	t.Error("there is no such finding")
}
