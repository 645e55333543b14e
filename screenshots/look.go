package main

import "image/color"

// look is how the emulated terminal shows colours.
type look struct {
	fg, bg color.RGBA
	basic  [16]color.RGBA // the user's palette
}

func hex(v uint32) color.RGBA {
	return color.RGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

func hexes(v [16]uint32) (c [16]color.RGBA) {
	for i, x := range v {
		c[i] = hex(x)
	}
	return c
}

// The sixteen colours are those of VGA, which the console of Linux has. No more can be promised of them: they are the user's own.
var vga = hexes([16]uint32{
	0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa, 0x00aaaa, 0xaaaaaa,
	0x555555, 0xff5555, 0x55ff55, 0xffff55, 0x5555ff, 0xff55ff, 0x55ffff, 0xffffff,
})

var (
	dark  = look{fg: hex(0xd8dae5), bg: hex(0x16181f), basic: vga}
	light = look{fg: hex(0x22242b), bg: hex(0xfafaf7), basic: vga}

	// A terminal of sixteen colours is taken to be a console.
	console      = look{fg: vga[7], bg: vga[0], basic: vga}
	consoleLight = look{fg: vga[0], bg: vga[15], basic: vga}
)
