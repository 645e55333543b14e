package shm

import "errors"

// What can be wrong with a ring file or a layout; the sentences of the errors that wrap them say what was expected, what was
// found, and what to do.
var (
	ErrLayout       = errors.New("impossible ring layout")
	ErrNotRing      = errors.New("no ring file")
	ErrVersion      = errors.New("ring file of another version")
	ErrDamaged      = errors.New("damaged ring file")
	ErrTruncated    = errors.New("truncated ring file")
	ErrExists       = errors.New("file exists")
	ErrServed       = errors.New("ring file in use")
	ErrReplaced     = errors.New("ring file replaced")
	ErrNoSuchOption = errors.New("not supported on this system")
)
