package bpftest

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// gate is a page of memory that is not there until it is opened: who reads it sleeps (userfaultfd(2)).
type gate struct {
	fd     int
	page   []byte
	opened bool
}

// Requests of userfaultfd (include/uapi/linux/userfaultfd.h), with the size of what they take.
const (
	uffdAPI         = 0xaa
	uffdioAPI       = 3<<30 | 24<<16 | uffdAPI<<8 | 0x3f
	uffdioRegister  = 3<<30 | 32<<16 | uffdAPI<<8 // and number 0
	uffdioZeropage  = 3<<30 | 32<<16 | uffdAPI<<8 | 0x04
	uffdModeMissing = 1
)

// newGate makes a gate; nil: this kernel has none, or not for us.
func newGate(tb testing.TB) *gate {
	tb.Helper()
	fd, _, errno := unix.Syscall(unix.SYS_USERFAULTFD, unix.O_CLOEXEC, 0, 0)
	switch errno {
	case 0:
	case unix.ENOSYS, unix.EPERM:
		return nil
	default:
		tb.Fatalf("make a userfaultfd: %v", errno)
	}
	g := &gate{fd: int(fd)}
	var err error
	if g.page, err = unix.Mmap(-1, 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS); err != nil {
		tb.Fatalf("map a page: %v", err)
	}
	tb.Cleanup(func() {
		if err := errors.Join(unix.Close(g.fd), unix.Munmap(g.page)); err != nil {
			tb.Errorf("let go of a userfaultfd: %v", err)
		}
	})
	api := [3]uint64{uffdAPI}
	register := [4]uint64{g.address(), uint64(len(g.page)), uffdModeMissing}
	if err := errors.Join(g.ask(uffdioAPI, unsafe.Pointer(&api)), g.ask(uffdioRegister, unsafe.Pointer(&register))); err != nil {
		tb.Fatal(err)
	}
	return g
}

func (g *gate) address() uint64 { return uint64(uintptr(unsafe.Pointer(&g.page[0]))) }

// open lets who sleeps go on. Opening twice is fine.
func (g *gate) open(tb testing.TB) {
	tb.Helper()
	if g.opened {
		return
	}
	g.opened = true
	zero := [4]uint64{g.address(), uint64(len(g.page))}
	if err := g.ask(uffdioZeropage, unsafe.Pointer(&zero)); err != nil {
		tb.Error(err)
	}
}

func (g *gate) ask(request uintptr, arg unsafe.Pointer) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(g.fd), request, uintptr(arg)); errno != 0 {
		return fmt.Errorf("ask userfaultfd for %#x: %w", request, errno)
	}
	return nil
}
