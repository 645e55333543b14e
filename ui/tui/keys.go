package tui

import (
	"charm.land/bubbles/v2/help"
	"charm.land/bubbles/v2/key"
)

// keyMap is every key of the viewer. The key line, the page that `?` opens and the dispatch all come from it.
type keyMap struct {
	Freeze, Up, Down, PageUp, PageDown, Open key.Binding
	Compare                                  key.Binding
	Reader, Newest                           key.Binding
	Pane, NextPane, PrevPane                 key.Binding
	Closer, Farther                          key.Binding
	Earlier, Later, MuchEarlier, MuchLater   key.Binding
	Turn, Filter, Explain, Mouse, Help       key.Binding
	Suspend, Back, Quit, Leave, Interrupt    key.Binding

	// Left and Right are time; while explaining they move between figures.
	Left, Right, FarLeft, FarRight key.Binding
	EventBefore, EventAfter, Now   key.Binding
}

var _ help.KeyMap = keyMap{}

func bind(keys []string, shown, does string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, does))
}

func newKeyMap() keyMap {
	return keyMap{
		Freeze:   bind([]string{"space"}, "space", "freeze"),
		Up:       bind([]string{"up", "k"}, "↑↓", "record"),
		Down:     bind([]string{"down", "j"}, "↓", "the next record"),
		PageUp:   bind([]string{"pgup"}, "PgUp PgDn", "a table-full"),
		PageDown: bind([]string{"pgdown"}, "PgDn", "a table-full on"),
		Open:     bind([]string{"enter"}, "enter", "open"),
		Compare:  bind([]string{"v"}, "v", "every format"),
		Reader:   bind([]string{"g"}, "g", "reader"),
		Newest:   bind([]string{"G"}, "G", "newest"),
		Pane:     bind([]string{"1", "2", "3", "4", "5", "6"}, "1-6", "pane"),
		NextPane: bind([]string{"tab"}, "tab", "next pane"),
		PrevPane: bind([]string{"shift+tab"}, "shift-tab", "the pane before"),
		Closer:   bind([]string{"z"}, "z", "zoom"),
		Farther:  bind([]string{"Z"}, "Z", "zoom out"),
		Earlier:  bind([]string{","}, ",", "a column back"),
		Later:    bind([]string{"."}, ".", "a column on"),

		MuchEarlier: bind([]string{"<"}, "<", "ten columns back"),
		MuchLater:   bind([]string{">"}, ">", "ten columns on"),

		Turn:      bind([]string{"o"}, "o", "turn"),
		Filter:    bind([]string{"/"}, "/", "filter"),
		Explain:   bind([]string{"e"}, "e", "explain"),
		Mouse:     bind([]string{"m"}, "m", "mouse"),
		Help:      bind([]string{"?"}, "?", "keys"),
		Suspend:   bind([]string{"ctrl+z"}, "ctrl-z", "suspend: lets go of the ring until fg"),
		Back:      bind([]string{"esc"}, "esc", "back"),
		Quit:      bind([]string{"q"}, "q", "quit"),
		Leave:     bind([]string{"Q"}, "Q", "quit and leave the last frame in the scrollback"),
		Interrupt: bind([]string{"ctrl+c"}, "ctrl-c", "quit with exit code 130"),

		Left:        bind([]string{"left"}, "←→", "time"),
		Right:       bind([]string{"right"}, "→", "a step on"),
		FarLeft:     bind([]string{"shift+left"}, "shift ←", "ten steps back"),
		FarRight:    bind([]string{"shift+right"}, "shift →", "ten steps on"),
		EventBefore: bind([]string{"["}, "[ ]", "mark"),
		EventAfter:  bind([]string{"]"}, "]", "the next event"),
		Now:         bind([]string{"end"}, "end", "live"),
	}
}

// ShortHelp is the key line, the most needed first.
func (k keyMap) ShortHelp() []key.Binding {
	return []key.Binding{k.Freeze, k.Back, k.Left, k.Up, k.Open, k.Pane, k.Explain, k.Reader, k.Newest, k.Closer, k.Filter, k.Turn, k.Mouse, k.Help, k.Quit}
}

// keyGroup is a part of the page of all keys.
type keyGroup struct {
	heading string
	keys    []key.Binding
}

// FullHelp is every key, in the groups of the page that `?` opens.
func (k keyMap) FullHelp() [][]key.Binding {
	var out [][]key.Binding
	for _, g := range k.groups() {
		out = append(out, g.keys)
	}
	return out
}

// groups are every key with what it does in a sentence, for the page that `?` opens.
func (k keyMap) groups() []keyGroup {
	long := func(b key.Binding, shown, does string) key.Binding {
		b.SetHelp(shown, does)
		return b
	}
	return []keyGroup{
		{"time", []key.Binding{
			long(k.Freeze, "space", "freeze what is shown, go on; sampling never stops"),
			long(k.Left, "←→", "a step back in history, on; with shift ten steps"),
			long(k.EventBefore, "[ ]", "the event before, after: a mark of the time line"),
			long(k.Now, "end", "back to now"),
		}},
		{"the screen", []key.Binding{
			long(k.Closer, "z Z", "tape closer, farther: one header a column … the whole ring"),
			long(k.Later, ", . < >", "select along the tape: a column back, on; ten columns"),
			long(k.Turn, "o", "turn the circle: reader at the top, byte 0 at the top"),
			long(k.Pane, "1-4 6 tab", "pane: records, writers, reader, lengths, findings"),
			long(k.Explain, "e", "explain: pick a figure or a bit with the arrows"),
		}},
		{"records", []key.Binding{
			long(k.Up, "↑ ↓", "select a record, and hold the table there"),
			long(k.PageUp, "PgUp PgDn", "a table-full back, on"),
			long(k.Open, "enter", "the record full-size: bits, hex, text"),
			long(k.Compare, "v", "the record in every format, side by side"),
			long(k.Reader, "g", "table at the reader: the oldest unread record"),
			long(k.Newest, "G", "table at the newest record, and follow"),
			long(k.Filter, "/", "filter: busy, discarded, len>64, text; ! negates; esc clears"),
		}},
		{"the program", []key.Binding{
			long(k.Mouse, "m", "mouse on, off; off, text can be selected"),
			k.Suspend,
			long(k.Back, "esc", "one level back"),
			k.Quit, k.Leave, k.Interrupt,
		}},
	}
}
