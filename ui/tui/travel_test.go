package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringscope/model"
)

// replay lets the viewer take moments, one a frame.
func replay(v *viewer, w *scripted, moments []*model.Moment) {
	for _, m := range moments {
		w.latest = m
		v.Update(tickMsg(when(m)))
	}
}

// watched is a viewer that has watched moments.
func watched(t *testing.T, w, h int, moments []*model.Moment) (*viewer, *scripted) {
	t.Helper()
	v, s := live(t, w, h, moments[0])
	replay(v, s, moments[1:])
	return v, s
}

func TestStepsGoBackToTheBeginningAndOnToNow(t *testing.T) {
	all := played(t, "slow-consumer", 40*time.Second)
	v, _ := watched(t, 120, 36, all)
	last := when(v.shown)
	seen := 0
	for {
		press(v, "left")
		at := when(v.shown)
		if !at.Before(last) {
			break
		}
		if v.figures != v.shown || v.shown.Past == 0 && len(v.shown.Sample.Detail.Rows) == 0 {
			t.Fatalf("%v is shown without its figures or records", at)
		}
		last = at
		seen++
	}
	if begun := when(all[0]); last.Sub(begun) > time.Second {
		t.Errorf("the last step back is %v, watching began %v", last, begun)
	}
	if seen < 300 {
		t.Errorf("%d steps in 40 s", seen)
	}
	shows(t, v, "history begins here", "FROZEN 39 s ago")
	for range seen {
		press(v, "right")
		if at := when(v.shown); !at.After(last) {
			t.Fatalf("a step on leads from %v to %v", last, at)
		} else {
			last = at
		}
	}
	if v.shown != v.held {
		t.Errorf("as many steps on lead to %v, not to %v", last, when(v.held))
	}
	press(v, "right")
	shows(t, v, "this is the newest moment")
	press(v, "end")
	shows(t, v, "● LIVE 40 s")
}

func TestAStepWithShiftIsTenSteps(t *testing.T) {
	v, _ := watched(t, 120, 36, played(t, "healthy", 20*time.Second))
	for range farStep {
		press(v, "left")
	}
	at := when(v.shown)
	press(v, "end", "shift+left")
	if !when(v.shown).Equal(at) {
		t.Errorf("shift leads to %v, ten steps to %v", when(v.shown), at)
	}
	press(v, "shift+right")
	if v.shown != v.held {
		t.Error("shift does not lead back")
	}
}

// TestEveryPanelShowsThatMoment compares the screen with that of the moment as it was.
func TestEveryPanelShowsThatMoment(t *testing.T) {
	all := played(t, "slow-consumer", 30*time.Second)
	v, _ := watched(t, 120, 36, all)
	press(v, "shift+left", "shift+left", "shift+left")
	var then *model.Moment
	for _, m := range all {
		if when(m).Equal(when(v.shown)) {
			then = m
		}
	}
	if then == nil {
		t.Fatalf("no moment was published at %v", when(v.shown))
	}
	was, _ := live(t, 120, 36, then)
	line := func(v *viewer, from, to int) string {
		return strings.Join(strings.Split(screen(v), "\n")[from:to], "\n")
	}
	if got, want := line(v, 1, 3), line(was, 1, 3); got != want {
		t.Errorf("the verdict is\n%s\nit was\n%s", got, want)
	}
	left := func(s string) (out string) {
		for _, l := range strings.Split(s, "\n") {
			out += string([]rune(l)[:44]) + "\n"
		}
		return out
	}
	if got, want := left(line(v, 3, 20)), left(line(was, 3, 20)); got != want {
		t.Errorf("the circle is\n%s\nit was\n%s", got, want)
	}
	if got, want := line(v, 4, 12), line(was, 4, 12); got != want {
		t.Errorf("the figures are\n%s\nthey were\n%s", got, want)
	}
	shows(t, v, "FROZEN 3 s ago (02:05:27.0)", "╭─ at 02:05:27Z ", "jumps there")
	hides(t, v, "g at the reader, ", " unread       ")
}

func TestJumpToTheStartOfAFinding(t *testing.T) {
	v, w := watched(t, 120, 36, played(t, "stuck-record", 40*time.Second))
	began := 0
	for _, m := range v.live.History.Marks {
		if m.Kind == model.MarkBegan {
			began++
		}
	}
	if began == 0 {
		t.Fatal("the scenario has no finding")
	}
	for i := 0; ; i++ {
		press(v, "[")
		if v.arrived == nil || i > 50 {
			t.Fatal("[ never leads to the start of a finding")
		}
		if v.arrived.Kind == model.MarkBegan {
			break
		}
	}
	if v.shown.Past != 0 || len(v.table.rows) == 0 {
		t.Errorf("its records are not shown: past %v, %d rows", v.shown.Past, len(v.table.rows))
	}
	shows(t, v, "▲ STUCK BEHIND ONE RECORD", "stuck behind one record began", "busy")
	hides(t, v, "jumps there")
	at := when(v.shown)
	press(v, "left", "]")
	if !when(v.shown).Equal(at) {
		t.Errorf("] leads to %v, the event was at %v", when(v.shown), at)
	}
	for range 50 {
		press(v, "]")
	}
	shows(t, v, "no event after this moment: end goes to now")
	for range 50 {
		press(v, "[")
	}
	shows(t, v, "no event before this moment")
	press(v, "space")
	if v.frozen() || v.shown != w.latest {
		t.Error("space does not go on")
	}
}

