package sampler

import (
	"context"
	"errors"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// Intake takes what one look learned. [*model.Account] does; a recorder can stand before it.
type Intake interface {
	ringcore.Sink
	// Begin starts a look at now.
	Begin(now time.Time)
	// End finishes it with the positions that were read.
	End(p ringcore.Positions)
	// Ring gives or replaces the ring's identity. Another identity (source, id, or made) starts the account anew.
	Ring(r *model.Ring)
	// Wait says that there is no ring now and what is waited for, in the user's words.
	Wait(what string)
	// Ended says that the ring ended: one of the model.End reasons.
	Ended(why string)
	// Drops gives the number of refused reservations since watching began, and where it comes from.
	Drops(count uint64, how string)
	// Readership tells what was seen of the processes that read; at most some times a second.
	Readership(r model.Readership)
	// SecondReader says that a second consumer was noticed: the consumer position moved though only we should move it, or it went back.
	SecondReader(at ringcore.Pos)
}

// Source is one open ring: kernel, simulated, file or recorded. One goroutine owns it; no method is called beside another.
type Source interface {
	// Look tells in everything that happened since the last look. It works at most about 5 ms or 4 MiB at a time; Pace.More asks
	// for another look at once. A returned error ends the watch; a ring that merely ended says so to in and returns Pace.Done.
	Look(now time.Time, in Intake) (Pace, error)
	// Detail reads the records of f as they stand now.
	Detail(now time.Time, f model.Focus) model.Detail
	// Close lets go of the ring and undoes whatever was done to it.
	Close() error
}

// Suspender is a Source that can let go of its ring while the program is stopped (ctrl-z), and take it up again.
type Suspender interface {
	Suspend() error
	Resume() error
}

// Pace tells what comes after a look.
type Pace struct {
	Moved bool // positions moved since the last look
	// Hurry says that so much was produced since the last look that the next must not come late.
	Hurry bool
	More  bool // the look was cut short: look again at once
	Done  bool // the ring ended and nothing follows
	// Consumes says that ringscope is the ring's consumer.
	Consumes bool
	Tick     time.Duration // time to the next look while things move; 0: the sampler's default
	// Idle waits until the ring may have moved, ctx is done, or most has passed; nil: tick on. Called only after nothing moved.
	Idle func(ctx context.Context, most time.Duration)
	// AtOnce says that Idle is good after this look already: a consumer waits for its ring, not for the tick.
	AtOnce bool
}

// Errors with an exit code of their own; errors.Is finds them behind the sentence that says what to do.
var (
	ErrNotPermitted = errors.New("not permitted") // exit code 3
	ErrNoSuchRing   = errors.New("no such ring")  // exit code 4
	ErrAmbiguous    = errors.New("ambiguous")     // exit code 2
	ErrUnsupported  = errors.New("not supported") // exit code 1: the kernel is too old, or lacks something
	ErrBusyReader   = errors.New("has a reader")  // exit code 1: --consume beside a reader
)
