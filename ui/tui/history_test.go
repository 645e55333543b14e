package tui

import (
	"fmt"
	"testing"
	"time"

	"ringscope/ui/tui/chart"
)

// TestTheStripShowsAllThatWasWatched: a column is a gap only where nobody looked, however wide the strip is.
func TestTheStripShowsAllThatWasWatched(t *testing.T) {
	for _, columns := range []int{20, 40, 72, 135, 260} {
		for _, seconds := range []int{3, 9, 17, 31, 64, 200, 547} {
			t.Run(fmt.Sprintf("%d-%d", columns, seconds), func(t *testing.T) {
				m := scene{size: mib, producer: mib / 2, after: time.Duration(seconds) * time.Second, in: 1, out: 1}.moment()
				fine := m.History.Fine
				for len(fine) > 0 && fine[0].At.Before(begin) {
					fine = fine[1:]
				}
				m.History.Fine = fine
				h := history{m: m}
				step := scale(h.watched(), columns)
				values := h.values(step, columns)
				if chart.IsGap(values[columns-1]) { // its first slot is not over yet
					values = values[:columns-1]
				}
				seen := 0
				for i := len(values) - 1; i >= 0 && !chart.IsGap(values[i]); i-- {
					seen++
				}
				if told := time.Duration(seen) * step; told < h.watched()-step {
					t.Errorf("%d columns of %v tell of %v only, of %v", seen, step, told, h.watched())
				}
			})
		}
	}
}
