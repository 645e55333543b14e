package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"ringscope/sampler"
	"ringscope/sampler/target"
)

// fault is one of those that a user should know within ten seconds.
type fault struct {
	target string // of `ringscope watch`; `ringscope demo` plays the same
	keys   string // at most three; after them what is asked for stands on lines 2 and 3
	says   string // line 2
	do     []string
}

// faults are what a user may meet. The first look at lines 2 and 3 must be enough for each: no key is pressed.
var faults = []fault{
	{target: "demo:slow-consumer", says: "▲ READER TOO SLOW", do: []string{"sim-reader[2211]"}},
	{target: "demo:stuck-record", says: "▲ STUCK BEHIND ONE RECORD", do: []string{"sim_open (program 315)"}},
	{target: "demo:padded", says: "○ RECORDS MOSTLY EMPTY", do: []string{"hand over only what is used"}},
	{target: "demo:noisy", says: "▲ READER TOO SLOW", do: []string{"sim_syscalls"}},
	{target: "demo:burst", says: "△ BURST TOO BIG", do: []string{"MiB"}},
	{target: "demo:asleep", says: "▲ READER NOT WOKEN", do: []string{"NO_WAKEUP"}},
	{target: "demo:no-reader", says: "▲ NOBODY READS", do: []string{"start the process that reads what sim_exec, sim_open write"}},
}

// within is how long a user looks before the verdict must stand.
const within = 10 * time.Second

// TestFaultsAreTold starts each fault by one command, presses at most three keys, waits at most ten seconds, and reads the verdict.
func TestFaultsAreTold(t *testing.T) {
	for _, size := range sizes[:unless(2, 1)] {
		for _, f := range faults[:unless(len(faults), 2)] {
			t.Run(fmt.Sprintf("%s-%dx%d", f.target, size[0], size[1]), func(t *testing.T) {
				ref, err := target.Parse(f.target)
				if err != nil {
					t.Fatal(err)
				}
				open := func(ctx context.Context) (sampler.Watch, error) {
					s, err := target.Open(ctx, ref, target.Options{Payload: true})
					if err != nil {
						return nil, err
					}
					return sampler.Start(ctx, s, sampler.Options{Sleep: sampler.SleepOnTimer}), nil
				}
				begun := false
				cfg := Config{Target: f.target, Open: open}
				err = onEmulator(t, size[0], size[1], colorprofile.TrueColor, dark, cfg, func(e *emulated, _ context.CancelFunc) {
					begun = true
					for waited := time.Second; waited < within && !f.told(e.text()); waited += 500 * time.Millisecond {
						time.Sleep(500 * time.Millisecond)
					}
					if len(f.keys) > 3 {
						t.Errorf("%d keys", len(f.keys))
					}
					e.press(t, f.keys)
					if s := e.text(); !f.told(s) {
						t.Errorf("after %v lines 1 to 3 are\n%s", within, strings.Join(strings.SplitN(s, "\n", 4)[:3], "\n"))
					}
				})
				if err != nil || !begun {
					t.Errorf("the viewer ended with %v, begun: %t", err, begun)
				}
			})
		}
	}
}

// told reports whether lines 2 and 3 of a screen say what is wrong and what to do.
func (f *fault) told(screen string) bool {
	lines := strings.Split(screen, "\n")
	if len(lines) < 3 || !strings.Contains(lines[0], "SIMULATED") || !strings.HasPrefix(strings.TrimSpace(lines[1]), f.says) {
		return false
	}
	for _, s := range f.do {
		if !strings.Contains(lines[1]+lines[2], s) {
			return false
		}
	}
	return strings.Contains(lines[2], "do: ")
}
