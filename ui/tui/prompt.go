package tui

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"ringscope/ui/text"
)

// promptMax bounds what can be typed, in bytes.
const promptMax = 120

// prompt is one line that is being typed, with its cursor at the end.
type prompt struct {
	typed string
	wrong string // why it can't be taken as it is
}

func (p *prompt) start(s string) { p.typed, p.wrong = s, "" }

// add types s. Line ends become spaces, so that a pasted text stays one line.
func (p *prompt) add(s string) {
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			r = ' '
		case r < ' ' || r == 0x7f || r == utf8.RuneError:
			continue
		}
		if len(p.typed)+utf8.RuneLen(r) > promptMax {
			return
		}
		p.typed += string(r)
	}
}

// erase takes the last character away.
func (p *prompt) erase() {
	_, n := utf8.DecodeLastRuneInString(p.typed)
	p.typed = p.typed[:len(p.typed)-n]
}

// eraseWord takes the last word away.
func (p *prompt) eraseWord() {
	s := strings.TrimRight(p.typed, " ")
	p.typed = s[:strings.LastIndexByte(s, ' ')+1]
}

// edit takes a key that changes the text.
func (p *prompt) edit(k tea.KeyPressMsg) {
	switch k.String() {
	case "backspace", "ctrl+h":
		p.erase()
	case "ctrl+u":
		p.typed = ""
	case "ctrl+w":
		p.eraseWord()
	default:
		p.add(k.Text)
	}
	p.wrong = ""
}

// tail is as much of the end as fits, safe to show.
func (p *prompt) tail(set text.Charset, width int) string {
	return set.CutHead(set.Safe(p.typed), width)
}

// typed takes a key while a filter is typed. Every key but enter and esc belongs to the text, q as well.
func (v *viewer) typed(k tea.KeyPressMsg) {
	p := &v.prompt
	switch k.String() {
	case "enter":
		f, err := parseFilter(p.typed)
		if err != nil {
			p.wrong = err.Error()
			return
		}
		v.table.refilter(f, v.shown)
		v.mode = browsing
		v.look()
		return
	case "esc":
		v.mode = browsing
		v.table.refilter(filter{}, v.shown)
		v.look()
		return
	default:
		p.edit(k)
	}
	// The table follows the typing as long as it can be read as a filter.
	if f, err := parseFilter(p.typed); err == nil {
		v.table.refilter(f, v.shown)
		v.look()
	}
}

func (v *viewer) paste(s string) {
	if v.mode == filtering {
		v.prompt.add(s)
		v.typed(tea.KeyPressMsg{})
	}
}
