package sampler_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

// survivor is a ring of real bytes with its writer, its consumer, an observer and its account, at simulated times.
type survivor struct {
	*sampler.Observed
	t        *testing.T
	writer   ringcore.Writer
	consumer *ringcore.Consumer
	account  *model.Account
	in       sampler.Intake
	now      time.Time
	start    ringcore.Pos
	moment   *model.Moment
}

// size64 is a ring of 64 KiB as most kernels lay it out.
func size64() ringcore.Geometry {
	g := ringcore.LinuxGeometry(64<<10, 4096)
	g.Pending = 8
	return g
}

// survive makes one whose positions stand at start, and that one process reads.
func survive(t *testing.T, g ringcore.Geometry, start ringcore.Pos) *survivor {
	t.Helper()
	m := ringcore.Memory{Consumer: make([]byte, 64), Producer: make([]byte, 64), Data: make([]byte, 2*g.Size)}
	s := &survivor{t: t, account: model.NewAccount(), start: start, now: time.Date(2026, 9, 1, 2, 14, 7, 0, time.UTC)}
	ring, err := ringcore.NewRing(ringcore.Linux, g, m)
	if err != nil {
		t.Fatal(err)
	}
	s.Observed = sampler.NewObserved(ring, sampler.ObservedOptions{Payload: true})
	s.setPosition(m.Consumer, start)
	s.setPosition(m.Producer, start)
	if g.Pending >= 0 {
		s.setPosition(m.Producer[g.Pending:], start)
	}
	if s.writer, err = ringcore.NewWriter(ring); err != nil {
		t.Fatal(err)
	}
	if s.consumer, err = ringcore.NewConsumer(ring); err != nil {
		t.Fatal(err)
	}
	s.in = s.account
	s.readBy(1)
	s.look()
	return s
}

// readBy says how many processes read the ring.
func (s *survivor) readBy(n int) {
	s.account.Ring(&model.Ring{
		Source: model.SourceBPF, ID: 167, Name: "events", Type: model.TypeRingbuf, Format: ringcore.Linux, Geometry: *s.Ring().Geometry(), Readers: model.Of(n),
	})
}

// setPosition writes a position at the ring's width.
func (s *survivor) setPosition(page []byte, pos ringcore.Pos) {
	if s.Ring().Geometry().PosWidth == 4 {
		binary.NativeEndian.PutUint32(page, uint32(pos))
		return
	}
	binary.NativeEndian.PutUint64(page, pos)
}

// forgeConsumer puts the consumer position anywhere.
func (s *survivor) forgeConsumer(pos ringcore.Pos) { s.setPosition(s.Ring().Memory().Consumer, pos) }

func (s *survivor) producer() ringcore.Pos { return s.Ring().ReadPositions().Producer }

// header puts anything where a header stands.
func (s *survivor) header(pos ringcore.Pos, h ringcore.Header) (raw uint64) {
	raw = ringcore.Linux.Encode(h)
	at := s.Ring().Memory().Data[pos&(s.Ring().Size()-1):]
	binary.NativeEndian.PutUint32(at, uint32(raw))
	binary.NativeEndian.PutUint32(at[4:], uint32(raw>>32))
	return raw
}

// reserve makes room for a payload of n bytes, and fills it.
func (s *survivor) reserve(n uint32) ringcore.Reservation {
	s.t.Helper()
	v, err := s.writer.Reserve(n)
	if err != nil {
		s.t.Fatalf("reserve %d bytes: %v", n, err)
	}
	for i := range v.Payload {
		v.Payload[i] = 0xaa
	}
	return v
}

// write submits records of n bytes.
func (s *survivor) write(records int, n uint32) {
	s.t.Helper()
	for range records {
		s.writer.Submit(s.reserve(n))
	}
}

// read consumes all that is finished.
func (s *survivor) read() {
	s.t.Helper()
	for range s.consumer.Records() {
	}
	if err := errors.Join(s.consumer.Err(), s.consumer.Release()); err != nil {
		s.t.Fatal(err)
	}
}

