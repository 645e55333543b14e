package bpf

import (
	"context"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

func TestRingWakesTheWatch(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "calm", 1<<16)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	if s.whileWaiting(t.Context(), briefly, func() {}) {
		t.Error("the wait ended, but nothing happened")
	}
	if !s.whileWaiting(t.Context(), forever, func() { r.Write(t, bpftest.Record{Length: 8}) }) {
		t.Error("a record did not end the wait")
	}
	r.Forge(t, bpftest.Span(8))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if !s.whileWaiting(ctx, forever, cancel) {
		t.Error("the end of the watch did not end the wait")
	}
}

// TestUnreadIsNotWaitedFor: with data unread poll returns at once, and while the reader is behind nobody is woken.
func TestUnreadIsNotWaitedFor(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "behind", 4096)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	r.Write(t, bpftest.Record{Length: 8})
	if pace := s.look(); pace.Idle != nil {
		t.Error("a ring with unread data is waited for")
	}
	r.Forge(t, bpftest.Span(8))
	if pace := s.look(); pace.Idle == nil {
		t.Error("a ring whose reader caught up is not waited for")
	}
}

// TestNeverWokenKeepsItsTick: records come with BPF_RB_NO_WAKEUP and a reader that looks by itself.
func TestNeverWokenKeepsItsTick(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "silent", 4096)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	for at := range uint64(strikes) {
		if s.whileWaiting(t.Context(), time.Second, func() {
			r.Write(t, bpftest.Record{Length: 8, Flags: bpftest.NoWakeup})
			r.Forge(t, (at+1)*bpftest.Span(8))
		}) {
			t.Fatal("the ring woke us")
		}
	}
	pace := s.look()
	if pace.Idle != nil {
		t.Error("a ring that never wakes is still waited for")
	}
	if pace := s.pass(unwokenFor); pace.Idle == nil {
		t.Error("it is never tried again")
	}
}

// TestForgedPositions: whatever user space writes into the consumer page is looked at without harm.
func TestForgedPositions(t *testing.T) {
	need.BPF(t)
	for _, ahead := range []uint64{4096, 1 << 40, 13, ^uint64(0)} {
		r := bpftest.Make(t, "forged", 1<<16)
		r.Write(t, bpftest.Record{Length: 8}, bpftest.Record{Length: 100})
		src, err := Open(t.Context(), Selector{ID: r.ID(t)}, Options{Payload: true})
		if err != nil {
			t.Fatal(err)
		}
		w := sampler.Start(t.Context(), src, sampler.Options{Interval: time.Millisecond, Publish: 5 * time.Millisecond})
		_, producer := r.Positions(t)
		forged := producer + ahead
		if ahead == ^uint64(0) {
			forged = ahead
		}
		r.Forge(t, forged)
		time.Sleep(50 * time.Millisecond)
		if err := w.Stop(); err != nil {
			t.Errorf("forged to %#x: %v", forged, err)
		}
		m := w.Latest().Sample
		if got := m.Positions.Consumer.V; got != forged {
			t.Errorf("forged to %#x: told as %#x", forged, got)
		}
		if m.Positions.Valid() {
			t.Errorf("forged to %#x: the positions are called valid: %+v", forged, m.Positions)
		}
		if r := m.Occupancy.Ratio; r.Known() && (r.V < 0 || r.V > 1) {
			t.Errorf("forged to %#x: the used ratio is %v", forged, r.V)
		}
		if m.Totals.Records != 0 || m.Missed.Bytes != 0 {
			t.Errorf("forged to %#x: %d records, %d bytes missed, though nothing was written", forged, m.Totals.Records, m.Missed.Bytes)
		}
	}
}

// TestLargeRingOpensAtOnce: the data of a large ring are mapped by the second look.
func TestLargeRingOpensAtOnce(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "large", 2*lazyAbove)
	r.Write(t, bpftest.Record{Length: 8})
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	src := s.kernel()
	if src.whole {
		t.Error("the data were mapped by opening it")
	}
	pace, err := src.Look(s.now, s.recorder)
	if err != nil || !pace.More || src.whole || len(s.rings) != 1 {
		t.Errorf("the first look: %+v, %v, %d rings told; want the identity alone", pace, err, len(s.rings))
	}
	if d := src.Detail(s.now, s.kernel().focus); d.Rows != nil {
		t.Errorf("%d rows without data", len(d.Rows))
	}
	r.Write(t, bpftest.Record{Length: 8})
	s.look()
	if s.before != 2 || s.missed != 0 {
		t.Errorf("%d records seen, %d bytes missed, want 2 and 0", s.before, s.missed)
	}
	r.Write(t, bpftest.Record{Length: 8})
	s.look()
	if s.truth.Records != 1 {
		t.Errorf("%d records seen after watching began, want 1", s.truth.Records)
	}
}
