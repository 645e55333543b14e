package bpf

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

// TestOverwriteMode watches rings in overwrite mode. It needs Linux 6.19.
func TestOverwriteMode(t *testing.T) {
	need.BPF(t)
	bpftest.MakeOverwrite(t, "asked", 4096)
	t.Run("ringbuf_overwrite_mode", testRingbufOverwriteMode)
	t.Run("the example of its author", testOverwriteExample)
	t.Run("every record is seen", testOverwriteSeesAll)
	t.Run("at full speed", testOverwriteAtFullSpeed)
	t.Run("findings", testOverwriteFindings)
	t.Run("a reader in step", testOverwriteReaderInStep)
	t.Run("a reader that lags", testOverwriteLaggingReader)
	t.Run("a busy record, held by a sleep", func(t *testing.T) { testOverwriteBehindBusy(t, (*bpftest.Ring).Hold) })
	t.Run("a busy record, held by loops", func(t *testing.T) { testOverwriteBehindBusy(t, (*bpftest.Ring).HoldSpinning) })
	t.Run("nobody consumes it", testOverwriteIsNotConsumed)
}

func watchedOverwrite(t *testing.T, size int) (*bpftest.Ring, *stage) {
	t.Helper()
	r := bpftest.MakeOverwrite(t, "flight", size)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Payload: true})
	s.look()
	return r, s
}

// testRingbufOverwriteMode asserts what ringbuf_overwrite_mode of the kernel's tools/testing/selftests/bpf/prog_tests/ringbuf.c does, of
// the kernel and of who watches.
func testRingbufOverwriteMode(t *testing.T) {
	const size, len1, len2 = 4096, 2048, 1024
	const len3 = size - len1 - len2 - 24
	const len4, len5 = len3 - 8, len1
	r, s := watchedOverwrite(t, size)
	first, second := r.Hold(t, len1), r.Hold(t, len2)
	if refused := r.Write(t, bpftest.Record{Length: len3}); refused != 1 {
		t.Error("a record that would need the room of a busy one is not refused")
	}
	third := r.Hold(t, len4)
	s.look()
	if len(s.busy) != 3 {
		t.Errorf("busy: %v, want 3", s.busy)
	}
	first.Submit(t)
	second.Submit(t)
	third.Submit(t)
	s.look()
	if refused := r.Write(t, bpftest.Record{Length: len5}); refused != 0 {
		t.Error("a record is refused though an old one can make room")
	}
	s.look()
	const producer = len1 + len2 + len4 + len5 + 32
	for what, want := range []uint64{len2 + len4 + len5 + 24, size, 0, producer, len1 + 8} {
		if got := r.Query(t, what); got != want {
			t.Errorf("bpf_ringbuf_query(%d) is %d, want %d", what, got, want)
		}
	}
	p := s.last
	if p.Consumer != 0 || p.Producer != producer || !p.HasOverwrite || p.Overwrite != len1+8 {
		t.Errorf("positions %+v, want 0, %d and %d", p, producer, len1+8)
	}
	if least, most := p.Unread(size); least != producer-len1-8 || most != least {
		t.Errorf("%d to %d bytes are unread, want %d", least, most, producer-len1-8)
	}
	if want := (bpftest.Truth{Records: 4, Committed: 4, Bytes: producer, Payload: len1 + len2 + len4 + len5}); s.truth != want || len(s.bad) != 0 || s.missed != 0 {
		t.Errorf("seen %+v, bad headers %v, %d bytes missed; want %+v", s.truth, s.bad, s.missed, want)
	}
	g := s.ring(t).Geometry
	if !g.OverwriteMode || g.Pending != 8 || g.Overwrite != 16 {
		t.Errorf("told as %+v", g)
	}
}

