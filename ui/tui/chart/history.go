package chart

import "ringscope/ui/tui/paint"

// Mark is an event on the time line.
type Mark struct {
	Back   int    // how many columns before the newest value
	Glyph  string // a severity
	Style  paint.Style
	Label  string // one word or two; left out where there is no room
	Longer string // the same and more, where there is room for it; may be empty
	Name   string // what it is, to whoever draws it
	Lasts  int    // how many columns what began there lasted; they are drawn heavy
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
	switch r := a.At(x, bars).Rune; {
	case r == '─' || r == heavy(a) || a.ASCII() && r == '-':
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
	for _, m := range h.Marks {
		for x := w - m.Back; x < min(w, w-m.Back+m.Lasts); x++ {
			a.Set(x, y, h.Words, heavy(a))
		}
	}
	begin := 0
	if h.From != "" && !h.markWithin(w, paint.Width(h.From)) {
		begin = a.Text(0, y, h.Words, h.From)
		a.Set(begin, y, h.Line, ' ')
		begin++
	}
	end := w
	if n := paint.Width(h.To); h.To != "" && !h.markSince(w, w-1-n) {
		end = a.Right(w, y, h.Words, h.To) - 1
		a.Set(end, y, h.Line, ' ')
	}
	taken := begin // the first column that a label at the left of a mark may take
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
		taken = max(h.label(a, y, m, x, x+n, until, taken), x+n)
	}
}

// label writes the label of a mark between from and to beside it: at the right up to column until, or at the left from column free on. It
// returns the first column that is not taken by it.
func (h *History) label(a paint.Area, y int, m Mark, from, to, until, free int) int {
	for _, s := range [...]string{m.Longer, m.Label} {
		if l := paint.Width(s); l > 0 && to+1+l+1 <= until {
			a.Set(to, y, h.Line, ' ')
			a.Text(to+1, y, h.Words, s)
			a.Set(to+1+l, y, h.Line, ' ')
			return to + l + 2
		}
	}
	if l := paint.Width(m.Label); l > 0 && free+1 <= from-l-2 && !h.lastsAt(a, from-1) {
		a.Set(from-1, y, h.Line, ' ')
		a.Text(from-1-l, y, h.Words, m.Label)
		a.Set(from-2-l, y, h.Line, ' ')
	}
	return to
}

// lastsAt reports whether what began at some mark still lasted at column x.
func (h *History) lastsAt(a paint.Area, x int) bool {
	w, _ := a.Size()
	for _, m := range h.Marks {
		if at := w - 1 - m.Back; x > at && x <= at+m.Lasts {
			return true
		}
	}
	return false
}

// heavy is the time line while something lasts.
func heavy(a paint.Area) rune {
	if a.ASCII() {
		return '='
	}
	return '━'
}

// markSince reports whether a mark lies in column x of w or behind it.
func (h *History) markSince(w, x int) bool {
	for _, m := range h.Marks {
		if at := w - 1 - m.Back; at >= x && at < w {
			return true
		}
	}
	return false
}
