package circle

import "ringscope/ui/tui/paint"

// quadrants are the block glyphs by the set of their parts: bit 0 upper left, 1 upper right, 2 lower left, 3 lower right.
var quadrants = [16]rune{' ', '▘', '▝', '▀', '▖', '▌', '▞', '▛', '▗', '▚', '▐', '▜', '▄', '▙', '▟', '█'}

// inks are the colours of a theme by kind and coverage.
type inks struct {
	theme *paint.Theme
	table [kinds][levels + 1]paint.Color
	blend bool
}

func (i *inks) use(t *paint.Theme) {
	if i.theme == t {
		return
	}
	i.theme, i.blend = t, t.Blends()
	for k, full := range [kinds]paint.Color{never: t.Free, free: t.Free, discarded: t.Discarded, unread: t.Unread, busy: t.Busy, pointer: t.Mark} {
		for n := range levels + 1 {
			i.table[k][n] = full
			if i.blend {
				i.table[k][n] = full.Mix(t.Background, float64(n)/levels)
			}
		}
		i.table[k][0] = paint.Default
	}
}

// at is the colour of a kind at a coverage; where nothing is blended, half is enough for all of it.
func (i *inks) at(k kind, n int) paint.Color {
	switch {
	case i.blend:
	case n < levels/2:
		n = 0
	default:
		n = levels
	}
	return i.table[k][n]
}

// compose turns the parts into characters.
func (c *Circle) compose(a paint.Area, t *paint.Theme) {
	g := &c.geo
	for cell := range g.w * g.h {
		parts := (*[4]kind)(c.kinds[4*cell:])
		if *parts == [4]kind{} {
			continue
		}
		cover := (*[4]uint8)(c.cover[4*cell:])
		x, y := cell%g.w, cell/g.w
		switch {
		case t.ASCII:
			c.letter(a, x, y, parts, cover, t)
		case !t.Colored():
			c.plain(a, x, y, parts, cover, t)
		default:
			c.colored(a, x, y, parts, cover)
		}
	}
}

// colored draws a cell with two colours: two states, or one state and the background.
func (c *Circle) colored(a paint.Area, x, y int, parts *[4]kind, cover *[4]uint8) {
	first, second := leaders(parts)
	if second == none && c.inks.blend {
		c.blended(a, x, y, first, cover)
		return
	}
	// The winner takes the parts that it covers by half or more. All others get one colour: that of the second state at its
	// average coverage, a third one gives way.
	var set uint8
	rest, sum := 0, 0
	for i, k := range parts {
		switch {
		case k == first && cover[i] >= levels/2:
			set |= 1 << i
		default:
			rest++
			if k != first {
				sum += int(cover[i])
			}
		}
	}
	back := paint.Default
	if rest > 0 {
		back = c.inks.at(second, rounded(sum, rest))
	}
	switch {
	case set != 0:
		c.pair(a, x, y, set, c.inks.table[first][levels], back)
	case back != paint.Default:
		c.pair(a, x, y, 0b1111, back, back)
	}
}

// blended draws one state at two coverages, chosen so that the four parts come out as close as two colours allow.
func (c *Circle) blended(a paint.Area, x, y int, k kind, cover *[4]uint8) {
	i := 0
	for _, n := range cover {
		i = i*(levels+1) + int(n)
	}
	if s := &splits[i]; s.high > 0 {
		c.pair(a, x, y, s.set, c.inks.table[k][s.high], c.inks.table[k][s.low])
	}
}

// pair draws a cell whose parts in set have one colour and the others another.
func (c *Circle) pair(a paint.Area, x, y int, set uint8, front, back paint.Color) {
	if set == 0b1111 {
		a.Solid(x, y, front, '█')
		return
	}
	a.Set(x, y, paint.Style{FG: front, BG: back}, quadrants[set])
}

// plain draws a cell without colours: shape is all there is. Discards are shaded where they fill a cell, and a notch in
// the inner rim where they don't.
func (c *Circle) plain(a paint.Area, x, y int, parts *[4]kind, cover *[4]uint8, t *paint.Theme) {
	var set, shaded uint8
	for i, k := range parts {
		switch {
		case cover[i] < (levels+1)/2:
		case k == discarded:
			shaded |= 1 << i
		case k != none:
			set |= 1 << i
		}
	}
	switch {
	case count(shaded) > 1 && count(set) < 2:
		a.Set(x, y, paint.Style{}, t.Glyphs.Discarded)
	case set != 0:
		a.Set(x, y, paint.Style{}, quadrants[set])
	}
}

// letter draws a cell in ASCII: the state that most of it has, if about half of it has any.
func (c *Circle) letter(a paint.Area, x, y int, parts *[4]kind, cover *[4]uint8, t *paint.Theme) {
	var weight [kinds]int
	all := 0
	for i, k := range parts {
		weight[k] += int(cover[i])
		all += int(cover[i])
	}
	k := none
	for i := never; i < pointer; i++ {
		if weight[i] > weight[k] || k == none && weight[i] > 0 {
			k = i
		}
	}
	enough := 2*levels - 1
	if k <= free {
		enough = levels // a thin line must not have gaps
	}
	if k == none || all < enough {
		return
	}
	glyph := [kinds]rune{never: t.Glyphs.Never, free: t.Glyphs.Free, discarded: t.Glyphs.Discarded, unread: t.Glyphs.Unread, busy: t.Glyphs.Busy}
	a.Set(x, y, paint.FG(c.inks.table[k][levels]), glyph[k])
}

// leaders are the kind of a cell that wins and the one after it; none if there is no other.
func leaders(parts *[4]kind) (first, second kind) {
	for _, k := range parts {
		first = max(first, k)
	}
	var n [kinds]int
	for _, k := range parts {
		if k != first && k != none {
			if n[k]++; second == none || n[k] > n[second] {
				second = k
			}
		}
	}
	return first, second
}

func count(set uint8) int {
	return int(set&1 + set>>1&1 + set>>2&1 + set>>3&1)
}
