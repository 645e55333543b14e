package paint

// Cell is one character cell.
type Cell struct {
	Rune  rune   // 0: the right half of a wide character to the left
	Rest  string // further code points of the grapheme cluster; nearly always empty
	Style Style
	Width uint8 // columns: 1, or 2 for a wide character; 0 for its right half
}

var blank = Cell{Rune: ' ', Width: 1}

// Grid is a screen of cells. The zero value is an empty grid; [Grid.Resize] gives it a size.
type Grid struct {
	// ASCII folds everything that is drawn to ASCII, one column for one column.
	ASCII bool
	// Blocks writes a blank with a background as a full block in that colour: for terminals without back_color_erase (terminfo),
	// where whoever writes such blanks by erasing gets them in the terminal's own background.
	Blocks bool

	w, h  int
	cells []Cell
	out   []byte
}

// NewGrid is a blank grid of w columns and h rows.
func NewGrid(w, h int) *Grid {
	g := new(Grid)
	g.Resize(w, h)
	return g
}

// Resize sets the size, columns and rows, and clears the grid. Negative sizes are 0. Memory is kept.
func (g *Grid) Resize(w, h int) {
	g.w, g.h = max(w, 0), max(h, 0)
	n := g.w * g.h
	if cap(g.cells) < n {
		g.cells = make([]Cell, n)
	}
	g.cells = g.cells[:n]
	g.Clear()
}

// Size is the number of columns and rows.
func (g *Grid) Size() (w, h int) { return g.w, g.h }

// Clear makes every cell a blank in the terminal's own colours.
func (g *Grid) Clear() {
	for i := range g.cells {
		g.cells[i] = blank
	}
}

// At is the cell in column x of row y; a blank outside the grid.
func (g *Grid) At(x, y int) Cell {
	if x < 0 || y < 0 || x >= g.w || y >= g.h {
		return blank
	}
	return g.cells[y*g.w+x]
}

// All is the whole grid as an area.
func (g *Grid) All() Area { return Area{g: g, w: g.w, h: g.h, clip: rect{x1: g.w, y1: g.h}} }

// put writes one cell of any width into a column that the caller has clipped, and keeps wide characters whole: what is
// half overwritten becomes blank.
func (g *Grid) put(x, y int, c Cell) {
	row := g.cells[y*g.w : (y+1)*g.w]
	g.cut(row, x)
	if c.Width == 2 {
		g.cut(row, x+1)
		row[x+1] = Cell{Style: c.Style}
	}
	row[x] = c
}

// cut blanks the other half of a wide character that column x belongs to.
func (g *Grid) cut(row []Cell, x int) {
	switch row[x].Width {
	case 0:
		if x > 0 {
			row[x-1].Rune, row[x-1].Rest, row[x-1].Width = ' ', "", 1
		}
		row[x].Rune, row[x].Width = ' ', 1
	case 2:
		if x+1 < len(row) {
			row[x+1].Rune, row[x+1].Width = ' ', 1
		}
	}
}
