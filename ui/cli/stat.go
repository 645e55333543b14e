package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/target"
	"ringscope/ui/report"
	"ringscope/ui/text"
)

// statistics are the flags of stat.
type statistics struct {
	opening
	output
	interval time.Duration
	count    int
	failOn   string
}

func (a *app) stat() *cobra.Command {
	var s statistics
	c := &cobra.Command{
		Use:   "stat TARGET",
		Short: "one line per interval, like vmstat",
		Long: `One line per interval, like vmstat: a first line at once, and a last one when it is interrupted,
whose totals are of everything since the first. WORST is the fullest look of the interval. In the
text, ? is unknown, ~ sampled, ≥ and ≤ are bounds, … is not measured yet and - does not apply.`,
		Example: `  sudo ringscope stat name:events
  sudo ringscope stat id:167 -i 10s -n 6 --csv > ring.csv
  sudo ringscope stat name:events -n 11 --fail-on problem   exit code 6 if something is wrong
  ringscope stat demo:slow-consumer --json | jq .occupancy.used_ratio`,
		Annotations:       map[string]string{"more": targets},
		Args:              one("TARGET"),
		ValidArgsFunction: complete,
		RunE: func(c *cobra.Command, args []string) error {
			ref, least, err := s.parse(c, args[0])
			if err != nil {
				return err
			}
			if err := a.confirm(c.Context(), &s.opening, ref); err != nil {
				return err
			}
			return a.runStat(c.Context(), ref, &s, least)
		},
	}
	s.opening.flags(c, "tick")
	s.output.flags(c)
	c.Flags().VarP(setDuration(&s.interval, time.Second), "interval", "i", "time between lines")
	c.Flags().IntVarP(&s.count, "count", "n", 0, "end after so many `lines` (default: never)")
	c.Flags().StringVar(&s.failOn, "fail-on", "", "exit with 6 if there was a finding of this `severity` or worse: hint, warning, problem (default: none)")
	return c
}

// shortest interval between lines: that of published moments.
const shortest = sampler.DefaultPublish

func (s *statistics) parse(c *cobra.Command, arg string) (ref target.Ref, least model.Severity, err error) {
	switch {
	case s.interval < shortest:
		return ref, 0, usagef(c, "--interval can't be %v, %v is the shortest", s.interval, shortest)
	case s.count < 0 || s.count == 0 && c.Flags().Changed("count"):
		return ref, 0, usagef(c, "--count can't be %d, expected 1 or more", s.count)
	}
	if least, err = severity(c, s.failOn); err != nil {
		return ref, 0, err
	}
	if err = errors.Join(s.opening.check(c), s.output.check(c)); err != nil {
		return ref, 0, err
	}
	ref, err = parse(c, arg)
	return ref, least, err
}

// failOnNothing is what --fail-on takes beside severities.
const failOnNothing = "none"

// severity reads --fail-on; Fine for the empty one and for none.
func severity(c *cobra.Command, s string) (model.Severity, error) {
	if s == "" || s == failOnNothing {
		return model.Fine, nil
	}
	for v := model.Hint; v <= model.Problem; v++ {
		if v.String() == s {
			return v, nil
		}
	}
	return 0, usagef(c, "--fail-on can't be \"%s\", expected hint, warning, problem or none", s)
}

// gather turns published moments into intervals. It is called by the goroutine that samples, and never waits: while the last line is
// not written yet, the interval goes on.
type gather struct {
	mu       sync.Mutex
	interval time.Duration
	lines    chan report.Interval
	due      time.Time
	before   *model.Sample
	used     model.Figure[uint64]
	worst    model.Severity
}

