package circle

import (
	"math"
	"slices"

	"ringscope/ui/tui/paint"
)

// labelled is a position with its letter; letter 0 is none.
type labelled struct {
	turn   float32
	letter rune
	joined bool // the letter stands in the word of another
}

// letter is what stands inside of a spoke.
type letter struct {
	x, y int
	word string
}

// pointers are the positions that get a spoke, the most important first.
func (f *Frame) pointers(a *arcs) (p [4]labelled) {
	p[0] = labelled{turn: f.turn(a.top, f.Consumer), letter: 'C'}
	p[1] = labelled{turn: f.turn(a.top, f.Producer), letter: 'P'}
	if f.HasOverwrite {
		p[2] = labelled{turn: f.turn(a.top, f.Overwrite), letter: 'O'}
	}
	// It goes stale while nothing is reserved; what the reader has passed is no news.
	if f.HasPending && f.Pending > f.Consumer && f.Pending < f.Producer {
		p[3] = labelled{turn: f.turn(a.top, f.Pending), letter: 'N'}
	}
	return p
}

// text writes title and note in the middle, as far as they fit within the spokes and leave room for the letters.
func (c *Circle) text(a paint.Area, t *paint.Theme, f *Frame) {
	row := (c.geo.h - 1) / 2
	c.centered(a, row, t.Strong, f.Title, true)
	// The note stands wherever the letters are, or not at all: one that comes and goes looks like news.
	if g := &c.geo; float64(paint.Width(f.Note))/2+1 <= g.inner-g.stick-1 {
		c.centered(a, row+1, t.Dim, f.Note, false)
	}
}

// centered writes a text in the middle of a row. What must be there sends letters away that leave it no room.
func (c *Circle) centered(a paint.Area, row int, st paint.Style, s string, must bool) {
	g := &c.geo
	n := paint.Width(s)
	if n == 0 {
		return
	}
	// The farther edge of the row from the centre decides.
	dy := max(math.Abs(float64(row)*g.aspect-g.cy), math.Abs(float64(row+1)*g.aspect-g.cy))
	room := g.inner*g.inner - dy*dy
	if room <= 0 || float64(n)/2 > math.Sqrt(room)-g.stick {
		return
	}
	// A letter beside it pushes it away.
	for _, away := range [...]int{0, -1, 1, -2, 2} {
		left := int(g.cx+0.5) - n/2 + away
		if !c.touches(row, left, n) && math.Abs(float64(left)+float64(n)/2-g.cx)+float64(n)/2 <= math.Sqrt(room)-1 {
			a.Text(left, row, st, s)
			return
		}
	}
	if must {
		left := int(g.cx+0.5) - n/2
		c.letters = slices.DeleteFunc(c.letters, func(l letter) bool { return l.touches(row, left, n) })
		a.Text(left, row, st, s)
	}
}

// touches reports whether a letter stands in n columns from left of a row, or so close to them that it reads as one word with them.
func (c *Circle) touches(row, left, n int) bool {
	return slices.ContainsFunc(c.letters, func(l letter) bool { return l.touches(row, left, n) })
}

func (l letter) touches(row, left, n int) bool {
	return l.y == row && l.x+len(l.word)+1 >= left && l.x <= left+n+1
}

// place finds the cells of the letters. Positions whose letters would touch share one word. Pending is nearly always
// somewhere, so it gives way to them altogether: pointers lose it.
func (c *Circle) place(pointers *[4]labelled) {
	c.letters = c.letters[:0]
	var placed [4]bool
	for i := range pointers {
		p := &pointers[i]
		if placed[i] || p.letter == 0 {
			continue
		}
		x, y := c.inside(p.turn)
		word := letter{x: x, y: y, word: string(p.letter)}
		for j := i + 1; j < len(pointers); j++ {
			q := &pointers[j]
			qx, qy := c.inside(q.turn)
			switch touches := max(qx-x, x-qx) <= 1 && max(qy-y, y-qy) <= 1; {
			case !touches || placed[j] || q.letter == 0:
			case q.letter == 'N':
				q.letter = 0
			default:
				word.word += string(q.letter)
				placed[j], q.joined = true, true
			}
		}
		word.x -= (len(word.word) - 1) / 2
		c.letters = append(c.letters, word)
	}
}

// Sign is a cell of the last frame that stands for one thing.
type Sign struct {
	X, Y int
	What rune // C, P, O or N: a position; 0: byte 0; or one of the others below
}

// Signs that are no letters.
const (
	SignWorst    = 'w'
	SignBusy     = 'b'
	SignSelected = 's'
)

// Signs are what stands round the circle and inside of it in the frame that was drawn last; what is drawn over is left out.
func (c *Circle) Signs() []Sign { return c.signs }

// sign remembers a cell; a later one covers an earlier one.
func (c *Circle) sign(x, y int, what rune) {
	for i := range c.signs {
		if c.signs[i].X == x && c.signs[i].Y == y {
			c.signs[i].What = what
			return
		}
	}
	c.signs = append(c.signs, Sign{x, y, what})
}

// beyond is the cell just beyond the spokes at an angle.
func (c *Circle) beyond(turn float32) cell {
	x, y := c.outside(turn)
	return cell{x, y}
}

// alone reports whether there is neither a sign nor a spoke in a cell and right beside it.
func (c *Circle) alone(at cell) bool {
	if slices.ContainsFunc(c.signs, func(s Sign) bool { return max(s.X-at.x, at.x-s.X, s.Y-at.y, at.y-s.Y) <= 1 }) {
		return false
	}
	for y := max(at.y-1, 0); y <= min(at.y+1, c.geo.h-1); y++ {
		for x := max(at.x-1, 0); x <= min(at.x+1, c.geo.w-1); x++ {
			i := 4 * (y*c.geo.w + x)
			if slices.ContainsFunc(c.kinds[i:i+4], func(k kind) bool { return k >= busy }) {
				return false
			}
		}
	}
	return true
}

// marks writes the letters inside and the signs outside.
func (c *Circle) marks(a paint.Area, t *paint.Theme, f *Frame, arcs *arcs) {
	ink := paint.Style{FG: t.Mark, Attr: paint.Bold}
	for _, l := range c.letters {
		a.Text(l.x, l.y, ink, l.word)
		for i, r := range l.word {
			c.sign(l.x+i, l.y, r)
		}
	}
	if f.HasSelected {
		turn := f.turn(arcs.top, f.Selected)
		x, y := c.outside(turn)
		a.Set(x, y, paint.FG(t.Mark), pointerAt(turn, t.ASCII))
		c.sign(x, y, SignSelected)
	}
	for _, pos := range f.Busy {
		x, y := c.outside(f.turn(arcs.top, pos))
		a.Set(x, y, paint.FG(t.Busy), t.Glyphs.Busy)
		c.sign(x, y, SignBusy)
	}
	// Two signs side by side, or one beside a spoke, read as one: these two give way.
	if at := c.beyond(f.turn(arcs.top, f.Consumer+min(f.Worst, f.Size))); f.Worst > 0 && c.alone(at) {
		a.Set(at.x, at.y, paint.FG(t.Mark), t.Glyphs.Worst)
		c.sign(at.x, at.y, SignWorst)
	}
	if at := c.beyond(arcs.zero); f.Notch && c.alone(at) {
		a.Set(at.x, at.y, t.Dim, '0')
		c.sign(at.x, at.y, '0')
	}
}
