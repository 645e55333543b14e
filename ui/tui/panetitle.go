package tui

import (
	"fmt"
	"strings"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// label is the name of a tab in the title of the pane.
type label struct {
	tab   tab
	text  string
	badge []badge // behind it: how many findings stand
	x, w  int
}

// badge is a count of findings of one severity.
type badge struct {
	severity model.Severity
	text     string
}

// labelStart is where the first label stands.
const labelStart = 3

// labels are the names of the tabs in a title of width cells; where they have no room they move together, then give way to numbers.
func (v *viewer) labels(width, chip int) []label {
	var out []label
	for _, fit := range []struct {
		short bool
		gap   int
	}{{false, 2}, {false, 1}, {true, 2}, {true, 1}} {
		out = out[:0]
		x := labelStart
		for _, t := range v.tabs() {
			l := label{tab: t, text: fmt.Sprintf("%d %s", t, tabNames[t]), x: x}
			switch {
			case t == v.tab():
				l.text = strings.ToUpper(l.text)
			case fit.short:
				l.text = fmt.Sprint(uint8(t))
			}
			l.w = text.Width(l.text)
			if t == tabFindings {
				l.badge = v.badges(fit.short)
				for _, b := range l.badge {
					l.w += 1 + text.Width(b.text)
				}
			}
			if t == tabRecords && v.tab() == t {
				l.w += chip
			}
			out = append(out, l)
			x += l.w + fit.gap
		}
		if x-fit.gap < width {
			return out
		}
	}
	return out
}

// badges count the findings that stand, the worst first, or only the worst.
func (v *viewer) badges(worst bool) []badge {
	if v.figures == nil {
		return nil
	}
	var out []badge
	for s := model.Problem; s >= model.Hint; s-- {
		n := 0
		for _, f := range v.figures.Findings {
			if f.Severity == s {
				n++
			}
		}
		if n > 0 && (!worst || len(out) == 0) {
			out = append(out, badge{s, v.set.Shape(s) + fmt.Sprint(n)})
		}
	}
	return out
}

// paneFrame draws the title with its tabs and returns what is left for the tab itself. Notes are the same note in decreasing length,
// about what it speaks of, foot what the lower border says.
func (v *viewer) paneFrame(c canvas, notes []string, about words.Topic, foot string) canvas {
	w, h := c.Size()
	chip := ""
	if v.tab() == tabRecords {
		chip = v.chip()
	}
	labels := v.labels(w-1, text.Width(chip))
	last := labels[len(labels)-1]
	end := last.x + last.w
	note := ""
	for i, s := range notes {
		if s = v.set.Spell(s); end+1+1+text.Width(s)+2 <= w-1 {
			note = s
			break
		} else if i == 0 && foot != "" {
			foot = s + v.set.Spell(" · ") + foot
		}
	}
	var body canvas
	if v.layout.boxed {
		body = c.box("", note, v.set.Spell(foot))
	} else {
		c.rule(0, "", note)
		body = c.within(c.Sub(0, 1, w, h-1))
	}
	title := c.within(c.Sub(0, 0, w-1, 1))
	c.spotNote(v.layout.boxed, note, about)
	for _, l := range labels {
		title.label(l, l.tab == v.tab(), chip)
	}
	return body
}

// label draws one label with a blank on either side.
func (c canvas) label(l label, current bool, chip string) {
	st := c.th.Dim
	if current {
		st = c.th.Strong
	}
	for x := l.x - 1; x < l.x+l.w+1; x++ {
		c.Set(x, 0, st, ' ')
	}
	x := l.x + c.Text(l.x, 0, st, l.text)
	if current && l.tab == tabRecords {
		n := c.Text(x, 0, c.th.Accent, chip)
		c.spot(words.TopicFilter, x, 0, n)
		x += n
	}
	for _, b := range l.badge {
		x++
		x += c.Text(x, 0, severity(c.th, b.severity), c.set.Shape(b.severity)) // the shape alone: red is not for text
		x += c.Text(x, 0, c.th.Text, strings.TrimPrefix(b.text, c.set.Shape(b.severity)))
	}
	if current {
		c.spot(words.TopicTab, l.x, 0, l.w) // the same is true of all
	}
}

// chipRoom is how much of a filter the title shows.
const chipRoom = 24

// chip is the filter behind the name of the records tab: the one that is typed, or the one that holds.
func (v *viewer) chip() string {
	switch {
	case v.mode == filtering:
		return " /" + v.set.Cut(v.set.Safe(v.prompt.text()), chipRoom)
	case v.table.filter.active():
		return " [" + v.set.Cut(v.set.Safe(v.table.filter.text), chipRoom) + "]"
	}
	return ""
}
