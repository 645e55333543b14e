package bpf

import (
	"encoding/binary"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/ringcore"
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