// testOverwriteExample is that of the message of commit feeaf1346f80: A of 512, B of 1024 and C of 2048 bytes stand in a ring of 4096 when
// D of 1536 comes.
func testOverwriteExample(t *testing.T) {
	r, s := watchedOverwrite(t, 4096)
	r.Write(t, bpftest.Record{Length: 512 - 8}, bpftest.Record{Length: 1024 - 8})
	c := r.Hold(t, 2048-8)
	if refused := r.Write(t, bpftest.Record{Length: 1536 - 8}); refused != 0 {
		t.Fatal("D is refused")
	}
	s.look()
	if s.last.Overwrite != 1536 || s.last.Producer != 5120 || len(s.busy) != 1 {
		t.Errorf("positions %+v, busy %v; want the overwrite position at 1536, the producer at 5120, C busy", s.last, s.busy)
	}
	if refused := r.Write(t, bpftest.Record{Length: 512}); refused != 1 {
		t.Error("E overwrote a busy record")
	}
	s.look()
	var rows []ringcore.Pos
	if err := s.kernel().Dump(8, func(row model.Row) bool { rows = append(rows, row.Pos); return true }); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0] != 1536 || rows[1] != 3584 {
		t.Errorf("records stand at %d, want C at 1536 and D at 3584", rows)
	}
	c.Submit(t)
	if refused := r.Write(t, bpftest.Record{Length: 512}); refused != 0 {
		t.Error("E is refused though C is finished")
	}
	s.look()
	if s.last.Overwrite != 3584 || len(s.busy) != 0 || len(s.bad) != 0 {
		t.Errorf("positions %+v, busy %v, bad headers %v; want C overwritten", s.last, s.busy, s.bad)
	}
}

// testOverwriteSeesAll looks more often than once a lap: then nothing is missed, through many laps, with discards.
func testOverwriteSeesAll(t *testing.T) {
	r, s := watchedOverwrite(t, 1<<16)
	w := r.NewWriter(t, 100)
	var want bpftest.Truth
	for range 200 {
		want.Add(w.Produce(t, bpftest.Load{Records: 400, DiscardEvery: 5}))
		s.look()
		next := s.last.Overwrite
		if err := s.kernel().Dump(8, func(row model.Row) bool {
			if row.Pos != next || !row.Exact || !row.Header.Discard && binary.NativeEndian.Uint64(row.Payload) != row.Pos/bpftest.Span(100) {
				t.Errorf("at %d: %+v; want the record of %d", next, row, next/bpftest.Span(100))
			}
			next += row.Span
			return !t.Failed()
		}); err != nil {
			t.Fatal(err)
		}
		if next != s.last.Producer {
			t.Fatalf("the window from %d ends at %d, want the producer's %d", s.last.Overwrite, next, s.last.Producer)
		}
	}
	if s.truth != want || want.Refused != 0 || s.missed != 0 || len(s.bad) != 0 {
		t.Errorf("seen %+v, %d bytes missed, bad headers %v; produced %+v", s.truth, s.missed, s.bad, want)
	}
}

