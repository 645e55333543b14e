//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package shm

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// backing is an open file whose bytes are mapped.
type backing struct{ f *os.File }

func (b backing) close() error { return b.f.Close() }

// again opens a second descriptor of the same memory.
func (b backing) again() (backing, error) {
	fd, err := unix.FcntlInt(b.f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return backing{}, fmt.Errorf("duplicate the descriptor: %w", err)
	}
	return backing{os.NewFile(uintptr(fd), b.f.Name())}, nil
}

// mapTwice reserves address space for everything first and then lays the file over it, so that no other mapping of this program
// can come in between, and MAP_FIXED replaces nothing but our own reservation.
func (b backing) mapTwice(l layout, writable bool) (unsafe.Pointer, error) {
	prot := unix.PROT_READ
	if writable {
		prot |= unix.PROT_WRITE
	}
	whole, err := unix.MmapPtr(-1, 0, nil, l.mapped(), unix.PROT_NONE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("reserve address space: %w", err)
	}
	fd := int(b.f.Fd())
	if _, err = unix.MmapPtr(fd, 0, whole, l.stored(), prot, unix.MAP_SHARED|unix.MAP_FIXED); err != nil {
		return nil, errors.Join(fmt.Errorf("map the pages and the data area: %w", err), unmap(whole, l))
	}
	second := unsafe.Add(whole, l.stored())
	if _, err = unix.MmapPtr(fd, int64(2*l.page), second, l.size, prot, unix.MAP_SHARED|unix.MAP_FIXED); err != nil {
		return nil, errors.Join(fmt.Errorf("map the data area again: %w", err), unmap(whole, l))
	}
	return whole, nil
}

func unmap(whole unsafe.Pointer, l layout) error { return unix.MunmapPtr(whole, l.mapped()) }
