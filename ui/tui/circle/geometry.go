package circle

import "math"

// levels is the number of steps from nothing to full coverage of a part of a cell.
const levels = 4

// minRadius is the smallest outer radius in columns at which a circle is drawn.
const minRadius = 3

// geometry is everything that depends on the size alone. Lengths are in columns; a row is aspect columns high. Each
// cell has four parts: upper left, upper right, lower left, lower right.
type geometry struct {
	w, h   int
	aspect float64
	ok     bool // large enough to draw

	cx, cy float64 // centre
	outer  float64 // radius of the outer rim
	inner  float64 // radius of the inner rim
	stick  float64 // how far spokes stick out of the band, both ways
	half   float64 // half the width of a spoke

	parts []part // the parts of cells that the band covers, row by row
	band  []bool // by cell: the band covers some of it
}

// part is a quarter of a cell.
type part struct {
	at    uint32  // index: 4*(y*w+x) + quarter
	turn  float32 // angle clockwise from the top, 0 to 1
	depth float32 // distance from the inner rim in band thicknesses, 0 to 1
	edge  float32 // how far a step of one level reaches there, in band thicknesses
	thick uint8   // coverage by the full band, 0 to levels
	thin  uint8   // coverage by the thin band in the middle
	dash  uint8   // coverage by the dashes
}

// measure computes the geometry of a circle in w columns and h rows.
func measure(w, h int, aspect float64) geometry {
	// The centre is in the middle of a column, so that the spoke at the top fills whole cells and its letter stands below it.
	g := geometry{w: w, h: h, aspect: aspect, cx: float64((w-1)/2) + 0.5, cy: float64(h) * aspect / 2}
	g.outer = min(g.cx-margin(w, 24, 1), g.cy-margin(h, 12, aspect))
	if g.outer < minRadius {
		return g
	}
	g.ok = true
	// Radii are whole parts high, so that the rims are crisp where they are level.
	high := aspect / 2
	g.outer = math.Floor(g.outer/high) * high
	g.inner = min(math.Round(0.64*g.outer/high)*high, g.outer-2*high)
	thickness := g.outer - g.inner
	g.stick = min(max(0.9, 0.07*g.outer), 0.45*g.inner)
	g.half = max(0.5, 0.02*g.outer)
	// The thin band lies on whole parts and is so little thicker that it has no fringe where it is level or upright, and no gaps aslant.
	lines := max(math.Round(0.11*g.outer/high), 1)
	middle := (math.Floor((g.outer+g.inner)/2/high) + 0.5*math.Mod(lines, 2)) * high
	thin := (lines + 0.24) * high
	dashed := max(0.6*thin, high)
	// A dash and its gap take about 5 columns; a multiple of 4 is the same in all four quarters.
	dashes := max(4*math.Round(2*math.Pi*middle/(4*5)), 8)
	period := 2 * math.Pi * middle / dashes

	g.band = make([]bool, w*h)
	for y := range 2 * h {
		dy := (float64(y)+0.5)*high - g.cy
		for x := range 2 * w {
			dx := (float64(x)+0.5)/2 - g.cx
			r := math.Hypot(dx, dy)
			// The extent of the part as seen along the radius.
			e := (math.Abs(dx)*0.5 + math.Abs(dy)*high) / max(r, 1e-9)
			thick := cover(min(g.outer-r, r-g.inner)/e, thickness/e)
			if thick == 0 {
				continue
			}
			g.band[y/2*w+x/2] = g.band[y/2*w+x/2] || thick >= levels/2
			turn := math.Atan2(dx, -dy) / (2 * math.Pi)
			if turn < 0 {
				turn++
			}
			p := part{
				at: uint32(4*(y/2*w+x/2) + 2*(y&1) + x&1), turn: float32(turn),
				depth: float32((r - g.inner) / thickness), edge: float32(e / thickness), thick: thick,
				thin: cover((thin/2-math.Abs(r-middle))/e, thin/e),
			}
			_, f := math.Modf(turn * dashes)
			across := (math.Abs(dy)*0.5 + math.Abs(dx)*high) / max(r, 1e-9)
			p.dash = min(
				cover((dashed/2-math.Abs(r-middle))/e, dashed/e),
				cover((0.3-math.Abs(f-0.5))*period/across, 0.6*period/across),
			)
			g.parts = append(g.parts, p)
		}
	}
	return g
}

// margin is the room that spokes and signs need outside of the rim, for n rows or columns of size step: one whole cell, and
// at least a column and a half, once there are enough of them.
func margin(n, enough int, step float64) float64 {
	if n >= enough {
		return max(step, 1.5)
	}
	return max(step*0.5, 1)
}

// cover is how much of a part lies within a band, 0 to levels: inside is the distance from the nearest edge of the band
// to the middle of the part (negative outside), width that of the whole band, both in extents of the part.
func cover(inside, width float64) uint8 {
	c := min(max(inside+0.5, 0), 1, width)
	return uint8(math.Round(c * levels))
}
