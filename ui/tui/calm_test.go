package tui

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"ringscope/model"
	"ringscope/sampler"
)

// recorded is a watch that gives moments again at the pace at which they came, from the first one on.
type recorded struct {
	*scripted
	moments []*model.Moment
	began   time.Time
}

func (w *recorded) Latest() *model.Moment {
	for len(w.moments) > 1 && when(w.moments[1]).Sub(when(w.moments[0])) <= time.Since(w.began) {
		w.began = w.began.Add(when(w.moments[1]).Sub(when(w.moments[0])))
		w.moments = w.moments[1:]
	}
	return w.moments[0]
}

func again(moments []*model.Moment) func(context.Context) (sampler.Watch, error) {
	return func(context.Context) (sampler.Watch, error) {
		return &recorded{scripted: newScripted(moments[0]), moments: moments, began: time.Now()}, nil
	}
}

// TestACalmScreenWritesHardlyAnything counts what is written to the terminal: a frame that changed nothing writes nothing, and a clock
// that goes on is some bytes.
func TestACalmScreenWritesHardlyAnything(t *testing.T) {
	quiet := played(t, "quiet", 10*time.Minute)
	slow := played(t, "slow-consumer", 40*time.Second)
	for _, size := range unless([][2]int{{120, 36}, {200, 50}}, [][2]int{{120, 36}}) {
		for _, at := range []struct {
			name    string
			moments []*model.Moment
			press   string
			bytes   int // a second, at most
		}{
			{"quiet", quiet[len(quiet)-300:], "", 150},
			{"quiet and frozen", quiet[len(quiet)-300:], " ", 60},
			{"busy and frozen", slow, " ", 100},
			{"busy, at a moment of the past", slow[100:], "\x1b[D", 100},
		} {
			t.Run(fmt.Sprintf("%s-%dx%d", at.name, size[0], size[1]), func(t *testing.T) {
				_ = onEmulator(t, size[0], size[1], colorprofile.TrueColor, dark, Config{Open: again(at.moments)}, func(e *emulated, _ context.CancelFunc) {
					time.Sleep(2 * time.Second)
					if at.press != "" {
						e.press(t, at.press)
					}
					time.Sleep(time.Second)
					const span = 20
					bytes, writes := e.count()
					time.Sleep(span * time.Second)
					bytesThen, writesThen := e.count()
					t.Logf("%d bytes and %d writes a second", (bytesThen-bytes)/span, (writesThen-writes)/span)
					if n := (bytesThen - bytes) / span; n > at.bytes || n == 0 {
						t.Errorf("%d bytes a second, at most %d are needed", n, at.bytes)
					}
					if n := writesThen - writes; n > 2*span+span/4 {
						t.Errorf("%d writes in %d s: text may change twice a second, and the strip moves on now and then", n, span)
					}
				})
			})
		}
	}
}
