package main

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestSpread(t *testing.T) {
	values := make([]float64, 101)
	for i, at := range rand.New(rand.NewPCG(3, 4)).Perm(101) {
		values[at] = float64(i)
	}
	got := spread(values)
	if want := (Spread{50, 10, 90, "80 % of rounds", 101}); got != want {
		t.Errorf("spread of 0 to 100 is %+v, want %+v", got, want)
	}
	if got := median([]float64{4, 1, 3, 2}); got != 2.5 {
		t.Errorf("the median of 1 to 4 is %v, want 2.5", got)
	}
}

// TestBootstrap holds the interval against the one that is known for a normal distribution: 1.96 * 1.2533 * sigma / sqrt(n).
func TestBootstrap(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	values := make([]float64, 400)
	for i := range values {
		values[i] = 1 + 0.1*r.NormFloat64()
	}
	got := bootstrap(values)
	want := 2 * 1.96 * 1.2533 * 0.1 / math.Sqrt(400)
	if width := got.High - got.Low; width < want/1.5 || width > want*1.5 {
		t.Errorf("the interval is %v wide, want about %v", width, want)
	}
	if got.Low > 1 || got.High < 1 {
		t.Errorf("the true median 1 is outside of %v to %v", got.Low, got.High)
	}
}
