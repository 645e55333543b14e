package faulttest

import (
	"os"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

func TestFaults(t *testing.T) {
	page := os.Getpagesize()
	mem, err := unix.Mmap(-1, 0, 2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Munmap(mem) }()
	if err := unix.Mprotect(mem[page:], unix.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	if at, faulted := Faults(func() { mem[page-1]++ }); faulted {
		t.Errorf("a fault at %#x, where nothing is sealed", at)
	}
	after := false
	at, faulted := Faults(func() { mem[page+5]++; after = true })
	if want := uintptr(unsafe.Pointer(&mem[0])) + uintptr(page) + 5; !faulted || at != want || after {
		t.Errorf("a fault: %v, at %#x, went on: %v; want one at %#x, and its end", faulted, at, after, want)
	}
	const other = "something else"
	defer func() {
		if v := recover(); v != any(other) {
			t.Errorf("the panic of something else became %v", v)
		}
	}()
	Faults(func() { panic(other) })
	t.Error("the panic of something else was swallowed")
}