// look looks at everything there is, publishes, and lets 10 ms pass.
func (s *survivor) look() {
	s.t.Helper()
	for {
		pace, err := s.Look(s.now, s.in)
		if err != nil {
			s.t.Fatal(err)
		}
		if !pace.More {
			break
		}
	}
	s.moment = s.account.Publish(s.now, s.Detail(s.now, model.Focus{Anchor: model.AtReader, Rows: 64}), model.Observation{})
	s.now = s.now.Add(10 * time.Millisecond)
}

// run lets time pass; each comes before every look.
func (s *survivor) run(d time.Duration, each func()) {
	s.t.Helper()
	for end := s.now.Add(d); s.now.Before(end); {
		if each != nil {
			each()
		}
		s.look()
	}
}

// healthy is three seconds in which all is well.
func (s *survivor) healthy() {
	s.t.Helper()
	s.run(3*time.Second, func() { s.write(10, 56); s.read() })
	s.finds()
}

// finds asks for these findings and no others.
func (s *survivor) finds(want ...model.Code) {
	s.t.Helper()
	got := []model.Code{}
	for _, f := range s.moment.Findings {
		got = append(got, f.Code)
	}
	if !slices.Equal(got, append([]model.Code{}, want...)) {
		s.t.Fatalf("findings %v, want %v", got, want)
	}
}

// finding returns the first one, which must be c.
func (s *survivor) finding(c model.Code) model.Evidence {
	s.t.Helper()
	if len(s.moment.Findings) == 0 || s.moment.Findings[0].Code != c {
		s.t.Fatalf("findings %+v, want %s first", s.moment.Findings, c)
	}
	return s.moment.Findings[0].Evidence
}

// adds asks that what was seen and what was missed is what was produced.
func (s *survivor) adds(missed uint64) {
	s.t.Helper()
	m := s.moment.Sample
	if m.Totals.Bytes+missed != s.producer()-s.start || m.Missed.Bytes != missed {
		s.t.Errorf("seen %d, missed %d; want %d in all, %d missed", m.Totals.Bytes, m.Missed.Bytes, s.producer()-s.start, missed)
	}
	if (missed > 0) != (m.Totals.How != model.Exact) {
		s.t.Errorf("missed %d bytes: totals are %v", missed, m.Totals.How)
	}
}

func TestHeaderIsCorrupt(t *testing.T) {
	for name, c := range map[string]struct {
		forge ringcore.Header
		why   error
	}{
		"a bit flipped in the length":   {ringcore.Header{Length: 56 | 1<<20, PageOffset: 3}, ringcore.ErrPastProducer},
		"reaches past the producer":     {ringcore.Header{Length: 6*64 - 8 + 1, PageOffset: 3}, ringcore.ErrPastProducer},
		"larger than the ring":          {ringcore.Header{Length: 64 << 10, PageOffset: 3}, ringcore.ErrPastProducer},
		"busy, and too long":            {ringcore.Header{Length: 1<<30 - 1, PageOffset: 3, Busy: true}, ringcore.ErrPastProducer},
		"page offset of another page":   {ringcore.Header{Length: 56, PageOffset: 4}, ringcore.ErrPageOffset},
		"page offset as Windows counts": {ringcore.Header{Length: 56}, ringcore.ErrPageOffset},
	} {
		t.Run(name, func(t *testing.T) {
			s := survive(t, size64(), 1<<20)
			s.healthy()
			for s.producer()%(64<<10) > 4096-640 || s.producer()%(64<<10) == 0 { // ten records within the first page
				s.write(1, 56)
				s.read()
			}
			s.look()
			s.finds()
			from := s.producer()
			s.write(10, 56)
			raw := s.header(from+4*64, c.forge)
			records := s.moment.Sample.Totals.Records
			s.look()
			s.finds(model.Corrupt)
			if e := s.finding(model.Corrupt); e.Position != from+4*64 || e.Raw != model.Of(raw) || e.Why != c.why.Error() || e.Count != 1 {
				t.Errorf("%d at %d: %+v, %s; want 1 at %d: %016x, %v", e.Count, e.Position, e.Raw, e.Why, from+4*64, raw, c.why)
			}
			if m := s.moment.Sample; m.Totals.Records != records+4 || m.Missed.Resyncs != 1 || m.Missed.Torn != 0 {
				t.Errorf("%d records more, missed %+v", m.Totals.Records-records, m.Missed)
			}
			s.adds(6 * 64)
			s.write(5, 56)
			s.look()
			if m := s.moment.Sample; m.Totals.Records != records+9 {
				t.Errorf("%d records more after going on, want 9", m.Totals.Records-records)
			}
			s.adds(6 * 64)
		})
	}
}

