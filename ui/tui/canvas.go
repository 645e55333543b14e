package tui

import (
	"strings"

	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// canvas is a part of the screen while a frame is drawn.
type canvas struct {
	paint.Area
	th    *paint.Theme
	set   text.Charset
	spots *[]spot
}

// spot is something that `e` explains or a click selects. Spots are collected while a frame is drawn.
type spot struct {
	topic words.Topic
	area  rect // on the screen
}

// at is the part of the screen that r covers.
func (c canvas) at(r rect) canvas {
	c.Area = c.Grid().All().Sub(r.x, r.y, r.w, r.h)
	return c
}

// within is c with another area.
func (c canvas) within(a paint.Area) canvas {
	c.Area = a
	return c
}

// spot remembers that w cells from x of row y, relative to the canvas, are about topic.
func (c canvas) spot(topic words.Topic, x, y, w int) {
	if c.spots == nil || w <= 0 || topic == "" {
		return
	}
	cw, ch := c.Size()
	if y < 0 || y >= ch || x < 0 || x >= cw {
		return
	}
	ox, oy := c.Origin()
	*c.spots = append(*c.spots, spot{topic, rect{ox + x, oy + y, min(w, cw-x), 1}})
}

// spotNote remembers the parts of the note at the right of c's title, which dots separate: the last of topics for the last part, and so on.
// Where there are more parts than topics, the others are about the first.
func (c canvas) spotNote(boxed bool, note string, topics ...words.Topic) {
	w, _ := c.Size()
	x := w - 2 - text.Width(note)
	if boxed {
		x-- // the corner
	}
	dot := c.set.Spell(" · ")
	parts := strings.Split(note, dot)
	for i, part := range parts {
		c.spot(topics[max(0, len(topics)-len(parts)+i)], x, 0, text.Width(part))
		x += text.Width(part + dot)
	}
}

// say draws ringscope's own words and returns the columns they take.
func (c canvas) say(x, y int, st paint.Style, s string) int {
	return c.Text(x, y, st, c.set.Spell(s))
}

// fit draws ringscope's own words in at most width cells.
func (c canvas) fit(x, y, width int, st paint.Style, s string) int {
	if width <= 0 {
		return 0
	}
	return c.Text(x, y, st, c.set.Cut(c.set.Spell(s), width))
}

// box frames c where panels have borders.
func (c canvas) box(title, note, foot string) canvas {
	b := paint.Box{Title: title, Note: note, Foot: foot, Border: c.th.Faint, Heads: c.th.Strong, Notes: c.th.Dim}
	return c.within(b.Draw(c.Area))
}

// rule draws a line with a title across row y.
func (c canvas) rule(y int, title, note string) {
	paint.Box{Title: title, Note: note, Border: c.th.Faint, Heads: c.th.Strong, Notes: c.th.Dim}.Rule(c.Area, y)
}
