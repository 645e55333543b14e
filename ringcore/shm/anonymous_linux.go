package shm

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// anonymous makes a memfd that can't change its size any more: a mapping of it never faults.
func anonymous(l layout) (backing, error) {
	fd, err := unix.MemfdCreate("ringscope", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return backing{}, fmt.Errorf("memfd_create: %w", err)
	}
	b := backing{os.NewFile(uintptr(fd), "memfd:ringscope")}
	if err := b.f.Truncate(int64(l.stored())); err != nil {
		return backing{}, errors.Join(fmt.Errorf("set its size: %w", err), b.close())
	}
	if _, err := unix.FcntlInt(b.f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL); err != nil {
		return backing{}, errors.Join(fmt.Errorf("seal its size: %w", err), b.close())
	}
	return b, nil
}

// reserve gives a file its size and its blocks, so that a full disk shows here and not as a fault in the middle of a store.
func reserve(f *os.File, bytes int64) error {
	if err := f.Truncate(bytes); err != nil {
		return err
	}
	err := unix.Fallocate(int(f.Fd()), 0, 0, bytes)
	for errors.Is(err, unix.EINTR) { // a signal of Go's scheduler
		err = unix.Fallocate(int(f.Fd()), 0, 0, bytes)
	}
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.ENOSYS) {
		return nil // this file system has no such call; its holes are filled when they are written
	}
	return os.NewSyscallError("fallocate", err)
}
