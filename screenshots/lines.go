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

// stroke is half the width of a line of the given weight, in pixels.
func (s shape) stroke(weight int) int { return weight * max(s.at.Dx()/16, 1) }

// line draws the box drawing characters that are tabled above, and the double lines.
func (s shape) line(r rune) bool {
	w, h := s.at.Dx(), s.at.Dy()
	cx, cy := w/2, h/2
	if a, ok := joints[r]; ok {
		for i, weight := range a {
			t := s.stroke(weight)
			if t == 0 {
				continue
			}
			switch i {
			case 0:
				s.fill(cx-t, 0, cx+t, cy+t, s.fg)
			case 1:
				s.fill(cx-t, cy-t, w, cy+t, s.fg)
			case 2:
				s.fill(cx-t, cy-t, cx+t, h, s.fg)
			case 3:
				s.fill(0, cy-t, cx+t, cy+t, s.fg)
			}
		}
		return true
	}
	if b, ok := broken[r]; ok {
		t := s.stroke(b.weight)
		for i := range b.dashes {
			from, to := 8*i+1, 8*i+6 // of 8*dashes
			if b.upright {
				s.fill(cx-t, h*from/(8*b.dashes), cx+t, h*to/(8*b.dashes), s.fg)
			} else {
				s.fill(w*from/(8*b.dashes), cy-t, w*to/(8*b.dashes), cy+t, s.fg)
			}
		}
		return true
	}
	if a, ok := arcs[r]; ok {
		s.arc(a.right, a.down)
		return true
	}
	t, gap := s.stroke(1), s.stroke(2)
	switch r {
	case '═':
		s.fill(0, cy-gap-t, w, cy-gap+t, s.fg)
		s.fill(0, cy+gap-t, w, cy+gap+t, s.fg)
	case '║':
		s.fill(cx-gap-t, 0, cx-gap+t, h, s.fg)
		s.fill(cx+gap-t, 0, cx+gap+t, h, s.fg)
	default:
		return false
	}
	return true
}

// arc draws a quarter of a circle from the vertical to the horizontal middle line.
func (s shape) arc(right, down bool) {
	w, h := float64(s.at.Dx()), float64(s.at.Dy())
	t, r := float64(s.stroke(1)), w/2
	s.smooth(func(x, y float64) bool {
		// Mirror everything to the corner that goes right and down.
		if !right {
			x = w - x
		}
		if !down {
			y = h - y
		}
		if y >= h/2+r {
			return math.Abs(x-w/2) <= t
		}
		return x < w/2+r && math.Abs(math.Hypot(x-(w/2+r), y-(h/2+r))-r) <= t
	})
}
