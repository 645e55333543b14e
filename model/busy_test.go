package model

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ringscope/ringcore"
)

func TestTotalsOfABusyRecord(t *testing.T) {
	w := newWorld(64 * kib)
	w.look()
	pos := w.reserve(100).pos
	w.put(50)
	w.look()
	s := w.publish().Sample
	if want := (Totals{Records: 2, Committed: 1, Bytes: 112 + 64, Payload: 150, ResolvedBytes: 64, Produced: 112 + 64, How: Exact}); s.Totals != want {
		t.Errorf("busy: %+v", s.Totals)
	}
	if s.Busy.Now != 1 || s.Busy.Head != Of(pos) || s.Busy.Blocked != 64 || !slices.Equal(s.Busy.At, []uint64{pos}) || s.Busy.BlockedR != Of(uint64(1)) {
		t.Errorf("busy: %+v", s.Busy)
	}
	w.finish(pos, true)
	w.look()
	s = w.publish().Sample
	if want := (Totals{
		Records: 2, Committed: 1, Discarded: 1, Bytes: 112 + 64, Payload: 150, DiscardedB: 112, ResolvedBytes: 112 + 64, Produced: 112 + 64, How: Exact,
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
