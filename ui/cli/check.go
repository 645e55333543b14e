package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/target"
	"ringscope/ui/report"
	"ringscope/ui/words"
)

// checkup are the flags of check.
type checkup struct {
	output
	lasts  time.Duration
	tick   time.Duration // between looks
	atOnce int
	failOn string
	// noPayload leaves payloads unread; then nobody knows how much of them is zeros.
	noPayload bool
	format    string
}

// How a check looks unless told otherwise.
const (
	checkFor      = 10 * time.Second
	checkAtOnce   = 16
	mostAtOnce    = 256
	shortestCheck = words.LookingFor + time.Second // findings are judged from LookingFor on
)

func (a *app) check() *cobra.Command {
	var k checkup
	c := &cobra.Command{
		Use:   "check [TARGET]",
		Short: "the verdict on a ring, or on all of this host, as text",
		Long: `The verdict as three lines a ring, for tickets and scripts: the ring with its main figures, what is
wrong with it, and what to do. Without TARGET all rings of this host are watched, some of them side
by side, and the worst comes first. What was wrong at any time of the check counts, also if it is
over: then it says until when. A simulated ring is played on simulated time, as fast as it goes.
On a terminal the lines are folded at its width, in a pipe they are not.
With --json one object a ring: a line of stat --json over the whole check, with the verdict.`,
		Example: `  sudo ringscope check
  sudo ringscope check name:events --for 30s
  sudo ringscope check --for 10s --json | jq -r 'select(.verdict.severity != "fine") | .ring.name'
  ringscope check demo:slow-consumer; echo $?   6: there is a problem`,
		Annotations: map[string]string{"more": targets + "\n\n" + exitCodes},
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef(c, "one TARGET is wanted, not %d arguments", len(args))
			}
			return nil
		},
		ValidArgsFunction: complete,
		RunE: func(c *cobra.Command, args []string) error {
			least, err := k.check(c)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				if k.format != "" {
					return usagef(c, "--format means something with a TARGET only")
				}
				return a.checkHost(c.Context(), &k, least)
			}
			ref, err := parse(c, args[0])
			if err != nil {
				return err
			}
			return a.checkOne(c.Context(), ref, &k, least)
		},
	}
	f := c.Flags()
	f.Var(setDuration(&k.lasts, checkFor), "for", "how long each ring is watched, at least")
	k.jsonFlag(c)
	f.StringVar(&k.failOn, "fail-on", model.Problem.String(), "exit with 6 if there was a finding of this `severity` or worse: hint, warning, problem, or none")
	f.Var(setDuration(&k.tick, 0), "tick", "time between looks at a ring (default: follows from its size)")
	formatFlag(c, &k.format)
	f.BoolVar(&k.noPayload, "no-payload", false, "leave payloads unread: they can hold secrets")
	f.IntVar(&k.atOnce, "at-once", checkAtOnce, "without TARGET: watch so many `rings` side by side")
	return c
}

func (k *checkup) check(c *cobra.Command) (least model.Severity, err error) {
	switch {
	case k.lasts < shortestCheck:
		return 0, usagef(c, "--for can't be %v, %v is the shortest: nothing is judged before", k.lasts, shortestCheck)
	case k.tick < 0:
		return 0, usagef(c, "--tick can't be %v, expected a time such as 1ms", k.tick)
	case k.atOnce < 1 || k.atOnce > mostAtOnce:
		return 0, usagef(c, "--at-once can't be %d, expected 1 to %d", k.atOnce, mostAtOnce)
	}
	return severity(c, k.failOn)
}

func (k *checkup) target() target.Options {
	return target.Options{Payload: !k.noPayload, Format: k.format}
}

// checkOne watches the ring that ref names.
func (a *app) checkOne(ctx context.Context, ref target.Ref, k *checkup, least model.Severity) error {
	var s sighting
	o := sampler.Options{Interval: k.tick, Each: s.each}
	var w *report.Watched
	if ref.Kind == target.Demo {
		c, err := target.NewSimulation(ref.Text)
		if err != nil {
			return err
		}
		c.NoPayload = k.noPayload
		if k.format != "" {
			c.SetFormat(k.format)
		}
		o.Each = nil
		p := a.playing(k.lasts)
		err = target.Play(ctx, c, k.lasts, o, func(m *model.Moment) {
			s.each(m)
			p.tell(m)
		})
		p.clear()
		if err != nil {
			return err
		}
		w = s.result(nil, nil)
	} else {
		p := a.progress(1, k)
		found, err := watchOne(ctx, ref, &s, o, k)
		p.clear()
		if err != nil {
			return err
		}
		w = found
	}
	if err := a.tellChecked(k, w); err != nil {
		return err
	}
	switch {
	case w.Err != nil:
		return fmt.Errorf("watch %s: %w", ref, w.Err)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case least != model.Fine && w.Severity() >= least:
		return errFound
	case w.Moment != nil && w.Moment.Sample.State == model.Ended && w.Moment.Why != model.EndFinished:
		return errRingEnded
	}
	return nil
}

// watchOne watches a ring until it has been watched for long enough, it ends, or ctx is done. err is that of opening it.
func watchOne(ctx context.Context, ref target.Ref, s *sighting, o sampler.Options, k *checkup) (*report.Watched, error) {
	source, err := target.Open(ctx, ref, k.target())
	if err != nil {
		return nil, err
	}
	enough := make(chan struct{})
	over := false
	o.Each = func(m *model.Moment) {
		s.each(m)
		if !over && s.enough(k.lasts) {
			over = true
			close(enough)
		}
	}
	w := sampler.Start(ctx, source, o)
	select {
	case <-enough:
	case <-ctx.Done():
	case <-w.Done():
	}
	return s.resultOf(ref, w.Stop()), nil
}

// tellChecked writes what was found of one ring.
func (a *app) tellChecked(k *checkup, w *report.Watched) error {
	if k.json {
		return report.WriteJSON(a.out, report.NewChecked(a.host(), w))
	}
	return report.WriteCheck(a.out, a.set(), a.host(), w, columns(a.out))
}
