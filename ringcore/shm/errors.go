package shm

import "errors"

// What can be wrong with a layout or a ring file. The sentence of an error that wraps one of them says what was expected, what was
// found, and what to do.
var (
	ErrLayout    = errors.New("impossible ring layout")
	ErrNotRing   = errors.New("no ring file")                 // it holds something else
	ErrVersion   = errors.New("ring file of another version") // made by another ringscope
	ErrDamaged   = errors.New("damaged ring file")            // the describing block contradicts itself or the file
	ErrTruncated = errors.New("truncated ring file")          // shorter than its describing block says
	ErrServed    = errors.New("ring file in use")             // its server lives
	ErrRemoved   = errors.New("ring file removed")            // the path names no file any more
	ErrReplaced  = errors.New("ring file replaced")           // the path names another file now
)
