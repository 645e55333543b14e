package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

func TestEnterVisitsTheBeginningOfAFinding(t *testing.T) {
	all := played(t, "slow-consumer", 40*time.Second)
	v, _ := watched(t, 120, 36, all)
	press(v, "6")
	listed := episodes(v.figures)
	if len(listed) == 0 || listed[0].mark == nil {
		t.Fatalf("%d findings", len(listed))
	}
	shows(t, v, " - now ", "enter its begin")
	press(v, "enter")
	if !v.frozen() || v.shown == v.held || len(v.shown.Sample.Detail.Rows) == 0 {
		t.Fatalf("frozen %v, at %v with %d records", v.frozen(), when(v.shown), len(v.shown.Sample.Detail.Rows))
	}
	if at := listed[0].mark.Seen; when(v.shown).Sub(at).Abs() > textTime {
		t.Errorf("at %v, it was seen at %v", when(v.shown), at)
	}
	shows(t, v, " - then", "6 FINDINGS", "FROZEN")
	hides(t, v, " - still")
	for _, e := range episodes(v.timeline().m) {
		if lasted, ok := e.lasted(when(v.timeline().m)); e.from.After(when(v.shown)) || ok && lasted > when(v.shown).Sub(e.from) {
			t.Errorf("%s from %v is listed at %v with %v", e.code, e.from, when(v.shown), lasted)
		}
	}
	press(v, "end")
	if v.frozen() {
		t.Error("end does not lead back to now")
	}
}

// TestWorstFindingFirst: of those that stand, the one of line 2 comes first, though another one began later; those that ended follow.
func TestWorstFindingFirst(t *testing.T) {
	m := eventful()
	all := episodes(m)
	ended := false
	for i, e := range all {
		if e.stands() && ended {
			t.Errorf("%s stands and comes after what ended", e.code)
		}
		ended = ended || !e.stands()
		if i > 0 && !e.stands() && !all[i-1].stands() && e.to.After(all[i-1].to) {
			t.Errorf("%s ended after %s and comes behind it", e.code, all[i-1].code)
		}
	}
	for i, f := range m.Findings {
		if all[i].code != f.Code {
			t.Errorf("%s is place %d of the list, want %s", all[i].code, i, f.Code)
		}
	}
}

func TestSelectingAFinding(t *testing.T) {
	v := still(120, 36, Config{Still: eventful()})
	press(v, "6", "down", "down")
	if v.pane.held.code != model.Burst {
		t.Fatalf("selected %+v", v.pane.held)
	}
	shows(t, v, "▸ △  02:11:02 - 02:11:21", "─ burst · as it was told at its beginning ")
	press(v, "e")
	if v.pick.topic != words.FindingTopic(model.Burst) {
		t.Errorf("e explains %q", v.pick.topic)
	}
	press(v, "esc", "pgdown", "down")
	shows(t, v, "what was known of it was not kept")
	press(v, "enter")
	shows(t, v, "its beginning is not kept any more")
	press(v, "m")
	lines := strings.Split(screen(v), "\n")
	for y, l := range lines {
		if strings.Contains(l, "reader too slow") {
			v.Update(tea.MouseClickMsg{X: 20, Y: y, Button: tea.MouseLeft})
		}
	}
	if v.pane.held.code != model.ConsumerSlow {
		t.Errorf("a click selects %+v", v.pane.held)
	}
	x := strings.Index(lines[v.place().y], "3 reader")
	v.Update(tea.MouseClickMsg{X: text.Width(lines[v.place().y][:x]) + 3, Y: v.place().y, Button: tea.MouseLeft})
	if v.tab() != tabReader {
		t.Errorf("a click on its name leads to tab %d", v.tab())
	}
}
