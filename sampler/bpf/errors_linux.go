package bpf

import (
	"errors"

	"golang.org/x/sys/unix"
)

// failure is a sentence that says what to do, with an error that decides the exit code and the one that caused it.
type failure struct {
	text  string
	kind  error // one of sampler.Err…
	cause error // nil: none
}

func (f *failure) Error() string { return f.text }

// Unwrap makes kind and cause visible to errors.Is.
func (f *failure) Unwrap() []error {
	if f.cause == nil {
		return []error{f.kind}
	}
	return []error{f.kind, f.cause}
}

// isGone reports that an object ended, or was never there.
func isGone(err error) bool { return errors.Is(err, unix.ENOENT) }

// isRefused reports that a right is missing.
func isRefused(err error) bool { return errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) }
