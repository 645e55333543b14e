package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringscope/model"
)

// eventful is the moment of the documentation with what went before: a burst that is over, and a finding that the reader's slowness hides.
func eventful() *model.Moment {
	m := slow()
	began := m.Findings[0].Since
	burst := model.Finding{
		Code: model.Burst, Severity: model.Warning, Since: begin.Add(362 * time.Second),
		Evidence: model.Evidence{Came: 51 * mib / 10, Within: 400 * time.Millisecond, Needed: 16 * mib, Size: 8 * mib},
	}
	at := slow()
	at.Sample.At = burst.Since
	at.Findings = []model.Finding{burst}
	m.History.Kept = []*model.Moment{at}
	m.History.Marks = []model.Mark{
		{At: begin, Kind: model.MarkAttached, ID: 167},
		{At: begin.Add(200 * time.Second), Kind: model.MarkEnded, Code: model.HeadBusy, Severity: model.Problem},
		{At: burst.Since, Kind: model.MarkBegan, Code: burst.Code, Severity: burst.Severity},
		{At: burst.Since.Add(19 * time.Second), Kind: model.MarkEnded, Code: burst.Code, Severity: burst.Severity},
		{At: began, Kind: model.MarkBegan, Code: model.ConsumerSlow, Severity: model.Problem},
		{At: began.Add(2 * time.Second), Kind: model.MarkBegan, Code: model.Undersized, Severity: model.Warning},
	}
	return m
}

func TestTurningTheLowerPane(t *testing.T) {
	v := still(120, 36, Config{Still: eventful()})
	shows(t, v, "╭─ 1 RECORDS  ", "6 findings ▲1 ")
	press(v, "6")
	shows(t, v, " 1 records ", "6 FINDINGS ▲1 ", "▸ ▲  02:13:05 - now")
	press(v, "tab")
	shows(t, v, "1 RECORDS", "6 findings ▲1")
	v.Update(tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift})
	shows(t, v, "6 FINDINGS")
	press(v, "5")
	shows(t, v, "6 FINDINGS", "5 sizing: what another size would have held is not known")
	press(v, "2")
	shows(t, v, "6 FINDINGS", "2 writers: where programs write this ring is not known")
	press(v, "g")
	shows(t, v, "1 RECORDS")
}
