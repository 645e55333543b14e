package chart

import "ringscope/ui/tui/paint"

// Spark draws values as a line of bars, one column each, the newest at column x+width-1. Older ones that do not fit are
// left out. The scale ends at most, or, if that is 0, at the largest of those shown: lines of one unit above each other
// want a common one, see [Most]. The largest stays an eighth below the edge, so that such lines don't grow together.
func Spark(a paint.Area, x, y, width int, c paint.Color, values []float64, most float64) {
	if width <= 0 {
		return
	}
	shown, skip := last(values, width)
	most = top(shown, most)
	for i, v := range shown {
		if !IsGap(v) {
			bar(a, x+skip+i, y, height(v, most, 7), c)
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
