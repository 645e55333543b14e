package paint

// Contrast is the contrast of two colours as WCAG 2.2 defines it, 1 (the same) to 21 (black on white). It is not known, ok false,
// where one of them is the terminal's own: [Default], or one of the first sixteen of the palette.
func (c Color) Contrast(with Color) (ratio float64, ok bool) {
	c, mine := c.value()
	with, its := with.value()
	if !mine || !its {
		return 0, false
	}
	a, _ := c.Luminance()
	b, _ := with.Luminance()
	return (max(a, b) + 0.05) / (min(a, b) + 0.05), true
}

// middle is the luminance against which black and white have the same contrast, 4.58.
const middle = 0.179

// dark reports whether white can be read better on c than black.
func (c Color) dark() bool {
	l, ok := c.Luminance()
	return ok && l < middle
}

// Steps of the cube from 16 to 231, and of the greys from 232 on.
var cubeSteps = [6]Color{0, 95, 135, 175, 215, 255}

const (
	firstOfCube = 16
	firstGrey   = 232
)

// value is c as an exact colour; ok is false for what the user chose.
func (c Color) value() (exact Color, ok bool) {
	i := c & 0xff
	switch {
	case c>>kindShift == kindRGB:
		return c, true
	case c>>kindShift != kindIndex || i < firstOfCube:
		return c, false
	case i >= firstGrey:
		return RGB(uint32(8+10*(i-firstGrey)) * 0x10101), true
	}
	i -= firstOfCube
	return RGB(uint32(cubeSteps[i/36]<<16 | cubeSteps[i/6%6]<<8 | cubeSteps[i%6])), true
}

// heldOn is the colour nearest to c, on its way to white or black, that has the given contrast to a background, up to 4.58. A
// colour of the cube gives the nearest one of the cube; those that the user chose are left alone.
func (c Color) heldOn(background Color, ratio float64) Color {
	holds := func(c Color) bool {
		r, ok := c.Contrast(background)
		return !ok || r >= ratio
	}
	exact, ok := c.value()
	if !ok || holds(exact) {
		return c
	}
	end := RGB(0)
	if background.dark() {
		end = RGB(0xffffff)
	}
	const steps = 64
	moved := exact
	for i := 1; i <= steps && !holds(moved); i++ {
		moved = end.Mix(exact, float64(i)/steps)
	}
	if c>>kindShift == kindIndex {
		return nearest(moved, holds)
	}
	return moved
}

// nearest is the colour of the cube and the greys that is nearest to an exact one among those that hold.
func nearest(exact Color, holds func(Color) bool) Color {
	r, g, b, _ := exact.Exact()
	best, least := Default, 1<<30
	for i := firstOfCube; i < 256; i++ {
		c := Indexed(uint8(i))
		v, _ := c.value()
		if !holds(v) {
			continue
		}
		x, y, z, _ := v.Exact()
		dr, dg, db := int(x)-int(r), int(y)-int(g), int(z)-int(b)
		if d := dr*dr + dg*dg + db*db; d < least {
			best, least = c, d
		}
	}
	return best
}
