package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"ringscope/ui/text"
)

func TestPromptEdits(t *testing.T) {
	for _, at := range []struct {
		name, from string
		msgs       []tea.Msg
		want       string
		cursor     int
	}{
		{"typing", "len", []tea.Msg{keyNamed(">"), keyNamed("6"), keyNamed("4")}, "len>64", 6},
		{"in the middle", "ln", []tea.Msg{keyNamed("left"), keyNamed("e")}, "len", 2},
		{"at the start", "usy", []tea.Msg{keyNamed("ctrl+a"), keyNamed("b")}, "busy", 1},
		{"a word back", "busy len>64", []tea.Msg{keyNamed("ctrl+w")}, "busy ", 5},
		{"everything before", "busy len>64", []tea.Msg{keyNamed("ctrl+u")}, "", 0},
		{"everything after", "busy len", []tea.Msg{keyNamed("left"), keyNamed("left"), keyNamed("left"), keyNamed("ctrl+k")}, "busy ", 5},
		{"erased", "busyx", []tea.Msg{keyNamed("backspace")}, "busy", 4},
		{"a paste of two lines", "", []tea.Msg{tea.PasteMsg{Content: "busy\nunread\x1b[2J"}}, "busy unread[2J", 14},
		{"a paste into the middle", "ad", []tea.Msg{keyNamed("left"), tea.PasteMsg{Content: "bc"}}, "abcd", 3},
		{"a paste that is too long", "", []tea.Msg{tea.PasteMsg{Content: strings.Repeat("x", 500)}}, strings.Repeat("x", promptMax), promptMax},
		{"ctrl-v asks no clipboard", "a", []tea.Msg{keyNamed("ctrl+v")}, "a", 1},
	} {
		t.Run(at.name, func(t *testing.T) {
			var p prompt
			p.start(at.from)
			for _, m := range at.msgs {
				p.edit(m)
			}
			if p.text() != at.want || p.input.Position() != at.cursor {
				t.Errorf("%q with the cursor at %d, want %q and %d", p.text(), p.input.Position(), at.want, at.cursor)
			}
		})
	}
}

func TestCtrlVRunsNothing(t *testing.T) {
	v, _ := live(t, 80, 24, slow())
	if msgs := press(v, "/", "ctrl+v"); len(msgs) != 0 {
		t.Errorf("ctrl-v answers %v", msgs)
	}
}

// TestPromptShowsWhereTheCursorStands draws whatever may be typed or pasted in any width.
func TestPromptShowsWhereTheCursorStands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p prompt
		p.start("")
		p.edit(tea.PasteMsg{Content: rapid.String().Draw(t, "typed")})
		for range rapid.IntRange(0, 30).Draw(t, "left") {
			p.edit(keyNamed("left"))
		}
		width := rapid.IntRange(1, 60).Draw(t, "width")
		set := rapid.SampledFrom([]text.Charset{text.UTF8, text.ASCII}).Draw(t, "charset")
		s, cursor := p.shown(set, width)
		if text.Width(s) > width || cursor < 0 || cursor >= width {
			t.Fatalf("%q of %d cells, cursor at %d, in %d", s, text.Width(s), cursor, width)
		}
		for _, r := range s {
			if !set.Fits(r) && r != '…' {
				t.Fatalf("%q has %U", s, r)
			}
		}
		typed := []rune(p.text())
		if whole := set.Safe(p.text()); text.Width(whole) < width && (s != whole || cursor != text.Width(set.Safe(string(typed[:p.input.Position()])))) {
			t.Fatalf("%q is shown as %q, cursor at %d", whole, s, cursor)
		}
	})
}

func TestTheCursorOfTheFilterStandsInTheKeyLine(t *testing.T) {
	v, _ := live(t, 80, 24, slow())
	press(v, "/", "b", "u", "s", "y", "left")
	if c := v.View().Cursor; c == nil || c.X != 4 || c.Y != 23 {
		t.Errorf("cursor %+v, want 4,23", c)
	}
	press(v, "esc")
	if c := v.View().Cursor; c != nil {
		t.Errorf("cursor %+v after esc", c)
	}
}

func TestPagesScroll(t *testing.T) {
	v, _ := live(t, 80, 24, slow())
	press(v, "?")
	shows(t, v, "freeze what", "PgUp PgDn scroll")
	press(v, "down", "down")
	hides(t, v, "freeze what")
	press(v, "up", "up")
	shows(t, v, "freeze what")
	press(v, "pgdown", "pgdown", "pgdown")
	shows(t, v, "not measured yet")
	v.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	shows(t, v, "freeze what", "not measured yet") // both columns fit
	press(v, "?", "down", "enter")
	v.record.Payload = make([]byte, 1024)
	v.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	shows(t, v, "31 30 29")
	press(v, "pgdown", "pgdown", "pgdown", "pgdown", "pgdown")
	shows(t, v, "03f0  00")
	hides(t, v, "31 30 29")
	v.record.Payload = v.record.Payload[:64]
	shows(t, v, "0030  00")
	press(v, "pgup")
	shows(t, v, "31 30 29")
}
