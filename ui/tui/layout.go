package tui

// Sizes at which the layout changes, in cells.
const (
	minWidth  = 60 // below either of these only the first three lines and the size message remain
	minHeight = 16

	circleWidth = 72 // from here on the circle stands beside the figures
	boxWidth    = 100
	boxHeight   = 30 // boxes from here on

	detailWidth = 112 // the 64 bits of the selected record stand beside the table from here on
	wideTable   = 124 // a table that is as wide as this leaves the rest to the detail,
	wideDetail  = 78  // which is as wide as it has use for: 16 bytes a line
	leastDetail = 46

	circleGap = 2 // columns between the circle and the figures where no border parts them

	besideWidth = 74 // other pages stand between the table and the detail where these have room beside them:
	besideTable = 76
)

// Heights in rows.
const (
	headRows    = 3
	figureRows  = 8
	minHistory  = 3 // rows of the history strip, with its axis
	minTable    = 4 // rule, heads, two records
	minLowerBox = 7 // two borders, heads, four records

	besideOne = 12 // of a pane that has another page beside it,
	besideTwo = 17 // or two above each other,
	firstPage = 9  // of which the upper one has at least this
)

// rect is a part of the screen, in cells. A rect without cells is not shown.
type rect struct{ x, y, w, h int }

func (r rect) shown() bool { return r.w > 0 && r.h > 0 }

// inner is what a one-cell border leaves.
func (r rect) inner() rect { return rect{r.x + 1, r.y + 1, max(0, r.w-2), max(0, r.h-2)} }

// holds reports whether the cell lies in r.
func (r rect) holds(x, y int) bool { return x >= r.x && x < r.x+r.w && y >= r.y && y < r.y+r.h }

// layout says where everything stands. Lines 1 to 3 are there at every size that has three rows.
type layout struct {
	w, h    int
	head    [headRows]rect
	small   rect // the size message and what follows from it; shown instead of everything below
	boxed   bool
	circle  rect // with its border where boxed
	legend  rect // of the circle; inside the border where boxed
	figures rect
	history rect
	tape    rect // the straight strip
	records rect
	beside  [2]rect // pages of the lower pane that are always shown
	detail  rect    // the selected record's 64 bits
	keys    rect
}

// page is everything between line 3 and the key line.
func (l *layout) page() rect { return rect{0, headRows, l.w, max(0, l.h-headRows-1)} }

// arrange gives every panel its place. What goes first when it gets smaller: the tape, the record's detail, the boxes, the history.
// With tape, a screen that has no room for one takes it from the records.
func arrange(w, h int, tape bool) layout {
	l := layout{w: w, h: h}
	for i := range l.head {
		if i < h && w > 0 {
			l.head[i] = rect{0, i, w, 1}
		}
	}
	if w < minWidth || h < minHeight {
		l.small = rect{0, min(headRows, h), w, max(0, h-headRows)}
		return l
	}
	l.keys = rect{0, h - 1, w, 1}
	room := rect{0, headRows, w, h - headRows - 1}
	switch {
	case w >= boxWidth && h >= boxHeight:
		l.boxed = true
		l.arrangeBoxes(room)
	case w >= circleWidth:
		l.arrangeBands(room)
	default:
		l.arrangeFigures(room)
	}
	l.arrangeTape(tape)
	l.arrangeBeside()
	return l
}

// arrangeBeside takes the place of other pages from the table and the detail, where these are wider than they need be.
func (l *layout) arrangeBeside() {
	room := l.records.w + l.detail.w - besideWidth
	if !l.detail.shown() || l.records.h < besideOne || room < besideTable+leastDetail {
		return
	}
	if l.detail.w = leastDetail; room >= besideTable+wideDetail {
		l.detail.w = wideDetail
	}
	l.records.w = room - l.detail.w
	l.detail.x = l.w - l.detail.w
	at := rect{l.records.w, l.records.y, besideWidth, l.records.h}
	l.beside[0] = at
	if at.h >= besideTwo {
		upper := max(firstPage, at.h/2)
		l.beside[0].h = upper
		l.beside[1] = rect{at.x, at.y + upper, at.w, at.h - upper}
	}
}

// arrangeTape takes the place of the tape from the records, where enough of them are left, or where it was asked for.
func (l *layout) arrangeTape(asked bool) {
	n, left := tapeBand, l.records.h-tapeBand
	if l.boxed {
		n, left = tapeBox, l.records.h-tapeBox
	}
	switch {
	case left >= tapeTable || asked && left >= minTable:
		l.tape = rect{0, l.records.y, l.w, n}
		l.records.y, l.records.h = l.records.y+n, left
		if l.detail.shown() {
			l.detail.y, l.detail.h = l.records.y, left
		}
		if left < minLowerBox && l.detail.shown() {
			l.records.w, l.detail = l.w, rect{}
		}
	case asked && left >= 0:
		l.tape, l.records = rect{0, l.records.y, l.w, n}, rect{}
	}
}

// arrangeBoxes is the full screen: circle, figures and history above, table and detail below, all with borders.
func (l *layout) arrangeBoxes(room rect) {
	top := max(figureRows+2+minHistory+2, min(room.h*17/32, 40))
	cw := max(44, 2*(top-3)+6)
	cw = min(cw, room.w-56)
	l.circle = rect{room.x, room.y, cw, top}
	in := l.circle.inner()
	l.legend = rect{in.x, in.y + in.h - 1, in.w, 1}
	right := rect{room.x + cw, room.y, room.w - cw, top}
	l.figures = rect{right.x, right.y, right.w, figureRows + 2}
	l.history = rect{right.x, right.y + figureRows + 2, right.w, top - figureRows - 2}
	lower := rect{room.x, room.y + top, room.w, room.h - top}
	l.records = lower
	if room.w >= detailWidth && lower.h >= minLowerBox {
		dw := min(max(leastDetail, room.w-wideTable), wideDetail, room.w-66)
		l.records.w -= dw
		l.detail = rect{lower.x + l.records.w, lower.y, dw, lower.h}
	}
}

// arrangeBands is the screen without boxes: circle beside figures and history, the legend under both, then the table.
func (l *layout) arrangeBands(room rect) {
	top := min(room.h, max(figureRows+minHistory+2, room.h*13/20))
	if room.h-top < minTable {
		top = room.h
	}
	band := rect{room.x, room.y, room.w, top - 1}
	l.legend = rect{room.x, room.y + top - 1, room.w, 1}
	cw := min(2*band.h+1, room.w*2/5)
	l.circle = rect{band.x, band.y, cw - circleGap, band.h} // what stands outside of the rim must not read together with the figures
	right := rect{band.x + cw, band.y, band.w - cw, band.h}
	l.figures = rect{right.x, right.y, right.w, figureRows}
	if rest := right.h - figureRows; rest >= minHistory {
		l.history = rect{right.x, right.y + figureRows, right.w, rest}
	}
	if rest := room.h - top; rest >= minTable {
		l.records = rect{room.x, room.y + top, room.w, rest}
	}
}

// arrangeFigures is the narrow screen: figures over the whole width, then what fits of the table and the history.
func (l *layout) arrangeFigures(room rect) {
	l.figures = rect{room.x, room.y, room.w, figureRows}
	y, rest := room.y+figureRows, room.h-figureRows
	if rest >= minHistory {
		n := rest
		if rest >= minHistory+1+minTable {
			n = minHistory + 1
		}
		l.history = rect{room.x, y, room.w, n}
		y, rest = y+n, rest-n
	}
	if rest >= minTable {
		l.records = rect{room.x, y, room.w, rest}
	}
}