func TestLapped(t *testing.T) {
	s := survive(t, size64(), 0)
	s.healthy()
	for range 300 { // three rings and more, without a look
		s.write(10, 56)
		s.read()
	}
	s.look()
	s.finds(model.ViewGaps)
	if e := s.finding(model.ViewGaps); e.Missed != 300*640 {
		t.Errorf("missed %d bytes, want %d", e.Missed, 300*640)
	}
	if m := s.moment.Sample.Missed; m.Resyncs != 1 || m.Torn != 0 {
		t.Errorf("missed %+v", m)
	}
	s.adds(300 * 640)
	s.run(time.Second, func() { s.write(10, 56); s.read() })
	s.adds(300 * 640)
}

// between is an intake that calls f once, after the first batch of a look: there are more to come.
type between struct {
	*model.Account
	f func()
}

func (b *between) Batch(batch *ringcore.Batch) {
	b.Account.Batch(batch)
	if f := b.f; f != nil {
		b.f = nil
		f()
	}
}

func TestTorn(t *testing.T) {
	g := size64()
	g.Size = 256 << 10
	s := survive(t, g, 0)
	s.healthy()
	s.write(3000, 56) // more than is proven at once
	s.read()
	s.in = &between{s.account, func() { s.write(4000, 56); s.read() }}
	s.look()
	s.finds(model.ViewGaps)
	m := s.moment.Sample
	if m.Missed.Torn != 1 || m.Missed.Resyncs != 1 || m.Missed.Bytes < 3000*64-2*(64<<10) || m.Missed.Bytes > 7000*64 {
		t.Errorf("missed %+v", m.Missed)
	}
	s.adds(m.Missed.Bytes)
	if m.Totals.Committed != m.Totals.Bytes/64 || m.Busy.Now != 0 || m.Totals.Discarded != 0 {
		t.Errorf("what stood where something else was read: %+v, %d busy", m.Totals, m.Busy.Now)
	}
}

// TestFastConsumer releases records before anybody looks.
func TestFastConsumer(t *testing.T) {
	s := survive(t, size64(), 0)
	s.run(5*time.Second, func() { s.write(900, 56); s.read() })
	s.finds()
	s.adds(0)
	if m := s.moment.Sample; m.Totals.Committed != 500*900 || m.Occupancy.Peak.V != 0 || m.Occupancy.PeakBound.V < 900*64 {
		t.Errorf("%d records, at most %+v used, at most %+v between looks", m.Totals.Committed, m.Occupancy.Peak, m.Occupancy.PeakBound)
	}
}

func TestTwoConsumers(t *testing.T) {
	s := survive(t, size64(), 0)
	s.healthy()
	consumed := s.moment.Sample.Totals.Consumed
	back := s.producer() - 640
	s.forgeConsumer(back)
	s.look()
	s.finds(model.ManyReaders)
	if e := s.finding(model.ManyReaders); e.Position != back || e.Count != 1 {
		t.Errorf("%d times, at %d; want once, at %d", e.Count, e.Position, back)
	}
	m := s.moment.Sample
	if m.Totals.Consumed != consumed || m.Occupancy.Used != model.Of(uint64(640)) || m.Positions.Consumer.V != back {
		t.Errorf("consumed %d (before: %d), used %+v", m.Totals.Consumed, consumed, m.Occupancy.Used)
	}
	if err := s.consumer.Release(); err != nil { // nothing to release: not its business
		t.Error(err)
	}
	s.write(1, 56)
	for range s.consumer.Records() {
	}
	if err := s.consumer.Release(); !errors.Is(err, ringcore.ErrSecondConsumer) {
		t.Errorf("the first consumer is told %v", err)
	}
}

