package tui

import (
	"time"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/tui/chart"
)

// Measures of the lines that show the last seconds of what comes in and of what goes out.
const (
	sparkWindow  = 10 * time.Second
	sparkColumn  = 23 // behind the longest rates, where the panel is narrow
	sparkMinimum = 8
	sparkMost    = 50

	topLabel   = 13 // `max 80 MiB/s`: the label of a line has this much room, whatever it says, so that nothing jumps
	topShort   = 7  // `80 MiB`
	topLead    = "max "
	topPerTime = "/s"
)

// flow is one direction of the ring's traffic: bytes of a slot.
type flow struct {
	of     func(*model.Slot) uint64
	scaled bool // its label tells the scale; the other's tells the time of a column
}

var (
	in  = flow{func(s *model.Slot) uint64 { return s.Bytes }, true}
	out = flow{func(s *model.Slot) uint64 { return s.Consumed }, false}
)

// spark draws the last seconds of a flow from x on. What comes in and what goes out have the same scale, so that the higher line is the
// larger flow; the label of one line tells the scale's top, that of the other how much time one column is: a burst that is shorter
// than that is lower than it was.
func (f figures) spark(c canvas, x, y, w int, r figure) {
	room, label := w-x-1-topLabel, topLabel
	if room < sparkMinimum {
		room, label = w-x-1-topShort, topShort
	}
	if room < sparkMinimum || f.m == nil || f.m.History == nil || state(f.m) == model.Waiting {
		return
	}
	s := sparksOf(f.m, min(room, sparkMost))
	values, said := s.out, "each "+whole(s.step)
	if label == topShort {
		said = whole(sparkWindow)
	}
	if r.chart.scaled {
		values, said = s.in, s.label(label == topShort)
	}
	chart.Spark(c.Area, x, y, len(values), c.th.Free, s.top, values)
	c.say(x+len(values)+1, y, c.th.Dim, said)
	c.spot(r.also, x, y, len(values))
}

// sparks are both flows in columns of step. The column that is not over yet is left out: it would look like a fall.
type sparks struct {
	in, out []float64 // bytes
	step    time.Duration
	top     float64 // bytes in a column; 0: nothing came or went
}

// sparksOf are the flows of the last sparkWindow before m in at most room columns.
func sparksOf(m *model.Moment, room int) sparks {
	per := int(sparkWindow / model.FineSlot) // slots
	s := sparks{step: model.FineSlot * time.Duration((per+room-1)/room)}
	columns := int((sparkWindow + s.step - 1) / s.step)
	sums := func(f flow) []float64 {
		return fold(m.History.Fine, s.step, when(m), columns+1, func(slots []model.Slot) float64 {
			if slots[0].At.Truncate(s.step).Before(m.Sample.Since) {
				return chart.Gap() // watching began within it
			}
			sum := uint64(0)
			for i := range slots {
				sum += f.of(&slots[i])
			}
			return float64(sum)
		})[:columns]
	}
	s.in, s.out = sums(in), sums(out)
	most := 0.0
	for _, values := range [][]float64{s.in, s.out} {
		for _, v := range values {
			if !chart.IsGap(v) {
				most = max(most, v)
			}
		}
	}
	s.top = round(headroom*most/s.step.Seconds()) * s.step.Seconds()
	return s
}

// headroom is how much higher the scale of a flow is at least than the most that came or went.
const headroom = 1.1

// tops are where a scale may end, in its unit: far enough apart that it rarely changes.
var tops = [...]float64{1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 60, 80, 100, 150, 200, 300, 400, 500, 600, 800}

// round is the next top above v, bytes per second.
func round(v float64) float64 {
	unit := 1.0
	for v > tops[len(tops)-1]*unit {
		unit *= 1024
	}
	for _, top := range tops {
		if v <= top*unit {
			if v <= 0 {
				return 0
			}
			return top * unit
		}
	}
	return v
}

// label tells the top of the scale.
func (s *sparks) label(short bool) string {
	if s.top <= 0 {
		return ""
	}
	size := text.Size(uint64(s.top/s.step.Seconds() + 0.5))
	if short {
		return size
	}
	return topLead + size + topPerTime
}
