package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

func (v *viewer) helpKey(k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, v.keys.Quit):
		return tea.Quit
	case key.Matches(k, v.keys.Leave):
		v.leave = true
		return tea.Quit
	case key.Matches(k, v.keys.Help) || k.Code == tea.KeyEscape:
		v.mode, v.scroll = browsing, 0
	case key.Matches(k, v.keys.PageDown, v.keys.Down):
		v.scrollBy(1)
	case key.Matches(k, v.keys.PageUp, v.keys.Up):
		v.scrollBy(-1)
	}
	return nil
}

// helpLine is a line of the page of all keys: a sign and what it means, or a heading.
type helpLine struct{ sign, text, heading string }

// helpLines are all keys and the legend, w cells wide: side by side where there is room.
func (v *viewer) helpLines(int) []helpLine {
	var out []helpLine
	for i, group := range v.keys.FullHelp() {
		out = append(out, helpLine{heading: [...]string{"the screen", "records", "the program"}[i]})
		for _, b := range group {
			out = append(out, helpLine{sign: v.set.Spell(b.Help().Key), text: v.set.Spell(b.Help().Desc)})
		}
	}
	out = append(out, helpLine{heading: "what the signs mean"})
	for _, e := range words.Legend(v.set) {
		out = append(out, helpLine{sign: e.Sign, text: e.Meaning})
	}
	return out
}

func (v *viewer) drawHelp(c canvas) {
	c = c.at(v.layout.page())
	c.Fill(paint.Style{}, ' ')
	foot := "? or esc back"
	w, h := pageRows(&v.layout)
	lines := v.helpLines(w)
	if len(lines) > h {
		foot = "PgUp PgDn scroll · " + foot
	}
	if v.layout.boxed {
		c = c.box("keys and signs", "", v.set.Spell(foot))
		c = c.within(c.Sub(1, 0, w, h))
	} else {
		c.rule(0, "keys and signs", v.set.Spell(foot))
		c = c.within(c.Sub(1, 1, w, h))
	}
	if half := (len(lines) + 1) / 2; w >= 2*60 && len(lines) > h {
		v.helpColumn(c.within(c.Sub(0, 0, w/2-1, h)), lines[:half])
		v.helpColumn(c.within(c.Sub(w/2, 0, w-w/2, h)), lines[half:])
		return
	}
	v.helpColumn(c, lines[max(0, min(v.scroll, len(lines)-h)):])
}

func (v *viewer) helpColumn(c canvas, lines []helpLine) {
	w, h := c.Size()
	for y, l := range lines {
		if y >= h {
			return
		}
		if l.heading != "" {
			c.Text(0, y, c.th.Strong, l.heading)
			continue
		}
		c.Text(2, y, c.th.Accent, l.sign)
		c.Text(14, y, c.th.Text, v.set.Cut(l.text, w-14))
	}
}

// drawKeys draws the key line: what can be done now, the most needed first, as far as it fits.
func (v *viewer) drawKeys(c canvas) {
	w, _ := c.Size()
	if v.notice != "" {
		c.fit(margin(v.layout.boxed), 0, w, c.th.Strong, v.notice)
		return
	}
	if v.mode == filtering {
		v.drawPrompt(c)
		return
	}
	x := margin(v.layout.boxed)
	quit := v.keys.Quit.Help()
	// The way out is always named.
	room := w - text.Width(quit.Key) - 1 - text.Width(quit.Desc)
	for _, b := range v.short() {
		if !b.Enabled() {
			continue
		}
		k, does := v.set.Spell(b.Help().Key), v.set.Spell(b.Help().Desc)
		n := text.Width(k) + 1 + text.Width(does)
		if x+n+2 > room {
			continue
		}
		c.Text(x, 0, c.th.Accent, k)
		c.Text(x+text.Width(k)+1, 0, c.th.Dim, does)
		x += n + 2
	}
	n := c.Text(x, 0, c.th.Accent, quit.Key)
	c.Text(x+n+1, 0, c.th.Dim, quit.Desc)
}

// short is what the key line offers now, without the way out.
func (v *viewer) short() []key.Binding {
	as := func(b key.Binding, shown, does string) key.Binding {
		b.SetHelp(shown, does)
		b.SetEnabled(true)
		return b
	}
	k := v.keys
	if v.frozen && v.cfg.Still == nil {
		k.Freeze = as(k.Freeze, "space", "go on")
	}
	if v.cfg.Still != nil {
		k.Freeze.SetEnabled(false)
	}
	switch {
	case v.mode == helping:
		return []key.Binding{as(k.PageDown, "PgUp PgDn", "scroll"), as(k.Back, "esc", "back")}
	case v.mode == explaining:
		return []key.Binding{as(k.Up, "↑↓←→", "pick"), as(k.Back, "esc", "back"), k.Freeze, k.Help}
	case v.open:
		return []key.Binding{as(k.Back, "esc", "back"), k.Up, as(k.PageDown, "PgUp PgDn", "scroll"), k.Freeze, k.Explain, k.Help}
	}
	if v.table.filter.active() {
		k.Back = as(k.Back, "esc", "all records")
	} else if v.table.anchor != 0 {
		k.Back = as(k.Back, "esc", "back")
	}
	all := k.ShortHelp()
	return all[:len(all)-1]
}

// drawPrompt draws the filter that is being typed, in place of the key line.
func (v *viewer) drawPrompt(c canvas) {
	w, _ := c.Size()
	x := margin(v.layout.boxed)
	x += c.Text(x, 0, c.th.Accent, "/")
	x += c.Text(x, 0, c.th.Strong, v.prompt.tail(v.set, max(1, w/2)))
	ox, oy := c.Origin()
	v.cursor = tea.NewCursor(ox+min(x, w-1), oy)
	hint := "busy  discarded  unread  len>64  text  ! negates   enter done  esc all records"
	if v.prompt.wrong != "" {
		hint = v.prompt.wrong
	}
	c.fit(x+3, 0, w-x-3, c.th.Dim, hint)
}
