package circle

import "math"

// direction is the unit vector of an angle in turns clockwise from the top; y grows downwards.
func direction(turn float32) (dx, dy float64) {
	s, c := math.Sincos(2 * math.Pi * float64(turn))
	return s, -c
}

// spoke draws a line along a radius into the parts, half columns to each side. The parts that the middle of the line
// passes through are always covered, so that no line is too thin to be seen and none has gaps.
func (c *Circle) spoke(turn float32, from, to, half float64, k kind) {
	g := &c.geo
	dx, dy := direction(turn)
	ph := g.aspect / 2 // height of a part; its width is 0.5
	ox, oy := g.cx, g.cy
	if mid := (from + to) / 2; math.Abs(dy)*(to-from) < ph {
		// Nearly level: straighten it, and let it run in the middle of the parts.
		oy = (math.Floor((g.cy+dy*mid)/ph) + 0.5) * ph
		dx, dy = math.Copysign(1, dx), 0
	} else if math.Abs(dx)*(to-from) < 0.5 {
		ox = math.Floor((g.cx+dx*mid)*2+0.5) / 2
		dx, dy = 0, math.Copysign(1, dy)
	}
	l := line{ox: ox, oy: oy, dx: dx, dy: dy, ph: ph, from: from, to: to, half: half, kind: k}
	l.across = math.Abs(dy)*0.5 + math.Abs(dx)*ph
	l.along = math.Abs(dx)*0.5 + math.Abs(dy)*ph
	if math.Abs(dx)*ph > math.Abs(dy)*0.5 {
		// One step for each column of parts.
		a, b := l.ends(ox/0.5, dx/0.5)
		for x := a; x <= b; x++ {
			t := ((float64(x)+0.5)/2 - ox) / dx
			y := int(math.Floor((oy + dy*t) / ph))
			for r := -int(half/ph) - 1; r <= int(half/ph)+1; r++ {
				c.draw(&l, x, y+r, r == 0)
			}
		}
		return
	}
	a, b := l.ends(oy/ph, dy/ph)
	for y := a; y <= b; y++ {
		t := ((float64(y)+0.5)*ph - oy) / dy
		x := int(math.Floor((ox + dx*t) * 2))
		for r := -int(half/0.5) - 1; r <= int(half/0.5)+1; r++ {
			c.draw(&l, x+r, y, r == 0)
		}
	}
}

// line is a spoke that is being drawn.
type line struct {
	ox, oy, dx, dy float64 // where its radius begins, and its direction
	ph             float64 // height of a part
	from, to, half float64
	across, along  float64 // extent of a part across the line and along it
	kind           kind
}

// ends are the first and the last step of the line, given where it begins and how far it goes for each column of length.
func (l *line) ends(origin, pace float64) (a, b int) {
	a, b = int(math.Floor(origin+pace*l.from)), int(math.Floor(origin+pace*l.to))
	return min(a, b), max(a, b)
}

// draw covers one part as far as the line does; the middle of the line covers all of it.
func (c *Circle) draw(l *line, x, y int, middle bool) {
	vx, vy := (float64(x)+0.5)/2-l.ox, (float64(y)+0.5)*l.ph-l.oy
	side, ahead := math.Abs(vx*l.dy-vy*l.dx), vx*l.dx+vy*l.dy
	if middle && ahead >= l.from && ahead <= l.to {
		c.cross(x, y, l.kind)
		return
	}
	n := cover((l.half-side)/l.across, 2*l.half/l.across)
	c.mark(x, y, l.kind, min(n, cover(min(ahead-l.from, l.to-ahead)/l.along, (l.to-l.from)/l.along)))
}

// cross covers the part in column x and row y of the parts, whatever is there.
func (c *Circle) cross(x, y int, k kind) {
	if at, ok := c.geo.part(x, y); ok && k >= c.kinds[at] {
		c.kinds[at], c.cover[at] = k, levels
	}
}

// mark lays a spoke over a part. Over the band it is all or nothing, because states are never blended with each other.
func (c *Circle) mark(x, y int, k kind, n uint8) {
	at, ok := c.geo.part(x, y)
	if !ok || n == 0 || k < c.kinds[at] || k == c.kinds[at] && n <= c.cover[at] {
		return
	}
	if under := c.kinds[at]; under != none && under != k && c.cover[at] >= levels/2 {
		if n <= levels/2 {
			return
		}
		n = levels
	}
	c.kinds[at], c.cover[at] = k, n
}

// part is the index of the part in column x and row y of the parts.
func (g *geometry) part(x, y int) (at int, ok bool) {
	if x < 0 || y < 0 || x >= 2*g.w || y >= 2*g.h {
		return 0, false
	}
	return 4*(y/2*g.w+x/2) + 2*(y&1) + x&1, true
}

// outside is the cell just beyond the spokes at an angle, pulled inside the picture and clear of the band where there is room.
func (c *Circle) outside(turn float32) (x, y int) {
	g := &c.geo
	dx, dy := direction(turn)
	r := g.outer + 0.35 + math.Abs(dx)*0.5 + math.Abs(dy)*g.aspect/2
	x = min(max(int(math.Floor(g.cx+dx*r)), 0), g.w-1)
	y = min(max(int(math.Floor((g.cy+dy*r)/g.aspect)), 0), g.h-1)
	for away := int(math.Copysign(1, dx)); g.band[y*g.w+x] && x+away >= 0 && x+away < g.w; {
		x += away
	}
	return x, y
}

// inside is the cell just within the spokes at an angle, where its letter stands.
func (c *Circle) inside(turn float32) (x, y int) {
	g := &c.geo
	dx, dy := direction(turn)
	r := max(g.inner-g.stick-math.Abs(dx)*0.5-math.Abs(dy)*g.aspect/2, 0)
	return int(math.Floor(g.cx + dx*r)), int(math.Floor((g.cy + dy*r) / g.aspect))
}
