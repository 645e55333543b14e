package sampler

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// lookAgain is how often a ring that is waited for is looked for.
const lookAgain = 250 * time.Millisecond

// Finder opens the ring that is waited for; [ErrNoSuchRing] means not yet.
type Finder func(ctx context.Context) (Source, error)

// Follow is a Source that waits for a ring, and after its end for its successor. what names it in the user's words: "a ring named rb".
// It ends only with an error of find other than ErrNoSuchRing.
func Follow(ctx context.Context, what string, find Finder) Source {
	return &following{ctx: ctx, what: what, find: find}
}

type following struct {
	ctx    context.Context //nolint:containedctx // that of the watch: find is called from Look, which has none
	what   string
	find   Finder
	source Source
	asked  time.Time
}

func (f *following) Look(now time.Time, in Intake) (Pace, error) {
	if f.source == nil {
		if !f.asked.IsZero() && now.Sub(f.asked) < lookAgain {
			return Pace{Tick: lookAgain}, nil
		}
		f.asked = now
		source, err := f.find(f.ctx)
		switch {
		case errors.Is(err, ErrNoSuchRing):
			in.Begin(now)
			in.Wait(f.what)
			return Pace{Tick: lookAgain}, nil
		case err != nil:
			return Pace{}, fmt.Errorf("wait for %s: %w", f.what, err)
		}
		f.source = source
	}
	pace, err := f.source.Look(now, successorIntake{in})
	if err != nil || !pace.Done {
		return pace, err
	}
	err = f.source.Close()
	f.source = nil
	f.asked = now // a successor is not there yet: the program restarts
	if err != nil {
		return Pace{}, fmt.Errorf("let go of %s: %w", f.what, err)
	}
	in.Wait(f.what)
	return Pace{Moved: true, Tick: lookAgain}, nil
}

func (f *following) Detail(now time.Time, focus model.Focus) model.Detail {
	if f.source == nil {
		return model.Detail{}
	}
	return f.source.Detail(now, focus)
}

func (f *following) Close() error {
	if f.source == nil {
		return nil
	}
	return f.source.Close()
}

func (f *following) Suspend() error {
	if s, ok := f.source.(Suspender); ok {
		return s.Suspend()
	}
	return nil
}

func (f *following) Resume() error {
	if s, ok := f.source.(Suspender); ok {
		return s.Resume()
	}
	return nil
}

// Dump reads the records of the ring that is watched now.
func (f *following) Dump(payload int, visit func(model.Row) bool) error {
	if d, ok := f.source.(Dumper); ok {
		return d.Dump(payload, visit)
	}
	return fmt.Errorf("wait for %s: %w", f.what, ErrNoSuchRing)
}

// successorIntake keeps the end of one ring from ending the watch.
type successorIntake struct{ Intake }

func (s successorIntake) Ended(string) {}

var _ ringcore.Sink = successorIntake{}
