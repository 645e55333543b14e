package model

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestSilence plays what is normal: no finding may be said, and none may have been marked.
func TestSilence(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for name, play := range map[string]struct {
		size  uint64
		tick  time.Duration
		each  func(w *world) func()
		lasts time.Duration
	}{
		"nothing at all": {size: 64 * kib, tick: 100 * time.Millisecond, lasts: 10 * time.Minute, each: func(*world) func() { return nil }},
		"flush every 3 s": {size: 256 * kib, lasts: 5 * time.Minute, each: func(w *world) func() {
			in := &stream{rate: 25 * kib}
			return func() {
				w.produce(in, 100)
				if w.now.Sub(begin)%(3*time.Second) < w.tick {
					w.take(w.size)
				}
			}
		}},
		"flush every 3 s, 70 % full by then": {size: 256 * kib, lasts: 2 * time.Minute, each: func(w *world) func() {
			in := &stream{rate: 60 * kib}
			return func() {
				w.produce(in, 100)
				if w.now.Sub(begin)%(3*time.Second) < w.tick {
					w.take(w.size)
				}
			}
		}},
		"flush every 5.5 s": {size: 256 * kib, lasts: 5 * time.Minute, each: func(w *world) func() {
			in := &stream{rate: 15 * kib}
			return func() {
				w.produce(in, 100)
				if w.now.Sub(begin)%(5500*time.Millisecond) < w.tick {
					w.take(w.size)
				}
			}
		}},
		"caught up at 100 records/s": {size: 256 * kib, lasts: 2 * time.Minute, each: func(w *world) func() {
			in := &stream{rate: 100 * 72}
			return func() { w.produce(in, 64); w.take(w.size) }
		}},
		"10 min with noise": {size: 256 * kib, lasts: 10 * time.Minute, each: func(w *world) func() {
			in, out := &stream{}, &stream{rate: 60 * kib}
			k := 0
			return func() {
				if k++; k%20 == 0 {
					in.rate = rnd.ExpFloat64() * 20 * kib
				}
				w.produce(in, uint32(20+rnd.IntN(200)))
				if rnd.IntN(10) > 0 {
					w.consume(out)
				}
			}
		}},
		"bursts of 0.6 s every 8 s": {size: 256 * kib, lasts: 3 * time.Minute, each: func(w *world) func() {
			in, out := &stream{}, &stream{rate: 60 * kib}
			return func() {
				in.rate = 5 * kib
				if w.now.Sub(begin)%(8*time.Second) < 600*time.Millisecond {
					in.rate = 300 * kib
				}
				w.produce(in, 100)
				w.consume(out)
			}
		}},
		"looks that beat with the reader": {size: 256 * kib, tick: 100 * time.Millisecond, lasts: 5 * time.Minute, each: func(w *world) func() {
			in := &stream{rate: 400 * kib}
			next := 0.0
			return func() { // the reader empties it every 99.3 ms
				at := w.now.Sub(begin).Seconds()
				if at >= next {
					w.produce(in, 100)
					w.take(w.size)
					for next <= at {
						next += 0.0993
					}
					in.owed = 0
					for b := (at - (next - 0.0993)) * in.rate; b > 108; b -= 108 {
						w.put(100)
					}
					return
				}
				w.produce(in, 100)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(play.size)
			if play.tick > 0 {
				w.tick = play.tick
			}
			w.run(play.lasts, play.each(w))
			for _, m := range w.moment.History.Marks {
				if m.Kind == MarkBegan || m.Kind == MarkEnded {
					t.Errorf("%s %v at %v", m.Code, m.Kind, m.At.Sub(begin))
				}
			}
			for _, s := range w.moment.History.Coarse {
				if s.Severity != Fine {
					t.Fatalf("severity %v at %v", s.Severity, s.At)
				}
			}
		})
	}
}