func TestConsumerAhead(t *testing.T) {
	for _, c := range []struct {
		by      ringcore.Pos
		n       uint32
		refused error
	}{
		{8, 0, nil}, // the record reaches the consumer position
		{16, 0, ringcore.ErrFull},
		{16, 8, nil},
		{4096, 8, ringcore.ErrFull},
		{1 << 40, 8, ringcore.ErrFull},
	} {
		t.Run(fmt.Sprintf("%d bytes, %d reserved", c.by, c.n), func(t *testing.T) {
			s := survive(t, size64(), 0)
			s.healthy()
			records := s.moment.Sample.Totals.Records
			s.forgeConsumer(s.producer() + c.by)
			s.look()
			s.finds(model.PositionInvalid)
			if e := s.finding(model.PositionInvalid); e.Ahead != c.by || e.Misaligned || e.Wrong != model.ConsumerPosition {
				t.Errorf("ahead by %d (misaligned: %t), want %d", e.Ahead, e.Misaligned, c.by)
			}
			if o := s.moment.Sample.Occupancy; o.Used.V != 0 || o.Used.How == model.Exact {
				t.Errorf("used %+v", o.Used)
			}
			v, err := s.writer.Reserve(c.n)
			if !errors.Is(err, c.refused) {
				t.Errorf("reserving %d bytes: %v, want %v", c.n, err, c.refused)
			}
			if err == nil {
				s.writer.Submit(v)
				records++
			}
			s.look()
			if got := s.moment.Sample.Totals.Records; got != records {
				t.Errorf("%d records, want %d", got, records)
			}
			s.adds(0)
		})
	}
}

func TestConsumerNeverMoves(t *testing.T) {
	for readers, want := range map[int]model.Code{0: model.NoConsumer, 1: model.ConsumerStalled} {
		t.Run(fmt.Sprint(readers, " readers"), func(t *testing.T) {
			s := survive(t, size64(), 0)
			s.readBy(readers)
			refused := 0
			s.run(12*time.Second, func() {
				for {
					v, err := s.writer.Reserve(56)
					if err != nil {
						refused++
						return
					}
					s.writer.Submit(v)
				}
			})
			if e := s.finding(want); e.Used != 1023*64 || e.Size != 64<<10 {
				t.Errorf("%+v", e)
			}
			if m := s.moment.Sample; m.Occupancy.Used != model.Of(uint64(1023*64)) || m.Lag.Records != model.Of(uint64(1023)) || refused < 1000 {
				t.Errorf("used %+v, %+v waiting, refused %d times", m.Occupancy.Used, m.Lag.Records, refused)
			}
			if m := s.moment.Sample; m.Drops.Count.Known() {
				t.Errorf("%+v dropped: nobody counts that on Linux", m.Drops.Count)
			}
		})
	}
}

func TestMisalignedPositions(t *testing.T) {
	for name, forge := range map[string]func(s *survivor){
		"consumer": func(s *survivor) { s.forgeConsumer(s.producer() - 59) },
		"producer": func(s *survivor) { s.setPosition(s.Ring().Memory().Producer, s.producer()+13) },
	} {
		t.Run(name, func(t *testing.T) {
			s := survive(t, size64(), 0)
			s.healthy()
			records := s.moment.Sample.Totals.Records
			forge(s)
			s.look()
			s.finds(model.PositionInvalid)
			if e := s.finding(model.PositionInvalid); !e.Misaligned || string(e.Wrong) != name {
				t.Errorf("%+v", e)
			}
			if m := s.moment.Sample; m.Totals.Records != records || m.Missed.Bytes != 0 || m.Lag.Bytes.Known() {
				t.Errorf("walked from there: %+v, missed %+v, lag %+v", m.Totals, m.Missed, m.Lag)
			}
		})
	}
}

