package model

import (
	"testing"
	"time"
)

func TestHistory(t *testing.T) {
	w := newWorld(64 * kib)
	in := &stream{rate: 10 * kib}
	each := func() { w.take(w.size); w.produce(in, 100) }
	w.run(12*time.Minute, each)
	h := w.publish().History
	if len(h.Fine) != FineSlots || len(h.Coarse) != CoarseSlots {
		t.Fatalf("%d fine, %d coarse", len(h.Fine), len(h.Coarse))
	}
	check := func(slots []Slot, each time.Duration) {
		t.Helper()
		var records, consumed uint64
		for i, s := range slots {
			if s.At.IsZero() || i > 0 && s.At.Sub(slots[i-1].At) != each {
				t.Fatalf("slot %d at %v after %v", i, s.At, slots[max(i-1, 0)].At)
			}
			records += s.Records
			consumed += s.Consumed
			if s.UsedMax == 0 && i < len(slots)-1 && each == CoarseSlot {
				t.Fatalf("slot %d was never used: %+v", i, s)
			}
		}
		span := each.Seconds() * float64(len(slots))
		if rate := float64(records) / span; rate < 88 || rate > 94 {
			t.Errorf("%.1f records/s, want about 91", rate)
		}
		if rate := float64(consumed) / span; rate < 9.8*kib || rate > 10.2*kib {
			t.Errorf("%.1f bytes/s consumed", rate)
		}
	}
	check(h.Fine, FineSlot)
	check(h.Coarse, CoarseSlot)
	if last := h.Coarse[len(h.Coarse)-1]; w.now.Sub(last.At) >= CoarseSlot {
		t.Errorf("the last second begins at %v, now is %v", last.At, w.now)
	}
	if m := h.Marks; len(m) != 1 || m[0].Kind != MarkAttached {
		t.Errorf("marks %+v", m)
	}
}

func TestHistoryIsImmutable(t *testing.T) {
	w := newWorld(64 * kib)
	in := &stream{rate: 10 * kib}
	each := func() { w.produce(in, 100); w.take(w.size) }
	w.run(1500*time.Millisecond, each)
	h := w.publish().History
	fine, coarse := append([]Slot(nil), h.Fine...), append([]Slot(nil), h.Coarse...)
	w.run(2*time.Second, each)
	for i := range fine {
		if h.Fine[i] != fine[i] {
			t.Fatalf("fine slot %d changed", i)
		}
	}
	for i := range coarse {
		if h.Coarse[i] != coarse[i] {
			t.Fatalf("coarse slot %d changed", i)
		}
	}
}

// Time in which nobody looked is not time in which nothing was there.
func TestMissingTime(t *testing.T) {
	w := newWorld(64 * kib)
	for range 100 {
		w.put(100)
	}
	w.run(2*time.Second, nil)

	w.now = w.now.Add(5 * time.Second) // positions stood still meanwhile: the level is known
	w.look()
	h := w.publish().History
	for i, s := range h.Coarse {
		if s.At.IsZero() || s.UsedMax != 11200 {
			t.Fatalf("second %d: %+v", i, s)
		}
	}
	w.now = w.now.Add(400 * time.Millisecond) // a short pause
	w.put(100)
	w.look()
	h = w.publish().History
	for i, s := range h.Fine[len(h.Fine)-5:] {
		if s.At.IsZero() || s.UsedMax < 11200 {
			t.Fatalf("fine slot %d: %+v", i, s)
		}
	}
	w.now = w.now.Add(5 * time.Second) // stopped while it moved
	w.put(100)
	w.look()
	h = w.publish().History
	n := len(h.Coarse)
	if h.Coarse[n-1].At.IsZero() {
		t.Error("the newest second was looked at")
	}
	for i, s := range h.Coarse[n-5 : n-1] {
		if !s.At.IsZero() || s.UsedMax != 0 {
			t.Errorf("second %d was not looked at: %+v", i, s)
		}
	}
	for i, s := range h.Fine[len(h.Fine)-45 : len(h.Fine)-1] {
		if !s.At.IsZero() {
			t.Fatalf("fine slot %d was not looked at: %+v", i, s)
		}
	}
	w.now = w.now.Add(11 * time.Minute)
	w.put(100)
	w.look()
	if h := w.publish().History; len(h.Fine) != FineSlots || len(h.Coarse) != CoarseSlots || !h.Coarse[0].At.IsZero() {
		t.Errorf("%d fine, %d coarse, first %+v", len(h.Fine), len(h.Coarse), h.Coarse[0])
	}
}

