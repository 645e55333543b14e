package target

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
	"ringscope/sampler/bpf"
	"ringscope/sampler/demo"
	"ringscope/sampler/file"
)

// Options of opening a ring.
type Options struct {
	Consume bool // become the ring's consumer: takes its records. Kernel rings only
	Steal   bool // with Consume: also beside a reader
	Wait    bool // with a name or a pin: wait for the ring, and follow its successor
	Payload bool // payloads may be read
	// Format names the record format of a file or of a simulation; empty: what it says itself. Kernel rings have format linux.
	Format string
}

// Open opens the ring that r names. Errors wrap those of package sampler that have an exit code of their own, or [ErrTarget].
func Open(ctx context.Context, r Ref, o Options) (sampler.Source, error) {
	if o.Consume && (r.Kind == File || r.Kind == Demo) {
		return nil, misused("only kernel rings can be consumed, %s is none", r)
	}
	if err := o.format(r); err != nil {
		return nil, err
	}
	switch r.Kind {
	case Demo:
		c, err := o.simulation(r)
		if err != nil {
			return nil, err
		}
		return Simulate(c)
	case File:
		s, err := file.Open(r.Text, file.Options{Payload: o.Payload, Format: o.Format})
		if err != nil {
			return nil, err // a sentence that names the file
		}
		return s, nil
	case ID, Name, Pin, PID:
		s, err := bpf.Open(ctx, r.selector(), bpf.Options{
			Consume: o.Consume, Steal: o.Steal, Wait: o.Wait && r.Waits(), Payload: o.Payload,
		})
		if err != nil {
			return nil, err // a sentence that names the ring and says what to do
		}
		return s, nil
	default:
		return nil, fmt.Errorf("%w: of kind %d", ErrTarget, r.Kind)
	}
}

// misused says what can't be asked of a target that there is.
func misused(format string, args ...any) error { return configError{fmt.Errorf(format, args...)} }

// format checks that r can be read in the format that is asked for.
func (o Options) format(r Ref) error {
	switch {
	case o.Format == "" || r.Kind != File && r.Kind != Demo && o.Format == ringcore.Linux.Name:
		return nil
	case ringcore.FormatByName(o.Format) == nil:
		return misused("there is no format \"%s\", expected one of %s", o.Format, strings.Join(Formats(), ", "))
	case r.Kind != File && r.Kind != Demo:
		return misused("a ring of this kernel has the format %s, not %s", ringcore.Linux.Name, o.Format)
	}
	return nil
}

// simulation is what r plays.
func (o Options) simulation(r Ref) (Simulation, error) {
	c, err := NewSimulation(r.Text)
	if err != nil {
		return c, err
	}
	if c.NoPayload = !o.Payload; o.Format != "" {
		c.SetFormat(o.Format)
	}
	return c, nil
}

// Waits reports whether r can be waited for: another ring may be the same target later.
func (r Ref) Waits() bool { return r.Kind == Name || r.Kind == Pin }

func (r Ref) selector() bpf.Selector {
	switch r.Kind {
	case Name:
		return bpf.Selector{Name: r.Text}
	case Pin:
		return bpf.Selector{Pin: r.Text}
	case PID:
		return bpf.Selector{PID: int(r.Number)}
	default:
		return bpf.Selector{ID: r.Number}
	}
}

// simulationError gives the errors of package demo their exit code.
func simulationError(err error) error {
	var file *fs.PathError // only a ring that is served has one
	switch {
	case errors.Is(err, demo.ErrConfig):
		return configError{err}
	case errors.As(err, &file) && errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w to put a ring at %s: %w; choose a path where you may make files, such as /dev/shm/ring", sampler.ErrNotPermitted, file.Path, file.Err)
	case errors.As(err, &file) && errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("put a ring at %s: %w; choose a path in a directory that there is, such as /dev/shm/ring", file.Path, file.Err)
	case errors.As(err, &file):
		return fmt.Errorf("put a ring at %s: %w", file.Path, file.Err)
	}
	return fmt.Errorf("open a simulated ring: %w", err)
}

// configError is an [ErrTarget] that says in its own words what is wrong with a simulation, or with how a ring should be opened.
type configError struct{ error }

// Is makes it wrong usage.
func (configError) Is(target error) bool { return target == ErrTarget }

func (e configError) Unwrap() error { return e.error }

// maxLooks of 4 MiB are the largest ring. One that is written faster than it is walked is not followed for ever.
const maxLooks = 512

// looked looks at s until a look is whole, so that what stands in the ring is known.
func looked(s sampler.Source) (sampler.Source, *model.Ring, error) {
	a := model.NewAccount()
	for n := 1; ; n++ {
		now := time.Now()
		pace, err := s.Look(now, a)
		if err != nil {
			return nil, nil, closing(s, fmt.Errorf("look at the ring: %w", err))
		}
		if pace.More && n < maxLooks {
			continue
		}
		if ring := a.Publish(now, model.Detail{}, model.Observation{}).Sample.Ring; ring != nil {
			return s, ring, nil
		}
		return nil, nil, closing(s, fmt.Errorf("look at the ring: it does not say what it is: %w", sampler.ErrNoSuchRing))
	}
}

// closing closes s because of err.
func closing(s sampler.Source, err error) error {
	if e := s.Close(); e != nil {
		return errors.Join(err, fmt.Errorf("let go of the ring: %w", e))
	}
	return err
}
