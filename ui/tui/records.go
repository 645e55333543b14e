package tui

import (
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// records is the tab with the table. It draws records as they were at a moment that stands still long enough to be read.
type records struct {
	t *table
	m *model.Moment
}

// draw draws the table. margin is how many columns stay blank at its right.
func (r records) draw(c canvas, margin int) {
	cols := r.columns()
	cols.heads(c)
	w, h := c.Size()
	lines := r.t.lines(h - 1)
	for i, line := range lines {
		y := i + 1
		if line.row == nil {
			r.here(c, y, w-margin)
			continue
		}
		cols.row(c, y, w, line)
	}
	if len(lines) == 0 {
		for i, s := range c.set.Wrap(c.set.Spell(r.nothing(c.set)), w-4) {
			n := c.Text(3, 1+i, c.th.Dim, s)
			if past(r.m) {
				c.spot(words.TopicKept, 3, 1+i, n)
			}
		}
	}
}

// notes say where the table stands, the longest first.
func (r records) notes(set text.Charset) []string {
	switch {
	case past(r.m) || state(r.m) == model.Waiting:
		return nil
	case r.t.lost:
		return []string{"the held record is overwritten", "overwritten"}
	case r.t.anchor == model.AtPos && r.t.pointed:
		return []string{"at the record in the way", "in the way"}
	case r.t.anchor == model.AtPos && r.t.newerRecords.Known():
		newer := text.Figure(set, r.t.newerRecords, text.Count) + " newer"
		return []string{"held, " + newer, newer, "held"}
	case r.t.anchor == model.AtPos && r.t.newer > 0:
		newer := text.Bytes(r.t.newer) + " newer"
		return []string{"held, " + newer, newer, "held"}
	case r.t.anchor == model.AtPos:
		return []string{"held"}
	case r.t.anchor == model.AtNewest:
		return []string{"follows the newest", "newest"}
	case state(r.m) == model.Ended:
		return []string{"as last seen " + text.Clock(when(r.m)), "as last seen", "ended"}
	case unread(r.m):
		return []string{"at the consumer position", "at the consumer", "consumer"}
	default:
		return []string{"at the reader", "reader"}
	}
}

// unread reports whether it is known that nobody reads.
func unread(m *model.Moment) bool { return m != nil && m.Sample != nil && nobodyReads(m.Sample) }

// readerHere names the consumer position.
func readerHere(m *model.Moment) string {
	switch {
	case unread(m):
		return "consumer position"
	case state(m) == model.Ended:
		return "reader was here"
	}
	return "reader is here"
}

// foot names the keys that move the table, without the one that does nothing where it stands.
func (r records) foot() string {
	switch {
	case past(r.m):
		return ""
	case r.t.anchor == model.AtNewest:
		return "g at the reader"
	case r.t.anchor == model.AtReader:
		return "G newest"
	}
	return "g at the reader · G newest"
}

// keptOnly is said where the records of a moment are not kept.
const keptOnly = "records are kept for now and for the start of each finding: [ ] jumps there"

// nothing says why the table is empty.
func (r records) nothing(set text.Charset) string {
	switch {
	case r.m == nil || r.m.Sample == nil || state(r.m) == model.Looking:
		return "…"
	case past(r.m):
		return keptOnly
	case r.t.filter.active() && r.t.filter.meant != "":
		return "no record around here is " + set.Safe(r.t.filter.text) + "; to ask for the state, type " + r.t.filter.meant + "; esc shows all"
	case r.t.filter.active():
		return "no record around here is " + set.Safe(r.t.filter.text) + "; esc shows all"
	case state(r.m) == model.Waiting:
		return "there is no ring now"
	case r.m.Sample.Written() == model.Of[uint64](0):
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
	n := c.Text(3, y, c.th.Accent, " "+readerHere(r.m)+" ")
	c.spot(words.TopicReaderHere, 3, y, n)
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
	if n := len(r.t.rows); n > 0 { // either can be the largest: positions wrap
		widest = max(widest, len(text.Count(r.t.rows[0].Pos)), len(text.Count(r.t.rows[n-1].Pos)))
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
	c.Right(x, y, st, age(c.set, r))
	word, look := rowState(c.th, r)
	if look != paint.Default && !l.chosen {
		c.Text(x+2, y, paint.FG(look), word)
	} else {
		c.Text(x+2, y, st, word)
	}
	x += 2 + stateWidth + bytesWidth
	c.Right(x, y, st, length(r.Header.Length))
	x += 2
	c.Text(x, y, st, what(c.set, r, w-x-1))
}

// length is a payload's length in the width of its column; where every digit has no room, in the unit that fits: the record shows all.
func length(n uint32) string {
	if s := text.Count(uint64(n)); len(s) <= bytesWidth {
		return s
	}
	return strings.ReplaceAll(text.Bytes(uint64(n)), " ", "")
}

// age is how long ago a record was first seen. One that came since the last look is younger than the time since then.
func age(set text.Charset, r *model.Row) string {
	if r.Age.Known() && r.Age.V <= 0 && r.FirstSeenTol > 0 {
		return "<" + text.Duration(r.FirstSeenTol)
	}
	return text.Figure(set, r.Age, ageOf)
}

// ageOf is an age as the table has room for it: of an old record, the seconds say nothing.
func ageOf(d time.Duration) string {
	if d >= time.Minute {
		return text.Lasting(d.Truncate(time.Minute))
	}
	return text.Duration(d)
}

// rowState is a record's state in a word, and the colour of that state where it has one.
func rowState(th *paint.Theme, r *model.Row) (string, paint.Color) {
	switch r.Header.State() {
	case ringcore.Busy:
		return "busy", th.BusyText.FG
	case ringcore.Discarded:
		return "discarded", th.DiscardedText.FG
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
