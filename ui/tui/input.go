package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringscope/model"
)

// key does what a key asks for.
func (v *viewer) key(k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, v.keys.Interrupt):
		return tea.Interrupt
	case key.Matches(k, v.keys.Suspend):
		return v.suspend()
	}
	switch v.mode {
	case filtering:
		v.typed(k)
		return nil
	case helping:
		return v.helpKey(k)
	case explaining:
		return v.explainKey(k)
	}
	return v.browse(k)
}

// always handles the keys that mean the same in every mode in which nothing is typed.
func (v *viewer) always(k tea.KeyPressMsg) (cmd tea.Cmd, done bool) {
	switch {
	case key.Matches(k, v.keys.Quit):
		return tea.Quit, true
	case key.Matches(k, v.keys.Leave):
		v.leave = true
		return tea.Quit, true
	case key.Matches(k, v.keys.Freeze):
		v.freeze()
	case key.Matches(k, v.keys.Turn):
		v.byteZero = !v.byteZero
	case key.Matches(k, v.keys.Mouse):
		v.mouse = !v.mouse
		if v.mouse {
			v.tell("mouse on: click a record, a figure, a moment of the strip; m: select text again")
		} else {
			v.tell("mouse off: text can be selected")
		}
	default:
		return nil, false
	}
	return nil, true
}

// browse is for the screen as it starts, and for the opened record. Each panel takes its own keys, in turn; the table comes last.
func (v *viewer) browse(k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := v.always(k); done {
		return cmd
	}
	switch {
	case key.Matches(k, v.keys.Help):
		v.help()
	case key.Matches(k, v.keys.Explain) && v.tab() == tabFindings && !v.open:
		v.explainFinding()
	case key.Matches(k, v.keys.Explain):
		v.explain()
	case key.Matches(k, v.keys.Back):
		return v.goBack()
	case key.Matches(k, v.keys.Pane):
		v.turnTo(tab(k.String()[0] - '0'))
	case key.Matches(k, v.keys.Compare):
		v.compare()
	case v.timeKey(k):
	case v.open:
		v.pageKey(k)
	case v.tapeKey(k):
	default:
		v.paneKey(k)
	}
	return nil
}

// pageKey is for a record that is shown full-size.
func (v *viewer) pageKey(k tea.KeyPressMsg) {
	switch {
	case key.Matches(k, v.keys.Up):
		v.step(-1)
	case key.Matches(k, v.keys.Down):
		v.step(1)
	default:
		v.fitRecord()
		v.scroll.key(k)
	}
}

// goBack goes one level back: from a record to the table, then the filter, then a held record, then out.
func (v *viewer) goBack() tea.Cmd {
	switch {
	case v.open && v.compared:
		v.compare()
	case v.open:
		// The table keeps the rows it had until the watch has answered for it again.
		v.open = false
		v.look()
	case v.wholePane():
		v.pane.whole = false
	case v.filtered():
		v.refilter(filter{})
	case v.tableHeld():
		v.table.follow(model.AtReader)
		v.look()
	case v.hideTape():
	case v.cfg.Back:
		v.back = true
		return tea.Quit
	}
	return nil
}

// filtered reports whether the table is shown, and not all of its records.
func (v *viewer) filtered() bool { return v.tab() == tabRecords && v.table.filter.active() }

// tableHeld reports whether the table is shown, and stands where it was held.
func (v *viewer) tableHeld() bool { return v.tab() == tabRecords && v.table.anchor == model.AtPos }

// step selects the next or the previous record; a record that is shown full-size gives way to its neighbour.
func (v *viewer) step(n int) {
	v.table.move(n, v.tableHeight())
	if v.open {
		v.enter()
		return
	}
	v.look()
}

// page moves by a table-full.
func (v *viewer) page(n int) {
	v.table.move(n*max(1, v.tableHeight()-2), v.tableHeight())
	v.look()
}

// enter shows the selected record full-size.
func (v *viewer) enter() {
	r := v.table.record()
	switch {
	case r == nil && past(v.shown):
		v.tell(keptOnly)
		return
	case r == nil:
		v.tell("no record is selected: there is none to show")
		return
	}
	v.table.hold(r.Pos, v.tableHeight())
	v.compared = v.compared && v.open
	v.open, v.record, v.gone = true, *r, false
	v.scroll.top(&v.keys)
	v.look()
}

// reopen takes the opened record's newest state from a moment that was asked for it.
func (v *viewer) reopen(m *model.Moment) {
	d := &m.Sample.Detail
	for i := range d.Rows {
		if d.Rows[i].Pos != v.record.Pos {
			continue
		}
		if len(d.Rows[i].Payload) < len(v.record.Payload) && d.Rows[i].Header == v.record.Header {
			return // still the answer to the table's focus: it holds less of the payload
		}
		v.record, v.gone = d.Rows[i], false
		return
	}
	v.gone = v.recent == 0 && !d.Held
}

// suspendedMsg says that the watch has let go of its ring, or why it did not.
type suspendedMsg struct{ err error }

// resumedMsg says that the watch has taken its ring up again.
type resumedMsg struct{ err error }

// suspend stops the program as job control does. Nothing may keep a ring alive, or be the only consumer of one, while stopped.
func (v *viewer) suspend() tea.Cmd {
	if consumes(v.live) {
		v.tell("not suspended: ringscope is this ring's consumer, and a stopped consumer stops the ring")
		return nil
	}
	w := v.watch
	if w == nil {
		return tea.Suspend
	}
	return guarded("letting go of the ring", func() tea.Msg { return suspendedMsg{w.Suspend()} })
}

func (v *viewer) resume() tea.Cmd {
	w := v.watch
	if w == nil {
		return nil
	}
	return guarded("taking up the ring", func() tea.Msg { return resumedMsg{w.Resume()} })
}

// wheel moves through the table.
func (v *viewer) wheel(m tea.Mouse) {
	if v.mode != browsing {
		return
	}
	switch m.Button {
	case tea.MouseWheelUp:
		v.down(-1)
	case tea.MouseWheelDown:
		v.down(1)
	}
}

// click selects a record, or explains what was clicked.
func (v *viewer) click(m tea.Mouse) {
	if m.Button != tea.MouseLeft || v.mode == filtering || v.mode == helping {
		return
	}
	if v.mode == browsing && !v.open && v.travelTo(m.X, m.Y) {
		return
	}
	if !v.open && v.mode == browsing && v.clickPane(m) {
		return
	}
	if !v.open && v.mode == browsing && !v.wholePane() && (v.clickTape(m) || v.clickCircle(m)) {
		return
	}
	for _, s := range v.spots() {
		if s.area.holds(m.X, m.Y) {
			v.mode, v.pick = explaining, s
			return
		}
	}
}
