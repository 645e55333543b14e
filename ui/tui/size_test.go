package tui

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"ringscope/internal/need"
	"ringscope/ui/text"
)

// still is a viewer that shows one moment at a size, in an environment that can show everything.
func still(w, h int, cfg Config) *viewer {
	if cfg.Host == "" {
		cfg.Host = "edge-7"
	}
	if cfg.Env == nil {
		cfg.Env = []string{"LANG=C.UTF-8"}
	}
	v := newViewer(context.Background(), cfg)
	v.Update(tea.WindowSizeMsg{Width: w, Height: h})
	return v
}

// screen is the text of the frame.
func screen(v *viewer) string {
	v.dirty = true
	v.View()
	return v.grid.String()
}

// TestEverySize draws everything that can be on the screen at every size: no panic, no line too wide, no line too many, and
// lines 1 to 3 as soon as there are three rows.
func TestEverySize(t *testing.T) {
	keys := map[string][]string{
		"table": nil, "record": {"down", "down", "enter"}, "explain": {"e", "down", "right"}, "help": {"?"}, "filter": {"/", "b", "u"},
		"tape": {"z", "Z", "Z", ".", ">", ","}, "whole tape": {"z", "z", "Z", "z"},
		"filtered": {"/", "b", "u", "s", "y", "enter"}, "compared": {"down", "v"}, "compared in its place": {"down", "enter", "v"},
	}
	for name, pressed := range keys {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, ascii := range []bool{false, true} {
				step := 5
				if (name == "table" || name == "tape" || name == "whole tape") && !ascii {
					step = 2
					if need.Required() {
						step = 1
					}
				}
				step *= unless(1, 11)
				v := still(120, 36, Config{Still: slow(), ASCII: ascii})
				press(v, pressed...)
				for w := 0; w <= 200; w += step {
					for h := 0; h <= 60; h += step {
						v.Update(tea.WindowSizeMsg{Width: w, Height: h})
						v.View()
						check(t, v.content, w, h, ascii)
						if t.Failed() {
							t.Fatalf("at %dx%d:\n%s", w, h, v.grid.String())
						}
						if h >= headRows && w >= 24 && !strings.Contains(v.grid.String(), "READER TOO SLOW") {
							t.Fatalf("no verdict at %dx%d:\n%s", w, h, v.grid.String())
						}
					}
				}
			}
		})
	}
}

// TestEveryKeyAtEverySize: a terminal can become too small for what is open, and keys are pressed all the same.
func TestEveryKeyAtEverySize(t *testing.T) {
	opened := map[string][]string{
		"table": nil, "record": {"down", "enter"}, "compared": {"down", "v"}, "explain": {"e", "down"}, "help": {"?"}, "filter": {"/", "b"},
	}
	keys := []string{
		"up", "down", "pgup", "pgdown", "left", "right", "shift+left", "shift+right", "enter", "space", "end", "e", "v", "o", "g", "G", "z", "Z",
		",", ".", "<", ">", "[", "]", "1", "3", "4", "6", "/", "?", "m", "esc",
	}
	for name, pressed := range opened {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, size := range [][2]int{{0, 0}, {1, 1}, {5, 60}, {20, 10}, {40, 24}, {59, 16}, {200, 3}, {60, 16}, {80, 24}} {
				for _, k := range keys {
					v := still(120, 36, Config{Still: slow()})
					press(v, pressed...)
					v.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
					press(v, k)
					v.View()
					check(t, v.content, size[0], size[1], false)
				}
			}
		})
	}
}

// check fails for a frame that does not fit.
func check(t *testing.T, frame string, w, h int, ascii bool) {
	t.Helper()
	if frame == "" {
		return
	}
	lines := strings.Split(frame, "\n")
	if len(lines) > max(1, h) {
		t.Errorf("%d lines on %d rows", len(lines), h)
	}
	for i, l := range lines {
		if n := text.Width(l); n > w {
			t.Errorf("line %d has %d cells of %d: %q", i, n, w, l)
		}
		if ascii {
			for _, r := range l {
				if r > 0x7e {
					t.Errorf("line %d has %q in ASCII", i, r)
				}
			}
		}
	}
}

