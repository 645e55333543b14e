//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package shm

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// nonblock keeps open(2) from waiting for the other end of a pipe.
const nonblock = unix.O_NONBLOCK

// Ways to hold a file's lock. It belongs to the open file, not to the process, so that a second look from the same process is
// answered rightly.
const (
	shared    = unix.LOCK_SH
	exclusive = unix.LOCK_EX
)

// tryLock takes f's lock unless somebody holds it in a way that forbids it.
func tryLock(f *os.File, how int) (free bool, err error) {
	switch err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB); {
	case err == nil:
		return true, nil
	case errors.Is(err, unix.EWOULDBLOCK):
		return false, nil
	default:
		return false, os.NewSyscallError("flock", err)
	}
}

func unlock(f *os.File) error {
	return os.NewSyscallError("flock", unix.Flock(int(f.Fd()), unix.LOCK_UN))
}

// ours reports whether the file belongs to the user whose rights this process has.
func ours(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// named looks at the file that path names, to compare it with an open one.
func named(path string) (fs.FileInfo, error) { return os.Stat(path) }

// replace takes the name away from old, and calls create while old is still locked: another process that wants to replace old
// waits for that lock and then finds another file.
func replace(old *os.File, path string, create func() (*File, error)) (*File, error) {
	if err := os.Remove(path); err != nil {
		return nil, errors.Join(fmt.Errorf("take the name of a dead ring: %w", err), old.Close())
	}
	file, err := create()
	return file, errors.Join(err, old.Close())
}

// fileBacking gives the mapping a descriptor of its own.
func fileBacking(f *os.File, _ layout, _ bool) (backing, error) { return backing{f}.again() }
