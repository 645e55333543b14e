package circle

import (
	"math/rand/v2"
	"testing"

	"ringscope/ui/tui/paint"
)

// discards counts the cells that show discards.
func discards(f *Frame) int {
	th := paint.NewTheme(nightSky)
	g := render(42, 16, nightSky, f)
	n := 0
	for y := range 16 {
		for x := range 42 {
			if st := g.At(x, y).Style; st.FG == th.Discarded || st.BG == th.Discarded {
				n++
			}
		}
	}
	return n
}

// TestAFewDiscardsShowNoSpecks draws a ring in which 4 % of the records are discarded, by chance more in some parts.
func TestAFewDiscardsShowNoSpecks(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	f := Frame{Size: 256 << 10, Producer: 256<<10 - 8, Written: 256 << 10, Discarded: make([]float32, 256)}
	most := float32(0)
	for i := range f.Discarded {
		for range 14 {
			if chance.Float32() < 0.04 {
				f.Discarded[i] += 1.0 / 14
			}
		}
		most = max(most, f.Discarded[i])
	}
	if most < ShareShown {
		t.Fatalf("no part has %v of discards: the test shows nothing", ShareShown)
	}
	if n := discards(&f); n != 0 {
		t.Errorf("%d cells show discards", n)
	}
	for i := range f.Discarded {
		f.Discarded[i] = min(f.Discarded[i]+0.1, 1)
	}
	if n := discards(&f); n < 20 {
		t.Errorf("only %d cells show discards of 14 %%", n)
	}
}

// TestLargeRecordsKeepTheirEnds draws a discarded record between two others, each an eighth of the ring.
func TestLargeRecordsKeepTheirEnds(t *testing.T) {
	f := Frame{Size: 4096, Producer: 1536, Written: 1536, Orientation: ZeroAtTop, Discarded: even(256, -1)}
	f.Discarded[0], f.Discarded[32], f.Discarded[64] = 0, 1, 0
	c := Circle{geo: measure(42, 16, 2)}
	c.smooth(f.Discarded)
	for i, s := range c.shares {
		want := float32(0)
		if i >= 32 && i < 64 {
			want = 1
		}
		if s != want {
			t.Fatalf("part %d of 256 has a share of %v, want %v", i, s, want)
		}
	}
}
