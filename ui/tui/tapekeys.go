package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/tui/circle"
)

// leap is how many columns the keys with shift go.
const leap = 10

// tapeKey is for the tape; it reports whether the key was one of its.
func (v *viewer) tapeKey(k tea.KeyPressMsg) bool {
	switch {
	case key.Matches(k, v.keys.Closer):
		v.zoom(-1)
	case key.Matches(k, v.keys.Farther):
		v.zoom(1)
	case key.Matches(k, v.keys.Earlier):
		v.along(-1)
	case key.Matches(k, v.keys.Later):
		v.along(1)
	case key.Matches(k, v.keys.MuchEarlier):
		v.along(-leap)
	case key.Matches(k, v.keys.MuchLater):
		v.along(leap)
	default:
		return false
	}
	return true
}

// showTape makes room for the tape where the screen has none for it by itself; it reports whether the tape is shown now, and whether it
// was before.
func (v *viewer) showTape() (shown, before bool) {
	if v.layout.tape.shown() {
		return true, true
	}
	v.tape.asked = true
	v.rearrange()
	if !v.layout.tape.shown() {
		v.tape.asked = false
		v.tell("no room for the tape here: it needs 72x20")
		return false, false
	}
	v.look()
	return true, false
}

// hideTape gives the room that was asked for back; it reports whether there was any.
func (v *viewer) hideTape() bool {
	if !v.tape.asked {
		return false
	}
	v.tape.asked = false
	v.rearrange()
	v.look()
	return true
}

// zoom goes one step closer or farther, and says where there is none. The first press only shows a tape that was not there.
func (v *viewer) zoom(n int) {
	shown, before := v.showTape()
	r := ring(v.shown)
	if !shown || !before || r == nil {
		return
	}
	most := farthest(r.Size(), v.layout.stripColumns())
	to := min(v.tape.zoom, most) + n
	switch {
	case to < 0:
		v.tell("a column is one header: there is nothing closer; Z goes farther")
	case to > most:
		v.tell("this is the whole ring: there is nothing farther; z goes closer")
	}
	v.tape.zoom = max(0, min(to, most))
	v.look()
}

// along selects the record n columns on, and at least the next one.
func (v *viewer) along(n int) {
	if shown, _ := v.showTape(); !shown {
		return
	}
	s, ok := v.scope(v.shown)
	if !ok {
		return
	}
	at, held := v.chosen()
	row := v.table.record()
	if !held {
		if row == nil {
			v.tell(records{t: &v.table, m: v.figures}.nothing(v.set))
			return
		}
		at = row.Pos
	}
	step := max(s.bytes/uint64(s.columns), 1)
	if n < 0 {
		at -= min(at, step*uint64(-n))
	} else {
		on := at + step*uint64(n)
		if row != nil && row.Pos == at {
			on = max(on, at+row.Span)
		}
		at = on
	}
	v.selectAt(at)
}

// selectAt selects the record that holds a position. What is overwritten gives way to the oldest byte that is left, what is not written
// yet to the newest.
func (v *viewer) selectAt(pos ringcore.Pos) {
	r := ring(v.shown)
	if r == nil || !v.shown.Sample.Positions.Producer.Known() || v.shown.Sample.Positions.Producer.V == 0 {
		return
	}
	p := v.shown.Sample.Positions.Producer.V
	pos = min(max(pos, p-min(p, r.Size())), p-1) &^ (headerBytes - 1)
	if !v.table.holdAt(pos) {
		if v.still() {
			v.tell("this moment kept only the records around the table")
			return
		}
		v.table.seek(pos)
	}
	if v.layout.records.shown() {
		v.turnTo(tabRecords)
	}
	v.look()
}

// still reports whether the moment that is shown stays: nothing more than it kept will come.
func (v *viewer) still() bool { return v.frozen() || v.cfg.Still != nil }

// retake makes the strip anew from a moment that stays. Otherwise the next one brings what was asked for.
func (v *viewer) retake() {
	if m := v.figures; v.still() && m != nil && m.Sample != nil {
		v.takeTape(m)
	}
}

// clickTape selects the record in the clicked column; it reports whether that was the strip. A busy record in it is what is looked for.
func (v *viewer) clickTape(m tea.Mouse) bool {
	r := v.layout.tape
	if v.layout.boxed {
		r = r.inner()
	}
	t := &v.tape.strip
	if !v.layout.boxed {
		r.y, r.h = r.y+1, max(0, r.h-1) // the rule
	}
	x := m.X - r.x
	if !r.holds(m.X, m.Y) || m.Y != r.y || x >= len(t.cells) || t.cells[x].Sum() == 0 {
		return false
	}
	lo, hi := t.edge(x), t.edge(x+1)
	for _, pos := range busyAt(v.shown) {
		if pos-lo < hi-lo {
			lo = pos
			break
		}
	}
	v.selectAt(lo)
	return true
}

// clickCircle selects the record at the clicked place of the band; it reports whether that was the band. A busy record near it is what
// is looked for.
func (v *viewer) clickCircle(m tea.Mouse) bool {
	panel := v.ringPanel()
	at := panel.place(&v.layout)
	if !at.holds(m.X, m.Y) {
		return false
	}
	turn, ok := v.circle.Locate(m.X-at.x, m.Y-at.y)
	if !ok {
		return false
	}
	f := panel.frame(v.set)
	near := v.circle.Near()
	for _, pos := range f.Busy {
		if circle.Apart(f.Turn(pos), turn) <= near {
			v.selectAt(pos)
			return true
		}
	}
	if pos, ok := f.PosAt(turn); ok {
		v.selectAt(pos)
	}
	return true
}

// busyAt are the busy records of a moment.
func busyAt(m *model.Moment) []ringcore.Pos {
	if m == nil || m.Sample == nil {
		return nil
	}
	return m.Sample.Busy.At
}
