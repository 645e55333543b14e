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

// The sixteen colours are those of xterm, which most terminals stay close to.
var xterm = hexes([16]uint32{
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
	0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
})

var (
	dark  = look{fg: hex(0xd8dae5), bg: hex(0x16181f), basic: xterm}
	light = look{fg: hex(0x22242b), bg: hex(0xfafaf7), basic: xterm}
)
