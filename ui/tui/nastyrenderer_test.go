package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"ringscope/internal/nastytest"
	"ringscope/ui/text"
)

// TestNastyTextsThroughTheRenderer runs the whole program on a terminal in memory: what Bubble Tea makes of two frames that differ must show
// the same cells, and leave the terminal as it was.
func TestNastyTextsThroughTheRenderer(t *testing.T) {
	for i, bad := range nastytest.Texts() {
		if i%unless(3, 30) > 0 {
			continue
		}
		t.Run(bad.Name, func(t *testing.T) {
			m := nastily(rich(i), bad.Text)
			cfg := Config{Still: m, Target: bad.Text}
			err := onEmulator(t, 120, 36, colorprofile.ASCII, nil, cfg, func(e *emulated, _ context.CancelFunc) {
				var said []string
				e.mu.Lock()
				e.vt.SetCallbacks(vt.Callbacks{
					Bell:             func() { said = append(said, "bell") },
					Title:            func(s string) { said = append(said, "title "+s) },
					AltScreen:        func(on bool) { e.alt = on },
					CursorVisibility: func(on bool) { e.cursor = on },
					EnableMode:       func(m ansi.Mode) { e.modes[m] = true },
					DisableMode:      func(m ansi.Mode) { e.modes[m] = false },
				})
				e.mu.Unlock()
				v := still(120, 36, cfg)
				for _, k := range []struct{ pressed, name string }{
					{"2", "2"},
					{"3", "3"},
					{"6", "6"},
					{"1", "1"},
					{"j", "j"},
					{"\r", "enter"},
					{"\x1b", "esc"},
					{"/", "/"},
					{"\x1b[200~" + bad.Text + "\x1b[201~", "paste"},
					{"\x1b", "esc"},
					{"e", "e"},
					{"\x1b", "esc"},
					{"?", "?"},
					{"\x1b", "esc"},
				} {
					if k.name == "paste" && strings.ContainsRune(bad.Text, '\x1b') {
						continue // a terminal takes it out of what it pastes, so that nothing ends a paste but its end
					}
					e.press(t, k.pressed)
					visit(v, []string{k.name}, bad.Text)
					want, got := strings.Split(screen(v), "\n"), strings.Split(e.text(), "\n")
					for y := range got {
						if y < len(want) && strings.TrimRight(got[y], " ") != want[y] {
							t.Errorf("after %s line %d is %q, expected %q", k.name, y, got[y], want[y])
							return
						}
					}
				}
				if len(said) > 0 {
					t.Errorf("the terminal did %v", said)
				}
				if err := onlyCursor(e.raw()); err != nil {
					t.Error(err)
				}
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// onlyCursor parses what was written to a terminal: there must be no control string but the question for the background's colour, and no
// character that does not fit.
func onlyCursor(raw string) error {
	p := ansi.NewParser()
	state := byte(0)
	for len(raw) > 0 {
		seq, width, n, next := ansi.DecodeSequence(raw, state, p)
		state, raw = next, raw[n:]
		switch {
		case width > 0:
			if err := nastytest.Harmless(text.UTF8, seq, false); err != nil {
				return err
			}
		case strings.HasPrefix(seq, "\x1b]") && !slices.Contains([]string{"\x1b]11;?\x07", "\x1b]11;?\x1b\\"}, seq):
			return fmt.Errorf("a command to the terminal: %q", seq)
		case strings.HasPrefix(seq, "\x1bP") && !strings.HasPrefix(seq, "\x1bP+q"), strings.HasPrefix(seq, "\x1b_"), strings.HasPrefix(seq, "\x1b^"):
			return fmt.Errorf("a string to the terminal: %q", seq)
		}
	}
	return nil
}
