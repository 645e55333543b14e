package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// help opens the page of all keys.
func (v *viewer) help() {
	v.mode = helping
	v.scroll.top(&v.keys, v.keys.Up, v.keys.Down)
}

func (v *viewer) helpKey(k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, v.keys.Quit):
		return tea.Quit
	case key.Matches(k, v.keys.Leave):
		v.leave = true
		return tea.Quit
	case key.Matches(k, v.keys.Help, v.keys.Back):
		v.mode = browsing
		v.scroll.top(&v.keys)
	default:
		v.fitHelp()
		v.scroll.key(k)
	}
	return nil
}

// helpLine is a line of the page of all keys: a sign and what it means, or a heading.
type helpLine struct{ sign, text, heading string }

// helpKeys are all keys, helpSigns the legend.
func (v *viewer) helpKeys() []helpLine {
	var out []helpLine
	for _, group := range v.keys.groups() {
		out = append(out, helpLine{heading: group.heading})
		for _, b := range group.keys {
			out = append(out, helpLine{sign: v.shownKey(b), text: v.set.Spell(b.Help().Desc)})
		}
	}
	return out
}

func (v *viewer) helpSigns() []helpLine {
	out := []helpLine{{heading: "what the signs mean"}}
	for _, e := range words.Legend(v.set) {
		out = append(out, helpLine{sign: e.Sign, text: e.Meaning})
	}
	return out
}

// Columns of the page of all keys.
const (
	helpIndent = 2
	helpText   = 14 // keys have so much room
	signText   = 10 // signs beside them
	helpGap    = 2
)

// helpWidth is how much room lines take whose texts begin at column at.
func helpWidth(lines []helpLine, at int) int {
	most := 0
	for _, l := range lines {
		most = max(most, text.Width(l.heading), at+text.Width(l.text))
	}
	return most
}

// beside is the column from which on the signs stand beside the keys; 0: there is no room, and they stand below.
func (v *viewer) beside() int {
	w, _ := pageRows(&v.layout)
	at := helpWidth(v.helpKeys(), helpText) + helpGap
	if at+helpWidth(v.helpSigns(), signText) > w {
		return 0
	}
	return at
}

// fitHelp fits the page of all keys into its place.
func (v *viewer) fitHelp() (lines []helpLine) {
	w, h := pageRows(&v.layout)
	lines = v.helpKeys()
	if signs := v.helpSigns(); v.beside() == 0 {
		lines = append(lines, signs...)
	} else if n := len(signs) - len(lines); n > 0 {
		lines = append(lines, make([]helpLine, n)...) // as long as the longer one
	}
	told := make([]string, len(lines))
	for i, l := range lines {
		told[i] = l.heading + l.sign + l.text
	}
	v.scroll.fit(told, w, h)
	return lines
}

func (v *viewer) drawHelp(c canvas) {
	c = c.at(v.layout.page())
	c.Fill(paint.Style{}, ' ')
	foot := "? or esc back"
	w, h := pageRows(&v.layout)
	lines := v.fitHelp()
	first, beside := v.scroll.first(), v.beside()
	if v.scroll.long() {
		foot = "PgUp PgDn scroll · " + foot
	}
	if v.layout.boxed {
		c = c.box("keys and signs", "", v.set.Spell(foot))
		c = c.within(c.Sub(1, 0, w, h))
	} else {
		c.rule(0, "keys and signs", v.set.Spell(foot))
		c = c.within(c.Sub(1, 1, w, h))
	}
	c.helpColumn(lines[first:], helpText)
	if signs := v.helpSigns(); beside > 0 && first < len(signs) {
		c.within(c.Sub(beside, 0, w-beside, h)).helpColumn(signs[first:], signText)
	}
}

// helpColumn draws lines whose texts begin at column at.
func (c canvas) helpColumn(lines []helpLine, at int) {
	w, h := c.Size()
	for y, l := range lines {
		if y >= h {
			return
		}
		if l.heading != "" {
			c.Text(0, y, c.th.Strong, l.heading)
			continue
		}
		c.Text(helpIndent, y, c.th.Accent, l.sign)
		c.Text(at, y, c.th.Text, c.set.Cut(l.text, w-at))
	}
}

// shownKey is how a key is written: arrows have names in ASCII, with something between them.
func (v *viewer) shownKey(b key.Binding) string { return keyName(v.set, b.Help().Key) }

