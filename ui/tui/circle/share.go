package circle

import "math"

// blur is over how many columns of the circle the share of discards is averaged to each side. A part of the data area may
// hold a dozen records, and one more or less of them would show as a speck.
const blur = 3.5

// smooth fills c.shares with the share of discards for each part of the data area.
func (c *Circle) smooth(discarded []float32) {
	n := len(discarded)
	if cap(c.shares) < n {
		c.shares = make([]float32, n)
	}
	c.shares = c.shares[:n]
	g := &c.geo
	k := min(int(blur*float64(n)/(math.Pi*(g.inner+g.outer))), (n-1)/2)
	last := latest(discarded)
	sum, known := float64(0), 0
	count := func(i int, sign float64) {
		if s := discarded[(i+n)%n]; s >= 0 {
			sum += sign * float64(s)
			known += int(sign)
		}
	}
	for j := -k; j < k; j++ {
		count(j, 1)
	}
	for i, own := range discarded {
		count(i+k, 1)
		if own >= 0 {
			last = own
		}
		// Where most parts have no record of their own, records are larger than parts, and their ends are to be seen.
		c.shares[i] = last
		if 2*known > 2*k+1 {
			c.shares[i] = float32(sum / float64(known))
		}
		count(i-k, -1)
	}
}

// latest is the share that goes on from the end of the data area to its begin.
func latest(discarded []float32) float32 {
	for i := len(discarded) - 1; i >= 0; i-- {
		if discarded[i] >= 0 {
			return discarded[i]
		}
	}
	return 0
}

// share is the share of discarded bytes at a place, in turns of the data area from offset 0.
func (c *Circle) share(at float32) float32 {
	if len(c.shares) == 0 {
		return 0
	}
	return c.shares[min(int(at*float32(len(c.shares))), len(c.shares)-1)]
}
