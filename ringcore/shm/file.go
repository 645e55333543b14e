package shm

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// File is a ring in a file: the mapping, and what the file tells of itself. The methods that look at the file must not be called
// beside Close.
type File struct {
	*Mapping
	path    string
	about   Description
	f       *os.File // carries the lock; the mapping has a descriptor of its own
	serving bool
}

// Open maps the ring file at path read-only; nothing can make that mapping writable, because the file is opened for reading only.
// The server may be dead: see [File.Alive].
//
// Errors wrap [fs.ErrNotExist], [fs.ErrPermission], [ErrNotRing], [ErrVersion], [ErrDamaged], [ErrTruncated] or [ErrLayout].
func Open(path string) (*File, error) {
	f, about, err := openDescribed(path, os.O_RDONLY)
	if errors.Is(err, ErrNotRing) {
		return nil, fmt.Errorf("%w; give the path of a file that `ringscope demo --file` made", err)
	}
	if err != nil {
		return nil, err
	}
	file, err := mapFile(f, path, about, false)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return file, nil
}

// openDescribed opens what stands at path and reads its describing block. It never waits, whatever the path names.
func openDescribed(path string, mode int) (*os.File, Description, error) {
	// Before it is opened, because opening a device can set it going.
	if info, err := os.Stat(path); err != nil {
		return nil, Description{}, fmt.Errorf("open the ring file: %w", err)
	} else if err := regular(path, info); err != nil {
		return nil, Description{}, err
	}
	f, err := os.OpenFile(path, mode|nonblock, 0)
	if err != nil {
		return nil, Description{}, fmt.Errorf("open the ring file: %w", err)
	}
	about, err := describe(f, path)
	if err != nil {
		return nil, Description{}, errors.Join(err, f.Close())
	}
	return f, about, nil
}

// describe reads the describing block of f and compares it with the file's size.
func describe(f *os.File, path string) (Description, error) {
	info, err := f.Stat()
	if err != nil {
		return Description{}, fmt.Errorf("look at the ring file: %w", err)
	}
	if err := regular(path, info); err != nil {
		return Description{}, err
	}
	raw := make([]byte, blockSize)
	if _, err := f.ReadAt(raw, blockAt); errors.Is(err, io.EOF) {
		return Description{}, fmt.Errorf("%w: %s was cut while it was opened; serve the ring anew", ErrTruncated, path)
	} else if err != nil {
		return Description{}, fmt.Errorf("read the describing block: %w", err)
	}
	about, err := decode(path, raw)
	if err != nil {
		return Description{}, err
	}
	want := int64(2*about.PageSize) + int64(about.Size)
	switch {
	case info.Size() < want:
		return Description{}, fmt.Errorf("%w: %s: expected %d bytes, found %d; serve the ring anew", ErrTruncated, path, want, info.Size())
	case info.Size() > want:
		return Description{}, fmt.Errorf("%w: %s: expected %d bytes, found %d; serve the ring anew", ErrDamaged, path, want, info.Size())
	}
	return about, nil
}

// regular reports why a file can't be a ring's before anything is read of it: what some files of the kernel give is then gone.
func regular(path string, info fs.FileInfo) error {
	switch {
	case !info.Mode().IsRegular():
		return fmt.Errorf("%w: %s: expected a regular file, found %s", ErrNotRing, path, kind(info.Mode()))
	case info.Size() < blockAt+blockSize:
		return fmt.Errorf("%w: %s: expected at least %d bytes, found %d", ErrNotRing, path, blockAt+blockSize, info.Size())
	}
	return nil
}

// mapFile makes a File of f, which it takes over only if it succeeds.
func mapFile(f *os.File, path string, about Description, writable bool) (*File, error) {
	l, err := newLayout(about.Size, about.PageSize)
	if err != nil {
		return nil, err
	}
	b, err := fileBacking(f, l, writable)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	m, err := mapBacking(b, l, writable)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("map %s: %w", path, err), b.close())
	}
	return &File{Mapping: m, path: path, about: about, f: f, serving: writable}, nil
}

// Path is the path that Create or Open was given.
func (f *File) Path() string { return f.path }

// Description is what the describing block said when the file was opened.
func (f *File) Description() Description { return f.about }

// Alive reports whether the process that made the ring still serves it: whether it holds the lock. The kernel takes the lock away
// when that process ends in whatever way.
func (f *File) Alive() (bool, error) {
	if f.serving {
		return true, nil
	}
	free, err := tryLock(f.f, shared)
	if err != nil {
		return false, fmt.Errorf("look at the lock of %s: %w", f.path, err)
	}
	if !free {
		return true, nil
	}
	if err := unlock(f.f); err != nil {
		return false, fmt.Errorf("let go of the lock of %s: %w", f.path, err)
	}
	return false, nil
}

// Check reports what happened to the file since it was opened: an error that wraps [ErrTruncated] if it is too short now for what
// is mapped, so that touching the mapping may fault, [ErrRemoved] if the path names no file any more, or [ErrReplaced] if it names
// another one. The last two change nothing about what is mapped.
func (f *File) Check() error {
	mine, err := f.f.Stat()
	if err != nil {
		return fmt.Errorf("look at %s: %w", f.path, err)
	}
	if want := int64(f.layout.stored()); mine.Size() < want {
		return fmt.Errorf("%w: %s was cut to %d of %d bytes while it was mapped; serve the ring anew", ErrTruncated, f.path, mine.Size(), want)
	}
	return f.names()
}

// names reports whether the path names another file by now, or none.
func (f *File) names() error {
	mine, err := f.f.Stat()
	if err != nil {
		return fmt.Errorf("look at %s: %w", f.path, err)
	}
	now, err := named(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: there is no file %s any more", ErrRemoved, f.path)
	case err != nil:
		return fmt.Errorf("look at %s: %w", f.path, err)
	case !os.SameFile(mine, now):
		return fmt.Errorf("%w: %s names another file now; watch it anew", ErrReplaced, f.path)
	}
	return nil
}

// Close unmaps the ring and lets go of the file, and of the lock if this process serves it. The file stays, so that what the ring
// held can still be looked at. Calling it again does nothing more.
func (f *File) Close() error {
	err := f.Mapping.Close()
	if f.f == nil {
		return err
	}
	if f.serving {
		// A second view shares the descriptor's lock and may outlive us; the ring is served no longer.
		err = errors.Join(err, unlock(f.f))
	}
	err = errors.Join(err, f.f.Close())
	f.f = nil
	return err
}

// Remove closes a ring that this process serves, and removes its file, unless the path names another one by now. Who has mapped it keeps
// what is mapped.
func (f *File) Remove() error {
	switch err := f.names(); {
	case errors.Is(err, ErrRemoved), errors.Is(err, ErrReplaced):
		return f.Close()
	case err != nil:
		return errors.Join(err, f.Close())
	}
	// While the lock is held nobody else takes the path.
	err := os.Remove(f.path)
	if closed := f.Close(); closed != nil || err == nil {
		return errors.Join(err, closed)
	}
	if err = os.Remove(f.path); err != nil { // a system on which nothing open can be removed
		return fmt.Errorf("remove the ring file: %w", err)
	}
	return nil
}

func kind(m fs.FileMode) string {
	switch {
	case m.IsDir():
		return "a directory"
	case m&fs.ModeNamedPipe != 0:
		return "a pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	default:
		return "a device"
	}
}
