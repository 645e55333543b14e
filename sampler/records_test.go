package sampler_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

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
