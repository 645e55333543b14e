package main

import (
	"image"
	"image/color"
	"strings"
	"testing"

	"github.com/charmbracelet/x/vt"
)

// painted paints text in a terminal of w x h cells of 16 x 32 pixels.
func painted(t *testing.T, w, h int, text string) (*image.RGBA, *painter) {
	t.Helper()
	p, err := newPainter(16, dark)
	if err != nil {
		t.Fatal(err)
	}
	e := vt.NewEmulator(w, h)
	if _, err := e.WriteString(strings.ReplaceAll(text, "\n", "\r\n")); err != nil {
		t.Fatal(err)
	}
	img, err := p.paint(e)
	if err != nil {
		t.Fatal(err)
	}
	return img, p
}

// pixel is the colour in column x and row y of the pixels of the text, without the margin.
func pixel(img *image.RGBA, x, y int) color.RGBA { return img.RGBAAt(x+16, y+16) }

func TestBlocksFillTheirParts(t *testing.T) {
	img, _ := painted(t, 6, 1, "█▄▐▚▏▁")
	for _, test := range []struct {
		x, y int
		full bool
	}{
		{0, 0, true}, {15, 31, true}, // █
		{16, 15, false}, {16, 16, true}, {31, 31, true}, // ▄
		{39, 0, false}, {40, 0, true}, // ▐
		{48, 0, true}, {56, 0, false}, {48, 16, false}, {56, 16, true}, // ▚
		{64, 9, true}, {66, 9, false}, // ▏
		{80, 27, false}, {80, 28, true}, // ▁
	} {
		want := dark.bg
		if test.full {
			want = dark.fg
		}
		if got := pixel(img, test.x, test.y); got != want {
			t.Errorf("pixel %d,%d is %v, want %v", test.x, test.y, got, want)
		}
	}
}

// TestLinesMeet follows a frame: at every edge between two cells the line goes on.
func TestLinesMeet(t *testing.T) {
	img, _ := painted(t, 4, 3, "╭─┬╮\n│ ││\n╰─┴╯")
	lit := func(x, y int) bool { return pixel(img, x, y) == dark.fg }
	for _, x := range []int{16, 32, 48} {
		for _, y := range []int{16, 64 + 16} {
			for d := -1; d <= 0; d++ {
				if !lit(x-1, y+d) || !lit(x, y+d) {
					t.Errorf("the level line is broken at %d,%d", x, y+d)
				}
			}
		}
	}
	for _, x := range []int{8, 32 + 8, 48 + 8} {
		for _, y := range []int{32, 64} {
			for d := -1; d <= 0; d++ {
				if !lit(x+d, y-1) || !lit(x+d, y) {
					t.Errorf("the upright line is broken at %d,%d", x+d, y)
				}
			}
		}
	}
}

func TestColorsAreThoseOfTheLook(t *testing.T) {
	img, p := painted(t, 5, 1, "\x1b[46m \x1b[48;5;214m \x1b[48;2;1;2;3m \x1b[0;7m \x1b[m ")
	for i, want := range []color.RGBA{p.look.basic[6], hex(0xffaf00), hex(0x010203), dark.fg, dark.bg} {
		if got := pixel(img, 16*i+8, 16); got != want {
			t.Errorf("cell %d is %v, want %v", i, got, want)
		}
	}
}

func TestTextIsDrawnInItsCell(t *testing.T) {
	img, _ := painted(t, 3, 1, " M ")
	ink := [3]int{}
	for x := range 48 {
		for y := range 32 {
			if pixel(img, x, y) != dark.bg {
				ink[x/16]++
			}
		}
	}
	if ink[0] != 0 || ink[1] < 60 || ink[2] != 0 {
		t.Errorf("pixels of ink by cell: %v, want all in the middle one", ink)
	}
}

// TestEverySymbolHasAGlyph paints what the screens are made of, and something that no screen may use.
func TestEverySymbolHasAGlyph(t *testing.T) {
	painted(t, 60, 2, "▲△○●◌◆▪▸◂✓…·−×≥≤±→←↑↓µ┃┄┅━╍║▒▏▎▍▌▋▊▉⣿╭╮╰╯“”")
	p, err := newPainter(16, dark)
	if err != nil {
		t.Fatal(err)
	}
	e := vt.NewEmulator(4, 1)
	if _, err := e.WriteString("漢"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.paint(e); err == nil {
		t.Error("a character that the font lacks was painted without an error")
	}
}

func TestFewColorsGetAPalette(t *testing.T) {
	img, _ := painted(t, 20, 2, "\x1b[36mring\x1b[0m reader \x1b[45m▚\x1b[m")
	small, ok := compact(img).(*image.Paletted)
	if !ok {
		t.Fatal("a picture of few colours has no palette")
	}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if small.At(x, y) != img.At(x, y) {
				t.Fatalf("pixel %d,%d changed from %v to %v", x, y, img.At(x, y), small.At(x, y))
			}
		}
	}
	many := image.NewRGBA(image.Rect(0, 0, 300, 1))
	for x := range 300 {
		many.SetRGBA(x, 0, color.RGBA{uint8(x), uint8(x >> 8), 0, 0xff})
	}
	if compact(many) != many {
		t.Error("a picture of 300 colours lost some")
	}
}
