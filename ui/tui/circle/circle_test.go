package circle

import (
	"fmt"
	"image/color"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/exp/golden"

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

	nightSky = paint.Terminal{Profile: colorprofile.TrueColor, Background: night}
	noColors = paint.Terminal{Profile: colorprofile.ASCII}
	noUTF8   = paint.Terminal{Profile: colorprofile.ASCII, ASCII: true}
)

// sizes are those that the screens of 120x36 and 80x24 leave to the circle, a small and a large one.
var sizes = [][2]int{{42, 16}, {28, 12}, {16, 7}, {72, 34}}

// TestShapes keeps what each state looks like without colour.
func TestShapes(t *testing.T) {
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			var out strings.Builder
			for _, size := range sizes {
				fmt.Fprintf(&out, "%dx%d\n%s\n", size[0], size[1], render(size[0], size[1], noColors, &s.frame))
			}
			fmt.Fprintf(&out, "ASCII\n%s\n", render(26, 12, noUTF8, &s.frame))
			golden.RequireEqual(t, []byte(out.String()))
		})
	}
}

// TestColors keeps the colours of one moment in every kind of terminal.
func TestColors(t *testing.T) {
	for _, test := range []struct {
		name string
		t    paint.Terminal
	}{
		{"truecolor dark", nightSky},
		{"truecolor light", paint.Terminal{Profile: colorprofile.TrueColor, Background: day}},
		{"truecolor unknown", paint.Terminal{Profile: colorprofile.TrueColor}},
		{"256 dark", paint.Terminal{Profile: colorprofile.ANSI256, Background: night}},
		{"256 light", paint.Terminal{Profile: colorprofile.ANSI256, Background: day}},
		{"16", paint.Terminal{Profile: colorprofile.ANSI}},
	} {
		t.Run(test.name, func(t *testing.T) {
			golden.RequireEqual(t, []byte(render(42, 16, test.t, scene("storm on the first lap")).Render()+"\n"))
		})
	}
}

// TestAnySizeIsDrawn draws every scene at every size, each with another theme.
func TestAnySizeIsDrawn(t *testing.T) {
	terminals := []paint.Terminal{
		nightSky,
		{Profile: colorprofile.TrueColor},
		{Profile: colorprofile.ANSI256, Background: day},
		{Profile: colorprofile.ANSI},
		noColors,
		noUTF8,
	}
	for w := 0; w < 81; w += everyNth {
		for h := 0; h < 41; h += everyNth {
			s := scenes[(w+h)%len(scenes)]
			for _, aspect := range []float64{0, 1, 2.2}[:1+2*(w%5/4)] {
				g := paint.NewGrid(w, h)
				c := Circle{Aspect: aspect}
				drawn := c.Draw(g.All(), paint.NewTheme(terminals[w%len(terminals)]), &s.frame)
				if blank := strings.TrimSpace(g.String()) == ""; drawn == blank {
					t.Fatalf("%dx%d: Draw says %v, the grid is\n%s", w, h, drawn, g)
				}
				if aspect == 0 && w >= 12 && h >= 6 && !drawn {
					t.Fatalf("nothing was drawn in %dx%d", w, h)
				}
			}
		}
	}
}

// TestAnyFrameIsDrawn feeds what a broken ring could say.
func TestAnyFrameIsDrawn(t *testing.T) {
	far := ^uint64(0)
	for _, f := range []Frame{
		{},
		{Size: 4096, Consumer: far, Producer: 5, Worst: far},
		{Size: 4096, Consumer: 5, Producer: far, Worst: far, Busy: []uint64{far, 0, 1 << 40}},
		{Size: 8, Producer: 8, Discarded: []float32{-1, -1}},
		{Size: 1, Overwrite: far, HasOverwrite: true, Producer: 3, Pending: 9, HasPending: true, Written: 1},
		{Size: 4096, Producer: 4096, Written: 4096, Discarded: []float32{2}},
	} {
		render(42, 16, nightSky, &f)
		f.Orientation = ZeroAtTop
		render(42, 16, noColors, &f)
	}
}

// TestColorsOfAnUnknownBackgroundAreNotBlended looks for a colour that is not in the palette.
func TestColorsOfAnUnknownBackgroundAreNotBlended(t *testing.T) {
	for _, unblended := range []paint.Terminal{
		{Profile: colorprofile.TrueColor},
		{Profile: colorprofile.ANSI256, Background: night},
		{Profile: colorprofile.ANSI, Background: day},
	} {
		if n := strange(t, unblended); n != 0 {
			t.Errorf("%v: %d cells have a colour that is not in the palette", unblended, n)
		}
	}
	if strange(t, nightSky) == 0 {
		t.Error("no edge is blended although the background is known")
	}
}

