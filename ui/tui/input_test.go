package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"ringscope/ringcore"
)

func TestBackLeavesOnlyWhereThereIsSomethingToGoBackTo(t *testing.T) {
	v := still(120, 36, Config{Still: slow(), Back: true})
	shows(t, v, "esc back")
	if msgs := press(v, "esc"); len(msgs) != 1 || !v.back {
		t.Errorf("esc answers %v", msgs)
	}
	hides(t, still(120, 36, Config{Still: slow()}), "esc back")
}

func TestTurn(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	before := screen(v)
	press(v, "o")
	shows(t, v, "byte 0 at the top")
	if screen(v) == before {
		t.Error("the circle did not turn")
	}
	press(v, "o")
	shows(t, v, "reader at the top")
}

func TestFilter(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	press(v, "/")
	shows(t, v, "len>64", "! negates")
	for _, r := range "discarded q" {
		press(v, map[bool]string{true: "space", false: string(r)}[r == ' '])
	}
	press(v, "backspace", "backspace", "enter")
	shows(t, v, "[discarded]", "esc all records")
	hides(t, v, "unread      ", "unread   1")
	if w.focus.Match == nil {
		t.Error("the sampler is not told what to look for")
	}
	for _, r := range v.table.rows {
		if r.Header.State() != ringcore.Discarded {
			t.Errorf("%d passed the filter", r.Pos)
		}
	}
	if w.focus.MatchPayload {
		t.Error("payloads are copied for a filter that does not look at them")
	}
	press(v, "/", "space", "c", "r", "o", "n", "enter")
	if !w.focus.MatchPayload {
		t.Error("a filter that looks for a text gets no payload")
	}
	press(v, "/")
	press(v, "ctrl+u", "l", "e", "n", ">", "x", "enter")
	shows(t, v, "a length is a number of bytes")
	press(v, "ctrl+w", "b", "u", "s", "y", "enter")
	shows(t, v, "no record around here is busy")
	press(v, "/", "ctrl+w", "D", "i", "s", "c")
	shows(t, v, "to ask for the state, type discarded")
	press(v, "ctrl+w", "\"", "d", "i", "s", "c", "\"") // a text and nothing else
	shows(t, v, "no record around here is \"disc\"; esc shows all")
	press(v, "esc")
	hides(t, v, "[busy]")
	if len(v.table.rows) != 24 {
		t.Errorf("%d rows after esc", len(v.table.rows))
	}
}

func TestQuitKeysCanBeTypedIntoAFilter(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	if msgs := press(v, "/", "q", "Q", "?", "e", "space"); len(msgs) != 0 {
		t.Errorf("typing answers %v", msgs)
	}
	if v.prompt.text() != "qQ?e " {
		t.Errorf("typed %q", v.prompt.text())
	}
}

func TestHelpHasEveryKey(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	press(v, "?")
	var all strings.Builder
	for range 8 {
		all.WriteString(screen(v))
		press(v, "pgdown")
	}
	for _, group := range v.keys.FullHelp() {
		for _, b := range group {
			if !strings.Contains(all.String(), b.Help().Desc) {
				t.Errorf("%q is not on the page of keys", b.Help().Desc)
			}
		}
	}
	for _, want := range []string{"unread: waits for the reader", "not measured yet"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("%q is not in the legend", want)
		}
	}
	press(v, "?")
	hides(t, v, "keys and signs")
}

func TestMouse(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	if v.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is on at the start: text can't be selected")
	}
	press(v, "m")
	if v.View().MouseMode != tea.MouseModeCellMotion {
		t.Error("m does not turn it on")
	}
	press(v, "x")
	y := 0
	for i, l := range strings.Split(screen(v), "\n") {
		if strings.Contains(l, "1,158,783,040") {
			y = i
		}
	}
	v.Update(tea.MouseClickMsg{X: 10, Y: y, Button: tea.MouseLeft})
	shows(t, v, "▸ 1,158,783,040")
	v.Update(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	shows(t, v, "▸ 1,158,782,912")
	v.Update(tea.MouseClickMsg{X: 50, Y: 4, Button: tea.MouseLeft})
	shows(t, v, "until the program or a probe counts")
	press(v, "esc", "m")
	if v.View().MouseMode != tea.MouseModeNone {
		t.Error("m does not turn it off")
	}
}
