package bpf

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler/bpf/bpftest"
)

// TestRingsOfAProcess maps rings as their readers do: from the second page on. What is mapped in another way is not counted.
func TestRingsOfAProcess(t *testing.T) {
	need.BPF(t)
	before := ringsOf(os.Getpid())
	page := os.Getpagesize()
	for i := range 2 {
		r := bpftest.Make(t, "counted", 4096)
		whole, err := unix.Mmap(r.Map.FD(), 0, 4*page, unix.PROT_READ, unix.MAP_SHARED)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = unix.Munmap(whole) })
		data, err := unix.Mmap(r.Map.FD(), int64(page), 3*page, unix.PROT_READ, unix.MAP_SHARED)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = unix.Munmap(data) })
		if got := ringsOf(os.Getpid()); got != model.Known(before.V+i+1, model.Sampled) {
			t.Errorf("after %d rings: %+v, before them %+v", i+1, got, before)
		}
	}
	if got := ringsOf(1 << 30); got.Known() {
		t.Errorf("of no process: %+v", got)
	}
}
