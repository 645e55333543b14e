package model

import (
	"slices"
	"testing"
	"time"

	"ringscope/ringcore"
)

func TestLooksAllocateNothing(t *testing.T) {
	w := newWorld(64 * kib)
	now, prod := begin, uint64(0)
	lengths := [ringcore.LengthBuckets]ringcore.LengthSum{7: ringcore.NewLengthSum(2, 128)}
	busy := ringcore.Linux.Encode(ringcore.Header{Length: 64, Busy: true})
	n := 0
	look := func() {
		now = now.Add(3 * time.Millisecond)
		n++
		w.a.Begin(now)
		w.a.Batch(&ringcore.Batch{Exact: true, From: prod, To: prod + 144, Records: 2, Busy: 1, Payload: 128, Largest: 72, Lengths: &lengths})
		w.a.Busy(prod+72, busy, false)
		if n > 100 {
			w.a.Resolved(prod+72-100*144, busy&^uint64(ringcore.BusyBit), false)
		}
		prod += 144
		if n%50 == 0 {
			w.a.Lapped(prod, prod+800, n%100 == 0, false)
			prod += 800
		}
		w.a.Drops(uint64(n/10), "simulated")
		w.a.End(ringcore.Positions{Producer: prod, Consumer: prod - 144*50, ConsumerFirst: prod - 144*50})
	}
	for range 200 {
		look()
	}
	if got := testing.AllocsPerRun(20_000, look); got != 0 {
		t.Errorf("%v allocations a look", got)
	}
}

func TestPublishAllocatesLittle(t *testing.T) {
	w := newWorld(64 * kib)
	in, out := &stream{rate: 20 * kib}, &stream{rate: 1 * mib}
	w.run(5*time.Second, func() { w.consume(out); w.produce(in, 100) })
	w.reserve(10)
	w.look()
	quiet := testing.AllocsPerRun(100, func() { w.a.Publish(w.now, Detail{}, Observation{}) })
	if quiet > 7 {
		t.Errorf("%v allocations to publish", quiet)
	}
}

func TestLag(t *testing.T) {
	w := newWorld(64 * kib)
	w.put(100)
	w.run(time.Second, nil)
	s := w.moment.Sample
	if age := s.At.Sub(begin); s.Lag.Age != Known(age, AtLeast) || s.Lag.Bytes != Of(uint64(112)) || s.Lag.Records != Of(uint64(1)) {
		t.Errorf("it stood there: %+v", s.Lag)
	}
	w.take(w.size)
	w.step(nil)
	if s := w.publish().Sample; s.Lag.Age.How != NotApplicable || s.Lag.Bytes != Of(uint64(0)) {
		t.Errorf("nothing waits: %+v", s.Lag)
	}
	w.put(100)
	came := w.now
	w.run(3*time.Second, func() {
		if w.used() < 2000 {
			w.put(100)
		}
	})
	if s := w.publish().Sample; s.Lag.Age != Of(s.At.Sub(came)) {
		t.Errorf("%+v, want %v", s.Lag, s.At.Sub(came))
	}
	rows := []Row{{Pos: w.cons}, {Pos: w.prod}, {Pos: 0}}
	d := w.a.Publish(w.now, Detail{Rows: rows}, Observation{}).Sample.Detail
	if r := d.Rows[0]; r.FirstSeen != Of(came) || r.FirstSeenTol != w.tick || r.Age.How != Exact {
		t.Errorf("%+v", r)
	}
	if d.Rows[1].Age.Known() || d.Rows[2].Age.How != AtLeast {
		t.Errorf("%+v", d.Rows[1:])
	}
}

// A source may tell of its ring before a look or within it.
func TestRingWithinALook(t *testing.T) {
	w := newWorld(64 * kib)
	w.run(3*time.Second, nil)
	next := *w.ring
	next.ID = 171
	w.a.Begin(w.now)
	w.a.Ring(&next)
	w.a.End(w.positions())
	if s := w.publish().Sample; !s.Since.Equal(w.now) || !s.At.Equal(w.now) || s.State != Live {
		t.Errorf("since %v, at %v, %v", s.Since, s.At, s.State)
	}
}

// A consumer position that passes the one of the producer between two reads counts once.
func TestConsumedBehindTheProducer(t *testing.T) {
	w := newWorld(64 * kib)
	for i, p := range []ringcore.Positions{
		{Producer: 800},
		{ConsumerFirst: 800, Producer: 800, Consumer: 1600},
		{ConsumerFirst: 1600, Producer: 2400, Consumer: 2400},
	} {
		w.a.Begin(w.now.Add(time.Duration(i) * time.Second))
		w.a.End(p)
		if got, want := w.publish().Sample.Totals.Consumed, []uint64{0, 800, 2400}[i]; got != want {
			t.Errorf("look %d: %d consumed, want %d", i, got, want)
		}
	}
}

