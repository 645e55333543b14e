package main

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/go-fonts/dejavu/dejavusansmono"
	"github.com/go-fonts/dejavu/dejavusansmonobold"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// advance is the width of DejaVu Sans Mono's characters, in ems.
const advance = 1233.0 / 2048

// painter turns the cells of an emulated terminal into pixels. What is made of lines and blocks is drawn as geometry,
// so that it meets the neighbouring cell without a seam; the rest is text.
type painter struct {
	w, h     int // of a cell, pixels
	look     look
	baseline int
	faces    [2]face // regular, bold
}

type face struct {
	font *opentype.Font
	font.Face
}

// newPainter is a painter with cells of w x 2w pixels.
func newPainter(w int, l look) (*painter, error) {
	p := &painter{w: w, h: 2 * w, look: l}
	for i, ttf := range [2][]byte{dejavusansmono.TTF, dejavusansmonobold.TTF} {
		f, err := opentype.Parse(ttf)
		if err != nil {
			return nil, fmt.Errorf("parse font: %w", err)
		}
		ff, err := opentype.NewFace(f, &opentype.FaceOptions{Size: float64(w) / advance, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return nil, fmt.Errorf("scale font: %w", err)
		}
		p.faces[i] = face{f, ff}
	}
	m := p.faces[0].Metrics()
	p.baseline = (p.h + m.Ascent.Round() - m.Descent.Round()) / 2
	return p, nil
}

// paint draws the whole screen of e, with a margin of one column on each side and half a row above and below.
func (p *painter) paint(e *vt.Emulator) (*image.RGBA, error) {
	img := image.NewRGBA(image.Rect(0, 0, (e.Width()+2)*p.w, e.Height()*p.h+2*p.w))
	draw.Draw(img, img.Bounds(), image.NewUniform(p.look.bg), image.Point{}, draw.Src)
	for y := range e.Height() {
		for x := range e.Width() {
			c := e.CellAt(x, y)
			if c == nil || c.Width == 0 {
				continue
			}
			at := image.Rect((x+1)*p.w, y*p.h+p.w, (x+1+c.Width)*p.w, (y+1)*p.h+p.w)
			if err := p.cell(img, at, c); err != nil {
				return nil, fmt.Errorf("column %d, row %d: %w", x, y, err)
			}
		}
	}
	return img, nil
}

// colors are those that a cell is shown in.
func (p *painter) colors(c *uv.Cell) (fg, bg color.RGBA) {
	fg, bg = p.color(c.Style.Fg, p.look.fg), p.color(c.Style.Bg, p.look.bg)
	if c.Style.Attrs&uv.AttrReverse != 0 {
		fg, bg = bg, fg
	}
	if c.Style.Attrs&uv.AttrFaint != 0 {
		fg = mix(fg, bg, 0.55)
	}
	return fg, bg
}

func (p *painter) cell(img *image.RGBA, at image.Rectangle, c *uv.Cell) error {
	fg, bg := p.colors(c)
	if bg != p.look.bg {
		draw.Draw(img, at, image.NewUniform(bg), image.Point{}, draw.Src)
	}
	if c.Style.Underline != 0 {
		y := at.Min.Y + p.baseline + p.h/16
		draw.Draw(img, image.Rect(at.Min.X, y, at.Max.X, y+max(p.w/10, 1)), image.NewUniform(fg), image.Point{}, draw.Src)
	}
	if c.Content == "" || c.Content == " " {
		return nil
	}
	if r, n := utf8.DecodeRuneInString(c.Content); n == len(c.Content) {
		s := shape{img: img, at: at, fg: fg, bg: bg}
		if s.block(r) || s.line(r) || s.braille(r) {
			return nil
		}
	}
	return p.text(img, at, fg, c)
}

func (p *painter) text(img *image.RGBA, at image.Rectangle, fg color.RGBA, c *uv.Cell) error {
	f := p.faces[0]
	if c.Style.Attrs&uv.AttrBold != 0 {
		f = p.faces[1]
	}
	for _, r := range c.Content {
		if i, err := f.font.GlyphIndex(nil, r); err != nil || i == 0 {
			return fmt.Errorf("the font has no %q (%U)", r, r)
		}
	}
	dot := fixed.P(at.Min.X, at.Min.Y+p.baseline)
	for _, r := range c.Content {
		box, mask, from, _, ok := f.Glyph(dot, r)
		if !ok {
			return fmt.Errorf("the font can't draw %q (%U)", r, r)
		}
		for y := range box.Dy() {
			for x := range box.Dx() {
				_, _, _, alpha := mask.At(from.X+x, from.Y+y).RGBA()
				px, py := box.Min.X+x, box.Min.Y+y
				img.SetRGBA(px, py, mix(fg, img.RGBAAt(px, py), share(alpha)))
			}
		}
	}
	return nil
}

// share is a coverage of 0 to 0xffff in sixteenths: finer steps are not seen, and few colours make small pictures.
func share(alpha uint32) float64 { return float64((alpha*16+0x7fff)/0xffff) / 16 }

// compact is img with a palette, if 256 colours are enough for it.
func compact(img *image.RGBA) image.Image {
	index := make(map[color.RGBA]uint8)
	var colors color.Palette
	out := image.NewPaletted(img.Bounds(), nil)
	for i := range out.Pix {
		c := color.RGBA{img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2], img.Pix[4*i+3]}
		n, ok := index[c]
		if !ok {
			if len(colors) == 256 {
				return img
			}
			n = uint8(len(colors))
			index[c], colors = n, append(colors, c)
		}
		out.Pix[i] = n
	}
	out.Palette = colors
	return out
}

// color is c as the terminal shows it; colours of the palette are the look's.
func (p *painter) color(c color.Color, otherwise color.RGBA) color.RGBA {
	switch v := c.(type) {
	case nil:
		return otherwise
	case ansi.BasicColor:
		return p.look.basic[v&15]
	case ansi.IndexedColor:
		if v < 16 {
			return p.look.basic[v]
		}
	}
	r, g, b, _ := c.RGBA()
	return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0xff}
}

// mix is a over b with the given share.
func mix(a, b color.RGBA, share float64) color.RGBA {
	part := func(x, y uint8) uint8 { return uint8(float64(y) + (float64(x)-float64(y))*share + 0.5) }
	return color.RGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), 0xff}
}
