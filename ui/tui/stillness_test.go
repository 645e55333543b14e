package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

func TestLookingBeforeAnythingIsKnown(t *testing.T) {
	v := still(80, 24, Config{Target: "name:rb"})
	shows(t, v, "LOOKING", "name:rb", "edge-7", "lost", "…", "q quit")
	v = still(80, 24, Config{Target: "demo:healthy"})
	shows(t, v, "LOOKING", "SIMULATED")
	hides(t, v, "edge-7")
}

func TestFreezeHoldsTheViewAndSamplingGoesOn(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	shows(t, v, "● LIVE 9 min", "02:14:07Z")
	press(v, "space")
	advance(v, w, 0, 12*time.Second)
	shows(t, v, "FROZEN 12 s ago (02:14:07), +12.0 k records since · passive · view complete", "space go on")
	hides(t, v, "● LIVE")
	v.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	shows(t, v, "FROZEN 12 s ago (02:14:07), +12.0 k")
	v.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	if v.shown != v.figures || v.shown == w.latest {
		t.Error("the view did not stand still")
	}
	press(v, "space")
	shows(t, v, "● LIVE", "02:14:19Z")
	if v.shown != w.latest {
		t.Error("the view did not go on at the newest moment")
	}
}

func TestFiguresStandStillLongEnoughToBeRead(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	changes, last := 0, v.figures
	for at := frameTime; at <= 10*time.Second; at += frameTime {
		w.latest = later(slow(), at)
		tickAt(v, at)
		if v.shown != w.latest {
			t.Fatal("the circle does not move at the frame rate")
		}
		if v.figures != last {
			changes, last = changes+1, v.figures
		}
	}
	if changes != 20 {
		t.Errorf("figures changed %d times in 10 s, expected 20", changes)
	}
}

func TestNothingChangedIsTheSameString(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	first := v.View().Content
	tickAt(v, frameTime)
	if v.dirty {
		t.Error("a tick without a new moment draws a frame")
	}
	if v.View().Content != first {
		t.Error("the frame changed though nothing did")
	}
}

// TestWhatMovesIsDrawnAlone draws frames of which only a part is new, and the same frames as a whole.
func TestWhatMovesIsDrawnAlone(t *testing.T) {
	for _, size := range sizes {
		for _, keys := range []string{"", "o", "e", "?", "/", "down enter"} {
			v, w := live(t, size[0], size[1], slow())
			press(v, strings.Fields(keys)...)
			alone := 0
			for at := frameTime; at <= 2*time.Second; at += frameTime {
				m := later(slow(), at)
				m.Sample.Positions.Producer.V += uint64(at/time.Millisecond) * 1000
				m.Sample.Positions.Consumer.V += uint64(at/time.Millisecond) * 1500
				w.latest = m
				tickAt(v, at)
				if !v.dirty {
					alone++
				}
				got := v.View().Content
				v.dirty = true
				if whole := v.View().Content; got != whole {
					t.Fatalf("%v after %q, %v: a part drawn alone differs", size, keys, at)
				}
			}
			if alone < 10 {
				t.Errorf("%v after %q: only %d of 20 frames were drawn in part", size, keys, alone)
			}
		}
	}
}

func TestStaleIsSaid(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	for at := frameTime; at <= 3*time.Second; at += frameTime {
		tickAt(v, at)
	}
	shows(t, v, "STALE: nothing new for 3 s")
	hides(t, v, "● LIVE")
}
