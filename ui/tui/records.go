package tui

import (
	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// records is the pane with the table. It draws records as they were at a moment that stands still long enough to be read.
type records struct {
	t     *table
	m     *model.Moment
	typed *prompt // the filter that is being typed; nil: none
}

// heights of the table's frame.
func tableLines(l *layout) int {
	if !l.records.shown() {
		return 0
	}
	if l.boxed {
		return max(0, l.records.h-3)
	}
	return max(0, l.records.h-2)
}

func (r records) draw(c canvas, l *layout) {
	if !l.records.shown() {
		return
	}
	c = c.at(l.records)
	title, note := r.title(c.set), r.note(c.set)
	if l.boxed {
		c = c.box(title, note, "g at the reader · G newest")
	} else {
		c.rule(0, title, note)
		w, h := c.Size()
		c = c.within(c.Sub(0, 1, w, h-1))
	}
	cols := r.columns()
	cols.heads(c)
	w, h := c.Size()
	lines := r.t.lines(h - 1)
	for i, line := range lines {
		y := i + 1
		if line.row == nil {
			r.here(c, y, w-margin(l.boxed))
			continue
		}
		cols.row(c, y, w, line)
	}
	if len(lines) == 0 {
		c.fit(3, 1, w-4, c.th.Dim, r.nothing(c.set))
	}
}

func (r records) title(set text.Charset) string {
	switch {
	case r.typed != nil:
		return "records  /" + set.Cut(set.Safe(r.typed.text()), 30)
	case r.t.filter.active():
		return "records  [" + set.Cut(set.Safe(r.t.filter.text), 30) + "]"
	}
	return "records"
}

func (r records) note(set text.Charset) string {
	var s string
	switch {
	case r.t.lost:
		s = "the held record is overwritten"
	case r.t.anchor == model.AtPos && r.t.newerRecords.Known():
		s = "held, " + text.Figure(set, r.t.newerRecords, text.Count) + " newer"
	case r.t.anchor == model.AtPos && r.t.newer > 0:
		s = "held, " + text.Bytes(r.t.newer) + " newer"
	case r.t.anchor == model.AtPos:
		s = "held"
	case r.t.anchor == model.AtNewest:
		s = "follows the newest"
	default:
		s = "at the reader"
	}
	return set.Spell(s)
}

// nothing says why the table is empty.
func (r records) nothing(set text.Charset) string {
	switch {
	case r.m == nil || r.m.Sample == nil || state(r.m) == model.Looking:
		return "…"
	case r.t.filter.active():
		return "no record around here is " + set.Safe(r.t.filter.text) + "; esc shows all"
	case state(r.m) == model.Waiting:
		return "there is no ring now"
	case r.m.Sample.Positions.Producer.Known() && r.m.Sample.Positions.Producer.V == 0:
		return "nothing was ever written here"
	default:
		return "no record is readable now"
	}
}

// here is the line that shows where the reader stands.
func (r records) here(c canvas, y, w int) {
	for x := 1; x < w; x++ {
		c.Set(x, y, c.th.Faint, '─')
	}
	c.Text(3, y, c.th.Accent, " reader is here ")
	c.spot(words.TopicConsumer, 3, y, 16)
}

// columns are the widths of the table.
type columns struct{ position int }

// ageWidth, stateWidth and bytesWidth are the widths of the other columns.
const (
	ageWidth   = 10
	stateWidth = 9
	bytesWidth = 7
)

func (r records) columns() columns {
	widest := len("1,234,567,890")
	if n := len(r.t.rows); n > 0 {
		widest = max(widest, len(text.Count(r.t.rows[n-1].Pos)))
	}
	return columns{widest}
}

func (k columns) heads(c canvas) {
	x := 2 + k.position
	c.Right(x, 0, c.th.Dim, "position")
	c.spot(words.TopicPosition, x-8, 0, 8)
	x += ageWidth
	c.Right(x, 0, c.th.Dim, "age")
	c.spot(words.TopicAge, x-3, 0, 3)
	c.Text(x+2, 0, c.th.Dim, "state")
	c.spot(words.TopicState, x+2, 0, 5)
	x += 2 + stateWidth + bytesWidth
	c.Right(x, 0, c.th.Dim, "bytes")
	c.spot(words.TopicLength, x-5, 0, 5)
	c.Text(x+2, 0, c.th.Dim, "what")
	c.spot(words.TopicPayload, x+2, 0, 4)
}

func (k columns) row(c canvas, y, w int, l line) {
	r := l.row
	st := c.th.Text
	if !r.Unread {
		st = c.th.Dim
	}
	if l.chosen {
		c.Set(0, y, c.th.Accent.With(paint.Bold), c.th.Glyphs.Selected)
		st = c.th.Strong
	}
	x := 2 + k.position
	c.Right(x, y, st, text.Count(r.Pos))
	x += ageWidth
	c.Right(x, y, st, text.Figure(c.set, r.Age, text.Duration))
	word, look := rowState(c.th, r)
	if look != paint.Default && !l.chosen {
		c.Text(x+2, y, paint.FG(look), word)
	} else {
		c.Text(x+2, y, st, word)
	}
	x += 2 + stateWidth + bytesWidth
	c.Right(x, y, st, text.Count(uint64(r.Header.Length)))
	x += 2
	c.Text(x, y, st, what(c.set, r, w-x-1))
}

// rowState is a record's state in a word, and the colour of that state where it has one.
func rowState(th *paint.Theme, r *model.Row) (string, paint.Color) {
	switch r.Header.State() {
	case ringcore.Busy:
		return "busy", th.Busy
	case ringcore.Discarded:
		return "discarded", th.Discarded
	}
	if r.Unread {
		return "unread", paint.Default
	}
	return "read", paint.Default
}

// what shows the payload, or why there is none.
func what(set text.Charset, r *model.Row, width int) string {
	switch {
	case r.PageOffsetOK.Known() && !r.PageOffsetOK.V:
		return set.Cut("its page offset is wrong", width)
	case r.Header.Busy:
		return set.Cut("reserved, not finished", width)
	case r.Header.Discard:
		return set.Cut("never delivered", width)
	case r.Payload == nil && r.Header.Length > 0:
		return set.Cut("payload not read", width)
	case !r.Exact:
		return set.Cut("~ "+set.Glimpse(r.Payload, r.Header.Length, width-2), width)
	}
	return set.Glimpse(r.Payload, r.Header.Length, width)
}