// TestAFrozenViewStaysAsItWas freezes for longer than history reaches back.
func TestAFrozenViewStaysAsItWas(t *testing.T) {
	all := played(t, "slow-consumer", 3*time.Minute, slowly)
	v, w := watched(t, 120, 36, all[:300])
	press(v, "space")
	looks := func() (out []string) {
		v.showHeld()
		for _, k := range []string{"left", "shift+left", "shift+left", "shift+left", "[", "right", "right"} {
			press(v, k)
			out = append(out, strings.Join(strings.Split(screen(v), "\n")[1:], "\n")) // line 1 counts on
		}
		return out
	}
	before := looks()
	replay(v, w, all[300:])
	if v.live != all[len(all)-1] {
		t.Fatal("sampling does not go on")
	}
	shows(t, v, "FROZEN 2 min 51 s ago (02:05:08", " k records since")
	for i, got := range looks() {
		if got != before[i] {
			t.Errorf("look %d has changed to\n%s\nfrom\n%s", i, got, before[i])
		}
	}
}

func TestStepsLeadIntoWhatCameSince(t *testing.T) {
	all := played(t, "slow-consumer", 20*time.Second)
	v, w := watched(t, 120, 36, all[:100])
	press(v, "space")
	at := when(v.shown)
	replay(v, w, all[100:])
	press(v, "right")
	if d := when(v.shown).Sub(at); d <= 0 || d > time.Second {
		t.Errorf("a step on leads %v on", d)
	}
	for range 200 {
		press(v, "right")
	}
	if v.shown != w.latest {
		t.Errorf("steps on end at %v, the newest moment is %v", when(v.shown), when(w.latest))
	}
}

func TestAClickOnTheTimeLineGoesThere(t *testing.T) {
	all := played(t, "burst", 60*time.Second)
	for _, size := range [][2]int{{120, 36}, {80, 24}} {
		v, _ := watched(t, size[0], size[1], all)
		peak := v.live.Sample.Occupancy.PeakAt
		at := v.layout.history
		h := v.strip()
		w := columnsOf(at.w, v.layout.boxed)
		x := at.x + (at.w-w)/2 + w - 1 - h.back(peak, scale(h.watched(), w))
		v.Update(tea.MouseClickMsg{X: x, Y: at.y + at.h - 2, Button: tea.MouseLeft})
		if !v.frozen() || when(v.shown).Sub(peak).Abs() > 2*model.CoarseSlot {
			t.Errorf("%v: a click on the peak of %v leads to %v", size, peak, when(v.shown))
		}
		x = at.x + (at.w-w)/2 + w - 1
		v.Update(tea.MouseClickMsg{X: x, Y: at.y + at.h - 2, Button: tea.MouseLeft})
		if v.shown != v.held {
			t.Errorf("%v: a click on the right end leads to %v", size, when(v.shown))
		}
	}
}

func TestHistoryAfterTheEnd(t *testing.T) {
	all := played(t, "slow-consumer", 20*time.Second)
	v, w := watched(t, 120, 36, all)
	ended := *all[len(all)-1]
	s := *ended.Sample
	s.State, ended.Why, ended.Sample = model.Ended, model.EndOwnerGone, &s
	ended.Findings = []model.Finding{{Code: model.OwnerGone, Severity: model.Warning, Since: s.At}}
	w.latest = &ended
	w.end(nil)
	v.Update(tickMsg(s.At.Add(time.Second)))
	shows(t, v, "ENDED", "GONE")
	press(v, "shift+left")
	shows(t, v, "FROZEN 1 s ago", "ended since", "READER TOO SLOW")
	press(v, "end")
	shows(t, v, "   ENDED · ", "GONE")
}

func TestAStillMomentCanLookBack(t *testing.T) {
	all := played(t, "slow-consumer", 20*time.Second)
	v := still(120, 36, Config{Still: all[len(all)-1], Frozen: true})
	before := screen(v)
	press(v, "left")
	shows(t, v, "FROZEN 0 s ago", "end back")
	press(v, "end")
	if got := screen(v); got != before {
		t.Errorf("end leads to\n%s", got)
	}
}

func TestArrowsPickWhileExplaining(t *testing.T) {
	v, _ := watched(t, 120, 36, played(t, "healthy", 5*time.Second))
	press(v, "e", "left", "right", "right")
	if v.frozen() {
		t.Error("arrows go through history while something is explained")
	}
}
