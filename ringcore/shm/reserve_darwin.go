package shm

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// reserve gives a file its size and its blocks, so that a full disk shows here and not as a fault in the middle of a store.
func reserve(f *os.File, bytes int64) error {
	store := unix.Fstore_t{Flags: unix.F_ALLOCATEALL, Posmode: unix.F_PEOFPOSMODE, Length: bytes}
	err := unix.FcntlFstore(f.Fd(), unix.F_PREALLOCATE, &store)
	if err != nil && !errors.Is(err, unix.ENOTSUP) {
		return err
	}
	return f.Truncate(bytes)
}
