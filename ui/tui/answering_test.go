package tui

import (
	"context"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/target"
)

// answering is a watch on a simulation that goes on step by step and answers what the viewer asks for.
type answering struct {
	*scripted
	v       *viewer
	source  sampler.Source
	account *model.Account
	now     time.Time
}

// answered is a viewer on a simulation that has run for a time.
func answered(t testing.TB, w, h int, scenario string, after time.Duration, change ...func(*target.Simulation)) *answering {
	t.Helper()
	source := simulated(t, scenario, change...)
	t.Cleanup(func() {
		if err := source.Close(); err != nil {
			t.Error(err)
		}
	})
	a := &answering{scripted: newScripted(nil), source: source, account: model.NewAccount(), now: begin}
	a.v = newViewer(context.Background(), Config{Host: "edge-7", Target: "demo", Env: []string{"LANG=C.UTF-8"}})
	a.v.Update(tea.WindowSizeMsg{Width: w, Height: h})
	a.v.Update(openedMsg{watch: a})
	a.step(t, after)
	a.step(t, textTime)
	return a
}

// slowly takes 13 s to go round 1 MiB: what is selected is not overwritten within a test.
func slowly(c *target.Simulation) { c.Size, c.Rate, c.ConsumerRate = 1*mib, 1000, 700 }

// step lets time go on, and the viewer draw a frame each tenth of a second.
func (a *answering) step(t testing.TB, d time.Duration) {
	t.Helper()
	for end := a.now.Add(d); a.now.Before(end); {
		for range 10 {
			for more := true; more; {
				pace, err := a.source.Look(a.now, a.account)
				if err != nil {
					t.Fatal(err)
				}
				more = pace.More
			}
			a.now = a.now.Add(10 * time.Millisecond)
		}
		if end.Sub(a.now) > 3*textTime { // nobody looks yet
			continue
		}
		a.latest = a.account.Publish(a.now, a.source.Detail(a.now, a.focus), model.Observation{})
		a.v.Update(tickMsg(a.now))
		a.v.View()
	}
}

// settle lets the watch answer what was asked for last.
func (a *answering) settle(t testing.TB) { a.step(t, settled*frameTime) }

func (v *viewer) clickAt(x, y int) { v.Update(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}) }
