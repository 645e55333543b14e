package tui

import (
	"fmt"
	"testing"
	"time"

	"ringscope/model"
)

// BenchmarkView is what a frame costs when everything on it has changed, and when only what moves at the frame rate has.
func BenchmarkView(b *testing.B) {
	for _, size := range [][2]int{{80, 24}, {120, 36}, {200, 50}} {
		for _, what := range []string{"moving", "all"} {
			b.Run(fmt.Sprintf("%s %dx%d", what, size[0], size[1]), func(b *testing.B) {
				a := answered(b, size[0], size[1], "healthy", 5*time.Second)
				var moments []*model.Moment
				for range 20 {
					a.step(b, frameTime)
					moments = append(moments, a.latest)
				}
				v := a.v
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					v.shown = moments[i%len(moments)]
					v.moved = true
					if what == "all" {
						v.figures, v.dirty = v.shown, true
						v.take(v.shown)
					}
					v.View()
				}
			})
		}
	}
}
