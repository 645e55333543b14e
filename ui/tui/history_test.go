package tui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ui/tui/chart"
	"ringscope/ui/tui/paint"
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

// TestTheStripReachesBackBeyondTenMinutes: what left the seconds' slots is still on the strip, without a gap where it moved on.
func TestTheStripReachesBackBeyondTenMinutes(t *testing.T) {
	m := play(t, "quiet", 25*time.Minute+7*time.Second, nil)
	for _, columns := range []int{20, 40, 72, 135} {
		h := history{m: m}
		step := scale(h.watched(), columns)
		used := int(h.watched() / step)
		if step < model.LongSlot || used > columns {
			t.Fatalf("%d columns of %v for %v", columns, step, h.watched())
		}
		values := h.values(step, columns)
		for i, v := range values[columns-used:] {
			if chart.IsGap(v) {
				t.Errorf("%d columns of %v: column %d of %d is a gap", columns, step, i, used)
			}
		}
		if most := slices.Max(values[max(0, columns-used-2):]); most <= 0 {
			t.Errorf("the traffic of the beginning is not on the strip")
		}
	}
}

// TestColumnsReachBackWhereverTheyBegin: the last column has only begun, and the first one may have.
func TestColumnsReachBackWhereverTheyBegin(t *testing.T) {
	for columns := 40; columns < 200; columns += 7 {
		for watched := time.Second; watched < reach; watched += 7 * time.Second {
			if step := scale(watched, columns); time.Duration(columns-1)*step < watched {
				t.Fatalf("%d columns of %v for %v", columns, step, watched)
			}
		}
	}
}

// TestMarksInTheirOrder: a beginning that is told late does not stand over what came after it.
func TestMarksInTheirOrder(t *testing.T) {
	m := slow()
	at := func(back time.Duration) time.Time { return when(m).Add(-back) }
	m.History.Marks = []model.Mark{
		{At: at(20 * time.Second), Kind: model.MarkBegan, Code: model.Burst, Severity: model.Warning},
		{At: at(10 * time.Second), Kind: model.MarkEnded, Code: model.Burst},
		{At: at(40 * time.Second), Kind: model.MarkBegan, Code: model.ConsumerSlow, Severity: model.Problem},
	}
	marks := history{m: m, to: "now"}.marks(canvas{th: paint.NewTheme(paint.Terminal{})}, time.Second, 118)
	for i := range marks {
		if i > 0 && marks[i].Back >= marks[i-1].Back {
			t.Errorf("mark %d is %d columns back, the one before it %d", i, marks[i].Back, marks[i-1].Back)
		}
	}
	if len(marks) != 3 || marks[0].Back != 40 || marks[0].Lasts != 40 || marks[1].Lasts != 10 {
		t.Errorf("%+v", marks)
	}
}
