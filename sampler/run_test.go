package sampler_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"ringscope/model"
	"ringscope/sampler"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestWatchTicksAndPublishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newScripted(t, 16<<20)
		w := sampler.Start(t.Context(), src, onTimer())
		settle(10*time.Second + time.Millisecond)
		m := w.Latest()
		// 16 MiB at 2 GB/s, a quarter of it: 2.1 ms.
		if src.looks.Load() < 4500 || src.looks.Load() > 5000 {
			t.Errorf("%d looks in 10 s, want one each 2.1 ms", src.looks.Load())
		}
		if m.Sample.Seq < 95 || m.Sample.Seq > 101 {
			t.Errorf("%d moments in 10 s, want one each 0.1 s", m.Sample.Seq)
		}
		if got := m.Sample.Observer.Interval; !got.Known() || got.V < 2*time.Millisecond || got.V > 3*time.Millisecond {
			t.Errorf("interval %+v", got)
		}
		if err := w.Stop(); err != nil || src.closed != 1 {
			t.Errorf("stop: %v, closed %d times", err, src.closed)
		}
		<-w.Done()
	})
}

func TestTickFollowsTheSize(t *testing.T) {
	for size, want := range map[uint64]time.Duration{
		4096: 500 * time.Microsecond, 256 << 10: 500 * time.Microsecond,
		16 << 20: 2097152, 2 << 30: 100 * time.Millisecond,
	} {
		if got := sampler.TickFor(size, 0); got != want {
			t.Errorf("tick of %d bytes is %v, want %v", size, got, want)
		}
	}
	if got := sampler.TickFor(16<<20, 4e9); got != 1048576 {
		t.Errorf("tick of 16 MiB after 4 GB/s is %v", got)
	}
}

// TestStopSeesEverything writes right before the stop, when the goroutine sleeps for long.
func TestStopSeesEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newScripted(t, 1<<20)
		o := onTimer()
		o.Interval = time.Hour
		w := sampler.Start(t.Context(), src, o)
		synctest.Wait()
		begin := time.Now()
		src.write(t, 1000)
		if err := w.Stop(); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("stopping took %v of simulated time", took)
		}
		if got := w.Latest().Sample.Totals; got.Records != 1000 || got.Committed != 1000 || got.Bytes != 64_000 {
			t.Errorf("last totals %+v", got)
		}
	})
}

func TestPanicBecomesTheError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newScripted(t, 1<<20)
		src.at = func(look int, _ *scripted, _ sampler.Intake) (sampler.Pace, error) {
			if look == 3 {
				panic("on purpose")
			}
			return sampler.Pace{}, nil
		}
		w := sampler.Start(t.Context(), src, onTimer())
		<-w.Done()
		var p *sampler.PanicError
		if err := w.Err(); !errors.As(err, &p) || p.Value != "on purpose" || !strings.Contains(string(p.Stack), "run_test.go") {
			t.Errorf("error %v", err)
		}
		if src.closed != 1 {
			t.Errorf("closed %d times", src.closed)
		}
	})
}

func TestSourceErrorEndsTheWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		src := newScripted(t, 1<<20)
		src.at = func(look int, _ *scripted, _ sampler.Intake) (sampler.Pace, error) {
			if look == 2 {
				return sampler.Pace{}, broken
			}
			return sampler.Pace{}, nil
		}
		w := sampler.Start(t.Context(), src, onTimer())
		<-w.Done()
		if !errors.Is(w.Err(), broken) || !errors.Is(w.Stop(), broken) {
			t.Errorf("error %v", w.Err())
		}
		if err := w.Suspend(); err == nil {
			t.Error("an ended watch was suspended")
		}
	})
}

func TestRingThatEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newScripted(t, 1<<20)
		src.at = func(look int, s *scripted, in sampler.Intake) (sampler.Pace, error) {
			if look < 5 {
				s.write(t, 1)
				return sampler.Pace{}, nil
			}
			in.Ended(model.EndOwnerGone)
			return sampler.Pace{Done: true}, nil
		}
		w := sampler.Start(t.Context(), src, onTimer())
		<-w.Done()
		m := w.Latest()
		if w.Err() != nil || m.Sample.State != model.Ended || m.Why != model.EndOwnerGone {
			t.Errorf("error %v, state %v, why %q", w.Err(), m.Sample.State, m.Why)
		}
		if m.Sample.Totals.Records != 4 {
			t.Errorf("%d records in the last moment, want 4", m.Sample.Totals.Records)
		}
	})
}

// TestIdleWaitsForTheRing asks that a quiet ring is waited for, with the longest wait one frame, and ticks again after it moved.
func TestIdleWaitsForTheRing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newScripted(t, 1<<20)
		idles := 0
		wake := make(chan struct{})
		src.at = func(int, *scripted, sampler.Intake) (sampler.Pace, error) {
			return sampler.Pace{Idle: func(ctx context.Context, most time.Duration) {
				idles++
				if most <= 0 || most > sampler.DefaultPublish {
					t.Errorf("asked to wait for %v", most)
				}
				select {
				case <-wake:
				case <-ctx.Done():
				case <-time.After(most):
				}
			}}, nil
		}
		w := sampler.Start(t.Context(), src, onTimer())
		settle(time.Second)
		ticked := src.looks.Load()
		settle(10 * time.Second)
		if waited := src.looks.Load() - ticked; waited > 105 || idles < 95 {
			t.Errorf("%d looks and %d waits in 10 quiet seconds", waited, idles)
		}
		src.write(t, 1)
		wake <- struct{}{}
		settle(100 * time.Millisecond)
		if got := src.looks.Load() - ticked; got < 200 {
			t.Errorf("%d looks after the ring moved, want ticks again", got)
		}
		if err := w.Stop(); err != nil {
			t.Error(err)
		}
	})
}

// TestHurry writes little and then much between two looks, and asks how the sampler then sleeps.
func TestHurry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size = 1 << 20
		src := newScripted(t, size)
		var hurried [3]bool // after look 1 nothing, after look 2 little, after look 3 much
		src.at = func(look int, s *scripted, _ sampler.Intake) (sampler.Pace, error) {
			pace := sampler.Pace{Done: look > len(hurried)}
			switch look {
			case 1:
				s.write(t, 10)
			case 2:
				s.write(t, size/32/64+1)
			}
			return pace, nil
		}
		slept := 0
		w := sampler.Start(t.Context(), src, sampler.Options{Sleep: func(_ context.Context, _ time.Duration, hurry bool) {
			if slept < len(hurried) {
				hurried[slept] = hurry
			}
			slept++
		}})
		<-w.Done()
		if want := [3]bool{false, false, true}; hurried != want {
			t.Errorf("hurried %v, want %v", hurried, want)
		}
	})
}
