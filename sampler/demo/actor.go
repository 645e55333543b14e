package demo

import (
	"fmt"
	"time"
)

// actor is one party of the schedule, a producer or the consumer. Simulated time plays all of them in one goroutine, always the one
// that is due first; real time gives each a goroutine of its own.
type actor interface {
	// due is when the next step is to be made, since the begin; never: there is none.
	due() time.Duration
	// step makes it.
	step() error
	// String names the actor in errors.
	String() string
}

// actorError says who could not go on, and when.
type actorError struct {
	actor string
	at    time.Duration
	err   error
}

func (e *actorError) Error() string {
	return fmt.Sprintf("%s, %v after the begin: %v", e.actor, e.at, e.err)
}

func (e *actorError) Unwrap() error { return e.err }
