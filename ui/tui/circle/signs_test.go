package circle

import (
	"slices"
	"testing"

	"ringscope/ui/tui/paint"
)

// TestSigns finds every sign where the frame says it was drawn.
func TestSigns(t *testing.T) {
	th := paint.NewTheme(paint.Terminal{ASCII: true})
	g := paint.NewGrid(44, 20)
	var c Circle
	f := Frame{
		Size: 1 << 20, Consumer: 5 << 18, Producer: 5<<18 + 1<<19, Pending: 5<<18 + 1<<18, HasPending: true, Worst: 5 << 17, Written: 1 << 20, Notch: true,
		Busy: []uint64{5<<18 + 5000, 5<<18 + 5001, 5<<18 + 1<<18 + 1<<17},
	}
	if !c.Draw(g.All(), th, &f) {
		t.Fatal("nothing was drawn")
	}
	drawn := map[rune]rune{'C': 'C', 'P': 'P', 'N': 'N', '0': '0', SignWorst: th.Glyphs.Worst, SignBusy: th.Glyphs.Busy}
	count := map[rune]int{}
	for _, s := range c.Signs() {
		count[s.What]++
		if got := g.At(s.X, s.Y).Rune; got != drawn[s.What] {
			t.Errorf("%c at %d,%d is drawn as %c", s.What, s.X, s.Y, got)
		}
	}
	for what := range drawn {
		want := 1
		if what == SignBusy {
			want = 2 // two stand in one cell
		}
		if count[what] != want {
			t.Errorf("%c is there %d times, want %d", what, count[what], want)
		}
	}
	before := slices.Clone(c.Signs())
	if c.Draw(g.All(), th, &f); !slices.Equal(before, c.Signs()) {
		t.Errorf("signs of the frame before stay: %v", c.Signs())
	}
}

// TestSignsKeepApart turns the ring round: nothing stands beside a sign that has a place of its own, and the notch is only drawn where it
// is asked for.
func TestSignsKeepApart(t *testing.T) {
	for _, size := range [][2]int{{23, 12}, {42, 16}} {
		th := paint.NewTheme(paint.Terminal{})
		g := paint.NewGrid(size[0], size[1])
		var c Circle
		worst, notches := 0, 0
		for i := range uint64(1024) {
			f := Frame{
				Size: 1 << 20, Consumer: 1<<20 + i<<10, Producer: 1<<20 + i<<10 + (i*7%1024)<<10, Worst: (i * 13 % 1024) << 10, Written: 1 << 20,
				Busy: []uint64{1<<20 + i<<10 + (i*3%1024)<<10}, Notch: i%2 == 0,
			}
			g.Clear()
			if !c.Draw(g.All(), th, &f) {
				t.Fatal("nothing was drawn")
			}
			for _, s := range c.Signs() {
				switch s.What {
				case SignWorst:
					worst++
				case '0':
					notches++
					if !f.Notch {
						t.Fatalf("%d: a notch nobody asked for", i)
					}
				default:
					continue
				}
				for _, o := range c.Signs() {
					if d := max(s.X-o.X, o.X-s.X, s.Y-o.Y, o.Y-s.Y); o != s && d <= 1 {
						t.Fatalf("%v, %d: %c stands beside %c\n%s", size, i, s.What, o.What, g)
					}
				}
				for x := max(0, s.X-1); x <= min(size[0]-1, s.X+1); x++ {
					if at := 4 * (s.Y*size[0] + x); slices.Contains(c.kinds[at:at+4], pointer) {
						t.Fatalf("%v, %d: %c touches a spoke\n%s", size, i, s.What, g)
					}
				}
			}
		}
		if worst < 500 || notches < 250 {
			t.Errorf("%v: the worst was drawn %d times, the notch %d times", size, worst, notches)
		}
	}
}

// TestLettersKeepApartFromTheTitle turns the ring round: two blanks stand between the number in the middle and a letter.
func TestLettersKeepApartFromTheTitle(t *testing.T) {
	th := paint.NewTheme(paint.Terminal{})
	for _, size := range [][2]int{{23, 12}, {42, 16}} {
		g := paint.NewGrid(size[0], size[1])
		var c Circle
		for i := range uint64(1024) {
			f := Frame{Size: 1 << 20, Consumer: 1 << 20, Producer: 1<<20 + i<<10, Written: 1 << 20, Title: "99.9 %", Note: "of 8 MiB"}
			g.Clear()
			c.Draw(g.All(), th, &f)
			for _, s := range c.Signs() {
				if s.What != 'C' && s.What != 'P' {
					continue
				}
				for _, x := range []int{s.X - 2, s.X - 1, s.X + 1, s.X + 2} {
					if r := g.At(x, s.Y).Rune; r == '%' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
						t.Fatalf("%v, %d: %c and %c are too close\n%s", size, i, s.What, r, g)
					}
				}
			}
		}
	}
}
