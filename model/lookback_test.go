package model

import (
	"slices"
	"testing"
	"time"
)

// began counts how often a finding was marked as begun.
func (w *world) began(c Code) (n int) {
	for _, m := range w.moment.History.Marks {
		if m.Kind == MarkBegan && m.Code == c {
			n++
		}
	}
	return n
}

// follow has another ring of this size follow on the one that was watched.
func (w *world) follow(size uint64) {
	ring := *w.ring
	ring.ID++
	ring.Geometry.Size = size
	w.ring, w.size = &ring, size
	w.prod, w.cons, w.seen, w.records, w.told = 0, 0, 0, nil, 0
	w.a.Ring(w.ring)
}

// TestSuccessorIsJudgedAnew: what a ring did tells nothing about the one that follows.
func TestSuccessorIsJudgedAnew(t *testing.T) {
	for name, play := range map[string]struct {
		before, after func(w *world) func()
		lasts         time.Duration
		want          []Code
	}{
		"large records before, a small ring now": {
			before: func(w *world) func() { return func() { w.put(5000); w.take(w.size) } },
			after:  func(w *world) func() { return func() { w.put(64); w.take(w.size) } },
			lasts:  20 * time.Second,
		},
		"discards before, few now": {
			before: func(w *world) func() {
				return func() {
					w.put(64)
					w.finish(w.reserve(64).pos, true)
					w.take(w.size)
				}
			},
			after: func(w *world) func() { return func() { w.put(64); w.take(w.size) } },
			lasts: 8 * time.Second,
		},
		"long pauses before, a reader that stops now": {
			before: func(w *world) func() {
				return func() {
					w.put(64)
					if w.now.Sub(begin)%(5*time.Second) < w.tick {
						w.take(w.size)
					}
				}
			},
			after: func(w *world) func() {
				from := w.now
				in := &stream{rate: 2 * kib}
				return func() {
					w.produce(in, 64)
					if w.now.Sub(from) < time.Second {
						w.take(w.size)
					}
				}
			},
			lasts: 4 * time.Second, want: []Code{ConsumerStalled, DropProne},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(256 * kib)
			w.run(20*time.Second, play.before(w))
			w.follow(4 * kib)
			w.run(play.lasts, play.after(w))
			if got := w.codes(); !slices.Equal(got, play.want) && len(got)+len(play.want) > 0 {
				t.Errorf("%v after the change: got %v, want %v", w.now.Sub(begin), got, play.want)
			}
			for _, m := range w.moment.History.Marks {
				if m.Kind == MarkBegan && m.ID == w.ring.ID && len(play.want) == 0 {
					t.Errorf("%s began", m.Code)
				}
			}
		})
	}
}

// TestNobodyLooked: the time in which the watch was suspended is no pause of the reader.
func TestNobodyLooked(t *testing.T) {
	w := newWorld(256 * kib)
	in, out := &stream{rate: 100 * kib}, &stream{rate: 1 * mib}
	// Something waits at each look: the reader is always a little behind.
	both := func() { w.consume(out); w.produce(in, 100) }
	scene(t, w, []act{{lasts: secs(5), each: both}})
	w.now = w.now.Add(time.Minute)
	w.cons, w.prod = w.prod+600*kib, w.prod+600*kib
	w.records, w.told = nil, 0
	w.look()
	if p := w.a.line.longestPause(); p > absentAfter {
		t.Errorf("a pause of %v, in which nobody looked", p)
	}
	if mean := w.a.line.slot(w.a.line.now).looked; mean > absentAfter {
		t.Errorf("looked for %v", mean)
	}
	scene(t, w, []act{
		{lasts: secs(5), each: both, want: []Code{ViewGaps}},
		{lasts: secs(4), each: func() { w.produce(in, 100) }, want: []Code{ConsumerStalled, DropProne, ViewGaps}},
	})
}

func TestDiscardsBegan(t *testing.T) {
	w := newWorld(256 * kib)
	part, owed := 0.05, 0.0
	each := func() {
		owed += part
		w.finish(w.reserve(100).pos, owed >= 1)
		if owed >= 1 {
			owed--
		}
		w.take(w.size)
	}
	w.run(40*time.Second, each)
	part = 0.5
	from := w.now
	w.run(20*time.Second, each)
	if d := w.finding(t, DiscardHeavy).Since.Sub(from); d < -time.Second || d > time.Second {
		t.Errorf("%v after it began", d)
	}
}

func TestBacklogOnArrival(t *testing.T) {
	w := newWorld(256 * kib)
	for w.used() < 230*kib {
		w.put(100)
	}
	in, out := &stream{rate: 20 * kib}, &stream{rate: 50 * kib}
	for range 60 {
		scene(t, w, []act{{lasts: secs(1), each: func() { w.consume(out); w.produce(in, 100) }}})
	}
	if n := w.began(Undersized); n > 0 {
		t.Error("nobody saw what filled it")
	}
	// What is seen to fill it afterwards counts.
	k := 0
	w.run(20*time.Second, func() {
		if k++; k%100 == 0 {
			for w.used() < 230*kib {
				w.put(100)
			}
		}
		w.take(4 * kib)
	})
	if n := w.began(Undersized) + w.began(Burst); n == 0 {
		t.Error("not told")
	}
}

func TestBlockedWhenWeCame(t *testing.T) {
	p := &passed{world: newWorld(64 * kib)}
	p.reserve(64)
	for p.put(100) {
	}
	p.cons = p.prod
	p.run(3*time.Second, nil)
	p.want(t, ReserveBlocked)
	if f := p.finding(t, ReserveBlocked); !f.Before {
		t.Errorf("since %v, before %v", f.Since.Sub(begin), f.Before)
	}
}

func TestNoRingIsLarger(t *testing.T) {
	a := NewAccount()
	for size, want := range map[uint64]uint64{1 << 20: 1 << 21, 1 << 30: 1 << 31, 1 << 31: 0} {
		a.size = size
		if got := a.roomy(size / 2); got != want {
			t.Errorf("for one of %d: %d, want %d", size, got, want)
		}
	}
	a.size = 1 << 20
	if got := a.roomy(1 << 33); got != 0 {
		t.Errorf("for 8 GiB: %d", got)
	}
}
