package circle

import (
	"math"

	"ringscope/ui/tui/paint"
)

// cell is a place in the picture.
type cell struct{ x, y int }

// direction from one cell to the next.
type arm uint8

const (
	up arm = 1 << iota
	right
	down
	left
)

// joints are the light lines by their arms.
var joints = map[arm]rune{
	up | down: '│', left | right: '─', down | right: '┌', down | left: '┐', up | right: '└', up | left: '┘',
	up: '│', down: '│', left: '─', right: '─',
}

// leastBracket is how many cells a bracket has at least: its two ends and what lies between.
const leastBracket = 3

// around are the cells just outside of the rim, clockwise from the top, each beside the next.
func (c *Circle) around() []cell {
	if len(c.rim) > 0 {
		return c.rim
	}
	g := &c.geo
	steps := 16 * (g.w + g.h)
	var path []cell
	put := func(at cell) {
		if n := len(path); n > 0 && path[n-1] == at {
			return
		}
		path = append(path, at)
	}
	for i := range steps + 1 {
		x, y := c.outside((float32(i) + 0.5) / float32(steps))
		if n := len(path); n > 0 {
			for at := path[n-1]; at.x != x && at.y != y; at = path[len(path)-1] {
				// A step aslant goes round the outer corner.
				dx, dy := sign(x-at.x), sign(y-at.y)
				if float64(dy)*(float64(at.y)+0.5-float64(g.h)/2) > 0 {
					put(cell{at.x, at.y + dy})
				} else {
					put(cell{at.x + dx, at.y})
				}
			}
			for at := path[len(path)-1]; at.x != x || at.y != y; at = path[len(path)-1] {
				put(cell{at.x + sign(x-at.x), at.y + sign(y-at.y)})
			}
		} else {
			put(cell{x, y})
		}
	}
	if n := len(path); n > 1 && path[0] == path[n-1] {
		path = path[:n-1]
	}
	c.rim = path
	return path
}

func sign(n int) int { return min(max(n, -1), 1) }

// nearest is the index of the cell outside of the rim at an angle.
func (c *Circle) nearest(turn float32) int {
	path := c.around()
	x, y := c.outside(turn)
	best, least := 0, 1<<30
	for i, at := range path {
		dx, dy := at.x-x, 2*(at.y-y)
		if d := dx*dx + dy*dy; d < least {
			best, least = i, d
		}
	}
	return best
}

// bracket draws a thin line outside of the rim along what the tape shows, with its ends bent towards the circle. It is always a few
// cells long, and passes behind whatever sticks out.
func (c *Circle) bracket(a paint.Area, t *paint.Theme, f *Frame, arcs *arcs) {
	c.bracketed = false
	if f.TapeBytes == 0 || f.TapeBytes >= f.Size {
		return
	}
	path := c.around()
	n := len(path)
	first := c.nearest(f.turn(arcs.top, f.Tape))
	length := (c.nearest(f.turn(arcs.top, f.Tape+f.TapeBytes))-first+n)%n + 1
	if 2*f.TapeBytes < f.Size && 2*length > n+2 { // both ends in one cell
		length = 1
	}
	if short := leastBracket - length; short > 0 {
		first, length = (first-(short+1)/2+n)%n, leastBracket
	}
	if length >= n-1 {
		return
	}
	for i := range length {
		at := path[(first+i)%n]
		var arms arm
		if i > 0 {
			arms |= towards(at, path[(first+i-1+n)%n])
		}
		if i < length-1 {
			arms |= towards(at, path[(first+i+1)%n])
		}
		if i == 0 || i == length-1 {
			arms |= c.inwards(at, arms)
		}
		if !c.sticksOut(at) {
			a.Set(at.x, at.y, t.Dim, joints[arms])
			c.bracketAt, c.bracketed = at, true
		}
	}
}

// towards is the arm from one cell to its neighbour.
func towards(from, to cell) arm {
	switch {
	case to.x > from.x:
		return right
	case to.x < from.x:
		return left
	case to.y < from.y:
		return up
	default:
		return down
	}
}

// inwards is the arm from a cell towards the circle that is square to the line.
func (c *Circle) inwards(at cell, line arm) arm {
	if line&(left|right) != 0 {
		if 2*at.y+1 < c.geo.h {
			return down
		}
		return up
	}
	if float64(at.x)+0.5 < c.geo.cx {
		return right
	}
	return left
}

// sticksOut reports whether a spoke or the band fills the cell.
func (c *Circle) sticksOut(at cell) bool {
	i := 4 * (at.y*c.geo.w + at.x)
	for j := i; j < i+4; j++ {
		if c.kinds[j] != none && c.cover[j] >= levels/2 {
			return true
		}
	}
	return false
}

// BracketAt is a cell of the bracket that was drawn last; false: there was none.
func (c *Circle) BracketAt() (x, y int, ok bool) { return c.bracketAt.x, c.bracketAt.y, c.bracketed }

// pointer points from outside at what is inside: down from the top, and so on round.
func pointerAt(turn float32, ascii bool) rune {
	signs := [...]rune{'▾', '◂', '▴', '▸'}
	if ascii {
		signs = [...]rune{'v', '<', '^', '>'}
	}
	return signs[int(turn*4+0.5)%4]
}

// Locate is the angle of a cell of the last frame, in turns clockwise from the top; false: the cell is neither on the band nor beside
// it.
func (c *Circle) Locate(x, y int) (turn float32, ok bool) {
	g := &c.geo
	if !g.ok {
		return 0, false
	}
	dx, dy := float64(x)+0.5-g.cx, (float64(y)+0.5)*g.aspect-g.cy
	if r := math.Hypot(dx, dy); r < g.inner-0.5 || r > g.outer+g.aspect+0.5 {
		return 0, false
	}
	turn = float32(math.Atan2(dx, -dy) / (2 * math.Pi))
	if turn < 0 {
		turn++
	}
	return turn, true
}

// Near is how far apart, in turns, two places are that one click may mean: a cell and a half.
func (c *Circle) Near() float32 {
	if !c.geo.ok {
		return 0
	}
	return float32(1.5 / (math.Pi * (c.geo.inner + c.geo.outer)))
}

// Apart is the distance of two angles in turns, at most a half.
func Apart(a, b float32) float32 { return apart(a, b) }

// Turn is where a position stands, in turns clockwise from the top.
func (f *Frame) Turn(pos uint64) float32 {
	if f.Size == 0 {
		return 0
	}
	return f.turn(f.arcs().top, pos)
}

// PosAt is the newest position that was written at an angle; false: nothing was ever written there.
func (f *Frame) PosAt(turn float32) (pos uint64, ok bool) {
	if f.Size == 0 {
		return 0, false
	}
	offset := (f.arcs().top + uint64(float64(turn)*float64(f.Size))) % f.Size
	back := (f.Producer%f.Size + f.Size - offset) % f.Size
	if back == 0 {
		back = f.Size
	}
	return f.Producer - back, back <= f.Producer
}
