package paint

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// hostile are texts that try to break a line: wide and joined clusters, controls, broken UTF-8, bidi overrides.
var hostile = []string{
	"漢字", "👩‍👩‍👧", "🇩🇪", "e\u0301", "\x1b[31m", "\r\n", "\t", "\x9b", "\u009b31m", "\x7f", "\u202e", "\u200d", "\xff\xfe", "█▌", "╭─",
	"☺\ufe0f", "#\ufe0f\u20e3", "क्षि", "ﷺ", "\u2028", "a\u200d─", "각",
}

var nasty = rapid.SliceOf(rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z ]{0,6}`), rapid.SampledFrom(hostile)))

// harmful looks for what must never be in a cell. It looks at the cells and not at the lines: what removes our own sequences
// from these would remove smuggled ones too.
func harmful(g *Grid) (r rune, found bool) {
	for _, c := range g.cells {
		if c.Width == 0 {
			continue
		}
		for _, r := range string(c.Rune) + c.Rest {
			if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x202e || r == 0x2028 || g.ASCII && r > '~' {
				return r, true
			}
		}
	}
	return 0, false
}

func TestHostileTextsAreHarmless(t *testing.T) {
	for _, s := range hostile {
		for _, ascii := range []bool{false, true} {
			g := NewGrid(12, 1)
			g.ASCII = ascii
			g.All().Text(0, 0, Style{}, s+"x")
			if r, found := harmful(g); found {
				t.Errorf("%q puts %U into a cell (ASCII: %v)", s, r, ascii)
			}
			for method, w := range []int{ansi.StringWidthWc(g.Render()), ansi.StringWidth(g.Render())} {
				if !ascii && w != Width(s)+1 {
					t.Errorf("%q takes %d columns by method %d, Width says %d", s, w, method, Width(s))
				}
			}
		}
	}
}

func TestNoLineIsWiderThanItsGrid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(0, 20).Draw(t, "w"), rapid.IntRange(0, 4).Draw(t, "h")
		g := NewGrid(w, h)
		g.ASCII = rapid.Bool().Draw(t, "ascii")
		for range rapid.IntRange(0, 6).Draw(t, "texts") {
			x, y := rapid.IntRange(-5, 25).Draw(t, "x"), rapid.IntRange(-2, 6).Draw(t, "y")
			s := strings.Join(nasty.Draw(t, "s"), "")
			st := Style{FG: Indexed(3), Attr: Attr(rapid.IntRange(0, 31).Draw(t, "attr"))}
			a := g.All().Sub(rapid.IntRange(-3, 9).Draw(t, "ax"), 0, rapid.IntRange(-1, 25).Draw(t, "aw"), 4)
			if n := a.Text(x, y, st, s); n != Width(s) && !g.ASCII {
				t.Fatalf("Text took %d columns, Width says %d", n, Width(s))
			}
			a.Fit(x, y, rapid.IntRange(-1, 9).Draw(t, "fit"), st, s)
			Box{Title: s, Note: s, Foot: s}.Draw(a)
		}
		lines := strings.Split(g.Render(), "\n")
		if want := max(h, 1); len(lines) != want {
			t.Fatalf("%d lines, want %d", len(lines), want)
		}
		for _, l := range lines {
			if ansi.StringWidth(l) > w || ansi.StringWidthWc(l) > w {
				t.Fatalf("line %q takes %d or %d columns of %d", l, ansi.StringWidth(l), ansi.StringWidthWc(l), w)
			}
		}
		if r, found := harmful(g); found {
			t.Fatalf("a cell holds %U", r)
		}
	})
}

func TestRenderWritesWhatCellsSay(t *testing.T) {
	g := NewGrid(8, 2)
	red := Style{FG: Indexed(1)}
	a := g.All()
	a.Text(0, 0, red, "ab cd")
	a.Text(5, 0, Style{}, "ef")
	a.Solid(0, 1, RGB(0x56b4e9), '█')
	a.Set(1, 1, Style{FG: RGB(0xffffff), BG: RGB(0x56b4e9), Attr: Bold}, 'C')
	a.Set(2, 1, Style{BG: Indexed(243)}, ' ')
	want := "\x1b[31mab cd\x1b[mef\n\x1b[48;2;86;180;233m \x1b[1;38;2;255;255;255mC\x1b[48;5;243m \x1b[m"
	if got := g.Render(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestAttributesEnd(t *testing.T) {
	g := NewGrid(4, 1)
	g.All().Set(0, 0, Style{Attr: Bold | Faint | Underline}, 'a')
	g.All().Set(1, 0, Style{Attr: Faint}, 'b')
	g.All().Set(2, 0, Style{Attr: Reverse}, ' ')
	if got, want := g.Render(), "\x1b[1;2;4ma\x1b[22;24;2mb\x1b[22;7m \x1b[m"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWideCharactersStayWhole(t *testing.T) {
	g := NewGrid(6, 1)
	a := g.All()
	a.Text(0, 0, Style{}, "漢字x")
	a.Set(1, 0, Style{}, '|')
	a.Set(2, 0, Style{}, '|')
	if got, want := g.String(), " || x"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	a.Text(5, 0, Style{}, "漢")
	if got, want := g.String(), " || x"; got != want {
		t.Errorf("a wide character was cut by the edge: got %q, want %q", got, want)
	}
}

func TestBox(t *testing.T) {
	g := NewGrid(24, 3)
	in := Box{Title: "ring", Note: "clockwise", Foot: "g G"}.Draw(g.All())
	if w, h := in.Size(); w != 22 || h != 1 {
		t.Errorf("inside is %dx%d", w, h)
	}
	in.Fit(0, 0, 22, Style{}, "twenty-three columns is too much")
	want := "╭─ ring ─── clockwise ─╮\n│twenty-three columns …│\n╰──────────────── g G ─╯"
	if got := g.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	g.ASCII = true
	Box{Title: "ring", Note: "too wide for this line"}.Draw(g.All())
	if got, want := g.String(), "+- ring ---------------+\n|twenty-three columns …|\n+----------------------+"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFrameAllocatesOnce(t *testing.T) {
	g := NewGrid(120, 36)
	draw := func() {
		g.Clear()
		in := Box{Title: "ring", Note: "reader at the top · clockwise"}.Draw(g.All())
		for y := range 30 {
			in.Text(0, y, Style{FG: Indexed(74)}, "unread  74,805 records — ▅▅▆▅▅▆▆▄▃▄ the oldest")
		}
		_ = g.Render()
	}
	draw()
	if n := testing.AllocsPerRun(50, draw); n > 1 {
		t.Errorf("%v allocations a frame, want 1", n)
	}
}

func BenchmarkFrame(b *testing.B) {
	g := NewGrid(120, 36)
	b.ReportAllocs()
	for b.Loop() {
		g.Clear()
		in := Box{Title: "ring", Note: "reader at the top · clockwise"}.Draw(g.All())
		for y := range 34 {
			in.Text(0, y, Style{FG: Indexed(74)}, "unread  74,805 records            the oldest has waited 1.90 s  ▅▅▆▅▅▆▆▄▃▄▃")
		}
		_ = g.Render()
	}
}