func TestIdentity(t *testing.T) {
	w := newWorld(64 * kib)
	in := &stream{rate: 10 * kib}
	w.run(3*time.Second, func() { w.produce(in, 100); w.take(w.size) })
	same := *w.ring
	same.Owners = []Process{{PID: 7, Comm: "reader"}}
	same.Looked = w.now
	w.a.Ring(&same)
	changed := same
	changed.Owners = nil
	w.a.Ring(&changed)
	w.step(nil)
	if s := w.publish().Sample; s.Totals.Records == 0 || s.Ring != &changed || !s.Since.Equal(begin) {
		t.Errorf("another set of owners is the same ring: %+v", s.Totals)
	}
	w.a.Wait("ring named events")
	m := w.publish()
	if m.Sample.State != Waiting || m.Wait != "ring named events" || len(m.Findings) > 0 {
		t.Errorf("%v %q %v", m.Sample.State, m.Wait, m.Findings)
	}
	w.now = w.now.Add(5 * time.Second)
	next := *w.ring
	next.ID = 171
	w.ring = &next
	w.a.Ring(w.ring)
	w.prod, w.cons, w.records, w.told = 0, 0, nil, 0
	if m := w.publish(); m.Sample.State != Looking || m.Sample.Occupancy.Used.Known() {
		t.Errorf("%v, %+v", m.Sample.State, m.Sample.Occupancy)
	}
	w.step(nil)
	m = w.publish()
	if s := m.Sample; s.Totals.Records != 0 || s.Since.Before(begin.Add(8*time.Second)) || s.State != Live {
		t.Errorf("%+v since %v", s.Totals, s.Since)
	}
	var kinds []MarkKind
	for _, m := range m.History.Marks {
		kinds = append(kinds, m.Kind)
	}
	if want := []MarkKind{MarkAttached, MarkOwners, MarkGone, MarkAttached}; !slices.Equal(kinds, want) {
		t.Errorf("marks %v, want %v", kinds, want)
	}
	if last := m.History.Marks[3]; last.ID != 171 {
		t.Errorf("%+v", last)
	}
}

// TestFindingsEndWithTheirRing has a ring end while something is wrong with it, and a successor come seconds later: what was wrong lasted
// until the ring ended.
func TestFindingsEndWithTheirRing(t *testing.T) {
	w := newWorld(64 * kib)
	w.run(3*time.Second, nil)
	w.a.SecondReader(8)
	w.step(nil)
	if m := w.publish(); len(m.Findings) != 1 || m.Findings[0].Code != ManyReaders {
		t.Fatalf("%+v", m.Findings)
	}
	w.a.Wait("a ring named events")
	ended := w.now
	w.publish()
	w.now = w.now.Add(5 * time.Second)
	next := *w.ring
	next.ID = 171
	w.ring = &next
	w.a.Ring(w.ring)
	w.step(nil)
	var kinds []MarkKind
	for _, mark := range w.publish().History.Marks {
		kinds = append(kinds, mark.Kind)
		if mark.Kind == MarkEnded && !mark.At.Equal(ended) {
			t.Errorf("it ended %v after its ring", mark.At.Sub(ended))
		}
	}
	if want := []MarkKind{MarkAttached, MarkBegan, MarkEnded, MarkGone, MarkAttached}; !slices.Equal(kinds, want) {
		t.Errorf("marks %v, want %v", kinds, want)
	}
}

func TestNoRingYet(t *testing.T) {
	a := NewAccount()
	if m := a.Publish(begin, Detail{}, Observation{}); m.Sample.State != Looking || len(m.Findings) > 0 || m.History == nil {
		t.Errorf("%+v", m)
	}
	a.Begin(begin)
	a.Wait("a ring named rb")
	m := a.Publish(begin, Detail{}, Observation{})
	if m.Sample.State != Waiting || m.Wait != "a ring named rb" || len(m.History.Marks) > 0 {
		t.Errorf("%+v", m)
	}
	// Looks without an identity say nothing of what depends on the size.
	a.Begin(begin)
	a.Batch(&ringcore.Batch{Exact: true, To: 800, Records: 1})
	a.Lapped(800, 1600, false, false)
	a.End(ringcore.Positions{Producer: 1600, ConsumerFirst: 1600, Consumer: 1600})
	if s := a.Publish(begin, Detail{}, Observation{}).Sample; s.Occupancy.Used.Known() || s.Occupancy.Ratio.Known() {
		t.Errorf("%+v", s.Occupancy)
	}
}
