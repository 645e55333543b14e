package tui_test

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/sampler"
	"ringscope/ui/tui"
)

// now is the signal at which a viewer of [panics] does so: its test sends it when there is a screen.
const now = syscall.SIGUSR1

// panics is a viewer in which something of ours panics when the signal comes.
func panics(what string) int {
	came := make(chan os.Signal, 1)
	signal.Notify(came, now)
	cfg := tui.Config{Host: "edge-7", Target: "id:1", Open: func(ctx context.Context) (sampler.Watch, error) {
		switch what {
		case "panic while opening":
			<-came
			panic(late("boom while opening"))
		case "panic while drawing":
			return &unseen{Watch: sampler.Start(ctx, &quiet{}, sampler.Options{}), came: came}, nil
		}
		return sampler.Start(ctx, &exploding{came: came}, sampler.Options{}), nil
	}}
	run := func() error { return tui.Run(context.Background(), cfg) }
	if what == "panic while finding rings" {
		page := tui.StartConfig{Every: 100 * time.Millisecond, Look: func(context.Context) (tui.StartPage, error) {
			select {
			case <-came:
				panic(late("boom while finding rings"))
			default:
				return tui.StartPage{}, nil
			}
		}}
		run = func() error { _, err := tui.RunStart(context.Background(), page); return err }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "ended:", err)
		return 1
	}
	return 0
}

// late is a reason to panic that takes its time to be told: a program that does not wait for it is gone by then.
type late string

func (l late) Error() string {
	time.Sleep(300 * time.Millisecond)
	return string(l)
}

// unseen is a watch that panics in the goroutine that draws.
type unseen struct {
	sampler.Watch
	came chan os.Signal
}

func (u *unseen) Latest() *model.Moment {
	select {
	case <-u.came:
		panic(late("boom while drawing"))
	default:
		return nil
	}
}

// exploding is a source whose goroutine panics.
type exploding struct{ came chan os.Signal }

func (s *exploding) Look(time.Time, sampler.Intake) (sampler.Pace, error) {
	select {
	case <-s.came:
		panic("boom while looking")
	default:
		return sampler.Pace{Tick: 20 * time.Millisecond, Moved: true}, nil
	}
}
func (s *exploding) Detail(time.Time, model.Focus) model.Detail { return model.Detail{} }
func (s *exploding) Close() error                               { return nil }

// quiet is a source of which nothing is to be told.
type quiet struct{ exploding }

func (*quiet) Look(time.Time, sampler.Intake) (sampler.Pace, error) {
	return sampler.Pace{Tick: 20 * time.Millisecond}, nil
}

func TestAPanicLeavesTheTerminalAsItWas(t *testing.T) {
	for what, want := range map[string]string{
		"panic while looking":       "panic while sampling: boom while looking",
		"panic while opening":       "panic while opening the ring: boom while opening",
		"panic while finding rings": "panic while looking for rings: boom while finding rings",
		"panic while drawing":       "boom while drawing",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			x := onTTY(t, 120, 36, what)
			x.until("a screen", func() bool { return strings.Contains(x.raw(), "\x1b[?1049h") })
			if err := x.cmd.Process.Signal(now); err != nil {
				t.Fatal(err)
			}
			if code := x.exit(); code != 1 {
				t.Errorf("exit code %d", code)
			}
			x.asItWas()
			if said := x.raw(); !strings.Contains(said, want) {
				t.Errorf("does not say %q:\n%s", want, x.text())
			}
		})
	}
}
