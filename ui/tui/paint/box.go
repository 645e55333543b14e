package paint

// Box is a frame with texts on its border.
type Box struct {
	Title string // on the upper border, left
	Note  string // on the upper border, right; left out when there is no room for it
	Foot  string // on the lower border, right

	Border Style // of the lines
	Heads  Style // of Title
	Notes  Style // of Note and Foot
}

// Draw frames a and returns what is inside.
func (b Box) Draw(a Area) Area {
	w, h := a.Size()
	if w < 2 || h < 2 {
		return a.Sub(0, 0, 0, 0)
	}
	for x := 1; x < w-1; x++ {
		a.Set(x, 0, b.Border, '─')
		a.Set(x, h-1, b.Border, '─')
	}
	for y := 1; y < h-1; y++ {
		a.Set(0, y, b.Border, '│')
		a.Set(w-1, y, b.Border, '│')
	}
	a.Set(0, 0, b.Border, '╭')
	a.Set(w-1, 0, b.Border, '╮')
	a.Set(0, h-1, b.Border, '╰')
	a.Set(w-1, h-1, b.Border, '╯')
	top, foot := a.Sub(1, 0, w-2, 1), a.Sub(1, h-1, w-2, 1)
	heads(top, b.Title, b.Heads, b.Note, b.Notes)
	heads(foot, "", b.Heads, b.Foot, b.Notes)
	return a.Inset(1, 1)
}

// Rule draws a horizontal line with a title at its left end and a note at its right end.
func (b Box) Rule(a Area, y int) {
	w, _ := a.Size()
	for x := range w {
		a.Set(x, y, b.Border, '─')
	}
	heads(a.Sub(1, y, w-1, 1), b.Title, b.Heads, b.Note, b.Notes)
}

// heads writes texts onto a line, each with a blank before and after and one column of line left standing outside.
func heads(line Area, left string, ls Style, right string, rs Style) {
	w, _ := line.Size()
	at := 1
	if left != "" && w >= 5 {
		n := line.Fit(at+1, 0, w-4, ls, left)
		line.Set(at, 0, ls, ' ')
		line.Set(at+1+n, 0, ls, ' ')
		at += n + 2
	}
	if n := Width(right); right != "" && at+n+4 <= w {
		x := w - 1 - n - 2
		line.Set(x, 0, rs, ' ')
		line.Text(x+1, 0, rs, right)
		line.Set(x+1+n, 0, rs, ' ')
	}
}
