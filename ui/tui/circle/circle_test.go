package circle

import (
	"image/color"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"ringscope/ui/tui/paint"
)

func render(w, h int, t paint.Terminal, f *Frame) *paint.Grid {
	g := paint.NewGrid(w, h)
	g.ASCII = t.ASCII
	new(Circle).Draw(g.All(), paint.NewTheme(t), f)
	return g
}

var (
	night = color.RGBA{0x16, 0x18, 0x1f, 0xff}
	day   = color.RGBA{0xfa, 0xfa, 0xf7, 0xff}
)

// TestAnySizeIsDrawn draws every scene at every size, each with another theme.
func TestAnySizeIsDrawn(t *testing.T) {
	terminals := []paint.Terminal{
		{Profile: colorprofile.TrueColor, Background: night},
		{Profile: colorprofile.TrueColor},
		{Profile: colorprofile.ANSI256, Background: day},
		{Profile: colorprofile.ANSI},
		{Profile: colorprofile.ASCII},
		{Profile: colorprofile.ASCII, ASCII: true},
	}
	for w := range 81 {
		for h := range 41 {
			s := scenes[(w+h)%len(scenes)]
			g := render(w, h, terminals[w%len(terminals)], &s.frame)
			if gw, gh := g.Size(); gw != w || gh != h {
				t.Fatalf("%dx%d became %dx%d", w, h, gw, gh)
			}
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	for _, bench := range []struct {
		name string
		w, h int
		t    paint.Terminal
	}{
		{"40x20", 40, 20, paint.Terminal{Profile: colorprofile.TrueColor, Background: night}},
		{"40x20 hard", 40, 20, paint.Terminal{Profile: colorprofile.ANSI256}},
		{"100x50", 100, 50, paint.Terminal{Profile: colorprofile.TrueColor, Background: night}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			g, c, th := paint.NewGrid(bench.w, bench.h), new(Circle), paint.NewTheme(bench.t)
			f := scenes[3].frame
			b.ReportAllocs()
			for b.Loop() {
				f.Producer += 64
				g.Clear()
				c.Draw(g.All(), th, &f)
			}
		})
	}
}
