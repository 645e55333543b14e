package shm

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// nonblock has no counterpart: opening a file does not wait here.
const nonblock = 0

// Ways to hold a file's lock.
const (
	shared    = 0
	exclusive = windows.LOCKFILE_EXCLUSIVE_LOCK
)

// Locks of byte ranges forbid reading and writing them, so ours lies far beyond every ring.
func lockedRange() *windows.Overlapped {
	return &windows.Overlapped{OffsetHigh: 0x7fffffff, Offset: 0}
}

// tryLock takes f's lock unless somebody holds it in a way that forbids it.
func tryLock(f *os.File, how uint32) (free bool, err error) {
	err = windows.LockFileEx(windows.Handle(f.Fd()), how|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, lockedRange())
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		return false, nil
	default:
		return false, os.NewSyscallError("LockFileEx", err)
	}
}

func unlock(f *os.File) error {
	return os.NewSyscallError("UnlockFileEx", windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, lockedRange()))
}

// ours is true: what this process may not replace, Windows refuses by its access list.
func ours(fs.FileInfo) bool { return true }

// named looks at the file that path names, to compare it with an open one. Only an open file tells for sure which one it is.
func named(path string) (fs.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	return info, errors.Join(err, f.Close())
}

// replace removes the file at path and calls create. Windows does not remove what anybody has open, so the lock on old goes first;
// for the same reason nobody's living ring can be removed here.
func replace(old *os.File, path string, create func() (*File, error)) (*File, error) {
	if err := old.Close(); err != nil {
		return nil, err
	}
	err := os.Remove(path)
	for range lockTries { // others open it for a moment, to see whether they can have it
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			return create()
		}
		time.Sleep(lockPause)
		err = os.Remove(path)
	}
	return nil, fmt.Errorf("%w: %s: %w; stop what still watches it or choose another path", ErrServed, path, err)
}

// reserve gives a file its size; NTFS finds the blocks at once.
func reserve(f *os.File, bytes int64) error { return f.Truncate(bytes) }
