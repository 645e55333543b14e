package paint

import "math"

// Attr is a set of text attributes.
type Attr uint8

// Attributes that every terminal shows in some way.
const (
	Bold Attr = 1 << iota
	Faint
	Italic
	Underline
	Reverse
)

// Style is how a cell looks. The zero value is plain text in the terminal's own colours.
type Style struct {
	FG, BG Color
	Attr   Attr
}

// With is s with more attributes.
func (s Style) With(a Attr) Style {
	s.Attr |= a
	return s
}

// On is s on another background.
func (s Style) On(bg Color) Style {
	s.BG = bg
	return s
}

// linear undoes the sRGB transfer curve.
func linear(v uint8) float64 {
	f := float64(v) / 255
	if f <= 0.04045 {
		return f / 12.92
	}
	return math.Pow((f+0.055)/1.055, 2.4)
}
