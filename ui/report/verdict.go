package report

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// Seen is a finding that stood at some time of a check.
type Seen struct {
	Finding model.Finding
	Until   time.Time // when it stood last; zero: it stands
}

// Watched is what a check found of one ring.
type Watched struct {
	Interval             // from its first reading to its last; Moment is nil where the ring could not be read
	Ring     *model.Ring // nil: not even that could be read
	Target   string      // what was asked for, where Ring is nil
	File     bool        // it is, or should be, the file of a ring
	Found    []Seen      // worst first; of equally severe ones those that stand first
	Err      error       // why it could not be read, or not to the end
	Tried    time.Time   // when it was found to be unread, where Moment is nil
}

// Severity is the worst that was found; of a ring that could not be read it is Fine.
func (c *Watched) Severity() model.Severity { return c.judge(text.UTF8).Severity }

// Unread reports whether nothing was read of the ring.
func (c *Watched) Unread() bool { return c.Moment == nil }

// judge puts the verdict into words, as long as they get.
func (c *Watched) judge(set text.Charset) words.Verdict {
	switch {
	case c.Err != nil && (c.Unread() || len(c.Found) == 0):
		return words.NotReadable(set, c.File || c.Ring != nil && c.Ring.Source == model.SourceFile, c.Err)
	case c.Unread():
		return words.Judge(set, nil, time.Time{}, math.MaxInt32)
	case len(c.Found) > 0 && !c.Found[0].Until.IsZero():
		return words.Was(set, c.Found[0].Finding, c.Moment.Sample, c.Found[0].Until)
	}
	m := *c.Moment
	m.Findings = nil
	for _, f := range c.Found {
		if f.Until.IsZero() {
			m.Findings = append(m.Findings, f.Finding)
		}
	}
	v := words.Judge(set, &m, m.Sample.At, math.MaxInt32)
	if m.Sample.State == model.Ended && (len(m.Findings) == 0 || m.Findings[0].Code == model.OwnerGone) {
		v.Do = words.Left // what it says is for a screen
	}
	return v
}

// WriteCheck writes c as three statements of text: the ring and its main figures, the verdict, and what to do. Each is one line, however long,
// for whoever searches them; for a terminal of width cells they are folded. Width 0 is none.
func WriteCheck(w io.Writer, set text.Charset, h Host, c *Watched, width int) error {
	v := c.judge(set)
	second, do := v.Second(), strings.TrimSpace(v.Third())
	if len(c.Found) > 1 && !c.Unread() {
		also := make([]string, 0, len(c.Found)-1)
		for _, f := range c.Found[1:] {
			title := strings.ToLower(words.Title(f.Finding.Code))
			if !f.Until.IsZero() {
				title += " (until " + text.Clock(f.Until) + ")"
			}
			also = append(also, title)
		}
		second += " Also: " + strings.Join(also, ", ") + "."
	}
	if do == "" {
		do = "nothing to do"
	}
	lines := text.Fold(c.figures(set, h), width, 4)
	lines = append(lines, text.Fold("  "+second, width, 4)...)
	lines = append(lines, text.Fold("    "+do, width, 8)...)
	if _, err := io.WriteString(w, strings.Join(lines, "\n")+"\n"); err != nil {
		return fmt.Errorf("write the verdict: %w", err)
	}
	return nil
}

// figures is the first line: which ring, where, for how long, and what matters most of it.
func (c *Watched) figures(set text.Charset, h Host) string {
	title := Title(set, c.Ring)
	if c.Ring == nil && c.Target != "" {
		title = set.Safe(c.Target)
	}
	parts := []string{title + " on " + set.Safe(h.At(c.Ring))}
	if c.Unread() {
		return set.Spell(parts[0] + " · " + text.Clock(c.Tried))
	}
	s, r := c.Moment.Sample, c.Rates()
	if c.Before == nil {
		r = model.Rates{} // one look tells none, and there will be no second
	}
	if s.Observer.Consumes {
		parts = append(parts, "CONSUMING: ringscope takes its records")
	}
	worst := text.Figure(set, c.UsedMax, func(n uint64) string { return text.Percent(float64(n) / float64(max(1, s.Ring.Size()))) })
	parts = append(parts,
		text.Clock(s.At)+", watched for "+text.Duration(s.At.Sub(s.Since)),
		"full "+text.Figure(set, s.Occupancy.Ratio, text.Percent)+", worst "+worst,
		"in "+text.Figure(set, r.Records, text.Rate)+", "+text.Figure(set, r.Bytes, text.ByteRate),
		"out "+text.Figure(set, r.Consumed, text.ByteRate),
		"unread "+text.Figure(set, s.Lag.Records, text.Count),
		"lost "+text.Figure(set, s.Drops.Count, text.Roughly),
	)
	reader := "?"
	if words.IsUserRing(s.Ring) {
		reader = "the kernel"
	} else if s.Ring.Readers.Known() {
		reader = Processes(set, s.Ring.ReaderAt)
		if s.Ring.Readers.V == 0 {
			reader = "none"
		}
	}
	return set.Spell(strings.Join(append(parts, "reader "+reader), " · "))
}

// Checked is a line of `check --json`: what a line of `stat --json` says of the whole check, and the verdict. Its findings are all that
// stood at some time.
type Checked struct {
	Stat
	Verdict Verdict `json:"verdict"`
	unread  bool
}

// Verdict is lines 2 and 3 in JSON.
type Verdict struct {
	Severity string  `json:"severity"` // fine, hint, warning, problem, or unknown: it could not be read, or not long enough
	Code     *string `json:"code"`     // of the worst finding
	Title    string  `json:"title"`
	Text     string  `json:"text"`
	Advice   string  `json:"advice"`
}

// NewChecked is what a check found of one ring.
func NewChecked(h Host, c *Watched) Checked {
	i := c.Interval
	if c.Unread() {
		i.Moment = &model.Moment{Sample: &model.Sample{At: c.Tried, Since: c.Tried, Ring: c.Ring}}
	}
	v := c.judge(text.UTF8)
	j := Checked{
		Stat: NewStat(h, i), unread: c.Unread(),
		Verdict: Verdict{Severity: v.Severity.String(), Title: v.Title, Text: v.Text, Advice: strings.TrimPrefix(v.Do, "do: ")},
	}
	if v.Looking {
		j.Verdict.Severity = "unknown"
	}
	j.Findings = make([]Finding, 0, len(c.Found))
	for k, f := range c.Found {
		if k == 0 {
			j.Verdict.Code = ptr(string(f.Finding.Code))
		}
		finding, now := f.Finding, i.Moment.Sample.At
		if !f.Until.IsZero() {
			finding, now = words.Over(finding), f.Until
		}
		found := newFinding(finding, i.Moment.Sample, now)
		found.Until = since(f.Until)
		j.Findings = append(j.Findings, found)
	}
	return j
}
