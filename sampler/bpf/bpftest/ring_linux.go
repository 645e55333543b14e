package bpftest

import (
	"os"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/rlimit"
	"golang.org/x/sys/unix"
)

// Ring is a kernel ring made for a test.
type Ring struct {
	Map  *ebpf.Map
	Size uint64 // bytes
	Name string

	open map[*ebpf.Program]struct{}
}

// Make makes a ring of size bytes whose map is called name; it is let go of when the test ends.
func Make(tb testing.TB, name string, size int) *Ring {
	tb.Helper()
	return MakeType(tb, ebpf.RingBuf, name, size)
}

// MakeType makes a ring of another map type, [ebpf.UserRingbuf].
func MakeType(tb testing.TB, kind ebpf.MapType, name string, size int) *Ring {
	tb.Helper()
	if err := rlimit.RemoveMemlock(); err != nil {
		tb.Fatalf("raise the limit of locked memory: %v", err)
	}
	m, err := ebpf.NewMap(&ebpf.MapSpec{Name: name, Type: kind, MaxEntries: uint32(size)})
	if err != nil {
		tb.Fatalf("make a ring of %d bytes: %v", size, err)
	}
	return adopt(tb, m, name)
}

// adopt wraps a map that is already there.
func adopt(tb testing.TB, m *ebpf.Map, name string) *Ring {
	r := &Ring{Map: m, Size: uint64(m.MaxEntries()), Name: name, open: make(map[*ebpf.Program]struct{})}
	tb.Cleanup(func() { r.Close(tb) })
	return r
}

// ID is the kernel's map id.
func (r *Ring) ID(tb testing.TB) uint32 {
	tb.Helper()
	info, err := r.Map.Info()
	if err != nil {
		tb.Fatalf("ask for the ring's info: %v", err)
	}
	id, ok := info.ID()
	if !ok {
		tb.Fatal("the kernel tells no map id")
	}
	return uint32(id)
}

// Pin pins the ring at path until the test ends.
func (r *Ring) Pin(tb testing.TB, path string) {
	tb.Helper()
	if err := r.Map.Pin(path); err != nil {
		tb.Fatalf("pin the ring: %v", err)
	}
	tb.Cleanup(func() {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			tb.Errorf("unpin the ring: %v", err)
		}
	})
}

// Close lets go of the ring and of the programs that write it: from then on it lives only through others. Closing twice is fine.
func (r *Ring) Close(tb testing.TB) {
	tb.Helper()
	for p := range r.open {
		if err := p.Close(); err != nil {
			tb.Errorf("close a program: %v", err)
		}
		delete(r.open, p)
	}
	if err := r.Map.Close(); err != nil {
		tb.Errorf("close the ring: %v", err)
	}
}

// Positions reads consumer and producer position.
func (r *Ring) Positions(tb testing.TB) (consumer, producer uint64) {
	tb.Helper()
	page := os.Getpagesize()
	mem, err := unix.Mmap(r.Map.FD(), 0, 2*page, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		tb.Fatalf("map the position pages: %v", err)
	}
	defer unmap(tb, mem)
	return word(mem, 0).Load(), word(mem, page).Load()
}

// Follower reads a ring's positions again and again.
type Follower struct{ consumer, producer *atomic.Uint64 }

// Follow maps the position pages until the test ends.
func (r *Ring) Follow(tb testing.TB) *Follower {
	tb.Helper()
	page := os.Getpagesize()
	mem, err := unix.Mmap(r.Map.FD(), 0, 2*page, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		tb.Fatalf("map the position pages: %v", err)
	}
	tb.Cleanup(func() { unmap(tb, mem) })
	return &Follower{word(mem, 0), word(mem, page)}
}

// CaughtUp reports whether nothing is unread.
func (f *Follower) CaughtUp() bool { return f.consumer.Load() == f.producer.Load() }

// Forge sets the consumer position to pos, whatever it was, as a reader gone wrong would. The mapping is undone at once.
func (r *Ring) Forge(tb testing.TB, pos uint64) {
	tb.Helper()
	mem, err := unix.Mmap(r.Map.FD(), 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		tb.Fatalf("map the consumer page: %v", err)
	}
	defer unmap(tb, mem)
	word(mem, 0).Store(pos)
}

func word(mem []byte, at int) *atomic.Uint64 { return (*atomic.Uint64)(unsafe.Pointer(&mem[at])) }

func unmap(tb testing.TB, mem []byte) {
	if err := unix.Munmap(mem); err != nil {
		tb.Errorf("unmap: %v", err)
	}
}

// Span is the number of bytes that a record with a payload of length bytes takes.
func Span(length int) uint64 { return (uint64(length) + 15) &^ 7 }
