package tui

import (
	"fmt"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// draw draws the panel beside the table.
func (b bits) draw(c canvas) {
	title := "record"
	if b.r != nil {
		title += " " + text.Count(b.r.Pos)
	}
	c = c.box(title, "", yes(b.r != nil, "enter: all", ""))
	w, h := c.Size()
	if b.r == nil {
		c.fit(1, 0, w-2, c.th.Dim, "no record is selected")
		return
	}
	c = c.within(c.Sub(1, 0, w-2, h))
	y := b.body(c) + 1
	for _, l := range text.HexDump(b.r.Payload, w-2) {
		if y >= h {
			return
		}
		n := c.Text(0, y, c.th.Dim, l)
		c.spot(words.TopicPayload, 0, y, n)
		y++
	}
}

// body draws the breakdown and returns the rows it takes.
func (b bits) body(c canvas) int {
	_, h := c.Size()
	lines := b.lines(c.set, false)
	for y, l := range lines {
		if y >= h {
			return y
		}
		c.line(l, y)
	}
	return len(lines)
}

// page is a record full-size: its header bit by bit, then all of its payload that was read.
type page struct {
	r    *model.Row
	ring *model.Ring
	gone bool
}

// opened is the page of the record that is open.
func (v *viewer) opened() page { return page{&v.record, ring(v.figures), v.gone} }

// comparison is that page of the record that is open.
func (v *viewer) comparison() comparison { return comparison{&v.record, ring(v.figures)} }

// fitRecord fits the page of the open record into its place.
func (v *viewer) fitRecord() {
	w, h := pageRows(&v.layout)
	var lines []string
	if v.compared {
		for _, l := range v.comparison().lines(v.set, w) {
			lines = append(lines, l.Text)
		}
	} else {
		for _, l := range v.opened().lines(v.set, w) {
			lines = append(lines, l.text)
		}
	}
	v.scroll.fit(lines, w, h)
}

// draw draws as much of the page as s shows.
func (p page) draw(c canvas, boxed bool, s *scroll) {
	title := "record " + text.Count(p.r.Pos)
	word, _ := rowState(c.th, p.r)
	note := fmt.Sprintf("%s · %s bytes", word, text.Count(uint64(p.r.Header.Length)))
	if p.gone {
		note = "overwritten since; this is how it was last seen"
	}
	foot := "↑↓ other record · v every format · esc back"
	if s.long() {
		foot = "↑↓ other record · PgUp PgDn scroll · v every format · esc back"
	}
	c = c.pageOf(boxed, title, note, foot)
	w, h := c.Size()
	lines := p.lines(c.set, w)
	first := s.first()
	for y := 0; y < h && first+y < len(lines); y++ {
		c.line(lines[first+y], y)
	}
}

// pageOf frames c as a page and returns what is left for the page itself.
func (c canvas) pageOf(boxed bool, title, note, foot string) canvas {
	if boxed {
		c = c.box(title, c.set.Spell(note), c.set.Spell(foot))
		w, h := c.Size()
		return c.within(c.Sub(1, 0, w-2, h))
	}
	c.rule(0, title, c.set.Spell(note))
	w, h := c.Size()
	return c.within(c.Sub(1, 1, w-2, h-1))
}

// lines are the whole page, w cells wide.
func (p page) lines(set text.Charset, w int) []bitLine {
	out := bits{p.r, p.ring}.lines(set, true)
	out = append(out, bitLine{}, bitLine{text: p.about(set), topic: words.TopicPayload})
	for _, s := range text.HexDump(p.r.Payload, w) {
		out = append(out, bitLine{text: s})
	}
	return out
}

// rows is how many lines of a page fit into its place.
func pageRows(l *layout) (w, h int) {
	if l.boxed {
		return l.page().w - 4, l.page().h - 2
	}
	return l.page().w - 2, l.page().h - 1
}

// about says how much of the payload there is to see.
func (p page) about(set text.Charset) string {
	whole, have := uint64(p.r.Header.Length), uint64(len(p.r.Payload))
	var s string
	switch {
	case p.r.Header.Busy:
		s = "payload: not finished, so not read"
	case whole == 0:
		s = "payload: empty"
	case p.r.Payload == nil:
		s = "payload: not read"
	case have < whole:
		s = "payload: the first " + text.Count(have) + " of " + text.Count(whole) + " bytes"
	default:
		s = "payload: " + text.Count(whole) + " bytes"
	}
	if p.r.Header.Discard && !p.r.Header.Busy {
		s += " · never delivered"
	}
	if !p.r.Exact && have > 0 {
		s += " · ~ not proven: it may have been overwritten while it was read"
	}
	return set.Spell(s)
}
