package model

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ringscope/ringcore"
)

// act is one stretch of a scene, and what stands at its end.
type act struct {
	lasts time.Duration
	each  func() // before every look
	once  func() // at its begin
	want  []Code
}

// scene plays acts one after the other.
func scene(t *testing.T, w *world, acts []act) {
	t.Helper()
	for i, a := range acts {
		if a.once != nil {
			a.once()
		}
		w.run(a.lasts, a.each)
		w.look()
		w.publish()
		if got := w.codes(); !slices.Equal(got, a.want) && len(got)+len(a.want) > 0 {
			t.Fatalf("act %d at %v: got %v, want %v", i, w.now.Sub(begin), got, a.want)
		}
	}
}

const (
	kib = 1 << 10
	mib = 1 << 20
)

func TestFindings(t *testing.T) {
	seconds := func(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
	for name, play := range map[string]func(t *testing.T){
		"reader a little too slow": func(t *testing.T) {
			w := newWorld(8 * mib)
			in, out := &stream{rate: 3.14 * mib}, &stream{rate: 3.05 * mib}
			both := func() { w.consume(out); w.produce(in, 1000) }
			scene(t, w, []act{
				{lasts: seconds(1.5), each: both},
				{lasts: seconds(10), each: both, want: []Code{ConsumerSlow}},
				{lasts: seconds(50), each: both, want: []Code{ConsumerSlow}},
				{lasts: seconds(25), each: both, want: []Code{ConsumerSlow}},
			})
			f := w.finding(t, ConsumerSlow)
			if got := w.moment.Sample.At.Sub(f.Since); got < seconds(80) {
				t.Errorf("stands for %v after 86 s of filling", got)
			}
			if in, out := f.Evidence.In.V/mib, f.Evidence.Out.V/mib; in < 3.05 || in > 3.23 || out < 2.96 || out > 3.14 {
				t.Errorf("%.2f in, %.2f out", in, out)
			}
			if full := f.Evidence.Full; full.How != Sampled || full.V < seconds(1) || full.V > seconds(12) {
				t.Errorf("full in %v (%v), want about 2.6 s", full.V, full.How)
			}
			scene(t, w, []act{
				{lasts: seconds(20), each: both, want: []Code{ConsumerSlow, DropProne}},
				{lasts: seconds(60), each: both, want: []Code{ConsumerSlow, DropProne}},
			})
			if f := w.finding(t, ConsumerSlow); !f.Evidence.RingIsFull || f.Before {
				t.Errorf("pinned: full %v, before %v", f.Evidence.RingIsFull, f.Before)
			}
			out.rate = 10 * mib
			scene(t, w, []act{
				{lasts: seconds(2.8), each: both, want: []Code{ConsumerSlow, DropProne}}, // held
				{lasts: seconds(0.5), each: both, want: []Code{DropProne}},
				{lasts: seconds(12), each: both},
			})
		},
		"slow until it keeps pace": func(t *testing.T) {
			w := newWorld(mib)
			in, out := &stream{rate: 100 * kib}, &stream{rate: 80 * kib}
			both := func() { w.consume(out); w.produce(in, 100) }
			scene(t, w, []act{
				{lasts: seconds(15), each: both, want: []Code{ConsumerSlow}},
				{once: func() { out.rate = 99.4 * kib }, lasts: seconds(45), each: both, want: []Code{ConsumerSlow}}, // it fills on, by 0.06 % a second
				{once: func() { out.rate = in.rate }, lasts: seconds(2), each: both, want: []Code{ConsumerSlow}},
				{lasts: seconds(18), each: both},
			})
		},
		"fills by less than 2 % in half a minute": func(t *testing.T) {
			w := newWorld(mib)
			in, out := &stream{rate: 100 * kib}, &stream{rate: 99.2 * kib}
			for range 60 {
				scene(t, w, []act{{lasts: seconds(1), each: func() { w.consume(out); w.produce(in, 100) }}})
			}
		},
		"fills by more than 2 % in half a minute": func(t *testing.T) {
			w := newWorld(mib)
			in, out := &stream{rate: 100 * kib}, &stream{rate: 98.8 * kib}
			scene(t, w, []act{{lasts: seconds(35), each: func() { w.consume(out); w.produce(in, 100) }, want: []Code{ConsumerSlow}}})
		},
		"full now and then, with a reader that takes much at once": func(t *testing.T) {
			w := newWorld(64 * kib)
			in, k := &stream{rate: 150 * kib}, 0
			scene(t, w, []act{{lasts: seconds(10), each: func() {
				if k++; k%30 == 0 {
					w.take(27 * kib)
				}
				w.produce(in, 100)
			}, want: []Code{DropProne}}})
		},
		"largest record of 10 s ago": func(t *testing.T) {
			w := newWorld(64 * kib)
			full := func() { // room for one of 1,008, not for one of 4,096
				for w.used()+3000 < w.size {
					w.put(1000)
				}
			}
			k := 0
			each := func() {
				if k++; k%50 == 0 {
					w.take(w.size)
				} else {
					w.put(8)
				}
			}
			scene(t, w, []act{
				{lasts: seconds(3), each: each},
				{once: func() { w.put(4088) }, lasts: seconds(9.7), each: each},
				{once: full, lasts: seconds(0.05), want: []Code{DropProne}},
				{once: func() { w.take(w.size) }, lasts: seconds(10.15), each: each},
				{once: full, lasts: seconds(0.05)},
			})
		},
		"found filling": func(t *testing.T) {
			w := newWorld(8 * mib)
			for w.used() < mib {
				w.put(1000)
			}
			in, out := &stream{rate: 3.14 * mib}, &stream{rate: 3.05 * mib}
			scene(t, w, []act{{lasts: seconds(10), each: func() { w.consume(out); w.produce(in, 1000) }, want: []Code{ConsumerSlow}}})
			if f := w.finding(t, ConsumerSlow); !f.Before || !f.Since.Equal(begin) {
				t.Errorf("since %v, before %v", f.Since.Sub(begin), f.Before)
			}
		},
		"becomes slow": func(t *testing.T) {
			w := newWorld(mib)
			in, out := &stream{rate: 100 * kib}, &stream{rate: 200 * kib}
			both := func() { w.consume(out); w.produce(in, 100) }
			scene(t, w, []act{
				{lasts: seconds(20), each: both},
				{once: func() { out.rate = 95 * kib }, lasts: seconds(15), each: both, want: []Code{ConsumerSlow}},
			})
			if f := w.finding(t, ConsumerSlow); f.Before || f.Since.Sub(begin) < seconds(18) || f.Since.Sub(begin) > seconds(21) {
				t.Errorf("since %v, before %v", f.Since.Sub(begin), f.Before)
			}
		},
		"found full with a slow reader": func(t *testing.T) {
			w := newWorld(256 * kib)
			for w.put(100) {
			}
			in, out := &stream{rate: 1 * mib}, &stream{rate: 0.5 * mib}
			both := func() { w.consume(out); w.produce(in, 100) }
			scene(t, w, []act{
				{lasts: seconds(1.9), each: both},
				{lasts: seconds(1), each: both, want: []Code{ConsumerSlow, DropProne}},
				{lasts: seconds(60), each: both, want: []Code{ConsumerSlow, DropProne}},
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
			scene(t, w, []act{{lasts: seconds(5.5), each: each, want: []Code{ConsumerSlow}}})
		},
		"reader stops, ring over half full": func(t *testing.T) {
			w := newWorld(256 * kib)
			in, out := &stream{rate: 100 * kib}, &stream{rate: 1 * mib}
			scene(t, w, []act{
				{lasts: seconds(5), each: func() { w.produce(in, 100); w.consume(out) }},
				{lasts: seconds(2.2), each: func() { w.produce(in, 100) }},
				{lasts: seconds(0.2), each: func() { w.produce(in, 100) }, want: []Code{ConsumerStalled}},
				{lasts: seconds(5), each: func() { w.produce(in, 100) }, want: []Code{ConsumerStalled, DropProne}},
			})
			f := w.finding(t, ConsumerStalled)
			if f.Before || f.Since.Sub(begin) < seconds(4.9) || f.Since.Sub(begin) > seconds(5.1) || f.Evidence.For < seconds(7) {
				t.Errorf("since %v (before %v), for %v", f.Since.Sub(begin), f.Before, f.Evidence.For)
			}
			scene(t, w, []act{
				{lasts: seconds(3), each: func() { w.produce(in, 100); w.consume(out) }, want: []Code{DropProne}},
				{lasts: seconds(9), each: func() { w.produce(in, 100); w.consume(out) }},
			})
		},
		"reader stops, little data": func(t *testing.T) {
			w := newWorld(256 * kib)
			in := &stream{rate: 1 * kib}
			scene(t, w, []act{
				{lasts: seconds(9), each: func() { w.produce(in, 100) }},
				{lasts: seconds(2), each: func() { w.produce(in, 100) }, want: []Code{ConsumerStalled}},
				{once: func() { w.take(mib) }, lasts: seconds(1.8), want: []Code{ConsumerStalled}}, // held
				{lasts: seconds(0.5)},
			})
		},
		"reader was stopped before": func(t *testing.T) {
			w := newWorld(256 * kib)
			for range 1500 {
				w.put(100)
			}
			scene(t, w, []act{
				{lasts: seconds(1.8)},
				{lasts: seconds(0.5), want: []Code{ConsumerStalled}},
			})
			if f := w.finding(t, ConsumerStalled); !f.Before || !f.Since.Equal(begin) {
				t.Errorf("since %v, before %v", f.Since, f.Before)
			}
		},
		"nobody reads": func(t *testing.T) {
			w := newWorld(256 * kib)
			w.ring.Readers = Of(0)
			in := &stream{rate: 1 * kib}
			scene(t, w, []act{
				{lasts: seconds(5)}, // nothing waits
				{lasts: seconds(1), each: func() { w.produce(in, 100) }},
				{lasts: seconds(0.5), each: func() { w.produce(in, 100) }, want: []Code{NoConsumer}},
				{lasts: seconds(20), each: func() { w.produce(in, 100) }, want: []Code{NoConsumer}}, // and not consumer_stalled
				{once: func() { w.take(w.size) }, lasts: seconds(1.8), want: []Code{NoConsumer}},    // held
				{lasts: seconds(0.4)},
			})
		},
		"nobody reads but we": func(t *testing.T) {
			w := newWorld(256 * kib)
			w.ring.Readers, w.obs.Consumes = Of(0), true
			w.put(100)
			scene(t, w, []act{{lasts: seconds(5)}})
		},
		"who reads is unknown": func(t *testing.T) {
			w := newWorld(256 * kib)
			w.ring.Readers = Figure[int]{}
			w.put(100)
			scene(t, w, []act{{lasts: seconds(5)}, {lasts: seconds(6), want: []Code{ConsumerStalled}}})
		},
		"overwrite mode needs no reader": func(t *testing.T) {
			w := newWorld(64 * kib)
			w.ring.Geometry.OverwriteMode, w.ring.Readers = true, Of(0)
			for w.put(100) {
			}
			scene(t, w, []act{{lasts: seconds(20)}})
		},
		"head busy": func(t *testing.T) {
			w := newWorld(256 * kib)
			in, out := &stream{rate: 50 * kib}, &stream{rate: 1 * mib}
			both := func() { w.produce(in, 100); w.consume(out) }
			var pos uint64
			scene(t, w, []act{
				{lasts: seconds(3), each: both},
				{once: func() { pos = w.reserve(64).pos }, lasts: seconds(0.05), each: both},
				{lasts: seconds(0.1), each: both, want: []Code{HeadBusy}},
				{lasts: seconds(3.85), each: both, want: []Code{HeadBusy}},
			})
			f := w.finding(t, HeadBusy)
			if f.Evidence.Position != pos || f.Evidence.For < seconds(3.9) || f.Evidence.For > seconds(4.1) {
				t.Errorf("at %d for %v, want %d for 4 s", f.Evidence.Position, f.Evidence.For, pos)
			}
			if want := w.prod - pos - 72; f.Evidence.Waiting != want || f.Evidence.RingIsFull {
				t.Errorf("%d bytes wait (full %v), want %d", f.Evidence.Waiting, f.Evidence.RingIsFull, want)
			}
			scene(t, w, []act{
				{lasts: seconds(3), each: both, want: []Code{HeadBusy, DropProne}},
				{once: func() { w.submit(pos) }, lasts: seconds(0.8), each: both, want: []Code{HeadBusy, DropProne}}, // held
				{lasts: seconds(0.5), each: both, want: []Code{DropProne}},
				{lasts: seconds(10), each: both},
			})
		},
		"head resolves, and the reader does not come": func(t *testing.T) {
			w := newWorld(256 * kib)
			pos := uint64(0)
			scene(t, w, []act{
				{lasts: seconds(3)},
				{once: func() { pos = w.reserve(64).pos; w.put(64) }, lasts: seconds(12), want: []Code{HeadBusy}},
				{once: func() { w.submit(pos) }, lasts: seconds(1.5)},
				{lasts: seconds(8)},
				{lasts: seconds(1), want: []Code{ConsumerStalled}},
			})
			if f := w.finding(t, ConsumerStalled); f.Since.Sub(begin) < seconds(14.9) || f.Since.Sub(begin) > seconds(15.1) || f.Before {
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
				scene(t, w, []act{{lasts: seconds(1), each: each}})
			}
			w.run(3*time.Second-w.now.Sub(begin)%(3*time.Second)+w.tick, each)
			stopped := func() { w.produce(in, 100) }
			scene(t, w, []act{
				{lasts: seconds(4.3), each: stopped, want: []Code{DropProne}},
				{lasts: seconds(0.5), each: stopped, want: []Code{ConsumerStalled, DropProne}},
			})
		},
		"head busy within the first second": func(t *testing.T) {
			w := newWorld(256 * kib)
			w.reserve(64)
			w.put(10)
			scene(t, w, []act{
				{lasts: seconds(0.05)},
				{lasts: seconds(0.15), want: []Code{HeadBusy}},
			})
			if f := w.finding(t, HeadBusy); !f.Before {
				t.Error("it stood there when we came")
			}
		},
		"busy, but not at the head": func(t *testing.T) {
			w := newWorld(256 * kib)
			w.put(64)
			w.reserve(64)
			scene(t, w, []act{{lasts: seconds(8)}})
		},
		"no room for the largest for a moment": func(t *testing.T) {
			w := newWorld(64 * kib)
			in, out := &stream{rate: 10 * kib}, &stream{rate: 1 * mib}
			both := func() { w.produce(in, 4088); w.consume(out) }
			scene(t, w, []act{
				{lasts: seconds(5), each: both},
				{once: func() {
					for w.used() < 62*kib {
						w.put(1000)
					}
				}, lasts: seconds(0.6), each: func() { w.produce(in, 4088) }, want: []Code{DropProne}},
				{lasts: seconds(9), each: both, want: []Code{DropProne}},
			})
			e := w.finding(t, DropProne).Evidence
			if e.Largest != 4096 || e.ProneFor < seconds(0.55) || e.ProneFor > seconds(0.75) || e.ProneWindow != 10*time.Second {
				t.Errorf("no room for %d during %v of %v", e.Largest, e.ProneFor, e.ProneWindow)
			}
			scene(t, w, []act{{lasts: seconds(1.5), each: both}})
		},
		"refusals are counted": func(t *testing.T) {
			w := newWorld(64 * kib)
			w.counted = true
			in, out := &stream{rate: 200 * kib}, &stream{rate: 1 * mib}
			fast := func() { w.produce(in, 100); w.consume(out) }
			scene(t, w, []act{
				{lasts: seconds(5), each: fast},
				{lasts: seconds(1), each: func() { w.produce(in, 100) }, want: []Code{DropsCounted}},
			})
			e := w.finding(t, DropsCounted).Evidence
			if e.Count != w.drops || e.PerSecond < 0.5*float64(w.drops) || e.How != "simulated" {
				t.Errorf("%d refused, %.0f/s (%s), want %d", e.Count, e.PerSecond, e.How, w.drops)
			}
			was := uint64(0)
			scene(t, w, []act{
				{lasts: seconds(5), each: fast, want: []Code{DropsCounted}},
				{once: func() { was = w.drops }, lasts: seconds(0.6), each: func() { w.produce(in, 100) }, want: []Code{DropsCounted}},
			})
			if e := w.finding(t, DropsCounted).Evidence; e.PerSecond != float64(w.drops-was) || w.drops-was < 100 {
				t.Errorf("%.0f/s, want the %d of the last 0.6 s", e.PerSecond, w.drops-was)
			}
			scene(t, w, []act{
				{lasts: seconds(9.5), each: fast, want: []Code{DropsCounted}},
				{lasts: seconds(1), each: fast},
			})
		},
		"none was refused though it was tight": func(t *testing.T) {
			w := newWorld(64 * kib)
			w.counted = true
			k := 0
			scene(t, w, []act{{lasts: seconds(5), each: func() {
				if k++; k%10 == 0 { // the largest would not have fitted for 10 ms out of 100
					for w.used() < 62*kib {
						w.put(4000)
					}
				} else {
					w.take(w.size)
				}
			}}})
		},
		"second reader": func(t *testing.T) {
			w := newWorld(64 * kib)
			in, out := &stream{rate: 20 * kib}, &stream{rate: 1 * mib}
			both := func() { w.produce(in, 100); w.consume(out) }
			scene(t, w, []act{
				{lasts: seconds(3), each: both},
				{once: func() { w.cons -= 1080; w.records = []record{}; w.told = 0 }, lasts: seconds(0.02), each: nil, want: []Code{ManyReaders}},
				{once: func() { w.cons = w.prod }, lasts: seconds(50), each: both, want: []Code{ManyReaders}},
				{lasts: seconds(11), each: both},
			})
		},
		"second reader noticed by the consumer": func(t *testing.T) {
			w := newWorld(64 * kib)
			scene(t, w, []act{
				{lasts: seconds(3)},
				{once: func() { w.a.SecondReader(0) }, lasts: seconds(0.05), want: []Code{ManyReaders}},
			})
		},
		"wrong header": func(t *testing.T) {
			w := newWorld(64 * kib)
			scene(t, w, []act{
				{lasts: seconds(0.5)},
				{once: func() {
					w.a.Begin(w.now)
					w.prod += 72
					w.a.Corrupt(0, 0xc0000040, errors.New("too long"), 72, false)
					w.cons = w.prod
					w.a.End(w.positions())
				}, lasts: seconds(0.05), want: []Code{Corrupt}},
				{lasts: seconds(59), want: []Code{Corrupt}},
			})
			if e := w.finding(t, Corrupt).Evidence; e.Raw != 0xc0000040 || e.Why != "too long" || e.Position != 0 {
				t.Errorf("evidence %+v", e)
			}
			scene(t, w, []act{{lasts: seconds(2)}})
		},
		"gaps": func(t *testing.T) {
			w := newWorld(64 * kib)
			scene(t, w, []act{
				{lasts: seconds(3)},
				{once: func() {
					w.a.Begin(w.now)
					w.prod += 1 * mib
					w.cons = w.prod
					w.a.Lapped(0, w.prod, true, false)
					w.a.End(w.positions())
				}, lasts: seconds(0.05), want: []Code{ViewGaps}},
				{lasts: seconds(29), want: []Code{ViewGaps}},
			})
			if e := w.finding(t, ViewGaps).Evidence; e.Missed != mib || e.At.Sub(begin) < seconds(2.9) {
				t.Errorf("evidence %+v", e)
			}
			scene(t, w, []act{{lasts: seconds(2)}})
			if w.moment.Sample.Totals.How != AtLeast {
				t.Error("totals are a lower bound from now on")
			}
		},
		"owner gone": func(t *testing.T) {
			w := newWorld(64 * kib)
			for range 600 {
				w.put(100)
			}
			scene(t, w, []act{{lasts: seconds(5), want: []Code{ConsumerStalled, DropProne}}})
			w.a.Ended(EndOwnerGone)
			if w.publish(); !slices.Equal(w.codes(), []Code{OwnerGone}) {
				t.Fatal(w.codes())
			}
			if w.moment.Sample.State != Ended || w.moment.Why != EndOwnerGone {
				t.Errorf("state %v, why %q", w.moment.Sample.State, w.moment.Why)
			}
			w.now = w.now.Add(time.Minute)
			if w.publish(); !slices.Equal(w.codes(), []Code{OwnerGone}) {
				t.Fatal(w.codes())
			}
		},
		"the simulation ended": func(t *testing.T) {
			w := newWorld(64 * kib)
			scene(t, w, []act{{lasts: seconds(5)}})
			w.a.Ended(EndFinished)
			if w.publish(); len(w.codes()) > 0 {
				t.Fatal(w.codes())
			}
		},
	} {
		t.Run(name, play)
	}
}

func TestForgedPositions(t *testing.T) {
	for name, forge := range map[string]func(p *ringcore.Positions){
		"ahead by 4096":   func(p *ringcore.Positions) { p.Consumer = p.Producer + 4096 },
		"ahead by 2^40":   func(p *ringcore.Positions) { p.Consumer = p.Producer + 1<<40 },
		"ahead by 2^63":   func(p *ringcore.Positions) { p.Consumer = p.Producer + 1<<63 },
		"misaligned":      func(p *ringcore.Positions) { p.Consumer += 13 },
		"all ones":        func(p *ringcore.Positions) { p.Consumer = 1<<64 - 1 },
		"too far behind":  func(p *ringcore.Positions) { p.Consumer = p.Producer - 256*kib - 8 },
		"producer by one": func(p *ringcore.Positions) { p.Producer++ },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(256 * kib)
			in, out := &stream{rate: 200 * kib}, &stream{rate: 199 * kib}
			w.run(5*time.Second, func() { w.produce(in, 100); w.consume(out) })
			consumed := w.publish().Sample.Totals.Consumed
			p := w.positions()
			forge(&p)
			p.ConsumerFirst = p.Consumer
			for range 3 {
				w.a.Begin(w.now)
				w.tell()
				w.a.End(p)
				w.publish()
				w.now = w.now.Add(w.tick)
				if got := w.codes(); !slices.Equal(got, []Code{PositionInvalid}) {
					t.Fatalf("got %v", got)
				}
				s := w.moment.Sample
				if r := s.Occupancy.Ratio; !r.Known() || r.V < 0 || r.V > 1 || s.Occupancy.Used.How == Exact {
					t.Errorf("ratio %+v", r)
				}
				if s.Positions.Valid() || s.Lag.Bytes.Known() || s.Occupancy.Used.V > w.size {
					t.Errorf("valid %v, lag %+v", s.Positions.Valid(), s.Lag)
				}
			}
			w.run(1500*time.Millisecond, nil)
			if got := w.codes(); !slices.Equal(got, []Code{PositionInvalid}) {
				t.Errorf("not held: %v", got)
			}
			w.run(time.Second, nil)
			if got := w.codes(); len(got) > 0 {
				t.Errorf("still %v after positions make sense again", got)
			}
			if got := w.moment.Sample.Totals.Consumed; got > consumed {
				t.Errorf("the forged position counts as consumed: %d after %d", got, consumed)
			}
		})
	}
}

// A consumer position that is only ahead of a producer position read before it is no forgery.
func TestReaderPassesBetweenReads(t *testing.T) {
	w := newWorld(256 * kib)
	w.run(3*time.Second, nil)
	w.a.Begin(w.now)
	w.a.End(ringcore.Positions{ConsumerFirst: 0, Producer: 800, Consumer: 1600})
	w.publish()
	s := w.moment.Sample
	if !s.Positions.Valid() || s.Occupancy.Used != Known(uint64(0), Sampled) || len(w.codes()) > 0 {
		t.Errorf("%+v %+v %v", s.Positions, s.Occupancy.Used, w.codes())
	}
}

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
