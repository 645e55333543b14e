package model

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestMeanBusy compares the estimate with how long records really were busy, for looks that come as they like.
func TestMeanBusy(t *testing.T) {
	for _, c := range []struct {
		name string
		tick time.Duration
		busy time.Duration // each record
		how  How
	}{
		{"long", 10 * time.Millisecond, 40 * time.Millisecond, Sampled},
		{"as long as a tick", 10 * time.Millisecond, 10 * time.Millisecond, Sampled},
		{"a tenth of a tick", 10 * time.Millisecond, time.Millisecond, Sampled},
		{"rare looks", 50 * time.Millisecond, 20 * time.Millisecond, Sampled},
		{"at once", 10 * time.Millisecond, 0, AtMost},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(1 * mib)
			w.tick = c.tick
			rnd := rand.New(rand.NewPCG(3, 4))
			type open struct {
				pos uint64
				end time.Time
			}
			var held []open
			next := begin
			w.run(12*time.Second, func() {
				for ; !next.After(w.now); next = next.Add(time.Duration(rnd.ExpFloat64() * float64(2*time.Millisecond))) {
					pos := w.reserve(100).pos
					held = append(held, open{pos, next.Add(c.busy)})
				}
				for len(held) > 0 && !held[0].end.After(w.now) {
					w.submit(held[0].pos)
					held = held[1:]
				}
				w.take(w.size)
			})
			b := w.moment.Sample.Busy
			if b.Mean.How != c.how {
				t.Fatalf("%+v", b.Mean)
			}
			if c.how == AtMost {
				if b.Mean.V <= 0 || b.Mean.V > 10*time.Microsecond {
					t.Errorf("at most %v", b.Mean.V)
				}
				if b.Twice.Records != 0 || b.Twice.Median.How != NotApplicable || b.Twice.Longest.How != NotApplicable {
					t.Errorf("%+v", b.Twice)
				}
				return
			}
			if d := b.Mean.V.Seconds()/c.busy.Seconds() - 1; d < -0.25 || d > 0.25 {
				t.Errorf("%v, want %v", b.Mean.V, c.busy)
			}
			if c.busy <= c.tick {
				return
			}
			if b.Twice.Records < 1000 || b.Twice.Longest.V < c.busy-c.tick || b.Twice.Longest.V > c.busy+c.tick {
				t.Errorf("%+v", b.Twice)
			}
			if m := b.Twice.Median; m.How != Sampled || m.V < c.busy/2 || m.V > 3*c.busy/2 {
				t.Errorf("median %v of %v", m.V, c.busy)
			}
		})
	}
}

func TestMeanBusyOfTooFew(t *testing.T) {
	w := newWorld(64 * kib)
	k := 0
	w.run(12*time.Second, func() {
		if k++; k%20 == 0 {
			w.put(10)
		}
		w.take(w.size)
	})
	if m := w.moment.Sample.Busy.Mean; m.How != Unmeasured {
		t.Errorf("of 50 records: %+v", m)
	}
}

// A record that stood there when watching began tells nothing about how long records are busy.
func TestBusyBeforeIsNoAge(t *testing.T) {
	w := newWorld(64 * kib)
	pos := w.reserve(10).pos
	w.run(time.Second, nil)
	w.submit(pos)
	w.run(time.Second, nil)
	if got := w.moment.Sample.Busy.Twice.Records; got != 0 {
		t.Errorf("%d", got)
	}
}
