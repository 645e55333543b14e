package chart

import (
	"math"

	"ringscope/ui/tui/paint"
)

// eighths are the blocks that fill a cell from below, by eighths; the last is drawn as a solid cell.
var eighths = [9]rune{' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'}

// steps are the same in ASCII.
var steps = [9]rune{' ', '_', '.', ':', '-', '=', '+', '*', '#'}

// Gap stands for a moment at which nobody looked.
func Gap() float64 { return math.NaN() }

// IsGap reports whether v stands for a moment at which nobody looked; what is not finite does too.
func IsGap(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// top is the largest value shown, or the fixed one.
func top(values []float64, fixed float64) float64 {
	if fixed > 0 {
		return fixed
	}
	most := 0.0
	for _, v := range values {
		if !IsGap(v) {
			most = max(most, v)
		}
	}
	return most
}

// height is v in eighths of a cell where top is full eighths high, at least 1: a known zero is a line, not a gap.
func height(v, top float64, full int) int {
	if top <= 0 || v <= 0 {
		return 1
	}
	return max(int(math.Round(min(v/top, 1)*float64(full))), 1)
}

// bar draws n eighths in one cell.
func bar(a paint.Area, x, y, n int, c paint.Color) {
	switch {
	case n <= 0:
	case a.ASCII():
		a.Set(x, y, paint.FG(c), steps[min(n, 8)])
	case n >= 8:
		a.Solid(x, y, c, '█')
	default:
		a.Set(x, y, paint.FG(c), eighths[n])
	}
}

// last is the n newest values, and how many columns stay empty before them.
func last(values []float64, n int) (shown []float64, skip int) {
	if len(values) > n {
		return values[len(values)-n:], 0
	}
	return values, n - len(values)
}
