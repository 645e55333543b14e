package tui

import (
	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// comparison is the page of one record in every format, side by side.
type comparison struct {
	r    *model.Row
	ring *model.Ring
}

// Sizes where the ring is not known yet.
const (
	anySize = 4096
	anyPage = 4096
)

func (p comparison) lines(set text.Charset, w int) []words.ComparedLine {
	size, page := uint64(anySize), anyPage
	if p.ring != nil && p.ring.Size() > 0 {
		size, page = p.ring.Size(), p.ring.Geometry.PageSize
	}
	x := words.Compare(p.r.Header, p.r.Pos, size, page)
	if p.ring != nil && p.ring.Format != nil {
		x.Stands(p.ring.Format, p.ring.Geometry)
	}
	return x.Lines(set, w)
}

// own is the column of the ring's format among the cells.
func (p comparison) own() int {
	f := words.RecordFormat(p.ring)
	for i, other := range ringcore.Formats {
		if other == f {
			return i
		}
	}
	return -1
}

// draw draws as much of the page as s shows. What is true of the ring's own format is strong.
func (p comparison) draw(c canvas, boxed bool, s *scroll) {
	foot := "v esc back"
	if s.long() {
		foot = "PgUp PgDn scroll · v esc back"
	}
	c = c.pageOf(boxed, "record "+text.Count(p.r.Pos)+" in every format", words.RecordFormat(p.ring).Name+" is this ring's", foot)
	w, h := c.Size()
	lines := p.lines(c.set, w)
	first := s.first()
	for y := 0; y < h && first+y < len(lines); y++ {
		p.line(c, lines[first+y], y)
	}
}

// line draws one line in row y of c.
func (p comparison) line(c canvas, l words.ComparedLine, y int) {
	st := c.th.Text
	switch {
	case l.Heads && l.Cells > 0:
		st = c.th.Dim
	case l.Heads, l.Format != nil && l.Format == words.RecordFormat(p.ring):
		st = c.th.Strong
	}
	c.Text(0, y, st, l.Text)
	restyle := func(x, w int, st paint.Style) {
		c.Sub(x, y, w, 1).Over(func(paint.Style) paint.Style { return st })
	}
	if l.Cells > 0 {
		restyle(0, l.Cells, c.th.Dim)
		if i := p.own(); i >= 0 {
			restyle(l.Cells+i*l.Each, l.Each, c.th.Strong)
		}
	}
	c.spot(l.Topic, 0, y, l.Label)
}

// compare shows the record that is open, or else the selected one, in every format; or no more.
func (v *viewer) compare() {
	switch {
	case v.open && v.compared:
		v.compared = false
	case v.open:
		v.compared = true
	default:
		v.enter()
		v.compared = v.open
	}
	v.scroll.top(&v.keys)
}
