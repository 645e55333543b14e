package tui

import (
	"context"
	"errors"
	"fmt"
	"io"

	tea "charm.land/bubbletea/v2"
)

// Run shows a ring until the user quits, ctx is done, or the watch ends with an error. It leaves the terminal as it was. It
// returns nil after q, one of the errors of this package, the watch's error, or the cause of ctx.
func Run(ctx context.Context, cfg Config) error {
	if err := checkScreen(&cfg); err != nil {
		return err
	}
	return run(ctx, cfg)
}

// run is Run on whatever cfg names as a terminal.
func run(ctx context.Context, cfg Config, more ...tea.ProgramOption) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	v := newViewer(inner, cfg)
	p := tea.NewProgram(v, append(append(cfg.options(), tea.WithContext(ctx)), more...)...)
	_, err := p.Run()
	cancel()
	stopped := v.opening.end()
	switch {
	case v.fatal != nil:
		return v.fatal
	case err == nil:
		if v.leave {
			if _, err := io.WriteString(cfg.output(), v.content+"\n"); err != nil {
				return fmt.Errorf("leaving the last frame: %w", err)
			}
		}
		if v.back {
			return ErrBack
		}
		if stopped != nil {
			return fmt.Errorf("letting go of the ring: %w", stopped)
		}
		return nil
	}
	return ending(ctx, err)
}

// ending says in our own words why Bubble Tea ended.
func ending(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, tea.ErrInterrupted):
		return ErrInterrupted
	case ctx.Err() != nil:
		return context.Cause(ctx)
	default:
		return fmt.Errorf("running the screen: %w", err)
	}
}
