package model

import (
	"errors"
	"math"
	"math/bits"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringscope/ringcore"
)

// truth is what was really written, beside what an observer of it tells an account.
type truth struct {
	t       *rapid.T
	a       *Account
	now     time.Time
	size    uint64
	prod    uint64
	watched uint64 // producer position at the first look
	looked  bool
	cursor  uint64
	records []record // from cursor on
	busy    []record // told busy
	want    Totals
	wantB   uint64 // busy records that count
	missed  uint64
}

func (x *truth) write() {
	for range rapid.IntRange(0, 20).Draw(x.t, "records") {
		r := record{pos: x.prod, length: uint32(rapid.IntRange(0, 700).Draw(x.t, "length"))}
		switch rapid.IntRange(0, 4).Draw(x.t, "state") {
		case 0:
			r.busy = true
		case 1:
			r.discard = true
		}
		x.records = append(x.records, r)
		x.prod += r.span()
	}
}

// batch tells the next n records, which must be on one side of where watching began.
func (x *truth) batch(n int) {
	b := ringcore.Batch{From: x.cursor, To: x.cursor, Before: x.cursor < x.watched, Exact: true}
	var lengths [ringcore.LengthBuckets]ringcore.LengthSum
	var busy []record
	for _, r := range x.records[:n] {
		b.To += r.span()
		b.Records++
		b.Payload += uint64(r.length)
		b.Largest = max(b.Largest, r.span())
		switch {
		case r.busy:
			b.Busy++
			busy = append(busy, r)
		case r.discard:
			b.Discarded++
			b.DiscardedBytes += r.span()
		}
		if b.Before {
			continue
		}
		x.want.Records++
		x.want.Bytes += r.span()
		x.want.Payload += uint64(r.length)
		lengths[bits.Len32(r.length)] += ringcore.NewLengthSum(1, r.length)
		switch {
		case r.busy:
			x.wantB++
		case r.discard:
			x.want.Discarded++
			x.want.DiscardedB += r.span()
			x.want.ResolvedBytes += r.span()
		default:
			x.want.Committed++
			x.want.ResolvedBytes += r.span()
		}
	}
	b.Lengths = &lengths
	x.records = x.records[n:]
	x.cursor = b.To
	x.a.Batch(&b)
	for _, r := range busy {
		x.a.Busy(r.pos, r.raw(), b.Before)
		x.busy = append(x.busy, r)
	}
}

// skip lets the next n records pass unseen.
func (x *truth) skip(n int) {
	from, before := x.cursor, x.cursor < x.watched
	for _, r := range x.records[:n] {
		x.cursor += r.span()
	}
	x.records = x.records[n:]
	if !before {
		x.missed += x.cursor - from
	}
	if from == x.cursor {
		return
	}
	if rapid.Bool().Draw(x.t, "corrupt") {
		x.a.Corrupt(from, 1, errors.New("wrong"), x.cursor, before)
	} else {
		x.a.Lapped(from, x.cursor, rapid.Bool().Draw(x.t, "torn"), before)
	}
}

// finish ends some of the busy records.
func (x *truth) finish() {
	var kept []record
	for _, r := range x.busy {
		counts := r.pos >= x.watched
		n := uint64(0)
		if counts {
			n = 1
		}
		switch rapid.IntRange(0, 5).Draw(x.t, "end") {
		case 0:
			r.busy = false
			x.a.Resolved(r.pos, r.raw(), !counts)
			x.want.Committed += n
			x.want.ResolvedBytes += n * r.span()
		case 1:
			r.busy, r.discard = false, true
			x.a.Resolved(r.pos, r.raw(), !counts)
			x.want.Discarded += n
			x.want.DiscardedB += n * r.span()
			x.want.ResolvedBytes += n * r.span()
		case 2:
			x.a.Unresolved(r.pos, r.raw(), !counts)
			x.want.Unresolved += n
		default:
			kept = append(kept, r)
			continue
		}
		x.wantB -= n
	}
	x.busy = kept
}

