package report

import (
	"fmt"
	"io"
	"strings"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// column of a table of text: right-aligned but for the last. Without findings a line fits into 80 columns.
type column struct {
	title string
	width int
}

var statColumns = []column{
	{"TIME", 9},
	{"FULL", 6},
	{"WORST", 6},
	{"IN/s", 7},
	{"IN B/s", 8},
	{"OUT B/s", 8},
	{"UNREAD", 9},
	{"OLDEST", 7},
	{"BUSY", 4},
	{"LOST", 6},
	{"", 0},
}

// headEvery lines of [Lines] the titles come again.
const headEvery = 20

// Lines writes intervals as lines of text, like vmstat.
type Lines struct {
	w       io.Writer
	c       text.Charset
	h       Host
	width   int
	written int
}

// NewLines writes to w, a terminal of width cells, at which long lines are folded. Width 0 is none: then each stays a line.
func NewLines(w io.Writer, c text.Charset, h Host, width int) *Lines {
	return &Lines{w: w, c: c, h: h, width: width}
}

// Write writes one interval.
func (l *Lines) Write(i Interval) error {
	var b strings.Builder
	s := i.Moment.Sample
	if l.written == 0 {
		took := ""
		if s.Observer.Consumes {
			took = ", CONSUMING: ringscope takes its records"
		}
		b.WriteString(l.folded(fmt.Sprintf("%s on %s%s", l.c.Spell(Title(l.c, s.Ring)), l.c.Safe(l.h.At(s.Ring)), took)))
	}
	if l.written%headEvery == 0 {
		titles := make([]string, len(statColumns))
		for i, c := range statColumns {
			titles[i] = c.title
		}
		b.WriteString(l.row(titles))
	}
	l.written++
	b.WriteString(l.row(l.cells(i)))
	if _, err := io.WriteString(l.w, b.String()); err != nil {
		return fmt.Errorf("write a line: %w", err)
	}
	return nil
}

// row is a line of the table. A cell that is wider than its column, as one with a mark can be, takes the blanks before the next ones, so that
// these stay where they are.
func (l *Lines) row(cells []string) string {
	var b strings.Builder
	end, at := 0, 0 // where the column ends, and where the line does
	for i, c := range statColumns {
		if i > 0 {
			b.WriteByte(' ')
			end, at = end+1, at+1
		}
		if c.width == 0 {
			b.WriteString(cells[i])
			continue
		}
		end += c.width
		w := text.Width(cells[i])
		blanks := max(0, end-at-w)
		b.WriteString(strings.Repeat(" ", blanks))
		b.WriteString(cells[i])
		at += blanks + w
	}
	return l.folded(strings.TrimRight(b.String(), " "))
}

// folded is a line as it is written. What goes on below begins to the right of the first column.
func (l *Lines) folded(line string) string {
	return strings.Join(text.Fold(line, l.width, statColumns[0].width+1), "\n") + "\n"
}

func (l *Lines) cells(i Interval) []string {
	s, r, c := i.Moment.Sample, i.Rates(), l.c
	if i.Before == nil {
		r.Records.How, r.Bytes.How, r.Consumed.How = model.Unmeasured, model.Unmeasured, model.Unmeasured
	}
	rate := func(perSecond float64) string { return strings.TrimSuffix(text.Rate(perSecond), "/s") } // the title has it
	bytes := func(perSecond float64) string { return strings.TrimSuffix(text.ByteRate(perSecond), "/s") }
	ratio := func(used uint64) string { return text.Percent(float64(used) / float64(s.Ring.Size())) }
	return []string{
		text.Clock(s.At),
		text.Figure(c, s.Occupancy.Ratio, text.Percent),
		text.Figure(c, i.UsedMax, ratio),
		text.Figure(c, r.Records, rate),
		text.Figure(c, r.Bytes, bytes),
		text.Figure(c, r.Consumed, bytes),
		text.Figure(c, s.Lag.Records, text.Count),
		text.Figure(c, s.Lag.Age, text.Duration),
		text.Figure(c, model.Known(s.Busy.Now, s.Busy.How), text.Roughly),
		text.Figure(c, s.Drops.Count, text.Roughly),
		l.verdict(i.Moment),
	}
}

// verdict names what is wrong, in the last column.
func (l *Lines) verdict(m *model.Moment) string {
	titles := make([]string, 0, len(m.Findings))
	for _, f := range m.Findings {
		titles = append(titles, l.c.Shape(f.Severity)+" "+strings.ToLower(words.Title(f.Code)))
	}
	return strings.Join(titles, ", ")
}

// End writes how it ended, with the totals of m, and what failed if something did. A single look has no totals: they count what came after it.
func (l *Lines) End(m *model.Moment, reason string, failed error) error {
	line := "ended: " + strings.ReplaceAll(reason, "_", " ")
	switch {
	case m == nil || m.Sample == nil:
	case m.Sample.Observer.Ticks <= 1:
		line += " after a single look: what was written and read before it is not known"
	default:
		s := m.Sample
		mark := l.c.Mark(s.Totals.How)
		if !s.Totals.How.Known() {
			mark = ""
		}
		bytes := mark
		if s.Totals.How == model.Sampled { // what the records are is inferred, what they take follows from the positions
			bytes = ""
		}
		line = fmt.Sprintf("%s after %s: %s%s (%s committed, %s discarded), %s%s in all, missed %s",
			line, text.Duration(s.At.Sub(s.Since)), mark, text.Plural(s.Totals.Records, "record"), text.Count(s.Totals.Committed),
			text.Count(s.Totals.Discarded), bytes, text.Bytes(s.Totals.Bytes), text.Bytes(s.Missed.Bytes))
	}
	if failed != nil {
		line += ": " + l.c.Safe(strings.Join(strings.Fields(failed.Error()), " "))
	}
	if _, err := io.WriteString(l.w, l.folded(line)); err != nil {
		return fmt.Errorf("write the last line: %w", err)
	}
	return nil
}

// Title names a ring in one line: `events, id 167, ringbuf, 8 MiB, linux`.
func Title(c text.Charset, r *model.Ring) string {
	if r == nil {
		return "no ring yet"
	}
	parts := []string{c.Name(r.Name)}
	if r.ID != 0 {
		parts = append(parts, fmt.Sprintf("id %d", r.ID))
	}
	parts = append(parts, r.Type, text.Size(r.Size()))
	if r.Format != nil {
		parts = append(parts, words.Format(r))
	}
	if r.Made.Known() {
		parts = append(parts, c.Safe(r.Made.V))
	}
	return strings.Join(parts, ", ")
}
