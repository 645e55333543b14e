package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ringscope/sampler"
	"ringscope/sampler/target"
	"ringscope/ui/report"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// output is how a report is written.
type output struct{ json, csv bool }

func (o *output) flags(c *cobra.Command) {
	o.jsonFlag(c)
	c.Flags().BoolVar(&o.csv, "csv", false, "write comma-separated values, with a line of names first")
}

func (o *output) check(c *cobra.Command) error {
	if o.json && o.csv {
		return usagef(c, "--json and --csv exclude each other")
	}
	return nil
}

func (o *output) jsonFlag(c *cobra.Command) {
	c.Flags().BoolVar(&o.json, "json", false, "write one JSON object per line")
}

func (a *app) list() *cobra.Command {
	var o output
	var again repeat
	c := &cobra.Command{
		Use:   "list",
		Short: "all rings of this host, one line each",
		Long: `All rings of this host, one line each: also those inside arrays and hashes of maps.
FULL and UNREAD are of the moment; the READER is who maps the consumer page writable.`,
		Example: `  sudo ringscope list
  sudo ringscope list -i 5s
  sudo ringscope list --json | jq 'select(.occupancy.used_ratio > 0.5) | .ring.name'`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := errors.Join(o.check(c), again.check(c)); err != nil {
				return err
			}
			return a.runList(c.Context(), o, again)
		},
	}
	o.flags(c)
	again.flags(c)
	return c
}

// repeat is how often a report is written.
type repeat struct {
	interval time.Duration
	count    int
}

func (r *repeat) flags(c *cobra.Command) {
	c.Flags().VarP(setDuration(&r.interval, 0), "interval", "i", "list again after this time, until interrupted (default: list once)")
	c.Flags().IntVarP(&r.count, "count", "n", 0, "with --interval: end after so many `lists`")
}

func (r *repeat) check(c *cobra.Command) error {
	switch {
	case r.interval < 0 || r.interval > 0 && r.interval < shortestList:
		return usagef(c, "--interval can't be %v, %v is the shortest", r.interval, shortestList)
	case r.count < 0:
		return usagef(c, "--count can't be %d, expected 1 or more", r.count)
	case r.count > 1 && r.interval == 0:
		return usagef(c, "--count %d needs --interval", r.count)
	}
	return nil
}

// shortestList between two lists: one walks all maps and processes of the host.
const shortestList = 100 * time.Millisecond

// runList writes the list once, or again and again.
func (a *app) runList(ctx context.Context, o output, again repeat) error {
	table := report.NewCSV(a.out)
	for n := 1; ; n++ {
		if err := a.listOnce(ctx, o, table); err != nil {
			return err
		}
		if again.interval == 0 || n == again.count {
			return nil
		}
		sampler.SleepOnTimer(ctx, again.interval, false)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // a signal ends it; its exit code comes from the context's cause
		}
		if !o.json && !o.csv {
			if _, err := fmt.Fprintln(a.out); err != nil {
				return err
			}
		}
	}
}

func (a *app) listOnce(ctx context.Context, o output, table *report.CSV) error {
	h, err := target.List(ctx, time.Now())
	if err != nil {
		return err
	}
	if err := a.notes(h.Notes); err != nil {
		return err
	}
	if o.json || o.csv {
		for _, l := range h.Rings {
			j := report.NewListed(l.Ring, l.Positions, l.Occupancy)
			if o.csv {
				err = table.Write(j)
			} else {
				err = report.WriteJSON(a.out, j)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	if len(h.Rings) == 0 {
		_, err := fmt.Fprintln(a.out, words.NoRings(a.set(), a.host().Name, h.Maps).Why)
		return err
	}
	rows := make([]report.Row, 0, len(h.Rings))
	for _, l := range h.Rings {
		r := report.Row{Ring: l.Ring, Positions: l.Positions, Occupancy: l.Occupancy}
		if l.Err != nil {
			r.Problem = l.Err.Error()
		}
		rows = append(rows, r)
	}
	return report.Table(a.out, a.set(), rows)
}

// notes says beside the report what is missing in it.
func (a *app) notes(all []string) error {
	for _, n := range all {
		line := text.Fold("ringscope: "+a.set().Safe(n), columns(a.err), 4)
		if _, err := fmt.Fprintln(a.err, strings.Join(line, "\n")); err != nil {
			return err
		}
	}
	return nil
}