func strange(t *testing.T, terminal paint.Terminal) int {
	t.Helper()
	th := paint.NewTheme(terminal)
	known := map[paint.Color]bool{
		paint.Default: true, th.Unread: true, th.Discarded: true, th.Busy: true, th.Free: true, th.Mark: true,
		th.Text.FG: true, th.Dim.FG: true,
	}
	n := 0
	for _, s := range scenes {
		g := render(42, 16, terminal, &s.frame)
		for y := range 16 {
			for x := range 42 {
				if st := g.At(x, y).Style; !known[st.FG] || !known[st.BG] {
					n++
				}
			}
		}
	}
	return n
}

// TestFewCellsChangeWhenTheProducerMoves is what keeps the bytes of a frame down, and the picture calm.
func TestFewCellsChangeWhenTheProducerMoves(t *testing.T) {
	f := *scene("slow")
	before := render(42, 16, nightSky, &f)
	moved := 0
	for range 40 {
		f.Producer += f.Size / 400 // 0.9 degrees
		f.Consumer += f.Size / 400
		f.Producer += 1 << 10
		f.Busy = nil
		after := render(42, 16, nightSky, &f)
		n := 0
		for y := range 16 {
			for x := range 42 {
				if before.At(x, y) != after.At(x, y) {
					n++
				}
			}
		}
		moved, before = max(moved, n), after
	}
	if moved > 40 {
		t.Errorf("up to %d cells change when both ends move on together, want at most 40 of %d", moved, 42*16)
	}
}

// TestOneBusyRecordIsVisible finds the diamond and the spoke of a single record wherever it stands.
func TestOneBusyRecordIsVisible(t *testing.T) {
	for _, size := range sizes {
		for i := uint64(0); i < 360; i += everyNth {
			f := Frame{Size: 360 << 3, Consumer: 0, Producer: 360<<3 - 8, Written: 360 << 3, Busy: []uint64{i << 3}, Orientation: ZeroAtTop}
			g := render(size[0], size[1], nightSky, &f)
			th := paint.NewTheme(nightSky)
			diamonds, spokes := 0, 0
			for y := range size[1] {
				for x := range size[0] {
					switch c := g.At(x, y); {
					case c.Rune == '◆':
						diamonds++
					case c.Style.FG == th.Busy || c.Style.BG == th.Busy:
						spokes++
					}
				}
			}
			// The spokes of the positions lie over those of the records.
			if near := i < 20 || i > 340; diamonds != 1 || spokes == 0 && !near {
				t.Fatalf("%v: %d diamonds and %d cells of a spoke at %d degrees:\n%s", size, diamonds, spokes, i, g)
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
		{"40x20", 40, 20, nightSky},
		{"40x20 hard", 40, 20, paint.Terminal{Profile: colorprofile.ANSI256}},
		{"100x50", 100, 50, nightSky},
	} {
		b.Run(bench.name, func(b *testing.B) {
			g, c, th := paint.NewGrid(bench.w, bench.h), new(Circle), paint.NewTheme(bench.t)
			f := *scene("storm on the first lap")
			b.ReportAllocs()
			for b.Loop() {
				f.Producer += 64
				g.Clear()
				c.Draw(g.All(), th, &f)
			}
		})
	}
}

func TestPendingGivesWay(t *testing.T) {
	for _, test := range []struct {
		name    string
		pending uint64
		shown   bool
	}{
		{"far from both", 500000, true},
		{"just before the producer", 799000, false},
		{"stale, behind the reader", 10, false},
		{"at the reader", 100000, false},
	} {
		f := Frame{Size: 1 << 20, Consumer: 100000, Producer: 800000, Written: 800000, Pending: test.pending, HasPending: true}
		if got := strings.Contains(render(42, 16, noColors, &f).String(), "N"); got != test.shown {
			t.Errorf("%s: N shown %v, want %v", test.name, got, test.shown)
		}
	}
}

// TestTheMiddleIsAlwaysRead fills a ring from empty to full: at the sizes of both screens the share stands in the middle at each level,
// and what it is a share of either at each or at none.
func TestTheMiddleIsAlwaysRead(t *testing.T) {
	for _, at := range [][2]int{{42, 14}, {25, 12}, {45, 21}, {16, 7}} {
		for _, note := range []string{"of 8 MiB", "of 512 KiB"} {
			notes, levels := 0, 0
			for i := uint64(0); i < 1001; i += everyNth {
				levels++
				f := Frame{Size: 1000 << 3, Consumer: 9000 << 3, Producer: 9000<<3 + i<<3, Written: 1000 << 3, Title: "71 %", Note: note}
				s := render(at[0], at[1], noColors, &f).String()
				if !strings.Contains(s, "71 %") || strings.Contains(s, "71 %P") || strings.Contains(s, "P71 %") {
					t.Fatalf("%v: the share can't be read at %d of 1000:\n%s", at, i, s)
				}
				if strings.Contains(s, note) {
					notes++
				}
			}
			if notes != 0 && notes != levels {
				t.Errorf("%v: %q is there at %d of %d levels", at, note, notes, levels)
			}
		}
	}
}