func (g *gather) each(m *model.Moment) {
	if !read(m) {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	i := g.add(m)
	if m.Sample.At.Before(g.due) {
		return
	}
	select {
	case g.lines <- i:
		g.close(m)
	default:
	}
}

// read reports whether m holds a reading. A ring that is merely opened has none: what is written until the first reading was there before
// watching began.
func read(m *model.Moment) bool {
	return m != nil && m.Sample != nil && m.Sample.Ring != nil && (m.Sample.State == model.Live || m.Sample.State == model.Ended)
}

// add takes a moment into the interval.
func (g *gather) add(m *model.Moment) report.Interval {
	u := m.Sample.Occupancy.UsedMax
	switch {
	case !g.used.Known():
		g.used = u
	case u.Known():
		g.used = model.Known(max(g.used.V, u.V), model.Weaken(g.used.How, u.How))
	}
	for _, f := range m.Findings {
		g.worst = max(g.worst, f.Severity)
	}
	return report.Interval{Moment: m, Before: g.before, UsedMax: g.used}
}

// close begins the next interval.
func (g *gather) close(m *model.Moment) {
	if g.before == nil {
		g.due = m.Sample.At
	}
	if late := m.Sample.At.Sub(g.due); late >= 0 {
		g.due = m.Sample.At.Add(g.interval - late%g.interval)
	}
	g.before, g.used = m.Sample, model.Figure[uint64]{}
}

// last is the interval that ended with the watch; false if a line has been written of that moment.
func (g *gather) last(m *model.Moment) (report.Interval, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !read(m) || (g.before != nil && g.before.Seq == m.Sample.Seq) {
		return report.Interval{}, false
	}
	return report.Interval{Moment: m, Before: g.before, UsedMax: g.used}, true
}

// found is the worst severity that was seen.
func (g *gather) found() model.Severity {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.worst
}

func (a *app) runStat(ctx context.Context, ref target.Ref, s *statistics, least model.Severity) error {
	source, err := target.Open(ctx, ref, s.target(false))
	if err != nil {
		return err
	}
	g := &gather{interval: s.interval, lines: make(chan report.Interval, 1)}
	o := s.sampler()
	o.Each = g.each
	w := sampler.Start(ctx, source, o)
	lines := newLineWriter(a.out, a.set(), a.host(), s.output)
	reason, written := lines.follow(ctx, w, g, s.count)
	err = w.Stop()
	if brokenPipe(written) {
		return written
	}
	if err != nil {
		reason, err = model.EndError, fmt.Errorf("watch %s: %w", ref, err)
	}
	m := w.Latest()
	if written == nil && reason != model.EndCount {
		written = lines.rest(g, m)
	}
	if written == nil { // what can't be written is told once
		written = lines.end(m, reason, err)
	}
	err = errors.Join(err, written)
	if err == nil && least != model.Fine && g.found() >= least {
		err = errFound
	}
	switch {
	case err != nil:
		return err
	case reason == model.EndSignal:
		return context.Cause(ctx)
	case reason != model.EndCount && reason != model.EndFinished:
		return errRingEnded
	}
	return nil
}

// lineWriter writes intervals in one of the forms.
type lineWriter struct {
	form output
	out  io.Writer
	host report.Host
	text *report.Lines
	csv  *report.CSV
}

func newLineWriter(w io.Writer, c text.Charset, h report.Host, form output) *lineWriter {
	return &lineWriter{form: form, out: w, host: h, text: report.NewLines(w, c, h, columns(w)), csv: report.NewCSV(w)}
}

// follow writes lines until ctx is done, the watch ends, or count lines are written, and returns why it ended.
func (l *lineWriter) follow(ctx context.Context, w sampler.Watch, g *gather, count int) (reason string, err error) {
	for n := 0; ; {
		select {
		case i := <-g.lines:
			if err := l.write(i); err != nil {
				return model.EndError, err
			}
			if n++; n == count {
				return model.EndCount, nil
			}
		case <-ctx.Done():
			return model.EndSignal, nil
		case <-w.Done():
			return ended(ctx, w), nil
		}
	}
}

// rest writes what is left when the watch has ended with m: a line that waits, and one of what came after it.
func (l *lineWriter) rest(g *gather, m *model.Moment) error {
	select {
	case i := <-g.lines:
		if err := l.write(i); err != nil {
			return err
		}
	default:
	}
	if i, ok := g.last(m); ok {
		return l.write(i)
	}
	return nil
}

// ended is why a watch ended.
func ended(ctx context.Context, w sampler.Watch) string {
	m := w.Latest()
	switch {
	case ctx.Err() != nil:
		return model.EndSignal
	case w.Err() != nil:
		return model.EndError
	case m != nil && m.Why != "":
		return m.Why
	default:
		return model.EndFinished
	}
}

func (l *lineWriter) write(i report.Interval) error {
	switch {
	case l.form.json:
		return report.WriteJSON(l.out, report.NewStat(l.host, i))
	case l.form.csv:
		return l.csv.Write(report.NewStat(l.host, i))
	default:
		return l.text.Write(i)
	}
}

// end writes the last line of the stream; failed is what failed, if anything did.
func (l *lineWriter) end(m *model.Moment, reason string, failed error) error {
	switch {
	case l.form.json:
		return report.WriteJSON(l.out, report.NewEnd(reason, failed))
	case l.form.csv:
		return nil // a table has no room for it; the exit code tells
	default:
		return l.text.End(m, reason, failed)
	}
}
