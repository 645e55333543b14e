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
	all, span := uint64(len(t.Cells))*t.Column, f.Span(h.Length)
	begin, end := s.Pos-t.From, s.Pos-t.From+span // from the tape's begin; positions wrap
	if begin < all {
		t.Cells[begin/t.Column].Headers++
	} else { // it began before
		if -begin >= span {
			return
		}
		begin = 0
	}
	end = min(end, all)
	for at := begin; at < end; {
		i := at / t.Column
		next := min((i+1)*t.Column, end)
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
