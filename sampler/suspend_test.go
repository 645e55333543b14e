package sampler_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"ringscope/sampler"
)

func TestSuspend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newScripted(t, 1<<20)
		w := sampler.Start(t.Context(), src, onTimer())
		settle(50 * time.Millisecond)
		if err := w.Suspend(); err != nil || src.suspended != 1 {
			t.Fatalf("suspend: %v, %d times", err, src.suspended)
		}
		looks := src.looks.Load()
		settle(time.Minute)
		if src.looks.Load() != looks {
			t.Errorf("%d looks while suspended", src.looks.Load()-looks)
		}
		if err := w.Resume(); err != nil || src.resumed != 1 {
			t.Fatalf("resume: %v, %d times", err, src.resumed)
		}
		settle(time.Second)
		if src.looks.Load() == looks {
			t.Error("no look after the resume")
		}
		if gap := w.Latest().Sample.Observer.MaxGap; gap >= time.Minute {
			t.Errorf("the suspension counts as a gap of %v", gap)
		}
		src.refuse = errors.New("consuming")
		if err := w.Suspend(); !errors.Is(err, src.refuse) {
			t.Errorf("a refused suspension: %v", err)
		}
		if err := w.Suspend(); !errors.Is(err, src.refuse) {
			t.Errorf("the watch does not go on after a refused suspension: %v", err)
		}
		if err := w.Stop(); err != nil {
			t.Error(err)
		}
	})
}

// TestStopWhileSuspended: a ring that was let go of can't be looked at for the last time.
func TestStopWhileSuspended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newScripted(t, 1<<20)
		w := sampler.Start(t.Context(), src, onTimer())
		settle(time.Second)
		if err := w.Suspend(); err != nil {
			t.Fatal(err)
		}
		looks := src.looks.Load()
		if err := w.Stop(); err != nil || src.closed != 1 {
			t.Errorf("stop: %v, closed %d times", err, src.closed)
		}
		if more := src.looks.Load() - looks; more != 0 {
			t.Errorf("%d looks at a ring that was let go of", more)
		}
	})
}

// unending is a source that moves faster than it can be looked at.
type unending struct{ *scripted }

func (u unending) Look(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	time.Sleep(5 * time.Millisecond)
	pace, err := u.scripted.Look(now, in)
	pace.More = true
	return pace, err
}

// TestSuspendDoesNotWaitForTheRing, nor for a long interval.
func TestSuspendDoesNotWaitForTheRing(t *testing.T) {
	soon := func(t *testing.T, src sampler.Source, o sampler.Options) {
		synctest.Test(t, func(t *testing.T) {
			w := sampler.Start(t.Context(), src, o)
			settle(time.Second)
			suspended := make(chan error, 1)
			go func() { suspended <- w.Suspend() }()
			settle(sampler.LongestTick)
			select {
			case err := <-suspended:
				if err != nil {
					t.Error(err)
				}
			default:
				t.Errorf("still waiting after %v", sampler.LongestTick)
			}
			if err := w.Stop(); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("ring", func(t *testing.T) { soon(t, unending{newScripted(t, 1<<20)}, onTimer()) })
	t.Run("interval", func(t *testing.T) {
		src, o := newScripted(t, 1<<20), onTimer()
		o.Interval = time.Minute
		soon(t, src, o)
		if looks := src.looks.Load(); looks != 1 {
			t.Errorf("%d looks in a second, want one a minute", looks)
		}
	})
}
