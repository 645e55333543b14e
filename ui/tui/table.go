package tui

import (
	"slices"

	"ringscope/model"
	"ringscope/ringcore"
)

// table is what the record table shows and where its user stands in it. It follows the reader or the newest record until the
// user selects a record; from then on it holds that record by its position, not by its row.
type table struct {
	anchor       model.Anchor
	sel          ringcore.Pos         // with AtPos: the held record
	rows         []model.Row          // what the filter left
	reader       ringcore.Pos         // consumer position that belongs to rows
	readerK      bool                 // it is known
	newer        uint64               // bytes after the last row
	newerRecords model.Figure[uint64] // the records in them
	lost         bool                 // the held record is not there any more
	top          ringcore.Pos         // position of the first visible row, so that a held table stands still; 0: none yet
	within       bool                 // sel may lie within a record: where that begins is told by the next rows
	filter       filter
	pointed      bool         // sel was not chosen by the user: the verdict is about it
	about        ringcore.Pos // the record that was pointed at last
}

// pointAt selects the record that the verdict is about, unless the user has chosen one or was shown this one before. Without such a
// record any more it goes back to the reader; it reports whether it did anything.
func (t *table) pointAt(pos ringcore.Pos, there bool) bool {
	switch {
	case !there && t.pointed && t.anchor == model.AtPos:
		t.follow(model.AtReader)
		return true
	case !there || t.anchor != model.AtReader && !t.pointed || t.about == pos:
		return false
	}
	t.seek(pos)
	t.pointed, t.about = true, pos
	return true
}

// take gives the table the records of a moment. ready is false while the moment may still answer an older focus.
func (t *table) take(m *model.Moment, ready bool) {
	d := &m.Sample.Detail
	t.reader, t.readerK = m.Sample.Positions.Consumer.V, m.Sample.Positions.Consumer.Known()
	t.newer, t.newerRecords = d.Newer, d.NewerRecords
	t.rows = d.Rows
	if t.filter.active() { // they may still be the answer to another filter
		t.rows = nil
		for i := range d.Rows {
			if t.filter.takes(&d.Rows[i]) {
				t.rows = append(t.rows, d.Rows[i])
			}
		}
	}
	if t.within && d.Held && t.anchor == model.AtPos {
		t.holdAt(t.sel)
	}
	t.lost = t.anchor == model.AtPos && ready && !d.Held && !past(m)
}

// holdAt selects the record that holds pos; false: it is not among the rows.
func (t *table) holdAt(pos ringcore.Pos) bool {
	i, begins := t.find(pos)
	if !begins {
		if i--; i < 0 || pos-t.rows[i].Pos >= t.rows[i].Span {
			return false
		}
	}
	t.anchor, t.sel, t.lost, t.within = model.AtPos, t.rows[i].Pos, false, false
	return true
}

// seek selects the record that holds pos, which the watch has to find.
func (t *table) seek(pos ringcore.Pos) {
	t.anchor, t.sel, t.lost, t.within, t.top, t.pointed = model.AtPos, pos, false, true, 0, false
}

// refilter applies another filter to the records of the moment that is shown.
func (t *table) refilter(f filter, m *model.Moment) {
	t.filter = f
	if m != nil && m.Sample != nil {
		t.take(m, false)
	}
}

// line is one line of the table: a record, or the reader's place.
type line struct {
	row    *model.Row // nil: the reader is here
	chosen bool
}

// readerAt is the index of the first row behind the reader; -1: the reader does not stand within rows.
func (t *table) readerAt() int {
	if !t.readerK || len(t.rows) == 0 {
		return -1
	}
	// Filtered records don't stand one after the other: the reader may be anywhere between them.
	between := t.filter.active() && t.anchor == model.AtReader
	for i := range t.rows {
		if t.rows[i].Pos < t.reader {
			continue
		}
		if i == 0 && t.rows[i].Pos != t.reader && !between {
			return -1
		}
		return i
	}
	last := &t.rows[len(t.rows)-1]
	if between || last.Pos+last.Span == t.reader {
		return len(t.rows)
	}
	return -1
}