func keyName(set text.Charset, k string) string {
	if set == text.ASCII {
		k = strings.NewReplacer("↑↓←→", "arrows", "↑↓", "up/down", "↑ ↓", "up/down", "←→", "left/right", "←", "left", "→", "right").Replace(k)
	}
	return set.Spell(k)
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
	long := func(b key.Binding) int {
		return text.Width(v.shownKey(b)) + 1 + text.Width(v.set.Spell(b.Help().Desc)) + 2
	}
	// All keys and the way out are always named.
	always := []key.Binding{v.keys.Help, v.keys.Quit}
	if v.mode == helping {
		always = always[1:]
	}
	room := w + 2
	for _, b := range always {
		room -= long(b)
	}
	put := func(b key.Binding) {
		c.Text(x, 0, c.th.Accent, v.shownKey(b))
		c.say(x+text.Width(v.shownKey(b))+1, 0, c.th.Dim, b.Help().Desc)
		x += long(b)
	}
	for _, b := range v.short() {
		if b.Enabled() && x+long(b) <= room {
			put(b)
		}
	}
	for _, b := range always {
		put(b)
	}
}

// short is what the key line offers now, without what is always there.
func (v *viewer) short() []key.Binding {
	k := v.paneKeys(v.keys)
	k.Freeze = v.freezeKey()
	switch {
	case v.mode == helping:
		k.PageDown.SetEnabled(v.scroll.long())
		return []key.Binding{as(k.PageDown, "PgUp PgDn", "scroll"), as(k.Back, "esc", "back")}
	case v.mode == explaining:
		return []key.Binding{as(k.Up, "↑↓←→", "pick"), as(k.Back, "esc", "back"), k.Freeze}
	case v.frozen() && !v.open:
		return v.frozenKeys()
	case v.open && v.compared:
		k.PageDown.SetEnabled(v.scroll.long())
		return []key.Binding{as(k.Back, "esc", "back"), k.Up, as(k.PageDown, "PgUp PgDn", "scroll"), as(k.Compare, "v", "its bits"), k.Freeze, k.Explain}
	case v.open:
		k.PageDown.SetEnabled(v.scroll.long())
		return []key.Binding{as(k.Back, "esc", "back"), k.Up, as(k.PageDown, "PgUp PgDn", "scroll"), k.Compare, k.Freeze, k.Explain}
	}
	switch {
	case v.wholePane():
	case v.filtered():
		k.Back = as(k.Back, "esc", "all records")
	case !v.tableHeld() && !v.cfg.Back:
		k.Back.SetEnabled(false)
	}
	all := k.ShortHelp()
	return all[:len(all)-2]
}

// as is b as it is called now.
func as(b key.Binding, shown, does string) key.Binding {
	b.SetHelp(shown, does)
	return b
}

// freezeKey is what `space` does now.
func (v *viewer) freezeKey() key.Binding {
	b := v.keys.Freeze
	b.SetEnabled(v.cfg.Still == nil)
	if v.frozen() {
		b = as(b, "space", "go on")
	}
	return b
}

// frozenKeys is the key line of a frozen view, the most needed first.
func (v *viewer) frozenKeys() []key.Binding {
	k := v.paneKeys(v.keys)
	if v.cfg.Still != nil {
		k.Now = as(k.Now, "end", "back")
		k.Now.SetEnabled(v.shown != v.held)
	}
	if v.filtered() && !v.wholePane() {
		k.Back = as(k.Back, "esc", "all records")
	}
	k.Back.SetEnabled(v.cfg.Back || v.wholePane() || v.filtered() || v.tableHeld())
	return []key.Binding{k.Left, k.EventBefore, k.Now, v.freezeKey(), k.Back, k.Up, k.Open, k.Pane, k.Explain, k.Closer, k.Filter, k.Turn, k.Mouse}
}

// hints are what can be typed, the longest first.
var hints = []string{
	"busy  discarded  unread  len>64  text  ! negates   enter done  esc all records",
	"busy discarded unread len>64 text !not  enter done  esc clear",
	"enter done  esc clear",
}

// drawPrompt draws the filter that is being typed, in place of the key line.
func (v *viewer) drawPrompt(c canvas) {
	w, _ := c.Size()
	x := margin(v.layout.boxed)
	x += c.Text(x, 0, c.th.Accent, "/")
	typed, at := v.prompt.shown(v.set, max(1, w/2))
	ox, oy := c.Origin()
	v.cursor = tea.NewCursor(ox+min(x+at, w-1), oy)
	x += max(c.Text(x, 0, c.th.Strong, typed), at+1) + 2
	said := v.prompt.wrong
	for _, hint := range hints {
		if said == "" && x+text.Width(hint) <= w {
			said = hint
		}
	}
	c.fit(x, 0, w-x, c.th.Dim, said)
}
