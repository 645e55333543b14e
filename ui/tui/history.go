package tui

import (
	"fmt"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/tui/chart"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// history is the strip that shows how full the ring was.
type history struct{ m *model.Moment }

// steps are the stretches of time that one column may show.
var steps = []time.Duration{
	model.FineSlot, 2 * model.FineSlot, 3 * model.FineSlot, 4 * model.FineSlot, 5 * model.FineSlot,
	time.Second, 2 * time.Second, 3 * time.Second, 4 * time.Second, 5 * time.Second, 6 * time.Second, 8 * time.Second, 10 * time.Second,
	12 * time.Second, 15 * time.Second, 20 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute,
}

// reach is how far back a history goes, fineReach how far its fine slots do.
const (
	reach     = model.CoarseSlots * model.CoarseSlot
	fineReach = model.FineSlots * model.FineSlot
)

// scale picks the shortest column with which columns of them reach back over what was watched, and for which there are slots.
func scale(watched time.Duration, columns int) time.Duration {
	watched = min(watched, reach)
	for _, s := range steps {
		if time.Duration(columns)*s >= watched && (s >= model.CoarseSlot || watched <= fineReach) {
			return s
		}
	}
	return steps[len(steps)-1]
}

// minStrip is how many columns the labels of the shortest strip need.
const minStrip = 16

// watched is how long this ring has been watched at the moment.
func (h history) watched() time.Duration {
	if h.m == nil || h.m.Sample == nil || h.m.Sample.Since.IsZero() {
		return 0
	}
	return max(0, h.m.Sample.At.Sub(h.m.Sample.Since))
}

func (h history) draw(c canvas, boxed bool) {
	w, rows := c.Size()
	if w < 4 || rows == 0 {
		return
	}
	columns := w
	if boxed {
		columns -= 4
	}
	step := scale(h.watched(), columns)
	span := min(rounded(h.watched()), time.Duration(columns)*step, reach)
	if boxed {
		c = c.box(c.set.Spell("how full, last "+whole(span)), "worst of each "+whole(step), "")
		_, rows = c.Size()
		c = c.within(c.Sub(1, 0, columns, rows))
	}
	c.spot(words.TopicHistory, 0, rows-1, columns)
	if h.m == nil || h.m.History == nil || ring(h.m) == nil {
		return
	}
	strip := chart.History{
		Values: h.values(step, columns), Top: 1, Color: c.th.Unread,
		From: whole(span), To: "now", Line: c.th.Faint, Words: c.th.Dim, Marks: h.marks(c, step, columns),
	}
	if c.th.Unread == paint.Default {
		strip.Color = paint.Default
	}
	// What came before we looked is not drawn: the strip begins with its first label, which hides no mark.
	if used := int(h.watched()/step) + text.Width(strip.From) + 3; used < columns {
		used = max(used, min(minStrip, columns))
		strip.Values = strip.Values[columns-used:]
		c = c.within(c.Sub(columns-used, 0, used, rows))
	}
	strip.Draw(c.Area)
}

// values are the worst fill of each column, 0 to 1.
func (h history) values(step time.Duration, columns int) []float64 {
	slots, slot := h.m.History.Coarse, model.CoarseSlot
	if step < model.CoarseSlot {
		slots, slot = h.m.History.Fine, model.FineSlot
	}
	size := float64(max(1, ring(h.m).Size()))
	return fold(slots, slot, step, when(h.m), columns, func(of []model.Slot) float64 {
		worst := uint64(0)
		for i := range of {
			worst = max(worst, of[i].UsedMax)
		}
		return min(1, float64(worst)/size)
	})
}

// fold sums up slots into columns of step that begin at whole multiples of it, so that a column does not change any more once it is
// over. The last one holds now. A column in which nobody looked is a gap.
func fold(slots []model.Slot, slot, step time.Duration, now time.Time, columns int, of func([]model.Slot) float64) []float64 {
	values := make([]float64, columns)
	end := now.Truncate(step).Add(step)
	j := len(slots)
	for i := columns - 1; i >= 0; i-- {
		from := end.Add(-step)
		k := j
		for k > 0 && (slots[k-1].At.IsZero() || !slots[k-1].At.Before(from)) {
			if slots[k-1].At.IsZero() && j-k >= int(step/slot) {
				break
			}
			k--
		}
		values[i] = chart.Gap()
		if looked := seen(slots[k:j]); len(looked) > 0 {
			values[i] = of(looked)
		}
		j, end = k, from
	}
	return values
}

// seen leaves out the slots at either end in which nobody looked.
func seen(s []model.Slot) []model.Slot {
	for len(s) > 0 && s[0].At.IsZero() {
		s = s[1:]
	}
	for len(s) > 0 && s[len(s)-1].At.IsZero() {
		s = s[:len(s)-1]
	}
	return s
}

// marks are the events below the strip.
func (h history) marks(c canvas, step time.Duration, columns int) []chart.Mark {
	var out []chart.Mark
	end := when(h.m).Truncate(step)
	for i, m := range h.m.History.Marks {
		back := int(end.Sub(m.At.Truncate(step)) / step)
		if back < 0 || back >= columns {
			continue
		}
		mark := chart.Mark{Back: back}
		switch m.Kind {
		case model.MarkBegan:
			mark.Glyph, mark.Style = c.set.Shape(m.Severity), severity(c.th, m.Severity)
			mark.Label = words.Tag(m.Code)
		case model.MarkEnded:
			mark.Glyph, mark.Style = c.set.Shape(model.Fine), c.th.Fine
		case model.MarkLapped:
			mark.Glyph, mark.Style, mark.Label = c.set.Shape(model.Warning), c.th.Warning, "gap"
		case model.MarkAttached:
			if i == 0 {
				continue // where watching began is where the strip begins
			}
			mark.Glyph, mark.Style = string(c.th.Glyphs.Selected), c.th.Accent
			if m.ID != 0 {
				mark.Label = fmt.Sprintf("id %d", m.ID)
			}
		case model.MarkGone:
			mark.Glyph, mark.Style, mark.Label = c.set.Shape(model.Warning), c.th.Warning, "gone"
		case model.MarkOwners:
			mark.Glyph, mark.Style, mark.Label = string(c.th.Glyphs.Selected), c.th.Accent, "owners"
		}
		out = append(out, mark)
	}
	return out
}

// whole is a time that was set rather than measured, without decimals that say nothing: `10 s`, `0.2 s`, `9 min`.
func whole(d time.Duration) string {
	s := text.Lasting(d)
	if d >= time.Minute && d%time.Minute != 0 {
		return s
	}
	return strings.Replace(s, ".0 s", " s", 1)
}

// flow is one direction of the ring's traffic: bytes of a slot.
type flow func(*model.Slot) uint64

func in(s *model.Slot) uint64  { return s.Bytes }
func out(s *model.Slot) uint64 { return s.Consumed }

// headroom is how much higher the scale of a flow is than the most that came or went: a steady flow is a calm line below the edge.
const headroom = 1.25

// drawSpark draws a flow during the last sparkWindow in at most room columns from x of row y. What comes in and what goes out have
// the same scale, so that the higher line is the larger flow. The column that is not over yet is left out: it would look like a fall.
func drawSpark(c canvas, x, y, room int, m *model.Moment, of flow) (columns int) {
	per := int(sparkWindow / model.FineSlot) // slots
	step := model.FineSlot * time.Duration((per+room-1)/room)
	columns = int((sparkWindow + step - 1) / step)
	sums := func(of flow) []float64 {
		return fold(m.History.Fine, model.FineSlot, step, when(m), columns+1, func(slots []model.Slot) float64 {
			sum := uint64(0)
			for i := range slots {
				sum += of(&slots[i])
			}
			return float64(sum)
		})[:columns]
	}
	most := 0.0
	for _, direction := range []flow{in, out} {
		for _, v := range sums(direction) {
			if !chart.IsGap(v) {
				most = max(most, v)
			}
		}
	}
	chart.Spark(c.Area, x, y, columns, c.th.Free, headroom*most, sums(of))
	return columns
}
