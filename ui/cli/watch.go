package cli

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/spf13/cobra"

	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/target"
	"ringscope/ui/tui"
)

func (a *app) watch() *cobra.Command {
	var o opening
	c := &cobra.Command{
		Use:   "watch TARGET",
		Short: "the viewer on one ring",
		Long: `The viewer on one ring. It only looks: the ring is mapped read-only, and its reader loses nothing.
name: and pin: wait for the ring, and follow its successor when the program restarts.`,
		Example: `  sudo ringscope watch name:events
  sudo ringscope watch id:167 --no-payload
  sudo ringscope watch pin:/sys/fs/bpf/events --consume
  ringscope watch file:/dev/shm/ring     served by: ringscope demo --file /dev/shm/ring`,
		Annotations:       map[string]string{"more": targets},
		Args:              one("TARGET"),
		ValidArgsFunction: complete,
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.check(c); err != nil {
				return err
			}
			ref, err := parse(c, args[0])
			if err != nil {
				return err
			}
			if err := a.confirm(c.Context(), &o, ref); err != nil {
				return err
			}
			return a.view(c.Context(), ref, &o, false)
		},
	}
	o.flags(c, "interval")
	return c
}

// view shows r until the user leaves; back lets esc do so with tui.ErrBack.
func (a *app) view(ctx context.Context, r target.Ref, o *opening, back bool) error {
	cfg := a.screen(r.String())
	cfg.Back = back
	var opened atomic.Pointer[sampler.Watch]
	cfg.Open = func(ctx context.Context) (sampler.Watch, error) {
		w, err := o.start(ctx, r, true)
		if err == nil {
			opened.Store(&w)
		}
		return w, err
	}
	if err := tui.Run(ctx, cfg); err != nil {
		return err
	}
	if w := opened.Load(); w != nil && gone((*w).Latest()) {
		return errRingEnded
	}
	return nil
}

// gone reports whether the ring of m ended.
func gone(m *model.Moment) bool {
	return m != nil && m.Sample != nil && m.Sample.State == model.Ended && m.Why == model.EndOwnerGone
}

// screen is what every screen has in common.
func (a *app) screen(name string) tui.Config {
	return tui.Config{Host: a.host().Name, Target: name, ASCII: a.ascii, Input: a.in, Output: a.out, Env: a.env}
}

// start is ringscope without a command: the only ring of the host in the viewer, or a page to choose from.
func (a *app) start(c *cobra.Command, _ []string) error {
	ctx := c.Context()
	only := true // the only ring is opened at once, but not again after esc
	for {
		choice, err := a.choose(ctx, only)
		if err != nil {
			return err
		}
		only = false
		var ref target.Ref
		switch {
		case choice.Demo:
			ref = target.Ref{Kind: target.Demo}
		case choice.Target != "":
			if ref, err = parse(c, choice.Target); err != nil {
				return err
			}
		default:
			return nil
		}
		if err := a.view(ctx, ref, &opening{}, true); !errors.Is(err, tui.ErrBack) {
			return err
		}
	}
}
