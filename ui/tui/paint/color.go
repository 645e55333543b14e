package paint

import (
	"image/color"
	"math"
)

// Color is a colour of a cell as the terminal will be told it. The zero value is the terminal's default.
type Color uint32

const (
	kindShift = 24
	kindIndex = 1
	kindRGB   = 2
)

// Default is the terminal's own foreground or background.
const Default Color = 0

// Indexed is colour i of the terminal's palette: 0 to 15 the user's own, 16 to 255 the fixed cube and grey ramp.
func Indexed(i uint8) Color { return kindIndex<<kindShift | Color(i) }

// RGB is an exact colour, 0xRRGGBB.
func RGB(v uint32) Color { return kindRGB<<kindShift | Color(v&0xffffff) }

// FromColor is c as an exact colour; nil is [Default].
func FromColor(c color.Color) Color {
	if c == nil {
		return Default
	}
	r, g, b, _ := c.RGBA()
	return RGB(r>>8<<16 | g>>8<<8 | b>>8)
}

// Exact reports whether c is an exact colour, and its parts.
func (c Color) Exact() (r, g, b uint8, ok bool) {
	if c>>kindShift != kindRGB {
		return 0, 0, 0, false
	}
	return uint8(c >> 16), uint8(c >> 8), uint8(c), true
}

// Mix is c laid over under with the given share, 0 to 1, as light adds up: half of white and black is the grey of a fine
// pattern of both. Colours that are not exact can't be mixed: c comes back.
func (c Color) Mix(under Color, share float64) Color {
	r, g, b, ok := c.Exact()
	ur, ug, ub, uok := under.Exact()
	if !ok || !uok {
		return c
	}
	part := func(a, b uint8) uint32 { return uint32(gamma(linear(b) + (linear(a)-linear(b))*share)) }
	return RGB(part(r, ur)<<16 | part(g, ug)<<8 | part(b, ub))
}

// Luminance is the relative luminance of an exact colour as WCAG defines it, 0 (black) to 1 (white).
func (c Color) Luminance() (float64, bool) {
	r, g, b, ok := c.Exact()
	if !ok {
		return 0, false
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b), true
}

// linear undoes the sRGB transfer curve, gamma applies it.
func linear(v uint8) float64 {
	f := float64(v) / 255
	if f <= 0.04045 {
		return f / 12.92
	}
	return math.Pow((f+0.055)/1.055, 2.4)
}

func gamma(f float64) uint8 {
	if f <= 0.0031308 {
		f *= 12.92
	} else {
		f = 1.055*math.Pow(f, 1/2.4) - 0.055
	}
	return uint8(f*255 + 0.5)
}