func TestMarksAreBounded(t *testing.T) {
	var l timeline
	l.begin(begin)
	for i := range 1000 {
		l.mark(Mark{At: begin.Add(time.Duration(i) * time.Second), Kind: MarkOwners, ID: uint32(i)})
	}
	l.mark(Mark{At: begin.Add(950 * time.Second), ID: 5000}) // noticed later
	m := l.history(begin).Marks
	if len(m) != MaxMarks || m[MaxMarks-1].ID != 999 {
		t.Fatalf("%d marks, last %+v", len(m), m[len(m)-1])
	}
	for i := 1; i < len(m); i++ {
		if m[i].At.Before(m[i-1].At) {
			t.Fatalf("mark %d is out of order", i)
		}
	}
}

// How long a pause between two looks may be before nobody knows what was there.
func TestAbsence(t *testing.T) {
	for _, c := range []struct {
		pause time.Duration
		known bool
	}{{900 * time.Millisecond, true}, {1100 * time.Millisecond, false}} {
		w := newWorld(64 * kib)
		w.put(100)
		w.run(time.Second, nil)
		w.now = w.now.Add(c.pause)
		w.put(100)
		w.look()
		h := w.publish().History
		if s := h.Fine[len(h.Fine)-4]; s.At.IsZero() == c.known {
			t.Errorf("after %v: %+v", c.pause, s)
		}
	}
}

func TestLappedMarks(t *testing.T) {
	w := newWorld(64 * kib)
	w.run(time.Second, nil)
	for range 25 {
		w.a.Begin(w.now)
		w.a.Lapped(w.prod, w.prod+mib, false, false)
		w.prod += mib
		w.cons = w.prod
		w.a.End(w.positions())
		w.now = w.now.Add(time.Second)
	}
	n := 0
	for _, m := range w.publish().History.Marks {
		if m.Kind == MarkLapped {
			n++
		}
	}
	if n != 3 {
		t.Errorf("%d marks for gaps in 25 s, want one every 10 s", n)
	}
}

func TestSteady(t *testing.T) {
	for _, c := range []struct {
		troughs [4]uint64
		want    bool
	}{
		{[4]uint64{0, 13, 50, 100}, true},
		{[4]uint64{0, 12, 50, 100}, false},
		{[4]uint64{0, 50, 88, 100}, false},
		{[4]uint64{100, 50, 13, 0}, false},
		{[4]uint64{7, 7, 7, 7}, false},
	} {
		tr := trend{troughs: c.troughs}
		if tr.steady() != c.want {
			t.Errorf("%v: %v", c.troughs, !c.want)
		}
	}
}

func TestGoesOn(t *testing.T) {
	for _, c := range []struct {
		troughs [4]uint64
		want    bool
	}{
		{[4]uint64{0, 0, 2000, 2500}, true},
		{[4]uint64{0, 0, 2000, 2499}, false},
		{[4]uint64{0, 2000, 3000, 3313}, true},
		{[4]uint64{0, 2000, 3000, 3312}, false},
	} {
		tr := trend{troughs: c.troughs, complete: true}
		if tr.goesOn(1_000_000) != c.want {
			t.Errorf("%v: %v", c.troughs, !c.want)
		}
	}
}

func TestSeverityOfSlots(t *testing.T) {
	w := newWorld(256 * kib)
	in := &stream{rate: 100 * kib}
	out := &stream{rate: 1 * mib}
	w.run(5*time.Second, func() { w.consume(out); w.produce(in, 100) })
	w.run(3*time.Second, func() { w.produce(in, 100) })
	f := w.finding(t, ConsumerStalled)
	for i, s := range w.moment.History.Fine {
		want := Fine
		if !s.At.Add(FineSlot).Before(f.Since) && s.At.Add(FineSlot).After(f.Since) {
			want = Problem
		}
		if s.Severity != want {
			t.Fatalf("slot %d at %v: %v, the finding is since %v", i, s.At.Sub(begin), s.Severity, f.Since.Sub(begin))
		}
	}
}
