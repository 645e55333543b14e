package tui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
)

// TestASilentTerminalIsLeft: what never answers delays the end of a program that fails by no more than replyTime, and what has answered by
// nothing.
func TestASilentTerminalIsLeft(t *testing.T) {
	for _, at := range []struct {
		name    string
		asks    bool
		answers bool
		wait    time.Duration
	}{
		{"nothing was asked", false, false, 0},
		{"it has answered", true, true, 0},
		{"it is silent", true, false, replyTime},
	} {
		t.Run(at.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var r replies
				if at.asks && r.ask() == nil {
					t.Fatal("nothing is asked")
				}
				if at.answers && r.told() != nil {
					t.Fatal("an answer ends the program")
				}
				begin := time.Now()
				if _, ok := r.quit()().(tea.QuitMsg); !ok {
					t.Error("the program goes on")
				}
				if d := time.Since(begin); d != at.wait {
					t.Errorf("it ends after %v, expected %v", d, at.wait)
				}
			})
		})
	}
	r := replies{}
	r.ask()
	if r.quit() == nil || r.told() == nil {
		t.Error("the answer for which the program waits does not end it")
	}
}

// TestAnAnswerIsNoKey has the position of a cursor in the first line come late: what reads it, reports F3 as well.
func TestAnAnswerIsNoKey(t *testing.T) {
	v := still(120, 36, Config{Still: slow()})
	v.Init()
	press(v, "m")
	f3 := tea.KeyPressMsg{Code: tea.KeyF3}
	v.Update(f3)
	v.Update(tea.CursorPositionMsg{})
	if s := screen(v); !strings.Contains(s, "mouse on") {
		t.Errorf("the answer takes away what is told:\n%s", s)
	}
	v.Update(f3) // and now it is one
	if s := screen(v); strings.Contains(s, "mouse on") {
		t.Errorf("a key leaves what is told:\n%s", s)
	}
}
