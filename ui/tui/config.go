package tui

import (
	"context"
	"errors"
	"io"
	"os"

	"ringscope/model"
	"ringscope/sampler"
)

// Config says what the viewer shows and how.
type Config struct {
	// Host is this host's name, for line 1. Simulated rings say SIMULATED in its place.
	Host string
	// Target names the ring as a command line does: in line 1 until its name is known, and in the text alternative that is
	// offered where the screen is too small.
	Target string
	// Open opens the ring and starts sampling it. It is called once, after the first frame, and stops when ctx is done.
	Open func(ctx context.Context) (sampler.Watch, error)
	// Still is shown in place of a watch, and never changes. Open may then be nil.
	Still *model.Moment
	// Frozen freezes the view at its first moment.
	Frozen bool
	// Back lets esc leave the viewer with [ErrBack], for a caller that has something to go back to.
	Back bool
	// ASCII draws with ASCII only. A locale that is not UTF-8 does so too, and one in which symbols are two columns wide.
	ASCII bool

	// Input, Output and Env are the process's own where they are nil.
	Input  io.Reader
	Output io.Writer
	Env    []string
}

// Errors that [Run] and [RunStart] return as they are.
var (
	// ErrInterrupted is ctrl-c: exit code 130.
	ErrInterrupted = errors.New("interrupted")
	// ErrBack is esc, with Config.Back.
	ErrBack = errors.New("back")
	// ErrNoScreen is wrapped with a sentence that says why no screen can be drawn, and what to do: exit code 1.
	ErrNoScreen = errors.New("no screen")
)

func (c *Config) input() io.Reader {
	if c.Input == nil {
		return os.Stdin
	}
	return c.Input
}

func (c *Config) output() io.Writer {
	if c.Output == nil {
		return os.Stdout
	}
	return c.Output
}

func (c *Config) env() []string {
	if c.Env == nil {
		return os.Environ()
	}
	return c.Env
}
