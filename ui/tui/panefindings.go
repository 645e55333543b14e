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
	// The list keeps at least half of the room, as far as it needs it, and always shows the selected one.
	list := max(1, min(len(all), b.h/2))
	about := b.inFull(&all[at], b.h-list)
	list = max(list, min(len(all), b.h-len(about)))
	first := max(0, min(at-list/2, len(all)-list))
	if at < list {
		first = 0
	}
	for i := first; i < first+list; i++ {
		s.lines = append(s.lines, b.episode(&all[i], i == at))
		s.picks = append(s.picks, all[i].episodeKey)
	}
	if hidden := len(all) - list; hidden > 0 {
		s.notes, s.about = []string{text.Plural(uint64(len(all)), "finding")}, words.TopicTab
	}
	s.lines = append(s.lines, about...)
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
		part{x: shapeColumn, text: b.set.Shape(e.severity), style: severity(b.th, e.severity), topic: words.TopicSeverity},
		b.say(spanColumn, st, b.span(e)).about(words.TopicSince),
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
	out = append(out, b.right(lastedEnd, st, lasted).about(words.TopicSince))
	title := b.set.Cut(strings.ToLower(words.Title(e.code)), b.w-titleColumn)
	out = append(out, b.say(titleColumn, st, title).about(topic))
	if b.w >= evidenceColumn {
		out = append(out, b.say(codeColumn, b.th.Dim, string(e.code)).about(words.TopicCode))
	}
	if room := b.w - evidenceColumn; room >= evidenceMin {
		out = append(out, b.say(evidenceColumn, b.th.Dim, b.evidence(e, room)).about(topic))
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

// evidence is the longest sentence about a finding that has room, or as much of the shortest as has.
func (b *builder) evidence(e *episode, room int) string {
	if e.finding == nil {
		return ""
	}
	said := ""
	for _, said = range b.said(e).Sentences {
		if text.Width(b.set.Spell(said)) <= room {
			break
		}
	}
	return b.set.Cut(b.set.Spell(said), room)
}

// said puts a finding into words: as it stands now, or as it stood at its end.
func (b *builder) said(e *episode) words.Text {
	now := when(b.line.m)
	if !e.stands() {
		now = e.to
	}
	return words.Finding(b.set, *e.finding, e.sample, now)
}

// inFull is the title, the sentence and the advice of a finding, below a line: the longest words that have room in rows lines.
func (b *builder) inFull(e *episode, rows int) []sheetLine {
	heading := string(e.code)
	if e.finding != nil && !e.stands() {
		heading += " · as it was told at its beginning"
	}
	t := words.Text{Sentences: []string{"follows from what stands in line 2"}}
	switch {
	case e.finding != nil:
		t = b.said(e)
	case !e.hidden:
		t.Sentences = []string{"what was known of it was not kept"}
	}
	var out []sheetLine
	for i := range 2 * max(len(t.Sentences), len(t.Advice), 1) { // advice is shortened first
		out = append([]sheetLine{b.separator(heading)}, b.told(e, at(t.Sentences, i/2), at(t.Advice, (i+1)/2))...)
		if len(out) <= rows {
			return out
		}
	}
	return out[:max(0, rows)]
}

// at is element i, or the last one; empty: there is none.
func at(s []string, i int) string {
	if len(s) == 0 {
		return ""
	}
	return s[min(i, len(s)-1)]
}

// told are the lines of a finding in these words.
func (b *builder) told(e *episode, sentence, advice string) []sheetLine {
	topic, title := words.FindingTopic(e.code), words.Title(e.code)
	if advice != "" && e.code != model.OwnerGone {
		advice = "do: " + advice
	}
	var out []sheetLine
	for i, s := range b.set.Wrap(b.set.Spell(title+" "+sentence), b.w-findingsIndent) {
		l := sheetLine{part{x: findingsIndent, text: s, style: b.th.Text, topic: topic}}
		if i == 0 && strings.HasPrefix(s, title) {
			l = append(l, b.say(findingsIndent, b.th.Strong, title))
		}
		out = append(out, l)
	}
	for _, s := range b.set.Wrap(b.set.Spell(advice), b.w-findingsIndent) {
		out = append(out, sheetLine{part{x: findingsIndent, text: s, style: b.th.Text, topic: topic}})
	}
	return out
}

// separator is a line with a name.
func (b *builder) separator(name string) sheetLine {
	line := part{text: strings.Repeat(b.set.Spell("─"), max(0, b.w)), style: b.th.Faint}
	return sheetLine{line, b.say(findingsIndent-1, b.th.Dim, " "+name+" ").about(words.TopicCode)}
}

// timeline is what the findings are listed of.
type timeline struct {
	m   *model.Moment
	now string // its end: `now`, of one that is held `still`, of one of the past `then`; of a ring that is gone the time
}

// timeline is the moment that is shown, with its findings as they stood then.
func (v *viewer) timeline() timeline {
	m := v.figures
	switch {
	case m != nil && m.Sample != nil && (state(m) == model.Ended || state(m) == model.Waiting):
		return timeline{m, clock(when(m))}
	case !v.frozen():
		return timeline{m, "now"}
	case v.shown == v.held:
		return timeline{m, "still"}
	}
	return timeline{m, "then"}
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
