package tui

import "github.com/charmbracelet/x/term"

// Cells are between square and three times as high as wide; what says otherwise does not know.
const (
	leastAspect = 1.0
	mostAspect  = 3.0
)

// aspect is how many times higher than wide a cell of the terminal is; 0: it does not tell, and 2 is nearly right.
func (c *Config) aspect() float64 {
	out, ok := c.output().(term.File)
	if !ok {
		return 0
	}
	columns, rows, width, height, ok := pixels(out.Fd())
	if !ok {
		return 0
	}
	return aspectOf(columns, rows, width, height)
}

// aspectOf is the aspect of a cell, to a twentieth: the last row of pixels may belong to no cell.
func aspectOf(columns, rows, width, height int) float64 {
	if columns <= 0 || rows <= 0 || width < columns || height < rows {
		return 0
	}
	a := float64(height/rows) / float64(width/columns)
	if a < leastAspect || a > mostAspect {
		return 0
	}
	return float64(int(a*20+0.5)) / 20
}
