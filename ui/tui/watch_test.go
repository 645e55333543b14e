package tui

import (
	"context"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringscope/model"
	"ringscope/sampler"
)

// scripted is a watch that shows what a test gives it.
type scripted struct {
	latest                    *model.Moment
	focus                     model.Focus
	focused                   int
	done                      chan struct{}
	err                       error
	stopped, asleep           bool
	suspendErr, resumeErr     error
	suspended, resumed, stops int
}

func newScripted(m *model.Moment) *scripted { return &scripted{latest: m, done: make(chan struct{})} }

func (w *scripted) Latest() *model.Moment { return w.latest }
func (w *scripted) Focus(f model.Focus)   { w.focus = f; w.focused++ }
func (w *scripted) Done() <-chan struct{} { return w.done }
func (w *scripted) Err() error            { return w.err }
func (w *scripted) Stop() error           { w.stops++; w.stopped = true; return nil }
func (w *scripted) Suspend() error        { w.suspended++; w.asleep = true; return w.suspendErr }
func (w *scripted) Resume() error         { w.resumed++; w.asleep = false; return w.resumeErr }

// end ends the watch.
func (w *scripted) end(err error) { w.err = err; close(w.done) }

// live is a viewer on a scripted watch, after its first frame.
func live(t *testing.T, w, h int, m *model.Moment) (*viewer, *scripted) {
	t.Helper()
	s := newScripted(m)
	v := newViewer(context.Background(), Config{Host: "edge-7", Target: "id:167", Env: []string{"LANG=C.UTF-8"}})
	v.Update(tea.WindowSizeMsg{Width: w, Height: h})
	v.Update(openedMsg{watch: s})
	tickAt(v, 0)
	if v.figures != m {
		t.Fatal("the first moment is not shown")
	}
	return v, s
}

var _ sampler.Watch = (*scripted)(nil)

// tickAt gives the viewer the tick that comes d after the beginning.
func tickAt(v *viewer, d time.Duration) {
	v.Update(tickMsg(begin.Add(d)))
}

// later is m d later: its clock, its totals and its producer have moved on.
func later(m *model.Moment, d time.Duration) *model.Moment {
	s := *m.Sample
	s.Seq += uint64(d / frameTime)
	s.At = s.At.Add(d)
	s.Totals.Records += uint64(d / time.Millisecond)
	next := *m
	next.Sample = &s
	return &next
}

// advance lets the watch publish a moment and the viewer take it, every frame, until d has passed since the beginning.
func advance(v *viewer, w *scripted, from, to time.Duration) {
	first := w.latest
	for at := from + frameTime; at <= to; at += frameTime {
		w.latest = later(first, at-from)
		tickAt(v, at)
	}
}
