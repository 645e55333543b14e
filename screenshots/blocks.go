package main

import (
	"image"
	"image/color"
	"image/draw"
	"math"
)

// shape draws characters that are geometry into the rectangle of a cell.
type shape struct {
	img    *image.RGBA
	at     image.Rectangle
	fg, bg color.RGBA
}

// fill fills a rectangle given in pixels of the cell.
func (s shape) fill(x0, y0, x1, y1 int, c color.RGBA) {
	r := image.Rect(x0, y0, x1, y1).Add(s.at.Min).Intersect(s.at)
	draw.Draw(s.img, r, image.NewUniform(c), image.Point{}, draw.Src)
}

// quadrants by rune from U+2596: bit 0 upper left, 1 upper right, 2 lower left, 3 lower right.
var quadrants = [...]int{4, 8, 1, 13, 9, 7, 11, 2, 6, 14}

// block draws U+2580 to U+259F.
func (s shape) block(r rune) bool {
	w, h := s.at.Dx(), s.at.Dy()
	switch {
	case r == '▀':
		s.fill(0, 0, w, h/2, s.fg)
	case r >= '▁' && r <= '█':
		s.fill(0, h-h*int(r-'▁'+1)/8, w, h, s.fg)
	case r >= '▉' && r <= '▏':
		s.fill(0, 0, w*int('▏'-r+1)/8, h, s.fg)
	case r == '▐':
		s.fill(w/2, 0, w, h, s.fg)
	case r >= '░' && r <= '▓':
		s.fill(0, 0, w, h, mix(s.fg, s.bg, 0.25*float64(r-'░'+1)))
	case r == '▔':
		s.fill(0, 0, w, h/8, s.fg)
	case r == '▕':
		s.fill(w-w/8, 0, w, h, s.fg)
	case r >= '▖' && r <= '▟':
		for i := range 4 {
			if quadrants[r-'▖']>>i&1 == 1 {
				x, y := i&1, i>>1
				s.fill(x*w/2, y*h/2, (x+1)*w/2, (y+1)*h/2, s.fg)
			}
		}
	default:
		return false
	}
	return true
}

// dots maps the bits of U+2800 to U+28FF to column and row.
var dots = [8][2]int{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}, {0, 3}, {1, 3}}

// braille draws U+2800 to U+28FF.
func (s shape) braille(r rune) bool {
	if r < 0x2800 || r > 0x28ff {
		return false
	}
	w, h := float64(s.at.Dx()), float64(s.at.Dy())
	radius := w / 7
	s.smooth(func(x, y float64) bool {
		for i, d := range dots {
			if r>>i&1 == 1 && math.Hypot(x-w*(0.25+0.5*float64(d[0])), y-h*(0.125+0.25*float64(d[1]))) <= radius {
				return true
			}
		}
		return false
	})
	return true
}

// smooth fills what is inside, with edges smoothed by 4 x 4 samples a pixel.
func (s shape) smooth(inside func(x, y float64) bool) {
	const n = 4
	for y := range s.at.Dy() {
		for x := range s.at.Dx() {
			hits := 0
			for i := range n * n {
				if inside(float64(x)+(float64(i%n)+0.5)/n, float64(y)+(float64(i/n)+0.5)/n) {
					hits++
				}
			}
			if hits > 0 {
				px, py := s.at.Min.X+x, s.at.Min.Y+y
				s.img.SetRGBA(px, py, mix(s.fg, s.img.RGBAAt(px, py), float64(hits)/(n*n)))
			}
		}
	}
}
