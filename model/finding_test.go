package model

import (
	"slices"
	"testing"
	"time"
)

// act is one stretch of a scene, and what stands at its end.
type act struct {
	lasts time.Duration
	each  func() // before every look
	once  func() // at its begin
	want  []Code
}

// scene plays acts one after the other.
func scene(t *testing.T, w *world, acts []act) {
	t.Helper()
	for i, a := range acts {
		if a.once != nil {
			a.once()
		}
		w.run(a.lasts, a.each)
		w.look()
		w.publish()
		if got := w.codes(); !slices.Equal(got, a.want) && len(got)+len(a.want) > 0 {
			t.Fatalf("act %d at %v: got %v, want %v", i, w.now.Sub(begin), got, a.want)
		}
	}
}

const (
	kib = 1 << 10
	mib = 1 << 20
)

// secs is a duration of n seconds.
func secs(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
