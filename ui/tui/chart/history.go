package chart

import "ringscope/ui/tui/paint"

// Mark is an event on the time line.
type Mark struct {
	Back  int    // how many columns before the newest value
	Glyph string // a severity
	Style paint.Style
	Label string // one word or two; left out where there is no room
	Name  string // what it is, to whoever draws it
}

// History is a strip of bars with a time line below.
type History struct {
	Values []float64 // one column each, the newest last
	Top    float64   // value at the upper edge; 0: the largest shown
	Color  paint.Color

	Marks    []Mark // the oldest first
	From, To string // at the ends of the time line: "9 min", "now"
	Line     paint.Style
	Words    paint.Style // of From, To and the labels

	Cursor  int         // column that is looked at, counted from 1 at the right edge; 0: none
	Pointer paint.Style // of its line
}

// Draw draws h into a: bars in all rows but the last, which is the time line.
func (h *History) Draw(a paint.Area) {
	w, rows := a.Size()
	if w <= 0 || rows <= 0 {
		return
	}
	bars := rows - 1
	shown, skip := last(h.Values, w)
	most := top(shown, h.Top)
	for i, v := range shown {
		if IsGap(v) || bars == 0 {
			continue
		}
		n := height(v, most, 8*bars)
		for y := bars - 1; y >= 0 && n > 0; y-- {
			bar(a, skip+i, y, n, h.Color)
			n -= 8
		}
	}
	h.line(a, bars)
	h.pointer(a, bars)
}

// pointer draws a line through the column that is looked at, over the mark below it; labels of the time line stay readable.
func (h *History) pointer(a paint.Area, bars int) {
	w, _ := a.Size()
	x := w - h.Cursor
	if h.Cursor <= 0 || x < 0 {
		return
	}
	line := '┃'
	if a.ASCII() {
		line = '|'
	}
	for y := range bars {
		switch c := a.At(x, y); {
		case c.Rune == ' ' && c.Style.BG == paint.Default:
			a.Set(x, y, h.Pointer, line)
		case c.Rune == ' ' || c.Rune == eighths[8] || c.Rune == steps[8]: // the solid part of the bar
			a.Set(x, y, paint.FG(h.Color).With(paint.Reverse), line)
		}
	}
	for _, m := range h.Marks {
		if m.Back == h.Cursor-1 {
			m.Style.Attr ^= paint.Reverse
			a.Text(x, bars, m.Style, m.Glyph)
			return
		}
	}
	if a.At(x, bars).Rune == '─' || a.ASCII() && a.At(x, bars).Rune == '-' {
		a.Set(x, bars, h.Pointer, line)
	}
}

// markWithin reports whether a mark lies in the first n of w columns: what happened matters more than a label.
func (h *History) markWithin(w, n int) bool {
	for _, m := range h.Marks {
		if x := w - 1 - m.Back; x >= 0 && x <= n {
			return true
		}
	}
	return false
}

// line draws the time line.
func (h *History) line(a paint.Area, y int) {
	w, _ := a.Size()
	for x := range w {
		a.Set(x, y, h.Line, '─')
	}
	begin := 0
	if h.From != "" && !h.markWithin(w, paint.Width(h.From)) {
		begin = a.Text(0, y, h.Words, h.From)
		a.Set(begin, y, h.Line, ' ')
		begin++
	}
	end := w
	if h.To != "" {
		end = a.Right(w, y, h.Words, h.To) - 1
		a.Set(end, y, h.Line, ' ')
	}
	for i, m := range h.Marks {
		x := w - 1 - m.Back
		n := paint.Width(m.Glyph)
		if x < begin || x+n > end {
			continue
		}
		a.Text(x, y, m.Style, m.Glyph)
		until := end - 1
		if i+1 < len(h.Marks) {
			until = min(until, w-1-h.Marks[i+1].Back)
		}
		at := x + n
		if l := paint.Width(m.Label); m.Label != "" && at+1+l+1 <= until {
			a.Set(at, y, h.Line, ' ')
			a.Text(at+1, y, h.Words, m.Label)
			a.Set(at+1+l, y, h.Line, ' ')
		}
	}
}
