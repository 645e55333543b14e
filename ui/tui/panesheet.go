package tui

import (
	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// sheet is a tab of the lower pane that consists of lines.
type sheet struct {
	lines []sheetLine
	notes []string     // of the title, the longest first
	about words.Topic  // of the note
	foot  string       // of the lower border
	picks []episodeKey // what a click on the first lines selects
}

// sheetLine is one line of a sheet.
type sheetLine []part

// part is a piece of a line, at column x.
type part struct {
	x     int
	text  string
	style paint.Style
	topic words.Topic
	bar   int // in place of the text: a bar of so many eighths of a cell
}

// draw draws the lines from first on.
func (s *sheet) draw(c canvas, first int) {
	w, h := c.Size()
	for y := range h {
		if first+y >= len(s.lines) {
			return
		}
		for _, p := range s.lines[first+y] {
			n := p.draw(c, y, w)
			c.spot(p.topic, p.x, y, n)
		}
	}
}

// leftEighths fill a cell from the left.
var leftEighths = [8]rune{' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'}

func (p *part) draw(c canvas, y, w int) int {
	if p.bar > 0 {
		return p.drawBar(c, y)
	}
	return c.Text(p.x, y, p.style, c.set.Cut(p.text, w-p.x))
}

// drawBar draws what is there at all so that it is seen; ASCII has nothing between a full cell and none.
func (p *part) drawBar(c canvas, y int) int {
	if c.ASCII() {
		n := max(1, (p.bar+4)/8)
		for x := range n {
			c.Set(p.x+x, y, p.style, '#')
		}
		return n
	}
	for x := range p.bar / 8 {
		c.Solid(p.x+x, y, p.style.FG, '█')
	}
	if rest := p.bar % 8; rest > 0 {
		c.Set(p.x+p.bar/8, y, p.style, leftEighths[rest])
	}
	return (p.bar + 7) / 8
}

// builder makes the sheets of a moment: w cells wide, for h lines at once.
type builder struct {
	th   *paint.Theme
	set  text.Charset
	m    *model.Moment
	w, h int
	line timeline
}

// say is ringscope's own words at column x.
func (b *builder) say(x int, st paint.Style, s string) part {
	return part{x: x, text: b.set.Spell(s), style: st}
}

// right is ringscope's own words that end before column x.
func (b *builder) right(x int, st paint.Style, s string) part {
	s = b.set.Spell(s)
	return part{x: max(0, x-text.Width(s)), text: s, style: st}
}

// about says what a part is about.
func (p part) about(t words.Topic) part {
	p.topic = t
	return p
}
