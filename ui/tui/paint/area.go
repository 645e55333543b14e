package paint

import (
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

type rect struct{ x0, y0, x1, y1 int }

// Area is a rectangle of a grid. Coordinates are relative to it, and what falls outside is not drawn.
type Area struct {
	g          *Grid
	x, y, w, h int
	clip       rect
}

// Size is the number of columns and rows.
func (a Area) Size() (w, h int) { return a.w, a.h }

// Grid is the grid below.
func (a Area) Grid() *Grid { return a.g }

// ASCII reports whether the grid below folds to ASCII.
func (a Area) ASCII() bool { return a.g != nil && a.g.ASCII }

// Origin is where the area stands in its grid.
func (a Area) Origin() (x, y int) { return a.x, a.y }

// Sub is the rectangle at x, y of w columns and h rows, cut off where a ends. Negative sizes are 0.
func (a Area) Sub(x, y, w, h int) Area {
	s := Area{g: a.g, x: a.x + x, y: a.y + y, w: max(w, 0), h: max(h, 0)}
	s.clip = rect{
		max(a.clip.x0, s.x), max(a.clip.y0, s.y),
		min(a.clip.x1, s.x+s.w), min(a.clip.y1, s.y+s.h),
	}
	return s
}

// Inset is a without n columns left and right and m rows above and below.
func (a Area) Inset(n, m int) Area { return a.Sub(n, m, a.w-2*n, a.h-2*m) }

// inside reports whether column x of row y, absolute, may be drawn.
func (a Area) inside(x, y int) bool {
	return x >= a.clip.x0 && x < a.clip.x1 && y >= a.clip.y0 && y < a.clip.y1
}

// Set draws one rune of one column.
func (a Area) Set(x, y int, s Style, r rune) {
	x, y = x+a.x, y+a.y
	if !a.inside(x, y) {
		return
	}
	if r >= 0x80 && a.g.ASCII {
		r = Fold(r)
	}
	a.g.put(x, y, Cell{Rune: r, Style: s, Width: 1})
}

// At is the cell at x, y of the area; a blank outside.
func (a Area) At(x, y int) Cell {
	if !a.inside(x+a.x, y+a.y) {
		return blank
	}
	return a.g.At(x+a.x, y+a.y)
}

// Fill draws the rune in every cell of a.
func (a Area) Fill(s Style, r rune) {
	for y := range a.h {
		for x := range a.w {
			a.Set(x, y, s, r)
		}
	}
}

// Solid fills one cell with a colour: a space on it, because full blocks show seams in some terminals. Without a
// colour, and in ASCII, it draws glyph.
func (a Area) Solid(x, y int, c Color, glyph rune) {
	if c == Default || a.ASCII() {
		a.Set(x, y, Style{FG: c}, glyph)
		return
	}
	a.Set(x, y, Style{BG: c}, ' ')
}

// Over changes the style of every cell of a and leaves the text.
func (a Area) Over(change func(Style) Style) {
	for y := a.clip.y0; y < a.clip.y1; y++ {
		for x := a.clip.x0; x < a.clip.x1; x++ {
			c := &a.g.cells[y*a.g.w+x]
			c.Style = change(c.Style)
		}
	}
}

// Text draws s from column x of row y and returns how many columns it takes, drawn or cut off. Control characters,
// escape sequences and broken UTF-8 are drawn as one replacement character each.
func (a Area) Text(x, y int, st Style, s string) int {
	start := x
	for len(s) > 0 {
		c, n := next(s)
		s = s[n:]
		if c.Width == 0 {
			continue
		}
		if a.ASCII() {
			c.Rune, c.Rest = Fold(c.Rune), ""
			if c.Width == 2 {
				c.Width = 1
				a.cell(x, y, st, c)
				x++
			}
		}
		a.cell(x, y, st, c)
		x += int(c.Width)
	}
	return x - start
}

// cell draws one measured cell; a wide one that would be cut by the edge becomes a blank.
func (a Area) cell(x, y int, st Style, c Cell) {
	x, y = x+a.x, y+a.y
	c.Style = st
	if c.Width == 2 {
		left, right := a.inside(x, y), a.inside(x+1, y)
		if left && right {
			a.g.put(x, y, c)
			return
		}
		c.Rune, c.Rest, c.Width = ' ', "", 1
		if right {
			x++
		}
	}
	if a.inside(x, y) {
		a.g.put(x, y, c)
	}
}

// Fit draws at most width columns of s; a longer text ends in "…". It returns the columns used.
func (a Area) Fit(x, y, width int, st Style, s string) int {
	if width <= 0 {
		return 0
	}
	if Width(s) <= width {
		return a.Text(x, y, st, s)
	}
	cut := a.Sub(0, y, x+width-1, 1)
	n := cut.Text(x, 0, st, Prefix(s, width-1))
	a.Set(x+n, y, st, '…')
	return n + 1
}

// Right draws s so that it ends before column x, and returns the column where it begins.
func (a Area) Right(x, y int, st Style, s string) int {
	x -= Width(s)
	a.Text(x, y, st, s)
	return x
}

// Width is how many columns [Area.Text] takes for s.
func Width(s string) int {
	w := 0
	for len(s) > 0 {
		c, n := next(s)
		s = s[n:]
		w += int(c.Width)
	}
	return w
}

// Prefix is the longest beginning of s that takes at most width columns.
func Prefix(s string, width int) string {
	w := 0
	for i := 0; i < len(s); {
		c, n := next(s[i:])
		if w += int(c.Width); w > width {
			return s[:i]
		}
		i += n
	}
	return s
}

// next measures the grapheme cluster that s begins with. Terminals count clusters in two ways; where these disagree
// only the first code point is taken, so that a line has the same width in all of them.
func next(s string) (Cell, int) {
	if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf || isSymbol(s[1:])) {
		return control(rune(s[0])), 1
	}
	if isSymbol(s) && (len(s) == 3 || s[3] < utf8.RuneSelf || isSymbol(s[3:])) {
		r, n := utf8.DecodeRuneInString(s)
		return Cell{Rune: r, Width: 1}, n
	}
	cluster, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	if cluster == "" {
		return control(utf8.RuneError), 1
	}
	r, n := utf8.DecodeRuneInString(cluster)
	c := control(r)
	if c.Rune != r || n == len(cluster) && r == utf8.RuneError {
		return c, len(cluster)
	}
	rest := cluster[n:]
	if other := ansi.StringWidthWc(cluster); other != w || w > 2 {
		w, rest = ansi.StringWidth(cluster[:n]), ""
		if ansi.StringWidthWc(cluster[:n]) != w || w > 2 {
			r, w = utf8.RuneError, 1
		}
	}
	return Cell{Rune: r, Rest: rest, Width: uint8(w)}, len(cluster)
}

// control is the cell of a lone rune: what would steer a terminal is replaced.
func control(r rune) Cell {
	if r < 0x20 || r >= 0x7f && r < 0xa0 {
		r = utf8.RuneError
	}
	return Cell{Rune: r, Width: 1}
}

// isSymbol reports whether s begins with one of U+2500 to U+25BF, the lines and blocks, which are one column wide
// outside East Asian locales and never join what stands before them.
func isSymbol(s string) bool {
	return len(s) >= 3 && s[0] == 0xe2 && (s[1] >= 0x94 && s[1] < 0x97) && s[2]&0xc0 == 0x80
}
