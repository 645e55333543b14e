package tui

import (
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"
)

// scroll is where a page stands that may be longer than its place.
type scroll struct{ port viewport.Model }

// top begins a page at its first line. lines are the keys that move by one line; none: these keys do something else there.
func (s *scroll) top(k *keyMap, lines ...key.Binding) {
	s.port = viewport.New()
	s.port.KeyMap = viewport.KeyMap{PageUp: k.PageUp, PageDown: k.PageDown}
	if len(lines) == 2 {
		s.port.KeyMap.Up, s.port.KeyMap.Down = lines[0], lines[1]
	}
}

// fit gives the page its lines and its place; it never stands beyond its end.
func (s *scroll) fit(lines []string, w, h int) {
	s.port.SetWidth(w)
	s.port.SetHeight(h)
	s.port.SetContentLines(lines)
}

// key takes a key.
func (s *scroll) key(k tea.KeyPressMsg) { s.port, _ = s.port.Update(k) }

// first is the first line shown.
func (s *scroll) first() int { return s.port.YOffset() }

// long reports whether the page is longer than its place.
func (s *scroll) long() bool { return s.port.TotalLineCount() > s.port.Height() }
