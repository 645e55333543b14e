//go:build unix

package shm

import (
	"errors"
	"path/filepath"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"ringscope/internal/faulttest"
)

// faults reports whether a store to b ends in a fault, and where.
func faults(b []byte) (at uintptr, faulted bool) {
	return faulttest.Faults(func() { b[0] ^= 0xff })
}

func TestReadOnlyMappingsCanNotBeWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	server, err := Create(path, described(1<<16))
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, server)
	if _, faulted := faults(server.Data); faulted {
		t.Fatal("the server can't write")
	}
	watcher, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, watcher)
	if watcher.Writable {
		t.Error("Open says it is writable")
	}
	view, err := server.View()
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, view)
	for what, m := range map[string]*Mapping{"opened": watcher.Mapping, "view": view} {
		for part, b := range map[string][]byte{"consumer": m.Consumer, "producer": m.Producer, "data": m.Data, "data again": m.Data[1<<16:]} {
			at, faulted := faults(b)
			if !faulted {
				t.Errorf("%s: the %s page can be written", what, part)
			}
			if faulted && (at != uintptr(unsafe.Pointer(&b[0])) || !m.Holds(at)) {
				t.Errorf("%s, %s: fault at %#x, outside", what, part, at)
			}
		}
	}
	if server.Holds(uintptr(unsafe.Pointer(&watcher.Data[0]))) {
		t.Error("a mapping claims the memory of another one")
	}
	for part, b := range map[string][]byte{"consumer": watcher.Consumer, "producer": watcher.Producer, "data": watcher.Data, "data again": watcher.Data[1<<16:]} {
		if err := unix.Mprotect(b[:len(watcher.Consumer)], unix.PROT_READ|unix.PROT_WRITE); !errors.Is(err, unix.EACCES) {
			t.Errorf("making the %s page writable: error %v, want %v", part, err, unix.EACCES)
		}
	}
}
