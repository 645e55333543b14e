package circle

import (
	"math"

	"ringscope/ui/tui/paint"
)

// kind is what a part of a cell shows; a higher one wins.
type kind uint8

const (
	none      kind = iota
	never          // free, and never written
	free           // already read
	discarded      // among the unread
	unread
	busy
	pointer // the spoke of a position
	kinds
)

// Circle draws frames. It keeps the geometry of the last size, so that a frame costs little. The zero value is ready.
type Circle struct {
	// Aspect is how many times higher than wide a cell is; 0 stands for 2.
	Aspect float64

	geo     geometry
	kinds   []kind  // by part of a cell
	cover   []uint8 // coverage of that part, 0 to levels
	inks    inks
	letters []letter
	shares  []float32 // of discards, by part of the data area
	rim     []cell    // just outside of the rim, clockwise

	bracketAt cell // a cell of the bracket
	bracketed bool
	signs     []Sign // of the last frame
}

// Draw draws f into the whole of a; an area that is too small for a circle stays empty, and Draw says so.
func (c *Circle) Draw(a paint.Area, t *paint.Theme, f *Frame) bool {
	w, h := a.Size()
	aspect := c.Aspect
	if aspect <= 0 {
		aspect = 2
	}
	if c.geo.w != w || c.geo.h != h || c.geo.aspect != aspect {
		c.geo = measure(w, h, aspect)
		c.rim = c.rim[:0]
		c.kinds = make([]kind, 4*max(w*h, 0))
		c.cover = make([]uint8, len(c.kinds))
	}
	c.bracketed, c.signs = false, c.signs[:0]
	if !c.geo.ok {
		return false
	}
	clear(c.kinds)
	clear(c.cover)
	c.inks.use(t)

	arcs := f.arcs()
	if arcs.unread.length < c.geo.spokeWidth() {
		arcs.unread.length = 0 // one spoke covers it, and its rims would stick out as specks
	}
	c.smooth(f.Discarded)
	c.band(&arcs)
	c.letters = c.letters[:0]
	if f.Size > 0 {
		pointers := f.pointers(&arcs)
		c.place(&pointers)
		if !t.ASCII {
			c.spokes(f, &arcs, pointers)
		}
	}
	c.compose(a, t)
	c.text(a, t, f)
	if f.Size > 0 {
		c.bracket(a, t, f, &arcs)
		c.marks(a, t, f, &arcs)
	}
	return true
}

// band fills the parts between the rims.
func (c *Circle) band(a *arcs) {
	for i := range c.geo.parts {
		p := &c.geo.parts[i]
		k, n := none, uint8(0)
		switch {
		case a.unread.holds(p.turn):
			k, n = unread, p.thick
			if s := c.share(offset(p.turn, a.zero)); s >= ShareShown && (p.depth < max(s, p.edge) || s > shareOfAll) {
				k = discarded
			}
		case a.lost.holds(p.turn):
		case offset(p.turn, a.zero) >= a.written:
			if k, n = never, p.dash; c.inks.theme.ASCII {
				n = p.thin // dots are gaps enough
			}
		default:
			k, n = free, p.thin
		}
		if n > 0 {
			c.kinds[p.at], c.cover[p.at] = k, n
		}
	}
}

// offset is the place in the data area, turns from offset 0, of an angle in turns from the top.
func offset(turn, zero float32) float32 {
	if turn -= zero; turn < 0 {
		turn++
	}
	return turn
}

// spokes draws busy records, then positions over them. In ASCII the signs outside and the letters inside do.
func (c *Circle) spokes(f *Frame, a *arcs, pointers [4]labelled) {
	g := &c.geo
	last, room := float32(-1), float32(2.5/(2*math.Pi*g.outer))
	for _, pos := range f.Busy {
		// Where records stand closer than spokes can, one spoke stands for them.
		turn := f.turn(a.top, pos)
		if last < 0 || apart(turn, last) >= room {
			c.spoke(turn, g.inner, g.outer+min(g.stick, 0.5), g.half/2, busy)
			last = turn
		}
	}
	for i, p := range pointers {
		if p.letter == 0 || i > 0 && apart(p.turn, pointers[0].turn) < oneSpoke*g.spokeWidth() {
			continue // two spokes in one place would look like a thick one, two that touch like a smudge
		}
		from := g.inner - g.stick
		if p.joined { // its letter stands elsewhere, and the spoke would reach into it
			from = g.inner
		}
		c.spoke(p.turn, from, g.outer+g.stick, g.half, pointer)
	}
}

// oneSpoke is how many widths of a spoke positions are apart at least that have a spoke each.
const oneSpoke = 2.5

// spokeWidth is the angle that the spoke of a position takes at the rim, in turns.
func (g *geometry) spokeWidth() float32 { return float32(g.half / (math.Pi * g.outer)) }

// apart is the distance of two angles in turns, at most a half.
func apart(a, b float32) float32 {
	d := max(a, b) - min(a, b)
	return min(d, 1-d)
}
