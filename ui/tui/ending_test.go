package tui

import (
	"errors"
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringscope/model"
)

func TestQuitLeaveInterrupt(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	for _, at := range []struct {
		key   string
		want  tea.Msg
		leave bool
	}{{"q", tea.QuitMsg{}, false}, {"ctrl+c", tea.InterruptMsg{}, false}, {"Q", tea.QuitMsg{}, true}} {
		msgs := press(v, at.key)
		if len(msgs) != 1 || fmt.Sprintf("%T", msgs[0]) != fmt.Sprintf("%T", at.want) || v.leave != at.leave {
			t.Errorf("%s answers %v, leave %v", at.key, msgs, v.leave)
		}
	}
}

func TestSuspendLetsGoOfTheRing(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	msgs := press(v, "ctrl+z")
	if w.suspended != 1 || len(msgs) != 1 {
		t.Fatalf("suspended %d times, answer %v", w.suspended, msgs)
	}
	_, cmd := v.Update(msgs[0])
	if _, ok := cmd().(tea.SuspendMsg); !ok {
		t.Fatal("the program is not suspended after the ring was let go of")
	}
	_, cmd = v.Update(tea.ResumeMsg{})
	if msg := cmd(); msg != (resumedMsg{}) || w.resumed != 1 {
		t.Errorf("resumed %d times, answer %v", w.resumed, msg)
	}
	_, cmd = v.Update(resumedMsg{errors.New("it is gone")})
	if cmd == nil || v.fatal == nil {
		t.Error("a ring that does not come back does not end the program")
	}
}

func TestSuspendIsRefusedWhileConsuming(t *testing.T) {
	m := slow()
	m.Sample.Observer.Consumes = true
	v, w := live(t, 120, 36, m)
	if msgs := press(v, "ctrl+z"); len(msgs) != 0 || w.suspended != 0 {
		t.Fatalf("suspended: %v", msgs)
	}
	shows(t, v, "a stopped consumer stops the ring", "CONSUMING: ringscope takes the records of this ring")
	for x := range 120 {
		if v.grid.At(x, 0).Style.Attr == 0 {
			t.Fatalf("column %d of line 1 is not in reverse", x)
		}
	}
}

func TestWatchErrorEndsTheProgram(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	w.end(errors.New("panic while sampling: boom"))
	_, cmd := v.Update(tickMsg(begin.Add(time.Second)))
	if _, ok := cmd().(tea.QuitMsg); !ok || v.fatal == nil {
		t.Errorf("fatal %v", v.fatal)
	}
}

func TestAnEndedRingStaysOnTheScreen(t *testing.T) {
	m := slow()
	m.Sample.State, m.Why = model.Ended, model.EndOwnerGone
	m.Findings = []model.Finding{{Code: model.OwnerGone, Severity: model.Warning, Since: m.Sample.At}}
	v, w := live(t, 120, 36, m)
	w.end(nil)
	for at := frameTime; at < 5*time.Second; at += frameTime {
		if cmd := v.frame(begin.Add(at)); cmd != nil {
			t.Fatal("the program ends with its ring")
		}
	}
	shows(t, v, "GONE", "ENDED", "1,158,782,840")
	hides(t, v, "STALE")
}

func TestASuccessorBeginsAtItsReader(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	press(v, "down", "enter")
	m := calm()
	m.Sample.Ring.ID = 171
	w.latest = m
	tickAt(v, time.Second)
	if v.open || v.table.anchor != model.AtReader || w.focus.Anchor != model.AtReader {
		t.Errorf("open %v, anchor %v, focus %+v", v.open, v.table.anchor, w.focus)
	}
	shows(t, v, "id 171")
	// The same ring with other owners is still the same ring.
	press(v, "down")
	m = later(m, time.Second)
	again := *m.Sample.Ring
	again.Owners = nil
	m.Sample.Ring = &again
	w.latest = m
	tickAt(v, 2*time.Second)
	if v.table.anchor != model.AtPos {
		t.Error("a held record is let go though the ring is the same")
	}
}
