package tui

import (
	"ringscope/model"
	"ringscope/ringcore"
)

// tape is the straight strip below the circle: how close it is, and where it stands.
type tape struct {
	zoom  int  // 0: a column is one header, and 8 times as much with each step, until the whole ring fits
	asked bool // shown where the screen has no place of its own for it
	// A held record's strip stands still: from is its first byte, column what a column was then. 0: not chosen yet.
	from   ringcore.Pos
	column uint64
	strip  strip // what is drawn: it stands still as long as the table does
}

// headerBytes is what a column stands for at the closest: one header.
const headerBytes = 8

// columnAt is what a column stands for after zoom steps away from the closest.
func columnAt(zoom int) uint64 { return headerBytes << (3 * zoom) }

// farthest is the step at which columns of them show the whole ring.
func farthest(size uint64, columns int) int {
	zoom := 0
	for columnAt(zoom)*uint64(columns) < size {
		zoom++
	}
	return zoom
}

// scope is the stretch of the ring that columns of the screen share.
type scope struct {
	from    ringcore.Pos
	bytes   uint64
	columns int
	column  uint64 // bytes of each; 0: the whole ring, which need not divide evenly
	anchor  model.Anchor
}

// edge is the first byte of a column.
func (s scope) edge(x int) ringcore.Pos { return s.from + s.bytes*uint64(x)/uint64(s.columns) }

// at is the column that holds a position; false: it lies outside.
func (s scope) at(pos ringcore.Pos) (x int, ok bool) {
	if s.columns == 0 || pos-s.from >= s.bytes {
		return 0, false
	}
	x = int((pos - s.from) * uint64(s.columns) / s.bytes)
	for x+1 < s.columns && s.edge(x+1)-s.from <= pos-s.from { // rounded down twice
		x++
	}
	return x, true
}

// whole reports whether the strip is the whole ring.
func (s scope) whole() bool { return s.column == 0 }

// Where the position that the strip follows stands in it.
const (
	readerPart = 6  // a sixth of the strip before the reader: what it took last; more where less waits than fits
	newestPart = 12 // a twelfth behind the writer, which is blank
	heldPart   = 3  // a third before a record that is held
	heldMargin = 10 // it may move until a tenth of the strip is left beside it
)

// stripColumns is how many columns the strip has.
func (l *layout) stripColumns() int {
	r := l.tape
	if l.boxed {
		r = r.inner()
	}
	return min(r.w, model.MaxTape)
}

// tapeAnchor is what the strip follows: what the table does, but a reader whose position makes no sense.
func (v *viewer) tapeAnchor(m *model.Moment) model.Anchor {
	if p := m.Sample.Positions; v.table.anchor == model.AtReader && (!p.Consumer.Known() || !p.Valid()) {
		return model.AtNewest
	}
	return v.table.anchor
}

// scope is what the strip shows of a moment.
func (v *viewer) scope(m *model.Moment) (s scope, ok bool) {
	columns := v.layout.stripColumns()
	r := ring(m)
	if columns <= 0 || r == nil || state(m) == model.Waiting || !m.Sample.Positions.Producer.Known() {
		return scope{}, false
	}
	size, p := r.Size(), m.Sample.Positions
	if v.tape.zoom >= farthest(size, columns) {
		return scope{from: oldest(size, p.Consumer, p.Producer), bytes: size, columns: columns}, true
	}
	s = scope{column: columnAt(v.tape.zoom), columns: columns, anchor: v.tapeAnchor(m)}
	s.bytes = s.column * uint64(columns)
	var before int
	switch s.anchor {
	case model.AtPos:
		s.from = v.table.sel &^ (s.column - 1)
		before = columns / heldPart
		if v.tape.column == s.column {
			s.from, before = v.tape.from, 0
		}
	case model.AtNewest:
		s.from = p.Producer.V &^ (s.column - 1)
		before = columns - 1 - columns/newestPart
	default:
		s.from = p.Consumer.V &^ (s.column - 1)
		before = columns / readerPart
		waits := (p.Producer.V&^(s.column-1) - s.from) / s.column
		before = max(before, columns-1-columns/newestPart-int(min(waits, uint64(columns))))
	}
	s.from -= min(s.from, uint64(before)*s.column)
	return s, true
}

// steady keeps the strip of a held record where it is, unless the record would leave it.
func (v *viewer) steady() {
	if v.table.anchor != model.AtPos {
		v.tape.column = 0
		return
	}
	s, ok := v.scope(v.shown)
	if !ok || s.whole() {
		v.tape.column = 0
		return
	}
	if now := &v.tape.strip; v.tape.column == 0 && now.column == s.column { // the record was chosen in what is shown
		s.from = now.from
	}
	if x, in := s.at(v.table.sel); !in || x < s.columns/heldMargin || x >= s.columns-s.columns/heldMargin {
		v.tape.column = 0
		s, _ = v.scope(v.shown)
	}
	v.tape.from, v.tape.column = s.from, s.column
}

// tapeFocus is what the strip wants to know.
func (v *viewer) tapeFocus() model.TapeFocus {
	s, ok := v.scope(v.shown)
	switch {
	case !ok:
		return model.TapeFocus{}
	case !s.whole() && s.bytes > model.MaxTapeBytes:
		return model.TapeFocus{} // the account's parts have to do
	case !s.whole():
		f := model.TapeFocus{Anchor: model.AtPos, From: s.from, Column: s.column, Columns: s.columns}
		switch v.tapeAnchor(v.shown) {
		case model.AtNewest:
			f.Anchor, f.Before = model.AtNewest, s.columns-1-s.columns/newestPart
		case model.AtReader:
			f.Anchor, f.Before, f.After = model.AtReader, s.columns/readerPart, s.columns/newestPart
		}
		return f
	case s.bytes <= model.MaxTapeBytes:
		column := max(headerBytes, s.bytes/model.MaxTape)
		n := int(s.bytes / column)
		return model.TapeFocus{Anchor: model.AtNewest, Before: n - 1, Column: column, Columns: n}
	default:
		return model.TapeFocus{} // here they tell as much
	}
}

// takeTape makes the strip of a moment. As long as the watch may not have answered for this strip, the one before stays.
func (v *viewer) takeTape(m *model.Moment) {
	s, ok := v.scope(m)
	if !ok {
		v.tape.strip = strip{}
		return
	}
	t, read := stripOf(s, m.Sample)
	if !read && v.recent > 0 && !v.still() && v.tapeFocus().Columns > 0 {
		return
	}
	v.tape.strip = t
}

// rearrange gives every panel its place anew.
func (v *viewer) rearrange() {
	v.layout = arrange(v.layout.w, v.layout.h, v.tape.asked)
	v.dirty = true
}
