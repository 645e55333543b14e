package model

import (
	"testing"
)

func TestSlowReader(t *testing.T) {
	for name, play := range map[string]func(t *testing.T){
		"reader a little too slow": func(t *testing.T) {
			w := newWorld(8 * mib)
			in, out := &stream{rate: 3.14 * mib}, &stream{rate: 3.05 * mib}
			both := func() { w.consume(out); w.produce(in, 1000) }
			scene(t, w, []act{
				{lasts: secs(1.5), each: both},
				{lasts: secs(10), each: both, want: []Code{ConsumerSlow}},
				{lasts: secs(50), each: both, want: []Code{ConsumerSlow}},
				{lasts: secs(25), each: both, want: []Code{ConsumerSlow}},
			})
			f := w.finding(t, ConsumerSlow)
			if got := w.moment.Sample.At.Sub(f.Since); got < secs(80) {
				t.Errorf("stands for %v after 86 s of filling", got)
			}
			if in, out := f.Evidence.In.V/mib, f.Evidence.Out.V/mib; in < 3.05 || in > 3.23 || out < 2.96 || out > 3.14 {
				t.Errorf("%.2f in, %.2f out", in, out)
			}
			if full := f.Evidence.Full; full.How != Sampled || full.V < secs(1) || full.V > secs(12) {
				t.Errorf("full in %v (%v), want about 2.6 s", full.V, full.How)
			}
			if o := w.moment.Sample.Occupancy; o.TimeToFull != f.Evidence.Full {
				t.Errorf("the finding says %v, the figure %v", f.Evidence.Full, o.TimeToFull)
			}
			scene(t, w, []act{
				{lasts: secs(20), each: both, want: []Code{ConsumerSlow, DropProne}},
				{lasts: secs(60), each: both, want: []Code{ConsumerSlow, DropProne}},
			})
			if f := w.finding(t, ConsumerSlow); !f.Evidence.RingIsFull || f.Before {
				t.Errorf("pinned: full %v, before %v", f.Evidence.RingIsFull, f.Before)
			}
			out.rate = 10 * mib
			scene(t, w, []act{
				{lasts: secs(2.8), each: both, want: []Code{ConsumerSlow, DropProne}}, // held
				{lasts: secs(0.5), each: both, want: []Code{DropProne}},
				{lasts: secs(12), each: both},
			})
		},
		"slow until it keeps pace": func(t *testing.T) {
			w := newWorld(mib)
			in, out := &stream{rate: 100 * kib}, &stream{rate: 80 * kib}
			both := func() { w.consume(out); w.produce(in, 100) }
			scene(t, w, []act{
				{lasts: secs(15), each: both, want: []Code{ConsumerSlow}},
				{once: func() { out.rate = 99.4 * kib }, lasts: secs(45), each: both, want: []Code{ConsumerSlow}}, // it fills on, by 0.06 % a second
				{once: func() { out.rate = in.rate }, lasts: secs(2), each: both, want: []Code{ConsumerSlow}},
				{lasts: secs(18), each: both},
			})
		},
		"fills by less than 2 % in half a minute": func(t *testing.T) {
			w := newWorld(mib)
			in, out := &stream{rate: 100 * kib}, &stream{rate: 99.2 * kib}
			for range 60 {
				scene(t, w, []act{{lasts: secs(1), each: func() { w.consume(out); w.produce(in, 100) }}})
			}
		},
		"fills by more than 2 % in half a minute": func(t *testing.T) {
			w := newWorld(mib)
			in, out := &stream{rate: 100 * kib}, &stream{rate: 98.8 * kib}
			scene(t, w, []act{{lasts: secs(35), each: func() { w.consume(out); w.produce(in, 100) }, want: []Code{ConsumerSlow}}})
		},
		"full now and then, with a reader that takes much at once": func(t *testing.T) {
			w := newWorld(64 * kib)
			in, k := &stream{rate: 150 * kib}, 0
			scene(t, w, []act{{lasts: secs(10), each: func() {
				if k++; k%30 == 0 {
					w.take(27 * kib)
				}
				w.produce(in, 100)
			}, want: []Code{DropProne, Undersized}}})
		},
		"found filling": func(t *testing.T) {
			w := newWorld(8 * mib)
			for w.used() < mib {
				w.put(1000)
			}
			in, out := &stream{rate: 3.14 * mib}, &stream{rate: 3.05 * mib}
			scene(t, w, []act{{lasts: secs(10), each: func() { w.consume(out); w.produce(in, 1000) }, want: []Code{ConsumerSlow}}})
			if f := w.finding(t, ConsumerSlow); !f.Before || !f.Since.Equal(begin) {
				t.Errorf("since %v, before %v", f.Since.Sub(begin), f.Before)
			}
		},
		"becomes slow": func(t *testing.T) {
			w := newWorld(mib)
			in, out := &stream{rate: 100 * kib}, &stream{rate: 200 * kib}
			both := func() { w.consume(out); w.produce(in, 100) }
			scene(t, w, []act{
				{lasts: secs(20), each: both},
				{once: func() { out.rate = 95 * kib }, lasts: secs(15), each: both, want: []Code{ConsumerSlow}},
			})
			if f := w.finding(t, ConsumerSlow); f.Before || f.Since.Sub(begin) < secs(18) || f.Since.Sub(begin) > secs(21) {
				t.Errorf("since %v, before %v", f.Since.Sub(begin), f.Before)
			}
		},
		"becomes slow, and then slower": func(t *testing.T) {
			w := newWorld(mib)
			in, out := &stream{rate: 100 * kib}, &stream{rate: 200 * kib}
			both := func() { w.consume(out); w.produce(in, 100) }
			scene(t, w, []act{
				{lasts: secs(10), each: both},
				{once: func() { out.rate = 97 * kib }, lasts: secs(10), each: both},
				{once: func() { out.rate = 70 * kib }, lasts: secs(3), each: both, want: []Code{ConsumerSlow}},
			})
			if f := w.finding(t, ConsumerSlow); f.Since.Sub(begin) < secs(9) || f.Since.Sub(begin) > secs(11) {
				t.Errorf("since %v", f.Since.Sub(begin))
			}
		},
		"found full with a slow reader": func(t *testing.T) {
			w := newWorld(256 * kib)
			for w.put(100) {
			}
			in, out := &stream{rate: 1 * mib}, &stream{rate: 0.5 * mib}
			both := func() { w.consume(out); w.produce(in, 100) }
			scene(t, w, []act{
				{lasts: secs(1.9), each: both},
				{lasts: secs(1), each: both, want: []Code{ConsumerSlow, DropProne}},
				{lasts: secs(60), each: both, want: []Code{ConsumerSlow, DropProne}},
			})
			if f := w.finding(t, ConsumerSlow); !f.Before {
				t.Error("it was so when we came")
			}
		},
		"slow reader of a small ring in batches": func(t *testing.T) {
			w := newWorld(256 * kib)
			in, k := &stream{rate: 20 * kib}, 0
			each := func() {
				w.produce(in, 100)
				if k++; k%50 == 0 { // every 500 ms
					w.take(8 * kib)
				}
			}
			scene(t, w, []act{{lasts: secs(9), each: each, want: []Code{ConsumerSlow}}})
		},
	} {
		t.Run(name, play)
	}
}
