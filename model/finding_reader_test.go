package model

import (
	"testing"
	"time"
)

func TestReader(t *testing.T) {
	for name, play := range map[string]func(t *testing.T){
		"reader stops, ring over half full": func(t *testing.T) {
			w := newWorld(256 * kib)
			in, out := &stream{rate: 100 * kib}, &stream{rate: 1 * mib}
			scene(t, w, []act{
				{lasts: secs(5), each: func() { w.produce(in, 100); w.consume(out) }},
				{lasts: secs(2.2), each: func() { w.produce(in, 100) }},
				{lasts: secs(0.2), each: func() { w.produce(in, 100) }, want: []Code{ConsumerStalled}},
				{lasts: secs(5), each: func() { w.produce(in, 100) }, want: []Code{ConsumerStalled, DropProne}},
			})
			f := w.finding(t, ConsumerStalled)
			if f.Before || f.Since.Sub(begin) < secs(4.9) || f.Since.Sub(begin) > secs(5.1) || f.Evidence.For < secs(7) {
				t.Errorf("since %v (before %v), for %v", f.Since.Sub(begin), f.Before, f.Evidence.For)
			}
			scene(t, w, []act{
				{lasts: secs(3), each: func() { w.produce(in, 100); w.consume(out) }, want: []Code{DropProne}},
				{lasts: secs(9), each: func() { w.produce(in, 100); w.consume(out) }},
			})
		},
		"reader stops, little data": func(t *testing.T) {
			w := newWorld(256 * kib)
			in := &stream{rate: 1 * kib}
			scene(t, w, []act{
				{lasts: secs(9), each: func() { w.produce(in, 100) }},
				{lasts: secs(2), each: func() { w.produce(in, 100) }, want: []Code{ConsumerStalled}},
			})
			if w.finding(t, ConsumerStalled).Past {
				t.Error("of the past while the reader stands still")
			}
			scene(t, w, []act{{once: func() { w.take(mib) }, lasts: secs(1.8), want: []Code{ConsumerStalled}}}) // held
			if f := w.finding(t, ConsumerStalled); !f.Past || f.Evidence.Waiting == 0 {
				t.Errorf("of the present after the reader took all: %+v", f)
			}
			scene(t, w, []act{
				{lasts: secs(0.5)},
			})
		},
		"reader was stopped before": func(t *testing.T) {
			w := newWorld(256 * kib)
			for range 1500 {
				w.put(100)
			}
			scene(t, w, []act{
				{lasts: secs(1.8)},
				{lasts: secs(0.5), want: []Code{ConsumerStalled}},
			})
			if f := w.finding(t, ConsumerStalled); !f.Before || !f.Since.Equal(begin) {
				t.Errorf("since %v, before %v", f.Since, f.Before)
			}
			marks := w.moment.History.Marks
			if last := marks[len(marks)-1]; last.Kind != MarkBegan || !last.Before {
				t.Errorf("on the time line it began: %+v", last)
			}
		},
		"nobody reads": func(t *testing.T) {
			w := newWorld(256 * kib)
			w.ring.Readers = Of(0)
			in := &stream{rate: 1 * kib}
			scene(t, w, []act{
				{lasts: secs(5)}, // nothing waits
				{lasts: secs(1), each: func() { w.produce(in, 100) }},
				{lasts: secs(0.5), each: func() { w.produce(in, 100) }, want: []Code{NoConsumer}},
				{lasts: secs(20), each: func() { w.produce(in, 100) }, want: []Code{NoConsumer}}, // and not consumer_stalled
				{once: func() { w.take(w.size) }, lasts: secs(1.8), want: []Code{NoConsumer}},    // held
				{lasts: secs(0.4)},
			})
		},
		"nobody reads but we": func(t *testing.T) {
			w := newWorld(256 * kib)
			w.ring.Readers, w.obs.Consumes = Of(0), true
			w.put(100)
			scene(t, w, []act{{lasts: secs(5)}})
		},
		"who reads is unknown": func(t *testing.T) {
			w := newWorld(256 * kib)
			w.ring.Readers = Figure[int]{}
			w.put(100)
			scene(t, w, []act{{lasts: secs(5)}, {lasts: secs(6), want: []Code{ConsumerStalled}}})
		},
		"overwrite mode needs no reader": func(t *testing.T) {
			w := newWorld(64 * kib)
			w.ring.Geometry.OverwriteMode, w.ring.Readers = true, Of(0)
			for w.put(100) {
			}
			scene(t, w, []act{{lasts: secs(20)}})
		},
		"head resolves, and the reader does not come": func(t *testing.T) {
			w := newWorld(256 * kib)
			pos := uint64(0)
			scene(t, w, []act{
				{lasts: secs(3)},
				{once: func() { pos = w.reserve(64).pos; w.put(64) }, lasts: secs(12), want: []Code{HeadBusy}},
				{once: func() { w.submit(pos) }, lasts: secs(1.5)},
				{lasts: secs(8)},
				{lasts: secs(1), want: []Code{ConsumerStalled}},
			})
			if f := w.finding(t, ConsumerStalled); f.Since.Sub(begin) < secs(14.9) || f.Since.Sub(begin) > secs(15.1) || f.Before {
				t.Errorf("since %v", f.Since.Sub(begin))
			}
		},
		"flush every 3 s, over half full for longer than 1 s": func(t *testing.T) {
			w := newWorld(256 * kib)
			in := &stream{rate: 72 * kib}
			each := func() {
				w.produce(in, 100)
				if w.now.Sub(begin)%(3*time.Second) < w.tick {
					w.take(w.size)
				}
			}
			w.run(6*time.Second, each) // the first time nobody knows that it always comes
			for range 60 {
				scene(t, w, []act{{lasts: secs(1), each: each}})
			}
			w.run(3*time.Second-w.now.Sub(begin)%(3*time.Second)+w.tick, each)
			stopped := func() { w.produce(in, 100) }
			scene(t, w, []act{
				{lasts: secs(4.3), each: stopped, want: []Code{DropProne}},
				{lasts: secs(0.5), each: stopped, want: []Code{ConsumerStalled, DropProne}},
			})
		},
	} {
		t.Run(name, play)
	}
}
