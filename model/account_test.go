package model

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ringscope/ringcore"
)

func TestLooksAllocateNothing(t *testing.T) {
	w := newWorld(64 * kib)
	now, prod := begin, uint64(0)
	lengths := [ringcore.LengthBuckets]uint32{7: 2}
	busy := ringcore.Linux.Encode(ringcore.Header{Length: 64, Busy: true})
	n := 0
	look := func() {
		now = now.Add(3 * time.Millisecond)
		n++
		w.a.Begin(now)
		w.a.Batch(&ringcore.Batch{From: prod, To: prod + 144, Records: 2, Busy: 1, Payload: 128, Largest: 72, Lengths: &lengths})
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
	if quiet > 6 {
		t.Errorf("%v allocations to publish", quiet)
	}
}

func TestTotalsOfABusyRecord(t *testing.T) {
	w := newWorld(64 * kib)
	w.look()
	pos := w.reserve(100).pos
	w.put(50)
	w.look()
	s := w.publish().Sample
	if want := (Totals{Records: 2, Committed: 1, Bytes: 112 + 64, Payload: 150, ResolvedBytes: 64, How: Exact}); s.Totals != want {
		t.Errorf("busy: %+v", s.Totals)
	}
	if s.Busy.Now != 1 || s.Busy.Head != Of(pos) || s.Busy.Blocked != 64 || !slices.Equal(s.Busy.At, []uint64{pos}) || s.Busy.BlockedR != Of(uint64(1)) {
		t.Errorf("busy: %+v", s.Busy)
	}
	w.finish(pos, true)
	w.look()
	s = w.publish().Sample
	if want := (Totals{
		Records: 2, Committed: 1, Discarded: 1, Bytes: 112 + 64, Payload: 150, DiscardedB: 112, ResolvedBytes: 112 + 64, How: Exact,
	}); s.Totals != want {
		t.Errorf("resolved: %+v", s.Totals)
	}
	if s.Busy.Now != 0 || s.Busy.Head.How != NotApplicable || s.Busy.Oldest.How != NotApplicable {
		t.Errorf("resolved: %+v", s.Busy)
	}
}

// A record stays busy for 20 min, with others behind it that come and go.
func TestBusyAges(t *testing.T) {
	w := newWorld(256 * kib)
	w.tick = 100 * time.Millisecond
	w.run(time.Second, nil)
	w.take(w.size)
	old := w.reserve(64).pos
	w.step(nil)
	since := w.moment.Sample.At
	k := 0
	w.run(20*time.Minute, func() {
		if k++; k%10 == 0 && w.used() < 200*kib {
			p := w.reserve(64).pos
			w.step(nil)
			w.finish(p, k%20 == 0)
		}
	})
	s := w.moment.Sample
	if want := s.At.Sub(since); s.Busy.Oldest != Of(want) || s.Busy.HeadAge != Of(want) || want < 19*time.Minute || s.Busy.Now != 1 {
		t.Errorf("%+v, want %v", s.Busy, want)
	}
	w.submit(old)
	w.step(nil)
	if s := w.publish().Sample; s.Busy.Now != 0 {
		t.Errorf("%+v", s.Busy)
	}
}

// The table holds as many as an observer remembers, in any order of ends.
func TestBusyTableIsFull(t *testing.T) {
	var b busyTable
	rnd := rand.New(rand.NewPCG(3, 4))
	live := []uint64{}
	next := uint64(1 << 40)
	for range 200_000 {
		if len(live) < ringcore.MaxRemembered && (len(live) == 0 || rnd.IntN(20) > 8) {
			if !b.add(busyRecord{pos: next}) {
				t.Fatalf("no room for one more than %d", len(live))
			}
			live = append(live, next)
			next += 8
			continue
		}
		i := rnd.IntN(len(live))
		if rnd.IntN(3) == 0 {
			i = 0
		}
		r := b.find(live[i])
		if r == nil || r.pos != live[i] {
			t.Fatalf("%d of %d is lost", i, len(live))
		}
		b.remove(r)
		if b.find(live[i]) != nil {
			t.Fatal("removed and still there")
		}
		live = slices.Delete(live, i, i+1)
		if len(live) > 0 && b.oldest().pos != live[0] || b.live != len(live) {
			t.Fatalf("oldest or number wrong among %d", len(live))
		}
	}
	if got := b.positions(MaxBusyShown); !slices.Equal(got, live[:MaxBusyShown]) {
		t.Errorf("positions %v, want %v", got, live[:MaxBusyShown])
	}
}

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

func TestRates(t *testing.T) {
	w := newWorld(64 * kib)
	k := 0
	each := func() { // 100 looks a second: 200 records/s of 100 bytes payload (112 span), a quarter discarded
		for range 2 {
			r := w.reserve(100)
			w.finish(r.pos, k%4 == 0)
			k++
		}
		w.take(w.size)
	}
	w.run(990*time.Millisecond, each)
	r := w.moment.Sample.Rates
	if r.Window != 0 || r.Records.How != Unmeasured || r.LastProduced.IsZero() {
		t.Errorf("in the first second: %+v", r)
	}
	first := w.publish().Sample
	w.run(2010*time.Millisecond, each)
	last := w.publish().Sample
	check := func(name string, r Rates) {
		t.Helper()
		for _, c := range []struct {
			what string
			got  Figure[float64]
			want float64
		}{
			{"records", r.Records, 200},
			{"bytes", r.Bytes, 200 * 112},
			{"payload", r.Payload, 200 * 100},
			{"consumed", r.Consumed, 200 * 112},
			{"consumed records", r.ConsumedRecords, 200},
			{"committed", r.Committed, 150},
			{"discarded", r.Discarded, 50},
			{"discard ratio of records", r.DiscardRatioRecords, 0.25},
			{"discard ratio of bytes", r.DiscardRatioBytes, 0.25},
			{"overhead", r.OverheadRatio, 12.0 / 112},
		} {
			if c.got.How != Exact || c.got.V < c.want*0.97 || c.got.V > c.want*1.03 {
				t.Errorf("%s: %s %v (%v), want %v", name, c.what, c.got.V, c.got.How, c.want)
			}
		}
		if !r.ConsumedMovedRecently || !r.ProducedRecently || r.LastRead.IsZero() {
			t.Errorf("%s: %+v", name, r)
		}
	}
	check("sample", last.Rates)
	if w := last.Rates.Window; w < time.Second || w > 1200*time.Millisecond {
		t.Errorf("window %v", w)
	}
	between := RatesBetween(first, last)
	check("between", between)
	if between.Window != last.At.Sub(first.At) {
		t.Errorf("window %v", between.Window)
	}
	if r := RatesBetween(last, first); r.Window != 0 || r.Bytes.How != Unmeasured {
		t.Errorf("backwards: %+v", r)
	}

	// What passed unseen makes the rates of records lower bounds; bytes are known from the positions.
	w.a.Begin(w.now)
	w.prod += 11200
	w.cons = w.prod
	w.records, w.told = nil, 0
	w.a.Lapped(w.prod-11200, w.prod, false, false)
	w.a.End(w.positions())
	w.now = w.now.Add(w.tick)
	w.run(600*time.Millisecond, each)
	r = w.publish().Sample.Rates
	if r.Records.How != AtLeast || r.Bytes.How != Exact || r.DiscardRatioRecords.How != Sampled || r.Bytes.V < 25000 {
		t.Errorf("with a gap: %+v", r)
	}
	w.run(5*time.Second, nil)
	r = w.publish().Sample.Rates
	if r.Records != Of(0.0) || r.ProducedRecently || r.DiscardRatioRecords.How != NotApplicable || w.moment.Sample.At.Sub(r.LastProduced) < 4900*time.Millisecond {
		t.Errorf("quiet: %+v", r)
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

func TestBuckets(t *testing.T) {
	w := newWorld(64 * kib) // 256 bytes each
	batch := func(from, to, records, discarded uint64) {
		w.a.Batch(&ringcore.Batch{From: from, To: to, Records: records, Discarded: discarded / 64, DiscardedBytes: discarded})
	}
	look := func(prod uint64, tell func()) *[Buckets]Bucket {
		w.now = w.now.Add(w.tick)
		w.a.Begin(w.now)
		tell()
		w.a.End(ringcore.Positions{Producer: prod, Consumer: prod, ConsumerFirst: prod})
		return &w.publish().Sample.Buckets
	}
	b := look(1088, func() {
		batch(0, 256, 4, 64)
		batch(256, 512, 4, 0)
		batch(512, 1088, 1, 0) // one record that reaches into bucket 4
	})
	want := [...]Bucket{
		{Written: true, Bytes: 256, Discarded: 64, Records: 4},
		{Written: true, Bytes: 256, Records: 4},
		{Written: true, Bytes: 576, Records: 1},
		{Written: true},
		{Written: true},
		{},
	}
	for i := range want {
		if b[i] != want[i] {
			t.Errorf("bucket %d: %+v, want %+v", i, b[i], want[i])
		}
	}
	// The next lap takes over where it has come, and nowhere else.
	b = look(65536+256+64, func() {
		w.a.Lapped(1088, 65536, false, false)
		batch(65536, 65536+256, 2, 256)
		batch(65536+256, 65536+256+64, 1, 0)
	})
	for i, want := range [...]Bucket{
		{Written: true, Bytes: 256, Discarded: 256, Records: 2},
		{Written: true, Bytes: 64, Records: 1},
		{Written: true, Bytes: 576, Records: 1},
	} {
		if b[i] != want {
			t.Errorf("second lap, bucket %d: %+v, want %+v", i, b[i], want)
		}
	}
	if b[255] != (Bucket{Written: true}) {
		t.Errorf("nobody saw what came here: %+v", b[255])
	}
	// A record that reaches into the next bucket takes over that one too.
	b = look(65536+1152, func() { batch(65536+320, 65536+1152, 1, 0) })
	for i, want := range [...]Bucket{
		1: {Written: true, Bytes: 64 + 832, Records: 2},
		2: {Written: true},
		3: {Written: true},
		4: {Written: true},
	} {
		if i > 0 && b[i] != want {
			t.Errorf("second lap, bucket %d: %+v, want %+v", i, b[i], want)
		}
	}
	// What passes unseen wipes what was known.
	b = look(3*65536, func() { w.a.Lapped(65536+1152, 3*65536, true, false) })
	for i := range b {
		if b[i] != (Bucket{Written: true}) {
			t.Fatalf("bucket %d: %+v", i, b[i])
		}
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
