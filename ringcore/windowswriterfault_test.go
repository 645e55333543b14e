//go:build unix && !race

package ringcore_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"ringscope/internal/faulttest"
	"ringscope/ringcore"
)

// TestHeaderOfWindowsThatCanNotBeStored takes the data area away from a producer who has its place: the producer position passes it all the
// same, and who comes behind does not wait for ever. The race detector can't store where a fault is to become a panic.
func TestHeaderOfWindowsThatCanNotBeStored(t *testing.T) {
	const size = 64 << 10 // whole pages everywhere
	data, err := unix.Mmap(-1, 0, 2*size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Munmap(data) })
	ring, err := ringcore.NewRing(ringcore.Windows, ringcore.Windows.Geometry(size, 4096), ringcore.Memory{
		Consumer: make([]byte, 4096), Producer: make([]byte, 4096), Data: data,
	})
	if err != nil {
		t.Fatal(err)
	}
	w, err := ringcore.NewWindowsProducer(ring)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Mprotect(data, unix.PROT_READ); err != nil {
		t.Fatal(err)
	}
	if _, faulted := faulttest.Faults(func() { _, _ = w.Reserve(56) }); !faulted {
		t.Fatal("the header could be stored")
	}
	if p := ring.ReadPositions().Producer; p != 64 {
		t.Fatalf("the producer position is %d, want 64", p)
	}
	if err := unix.Mprotect(data, unix.PROT_READ|unix.PROT_WRITE); err != nil {
		t.Fatal(err)
	}
	if v := reserve(t, w, 64); v.Pos != 64 {
		t.Errorf("the next one is at %d, want 64", v.Pos)
	}
}
