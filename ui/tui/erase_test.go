package tui

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
)

// sequence is a control sequence, or anything else that a terminal draws.
var sequence = regexp.MustCompile(`\x1b\[[0-9;:?<=>]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)|\x1b.|(?s:.)`)

// erasedInColor counts the blanks that are to show a background: written, or left by an erase.
func erasedInColor(written string) (blanks, erases int) {
	colored := false
	for _, s := range sequence.FindAllString(written, -1) {
		switch {
		case s == " " && colored:
			blanks++
		case !strings.HasPrefix(s, "\x1b["):
		case strings.HasSuffix(s, "m"):
			colored = background(colored, strings.Split(s[2:len(s)-1], ";"))
		case strings.ContainsAny(s[len(s)-1:], "KJX") && colored:
			erases++
		}
	}
	return blanks, erases
}

// background reports whether a background is set after the parameters of a sequence for colours.
func background(set bool, parameters []string) bool {
	for i := 0; i < len(parameters); i++ {
		switch p := parameters[i]; {
		case p == "" || p == "0" || p == "49":
			set = false
		case p == "38" || p == "48":
			set = set || p == "48"
			i += 2 // 5;n: these have 256 colours
		case len(p) == 2 && p[0] == '4' && p[1] <= '7':
			set = true
		case len(p) == 3 && strings.HasPrefix(p, "10"):
			set = true
		}
	}
	return set
}

// TestNoBlankNeedsABackground: a terminal without back_color_erase shows the fill of the ring and its history all the same.
func TestNoBlankNeedsABackground(t *testing.T) {
	for _, at := range []struct {
		name   string
		env    []string
		erases bool // in colour
	}{
		{"screen", []string{"TERM=screen-256color", "LANG=C.UTF-8"}, false},
		{"screen within tmux", []string{"TERM=screen", "TMUX=/tmp/s,1,0", "STY=7.pts", "LANG=C.UTF-8"}, false},
		{"tmux", []string{"TERM=screen-256color", "TMUX=/tmp/s,1,0", "LANG=C.UTF-8"}, true},
		{"xterm", []string{"TERM=xterm-256color", "LANG=C.UTF-8"}, true},
		{"ansi", []string{"TERM=ansi", "LANG=C.UTF-8"}, false},
	} {
		t.Run(at.name, func(t *testing.T) {
			written := ""
			_ = onEmulator(t, 80, 24, colorprofile.ANSI256, nil, Config{Open: opens(slow()), Env: at.env}, func(e *emulated, _ context.CancelFunc) {
				if !strings.Contains(e.text(), "READER TOO SLOW") {
					t.Errorf("the screen is\n%s", e.text())
				}
				written = e.raw()
			})
			blanks, erases := erasedInColor(written)
			if got := blanks+erases > 0; got != at.erases {
				t.Errorf("%d blanks and %d erases have a background", blanks, erases)
			}
		})
	}
}
