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
	Faint  Style // frames and rules, never text
	Accent Style // keys in the line of keys, links between things

	Problem Style // the ▲ of a problem, and nothing else
	Warning Style // the △ of a warning
	Hint    Style // the ○ of a hint
	Fine    Style // the ● of nothing wrong

	BusyText, DiscardedText Style // the names of these states

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

// NewTheme is the theme for a terminal. Where the background is known, every text has a contrast of 4.5 against it at least, and
// every shape one of 3. Where it is not, text is in the terminal's own foreground, and shapes keep theirs on a dark background and
// on a light one. Sixteen colours are the user's own: then both hold for the palette of VGA.
func NewTheme(t Terminal) *Theme {
	th := &Theme{ASCII: t.ASCII, Glyphs: utf8Glyphs}
	if t.ASCII {
		th.Glyphs = asciiGlyphs
	}
	if t.Background != nil {
		th.Background = FromColor(t.Background)
	}
	p := colorless
	switch t.Profile {
	case colorprofile.TrueColor:
		p = exact.on(th.Background)
	case colorprofile.ANSI256:
		p = cube.on(th.Background)
	case colorprofile.ANSI:
		p = basic.on(th.Background)
	}
	p.apply(th, th.Background)
	return th
}

// on is the form for a background; [Default] is one that is not known.
func (f *forms) on(background Color) palette {
	switch {
	case background == Default:
		return f.either
	case background.dark():
		return f.dark.heldOn(background)
	}
	return f.light.heldOn(background)
}
