package shm

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
)

// Guard makes a fault in the mapping an error, in place of what err points to: whoever may write the file may cut it at any time, and
// then touching what was mapped would end the program. It guards this goroutine, until what it returns is called; defer that:
//
//	defer f.Guard(&err)()
//
// A fault's error wraps [ErrTruncated]. Faults in views of f are meant too. Every other panic passes.
func (f *File) Guard(err *error, views ...*Mapping) func() {
	before := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(before)
		switch r := recover().(type) {
		case nil:
		case interface {
			runtime.Error
			Addr() uintptr
		}:
			if !f.Holds(r.Addr()) && !slices.ContainsFunc(views, func(v *Mapping) bool { return v.Holds(r.Addr()) }) {
				panic(r)
			}
			*err = f.fault()
		default:
			panic(r)
		}
	}
}

// fault says why the mapping faults.
func (f *File) fault() error {
	if err := f.Check(); errors.Is(err, ErrTruncated) {
		return err
	}
	return fmt.Errorf("%w: a part of %s that is mapped is gone: it was cut and has grown since, or its file system can't give it; serve the ring anew", ErrTruncated, f.path)
}