// testOverwriteAtFullSpeed has no part in the producer's pace: what is seen and what is missed make up what was produced, and what is shown
// as exact is what was written.
func testOverwriteAtFullSpeed(t *testing.T) {
	r, s := watchedOverwrite(t, 1<<16)
	w := r.NewWriter(t, 56)
	var truth bpftest.Truth
	stop := beside(t, func() error {
		did, err := w.Try(bpftest.Load{Records: 5000, DiscardEvery: 9})
		truth.Add(did)
		return err
	})
	shown, looks := 0, 0
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end) || looks < 20; looks++ {
		s.look()
		for _, row := range s.src.Detail(s.now, model.Focus{Anchor: model.AtNewest, Rows: 64, Payload: 8}).Rows {
			if !row.Exact || row.Header.Busy || len(row.Payload) < 8 {
				continue
			}
			shown++
			if got := binary.NativeEndian.Uint64(row.Payload); got != row.Pos/64 {
				t.Fatalf("the record at %d is shown with the payload of %d", row.Pos, got*64)
			}
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	s.look()
	if got := s.truth.Bytes + s.missed; got != truth.Bytes || len(s.bad) != 0 || truth.Refused != 0 {
		t.Errorf("%d bytes seen + %d missed = %d, want %d; bad headers %v, %d refused", s.truth.Bytes, s.missed, got, truth.Bytes, s.bad, truth.Refused)
	}
	if s.truth.Records == 0 {
		t.Error("nothing was seen")
	}
	t.Logf("%d records produced, %d seen, %d bytes missed, %d rows shown in %d looks", truth.Records, s.truth.Records, s.missed, shown, looks)
}

// testOverwriteFindings: that nobody reads is no finding, nor that the ring is full.
func testOverwriteFindings(t *testing.T) {
	r := bpftest.MakeOverwrite(t, "flight", 1<<16)
	r.NewWriter(t, 100).Pace(t, 5*time.Millisecond, bpftest.Load{Records: 50})
	g := watched(t, r)
	m, before := g.until("ten laps", func(m *model.Moment) bool {
		return watchedFor(m) > 4*time.Second && m.Sample.Totals.Overwritten > 10<<16
	})
	g.never(before, model.NoConsumer, model.ConsumerStalled, model.ConsumerSlow, model.DropProne, model.Undersized, model.Corrupt,
		model.PositionInvalid, model.Overwritten, model.ReserveBlocked)
	if o := m.Sample.Positions.Overwrite; !o.Known() || o.V == 0 {
		t.Errorf("the overwrite position is %+v", o)
	}
}

// testOverwriteReaderInStep has a reader who takes some records of what is left, again and again, each time after everything before was
// looked at: then what was overwritten unread is known to the byte, and is what the producing program's own counts leave.
func testOverwriteReaderInStep(t *testing.T) {
	r := bpftest.MakeOverwrite(t, "flight", 1<<14)
	r.StartIdleReader(t) // somebody maps the consumer page writable
	g := watched(t, r)
	w := r.NewWriter(t, 100)
	span := bpftest.Span(100)
	g.until("the empty ring", func(m *model.Moment) bool { return m.Sample.Positions.Valid() })
	var truth bpftest.Truth
	taken := uint64(0)
	for i := range uint64(30) {
		truth.Add(w.Produce(t, bpftest.Load{Records: int(20 + 40*(i%7)), DiscardEvery: 3}))
		g.until("what was produced", func(m *model.Moment) bool { return m.Sample.Positions.Producer.V == truth.Bytes })
		consumer, overwritten := r.Query(t, 2), r.Query(t, 4)
		from := max(consumer, overwritten)
		some := min(i%5*30*span, truth.Bytes-from)
		taken += some
		if some > 0 {
			r.Forge(t, from+some)
			g.until("what was read", func(m *model.Moment) bool { return m.Sample.Positions.Consumer.V == from+some })
		}
	}
	lost := truth.Bytes - taken - r.Query(t, 0)
	f, before := g.finding(model.Overwritten, func(f *model.Finding) bool { return f.Evidence.Lost == lost })
	n, missed := g.Latest().Sample.Totals, g.Latest().Sample.Missed
	if lost == 0 || n.Overwritten != lost || n.Consumed != taken || n.MaybeSkipped != 0 || n.Bytes+missed.Bytes != truth.Bytes || f.Severity != model.Problem {
		t.Errorf("of %d bytes %d were taken, %d overwritten unread; told: %+v, missed %+v, %+v", truth.Bytes, taken, lost, n, missed, f)
	}
	g.never(before, model.NoConsumer, model.ConsumerStalled, model.ConsumerSlow, model.ReaderAsleep, model.DropProne, model.Corrupt, model.PositionInvalid)
	t.Logf("%d bytes produced, %d taken, %d overwritten unread", truth.Bytes, taken, lost)
}

// testOverwriteLaggingReader has a process that reads a ring in overwrite mode rightly, but too slowly. What was overwritten in the same
// instant in which it was read can be told neither way: so much, and no more, is open.
func testOverwriteLaggingReader(t *testing.T) {
	const size = 1 << 16
	r := bpftest.MakeOverwrite(t, "flight", size)
	reader := r.StartReading(t, bpftest.Reading{Every: 50 * time.Millisecond, PerSecond: 300, Overwrite: true})
	g := watched(t, r)
	g.until("the empty ring", func(m *model.Moment) bool { return m.Sample.Positions.Valid() })
	pace := r.NewWriter(t, 100).Pace(t, 5*time.Millisecond, bpftest.Load{Records: 50, DiscardEvery: 4})
	f, before := g.finding(model.Overwritten, func(f *model.Finding) bool { return f.Evidence.Lost > 10*size && f.Evidence.Reader.PID != 0 })
	truth := pace.Stop(t)
	taken := reader.Stop(t)
	m, _ := g.until("all of it", func(m *model.Moment) bool {
		p := m.Sample.Positions
		return p.Producer.V == truth.Bytes && p.Consumer.V == truth.Bytes
	})
	n, lost := m.Sample.Totals, truth.Bytes-taken.Bytes
	if n.Overwritten > lost || n.Overwritten+n.MaybeSkipped < lost || n.Consumed+n.Overwritten != truth.Bytes || n.Consumed < taken.Bytes {
		t.Errorf("of %d bytes %d were taken, %d lost; told: %+v", truth.Bytes, taken.Bytes, lost, n)
	}
	if f.Severity != model.Problem || f.Evidence.Reader.PID != reader.PID {
		t.Errorf("%+v", f)
	}
	g.never(before, model.NoConsumer, model.ConsumerStalled, model.ConsumerSlow, model.ReaderAsleep, model.DropProne, model.Corrupt, model.PositionInvalid,
		model.ManyReaders)
	t.Logf("%d bytes produced, %d taken, so %d lost; told: %d lost and %d in doubt", truth.Bytes, taken.Bytes, lost, n.Overwritten, n.MaybeSkipped)
}

// testOverwriteBehindBusy: a busy record is never overwritten. New ones are refused when it is the oldest, and that is told.
func testOverwriteBehindBusy(t *testing.T, hold func(*bpftest.Ring, testing.TB, int) *bpftest.Held) {
	need.Cores(t, 2)
	const size, length = 1 << 16, 100
	r := bpftest.MakeOverwrite(t, "flight", size)
	g := watched(t, r)
	w := r.NewWriter(t, length)
	span := bpftest.Span(length)
	g.until("the empty ring", func(m *model.Moment) bool { return m.Sample.Positions.Valid() })
	var before bpftest.Truth
	for range 4 { // each less than a lap, all of them more than two
		before.Add(w.Produce(t, bpftest.Load{Records: 400}))
		g.until("records", func(m *model.Moment) bool { return m.Sample.Totals.Records == before.Records })
	}
	held := hold(r, t, 64)
	truth := w.Produce(t, bpftest.Load{Records: 1000})
	if fit := (size - 8 - bpftest.Span(64)) / span; truth.Records != fit || truth.Refused != 1000-fit {
		t.Errorf("%+v, want %d records behind the busy one and the others refused", truth, fit)
	}
	f, moments := g.finding(model.ReserveBlocked, func(f *model.Finding) bool { return f.Evidence.For >= time.Second })
	if at := before.Bytes; f.Severity != model.Problem || f.Evidence.Position != at || f.Evidence.Waiting != bpftest.Span(64)+truth.Bytes || r.Query(t, 4) != at {
		t.Errorf("%+v; want the busy record at %d, and the ring overwritten up to there", f, at)
	}
	held.Submit(t)
	if after := w.Produce(t, bpftest.Load{Records: 10}); after.Refused != 0 {
		t.Errorf("%+v after the record was finished", after)
	}
	m, more := g.until("its end", func(m *model.Moment) bool {
		return m.Sample.Busy.Now == 0 && m.Sample.At.After(f.Since.Add(f.Evidence.For)) && len(m.Findings) == 0
	})
	if n := m.Sample; n.Totals.Records != before.Records+1+truth.Records+10 || n.Missed.Bytes != 0 {
		t.Errorf("totals %+v, missed %+v", n.Totals, n.Missed)
	}
	g.never(append(moments, more...), model.NoConsumer, model.ConsumerStalled, model.ConsumerSlow, model.DropProne, model.Corrupt, model.PositionInvalid,
		model.Overwritten)
}

// testOverwriteIsNotConsumed: no reader's rules are known to the kernel there, so nobody becomes its consumer, not even by force.
func testOverwriteIsNotConsumed(t *testing.T) {
	r := bpftest.MakeOverwrite(t, "flight", 4096)
	r.Write(t, bpftest.Record{Length: 8})
	for _, o := range []Options{{Consume: true}, {Consume: true, Steal: true}} {
		src, err := Open(t.Context(), Selector{ID: r.ID(t)}, o)
		if !errors.Is(err, sampler.ErrUnsupported) || !strings.Contains(err.Error(), "in overwrite mode: it can be watched but not consumed") {
			t.Errorf("%+v: %v", o, err)
		}
		if src != nil {
			_ = src.Close()
		}
	}
	if consumer := r.Query(t, 2); consumer != 0 {
		t.Errorf("the consumer position is %d", consumer)
	}
}
