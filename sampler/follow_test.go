package sampler_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ringscope/model"
	"ringscope/sampler"
)

func TestFollowWaitsAndGoesOnAtTheSuccessor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var rings []*scripted
		var there, end atomic.Bool
		find := func(context.Context) (sampler.Source, error) {
			if !there.Load() {
				return nil, fmt.Errorf("look for it: %w", sampler.ErrNoSuchRing)
			}
			s := newScripted(t, 1<<20)
			s.ring.ID = uint32(len(rings) + 1)
			s.at = func(_ int, _ *scripted, in sampler.Intake) (sampler.Pace, error) {
				if end.Swap(false) {
					in.Ended(model.EndOwnerGone)
					return sampler.Pace{Done: true}, nil
				}
				return sampler.Pace{}, nil
			}
			rings = append(rings, s)
			return s, nil
		}
		w := sampler.Start(t.Context(), sampler.Follow(t.Context(), "a ring named rb", find), onTimer())
		settle(2 * time.Second)
		if m := w.Latest(); m.Sample.State != model.Waiting || m.Wait != "a ring named rb" {
			t.Fatalf("state %v, waits for %q", m.Sample.State, m.Wait)
		}
		there.Store(true)
		settle(time.Second)
		if m := w.Latest(); m.Sample.State != model.Live || m.Sample.Ring.ID != 1 {
			t.Fatalf("state %v, ring %+v", m.Sample.State, m.Sample.Ring)
		}
		rings[0].write(t, 5)
		settle(time.Second)
		there.Store(false)
		end.Store(true)
		settle(time.Second)
		if m := w.Latest(); m.Sample.State != model.Waiting || rings[0].closed != 1 {
			t.Fatalf("after the end: state %v, closed %d times", m.Sample.State, rings[0].closed)
		}
		there.Store(true)
		settle(time.Second)
		m := w.Latest()
		if m.Sample.State != model.Live || m.Sample.Ring.ID != 2 || m.Sample.Totals.Records != 0 {
			t.Fatalf("at the successor: state %v, ring %d, %d records", m.Sample.State, m.Sample.Ring.ID, m.Sample.Totals.Records)
		}
		attached := 0
		for _, mark := range m.History.Marks {
			if mark.Kind == model.MarkAttached {
				attached++
			}
		}
		if attached != 2 {
			t.Errorf("%d marks of attaching, want 2: %+v", attached, m.History.Marks)
		}
		if err := w.Stop(); err != nil || rings[1].closed != 1 {
			t.Errorf("stop: %v, closed %d times", err, rings[1].closed)
		}
	})
}

func TestFollowEndsWithAnotherError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := sampler.Follow(t.Context(), "a ring named rb", func(context.Context) (sampler.Source, error) {
			return nil, sampler.ErrNotPermitted
		})
		w := sampler.Start(t.Context(), src, onTimer())
		<-w.Done()
		if !errors.Is(w.Err(), sampler.ErrNotPermitted) {
			t.Errorf("error %v", w.Err())
		}
	})
}
