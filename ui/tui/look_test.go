package tui

import (
	"fmt"
	"image/color"
	"iter"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// TestEveryScreenCanBeRead draws states and pages in every kind of terminal with more than sixteen colours, and measures each cell:
// letters and digits have a contrast of 4.5, what else is drawn one of 3, red is the shape of a problem, and nothing is green.
func TestEveryScreenCanBeRead(t *testing.T) {
	grey := func(v uint8) color.Color { return color.RGBA{v, v, v, 0xff} }
	for _, depth := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256} {
		for _, at := range []struct {
			name     string
			told     color.Color
			measured []paint.Color
		}{
			{"dark", grey(0x1e), []paint.Color{paint.RGB(0x1e1e1e)}},
			{"light", grey(0xfa), []paint.Color{paint.RGB(0xfafafa)}},
			{"unknown", nil, []paint.Color{paint.RGB(0x000000), paint.RGB(0x1e1e1e), paint.RGB(0xfdf6e3), paint.RGB(0xffffff)}},
		} {
			t.Run(fmt.Sprintf("%v %s", depth, at.name), func(t *testing.T) {
				t.Parallel()
				told := []tea.Msg{tea.ColorProfileMsg{Profile: depth}}
				if at.told != nil {
					told = append(told, tea.BackgroundColorMsg{Color: at.told})
				}
				colored := 0
				for name, draw := range everyScreen() {
					g := draw(told)
					for _, background := range at.measured {
						n, err := measured(g, background)
						colored += n
						if err != nil {
							t.Fatalf("%s: %v\n%s", name, err, g)
						}
					}
				}
				if colored < 10_000 {
					t.Errorf("only %d cells have a colour", colored)
				}
			})
		}
	}
}

// everyScreen are the states and pages of the viewer and of the start, each drawn after what the terminal told.
func everyScreen() iter.Seq2[string, func(told []tea.Msg) *paint.Grid] {
	return func(yield func(string, func([]tea.Msg) *paint.Grid) bool) {
		moments := states()
		moments["slow"], moments["calm"] = slow(), calm()
		for _, size := range sizes[:2] {
			for name, m := range moments {
				for _, key := range []string{"", "e", "enter", "?", "2", "3", "4", "6"} {
					if !yield(fmt.Sprintf("%s, key %q, %v", name, key, size), func(told []tea.Msg) *paint.Grid {
						v := still(size[0], size[1], Config{Still: m})
						for _, msg := range told {
							v.Update(msg)
						}
						if key != "" {
							press(v, key)
						}
						screen(v)
						return v.grid
					}) {
						return
					}
				}
			}
			for name, p := range map[string]StartPage{"a list": rings(12), "no rings": {Still: words.NoRings(text.UTF8, "edge-7", 312)}} {
				if !yield(fmt.Sprintf("%s, %v", name, size), func(told []tea.Msg) *paint.Grid {
					s := pageOf(size[0], size[1], p)
					for _, msg := range told {
						s.Update(msg)
					}
					s.View()
					return s.grid
				}) {
					return
				}
			}
		}
	}
}

// measured looks at every cell of a screen that has a colour of its own, and counts them.
func measured(g *paint.Grid, background paint.Color) (colored int, err error) {
	w, h := g.Size()
	for y := range h {
		for x := range w {
			c := g.At(x, y)
			fg, bg := c.Style.FG, c.Style.BG
			if bg == paint.Default {
				bg = background
			}
			if c.Style.Attr&paint.Reverse != 0 {
				fg, bg = bg, fg
			}
			ratio, ok := fg.Contrast(bg)
			if !ok || c.Rune == ' ' {
				continue // the terminal's own, or nothing to see
			}
			colored++
			least := 3.0
			switch {
			case unicode.IsLetter(c.Rune) || unicode.IsDigit(c.Rune):
				least = 4.5
			case c.Rune >= 0x2580 && c.Rune <= 0x259f:
				least = 1 // the circle's edges are blended with the background
			}
			if ratio < least {
				return colored, fmt.Errorf("%q in column %d of row %d has a contrast of %.2f on %06x, want %v", c.Rune, x, y, ratio, bg&0xffffff, least)
			}
			if warm, fresh := hues(fg); fresh || warm && c.Rune != '▲' {
				return colored, fmt.Errorf("%q in column %d of row %d is %06x", c.Rune, x, y, fg&0xffffff)
			}
		}
	}
	return colored, nil
}

// hues reports whether a colour is plainly red or plainly green. Those of the palette are taken for what they are in all terminals.
func hues(c paint.Color) (red, green bool) {
	r8, g8, b8, ok := c.Exact()
	if !ok {
		return c == paint.Indexed(196) || c == paint.Indexed(160) || c == paint.Indexed(203), false
	}
	r, g, b := int(r8), int(g8), int(b8)
	near := max(g, b)-min(g, b) < 0x20
	return near && r > 0x80 && r > g*3/2+0x20 && r > b*3/2+0x20, g > r+0x28 && g > b+0x28
}
