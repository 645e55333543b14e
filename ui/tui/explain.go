package tui

import (
	"cmp"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringscope/model"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// explain starts picking, at the verdict.
func (v *viewer) explain() {
	v.mode = explaining
	if v.spotted(v.spots()) < 0 {
		v.pick = spot{topic: words.TopicVerdict}
	}
}

// spots are what the frame that is shown can explain.
func (v *viewer) spots() []spot {
	var s []spot
	v.compose(&s)
	return s
}

// spotted is the index of the picked spot among spots: of those with its topic the one that is nearest to where it was, because what
// is drawn moves; -1: it is not on the screen now.
func (v *viewer) spotted(spots []spot) int {
	best, least := -1, 0
	for i, s := range spots {
		if s.topic != v.pick.topic {
			continue
		}
		dx, dy := s.area.x-v.pick.area.x, s.area.y-v.pick.area.y
		if far := max(dx, -dx) + rowWeight*max(dy, -dy); best < 0 || far < least {
			best, least = i, far
		}
	}
	return best
}

// rowWeight is how much farther a row is than a column: rows count for more, as they do to the eye.
const rowWeight = 1000

func (v *viewer) explainKey(k tea.KeyPressMsg) tea.Cmd {
	if cmd, done := v.always(k); done {
		return cmd
	}
	switch {
	case key.Matches(k, v.keys.Back, v.keys.Explain):
		v.mode = browsing
	case key.Matches(k, v.keys.Help):
		v.help()
	case key.Matches(k, v.keys.Up):
		v.pickRow(-1)
	case key.Matches(k, v.keys.Down):
		v.pickRow(1)
	case key.Matches(k, v.keys.Left):
		v.pickNext(-1)
	case key.Matches(k, v.keys.Right):
		v.pickNext(1)
	}
	return nil
}

// pickNext moves on as one reads, from row to row and round at the ends, so that every topic is reached.
func (v *viewer) pickNext(by int) {
	stops := v.stops()
	v.choose(stops, func(now int) int { return (now + by + len(stops)) % len(stops) })
}

// stops are the spots as one reads, one of each topic: the first, and what is picked now.
func (v *viewer) stops() []spot {
	spots := v.spots()
	slices.SortStableFunc(spots, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.area.y, b.area.y), cmp.Compare(a.area.x, b.area.x))
	})
	now := v.spotted(spots)
	var out []spot
	met := map[words.Topic]bool{}
	for i, s := range spots {
		if i == now || !met[s.topic] && (now < 0 || s.topic != spots[now].topic) {
			out = append(out, s)
		}
		met[s.topic] = true
	}
	return out
}

// pickRow moves to the nearest spot above or below.
func (v *viewer) pickRow(by int) {
	spots := v.spots()
	v.choose(spots, func(now int) int {
		best, least := now, 0
		from := spots[now].area
		for i, s := range spots {
			rows := (s.area.y - from.y) * by
			if rows <= 0 {
				continue
			}
			if far := rowWeight*rows + apart(from.x, from.x+from.w, s.area.x, s.area.x+s.area.w); best == now || far < least {
				best, least = i, far
			}
		}
		return best
	})
}

// choose picks the spot that next names after the one that is picked now; the verdict where that is gone.
func (v *viewer) choose(spots []spot, next func(now int) int) {
	now := v.spotted(spots)
	if now < 0 {
		v.pick = spot{topic: words.TopicVerdict}
		return
	}
	v.pick = spots[next(now)]
}

// apart is the number of columns between two stretches; 0 where they overlap.
func apart(a0, a1, b0, b1 int) int { return max(0, b0-a1, a0-b1) }

// explained is what a topic is about: the verdict is about the worst finding.
func explained(t words.Topic, m *model.Moment) words.Topic {
	if t == words.TopicVerdict && m != nil && len(m.Findings) > 0 {
		return words.FindingTopic(m.Findings[0].Code)
	}
	return t
}

// known is how the figure that a topic names is known at the moment; ok is false for what is no figure.
func known(t words.Topic, m *model.Moment) (how model.How, ok bool) {
	if m == nil || m.Sample == nil || m.Sample.State == model.Waiting {
		return 0, false
	}
	s := m.Sample
	how, ok = map[words.Topic]model.How{
		words.TopicLost: s.Drops.Count.How, words.TopicFull: s.Occupancy.Ratio.How, words.TopicWorst: s.Occupancy.Peak.How,
		words.TopicTimeToFull: s.Occupancy.TimeToFull.How, words.TopicIn: s.Rates.Records.How, words.TopicOut: s.Rates.ConsumedRecords.How,
		words.TopicUnread: s.Lag.Records.How, words.TopicOldest: s.Lag.Age.How, words.TopicBusy: s.Busy.How,
		words.TopicWaste: s.Rates.DiscardRatioBytes.How, words.TopicPending: s.Positions.Pending.How,
		words.TopicOverwrite: s.Positions.Overwrite.How, words.TopicConsumer: s.Positions.Consumer.How, words.TopicProducer: s.Positions.Producer.How,
	}[t]
	return how, ok
}

// Widths of an explanation.
const (
	explainWidth = 100 // at most
	explainWords = 8   // the words before its parts
	explainFrame = 4   // border and margin
)

// drawExplanation marks what is picked and says what it means, where that covers least.
func (v *viewer) drawExplanation(c canvas, spots []spot) {
	var at rect
	if i := v.spotted(spots); i >= 0 {
		v.pick = spots[i]
		at = v.pick.area
	}
	c.at(at).Over(func(s paint.Style) paint.Style {
		s.Attr ^= paint.Reverse
		return s
	})
	topic := explained(v.pick.topic, v.figures)
	note := ""
	if how, ok := known(topic, v.figures); ok {
		note = "now: " + words.Certainty(v.set, how)
	}
	c.explain(v.layout.page(), at, topic, ring(v.figures), note)
}

// explain says what a topic means where of is shown, in a box within place that leaves at free.
func (c canvas) explain(place, at rect, topic words.Topic, of *model.Ring, note string) {
	e, _ := words.Explain(c.set, topic, of)
	w := min(place.w, explainWidth)
	type line struct{ word, text string }
	var lines []line
	for _, p := range e.Parts() {
		word := p.Word
		for _, s := range c.set.Wrap(p.Text, w-explainFrame-explainWords) {
			lines = append(lines, line{word, s})
			word = ""
		}
	}
	h := min(len(lines)+2, place.h)
	r := rect{place.x + (place.w-w)/2, place.y + place.h - h, w, h}
	if at.y+at.h > r.y && at.y < r.y+r.h {
		r.y = place.y
	}
	c = c.at(r)
	c.Fill(paint.Style{}, ' ')
	c = c.box(c.set.Spell(words.Heading(topic, of)), note, c.set.Spell("arrows: another · esc back"))
	for y, l := range lines {
		c.Text(1, y, c.th.Dim, l.word)
		c.Text(1+explainWords, y, c.th.Text, l.text)
	}
}
