package chart

import "ringscope/ui/tui/paint"

// Spark draws values as a line of bars, one column each, the newest at column x+width-1. Older ones that do not fit are
// left out. The scale ends at most, or, if that is 0, at the largest of those shown: lines of one unit above each other
// want a common one, see [Most]. The largest stays an eighth below the edge, so that such lines don't grow together, and
// what is more than nothing stands an eighth above it, so that a trickle beside a burst is still seen.
func Spark(a paint.Area, x, y, width int, c paint.Color, values []float64, most float64) {
	if width <= 0 {
		return
	}
	shown, skip := last(values, width)
	most = top(shown, most)
	for i, v := range shown {
		switch {
		case IsGap(v):
		case v > 0:
			bar(a, x+skip+i, y, max(height(v, most, 7), 2), c)
		default:
			bar(a, x+skip+i, y, 1, c)
		}
	}
}

// Most is the largest value of several series, 0 if there is none.
func Most(series ...[]float64) float64 {
	most := 0.0
	for _, values := range series {
		most = max(most, top(values, 0))
	}
	return most
}
