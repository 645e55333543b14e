package main

import "math"

// arms are the strokes from the middle of a cell to its edges: up, right, down, left; 1 light, 2 heavy.
type arms [4]int

var joints = map[rune]arms{
	'─': {0, 1, 0, 1}, '━': {0, 2, 0, 2}, '│': {1, 0, 1, 0}, '┃': {2, 0, 2, 0},
	'┌': {0, 1, 1, 0}, '┐': {0, 0, 1, 1}, '└': {1, 1, 0, 0}, '┘': {1, 0, 0, 1},
	'├': {1, 1, 1, 0}, '┤': {1, 0, 1, 1}, '┬': {0, 1, 1, 1}, '┴': {1, 1, 0, 1}, '┼': {1, 1, 1, 1},
	'┏': {0, 2, 2, 0}, '┓': {0, 0, 2, 2}, '┗': {2, 2, 0, 0}, '┛': {2, 0, 0, 2},
	'┣': {2, 2, 2, 0}, '┫': {2, 0, 2, 2}, '┳': {0, 2, 2, 2}, '┻': {2, 2, 0, 2}, '╋': {2, 2, 2, 2},
	'╴': {0, 0, 0, 1}, '╵': {1, 0, 0, 0}, '╶': {0, 1, 0, 0}, '╷': {0, 0, 1, 0},
	'╸': {0, 0, 0, 2}, '╹': {2, 0, 0, 0}, '╺': {0, 2, 0, 0}, '╻': {0, 0, 2, 0},
}

// broken are the dashed lines: how many dashes, how heavy, and whether upright.
var broken = map[rune]struct {
	dashes, weight int
	upright        bool
}{
	'╌': {2, 1, false}, '╍': {2, 2, false}, '┄': {3, 1, false}, '┅': {3, 2, false}, '┈': {4, 1, false}, '┉': {4, 2, false},
	'╎': {2, 1, true}, '╏': {2, 2, true}, '┆': {3, 1, true}, '┇': {3, 2, true}, '┊': {4, 1, true}, '┋': {4, 2, true},
}

// arcs are the rounded corners: towards which side the arms go.
var arcs = map[rune]struct{ right, down bool }{
	'╭': {true, true}, '╮': {false, true}, '╰': {true, false}, '╯': {false, false},
}

// stroke is where a line of the given weight begins and ends that runs through the middle of w or h pixels.
func (s shape) stroke(weight, across int) (from, to int) {
	n := weight * max(s.at.Dx()/8, 1)
	from = (across - n) / 2
	return from, from + n
}

// line draws the box drawing characters that are tabled above, and the double lines.
func (s shape) line(r rune) bool {
	w, h := s.at.Dx(), s.at.Dy()
	if a, ok := joints[r]; ok {
		for i, weight := range a {
			if weight == 0 {
				continue
			}
			left, right := s.stroke(weight, w)
			top, bottom := s.stroke(weight, h)
			switch i {
			case 0:
				s.fill(left, 0, right, bottom, s.fg)
			case 1:
				s.fill(left, top, w, bottom, s.fg)
			case 2:
				s.fill(left, top, right, h, s.fg)
			case 3:
				s.fill(0, top, right, bottom, s.fg)
			}
		}
		return true
	}
	if b, ok := broken[r]; ok {
		left, right := s.stroke(b.weight, w)
		top, bottom := s.stroke(b.weight, h)
		for i := range b.dashes {
			from, to := 8*i+1, 8*i+6 // of 8*dashes
			if b.upright {
				s.fill(left, h*from/(8*b.dashes), right, h*to/(8*b.dashes), s.fg)
			} else {
				s.fill(w*from/(8*b.dashes), top, w*to/(8*b.dashes), bottom, s.fg)
			}
		}
		return true
	}
	if a, ok := arcs[r]; ok {
		s.arc(a.right, a.down)
		return true
	}
	left, right := s.stroke(1, w)
	top, bottom := s.stroke(1, h)
	gap := right - left
	switch r {
	case '═':
		s.fill(0, top-gap, w, bottom-gap, s.fg)
		s.fill(0, top+gap, w, bottom+gap, s.fg)
	case '║':
		s.fill(left-gap, 0, right-gap, h, s.fg)
		s.fill(left+gap, 0, right+gap, h, s.fg)
	default:
		return false
	}
	return true
}

// arc draws a quarter of a circle from the vertical to the horizontal middle line.
func (s shape) arc(right, down bool) {
	w, h := float64(s.at.Dx()), float64(s.at.Dy())
	left, end := s.stroke(1, s.at.Dx())
	top, bottom := s.stroke(1, s.at.Dy())
	// The middles of the strokes that the arc goes on as, from the sides that it goes to.
	half, x0, y0, r := float64(end-left)/2, float64(left+end)/2, float64(top+bottom)/2, w/2
	if !right {
		x0 = w - x0
	}
	if !down {
		y0 = h - y0
	}
	s.smooth(func(x, y float64) bool {
		// Mirror everything to the corner that goes right and down.
		if !right {
			x = w - x
		}
		if !down {
			y = h - y
		}
		if y >= y0+r {
			return math.Abs(x-x0) <= half
		}
		if x >= x0+r {
			return math.Abs(y-y0) <= half
		}
		return math.Abs(math.Hypot(x-(x0+r), y-(y0+r))-r) <= half
	})
}
