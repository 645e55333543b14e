package model

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestRing(t *testing.T) {
	for name, play := range map[string]func(t *testing.T){
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
				{lasts: secs(3), each: each},
				{once: func() { w.put(4088) }, lasts: secs(9.7), each: each},
				{once: full, lasts: secs(0.05), want: []Code{DropProne}},
				{once: func() { w.take(w.size) }, lasts: secs(10.15), each: each, want: []Code{Burst}},
				{once: full, lasts: secs(0.05), want: []Code{Burst}},
			})
		},
		"head busy": func(t *testing.T) {
			w := newWorld(256 * kib)
			in, out := &stream{rate: 50 * kib}, &stream{rate: 1 * mib}
			both := func() { w.produce(in, 100); w.consume(out) }
			var pos uint64
			scene(t, w, []act{
				{lasts: secs(3), each: both},
				{once: func() { pos = w.reserve(64).pos }, lasts: secs(0.05), each: both},
				{lasts: secs(0.1), each: both, want: []Code{HeadBusy}},
			})
			if in := w.finding(t, HeadBusy).Evidence.Full; !in.Known() || in.V < secs(4) || in.V > secs(6) { // nobody can read past it
				t.Errorf("at first full in %v", in)
			}
			scene(t, w, []act{{lasts: secs(3.85), each: both, want: []Code{HeadBusy}}})
			f := w.finding(t, HeadBusy)
			if f.Evidence.Position != pos || f.Evidence.For < secs(3.9) || f.Evidence.For > secs(4.1) {
				t.Errorf("at %d for %v, want %d for 4 s", f.Evidence.Position, f.Evidence.For, pos)
			}
			if in := f.Evidence.Full; !in.Known() || in.V < secs(0.8) || in.V > secs(1.6) { // 200 of 256 KiB, and 50 more every second
				t.Errorf("full in %v", in)
			}
			if want := w.prod - pos - 72; f.Evidence.Waiting != want || f.Evidence.RingIsFull {
				t.Errorf("%d bytes wait (full %v), want %d", f.Evidence.Waiting, f.Evidence.RingIsFull, want)
			}
			scene(t, w, []act{
				{lasts: secs(3), each: both, want: []Code{HeadBusy, DropProne}},
				{once: func() { w.submit(pos) }, lasts: secs(0.8), each: both, want: []Code{HeadBusy, DropProne}}, // held
				{lasts: secs(0.5), each: both, want: []Code{DropProne}},
				{lasts: secs(10), each: both},
			})
		},
		"head busy within the first second": func(t *testing.T) {
			w := newWorld(256 * kib)
			w.reserve(64)
			w.put(10)
			scene(t, w, []act{
				{lasts: secs(0.05)},
				{lasts: secs(0.15), want: []Code{HeadBusy}},
			})
			if f := w.finding(t, HeadBusy); !f.Before {
				t.Error("it stood there when we came")
			}
		},
		"busy, but not at the head": func(t *testing.T) {
			w := newWorld(256 * kib)
			w.put(64)
			w.reserve(64)
			scene(t, w, []act{{lasts: secs(8)}})
		},
		"no room for the largest for a moment": func(t *testing.T) {
			w := newWorld(64 * kib)
			in, out := &stream{rate: 10 * kib}, &stream{rate: 1 * mib}
			both := func() { w.produce(in, 4088); w.consume(out) }
			scene(t, w, []act{
				{lasts: secs(5), each: both},
				{once: func() {
					for w.used() < 62*kib {
						w.put(1000)
					}
				}, lasts: secs(0.6), each: func() { w.produce(in, 4088) }, want: []Code{DropProne}},
				{lasts: secs(9), each: both, want: []Code{DropProne, Burst}},
			})
			e := w.finding(t, DropProne).Evidence
			if e.Largest != 4096 || e.ProneFor < secs(0.55) || e.ProneFor > secs(0.75) || e.ProneWindow != 10*time.Second {
				t.Errorf("no room for %d during %v of %v", e.Largest, e.ProneFor, e.ProneWindow)
			}
			scene(t, w, []act{{lasts: secs(1.5), each: both, want: []Code{Burst}}})
		},
		"refusals are counted": func(t *testing.T) {
			w := newWorld(64 * kib)
			w.counted = true
			in, out := &stream{rate: 200 * kib}, &stream{rate: 1 * mib}
			fast := func() { w.produce(in, 100); w.consume(out) }
			scene(t, w, []act{
				{lasts: secs(5), each: fast},
				{lasts: secs(1), each: func() { w.produce(in, 100) }, want: []Code{DropsCounted}},
			})
			e := w.finding(t, DropsCounted).Evidence
			if e.Count != w.drops || e.PerSecond < 0.5*float64(w.drops) || e.How != "simulated" {
				t.Errorf("%d refused, %.0f/s (%s), want %d", e.Count, e.PerSecond, e.How, w.drops)
			}
			was := uint64(0)
			scene(t, w, []act{
				{lasts: secs(4), each: fast, want: []Code{DropsCounted}},
				{lasts: secs(1), each: fast, want: []Code{DropsCounted, Undersized}},
				{once: func() { was = w.drops }, lasts: secs(0.6), each: func() { w.produce(in, 100) }, want: []Code{DropsCounted, Undersized}},
			})
			if e := w.finding(t, DropsCounted).Evidence; e.PerSecond != float64(w.drops-was) || w.drops-was < 100 {
				t.Errorf("%.0f/s, want the %d of the last 0.6 s", e.PerSecond, w.drops-was)
			}
			scene(t, w, []act{
				{lasts: secs(9.5), each: fast, want: []Code{DropsCounted, Undersized}},
				{lasts: secs(1), each: fast, want: []Code{Undersized}},
			})
		},
		"none was refused though it was tight": func(t *testing.T) {
			w := newWorld(64 * kib)
			w.counted = true
			k := 0
			scene(t, w, []act{{lasts: secs(5), each: func() {
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
				{lasts: secs(3), each: both},
				{once: func() { w.cons -= 1080; w.records = []record{}; w.told = 0 }, lasts: secs(0.02), each: nil, want: []Code{ManyReaders}},
				{once: func() { w.cons = w.prod }, lasts: secs(50), each: both, want: []Code{ManyReaders}},
				{lasts: secs(11), each: both},
			})
		},
		"second reader noticed by the consumer": func(t *testing.T) {
			w := newWorld(64 * kib)
			scene(t, w, []act{
				{lasts: secs(3)},
				{once: func() { w.a.SecondReader(0) }, lasts: secs(0.05), want: []Code{ManyReaders}},
			})
		},
		"wrong header": func(t *testing.T) {
			w := newWorld(64 * kib)
			scene(t, w, []act{
				{lasts: secs(0.5)},
				{once: func() {
					w.a.Begin(w.now)
					w.prod += 72
					w.a.Corrupt(0, 0xc0000040, errors.New("too long"), 72, false)
					w.cons = w.prod
					w.a.End(w.positions())
				}, lasts: secs(0.05), want: []Code{Corrupt}},
				{lasts: secs(59), want: []Code{Corrupt}},
			})
			if e := w.finding(t, Corrupt).Evidence; e.Raw != Of[uint64](0xc0000040) || e.Why != "too long" || e.Position != 0 {
				t.Errorf("evidence %+v", e)
			}
			scene(t, w, []act{{lasts: secs(2)}})
		},
		"gaps": func(t *testing.T) {
			w := newWorld(64 * kib)
			scene(t, w, []act{
				{lasts: secs(3)},
				{once: func() {
					w.a.Begin(w.now)
					w.prod += 1 * mib
					w.cons = w.prod
					w.a.Lapped(0, w.prod, true, false)
					w.a.End(w.positions())
				}, lasts: secs(0.05), want: []Code{ViewGaps}},
				{lasts: secs(29), want: []Code{ViewGaps}},
			})
			if e := w.finding(t, ViewGaps).Evidence; e.Missed != mib || e.At.Sub(begin) < secs(2.9) {
				t.Errorf("evidence %+v", e)
			}
			scene(t, w, []act{{lasts: secs(2)}})
			if w.moment.Sample.Totals.How != AtLeast {
				t.Error("totals are a lower bound from now on")
			}
		},
		"owner gone": func(t *testing.T) {
			w := newWorld(64 * kib)
			for range 600 {
				w.put(100)
			}
			scene(t, w, []act{{lasts: secs(5), want: []Code{ConsumerStalled, DropProne}}})
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
		"a file's server is gone: what is wrong in it still is": func(t *testing.T) {
			w := newWorld(64 * kib)
			w.ring.Source = SourceFile
			scene(t, w, []act{{lasts: secs(5)}})
			w.a.Corrupt(0, 0xc0000040, errors.New("too long"), 72, false)
			w.a.Ended(EndOwnerGone)
			if w.publish(); !slices.Equal(w.codes(), []Code{Corrupt, OwnerGone}) {
				t.Fatal(w.codes())
			}
			w.now = w.now.Add(time.Hour)
			if w.publish(); !slices.Equal(w.codes(), []Code{Corrupt, OwnerGone}) {
				t.Fatal(w.codes())
			}
		},
		"a file that nobody served when watching began": func(t *testing.T) {
			w := newWorld(64 * kib)
			w.ring.Source, w.ring.Unserved = SourceFile, true
			w.put(100)
			w.look()
			w.a.Ended(EndOwnerGone)
			w.publish()
			f := w.finding(t, OwnerGone)
			if !f.Before || !f.Since.Equal(w.moment.Sample.Since) || !f.Evidence.At.IsZero() {
				t.Errorf("since %v, before %t, at %v: it is not known when", f.Since, f.Before, f.Evidence.At)
			}
			for _, m := range w.moment.History.Marks {
				if m.Kind == MarkGone {
					t.Errorf("it is said to have ended at %v", m.At)
				}
			}
		},
		"the simulation ended": func(t *testing.T) {
			w := newWorld(64 * kib)
			scene(t, w, []act{{lasts: secs(5)}})
			w.a.Ended(EndFinished)
			if w.publish(); len(w.codes()) > 0 {
				t.Fatal(w.codes())
			}
		},
	} {
		t.Run(name, play)
	}
}
