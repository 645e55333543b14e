package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringscope/sampler"
	"ringscope/sampler/target"
)

// opening are the flags of commands that open a ring.
type opening struct {
	consume, steal, noPayload bool
	format                    string
	tick                      time.Duration // between looks
	tickFlag                  string        // that sets it
}

// flags adds them; tick is the name of the flag that sets the time between looks.
func (o *opening) flags(c *cobra.Command, tick string) {
	f := c.Flags()
	o.tickFlag = tick
	f.BoolVar(&o.consume, "consume", false, "be the ring's reader: takes its records; refused beside another reader")
	f.BoolVar(&o.steal, "steal", false, "with --consume: also beside another reader, which then misses records; asks on a terminal")
	f.BoolVar(&o.noPayload, "no-payload", false, "leave payloads unread: they can hold secrets")
	formatFlag(c, &o.format)
	f.Var(setDuration(&o.tick, 0), tick, "time between looks at the ring (default: follows from its size)")
}

// formatFlag adds --format to a command that opens a ring.
func formatFlag(c *cobra.Command, name *string) {
	c.Flags().Var(format{name}, "format", "record `format` of a file or a simulation: "+strings.Join(target.Formats(), ", ")+
		" (default: what it says, or what its records tell)")
}

func (o *opening) check(c *cobra.Command) error {
	switch {
	case o.steal && !o.consume:
		return usagef(c, "--steal means something with --consume only")
	case o.tick < 0:
		return usagef(c, "--%s can't be %v, expected a time such as 1ms", o.tickFlag, o.tick)
	}
	return nil
}

func (o *opening) target(wait bool) target.Options {
	return target.Options{Consume: o.consume, Steal: o.steal, Wait: wait, Payload: !o.noPayload, Format: o.format}
}

func (o *opening) sampler() sampler.Options { return sampler.Options{Interval: o.tick} }

// errDeclined is wrong usage by a change of mind.
var errDeclined = errors.New("nothing was taken")

// confirm asks before the records of a ring are taken from its reader, if there is somebody to ask.
func (a *app) confirm(ctx context.Context, o *opening, ref target.Ref) error {
	if !o.steal || !terminal(a.in) || !terminal(a.err) {
		return nil
	}
	if _, err := fmt.Fprintf(a.err, "Take the records of %s although somebody may be reading them? That reader will miss them. [y/N] ", a.set().Safe(ref.String())); err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	type answer struct {
		line string
		err  error
	}
	got := make(chan answer, 1)
	go func() { // blocked in a read that nothing can end; it dies with the program
		defer func() {
			if v := recover(); v != nil {
				got <- answer{err: fmt.Errorf("panic while reading the answer: %v", v)}
			}
		}()
		line, err := bufio.NewReader(a.in).ReadString('\n')
		got <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case g := <-got:
		if g.err != nil && !errors.Is(g.err, io.EOF) {
			return fmt.Errorf("read the answer: %w", g.err)
		}
		if s := strings.ToLower(strings.TrimSpace(g.line)); s != "y" && s != "yes" {
			return errDeclined
		}
		return nil
	}
}

// parse reads the target argument of c.
func parse(c *cobra.Command, arg string) (target.Ref, error) {
	r, err := target.Parse(arg)
	if err != nil {
		return target.Ref{}, usage(c, err)
	}
	return r, nil
}

// start opens r and begins to watch it.
func (o *opening) start(ctx context.Context, r target.Ref, wait bool) (sampler.Watch, error) {
	s, err := target.Open(ctx, r, o.target(wait))
	if err != nil {
		return nil, err
	}
	return sampler.Start(ctx, s, o.sampler()), nil
}

// complete offers targets.
func complete(c *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(c.Context(), 2*time.Second)
	defer cancel()
	var all []string
	for _, t := range target.Complete(ctx, prefix) {
		all = append(all, cobra.CompletionWithDesc(t.Target, t.About))
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}