// TestDumpOfNonsense: where the positions leave no record to read, a dump says so, and not that none waits.
func TestDumpOfNonsense(t *testing.T) {
	for name, c := range map[string]struct {
		forge func(s *survivor)
		want  string // of the error; empty: none
	}{
		"none waits":       {func(*survivor) {}, ""},
		"misaligned":       {func(s *survivor) { s.forgeConsumer(s.producer() - 59) }, "no record can begin"},
		"ahead":            {func(s *survivor) { s.forgeConsumer(s.producer() + 4096) }, "is ahead of it"},
		"more than a ring": {func(s *survivor) { s.forgeConsumer(s.producer() - 65<<10) }, "further behind it than the ring is large"},
	} {
		t.Run(name, func(t *testing.T) {
			s := survive(t, size64(), 1<<20)
			c.forge(s)
			o := sampler.NewObserved(s.Ring(), sampler.ObservedOptions{})
			err := o.Dump(0, func(r model.Row) bool { t.Errorf("a record at %d", r.Pos); return true })
			var bad *sampler.BadPositionsError
			if c.want == "" && err != nil || c.want != "" && (!errors.As(err, &bad) || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestBusyHeadForLong(t *testing.T) {
	s := survive(t, size64(), 0)
	s.healthy()
	held := s.reserve(56)
	s.run(3*time.Second, func() { s.write(2, 56); s.read() })
	s.finds(model.HeadBusy)
	behind := uint64(600)
	if e := s.finding(model.HeadBusy); e.Position != held.Pos || e.For < 2900*time.Millisecond || e.For > 3*time.Second || e.Waiting != behind*64 {
		t.Errorf("%+v", e)
	}
	m := s.moment.Sample
	if m.Busy.Now != 1 || m.Busy.Blocked != behind*64 || m.Busy.BlockedR != model.Of(behind) {
		t.Errorf("%+v", m.Busy)
	}
	if rows := m.Detail.Rows; len(rows) < 10 || rows[0].Pos != held.Pos || rows[0].Header.State() != ringcore.Busy || rows[1].Header.State() != ringcore.Committed {
		t.Errorf("%d rows: what stands behind the head is not listed", len(rows))
	}
	s.writer.Submit(held)
	s.run(2*time.Second, func() { s.read() })
	s.finds()
	s.adds(0)
}

// TestBusyHeaders300000 reserves more records than an observer or an account remembers, and finishes them the other way round. Of the smallest
// ones a stretch of a walk holds more than that; of those that begin with some that were met before, what is left of the room is no whole one.
func TestBusyHeaders300000(t *testing.T) {
	for _, c := range []struct {
		length uint32
		before int
	}{{8, 0}, {0, 0}, {0, 7}} {
		t.Run(fmt.Sprintf("%d bytes, %d before", c.length, c.before), func(t *testing.T) {
			const many = 300_000
			g := size64()
			g.Size = 16 << 20
			s := survive(t, g, 0)
			s.healthy()
			records, span := s.moment.Sample.Totals.Records, ringcore.Linux.Span(c.length)
			held := make([]ringcore.Reservation, many)
			for i := range held {
				if held[i] = s.reserve(c.length); i+1 == c.before {
					s.look()
				}
			}
			s.run(time.Second, nil)
			if e := s.finding(model.HeadBusy); e.Position != held[0].Pos || e.Waiting != (many-1)*span {
				t.Errorf("%+v", e)
			}
			if b := s.moment.Sample.Busy; b.Now != ringcore.MaxRemembered || b.How != model.AtLeast || b.Blocked != (many-1)*span {
				t.Errorf("%d busy (%v), %d bytes blocked; want at least %d", b.Now, b.How, b.Blocked, ringcore.MaxRemembered)
			}
			if used := s.moment.Sample.Occupancy.Used; used != model.Of(many*span) {
				t.Errorf("used %+v", used)
			}
			if m := s.moment.Sample; m.Totals.How != model.AtLeast || m.Rates.Records.How != model.AtLeast || m.Rates.Bytes.How != model.Exact || m.Missed.Bytes != 0 {
				t.Errorf("totals are %v, records/s %+v, bytes/s %+v though not all were walked; missed %+v", m.Totals.How, m.Rates.Records, m.Rates.Bytes, m.Missed)
			}
			s.run(time.Second, nil)
			if r := s.moment.Sample.Rates; r.Records.Known() || r.Bytes != model.Of(0.0) {
				t.Errorf("records/s %+v, bytes/s %+v though not all were walked a second ago nor now", r.Records, r.Bytes)
			}
			slices.Reverse(held)
			for _, v := range held {
				s.writer.Submit(v)
			}
			s.look()
			if m := s.moment.Sample; m.Rates.Records.How != model.AtMost || m.Rates.Bytes.V != 0 {
				t.Errorf("what came before the last second counts in %+v; bytes/s %+v", m.Rates.Records, m.Rates.Bytes)
			}
			s.read()
			s.look()
			s.adds(0)
			if m := s.moment.Sample; m.Totals.Committed != records+many || m.Busy.Now != 0 || m.Busy.How != model.Exact || m.Totals.Unresolved != 0 {
				t.Errorf("%+v, %d busy (%v)", m.Totals, m.Busy.Now, m.Busy.How)
			}
		})
	}
}

// TestFullByThePendingRule has a consumer pass a busy record, which it must not, so that the ring refuses though it looks empty.
func TestFullByThePendingRule(t *testing.T) {
	s := survive(t, size64(), 0)
	s.healthy()
	held := s.reserve(56)
	refused := 0
	s.run(3*time.Second, func() {
		s.forgeConsumer(s.producer())
		for range 20 {
			v, err := s.writer.Reserve(56)
			if err != nil {
				if !errors.Is(err, ringcore.ErrPending) {
					t.Fatal(err)
				}
				refused++
				return
			}
			s.writer.Submit(v)
		}
	})
	if refused == 0 {
		t.Fatal("nothing was refused")
	}
	if e := s.finding(model.ReserveBlocked); e.Position != held.Pos || e.Used > 20*64 {
		t.Errorf("%+v", e)
	}
	s.writer.Submit(held)
	s.run(3*time.Second, func() { s.forgeConsumer(s.producer()) })
	s.finds()
	if p := s.Ring().ReadPositions(); p.Pending == p.Producer {
		t.Errorf("pending position %d is not stale: this test shows nothing", p.Pending)
	}
}

func TestRecordLargerThanTheRing(t *testing.T) {
	s := survive(t, size64(), 0)
	s.healthy()
	for n, want := range map[uint32]error{64<<10 - 15: ringcore.ErrTooLarge, 64<<10 - 8: ringcore.ErrTooLarge, 64<<10 - 7: ringcore.ErrTooLarge, ringcore.MaxLinuxPayload + 1: ringcore.ErrTooLarge} {
		if _, err := s.writer.Reserve(n); !errors.Is(err, want) {
			t.Errorf("reserve %d bytes: %v, want %v", n, err, want)
		}
	}
	s.writer.Submit(s.reserve(64<<10 - 16))
	s.look()
	if m := s.moment.Sample; m.Occupancy.Used != model.Of(uint64(64<<10-8)) || m.Missed.Bytes != 0 {
		t.Errorf("the largest of all: used %+v, missed %+v", m.Occupancy.Used, m.Missed)
	}
	s.read()
	s.look()
	s.adds(0)
}

func TestRunsOfDiscards(t *testing.T) {
	s := survive(t, size64(), 0)
	s.run(8*time.Second, func() {
		s.write(1, 0)
		for range 50 {
			s.writer.Discard(s.reserve(56))
		}
		s.read()
	})
	s.finds(model.DiscardHeavy)
	m := s.moment.Sample
	if m.Totals.Committed != 800 || m.Totals.Discarded != 40_000 || m.Totals.DiscardedB != 40_000*64 {
		t.Errorf("%+v", m.Totals)
	}
	if e := s.finding(model.DiscardHeavy); e.RatioR < 0.97 || e.RatioR > 0.99 || e.Ratio < 0.99 {
		t.Errorf("%.3f of the records, %.3f of the bytes are discarded", e.RatioR, e.Ratio)
	}
	if s.consumer.Tally().Discarded != 40_000 || m.Occupancy.Used.V != 0 {
		t.Errorf("%+v", s.consumer.Tally())
	}
	for range 50 {
		s.writer.Discard(s.reserve(56))
	}
	s.look()
	if rows := s.moment.Sample.Detail.Rows; len(rows) < 50 || rows[len(rows)-1].Header.State() != ringcore.Discarded {
		t.Errorf("%d rows, discards are not listed", len(rows))
	}
	s.adds(0)
}

// TestPositionsWrap passes 2^32 where positions have 4 bytes, and 2^64, which no ring reaches.
func TestPositionsWrap(t *testing.T) {
	narrow := size64()
	narrow.PosWidth, narrow.Pending = 4, 4
	for name, c := range map[string]struct {
		g     ringcore.Geometry
		start ringcore.Pos
	}{
		"2^32 with 4 bytes": {narrow, 1<<32 - 300*640},
		"2^31 with 4 bytes": {narrow, 1<<31 - 300*640},
		"2^32 with 8 bytes": {size64(), 1<<32 - 300*640},
		"2^63":              {size64(), 1<<63 - 300*640},
		"2^64":              {size64(), 1<<64 - 300*640},
	} {
		t.Run(name, func(t *testing.T) {
			s := survive(t, c.g, c.start)
			wrote := uint64(0)
			s.run(6*time.Second, func() {
				s.read()
				s.write(10, 56)
				wrote += 640
			})
			s.finds()
			m := s.moment.Sample
			if m.Totals.Bytes != wrote || m.Totals.Committed != wrote/64 || m.Missed.Bytes != 0 || m.Totals.Consumed != wrote-640 {
				t.Errorf("%+v, missed %+v; want %d bytes", m.Totals, m.Missed, wrote)
			}
			if m.Occupancy.Used != model.Of(uint64(640)) || m.Occupancy.Peak.V != 640 || m.Lag.Records != model.Of(uint64(10)) {
				t.Errorf("used %+v, peak %+v, lag %+v", m.Occupancy.Used, m.Occupancy.Peak, m.Lag)
			}
			held := s.reserve(56)
			s.run(time.Second, func() { s.write(1, 56); s.read() })
			if e := s.finding(model.HeadBusy); uint32(e.Position) != uint32(held.Pos) || e.Waiting != 100*64 {
				t.Errorf("%+v", e)
			}
		})
	}
}

// TestLargePages has page offsets as kernels with pages of 16 and 64 KiB write them.
func TestLargePages(t *testing.T) {
	for _, page := range []int{4 << 10, 16 << 10, 64 << 10} {
		t.Run(fmt.Sprint(page), func(t *testing.T) {
			g := ringcore.LinuxGeometry(uint64(4*page), page)
			g.Pending = 8
			s := survive(t, g, 0)
			offsets := map[uint32]bool{}
			s.run(5*time.Second, func() {
				pos := s.producer()
				s.write(1, uint32(page/4-8))
				offsets[s.Ring().Header(pos).PageOffset] = true
				s.read()
			})
			s.finds()
			s.adds(0)
			if len(offsets) != 4 || !offsets[3] || !offsets[6] {
				t.Errorf("page offsets %v, want 3 to 6", offsets)
			}
			// Who takes the pages of this kernel for those of another finds nothing but nonsense.
			wrong := g
			if wrong.PageSize = 4096; page == 4096 {
				wrong.PageSize = 16 << 10
			}
			other, err := ringcore.NewRing(ringcore.Linux, wrong, s.Ring().Memory())
			if err != nil {
				t.Fatal(err)
			}
			s.write(8, uint32(page/4-8))
			if _, why := ringcore.NewObserver(other).Whole(func(ringcore.Seen) bool { return true }); !errors.Is(why, ringcore.ErrPageOffset) {
				t.Errorf("with pages of %d bytes: %v", wrong.PageSize, why)
			}
		})
	}
}
