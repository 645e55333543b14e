package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// overlay is what covers the list of rings.
type overlay uint8

const (
	overNothing overlay = iota
	overHelp
	overExplanation
)

// overKey takes the keys of what covers the list, and those that open it; it reports whether k was one of them.
func (s *start) overKey(k tea.KeyPressMsg) bool {
	switch {
	case key.Matches(k, s.keys.Help):
		s.toggle(overHelp)
		s.scroll.top(&keyMap{PageUp: s.keys.PageUp, PageDown: s.keys.PageDown}, s.keys.Up, s.keys.Down)
	case key.Matches(k, s.keys.Explain):
		s.toggle(overExplanation)
		s.topic = 0
	case s.over == overNothing:
		return false
	case key.Matches(k, s.keys.Back):
		s.over = overNothing
	case s.over == overHelp:
		s.fitHelp()
		s.scroll.key(k)
	case key.Matches(k, s.keys.Left, s.keys.Up):
		s.topic = (s.topic + len(s.topics()) - 1) % len(s.topics())
	case key.Matches(k, s.keys.Right, s.keys.Down):
		s.topic = (s.topic + 1) % len(s.topics())
	}
	return true
}

func (s *start) toggle(o overlay) {
	if s.over == o {
		o = overNothing
	}
	s.over = o
}

// startHead is a head of the list.
type startHead struct {
	name  string
	x     int
	topic words.Topic
}

// columns are the width of the names, and where FULL begins.
func (s *start) columns(x int) (name, full int) {
	name = max(12, min(24, s.w/4))
	return name, x + 2 + name + 8 + 10 + 2
}

// heads are the heads of the list.
func (s *start) heads(x int) []startHead {
	name, full := s.columns(x)
	return []startHead{
		{"RING", x + 2, words.TopicName},
		{"ID", x + 2 + name + 8 - 2, words.TopicID},
		{"SIZE", full - 2 - 4, words.TopicSize},
		{"FULL", full, words.TopicFull},
		{"READER", full + 8, words.TopicReader},
	}
}

// topics are what can be explained here.
func (s *start) topics() []words.Topic {
	out := []words.Topic{words.TopicPassive}
	if s.selected() >= 0 {
		out = nil
		for _, h := range s.heads(0) {
			out = append(out, h.topic)
		}
		out = append(out, words.TopicPassive)
	}
	return out
}

// headOf is where a topic stands in the list; no cells: nowhere.
func (s *start) headOf(t words.Topic, x int) rect {
	for _, h := range s.heads(x) {
		if h.topic == t && s.selected() >= 0 {
			return rect{h.x, headRows + 1, text.Width(h.name), 1}
		}
	}
	return rect{}
}

// body is everything between line 3 and the key line.
func (s *start) body() rect { return rect{0, headRows, s.w, max(0, s.h-headRows-1)} }

// helpLines are all keys of the page, and the signs that stand on it.
func (s *start) helpLines() []helpLine {
	out := []helpLine{{heading: "this page"}}
	for _, b := range []struct {
		key.Binding
		does string
	}{
		{s.keys.Up, "choose a ring"},
		{s.keys.Open, "open it, or ask for the path of a pinned one"},
		{s.keys.Demo, "a simulated ring: needs no root and no kernel"},
		{s.keys.Explain, "explain what the list shows; arrows: another column"},
		{s.keys.Help, "this page"},
		{s.keys.Back, "one level back"},
		{s.keys.Suspend, "suspend"},
		{s.keys.Quit, "quit"},
		{s.keys.Interrupt, "quit with exit code 130"},
	} {
		out = append(out, helpLine{sign: keyName(s.set, b.Help().Key), text: b.does})
	}
	out = append(out, helpLine{heading: "what the signs mean"})
	for _, e := range words.Legend(s.set) {
		out = append(out, helpLine{sign: e.Sign, text: e.Meaning})
	}
	return out
}

// fitHelp fits the page of keys into its place.
func (s *start) fitHelp() []helpLine {
	lines := s.helpLines()
	told := make([]string, len(lines))
	for i, l := range lines {
		told[i] = l.heading + l.sign + l.text
	}
	s.scroll.fit(told, s.w, max(0, s.body().h-1))
	return lines
}

func (s *start) drawHelp(c canvas) {
	c = c.at(s.body())
	c.Fill(paint.Style{}, ' ')
	lines := s.fitHelp()
	foot := "? or esc back"
	if s.scroll.long() {
		foot = "PgUp PgDn scroll · " + foot
	}
	c.rule(0, "keys and signs", s.set.Spell(foot))
	w, h := c.Size()
	c.within(c.Sub(1, 1, w-1, h-1)).helpColumn(lines[s.scroll.first():], helpText)
}
