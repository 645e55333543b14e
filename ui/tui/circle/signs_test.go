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
		Size: 1 << 20, Consumer: 5 << 18, Producer: 5<<18 + 1<<19, Pending: 5<<18 + 1<<18, HasPending: true, Worst: 5 << 17, Written: 1 << 20,
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
