package sampler_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scripted is a source on a ring in plain memory that does what the test says at each look.
type scripted struct {
	*sampler.Observed
	producer  *ringcore.Producer
	ring      *model.Ring
	told      bool
	looks     atomic.Int64
	closed    int
	suspended int
	resumed   int
	refuse    error
	at        func(look int, s *scripted, in sampler.Intake) (sampler.Pace, error)
}

func newScripted(t testing.TB, size uint64) *scripted {
	t.Helper()
	g := ringcore.LinuxGeometry(size, 4096)
	r, err := ringcore.NewRing(ringcore.Linux, g, ringcore.Memory{
		Consumer: make([]byte, 4096), Producer: make([]byte, 4096), Data: make([]byte, 2*size),
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := ringcore.NewProducer(r)
	if err != nil {
		t.Fatal(err)
	}
	return &scripted{
		Observed: sampler.NewObserved(r, sampler.ObservedOptions{Payload: true}), producer: p,
		ring: &model.Ring{Source: model.SourceDemo, Name: "scripted", Type: model.TypeRingbuf, Format: ringcore.Linux, Geometry: g},
	}
}

func (s *scripted) Look(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	look := int(s.looks.Add(1))
	if !s.told {
		s.told = true
		in.Ring(s.ring)
	}
	pace, err := s.Observed.Look(now, in)
	if err != nil || s.at == nil {
		return pace, err
	}
	more, err := s.at(look, s, in)
	more.Moved, more.More, more.Hurry = pace.Moved, pace.More, pace.Hurry
	return more, err
}

func (s *scripted) write(t testing.TB, n int) {
	t.Helper()
	for range n {
		v, err := s.producer.Reserve(56)
		if err != nil {
			t.Fatal(err)
		}
		s.producer.Submit(v)
	}
}

func (s *scripted) Close() error { s.closed++; return nil }

func (s *scripted) Suspend() error { s.suspended++; return s.refuse }
func (s *scripted) Resume() error  { s.resumed++; return nil }

// settle lets simulated time pass until everybody waits again.
func settle(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func onTimer() sampler.Options { return sampler.Options{Sleep: sampler.SleepOnTimer} }

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

func TestFocusTravels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newScripted(t, 1<<20)
		src.write(t, 100)
		w := sampler.Start(t.Context(), src, onTimer())
		w.Focus(model.Focus{Anchor: model.AtReader, Rows: 7, Payload: 8})
		settle(time.Second)
		d := w.Latest().Sample.Detail
		if len(d.Rows) != 7 || d.Rows[0].Pos != 0 || !d.Held || len(d.Rows[0].Payload) != 8 || d.Newer != 93*64 {
			t.Errorf("at the reader: %d rows, held %t, newer %d", len(d.Rows), d.Held, d.Newer)
		}
		w.Focus(model.Focus{Anchor: model.AtNewest, Rows: 7})
		settle(time.Second)
		d = w.Latest().Sample.Detail
		if len(d.Rows) != 7 || d.Rows[6].Pos != 99*64 || d.Rows[0].Payload != nil || d.Newer != 0 {
			t.Errorf("at the newest: %d rows, the last at %d, newer %d", len(d.Rows), d.Rows[6].Pos, d.Newer)
		}
		w.Focus(model.Focus{Anchor: model.AtPos, From: 50 * 64, Before: 2, Rows: 3})
		settle(time.Second)
		d = w.Latest().Sample.Detail
		if len(d.Rows) != 5 || d.Rows[0].Pos != 48*64 || !d.Held {
			t.Errorf("at 3200: %d rows from %d, held %t", len(d.Rows), d.Rows[0].Pos, d.Held)
		}
		every := func(r *model.Row) bool { return r.Pos%(10*64) == 0 }
		w.Focus(model.Focus{Anchor: model.AtReader, Rows: 20, Match: every})
		settle(time.Second)
		if d = w.Latest().Sample.Detail; len(d.Rows) != 10 {
			t.Errorf("%d rows match, want 10", len(d.Rows))
		}
		w.Focus(model.Focus{Anchor: model.AtNewest, Rows: 4, Match: every})
		settle(time.Second)
		if d = w.Latest().Sample.Detail; len(d.Rows) != 4 || d.Rows[3].Pos != 90*64 || d.Rows[0].Pos != 60*64 {
			t.Errorf("%d newest rows match: %+v", len(d.Rows), d.Rows)
		}
		if err := w.Stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestPlayIsTheSameEveryTime(t *testing.T) {
	play := func() *model.Moment {
		src := newScripted(t, 1<<20)
		src.at = func(look int, s *scripted, _ sampler.Intake) (sampler.Pace, error) {
			if look%10 == 0 {
				s.write(t, 1)
			}
			return sampler.Pace{Tick: 10 * time.Millisecond}, nil
		}
		moments := 0
		m, err := sampler.Play(src, time.Unix(1000, 0).UTC(), 12*time.Second, sampler.Options{}, model.Focus{Rows: 3},
			func(*model.Moment) { moments++ })
		if err != nil || src.closed != 1 {
			t.Fatalf("play: %v, closed %d times", err, src.closed)
		}
		if moments < 119 || moments > 122 {
			t.Errorf("%d moments in 12 s", moments)
		}
		return m
	}
	a, b := play(), play()
	if at := a.Sample.At; !at.Equal(time.Unix(1012, 0)) {
		t.Errorf("the last moment is of %v", at)
	}
	if a.Sample.Totals != b.Sample.Totals || a.Sample.Seq != b.Sample.Seq || a.Sample.Observer != b.Sample.Observer {
		t.Errorf("two plays differ: %+v and %+v", a.Sample, b.Sample)
	}
	if a.Sample.Totals.Records < 119 {
		t.Errorf("%d records", a.Sample.Totals.Records)
	}
	if a.Sample.Observer.CPU.Known() {
		t.Error("a simulation has CPU time")
	}
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
