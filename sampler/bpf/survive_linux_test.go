package bpf

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

// The tests of this file are those of what a watch must survive that take a kernel; the others stand in package sampler.

// TestMapFreed: the map is freed while it is watched. Its memory stays ours as long as we hold it, so nothing in it tells. The watch lets
// go of it, ends, says why, and still shows what stood there.
func TestMapFreed(t *testing.T) {
	need.BPF(t)
	eachWay(t, func(t *testing.T) {
		owner, id := bpftest.StartOwner(t, "freed", ownSize)
		writer := bpftest.Open(t, id)
		g := watchedID(t, id)
		g.Focus(model.Focus{Anchor: model.AtNewest, Rows: 10, Payload: 8})
		g.until("the empty ring", func(m *model.Moment) bool { return m.Sample.Ring != nil })
		writer.Write(t, bpftest.Record{Length: 8}, bpftest.Record{Length: 16, Discard: true}, bpftest.Record{Length: 8})
		writer.Close(t)
		g.until("its owner, and the records", func(m *model.Moment) bool {
			return slices.Contains(pids(m.Sample.Ring.Owners), owner.PID) && m.Sample.Totals.Records == 3 && len(m.Sample.Detail.Rows) == 3
		})
		owner.Kill(t)
		<-g.Done()
		m := g.Latest()
		s := m.Sample
		if s.State != model.Ended || m.Why != model.EndOwnerGone || !slices.Equal(codesOf(m), []model.Code{model.OwnerGone}) || g.Err() != nil {
			t.Errorf("state %v, ended with %q, findings %v, %v", s.State, m.Why, codesOf(m), g.Err())
		}
		const all = 2*16 + 24
		if p := s.Positions; !p.Valid() || p.Producer.V != all || p.Consumer.V != 0 || s.Occupancy.Used.V != all {
			t.Errorf("positions %+v with %+v in use, want those that stood there: 0 and %d", p, s.Occupancy.Used, all)
		}
		if s.Totals.Records != 3 || s.Totals.Discarded != 1 || s.Missed.Bytes != 0 || len(s.Detail.Rows) != 3 || s.Detail.Rows[2].Payload[0] != 2 {
			t.Errorf("totals %+v, missed %+v, rows %+v", s.Totals, s.Missed, s.Detail.Rows)
		}
		if isThere(t, id) {
			t.Error("the map is still in the kernel: something of ours keeps it")
		}
	})
}

// TestMapReplacedUnderTheSamePin: another map is pinned in the place of the one that is watched, which lives on. The watch goes over to it,
// begins its figures anew and keeps nothing of the first.
func TestMapReplacedUnderTheSamePin(t *testing.T) {
	need.BPF(t)
	eachWay(t, func(t *testing.T) {
		dir := mountBPFFS(t)
		path, beside := filepath.Join(dir, "slot"), filepath.Join(dir, "beside")
		first, second := bpftest.Make(t, "first", 4096), bpftest.Make(t, "second", 8192)
		if err := first.Map.Pin(path); err != nil {
			t.Fatal(err)
		}
		if err := second.Map.Pin(beside); err != nil {
			t.Fatal(err)
		}
		src, err := Open(t.Context(), Selector{Pin: path}, Options{Payload: true, Wait: true})
		if err != nil {
			t.Fatal(err)
		}
		g := &gallery{t: t}
		var moments sync.Mutex
		mixed := 0
		firstID, secondID := first.ID(t), second.ID(t)
		g.Watch = sampler.Start(t.Context(), src, sampler.Options{Each: func(m *model.Moment) {
			moments.Lock()
			defer moments.Unlock()
			s := m.Sample
			if s.Ring != nil && (s.Ring.ID == firstID && (s.Ring.Size() != 4096 || s.Totals.Records > 3) ||
				s.Ring.ID == secondID && (s.Ring.Size() != 8192 || s.Totals.Records > 5)) {
				mixed++
			}
			g.mu.Lock()
			defer g.mu.Unlock()
			g.moments = append(g.moments, m)
		}})
		t.Cleanup(func() {
			if err := g.Stop(); err != nil {
				t.Errorf("stop the watch: %v", err)
			}
		})
		has := func(id uint32, records uint64) func(m *model.Moment) bool {
			return func(m *model.Moment) bool {
				return m.Sample.Ring != nil && m.Sample.Ring.ID == id && m.Sample.Totals.Records == records
			}
		}
		g.until("the first map", has(firstID, 0))
		first.Write(t, bpftest.Record{Length: 8}, bpftest.Record{Length: 8}, bpftest.Record{Length: 8})
		g.until("three records", has(firstID, 3))
		if err := os.Rename(beside, path); err != nil {
			t.Fatal(err)
		}
		g.until("the second map", has(secondID, 0))
		first.Write(t, bpftest.Record{Length: 8}) // nobody looks there any more
		second.Write(t, slices.Repeat([]bpftest.Record{{Length: 8}}, 5)...)
		m, _ := g.until("five records", has(secondID, 5))
		s := m.Sample
		if s.Positions.Producer.V != 5*16 || s.Missed.Bytes != 0 || s.Missed.Resyncs != 0 || s.State == model.Ended {
			t.Errorf("positions %+v, missed %+v, state %v", s.Positions, s.Missed, s.State)
		}
		moments.Lock()
		if mixed > 0 {
			t.Errorf("%d moments mix figures of both maps", mixed)
		}
		moments.Unlock()
		first.Close(t)
		if isThere(t, firstID) {
			t.Error("the first map is still in the kernel: something of ours keeps it")
		}
	})
}
