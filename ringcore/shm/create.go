package shm

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Create makes a ring file at path, maps it writable, and serves it: the lock is held until Close or until this process ends.
// The file is readable and writable by its owner only. PID is filled in, and so are PageSize and Comm if they are zero.
//
// An existing file is never written to. If it is a ring file of the same user whose server is dead, its name goes to a new file;
// whoever still maps the old one keeps it, whole, and finds out by [File.Check]. Everything else at path stays as it is: the error
// wraps [fs.ErrExist], or [ErrServed] if the server lives.
func Create(path string, d Description) (*File, error) {
	if d.PageSize == 0 {
		d.PageSize = os.Getpagesize()
	}
	if d.Comm == "" {
		name := filepath.Base(os.Args[0])
		d.Comm = name[:min(len(name), 15)]
	}
	d.PID = os.Getpid()
	raw, err := d.encode()
	if err != nil {
		return nil, err
	}
	file, err := create(path, d, raw)
	if !errors.Is(err, fs.ErrExist) {
		return file, err
	}
	old, err := lockDead(path)
	if err != nil {
		return nil, err
	}
	return replace(old, path, func() (*File, error) { return create(path, d, raw) })
}

// create makes the file, which must not exist.
func create(path string, d Description, raw []byte) (*File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create the ring file: %w", err)
	}
	file, err := serve(f, path, d, raw)
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	return file, nil
}

// serve locks f, gives it its size, maps it, and describes it last: who sees the block sees a ring that is locked and whole.
func serve(f *os.File, path string, d Description, raw []byte) (*File, error) {
	free, err := tryLock(f, exclusive)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if !free {
		return nil, fmt.Errorf("%w: somebody else locked %s while it was made; choose another path", ErrServed, path)
	}
	if err := reserve(f, int64(2*d.PageSize)+int64(d.Size)); err != nil {
		return nil, fmt.Errorf("give %s its %d bytes: %w", path, int64(2*d.PageSize)+int64(d.Size), err)
	}
	file, err := mapFile(f, path, d, true)
	if err != nil {
		return nil, err
	}
	if _, err := f.WriteAt(raw, blockAt); err != nil {
		return nil, errors.Join(fmt.Errorf("describe %s: %w", path, err), file.Mapping.Close())
	}
	return file, nil
}

// Watchers hold a shared lock for the microseconds in which they ask whether the server lives.
const (
	lockTries = 50
	lockPause = time.Millisecond
)

// lockDead opens the ring file at path and locks it, if nobody serves it. The lock keeps another process from replacing it at the
// same time.
func lockDead(path string) (*os.File, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", path, err)
	}
	if !info.Mode().IsRegular() || !ours(info) {
		return nil, fmt.Errorf("%w: %s is not a regular file of this user; choose another path", fs.ErrExist, path)
	}
	old, about, err := openDescribed(path, os.O_RDWR)
	if err != nil {
		return nil, fmt.Errorf("%w, and it can't be told to be a dead ring: %w; remove it or choose another path", fs.ErrExist, err)
	}
	if err := lockOrTell(old, path, about); err != nil {
		return nil, errors.Join(err, old.Close())
	}
	return old, nil
}

// lockOrTell locks old, or says who serves it.
func lockOrTell(old *os.File, path string, about Description) error {
	for range lockTries {
		free, err := tryLock(old, exclusive)
		if err != nil {
			return fmt.Errorf("lock %s: %w", path, err)
		}
		if free {
			return unmoved(old, path)
		}
		// A server's lock is exclusive: then a shared one can't be had either.
		if free, err = tryLock(old, shared); err != nil {
			return fmt.Errorf("lock %s: %w", path, err)
		}
		if !free {
			return fmt.Errorf("%w: %s is served by \"%s\", process %d; stop that first or choose another path", ErrServed, path, about.Comm, about.PID)
		}
		if err := unlock(old); err != nil {
			return fmt.Errorf("unlock %s: %w", path, err)
		}
		time.Sleep(lockPause)
	}
	return fmt.Errorf("%w: others keep looking at the lock of %s; try again or choose another path", ErrServed, path)
}

// unmoved reports whether path still names f now that f is locked.
func unmoved(f *os.File, path string) error {
	mine, err := f.Stat()
	if err != nil {
		return fmt.Errorf("look at %s: %w", path, err)
	}
	now, err := named(path)
	if err != nil {
		return fmt.Errorf("look at %s: %w", path, err)
	}
	if !os.SameFile(mine, now) {
		return fmt.Errorf("%w: somebody else has just put another file at %s; choose another path", ErrServed, path)
	}
	return nil
}
