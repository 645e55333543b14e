package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"charm.land/bubbles/v2/key"

	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// View is the page. Nothing on it moves but what Look found anew.
func (s *start) View() tea.View {
	s.grid.Clear()
	c := canvas{Area: s.grid.All(), th: s.theme, set: s.set}
	lead, verdict, do := s.lines()
	w, h := s.w, s.h
	x := 0
	if w >= boxWidth {
		x = 1
	}
	n := c.Text(x, 0, s.theme.Strong, lead)
	if host := s.set.Safe(s.cfg.Host); x+n+2+text.Width(host) < w {
		c.Right(w-x, 0, s.theme.Text, host)
	}
	for i, line := range []string{verdict, do} {
		c.fit(x, 1+i, w-x, s.theme.Text, line)
	}
	var cursor *tea.Cursor
	switch {
	case s.asking && h > 4:
		at := x + c.Text(x, 4, s.theme.Accent, "pinned ring: ")
		path, on := s.prompt.shown(s.set, max(1, w-at-1))
		c.Text(at, 4, s.theme.Strong, path)
		cursor = tea.NewCursor(max(0, min(at+on, w-1)), 4)
	case s.over == overHelp:
		s.drawHelp(c)
	case s.selected() >= 0:
		s.drawRings(c, x)
	}
	if s.over == overExplanation {
		topic := s.topics()[s.topic%len(s.topics())]
		c.explain(s.body(), s.headOf(topic, x), topic, nil, "")
	}
	if h > headRows+1 {
		s.drawKeys(c, x)
	}
	view := tea.NewView(s.grid.Render())
	view.AltScreen = true
	view.Cursor = cursor
	return view
}

// lines are lines 1 to 3.
func (s *start) lines() (identity, verdict, do string) {
	identity = "ringscope"
	switch {
	case s.page == nil:
		return identity, s.set.Spell(text.ShapeLooking + " LOOKING for rings on this host …"), ""
	case len(s.page.Rings) == 0:
		return identity, s.page.Still.Why, s.page.Still.Help
	}
	return identity, s.set.Spell(text.ShapeUnknown + " " + text.Plural(uint64(len(s.page.Rings)), "ring") + " on this host, not judged yet. Which one?"),
		s.set.Spell("  enter opens it, passively. All at once, as text: sudo ringscope check")
}

func (s *start) drawRings(c canvas, x int) {
	w, _ := c.Size()
	name, full := s.columns(x)
	y := headRows + 1
	for _, head := range s.heads(x) {
		c.Text(head.x, y, s.theme.Dim, head.name)
	}
	sel := s.selected()
	top := max(0, min(s.top, len(s.page.Rings)-1))
	for i := top; i < len(s.page.Rings) && i-top < s.listRows()-1; i++ {
		e := &s.page.Rings[i]
		y++
		st := s.theme.Text
		if i == sel {
			st = s.theme.Strong
			c.Set(x, y, s.theme.Accent.With(paint.Bold), s.theme.Glyphs.Selected)
		}
		if e.Ring == nil {
			c.Text(x+2, y, st, s.set.Cut(s.set.Safe(e.Target)+"  "+s.set.Safe(e.Note), w-x-2))
			continue
		}
		c.Text(x+2, y, st, s.set.Cut(s.set.Name(e.Ring.Name), name))
		if e.Ring.ID != 0 {
			c.Right(x+2+name+8, y, st, fmt.Sprint(e.Ring.ID))
		}
		c.Right(full-2, y, st, text.Size(e.Ring.Size()))
		fill := s.set.Mark(e.Used.How)
		if e.Used.Known() && e.Ring.Size() > 0 {
			fill += text.Percent(float64(e.Used.V) / float64(e.Ring.Size()))
		}
		c.Text(full, y, st, fill)
		c.Text(full+8, y, st, s.set.Cut(s.reader(e), w-full-8))
	}
}

// reader is who reads a ring of the list, or what else there is to say about it.
func (s *start) reader(e *Entry) string {
	r := e.Ring
	switch {
	case e.Note != "":
		return s.set.Safe(e.Note)
	case len(r.ReaderAt) > 1:
		return fmt.Sprintf("%s +%d", words.Process(s.set, r.ReaderAt[0]), len(r.ReaderAt)-1)
	case len(r.ReaderAt) == 1:
		return words.Process(s.set, r.ReaderAt[0])
	case r.Readers.Known() && r.Readers.V == 0:
		return "none"
	default:
		return s.set.Mark(r.Readers.How)
	}
}

func (s *start) drawKeys(c canvas, x int) {
	keys := []key.Binding{s.keys.Demo}
	switch {
	case s.over == overHelp:
		keys = []key.Binding{s.keys.Back}
	case s.over == overExplanation:
		keys = []key.Binding{s.keys.Left, s.keys.Back}
	case s.asking:
		keys = []key.Binding{s.keys.Open, s.keys.Back}
	case s.selected() >= 0:
		keys = []key.Binding{s.keys.Up, s.keys.Open, s.keys.Demo}
	case s.page != nil && s.page.AskPin:
		keys = []key.Binding{bind(nil, "enter", "a pinned ring"), s.keys.Demo}
	}
	if s.over == overNothing && !s.asking {
		keys = append(keys, s.keys.Explain, s.keys.Help)
	}
	if !s.asking {
		keys = append(keys, s.keys.Quit)
	}
	w, h := c.Size()
	for _, b := range keys {
		k, does := keyName(s.set, b.Help().Key), s.set.Spell(b.Help().Desc)
		if x+text.Width(k)+1+text.Width(does) > w {
			return
		}
		x += c.Text(x, h-1, s.theme.Accent, k) + 1
		x += c.Text(x, h-1, s.theme.Dim, does) + 2
	}
}
