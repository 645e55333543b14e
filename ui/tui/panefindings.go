package tui

import (
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// Columns of the findings.
const (
	shapeColumn    = 2 // behind the mark of the selected one
	spanColumn     = 5
	spanWidth      = 19 // 02:13:05 - 02:14:07
	lastedEnd      = spanColumn + spanWidth + 12
	titleColumn    = lastedEnd + 2
	codeColumn     = titleColumn + 34 // behind the longest title
	evidenceColumn = codeColumn + 19  // behind the longest code
	evidenceMin    = 24               // cells from which on a line of evidence stands there
	findingsIndent = 2
)

// findings are all that are on a time line, standing and ended, with the selected one in full below as far as there is room. Those that
// did not stand at the moment shown are dim.
func (b *builder) findings(line timeline, held episodeKey) sheet {
	all := episodes(line.m)
	if len(all) == 0 {
		return sheet{lines: []sheetLine{{b.say(findingsIndent, b.th.Dim, b.noFinding())}}}
	}
	s := sheet{foot: "↑↓ select · enter: as it began · e explains"}
	b.line = line
	at := chosen(all, held)
	about := b.inFull(&all[at])
	// The list keeps at least half of the room, and always shows the selected one.
	list := max(1, min(len(all), max(b.h/2, b.h-len(about))))
	first := max(0, min(at-list/2, len(all)-list))
	if at < list {
		first = 0
	}
	for i := first; i < first+list; i++ {
		s.lines = append(s.lines, b.episode(&all[i], i == at))
		s.picks = append(s.picks, all[i].episodeKey)
	}
	if hidden := len(all) - list; hidden > 0 {
		s.notes = []string{text.Plural(uint64(len(all)), "finding")}
	}
	s.lines = append(s.lines, about[:max(0, min(len(about), b.h-list))]...)
	return s
}

// noFinding says why there is none.
func (b *builder) noFinding() string {
	switch {
	case b.m == nil || state(b.m) == model.Looking:
		return "…"
	case state(b.m) == model.Waiting:
		return "there is no ring now"
	}
	return "nothing wrong was seen"
}

// episode is the line of one finding.
func (b *builder) episode(e *episode, selected bool) sheetLine {
	st, topic := b.th.Text, words.FindingTopic(e.code)
	if e.hidden || !e.covers(when(b.m)) {
		st = b.th.Dim
	}
	var out sheetLine
	if selected {
		out = append(out, part{text: string(b.th.Glyphs.Selected), style: b.th.Accent.With(paint.Bold)})
		st = b.th.Strong
	}
	out = append(out,
		part{x: shapeColumn, text: b.set.Shape(e.severity), style: severity(b.th, e.severity), topic: topic},
		b.say(spanColumn, st, b.span(e)).about(topic),
	)
	lasted := "?"
	if d, ok := e.lasted(when(b.line.m)); ok {
		lasted = text.Lasting(d.Truncate(time.Second))
		if d < 10*time.Second {
			lasted = text.Lasting(d)
		}
	}
	if e.before {
		lasted = "≥ " + lasted
	}
	out = append(out, b.right(lastedEnd, st, lasted).about(topic))
	title := b.set.Cut(strings.ToLower(words.Title(e.code)), b.w-titleColumn)
	out = append(out, b.say(titleColumn, st, title).about(topic))
	if b.w >= evidenceColumn {
		out = append(out, b.say(codeColumn, b.th.Dim, string(e.code)).about(topic))
	}
	if room := b.w - evidenceColumn; room >= evidenceMin {
		out = append(out, b.say(evidenceColumn, b.th.Dim, b.set.Cut(b.evidence(e), room)).about(topic))
	}
	return out
}

// span is from when to when: `02:13:05 - now`.
func (b *builder) span(e *episode) string {
	from, to := "?       ", b.line.now
	if !e.from.IsZero() {
		from = clock(e.from)
	}
	if !e.stands() {
		to = clock(e.to)
	}
	return from + " - " + to
}

// clock is a time of day without the sign of its zone; line 1 has it.
func clock(t time.Time) string { return strings.TrimSuffix(text.Clock(t), "Z") }

// evidence is one sentence about a finding.
func (b *builder) evidence(e *episode) string {
	if e.finding == nil {
		return ""
	}
	said := b.said(e).Sentences
	if len(said) == 0 {
		return ""
	}
	return said[0]
}

// said puts a finding into words: as it stands now, or as it stood at its end.
func (b *builder) said(e *episode) words.Text {
	now := when(b.line.m)
	if !e.stands() {
		now = e.to
	}
	return words.Finding(b.set, *e.finding, e.sample, now)
}

// inFull is the title, the sentence and the advice of a finding, below a line.
func (b *builder) inFull(e *episode) []sheetLine {
	topic := words.FindingTopic(e.code)
	say := words.Title(e.code)
	var advice string
	switch {
	case e.finding != nil:
		t := b.said(e)
		if len(t.Sentences) > 0 {
			say += "  " + t.Sentences[0]
		}
		if len(t.Advice) > 0 {
			advice = t.Advice[0]
		}
		if advice != "" && e.code != model.OwnerGone {
			advice = "do: " + advice
		}
		if !e.stands() {
			advice = "That is how it was told at its beginning. " + advice
		}
	case e.hidden:
		say += "  follows from what is shown in line 2, and is not told apart."
	default:
		say += "  What was known of it was not kept."
	}
	out := []sheetLine{b.separator(string(e.code))}
	for _, s := range b.set.Wrap(b.set.Spell(say), b.w-2) {
		out = append(out, sheetLine{part{x: 2, text: s, style: b.th.Text, topic: topic}})
	}
	for _, s := range b.set.Wrap(b.set.Spell(advice), b.w-2) {
		out = append(out, sheetLine{part{x: 2, text: s, style: b.th.Dim, topic: topic}})
	}
	return out
}

// separator is a line with a name.
func (b *builder) separator(name string) sheetLine {
	line := part{text: strings.Repeat(b.set.Spell("─"), max(0, b.w)), style: b.th.Faint}
	return sheetLine{line, b.say(findingsIndent-1, b.th.Dim, " "+name+" ")}
}

// timeline is what the findings are listed of.
type timeline struct {
	m   *model.Moment
	now string // its end: `now`, or of one that is held `still`
}

// timeline is the moment whose history the screen shows: the one at which the view was frozen, also while another one is looked at.
func (v *viewer) timeline() timeline {
	if v.frozen() {
		return timeline{v.held, "still"}
	}
	return timeline{v.figures, "now"}
}

// revisit shows the moment at which the selected finding began.
func (v *viewer) revisit() {
	all := episodes(v.timeline().m)
	if len(all) == 0 {
		v.tell("no finding is selected: there is none")
		return
	}
	e := &all[chosen(all, v.pane.held)]
	if e.from.IsZero() {
		v.tell("its beginning is not kept any more")
		return
	}
	if !v.hold() {
		return
	}
	v.pane.held = e.episodeKey
	if e.mark == nil {
		v.visit(e.from)
		return
	}
	v.visit(e.mark.Seen)
	v.arrived = e.mark
}

// explainFinding starts explaining at the selected finding.
func (v *viewer) explainFinding() {
	s := v.sheet()
	for y, k := range s.picks {
		if all := episodes(v.timeline().m); k == all[chosen(all, v.pane.held)].episodeKey {
			at := v.place()
			v.pick = spot{topic: words.FindingTopic(k.code), area: rect{at.x, at.y + 1 + y, at.w, 1}}
		}
	}
	v.explain()
}

// selectBy selects another finding.
func (v *viewer) selectBy(n int) {
	all := episodes(v.timeline().m)
	if len(all) == 0 {
		return
	}
	at := max(0, min(chosen(all, v.pane.held)+n, len(all)-1))
	v.pane.held = all[at].episodeKey
}
