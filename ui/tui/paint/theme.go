package paint

import (
	"image/color"

	"github.com/charmbracelet/colorprofile"
)

// Terminal is what is known of a terminal.
type Terminal struct {
	Profile    colorprofile.Profile
	Background color.Color // nil: it has not told, or can't
	ASCII      bool        // no UTF-8
}

// Theme is the look of everything by meaning. There is one palette, safe for the colour-blind, in the forms that
// terminals can show; colour never carries a meaning alone.
type Theme struct {
	Text   Style // what is read first
	Strong Style // titles, the selected tab
	Dim    Style // labels, units, notes
	Faint  Style // frames, what is not there
	Accent Style // keys in the line of keys, links between things

	Problem Style // the ▲ of a problem, and nothing else
	Warning Style // the △ of a warning
	Hint    Style // the ○ of a hint
	Fine    Style // the ● of nothing wrong

	Unread    Color
	Discarded Color
	Busy      Color
	Free      Color // already read, or never written
	Mark      Color // spokes and ticks on the circle

	// Background is the terminal's, exact; [Default] when it is not known. Edges are blended with it only when it is known
	// and colours are exact.
	Background Color
	Glyphs     Glyphs
	ASCII      bool
}

// Blends reports whether edges may be blended with the background.
func (t *Theme) Blends() bool {
	_, _, _, known := t.Background.Exact()
	_, _, _, exact := t.Unread.Exact()
	return known && exact && !t.ASCII
}

// Colored reports whether states have colours at all.
func (t *Theme) Colored() bool { return t.Unread != Default }

// FG is a style with the colour c in front.
func FG(c Color) Style { return Style{FG: c} }

// Glyphs are the symbols of states, in UTF-8 or ASCII. The shapes of severities are in ui/text.
type Glyphs struct {
	Unread, Discarded, Free, Never rune // fills of a strip, and the legend
	Busy, Worst, Selected          rune
}

var (
	utf8Glyphs  = Glyphs{Unread: '█', Discarded: '▒', Free: '━', Never: '╍', Busy: '◆', Worst: '▪', Selected: '▸'}
	asciiGlyphs = Glyphs{Unread: '#', Discarded: '%', Free: '-', Never: '.', Busy: '*', Worst: 'w', Selected: '>'}
)

// NewTheme is the theme for a terminal. A terminal that has not told its background gets the palette for dark ones,
// text in its own foreground, and no blending.
func NewTheme(t Terminal) *Theme {
	th := new(Theme)
	light := false
	if l, ok := FromColor(t.Background).Luminance(); ok && t.Background != nil {
		light = l > 0.18
		th.Background = FromColor(t.Background)
	}
	p := colorless
	switch t.Profile {
	case colorprofile.TrueColor:
		p = pick(light, exactDark, exactLight)
	case colorprofile.ANSI256:
		p = pick(light, cubeDark, cubeLight)
	case colorprofile.ANSI:
		p = pick(light, basicDark, basicLight)
	}
	p.apply(th)
	if t.Background == nil && p.colored {
		// Greys and near-whites picked for one background may vanish on the other.
		th.Text, th.Strong, th.Mark = Style{}, Style{Attr: Bold}, Default
		if p.greyUnknown != Default {
			th.Dim, th.Faint = FG(p.greyUnknown), FG(p.greyUnknown)
		}
	}
	th.ASCII = t.ASCII
	th.Glyphs = utf8Glyphs
	if t.ASCII {
		th.Glyphs = asciiGlyphs
	}
	return th
}

func pick(light bool, dark, bright palette) palette {
	if light {
		return bright
	}
	return dark
}
