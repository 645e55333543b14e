package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// tab is one of the pages of the lower pane. Its number is the key that shows it, and never changes.
type tab uint8

// Tabs of the lower pane.
const (
	tabRecords tab = iota + 1
	tabWriters
	tabReader
	tabLengths
	tabSizing
	tabFindings
)

var tabNames = [...]string{tabRecords: "records", tabWriters: "writers", tabReader: "reader", tabLengths: "lengths", tabSizing: "sizing", tabFindings: "findings"}

// missing says why there is no such tab; empty: there is.
func (t tab) missing(m *model.Moment) string {
	switch t {
	case tabWriters:
		if len(sites(ring(m))) == 0 {
			return "2 writers: where programs write this ring is not known"
		}
	case tabSizing:
		return "5 sizing: what another size would have held is not known"
	}
	return ""
}

// pane is the lower pane: which tab it shows, and where its user stands in it.
type pane struct {
	tab   tab
	whole bool               // on the whole page, because the screen has no place for a pane
	first [len(tabNames)]int // first line shown of each tab that is no table
	held  episodeKey         // tab findings: what is selected; the zero value: the first one
}

// tab is the tab that is shown: a writers tab goes with the ring whose writers were known.
func (v *viewer) tab() tab {
	if v.pane.tab == 0 || v.pane.tab.missing(v.figures) != "" {
		return tabRecords
	}
	return v.pane.tab
}

// tabs are those that there are now.
func (v *viewer) tabs() []tab {
	var out []tab
	for t := tabRecords; t <= tabFindings; t++ {
		if t.missing(v.figures) == "" {
			out = append(out, t)
		}
	}
	return out
}

