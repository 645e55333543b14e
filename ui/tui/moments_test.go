package tui

import (
	"fmt"
	"testing"
	"time"

	"ringscope/model"
)

// TestMoments keeps the picture of a frozen view and of moments of the past.
func TestMoments(t *testing.T) {
	all := played(t, "stuck-record", 14*time.Second)
	for name, pressed := range map[string][]string{
		"frozen": {"space"}, "past": {"shift+left", "shift+left", "shift+left"}, "event": {"[", "["},
	} {
		for _, size := range sizes[:2] {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				v, w := watched(t, size[0], size[1], all[:120])
				press(v, pressed...)
				replay(v, w, all[120:])
				keep(t, v)
			})
		}
	}
}

// TestTheFirstSeconds: what is known is shown at once, what is judged follows when there is something to judge.
func TestTheFirstSeconds(t *testing.T) {
	all := played(t, "slow-consumer", 9*time.Second)
	v, w := live(t, 120, 36, all[0])
	shows(t, v, "◌ LOOKING positions read, rates follow in 1 s.", "in      ", "…", "full    ", "of 8 MiB")
	at := func(d time.Duration, want ...string) {
		t.Helper()
		for len(all) > 1 && when(all[0]).Before(begin.Add(d)) {
			all = all[1:]
			replay(v, w, all[:1])
		}
		shows(t, v, want...)
	}
	at(1100*time.Millisecond, "◌ LOOKING 1 of 2 s.")
	hides(t, v, "rates follow")
	at(2600*time.Millisecond, "● NOTHING WRONG SEEN in 2.")
	at(8500*time.Millisecond, "▲ READER TOO SLOW")
}

// TestWaitingForTheSuccessor: the ring that ended stays in history, and its successor is shown by itself.
func TestWaitingForTheSuccessor(t *testing.T) {
	all := played(t, "restart", 26*time.Second)
	v, w := live(t, 120, 36, all[0])
	waited, first := false, ring(all[0])
	for _, m := range all[1:] {
		replay(v, w, []*model.Moment{m})
		if state(m) == model.Waiting && !waited && v.figures == m {
			waited = true
			shows(t, v, "◌ WAITING for ", " ended 02:05:", "there is no ring now")
		}
	}
	if !waited || !another(all[0], all[len(all)-1]) {
		t.Fatal("the scenario has no successor")
	}
	shows(t, v, "● LIVE 9 s", "NOTHING WRONG SEEN")
	for i := 0; ring(v.shown) == nil || another(v.shown, all[0]); i++ {
		if press(v, "["); i > 20 {
			t.Fatal("[ never leads to the ring before")
		}
	}
	if got := ring(v.shown); got.Made != first.Made || v.strip().m == v.held {
		t.Errorf("%+v with the strip of the other ring", got)
	}
}
