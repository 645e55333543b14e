package tui

import (
	"fmt"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// header is lines 1 to 3: identity and state, the verdict, what to do.
type header struct {
	host, target string
	figures      *model.Moment // what the lines speak of
	live         *model.Moment // the newest, while frozen
	frozen       bool
	stale        time.Duration
	back         bool // esc leaves the viewer
}

func (h *header) draw(c canvas, l *layout) {
	h.identity(c.at(l.head[0]), margin(l.boxed))
	if len(l.head) < 2 {
		return
	}
	h.verdict(c.at(l.head[1]), c.at(l.head[2]), l.boxed)
}

// margin is the blank column that wide screens begin with.
func margin(boxed bool) int {
	if boxed {
		return 1
	}
	return 0
}

// verdict draws lines 2 and 3.
func (h *header) verdict(second, third canvas, boxed bool) {
	w, rows := second.Size()
	if rows == 0 {
		return
	}
	x := margin(boxed)
	v := words.Judge(second.set, h.figures, when(h.figures), w-2*x)
	shape := severity(second.th, v.Severity)
	if v.Looking {
		shape = second.th.Dim
	}
	n := second.Text(x, 0, shape, v.Shape) + 1
	n += second.Text(x+n, 0, second.th.Strong, v.Title) + 1
	n += second.Text(x+n, 0, second.th.Text, v.Text)
	second.spot(words.TopicVerdict, x, 0, n)
	do := v.Do
	if state(h.figures) == model.Ended && v.Severity != model.Problem {
		do = h.lookBack(third.set, w-2*x-2)
	}
	n = third.Text(x+2, 0, third.th.Text, do)
	third.spot(words.TopicDo, x+2, 0, n)
}

// lookBack is what can still be done when the ring has ended.
func (h *header) lookBack(set text.Charset, width int) string {
	way := "q quit"
	if h.back {
		way = "esc back"
	}
	said := words.LookBack(history{m: h.figures}.watched(), way)
	for _, s := range said {
		if s = set.Spell(s); text.Width(s) <= width {
			return s
		}
	}
	return set.Cut(set.Spell(said[len(said)-1]), width)
}

// severity is the look of the shape of s.
func severity(th *paint.Theme, s model.Severity) paint.Style {
	switch s {
	case model.Problem:
		return th.Problem
	case model.Warning:
		return th.Warning
	case model.Hint:
		return th.Hint
	default:
		return th.Fine
	}
}

// when is the time that a moment speaks of.
func when(m *model.Moment) time.Time {
	if m == nil || m.Sample == nil {
		return time.Time{}
	}
	return m.Sample.At
}

// identity draws line 1: the ring at the left, where and in which state it is seen at the right. As little as possible is left out, of
// the left rather than of the right.
func (h *header) identity(c canvas, margin int) {
	w, rows := c.Size()
	if rows == 0 {
		return
	}
	base, strong := c.th.Text, c.th.Strong
	reverse := consumes(h.figures)
	if reverse {
		base, strong = paint.Style{Attr: paint.Reverse}, paint.Style{Attr: paint.Reverse | paint.Bold}
		c.Fill(base, ' ')
	}
	w -= 2 * margin
	lefts, rights := h.names(c.set), h.states(c.set)
	for sum := range len(lefts) + len(rights) - 1 {
		for i, right := range rights {
			if sum < i || sum-i >= len(lefts) {
				continue
			}
			left := lefts[sum-i]
			if text.Width(left.lead+left.name+left.rest)+3+text.Width(right) > w {
				continue
			}
			x := margin + c.Text(margin, 0, base, left.lead)
			x += c.Text(x, 0, strong, left.name)
			c.Text(x, 0, base, left.rest)
			from := margin + w - text.Width(right)
			c.Text(from, 0, base, right)
			c.spot(words.TopicName, x-text.Width(left.name), 0, text.Width(left.name))
			h.spots(c, x, left.rest)
			h.spots(c, from, right)
			return
		}
	}
	// Nothing fits: the state matters most.
	c.fit(margin, 0, w, base, rights[len(rights)-1])
}

// spots are the parts of line 1 that can be explained; said begins at column x.
func (h *header) spots(c canvas, x int, said string) {
	r := ring(h.figures)
	if r == nil {
		r = &model.Ring{}
	}
	format, id := "", ""
	if r.Format != nil {
		format = words.Format(r)
	}
	if r.ID != 0 {
		id = fmt.Sprintf("id %d", r.ID)
	}
	view, brief := h.view(false), h.view(true)
	if strings.Contains(said, view) {
		brief = ""
	}
	frozen := words.TopicFrozen
	if past(h.figures) {
		frozen = words.TopicPast
	}
	for _, part := range []struct {
		said  string
		topic words.Topic
	}{
		{id, words.TopicID},
		{r.Type, words.TopicType},
		{userRing, words.TopicType},
		{text.Size(r.Size()), words.TopicSize},
		{format, words.TopicFormat},
		{"SIMULATED", words.TopicSimulated},
		{c.set.Safe(h.host), words.TopicHost},
		{"LIVE", words.TopicLive},
		{"FROZEN", frozen},
		{"STALE", words.TopicStale},
		{"WAITING", words.TopicWaiting},
		{"ENDED", words.TopicEnded},
		{"passive", words.TopicPassive},
		{"CONSUMING", words.TopicConsuming},
		{view, words.TopicView},
		{brief, words.TopicView},
	} {
		if i := strings.Index(said, part.said); i >= 0 && part.said != "" {
			c.spot(part.topic, x+text.Width(said[:i]), 0, text.Width(part.said))
		}
	}
}

// name is the left part of line 1.
type name struct{ lead, name, rest string }

// userRing says in little room of which type a ring is that a process writes.
const userRing = "user ring"

// names is the ring's identity, the longest first.
func (h *header) names(set text.Charset) []name {
	r := ring(h.figures)
	if r == nil {
		target := set.Safe(h.target)
		return []name{{set.Spell("ringscope ▸ "), target, ""}, {"", set.Cut(target, 24), ""}, {"", "", ""}}
	}
	label := set.Name(r.Name)
	id, size := "", text.Size(r.Size())
	if r.ID != 0 {
		id = fmt.Sprintf("id %d", r.ID)
	}
	format := ""
	if r.Format != nil {
		format = words.Format(r)
	}
	long := join(set.Spell(" · "), id, r.Type, size, format)
	if words.IsUserRing(r) {
		format = userRing
	}
	short := join("  ", id, size, format)
	out := []name{{set.Spell("ringscope ▸ "), label, "   " + long}, {"", label, "  " + short}}
	if format != ringcore.Linux.Name && format != "" { // what is not to be expected matters more than the size, which the circle has
		out = append(out, name{"", label, "  " + join("  ", id, format)}, name{"", set.Cut(label, 16), "  " + format})
	}
	return append(out,
		name{"", label, "  " + join("  ", id, size)},
		name{"", set.Cut(label, 16), "  " + size},
		name{"", set.Cut(label, 16), ""},
		name{"", "", ""})
}

func join(sep string, parts ...string) string {
	var there []string
	for _, p := range parts {
		if p != "" {
			there = append(there, p)
		}
	}
	return strings.Join(there, sep)
}

// simulated reports whether what is shown is a simulation; it is known before the ring is.
func (h *header) simulated() bool {
	if r := ring(h.figures); r != nil {
		return r.Simulated
	}
	return h.target == "demo" || strings.HasPrefix(h.target, "demo:")
}

// states is where and how the ring is seen, the longest first.
func (h *header) states(set text.Charset) []string {
	host, clock := set.Safe(h.host), ""
	if h.simulated() {
		host = "SIMULATED"
	}
	if at := when(h.figures); !at.IsZero() && !h.frozen {
		clock = text.Clock(at)
	}
	where := join(" ", host, clock)
	dot := set.Spell(" · ")
	state := h.state(set)
	long, short := state[0], state[len(state)-1]
	if short == "LIVE" {
		long, short = set.Spell("● ")+long, set.Spell("● ")+short
	}
	view := h.view(false)
	if consumes(h.figures) {
		whole := "CONSUMING: ringscope takes the records of this ring"
		return []string{
			join("   ", where, join(dot, long, whole, view)),
			join("  ", where, join(dot, short, whole)),
			join("  ", where, join(dot, short, "CONSUMING", view)),
			join("  ", host, join(dot, short, "CONSUMING")),
			join("  ", host, "CONSUMING"),
			"CONSUMING",
		}
	}
	passive := "passive"
	if !h.attached() {
		passive = ""
	}
	out := []string{join("   ", where, join(dot, long, passive, view))}
	if h.frozen { // which moment it is matters more than the rest
		for _, s := range state {
			out = append(out, join("  ", where, join(dot, s, view)), join("  ", where, join(dot, s, h.view(true))), join("  ", where, s))
		}
	}
	out = append(out,
		join("  ", where, join(dot, short, view)),
		join("  ", where, short))
	if h.simulated() {
		return append(out, join("  ", host, short), join(" ", host, strings.TrimPrefix(short, set.Spell("● "))), host)
	}
	return append(out, join("  ", clock, short), short)
}

// state is what the watch does, the longest first; at least two.
func (h *header) state(set text.Charset) []string {
	at := when(h.figures)
	switch {
	case h.frozen && !when(h.live).After(at):
		return []string{"FROZEN at " + text.Clock(at), "FROZEN"}
	case h.frozen:
		ago := "FROZEN " + whole(when(h.live).Sub(at).Truncate(time.Second)) + " ago"
		out := []string{ago + " (" + h.clock(at) + ")", ago}
		if n, how := h.since(); how.Known() {
			since := ", " + set.Mark(how) + "+" + text.Roughly(n)
			out = append([]string{out[0] + since + " records since", out[0] + since}, out...)
		}
		if state(h.live) == model.Ended {
			out = append([]string{ago + " (" + h.clock(at) + "), ended since"}, out[len(out)-2:]...)
		}
		return out
	case h.stale > 0:
		short := "STALE " + whole(h.stale.Truncate(time.Second))
		return []string{"STALE: nothing new for " + whole(h.stale.Truncate(time.Second)), short}
	}
	switch state(h.figures) {
	case model.Waiting:
		return []string{"WAITING", "WAITING"}
	case model.Ended:
		return []string{"ENDED", "ENDED"}
	case model.Live:
		watched := at.Sub(h.figures.Sample.Since)
		return []string{"LIVE " + whole(watched.Truncate(time.Second)), "LIVE"}
	default:
		return []string{"LOOKING", "LOOKING"}
	}
}

// clock is the time of a moment as finely as moments follow each other there.
func (h *header) clock(at time.Time) string {
	s := strings.TrimSuffix(text.Clock(at), "Z")
	if h.figures.Past > 0 && h.figures.Past < time.Second {
		s += fmt.Sprintf(".%d", at.Nanosecond()/int(100*time.Millisecond))
	}
	return s
}

// since is how many records came after the frozen moment.
func (h *header) since() (uint64, model.How) {
	if h.live == nil || h.live.Sample == nil || h.figures == nil || h.figures.Sample == nil {
		return 0, model.Unknown
	}
	now, then := h.live.Sample.Totals, h.figures.Sample.Totals
	if now.Records < then.Records { // another ring by now
		return 0, model.Unknown
	}
	return now.Records - then.Records, now.How
}

// view tells how complete what we saw is. It speaks of this view, not of what the ring refused.
func (h *header) view(short bool) string {
	if h.figures == nil || h.figures.Sample == nil || state(h.figures) == model.Looking || state(h.figures) == model.Waiting {
		return ""
	}
	m, p := h.figures.Sample.Missed, &h.figures.Sample.Positions
	switch {
	case h.figures.Sample.Busy.How == model.AtLeast:
		return "view is behind"
	case !p.Aligned && p.Wrong == model.ProducerPosition:
		return "view stopped"
	case m.Bytes > 0 && short:
		return "view has gaps"
	case m.Bytes > 0:
		return "view has gaps: " + text.Bytes(m.Bytes)
	case m.Torn > 0 || m.Resyncs > 0:
		return "view has gaps"
	default:
		return "view complete"
	}
}

// attached reports whether there is a ring to look at.
func (h *header) attached() bool {
	return ring(h.figures) != nil && state(h.figures) != model.Waiting
}
