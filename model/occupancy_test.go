package model

import (
	"testing"
	"time"

	"ringscope/ringcore"
)

func TestOccupancy(t *testing.T) {
	w := newWorld(64 * kib)
	at := func(ms int, cons, prod uint64) *Occupancy {
		w.now = begin.Add(time.Duration(ms) * time.Millisecond)
		w.a.Begin(w.now)
		w.a.End(ringcore.Positions{ConsumerFirst: cons, Consumer: cons, Producer: prod})
		return &w.publish().Sample.Occupancy
	}
	o := at(0, 0, 800)
	if o.Used != Of(uint64(800)) || o.Peak != Of(uint64(800)) || o.PeakBound != Of(uint64(800)) || o.Ratio.V != 800.0/65536 {
		t.Errorf("%+v", o)
	}
	o = at(10, 8000, 8000) // 7,200 came and went between
	if o.Used != Of(uint64(0)) || o.UsedMax.V != 800 || o.Peak.V != 800 || o.PeakBound != Known(uint64(8000), AtMost) || !o.PeakAt.Equal(begin) {
		t.Errorf("%+v", o)
	}
	o = at(20, 8000, 8800)
	if o.UsedMax.V != 800 || o.Peak.V != 800 {
		t.Errorf("%+v", o)
	}
	o = at(30, 1<<20, 1<<20)
	if o.PeakBound != Known(uint64(64*kib-8), AtMost) {
		t.Errorf("between looks it was full at most: %+v", o)
	}
	o = at(40, 1<<20, 1<<20)
	if o.UsedMax.V != 0 {
		t.Errorf("of a new interval: %+v", o)
	}
	w.a.Begin(w.now)
	w.a.End(ringcore.Positions{ConsumerFirst: 1 << 20, Consumer: 1<<20 + 400, Producer: 1<<20 + 800})
	if o := &w.publish().Sample.Occupancy; o.Used != Known(uint64(400), Sampled) {
		t.Errorf("the reader moved while we read: %+v", o.Used)
	}
}

func TestTimeToFull(t *testing.T) {
	w := newWorld(256 * kib)
	in := &stream{rate: 10 * kib}
	w.run(500*time.Millisecond, func() { w.produce(in, 100) })
	if f := w.moment.Sample.Occupancy.TimeToFull; f.How != Unmeasured {
		t.Errorf("after 0.5 s: %+v", f)
	}
	w.run(2500*time.Millisecond, func() { w.produce(in, 100); w.take(w.size) })
	if f := w.moment.Sample.Occupancy.TimeToFull; f.How != NotApplicable {
		t.Errorf("kept up with: %+v", f)
	}
	w.run(5*time.Second, func() { w.produce(in, 100) })
	if f := w.moment.Sample.Occupancy.TimeToFull; f.How != Sampled || f.V < 19*time.Second || f.V > 22*time.Second {
		t.Errorf("206 KiB left at 10 KiB/s: %+v", f)
	}
	in.rate = 1 * mib
	w.run(time.Second, func() { w.produce(in, 100) })
	if f := w.moment.Sample.Occupancy.TimeToFull; f != Of(time.Duration(0)) {
		t.Errorf("full: %+v", f)
	}
	w.take(112) // the reader makes room for one
	w.run(800*time.Millisecond, nil)
	if f := w.publish().Sample.Occupancy.TimeToFull; f != Of(time.Duration(0)) {
		t.Errorf("full a moment ago: %+v", f)
	}
	w.run(400*time.Millisecond, nil)
	if f := w.publish().Sample.Occupancy.TimeToFull; f == Of(time.Duration(0)) {
		t.Errorf("not full any more: %+v", f)
	}
	out := &stream{rate: 90 * kib}
	in.rate = 60 * kib
	w.run(12*time.Second, func() { w.consume(out); w.produce(in, 100) })
	if f := w.moment.Sample.Occupancy.TimeToFull; f.How != NotApplicable {
		t.Errorf("it drains: %+v", f)
	}
}

// The largest record fits exactly, and then not by 8 bytes.
func TestRoomForTheLargest(t *testing.T) {
	for _, c := range []struct {
		used uint64
		want int
	}{{64*kib - 8 - 72, 0}, {64*kib - 72, 1}} {
		w := newWorld(64 * kib)
		w.put(64)
		w.take(72)
		w.run(3*time.Second, nil)
		for w.used() < c.used {
			w.put(0)
		}
		w.look()
		if got := w.publish().Findings; len(got) != c.want {
			t.Errorf("with %d used: %+v", c.used, got)
		}
	}
}

// TestFullByCountedRefusals asks that a ring counts as full while refusals are counted, though every look finds room: looks at regular
// times can keep missing the moments in which there is none.
func TestFullByCountedRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		used uint64
		want bool
	}{"nearly full": {60 * kib, true}, "half full": {32 * kib, false}} {
		w := newWorld(64 * kib)
		look := func(drops uint64) bool {
			w.now = w.now.Add(w.tick)
			w.a.Begin(w.now)
			w.a.Drops(drops, "simulated")
			w.a.End(ringcore.Positions{Producer: c.used})
			return w.a.full()
		}
		look(0)
		if look(0) {
			t.Errorf("%s: full before anything was refused", name)
		}
		if got := look(7); got != c.want {
			t.Errorf("%s: full %t while refusals are counted, want %t", name, got, c.want)
		}
		if n := w.a.line.refused(time.Second); n != 7 {
			t.Errorf("%s: %d refused within a second, want 7", name, n)
		}
		for range 3 * int(fullFor/w.tick) {
			look(7)
		}
		if w.a.full() || w.a.line.refused(time.Second) != 0 {
			t.Errorf("%s: full %t, %d refused long after the last refusal", name, w.a.full(), w.a.line.refused(time.Second))
		}
	}
}