// look walks all or part of what is there.
func (x *truth) look() {
	x.now = x.now.Add(time.Duration(rapid.IntRange(1, 2000).Draw(x.t, "ms")) * time.Millisecond)
	if !x.looked {
		x.watched, x.looked = x.prod, true
	}
	x.a.Begin(x.now)
	x.finish()
	cut := rapid.IntRange(0, 6).Draw(x.t, "cut") == 0
	for len(x.records) > 0 && !cut {
		n := 0 // of records on this side of where watching began
		for _, r := range x.records {
			if (r.pos < x.watched) != (x.cursor < x.watched) {
				break
			}
			n++
		}
		n = rapid.IntRange(1, n).Draw(x.t, "n")
		if rapid.IntRange(0, 7).Draw(x.t, "gap") == 0 {
			x.skip(n)
		} else {
			x.batch(n)
		}
		cut = rapid.IntRange(0, 12).Draw(x.t, "cut") == 0
	}
	x.a.End(ringcore.Positions{ConsumerFirst: x.prod, Producer: x.prod, Consumer: x.prod})
}

func (x *truth) check() {
	s := x.a.Publish(x.now, Detail{}, Observation{}).Sample
	got, want := s.Totals, x.want
	got.Consumed, want.Consumed = 0, 0
	want.How, want.Produced = Exact, x.prod-x.watched
	ahead := x.prod - max(x.cursor, x.watched)
	if x.missed > 0 || ahead > 0 || !x.a.sums.settled {
		want.How = AtLeast
	}
	if got != want {
		x.t.Fatalf("totals\n got %+v\nwant %+v", got, want)
	}
	if busy := x.a.sums.busy; busy != x.wantB || got.Records != got.Committed+got.Discarded+got.Unresolved+busy {
		x.t.Fatalf("%d busy, want %d, totals %+v", busy, x.wantB, got)
	}
	if s.Busy.Now != uint64(len(x.busy)) {
		x.t.Fatalf("%d busy now, want %d", s.Busy.Now, len(x.busy))
	}
	var records, bytes uint64
	for i := range s.Lengths {
		records, bytes = records+s.Lengths[i], bytes+s.LengthBytes[i]
	}
	if records != got.Records || bytes != got.Payload {
		x.t.Fatalf("%d lengths, %d bytes, totals %+v", records, bytes, got)
	}
	if s.Missed.Bytes != x.missed {
		x.t.Fatalf("missed %d, want %d", s.Missed.Bytes, x.missed)
	}
	// Seen and missed are all that was produced, but for what a walk that was cut short has not reached.
	if got.Bytes+s.Missed.Bytes+ahead != x.prod-x.watched {
		x.t.Fatalf("seen %d + missed %d + ahead %d != produced %d", got.Bytes, s.Missed.Bytes, ahead, x.prod-x.watched)
	}
}

func TestTotalsAreTheTruth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := &truth{t: t, a: NewAccount(), now: begin, size: 1 << 20}
		x.a.Ring(&Ring{Source: SourceDemo, Format: ringcore.Linux, Geometry: ringcore.LinuxGeometry(x.size, 4096)})
		start := rapid.SampledFrom([]uint64{0, 8192, 1<<32 - 4096, 1 << 52}).Draw(t, "start")
		x.prod, x.cursor = start, start
		for range rapid.IntRange(1, 25).Draw(t, "looks") {
			x.write()
			x.look()
			x.check()
		}
	})
}

