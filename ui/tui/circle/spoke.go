package circle

import "math"

// direction is the unit vector of an angle in turns clockwise from the top; y grows downwards.
func direction(turn float32) (dx, dy float64) {
	s, c := math.Sincos(2 * math.Pi * float64(turn))
	return s, -c
}

// spoke draws a line along a radius into the parts.
func (c *Circle) spoke(turn float32, from, to float64, k kind) {
	g := &c.geo
	dx, dy := direction(turn)
	sub := g.aspect / 2 // height of a part; its width is 0.5
	e := math.Abs(dy)*0.5 + math.Abs(dx)*sub
	along := math.Abs(dx)*0.5 + math.Abs(dy)*sub
	for t := from; t <= to+0.25; t += 0.5 {
		px, py := int(math.Floor((g.cx+dx*t)*2)), int(math.Floor((g.cy+dy*t)/sub))
		reach := 1 + int(g.half/0.5)
		for y := py - 1 - int(g.half/sub); y <= py+1+int(g.half/sub); y++ {
			for x := px - reach; x <= px+reach; x++ {
				if x < 0 || y < 0 || x >= 2*g.w || y >= 2*g.h {
					continue
				}
				vx, vy := (float64(x)+0.5)/2-g.cx, (float64(y)+0.5)*sub-g.cy
				side, ahead := math.Abs(vx*dy-vy*dx), vx*dx+vy*dy
				n := min(cover((g.half-side)/e, 2*g.half/e), cover(min(ahead-from, to-ahead)/along, (to-from)/along))
				at := 4*(y/2*g.w+x/2) + 2*(y&1) + x&1
				if n > 0 && (k > c.kinds[at] || k == c.kinds[at] && n > c.cover[at]) {
					c.mark(at, k, n)
				}
			}
		}
	}
}

// mark lays a spoke over a part. Over the band it is all or nothing, because states are never blended with each other.
func (c *Circle) mark(at int, k kind, n uint8) {
	if under := c.kinds[at]; under != none && under != k && c.cover[at] > levels/2 {
		if n < (levels+1)/2 {
			return
		}
		n = levels
	}
	c.kinds[at], c.cover[at] = k, n
}

// outside is the cell just beyond the spokes at an angle, pulled inside the picture.
func (c *Circle) outside(turn float32) (x, y int) {
	g := &c.geo
	dx, dy := direction(turn)
	r := g.outer + 0.35 + math.Abs(dx)*0.5 + math.Abs(dy)*g.aspect/2
	x = int(math.Floor(g.cx + dx*r))
	y = int(math.Floor((g.cy + dy*r) / g.aspect))
	return min(max(x, 0), g.w-1), min(max(y, 0), g.h-1)
}

// inside is the cell just within the spokes at an angle, where its letter stands.
func (c *Circle) inside(turn float32) (x, y int) {
	g := &c.geo
	dx, dy := direction(turn)
	r := max(g.inner-g.stick-math.Abs(dx)*0.5-math.Abs(dy)*g.aspect/2, 0)
	return int(math.Floor(g.cx + dx*r)), int(math.Floor((g.cy + dy*r) / g.aspect))
}
