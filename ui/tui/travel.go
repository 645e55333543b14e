package tui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// travel is where the view stands in time. A frozen view keeps the one moment at which it was frozen, and looks back over that moment's
// history: what it can show stays as it was however long it is looked at, and costs no more memory.
type travel struct {
	held    *model.Moment // at which the view was frozen; nil: it is live
	at      time.Time     // where in its history the moment shown stands
	arrived *model.Mark   // the event that was jumped to; nil: none
}

// frozen reports whether the view stands still.
func (t *travel) frozen() bool { return t.held != nil }

// farStep is how many steps one with shift is.
const farStep = 10

// timeKey takes the keys that go through history; it reports whether k was one of them.
func (v *viewer) timeKey(k tea.KeyPressMsg) bool {
	switch {
	case key.Matches(k, v.keys.Left):
		v.walk(-1)
	case key.Matches(k, v.keys.Right):
		v.walk(1)
	case key.Matches(k, v.keys.FarLeft):
		v.walk(-farStep)
	case key.Matches(k, v.keys.FarRight):
		v.walk(farStep)
	case key.Matches(k, v.keys.EventBefore):
		v.jump(-1)
	case key.Matches(k, v.keys.EventAfter):
		v.jump(1)
	case key.Matches(k, v.keys.Now):
		v.goLive()
	default:
		return false
	}
	return true
}

// freeze holds the view, or lets it go on. The watch never stops.
func (v *viewer) freeze() {
	switch {
	case v.cfg.Still != nil:
		v.tell("this is one still moment: there is nothing to go on with")
	case v.frozen():
		v.release()
	default:
		v.hold()
	}
}

// hold freezes the view where it stands; it reports whether there is anything to hold.
func (v *viewer) hold() bool {
	if v.live == nil {
		v.tell("nothing to freeze yet")
		return false
	}
	if v.frozen() {
		return true
	}
	v.held = v.shown
	v.showHeld()
	return true
}

// release lets the view go on at the newest moment.
func (v *viewer) release() {
	v.travel = travel{}
	v.show(v.live)
	v.textAt = v.clock
	v.look()
}

// goLive returns to the newest moment.
func (v *viewer) goLive() {
	switch {
	case v.cfg.Still == nil:
		if v.frozen() {
			v.release()
		}
	case v.frozen():
		v.showHeld()
	}
}

// showHeld shows the moment at which the view was frozen.
func (v *viewer) showHeld() {
	v.at, v.arrived = when(v.held), nil
	v.show(v.held)
}

// show makes m the moment of all panels.
func (v *viewer) show(m *model.Moment) {
	if v.shown != m {
		v.meet(v.shown, m)
		v.open = v.open && !v.frozen() // that record is not known at another moment
	}
	v.shown, v.figures = m, m
	v.dirty = true
	v.take(m)
}

// meet lets go of what was held or opened in a ring that is not the one of m.
func (v *viewer) meet(before, m *model.Moment) {
	if !another(before, m) {
		return
	}
	v.table = table{filter: v.table.filter}
	v.open = false
	v.look()
}

// walk goes n steps on in history, or back.
func (v *viewer) walk(n int) {
	if !v.hold() || n > 0 && v.shown == v.held && !v.follow() {
		return
	}
	h := v.held.History
	if h == nil {
		v.tell("there is no history")
		return
	}
	to := h.Step(v.at, n)
	switch {
	case n < 0 && !to.Before(v.at):
		v.tell("history begins here, " + text.Lasting(when(v.held).Sub(v.at)) + " back")
	case n > 0 && (!to.After(v.at) || !to.Before(when(v.held))):
		v.showHeld()
	default:
		v.visit(to)
	}
}

// follow holds the newest moment in place of the one that is held, so that what has come since can be stepped through. It reports
// whether there is any.
func (v *viewer) follow() bool {
	switch {
	case !when(v.live).After(v.at):
		v.tell("this is the newest moment")
	case v.live.History == nil || v.live.History.At(v.at) == nil:
		v.tell("what followed is not kept any more: end goes to now")
	default:
		v.held = v.live
		return true
	}
	return false
}

// visit shows the moment of t, or the nearest one.
func (v *viewer) visit(t time.Time) {
	h := v.held.History
	m := h.At(t)
	if m == nil { // the oldest that is kept is younger
		m = h.At(h.Step(t, 0))
	}
	if m == nil {
		v.tell("nothing is kept of that moment")
		return
	}
	v.at, v.arrived = t, nil
	v.show(m)
}

// jump goes to the event before the moment shown, or to the one after it.
func (v *viewer) jump(n int) {
	if !v.hold() || v.held.History == nil {
		return
	}
	var to *model.Mark
	for i := range v.held.History.Marks {
		m := &v.held.History.Marks[i]
		switch {
		case n < 0 && m.Seen.Before(v.at) && (to == nil || !m.Seen.Before(to.Seen)):
			to = m
		case n > 0 && m.Seen.After(v.at) && (to == nil || m.Seen.Before(to.Seen)):
			to = m
		}
	}
	switch {
	case to == nil && n < 0:
		v.tell("no event before this moment")
	case to == nil:
		v.tell("no event after this moment: end goes to now")
	default:
		v.visit(to.Seen)
		v.arrived = to
	}
}

// strip is the time line with its history: as it stood when the view was frozen, with the moment that is looked at.
func (v *viewer) strip() history {
	if !v.frozen() {
		return history{m: v.shown, to: "now"}
	}
	h := history{m: v.held, to: "now"}
	switch {
	case another(v.held, v.shown): // the strip of another ring
		h.m, h.at = v.shown, when(v.shown)
	case v.shown != v.held:
		h.at = when(v.shown)
	}
	if v.cfg.Still == nil {
		h.to = strings.TrimSuffix(text.Clock(when(h.m)), "Z")
	}
	if v.arrived != nil {
		h.note = words.Event(v.set, *v.arrived)
	}
	return h
}

// travelTo goes to the moment of cell x, y of the screen; it reports whether that lies on the time line.
func (v *viewer) travelTo(x, y int) bool {
	if !v.layout.history.holds(x, y) {
		return false
	}
	if !v.hold() {
		return true
	}
	t, ok := v.strip().timeAt(&v.layout, x)
	if !ok {
		return true
	}
	if t.Before(when(v.held)) {
		v.visit(t)
	} else {
		v.showHeld()
	}
	return true
}