// A second observer of the same watch, as after the program was stopped and went on, begins further back or further on. Nothing counts
// twice, and what neither saw is missed.
func TestSecondObserver(t *testing.T) {
	a := NewAccount()
	a.Ring(&Ring{Source: SourceDemo, Format: ringcore.Linux, Geometry: ringcore.LinuxGeometry(64<<10, 4096)})
	now := begin
	look := func(prod uint64, batches ...ringcore.Batch) *Sample {
		now = now.Add(time.Second)
		a.Begin(now)
		for _, b := range batches {
			a.Batch(&b)
		}
		a.End(ringcore.Positions{Producer: prod, ConsumerFirst: prod, Consumer: prod})
		return a.Publish(now, Detail{}, Observation{}).Sample
	}
	look(1000)
	look(2000, ringcore.Batch{Exact: true, From: 1000, To: 2000, Records: 10})
	for _, c := range []struct {
		name     string
		from, to uint64
		bytes    uint64
		records  uint64
		missed   uint64
	}{
		{"again", 1504, 2000, 1000, 10, 0},
		{"goes on", 2000, 3000, 2000, 20, 0},
		{"overlaps", 2800, 3200, 2000, 20, 200},
		{"leaves out", 4000, 4400, 2400, 30, 1000},
	} {
		s := look(c.to, ringcore.Batch{Exact: true, From: c.from, To: c.to, Before: true, Records: 10})
		if s.Totals.Bytes != c.bytes || s.Totals.Records != c.records || s.Missed.Bytes != c.missed {
			t.Errorf("%s: %d bytes, %d records, %d missed", c.name, s.Totals.Bytes, s.Totals.Records, s.Missed.Bytes)
		}
		if s.Totals.Bytes+s.Missed.Bytes != c.to-1000 {
			t.Errorf("%s: seen %d + missed %d != produced %d", c.name, s.Totals.Bytes, s.Missed.Bytes, c.to-1000)
		}
	}
}

// The busy records of the first observer are unknown to the second. Those that a lap has overwritten are given up.
func TestForgottenBusy(t *testing.T) {
	w := newWorld(64 * kib)
	w.look()
	w.reserve(64)
	w.look()
	for _, c := range []struct {
		at         uint64
		busy, lost uint64
	}{{64 * kib, 1, 0}, {64*kib + 8, 0, 1}} {
		w.a.Begin(w.now)
		w.a.Lapped(w.prod, c.at, false, false)
		w.prod, w.cons = c.at, c.at
		w.a.End(w.positions())
		s := w.publish().Sample
		if s.Busy.Now != c.busy || s.Totals.Unresolved != c.lost || s.Totals.Records != 1 {
			t.Errorf("at %d: %d busy, %+v", c.at, s.Busy.Now, s.Totals)
		}
	}
}

func TestProducerWentBack(t *testing.T) {
	a := NewAccount()
	a.Ring(&Ring{Source: SourceFile, Format: ringcore.Linux, Geometry: ringcore.LinuxGeometry(64<<10, 4096)})
	at := func(n int, p uint64) {
		a.Begin(begin.Add(time.Duration(n) * time.Second))
		switch n {
		case 1:
			a.Batch(&ringcore.Batch{Exact: true, From: 1000, To: 2000, Records: 10})
		case 2:
			a.Corrupt(2000, 0, ringcore.ErrWentBack, 0, false)
		case 3:
			a.Batch(&ringcore.Batch{Exact: true, From: 0, To: 800, Records: 8})
		}
		a.End(ringcore.Positions{Producer: p, ConsumerFirst: p, Consumer: p})
	}
	for n, p := range []uint64{1000, 2000, 0, 800} {
		at(n, p)
	}
	s := a.Publish(begin.Add(3*time.Second), Detail{}, Observation{}).Sample
	if s.Totals.Bytes != 1800 || s.Totals.Records != 18 || s.Missed.Bytes != 0 || s.Missed.Resyncs != 1 {
		t.Errorf("totals %+v, missed %+v", s.Totals, s.Missed)
	}
}

// TestMissedNeverBeginsAnew: in years more can pass than can be summed up.
func TestMissedNeverBeginsAnew(t *testing.T) {
	var s sums
	s.settle(0)
	const leap = 1 << 62
	for at := ringcore.Pos(0); at < 3*leap; at += leap {
		s.allowed = leap
		s.pass(at, at+leap, false, false)
	}
	s.back(3*leap, 0)
	s.allowed = leap
	s.pass(0, leap, false, false)
	if s.missed != math.MaxUint64 {
		t.Errorf("%d bytes missed after four leaps of %d", s.missed, uint64(leap))
	}
}
