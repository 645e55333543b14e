package bpf

import (
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/sampler/bpf/bpftest"
)

func TestIterators(t *testing.T) {
	need.BPF(t)
	it, err := loadIterators()
	if err != nil {
		t.Fatal(err)
	}
	r := bpftest.Make(t, "iterated", 4096)
	other := bpftest.Make(t, "other", 4096)
	id := r.ID(t)
	refs := func() kept {
		t.Helper()
		all, err := it.kept()
		if err != nil {
			t.Fatal(err)
		}
		k, ok := all[id]
		if !ok {
			t.Fatalf("ring %d is not among the %d rings of the iterator", id, len(all))
		}
		return k
	}
	for limit := time.Now().Add(patience); refs().refs != 1; time.Sleep(time.Millisecond) { // others list rings meanwhile
		if time.Now().After(limit) {
			t.Fatalf("alone: %d references, want 1", refs().refs)
		}
	}
	if k := refs(); k.writers != 0 {
		t.Errorf("alone: %d writable mappings, want 0", k.writers)
	}
	holder, viewer, reader := r.StartHolder(t), r.StartViewer(t), r.StartReader(t, time.Hour)
	other.StartReader(t, time.Hour)
	if k := refs(); k.writers != 1 {
		t.Errorf("with a reader: %d writable mappings, want 1", k.writers)
	}
	found, err := it.holders(map[uint32]kept{id: refs()})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 {
		t.Errorf("holders of %d rings were told, want 1", len(found))
	}
	for _, c := range []struct {
		name string
		pid  int
		want held
	}{
		{"holder", holder.PID, held{fd: true}},
		{"viewer", viewer.PID, held{fd: true, mapped: true}},
		{"reader", reader.PID, held{fd: true, mapped: true, writable: true}},
	} {
		if got := found[id][c.pid]; got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	reader.Kill(t)
	if k := refs(); k.writers != 0 {
		t.Errorf("after the reader was killed: %d writable mappings, want 0", k.writers)
	}
}