// tabKeys are the keys of the tabs that there are now: `1-4,6`.
func (v *viewer) tabKeys() string {
	var b strings.Builder
	all := v.tabs()
	for i := 0; i < len(all); {
		j := i
		for j+1 < len(all) && all[j+1] == all[j]+1 {
			j++
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		switch j - i {
		case 0:
			fmt.Fprintf(&b, "%d", all[i])
		case 1:
			fmt.Fprintf(&b, "%d,%d", all[i], all[j])
		default:
			fmt.Fprintf(&b, "%d-%d", all[i], all[j])
		}
		i = j + 1
	}
	return b.String()
}

// turnTo shows a tab, or says why there is none.
func (v *viewer) turnTo(t tab) {
	if why := t.missing(v.figures); why != "" {
		v.tell(why)
		return
	}
	if v.open {
		v.open = false
		v.look()
	}
	v.pane.tab = t
	v.pane.whole = !v.layout.records.shown()
}

// turnBy shows the next tab, or the one before.
func (v *viewer) turnBy(n int) {
	all := v.tabs()
	for i, t := range all {
		if t == v.tab() {
			v.turnTo(all[(i+n+len(all))%len(all)])
			return
		}
	}
}

// place is where the pane stands.
func (v *viewer) place() rect {
	if v.wholePane() && !v.layout.small.shown() {
		return v.layout.page()
	}
	return v.layout.records
}

// wholePane reports whether the pane covers the whole page.
func (v *viewer) wholePane() bool { return v.pane.whole && !v.layout.records.shown() }

// paneLines is how many lines a tab has, without title and borders.
func (v *viewer) paneLines() int {
	switch at := v.place(); {
	case !at.shown():
		return 0
	case v.layout.boxed:
		return max(0, at.h-2)
	default:
		return at.h - 1
	}
}

// tableLines is how many lines the table of records has, without its heads.
func (v *viewer) tableLines() int { return max(0, v.paneLines()-1) }

// scrollBy moves a tab that is no table.
func (v *viewer) scrollBy(n int) {
	first := &v.pane.first[v.tab()]
	*first = max(0, min(*first+n, len(v.sheet().lines)-v.paneLines()))
}

// drawPane draws the lower pane.
func (v *viewer) drawPane(c canvas) {
	at := v.place()
	if !at.shown() {
		return
	}
	c = c.at(at)
	c.Fill(paint.Style{}, ' ')
	if v.tab() == tabRecords {
		r := records{t: &v.table, m: v.figures}
		r.draw(v.paneFrame(c, r.notes(v.set), words.TopicHeld, r.foot()), margin(v.layout.boxed))
		return
	}
	s := v.sheet()
	first := max(0, min(v.pane.first[v.tab()], len(s.lines)-v.paneLines()))
	if n := len(s.lines); n > v.paneLines() {
		of := fmt.Sprintf("%d-%d of %d", first+1, min(n, first+v.paneLines()), n)
		arrows := keyName(v.set, "↑↓")
		s.notes, s.about = []string{"lines " + of + "  " + arrows, of, arrows}, words.TopicTab
	}
	body := v.paneFrame(c, s.notes, s.about, s.foot)
	w, h := body.Size()
	s.draw(body.within(body.Sub(1, 0, w-2, h)), first)
}

// sheet is what the tab that is shown tells now, where it is no table of records.
func (v *viewer) sheet() sheet {
	w := v.place().w - 2
	if v.layout.boxed {
		w -= 2
	}
	return v.sheetOf(v.tab(), w, v.paneLines())
}

// sheetOf is what a tab tells in h lines of w cells.
func (v *viewer) sheetOf(t tab, w, h int) sheet {
	b := builder{th: v.theme, set: v.set, m: v.figures, w: w, h: h}
	switch t {
	case tabFindings:
		return b.findings(v.timeline(), v.pane.held)
	case tabReader:
		return b.reader()
	case tabLengths:
		return b.lengths()
	case tabWriters:
		return b.writers()
	}
	return sheet{}
}

// others are the tabs that stand beside the one that is shown, where there is room.
func (v *viewer) others() []tab {
	var out []tab
	for _, t := range []tab{tabReader, tabFindings, tabLengths} {
		if t != v.tab() {
			out = append(out, t)
		}
	}
	return out
}

// drawBeside draws the pages that stand beside the pane.
func (v *viewer) drawBeside(c canvas) {
	for i, t := range v.others() {
		if i == len(v.layout.beside) || !v.layout.beside[i].shown() {
			return
		}
		at := v.layout.beside[i]
		s := v.sheetOf(t, at.w-4, at.h-2)
		l := label{tab: t, text: fmt.Sprintf("%d %s", t, tabNames[t]), x: labelStart}
		l.w = text.Width(l.text)
		note := ""
		if len(s.notes) > 0 {
			note = v.set.Spell(s.notes[0])
		}
		box := c.at(at)
		body := box.box("", note, "")
		box.spotNote(true, note, s.about)
		box.label(l, false, "")
		w, h := body.Size()
		s.draw(body.within(body.Sub(1, 0, w-2, h)), 0)
	}
}

// tabAt is the tab whose label stands at a cell of the screen.
func (v *viewer) tabAt(x, y int) (tab, bool) {
	at := v.place()
	for i, t := range v.others() {
		if i < len(v.layout.beside) && !v.wholePane() && v.layout.beside[i].holds(x, y) {
			return t, y == v.layout.beside[i].y
		}
	}
	if !at.shown() || y != at.y {
		return 0, false
	}
	for _, l := range v.labels(at.w-1, text.Width(v.chip())) {
		if x >= at.x+l.x-1 && x < at.x+l.x+l.w+1 {
			return l.tab, true
		}
	}
	return 0, false
}

// down moves by one: through records, through findings, or through a page that is longer than its place.
func (v *viewer) down(n int) {
	switch {
	case v.open || v.tab() == tabRecords:
		v.step(n)
	case v.tab() == tabFindings:
		v.selectBy(n)
	default:
		v.scrollBy(n)
	}
}

// paneKeys are the keys by the names of what they do in the tab that is shown.
func (v *viewer) paneKeys(k keyMap) keyMap {
	k.Pane = as(k.Pane, v.tabKeys(), k.Pane.Help().Desc)
	there := v.table.record() != nil
	switch v.tab() {
	case tabRecords:
		k.Up.SetEnabled(there)
	case tabFindings:
		there = len(episodes(v.timeline().m)) > 0
		k.Up = as(k.Up, k.Up.Help().Key, "finding")
		k.Up.SetEnabled(there)
		k.Open = as(k.Open, "enter", "its begin")
	default:
		k.Up = as(k.Up, k.Up.Help().Key, "scroll")
		k.Up.SetEnabled(len(v.sheet().lines) > v.paneLines())
		k.Open = as(k.Open, "enter", "record")
	}
	k.Open.SetEnabled(there)
	return k
}

// paneKey is for the tab that is shown.
func (v *viewer) paneKey(k tea.KeyPressMsg) {
	switch {
	case key.Matches(k, v.keys.Up):
		v.down(-1)
	case key.Matches(k, v.keys.Down):
		v.down(1)
	case key.Matches(k, v.keys.PageUp):
		v.pageDown(-1)
	case key.Matches(k, v.keys.PageDown):
		v.pageDown(1)
	case key.Matches(k, v.keys.Open) && v.tab() == tabFindings:
		v.revisit()
	case key.Matches(k, v.keys.Open):
		v.enter()
	case key.Matches(k, v.keys.NextPane):
		v.turnBy(1)
	case key.Matches(k, v.keys.PrevPane):
		v.turnBy(-1)
	case key.Matches(k, v.keys.Reader):
		v.turnTo(tabRecords)
		v.table.follow(model.AtReader)
		v.look()
	case key.Matches(k, v.keys.Newest):
		v.turnTo(tabRecords)
		v.table.follow(model.AtNewest)
		v.look()
	case key.Matches(k, v.keys.Filter):
		v.turnTo(tabRecords)
		v.mode = filtering
		v.prompt.start(v.table.filter.text)
	}
}

// pageDown moves by what the pane shows at once.
func (v *viewer) pageDown(n int) {
	if v.tab() == tabRecords {
		v.page(n)
		return
	}
	v.down(n * max(1, v.paneLines()-1))
}

// clickPane selects what was clicked in the pane; it reports whether there was something.
func (v *viewer) clickPane(m tea.Mouse) bool {
	if t, ok := v.tabAt(m.X, m.Y); ok {
		v.turnTo(t)
		return true
	}
	if !v.place().holds(m.X, m.Y) {
		return false
	}
	if v.tab() == tabFindings {
		if y, picks := m.Y-v.place().y-1, v.sheet().picks; y >= 0 && y < len(picks) {
			v.pane.held = picks[y]
			return true
		}
	}
	if v.tab() != tabRecords {
		return false
	}
	if pos, ok := v.rowAt(m.Y); ok {
		v.table.hold(pos, v.tableHeight())
		v.look()
	}
	return true
}
