package model

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestBurstsAreNoSlowReader: what comes in bursts, or at random, and leaves most of the ring free, is no reader that is too slow.
func TestBurstsAreNoSlowReader(t *testing.T) {
	for name, play := range map[string]struct {
		size uint64
		each func(w *world, rnd *rand.Rand) func()
	}{
		"8 MiB, 27 k/s for 3 s in 20": {8 * mib, func(w *world, _ *rand.Rand) func() {
			in, out := &stream{}, &stream{rate: 24000 * 56}
			return func() {
				in.rate = 2000 * 56
				if w.now.Sub(begin)%(20*time.Second) < 3*time.Second {
					in.rate = 27000 * 56
				}
				w.produce(in, 48)
				w.consume(out)
			}
		}},
		"256 KiB, to 12 %": {256 * kib, func(w *world, _ *rand.Rand) func() {
			in, out := &stream{}, &stream{rate: 2400 * 56}
			return func() {
				in.rate = 200 * 56
				if w.now.Sub(begin)%(10*time.Second) < 3*time.Second {
					in.rate = 2590 * 56
				}
				w.produce(in, 48)
				w.consume(out)
			}
		}},
		"64 KiB, at random, taken every 200 ms": {64 * kib, func(w *world, rnd *rand.Rand) func() {
			k, next := 0, 0.0
			return func() {
				for next += 12.5; next >= 1; next-- { // 1250 a second
					if rnd.Float64() < 0.5 {
						w.put(uint32(8 + rnd.IntN(48)))
					} else {
						w.put(16)
					}
				}
				if k++; k%20 == 0 {
					w.take(w.size - uint64(rnd.IntN(6*kib)))
					for range rnd.IntN(60) { // what came before the look
						w.put(40)
					}
				}
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(5, 6))
			w := newWorld(play.size)
			each := play.each(w, rnd)
			for range 4 {
				w.run(5*time.Minute, each)
			}
			if n := w.began(ConsumerSlow); n > 0 {
				t.Errorf("told %d times", n)
			}
		})
	}
}
