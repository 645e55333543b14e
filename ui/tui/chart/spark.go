package chart

import "ringscope/ui/tui/paint"

// Spark draws values as a line of bars, one column each, the newest at column x+width-1. Older ones that do not fit are
// left out. The value fixed would fill the cell; 0 takes the largest of those shown. The largest stays an eighth below the edge, so
// that lines above each other don't grow together; what is more than nothing stands an eighth above it, so that a trickle beside a
// burst is seen. Nothing is drawn for zero, which would look like a trickle; the columns of moments at which nobody looked have a dot.
func Spark(a paint.Area, x, y, width int, c paint.Color, fixed float64, values []float64) {
	if width <= 0 {
		return
	}
	shown, skip := last(values, width)
	most, full := top(shown, fixed), 7
	if fixed > 0 {
		full = 8
	}
	unseen := '·'
	if a.ASCII() {
		unseen = '?'
	}
	for i, v := range shown {
		switch {
		case IsGap(v):
			a.Set(x+skip+i, y, paint.FG(c), unseen)
		case v > 0:
			bar(a, x+skip+i, y, min(max(height(v, most, full), 2), 7), c)
		}
	}
}
