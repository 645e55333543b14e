package circle

import (
	"strings"
	"testing"

	"ringscope/ui/tui/paint"
)

const lines = "─│┌┐└┘"

// brackets are the cells of a picture that hold a part of a bracket.
func brackets(g *paint.Grid) (cells []cell) {
	w, h := g.Size()
	for y := range h {
		for x := range w {
			if strings.ContainsRune(lines, g.At(x, y).Rune) {
				cells = append(cells, cell{x, y})
			}
		}
	}
	return cells
}

// TestBracket turns a bracket of several lengths round the circle: it is always there, in one piece but for what sticks out through
// it, outside of the band, and about as long as what it stands for.
func TestBracket(t *testing.T) {
	const size = 360 << 10
	for _, at := range sizes {
		if at[1] < 10 {
			continue // there the rim is the edge of the picture
		}
		for _, length := range []uint64{1, 20 << 10, 90 << 10, 300 << 10} {
			for degree := uint64(0); degree < 360; degree += 7 {
				f := Frame{Size: size, Consumer: size, Producer: size, Written: size, Tape: size + degree<<10, TapeBytes: length, Orientation: ZeroAtTop}
				g := paint.NewGrid(at[0], at[1])
				c := new(Circle)
				c.Draw(g.All(), paint.NewTheme(noColors), &f)
				cells := brackets(g)
				n := len(c.around())
				want := max(leastBracket, n*int(length>>10)/360)
				if slack := 5 + n/12; len(cells) < 2 || len(cells) > want+slack || len(cells) < want-slack {
					t.Fatalf("%v: a bracket of %d of 360 at %d degrees has %d cells of %d round, want about %d:\n%s", at, length>>10, degree, len(cells), n, want, g)
				}
				for _, b := range cells {
					if c.sticksOut(b) {
						t.Fatalf("%v: the bracket at %d degrees covers the band at %v:\n%s", at, degree, b, g)
					}
				}
				if x, y, ok := c.BracketAt(); !ok || !strings.ContainsRune(lines, g.At(x, y).Rune) {
					t.Fatalf("%v: the bracket at %d degrees is said to be at %d,%d (%t):\n%s", at, degree, x, y, ok, g)
				}
			}
		}
	}
}

// TestNoBracketOfTheWholeRing: it would be another rim.
func TestNoBracketOfTheWholeRing(t *testing.T) {
	for _, bytes := range []uint64{0, 1 << 20, 1 << 30} {
		f := Frame{Size: 1 << 20, Consumer: 5 << 20, Producer: 5<<20 + 1000, Written: 1 << 20, Tape: 5 << 20, TapeBytes: bytes}
		g := render(42, 16, noColors, &f)
		if cells := brackets(g); len(cells) > 0 {
			t.Errorf("%d bytes of tape:\n%s", bytes, g)
		}
	}
}

// TestAround asks whether the cells round the rim follow one another and never repeat.
func TestAround(t *testing.T) {
	for w := 12; w < 100; w += 3 {
		for h := 6; h < 50; h += 3 {
			c := new(Circle)
			if !c.Draw(paint.NewGrid(w, h).All(), paint.NewTheme(noColors), &Frame{Size: 8}) {
				continue
			}
			path := c.around()
			for i, at := range path {
				next := path[(i+1)%len(path)]
				if d := max(at.x-next.x, next.x-at.x) + max(at.y-next.y, next.y-at.y); d != 1 {
					t.Errorf("%dx%d: %v is followed by %v", w, h, at, next)
				}
				if at.x < 0 || at.y < 0 || at.x >= w || at.y >= h {
					t.Errorf("%dx%d: %v is outside", w, h, at)
				}
			}
		}
	}
}

// TestSelectedPointsInwards finds the tick of a selected record all round, where neither a diamond nor the worst tick is.
func TestSelectedPointsInwards(t *testing.T) {
	for _, at := range sizes {
		for i := range uint64(36) {
			f := Frame{Size: 360 << 3, Producer: 360<<3 - 8, Written: 360 << 3, Selected: i * 80, HasSelected: true, Orientation: ZeroAtTop}
			want := []rune("▾◂▴▸")[(i+4)/9%4]
			if g := render(at[0], at[1], nightSky, &f); strings.Count(g.String(), string(want)) != 1 {
				t.Errorf("%v: no %c at %d degrees:\n%s", at, want, i*10, g)
			}
		}
	}
}

// TestPosAtIsWhereItWasDrawn asks for the position of an angle at which another was drawn: the same place, the newest lap.
func TestPosAtIsWhereItWasDrawn(t *testing.T) {
	for _, o := range []Orientation{ReaderAtTop, ZeroAtTop} {
		f := Frame{Size: 4096, Consumer: 9000, Producer: 12000, Written: 4096, Orientation: o}
		for pos := f.Producer - f.Size; pos < f.Producer; pos += 8 {
			got, ok := f.PosAt(f.Turn(pos) + 1e-5)
			if !ok || got > pos+2 || got+2 < pos {
				t.Errorf("%d comes back as %d (%t)", pos, got, ok)
			}
		}
		first := Frame{Size: 4096, Consumer: 100, Producer: 1000, Written: 1000, Orientation: o}
		if got, ok := first.PosAt(first.Turn(500)); !ok || got != 500 {
			t.Errorf("500 of the first lap comes back as %d (%t)", got, ok)
		}
		if got, ok := first.PosAt(first.Turn(3000)); ok {
			t.Errorf("what was never written is %d", got)
		}
	}
	if _, ok := (&Frame{}).PosAt(0.5); ok {
		t.Error("an empty frame has a position")
	}
}
