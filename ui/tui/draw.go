package tui

import (
	tea "charm.land/bubbletea/v2"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// View is the frame. As long as nothing has changed it is the same string, and nothing is written.
func (v *viewer) View() tea.View {
	if v.dirty {
		v.cursor = nil
		v.compose(nil)
	}
	if v.dirty || v.moved && v.move() {
		if s := v.grid.Render(); s != v.content {
			v.content = s
		}
	}
	v.dirty, v.moved = false, false
	view := tea.NewView(v.content)
	view.AltScreen = true
	view.Cursor = v.cursor
	if v.mouse {
		view.MouseMode = tea.MouseModeCellMotion
	}
	return view
}

// compose draws everything onto the grid. spots takes what can be explained; it may be nil.
func (v *viewer) compose(spots *[]spot) {
	if spots == nil && v.mode == explaining {
		spots = new([]spot)
	}
	v.grid.Clear()
	l := &v.layout
	c := canvas{Area: v.grid.All(), th: v.theme, set: v.set, spots: spots}
	h := header{
		host: v.cfg.Host, target: v.cfg.Target, figures: v.figures, live: v.live,
		frozen: v.frozen(), stale: v.stale, back: v.cfg.Back,
	}
	h.draw(c, l)
	if l.small.shown() {
		v.drawSmall(c.at(l.small))
		return
	}
	if l.w == 0 || l.h <= headRows {
		return
	}
	switch {
	case v.mode == helping:
		v.drawHelp(c)
	case v.open && v.compared:
		v.fitRecord()
		v.comparison().draw(c.at(l.page()), l.boxed, &v.scroll)
	case v.open:
		v.fitRecord()
		v.opened().draw(c.at(l.page()), l.boxed, &v.scroll)
	case v.wholePane():
		v.drawPane(c)
	default:
		v.drawPanels(c)
	}
	v.drawKeys(c.at(l.keys))
	if v.mode == explaining {
		v.drawExplanation(c, *spots)
	}
}

// move draws only what moves at the frame rate, where nothing else has changed; it reports whether any of that is on the screen.
func (v *viewer) move() bool {
	l := &v.layout
	if v.mode == helping || v.open || v.wholePane() || l.small.shown() {
		return false
	}
	if v.mode == explaining { // the explanation may cover it
		v.compose(nil)
		return true
	}
	c := canvas{Area: v.grid.All(), th: v.theme, set: v.set}
	for _, r := range []rect{l.circle, l.legend, l.history} {
		c.at(r).Fill(paint.Style{}, ' ')
	}
	v.drawMoving(c)
	return true
}

// drawMoving draws the panels that move at the frame rate; the others stand still long enough to be read.
func (v *viewer) drawMoving(c canvas) {
	panel := v.ringPanel()
	panel.draw(c, &v.layout)
	v.strip().draw(c.at(v.layout.history), v.layout.boxed)
}

func (v *viewer) drawPanels(c canvas) {
	l := &v.layout
	v.drawMoving(c)
	figures{v.figures, v.frozen()}.draw(c.at(l.figures), l.boxed)
	v.drawTape(c)
	v.drawPane(c)
	v.drawBeside(c)
	if l.detail.shown() {
		bits{v.table.record(), ring(v.figures)}.draw(c.at(l.detail))
	}
}

// drawSmall says what size is needed, and which command tells the same as text.
func (v *viewer) drawSmall(c canvas) {
	w, h := c.Size()
	target := v.cfg.Target
	if r := ring(v.figures); r != nil {
		if t := words.Target(r); t != "TARGET" && (target == "" || r.Source != model.SourceDemo) { // which scenario only target says
			target = t
		}
	}
	say := words.TooSmall(minWidth, minHeight, v.layout.w, v.layout.h, v.set.Safe(target))
	lines := v.set.Wrap(say, w)
	if len(lines) > h {
		lines = []string{v.set.Cut(say, w)}
	}
	for y, s := range lines {
		c.Text(0, y, c.th.Dim, s)
	}
}

// tableHeight is how many lines the table shows, at least as many as make moving possible where it is not shown.
func (v *viewer) tableHeight() int { return max(8, v.tableLines()) }

// rowAt is the record that line y of the screen shows.
func (v *viewer) rowAt(y int) (ringcore.Pos, bool) {
	first := v.place().y + 2
	lines := v.table.lines(v.tableLines())
	if i := y - first; i >= 0 && i < len(lines) && lines[i].row != nil {
		return lines[i].row.Pos, true
	}
	return 0, false
}
