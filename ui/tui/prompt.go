package tui

import (
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"ringscope/ui/text"
)

// promptMax bounds what can be typed, in characters.
const promptMax = 120

// prompt is one line that is being typed. The zero value takes no keys.
type prompt struct {
	input textinput.Model
	wrong string // why it can't be taken as it is
}

// start begins with s, and the cursor at its end.
func (p *prompt) start(s string) {
	p.input, p.wrong = textinput.New(), ""
	p.input.CharLimit = promptMax
	p.input.SetVirtualCursor(false)
	// The terminal pastes by itself; ctrl-v would run a program that asks the clipboard of whoever sits at this host.
	p.input.KeyMap.Paste.SetEnabled(false)
	p.input.Focus()
	p.input.SetValue(s)
	p.input.CursorEnd()
}

// edit takes a key or a paste that changes the text, or moves the cursor.
func (p *prompt) edit(msg tea.Msg) {
	p.input, _ = p.input.Update(msg)
	p.wrong = ""
}

// text is what was typed.
func (p *prompt) text() string { return p.input.Value() }

// shown is as much round the cursor as fits into width cells, safe to show, and the cell of it that the cursor stands on.
func (p *prompt) shown(set text.Charset, width int) (s string, cursor int) {
	typed, at := []rune(p.text()), p.input.Position()
	before, after := set.Safe(string(typed[:at])), set.Safe(string(typed[at:]))
	room := width - 1 // the cursor may stand behind the last character
	before = set.CutHead(before, max(room-text.Width(after), room*2/3))
	cursor = text.Width(before)
	return before + set.Cut(after, room-cursor), cursor
}

// typed takes a key or a paste while a filter is typed. Every key but enter and esc belongs to the text, q as well.
func (v *viewer) typed(msg tea.Msg) {
	p := &v.prompt
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "enter":
			f, err := parseFilter(p.text())
			if err != nil {
				p.wrong = err.Error()
				return
			}
			v.mode = browsing
			v.refilter(f)
			return
		case "esc":
			v.mode = browsing
			v.refilter(filter{})
			return
		}
	}
	p.edit(msg)
	// The table follows the typing as long as it can be read as a filter.
	if f, err := parseFilter(p.text()); err == nil {
		v.refilter(f)
	}
}

// refilter shows the records that f takes.
func (v *viewer) refilter(f filter) {
	v.table.refilter(f, v.shown)
	v.look()
}
