//go:build amd64 || arm64

package shmtest

import (
	"os"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"ringscope/ringcore/shm"
)

// kept holds the heap memory under every tracked mapping for ever: the collector must not give it to anybody else.
var kept struct {
	sync.Mutex
	under [][]byte
}

// Tracked maps a ring of size bytes with position pages of pageSize bytes twice, laid out as [shm.Mapping] says.
//
// The race detector watches Go's heap and nothing else: in mapped memory it sees no race at all. So tracked lies over heap memory,
// whose bytes are the ring's from then on: producers and consumers that work there are watched. It stays mapped until the test
// binary ends. The other view is an ordinary read-only mapping of the same bytes, for an observer; it is unmapped with the test.
// The detector takes the two copies of the data area for different memory: a race between a store through one and a load through
// the other goes unseen.
func Tracked(tb testing.TB, size uint64, pageSize int) (tracked, view *shm.Mapping) {
	tb.Helper()
	fd, err := unix.MemfdCreate("shmtest", unix.MFD_CLOEXEC)
	if err != nil {
		tb.Fatalf("memfd_create: %v", err)
	}
	defer func() {
		if err := unix.Close(fd); err != nil {
			tb.Errorf("close the memory: %v", err)
		}
	}()
	page, bytes := uintptr(pageSize), uintptr(size)
	if err := unix.Ftruncate(fd, int64(2*page+bytes)); err != nil {
		tb.Fatalf("set the size of the memory: %v", err)
	}

	over := heap(2*page + 2*bytes)
	lay(tb, fd, over, page, bytes, unix.PROT_READ|unix.PROT_WRITE)

	beside, err := unix.MmapPtr(-1, 0, nil, 2*page+2*bytes, unix.PROT_NONE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		tb.Fatalf("reserve address space: %v", err)
	}
	tb.Cleanup(func() {
		if err := unix.MunmapPtr(beside, 2*page+2*bytes); err != nil {
			tb.Errorf("unmap the view: %v", err)
		}
	})
	lay(tb, fd, beside, page, bytes, unix.PROT_READ)
	return cut(over, page, bytes, true), cut(beside, page, bytes, false)
}

// heap returns bytes of heap memory that begin and end on a page, and are never collected.
func heap(bytes uintptr) unsafe.Pointer {
	system := uintptr(os.Getpagesize())
	under := make([]byte, bytes+system)
	kept.Lock()
	kept.under = append(kept.under, under)
	kept.Unlock()
	begin := unsafe.Pointer(unsafe.SliceData(under))
	return unsafe.Add(begin, -uintptr(begin)&(system-1))
}

// lay maps the memory of fd over what is at whole. It calls the kernel directly, because a wrapper would be handed a heap pointer
// where it expects, and checks for, foreign memory.
func lay(tb testing.TB, fd int, whole unsafe.Pointer, page, bytes uintptr, prot int) {
	tb.Helper()
	for _, part := range []struct{ at, length, offset uintptr }{
		{0, 2*page + bytes, 0},
		{2*page + bytes, bytes, 2 * page},
	} {
		at := unsafe.Add(whole, part.at)
		_, _, errno := syscall.Syscall6(syscall.SYS_MMAP, uintptr(at), part.length, uintptr(prot), unix.MAP_SHARED|unix.MAP_FIXED, uintptr(fd), part.offset)
		if errno != 0 {
			tb.Fatalf("map %d bytes over %p: %v", part.length, at, errno)
		}
	}
	runtime.KeepAlive(whole)
}

func cut(whole unsafe.Pointer, page, bytes uintptr, writable bool) *shm.Mapping {
	return &shm.Mapping{
		Consumer: unsafe.Slice((*byte)(whole), page),
		Producer: unsafe.Slice((*byte)(unsafe.Add(whole, page)), page),
		Data:     unsafe.Slice((*byte)(unsafe.Add(whole, 2*page)), 2*bytes),
		Writable: writable,
	}
}