// press presses keys by their names and returns what their commands answer.
func press(v *viewer, keys ...string) []tea.Msg {
	var out []tea.Msg
	for _, k := range keys {
		if _, cmd := v.Update(keyNamed(k)); cmd != nil {
			out = append(out, cmd())
		}
	}
	return out
}

var named = map[string]rune{
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "backspace": tea.KeyBackspace, "end": tea.KeyEnd,
}

func keyNamed(k string) tea.KeyPressMsg {
	if code, ok := named[k]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	if k == "space" {
		return tea.KeyPressMsg{Code: ' ', Text: " "}
	}
	if c, ok := strings.CutPrefix(k, "shift+"); ok {
		return tea.KeyPressMsg{Code: named[c], Mod: tea.ModShift}
	}
	if c, ok := strings.CutPrefix(k, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: rune(c[0]), Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
}

// TestDegradation states what is shown where: the detail goes first, then the boxes, then the history.
func TestDegradation(t *testing.T) {
	for _, at := range []struct {
		w, h                                       int
		boxed, circle, figures, history, rec, more bool
	}{
		{200, 50, true, true, true, true, true, true},
		{120, 36, true, true, true, true, true, true},
		{100, 30, true, true, true, true, true, false},
		{99, 30, false, true, true, true, true, false},
		{80, 24, false, true, true, true, true, false},
		{72, 16, false, true, true, true, false, false},
		{60, 16, false, false, true, true, false, false},
		{60, 40, false, false, true, true, true, false},
		{59, 16, false, false, false, false, false, false},
		{60, 15, false, false, false, false, false, false},
		{20, 3, false, false, false, false, false, false},
	} {
		l := arrange(at.w, at.h, false)
		got := []bool{l.boxed, l.circle.shown(), l.figures.shown(), l.history.shown(), l.records.shown(), l.detail.shown()}
		want := []bool{at.boxed, at.circle, at.figures, at.history, at.rec, at.more}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%dx%d: boxed, circle, figures, history, records, detail: %v, expected %v", at.w, at.h, got, want)
				break
			}
		}
	}
}

// TestNoOverlap draws each panel's place at every size: places never overlap and never leave the screen.
func TestNoOverlap(t *testing.T) {
	for w := range 220 {
		for h := range 80 {
			l := arrange(w, h, w%2 == 0)
			taken := make([]bool, w*h)
			for _, r := range []rect{l.head[0], l.head[1], l.head[2], l.small, l.circle, l.figures, l.history, l.tape, l.records, l.beside[0], l.beside[1], l.detail, l.keys} {
				if !r.shown() {
					continue
				}
				if r.x < 0 || r.y < 0 || r.x+r.w > w || r.y+r.h > h {
					t.Fatalf("%dx%d: %+v leaves the screen", w, h, r)
				}
				for y := r.y; y < r.y+r.h; y++ {
					for x := r.x; x < r.x+r.w; x++ {
						if taken[y*w+x] {
							t.Fatalf("%dx%d: %+v overlaps at %d,%d", w, h, r, x, y)
						}
						taken[y*w+x] = true
					}
				}
			}
		}
	}
}

// TestWideSymbolsGiveWayToASCII runs itself again where symbols are two columns wide: that is asked when a program starts.
func TestWideSymbolsGiveWayToASCII(t *testing.T) {
	if text.Width("█") == 1 {
		exe, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		c := exec.Command(exe, "-test.run=^"+t.Name()+"$", "-test.v")
		c.Env = append(os.Environ(), "RUNEWIDTH_EASTASIAN=1")
		if out, err := c.CombinedOutput(); err != nil || !strings.Contains(string(out), "wide symbols") {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	t.Log("wide symbols")
	for _, size := range sizes {
		v := still(size[0], size[1], Config{Still: slow()})
		check(t, v.View().Content, size[0], size[1], false)
		for _, r := range screen(v) {
			if r > 0x7e {
				t.Fatalf("%q is drawn at %dx%d", r, size[0], size[1])
			}
		}
	}
}
