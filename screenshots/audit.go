package main

import (
	"errors"
	"fmt"
	"image/color"
	"unicode"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"

	"ringscope/ui/tui/paint"
)

// Contrasts that every cell must have, as WCAG 2.2 asks for them.
const (
	textContrast  = 4.5
	shapeContrast = 3
)

// audit looks at every cell of a screen: whether what stands there can be read, and whether red is kept for problems.
func (p *painter) audit(e *vt.Emulator) error {
	var errs []error
	for y := range e.Height() {
		for x := range e.Width() {
			if c := e.CellAt(x, y); c != nil {
				if err := p.auditCell(c); err != nil {
					errs = append(errs, fmt.Errorf("column %d, row %d: %q %w", x, y, c.Content, err))
				}
			}
		}
	}
	const shown = 5
	if n := len(errs); n > shown {
		errs = append(errs[:shown], fmt.Errorf("and %d more cells", n-shown))
	}
	return errors.Join(errs...)
}

func (p *painter) auditCell(c *uv.Cell) error {
	fg, bg := p.colors(c)
	if c.Content == "" || c.Content == " " {
		fg = bg
	}
	for _, v := range []color.RGBA{fg, bg} {
		switch {
		case green(v):
			return fmt.Errorf("is green: %02x%02x%02x", v.R, v.G, v.B)
		case red(v) && c.Content != "▲" && c.Content != "!":
			return fmt.Errorf("is red, but no problem's shape: %02x%02x%02x", v.R, v.G, v.B)
		}
	}
	least := contrastFor(c.Content)
	if got, ok := paint.FromColor(fg).Contrast(paint.FromColor(bg)); ok && got < least {
		return fmt.Errorf("has a contrast of %.2f, want %v: %02x%02x%02x on %02x%02x%02x", got, least, fg.R, fg.G, fg.B, bg.R, bg.G, bg.B)
	}
	return nil
}

// contrastFor is what a character needs: letters and digits are read, the rest are shapes, also those that ASCII stands in for. It
// is nothing where there is nothing to see, and for parts of the circle, whose edges are blended with the background on purpose.
func contrastFor(content string) float64 {
	r, _ := utf8.DecodeRuneInString(content)
	switch {
	case content == "" || content == " " || r >= 0x2580 && r <= 0x259f:
		return 1
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		return textContrast
	}
	return shapeContrast
}

// red and green are the colours that nobody would call anything else, bright or dark.
func red(c color.RGBA) bool {
	return c.R > 0x80 && int(c.R) > int(c.G)*3/2+0x20 && int(c.R) > int(c.B)*3/2+0x20 && near(c.G, c.B)
}

func green(c color.RGBA) bool {
	return c.G > 0x60 && int(c.G) > int(c.R)+0x28 && int(c.G) > int(c.B)+0x28
}

func near(a, b uint8) bool { return max(a, b)-min(a, b) < 0x20 }
