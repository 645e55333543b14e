package cli

import (
	"context"
	"errors"
	"os"
	"syscall"

	"ringscope/sampler"
	"ringscope/sampler/target"
	"ringscope/ui/tui"
)

// Exit codes.
const (
	ExitDone         = 0
	ExitFailed       = 1
	ExitUsage        = 2
	ExitNotPermitted = 3
	ExitNoSuchRing   = 4
	ExitRingEnded    = 5
	ExitFound        = 6 // --fail-on found something
	exitSignal       = 128
)

// usageError is wrong usage; its sentence says what is wrong.
type usageError struct {
	err     error
	command string // whose help tells more
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// signalError is the cause of a context that a signal ended.
type signalError struct{ signal os.Signal }

func (e *signalError) Error() string { return "ended by signal: " + e.signal.String() }

// Errors of commands that are no failure of ringscope.
var (
	errRingEnded = errors.New("the ring ended while it was watched")
	errFound     = errors.New("there are findings")
)

// exitCode is the exit code that err stands for.
func exitCode(err error) int {
	var usage *usageError
	var sig *signalError
	switch {
	case err == nil, brokenPipe(err):
		return ExitDone
	case errors.Is(err, errFound):
		return ExitFound
	case errors.As(err, &sig):
		if n, ok := sig.signal.(syscall.Signal); ok {
			return exitSignal + int(n)
		}
		return ExitFailed
	case errors.Is(err, tui.ErrInterrupted):
		return exitSignal + int(syscall.SIGINT)
	case errors.As(err, &usage), errors.Is(err, target.ErrTarget), errors.Is(err, sampler.ErrAmbiguous):
		return ExitUsage
	case errors.Is(err, sampler.ErrNotPermitted):
		return ExitNotPermitted
	case errors.Is(err, sampler.ErrNoSuchRing):
		return ExitNoSuchRing
	case errors.Is(err, errRingEnded):
		return ExitRingEnded
	default:
		return ExitFailed
	}
}

// brokenPipe reports whether err says that nobody reads the output any more, as after `| head -1`.
func brokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

// silent reports whether err is told by the exit code alone: the report or the screen has said the rest.
func silent(err error) bool {
	var sig *signalError
	return err == nil || brokenPipe(err) || errors.Is(err, errFound) || errors.Is(err, errRingEnded) || errors.As(err, &sig) || errors.Is(err, tui.ErrInterrupted) ||
		errors.Is(err, context.Canceled)
}
