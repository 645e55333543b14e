package sampler_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

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

// TestDumpTellsTheHeaderThatWasJudged: the word that is told is the one that failed its check, whatever stands there by then.
func TestDumpTellsTheHeaderThatWasJudged(t *testing.T) {
	s := survive(t, size64(), 1<<20)
	s.write(1, 56)
	pos := s.producer()
	s.write(1, 56)
	raw := s.header(pos, ringcore.Header{Length: 56, PageOffset: 99})
	err := sampler.NewObserved(s.Ring(), sampler.ObservedOptions{Payload: true}).Dump(0, func(model.Row) bool {
		s.header(pos, ringcore.Header{Length: 48, PageOffset: 77})
		return true
	})
	var bad *sampler.BadHeaderError
	if !errors.As(err, &bad) || bad.Pos != pos || bad.Raw != model.Of(raw) || !errors.Is(err, ringcore.ErrPageOffset) {
		t.Errorf("%v, want header %016x at %d", err, raw, pos)
	}
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
