package tui

import (
	"strings"
	"testing"
)

// shows fails unless every text is on the screen.
func shows(t *testing.T, v *viewer, texts ...string) {
	t.Helper()
	s := screen(v)
	for _, want := range texts {
		if !strings.Contains(s, want) {
			t.Fatalf("%q is not on the screen:\n%s", want, s)
		}
	}
}

// hides fails if any text is on the screen.
func hides(t *testing.T, v *viewer, texts ...string) {
	t.Helper()
	s := screen(v)
	for _, not := range texts {
		if strings.Contains(s, not) {
			t.Fatalf("%q is on the screen:\n%s", not, s)
		}
	}
}
