package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/tui/chart"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// history is the strip that shows how full the ring was.
type history struct {
	m    *model.Moment // whose history it is
	at   time.Time     // the moment looked at, while the view is frozen; zero: it is live
	to   string        // what stands at the right end
	note string        // what happened at the moment looked at; empty: nothing to say
}

// steps are the stretches of time that one column may show.
var steps = []time.Duration{
	model.FineSlot, 2 * model.FineSlot, 3 * model.FineSlot, 4 * model.FineSlot, 5 * model.FineSlot,
	time.Second, 2 * time.Second, 3 * time.Second, 4 * time.Second, 5 * time.Second, 6 * time.Second, 8 * time.Second, 10 * time.Second,
	12 * time.Second, 15 * time.Second, 20 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute,
}

// How far back the slots of a history go.
const (
	fineReach   = model.FineSlots * model.FineSlot
	coarseReach = model.CoarseSlots * model.CoarseSlot
	reach       = coarseReach + model.LongSlots*model.LongSlot
)

// scale picks the shortest column with which columns of them reach back over what was watched, and for which there are slots.
func scale(watched time.Duration, columns int) time.Duration {
	watched = min(watched, reach)
	for _, s := range steps {
		fine, coarse := s >= model.CoarseSlot || watched <= fineReach, s >= model.LongSlot || watched <= coarseReach
		if time.Duration(columns-1)*s >= watched && fine && coarse { // columns begin at whole multiples: one more may be needed
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

// columnsOf is how many columns the strip has in w cells.
func columnsOf(w int, boxed bool) int {
	if boxed {
		return w - 4
	}
	return w
}

func (h history) draw(c canvas, boxed bool) {
	w, rows := c.Size()
	columns := columnsOf(w, boxed)
	if columns < 4 || rows == 0 {
		return
	}
	step := scale(h.watched(), columns)
	span := min(rounded(h.watched()), time.Duration(columns-1)*step, reach)
	if boxed {
		note := "worst of each " + whole(step)
		if h.note != "" {
			note = h.note
		}
		c = c.box(c.set.Spell("how full, last "+whole(span)), note, "")
		_, rows = c.Size()
		c = c.within(c.Sub(1, 0, columns, rows))
	}
	c.spot(words.TopicHistory, 0, 0, columns)
	all := c
	if h.m == nil || h.m.History == nil || ring(h.m) == nil {
		return
	}
	strip := chart.History{
		Values: h.values(step, columns), Top: 1, Color: c.th.Unread,
		From: whole(span), To: h.to, Line: c.th.Faint, Words: c.th.Dim, Marks: h.marks(c, step, columns),
		Cursor: h.cursor(step), Pointer: c.th.Accent.With(paint.Bold),
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
	h.spots(c, strip.Marks, step)
	if !boxed {
		h.names(all)
	}
}

// names says at the upper left corner, where there is no border to say it, what the strip shows and where its scale ends; as much as
// hides nothing.
func (h history) names(c canvas) {
	w, _ := c.Size()
	for _, s := range []string{"how full, up to 100 %", "full, up to 100 %", "full 100 %", "100 %"} {
		n := text.Width(s)
		free := n+2 <= w
		for x := 0; free && x < n+2; x++ {
			cell := c.At(x, 0)
			free = cell.Rune == ' ' && cell.Style.BG == paint.Default
		}
		if free {
			c.say(0, 0, c.th.Dim, s)
			return
		}
	}
}

// spots are what can be explained below the strip.
func (h history) spots(c canvas, marks []chart.Mark, step time.Duration) {
	w, rows := c.Size()
	if n := h.cursor(step); n > 0 {
		c.spot(words.TopicMoment, w-n, rows-1, 1)
	}
	for _, m := range marks {
		c.spot(words.Topic(m.Name), w-1-m.Back, rows-1, 1)
	}
}

// cursor is the column of the moment looked at, counted from 1 at the right edge; 0: none.
func (h history) cursor(step time.Duration) int {
	if h.at.IsZero() {
		return 0
	}
	return h.back(h.at, step) + 1
}

// back is how many columns of step lie between t and the right edge.
func (h history) back(t time.Time, step time.Duration) int {
	return int(when(h.m).Truncate(step).Sub(t.Truncate(step)) / step)
}

// timeAt is the moment that a click on column x of the screen means: the one at which the ring was fullest within that column.
func (h history) timeAt(l *layout, x int) (t time.Time, ok bool) {
	if h.m.History == nil {
		return t, false
	}
	in := l.history
	if l.boxed {
		in = in.inner().inner()
	}
	step := scale(h.watched(), in.w)
	back := max(0, min(in.x+in.w-1-x, in.w-1))
	if back == 0 {
		return when(h.m), true
	}
	slots := h.slots(step)
	from := when(h.m).Truncate(step).Add(-time.Duration(back) * step)
	worst := -1
	for i := range slots {
		if at := slots[i].At; at.Before(from) || !at.Before(from.Add(step)) {
			continue
		}
		if worst < 0 || slots[i].UsedMax > slots[worst].UsedMax {
			worst = i
		}
	}
	if worst < 0 {
		return t, false
	}
	return slots[worst].At, true
}

// slots are the slots that columns of step are made of.
func (h history) slots(step time.Duration) []model.Slot {
	if step < model.CoarseSlot {
		return h.m.History.Fine
	}
	if step >= model.LongSlot && len(h.m.History.Long) > 0 {
		return slices.Concat(h.m.History.Long, h.m.History.Coarse)
	}
	return h.m.History.Coarse
}

// values are the worst fill of each column, 0 to 1.
func (h history) values(step time.Duration, columns int) []float64 {
	size := float64(max(1, ring(h.m).Size()))
	return fold(h.slots(step), step, when(h.m), columns, func(of []model.Slot) float64 {
		worst := uint64(0)
		for i := range of {
			worst = max(worst, of[i].UsedMax)
		}
		return min(1, float64(worst)/size)
	})
}

// fold sums up slots into columns of step that begin at whole multiples of it, so that a column does not change any more once it is
// over. The last one holds now. A column in which nobody looked is a gap.
func fold(slots []model.Slot, step time.Duration, now time.Time, columns int, of func([]model.Slot) float64) []float64 {
	values := make([]float64, columns)
	from := now.Truncate(step)
	j := len(slots)
	for i := columns - 1; i >= 0; i-- {
		k := j
		for k > 0 && (slots[k-1].At.IsZero() || !slots[k-1].At.Before(from)) {
			k--
		}
		values[i] = chart.Gap()
		if looked := seen(slots[k:j]); len(looked) > 0 {
			values[i] = of(looked)
		}
		j, from = k, from.Add(-step)
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

// marks are the events below the strip, the oldest first, although one may be told later than what came after it. Of those in one column
// the worst is shown.
func (h history) marks(c canvas, step time.Duration, columns int) []chart.Mark {
	var out []chart.Mark
	var severities []model.Severity
	all := h.m.History.Marks
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return all[a].At.Compare(all[b].At) })
	for _, i := range order {
		m := all[i]
		back := h.back(m.At, step)
		if back < 0 || back >= columns || m.Kind == model.MarkAttached && i == 0 {
			continue // where watching began is where the strip begins
		}
		mark, s := h.mark(c, m), m.Severity
		if m.Kind == model.MarkBegan {
			mark.Lasts = back - h.ended(i, step)
		}
		if m.Kind == model.MarkEnded {
			s = model.Fine
		}
		mark.Back = back
		if n := len(out) - 1; n >= 0 && out[n].Back == back {
			if s >= severities[n] {
				out[n], severities[n] = mark, s
			}
			continue
		}
		out, severities = append(out, mark), append(severities, s)
	}
	return out
}

// ended is how many columns lie between the end of what began at mark i and the right edge: none while it stands.
func (h history) ended(i int, step time.Duration) int {
	all := h.m.History.Marks
	for _, m := range all[i+1:] {
		if m.Kind == model.MarkEnded && m.Code == all[i].Code {
			return max(0, h.back(m.At, step))
		}
		if m.Kind == model.MarkGone || m.Kind == model.MarkAttached {
			return max(0, h.back(m.At, step))
		}
	}
	return 0
}

// mark is how an event looks.
func (h history) mark(c canvas, m model.Mark) chart.Mark {
	mark := chart.Mark{Name: string(words.MarkTopic(m)), Glyph: string(c.th.Glyphs.Selected), Style: c.th.Accent}
	switch m.Kind {
	case model.MarkBegan:
		mark.Glyph, mark.Style, mark.Label = c.set.Shape(m.Severity), severity(c.th, m.Severity), words.Tag(m.Code)
		mark.Longer = mark.Label + " " + strings.TrimSuffix(text.Clock(m.At), "Z")
	case model.MarkEnded:
		mark.Glyph, mark.Style, mark.Label = c.set.Shape(model.Fine), c.th.Fine, "over"
	case model.MarkLapped:
		mark.Glyph, mark.Style, mark.Label = c.set.Shape(model.Warning), c.th.Warning, "gap"
	case model.MarkGone:
		mark.Glyph, mark.Style, mark.Label = c.set.Shape(model.Warning), c.th.Warning, "gone"
	case model.MarkOwners:
		mark.Label = "owners"
	case model.MarkAttached:
		if m.ID != 0 {
			mark.Label = fmt.Sprintf("id %d", m.ID)
		}
	}
	return mark
}

// whole is a time that was set rather than measured, without decimals that say nothing: `10 s`, `0.2 s`, `9 min`.
func whole(d time.Duration) string {
	s := text.Lasting(d)
	if d >= time.Minute && d%time.Minute != 0 {
		return s
	}
	return strings.Replace(s, ".0 s", " s", 1)
}
