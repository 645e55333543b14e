package sampler

import (
	"math/bits"

	"ringscope/model"
	"ringscope/ringcore"
)

// minColumn is the narrowest column of a tape: one header.
const minColumn = 8

// tape reads the strip that f asks for.
func (o *Observed) tape(f model.TapeFocus) model.Tape {
	columns := min(max(f.Columns, 0), model.MaxTape)
	column := max(f.Column, minColumn)
	column = 1 << (bits.Len64(column) - 1)
	if columns == 0 || !o.looked || column > model.MaxTapeBytes/uint64(columns) {
		return model.Tape{}
	}
	at := f.From
	switch f.Anchor {
	case model.AtReader:
		at = o.last.Head()
	case model.AtNewest:
		at = o.last.Producer
	}
	from := at &^ (column - 1)
	back := uint64(max(f.Before, 0)) * column
	if f.Anchor == model.AtReader && at <= o.last.Producer {
		filled := uint64(max(columns-1-max(f.After, 0), 0)) * column
		back = max(back, filled-min(filled, o.last.Producer&^(column-1)-from))
	}
	from -= min(from, back)
	t := model.Tape{From: from, Column: column, Cells: make([]model.TapeCell, columns)}
	end := from + uint64(columns)*column
	o.observer.Strip(from, end, func(s ringcore.Seen) { o.lay(&t, s) })
	return t
}

// lay adds a record to the columns over which it reaches.
func (o *Observed) lay(t *model.Tape, s ringcore.Seen) {
	f := o.ring.Format()
	h := o.ring.Decode(s.Raw)
	if s.Pos >= t.From { // positions of tapes don't wrap: From was rounded down and never below 0
		t.Cells[(s.Pos-t.From)/t.Column].Headers++
	}
	end := min(s.Pos+f.Span(h.Length), t.From+uint64(len(t.Cells))*t.Column)
	for at := max(s.Pos, t.From); at < end; {
		i := (at - t.From) / t.Column
		next := min(t.From+(i+1)*t.Column, end)
		c, n := &t.Cells[i], uint32(next-at)
		switch {
		case h.Busy:
			c.Busy += n
		case h.Discard && s.Unread:
			c.Discarded += n
		case h.Discard:
			c.DiscardedRead += n
		case s.Unread:
			c.Unread += n
		default:
			c.Read += n
		}
		switch {
		case !s.Exact:
			c.How = model.Sampled
		case c.How == model.Unknown:
			c.How = model.Exact
		}
		at = next
	}
}
