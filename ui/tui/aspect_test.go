package tui

import "testing"

func TestAspect(t *testing.T) {
	for _, test := range []struct {
		columns, rows, width, height int
		want                         float64
	}{
		{80, 24, 640, 384, 2},     // 8x16
		{120, 36, 1085, 722, 2.2}, // 9x20, with pixels left over
		{80, 24, 0, 0, 0},         // most terminals over ssh
		{80, 24, 80, 24, 1},       // square
		{80, 24, 79, 24, 0},       // less than a pixel
		{80, 24, 8000, 240, 0},    // flat
		{0, 0, 640, 384, 0},       // a size that is not known
		{80, 24, 640, 24 * 33, 0}, // a tower
		{-1, -1, -5, -5, 0},
	} {
		if got := aspectOf(test.columns, test.rows, test.width, test.height); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}