// selected is the index of the record that the detail shows: the held one, else the oldest unread one, or the newest. -1: none.
func (t *table) selected() int {
	n := len(t.rows)
	if n == 0 {
		return -1
	}
	switch t.anchor {
	case model.AtPos:
		if i, ok := t.find(t.sel); ok {
			return i
		}
		return -1
	case model.AtNewest:
		return n - 1
	default:
		if i := t.readerAt(); i >= 0 {
			return min(i, n-1)
		}
		return 0
	}
}

func (t *table) find(pos ringcore.Pos) (int, bool) {
	return slices.BinarySearchFunc(t.rows, pos, func(r model.Row, p ringcore.Pos) int {
		switch {
		case r.Pos < p:
			return -1
		case r.Pos > p:
			return 1
		}
		return 0
	})
}

// record is the selected record; nil: none.
func (t *table) record() *model.Row {
	if i := t.selected(); i >= 0 {
		return &t.rows[i]
	}
	return nil
}

// lines are at most height lines of the table.
func (t *table) lines(height int) []line {
	if height <= 0 || len(t.rows) == 0 {
		return nil
	}
	all := make([]line, 0, len(t.rows)+1)
	sel, reader := t.selected(), t.readerAt()
	focus := max(sel, 0)
	for i := range t.rows {
		if i == reader {
			all = append(all, line{})
		}
		if i == sel {
			focus = len(all)
		}
		all = append(all, line{row: &t.rows[i], chosen: i == sel})
	}
	if reader == len(t.rows) {
		all = append(all, line{})
	}
	first := 0
	switch t.anchor {
	case model.AtNewest:
		first = len(all) - height
	case model.AtReader:
		// A quarter of the table for what the reader took last, the rest for what waits for it.
		first = focus - 1 - height/4
	case model.AtPos:
		first = t.firstHeld(all, focus, height)
	}
	first = max(0, min(first, len(all)-height))
	return all[first:min(len(all), first+height)]
}

// firstHeld keeps the first visible row where it was, unless the held record would not be visible.
func (t *table) firstHeld(all []line, focus, height int) int {
	first := focus - height/2
	for i := range all {
		if t.top == 0 {
			break
		}
		if all[i].row != nil && all[i].row.Pos >= t.top {
			first = i
			break
		}
	}
	return max(focus-height+1, min(first, focus))
}

// move selects the record n rows on, or back, and holds the table.
func (t *table) move(n, height int) {
	if len(t.rows) == 0 {
		return
	}
	i := t.selected()
	if i < 0 {
		i, _ = t.find(t.sel)
	}
	if shown := t.lines(height); len(shown) > 0 {
		for _, l := range shown {
			if l.row != nil {
				t.top = l.row.Pos
				break
			}
		}
	}
	i = max(0, min(i+n, len(t.rows)-1))
	t.anchor, t.sel, t.lost, t.within, t.pointed = model.AtPos, t.rows[i].Pos, false, false, false
	if shown := t.lines(height); len(shown) > 0 && shown[0].row != nil {
		t.top = shown[0].row.Pos
	}
}

// hold selects one record.
func (t *table) hold(pos ringcore.Pos, height int) {
	if i, ok := t.find(pos); ok {
		t.move(i-max(0, t.selected()), height)
	}
}

// follow goes back to following the reader or the newest record.
func (t *table) follow(a model.Anchor) { t.anchor, t.lost, t.top, t.pointed = a, false, 0, false }

// Payload bytes that the table and the full-size record ask for.
const (
	tablePayload = 256
	fullPayload  = model.MaxRowPayload
)

// focus is what the table wants to know, for height visible lines.
func (t *table) focus(height int) model.Focus {
	f := model.Focus{Anchor: t.anchor, Before: height, Rows: 2 * height, Payload: tablePayload}
	switch t.anchor {
	case model.AtNewest:
		f.Before = 0
	case model.AtPos:
		f.From = t.sel
	}
	f.Match, f.MatchPayload = t.filter.keep, t.filter.payload
	f.Rows = max(1, min(f.Rows, model.MaxRows))
	f.Before = min(f.Before, model.MaxRows/2)
	return f
}
