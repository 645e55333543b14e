package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"ringscope/model"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// explain starts picking, at the verdict.
func (v *viewer) explain() {
	v.mode = explaining
	if v.picked() < 0 {
		v.topic = words.TopicVerdict
	}
}

// spots are what the frame that is shown can explain.
func (v *viewer) spots() []spot {
	var s []spot
	v.compose(&s)
	return s
}

// picked is the index of the picked spot; -1: it is not on the screen now.
func (v *viewer) picked() int {
	for i, s := range v.spots() {
		if s.topic == v.topic {
			return i
		}
	}
	return -1
}

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
		v.pick(0, -1)
	case key.Matches(k, v.keys.Down):
		v.pick(0, 1)
	case key.Matches(k, v.keys.Left):
		v.pick(-1, 0)
	case key.Matches(k, v.keys.Right):
		v.pick(1, 0)
	}
	return nil
}

// pick moves to the nearest spot in a direction. Rows count for more than columns, as they do to the eye.
func (v *viewer) pick(dx, dy int) {
	spots := v.spots()
	now := -1
	for i, s := range spots {
		if s.topic == v.topic {
			now = i
			break
		}
	}
	if now < 0 {
		v.topic = words.TopicVerdict
		return
	}
	from := spots[now].area
	best, bestAt := -1, 0
	for i, s := range spots {
		if s.topic == v.topic {
			continue
		}
		cost, ok := distance(from, s.area, dx, dy)
		if ok && (best < 0 || cost < best) {
			best, bestAt = cost, i
		}
	}
	if best >= 0 {
		v.topic = spots[bestAt].topic
	}
}

// distance is how far b is from a in a direction; ok is false where it does not lie there.
func distance(a, b rect, dx, dy int) (cost int, ok bool) {
	rows := b.y - a.y
	if dy != 0 {
		if rows*dy <= 0 {
			return 0, false
		}
		return 1000*rows*dy + gap(a.x, a.x+a.w, b.x, b.x+b.w), true
	}
	if (dx > 0 && b.x < a.x+a.w) || (dx < 0 && b.x+b.w > a.x) {
		return 0, false
	}
	return 1000*max(rows, -rows) + gap(a.x, a.x+a.w, b.x, b.x+b.w), true
}

// gap is the number of columns between two stretches; 0 where they overlap.
func gap(a0, a1, b0, b1 int) int { return max(0, b0-a1, a0-b1) }

// explanation is what is said about the picked topic.
func (v *viewer) explanation() string {
	if v.topic != words.TopicVerdict {
		said := words.Explain(v.set, v.topic)
		if how, ok := known(v.topic, v.figures); ok {
			said += " Now: " + words.Certainty(v.set, how) + "."
		}
		return said
	}
	if m := v.figures; m != nil && len(m.Findings) > 0 {
		return words.ExplainFinding(v.set, m.Findings[0].Code)
	}
	return v.set.Spell("Line 2 is the verdict: the worst of what was found, its evidence, and since when. Where nothing is wrong it says how long nothing was, or until when something was; " +
		"what was lost before ringscope came left no trace.")
}

// known is how the figure that a topic names is known at the moment; ok is false for what is no figure.
func known(t words.Topic, m *model.Moment) (how model.How, ok bool) {
	if m == nil || m.Sample == nil || m.Sample.State == model.Waiting {
		return 0, false
	}
	s := m.Sample
	how, ok = map[words.Topic]model.How{
		words.TopicLost: s.Drops.Count.How, words.TopicFull: s.Occupancy.Ratio.How, words.TopicWorst: s.Occupancy.Peak.How,
		words.TopicIn: s.Rates.Records.How, words.TopicOut: s.Rates.ConsumedRecords.How, words.TopicUnread: s.Lag.Records.How,
		words.TopicOldest: s.Lag.Age.How, words.TopicBusy: s.Busy.How, words.TopicWaste: s.Rates.DiscardRatioBytes.How,
	}[t]
	return how, ok
}

// drawExplanation marks what is picked and says what it means, where that covers least.
func (v *viewer) drawExplanation(c canvas, spots []spot) {
	var at rect
	for _, s := range spots {
		if s.topic == v.topic {
			at = s.area
			break
		}
	}
	c.at(at).Over(func(s paint.Style) paint.Style {
		s.Attr ^= paint.Reverse
		return s
	})
	place := v.layout.page()
	w := min(place.w, 100)
	lines := v.set.Wrap(v.explanation(), w-4)
	h := min(len(lines)+2, place.h)
	r := rect{place.x + (place.w-w)/2, place.y + place.h - h, w, h}
	if at.y >= r.y && at.y < r.y+r.h {
		r.y = place.y
	}
	c = c.at(r)
	c.Fill(paint.Style{}, ' ')
	c = c.box(string(v.topic), "", v.set.Spell("arrows: another · esc back"))
	for y, s := range lines {
		c.Text(1, y, c.th.Text, s)
	}
}
