package tui

import (
	"fmt"
	"strings"
	"time"

	"ringscope/model"
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
}

func (h *header) draw(c canvas, l *layout) {
	h.identity(c.at(l.head[0]))
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
	second.spot(topicVerdict, x, 0, n)
	third.Text(x+2, 0, third.th.Text, v.Do)
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
func (h *header) identity(c canvas) {
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
			x := c.Text(0, 0, base, left.lead)
			x += c.Text(x, 0, strong, left.name)
			c.Text(x, 0, base, left.rest)
			from := w - text.Width(right)
			c.Text(from, 0, base, right)
			c.spot(words.TopicView, from, 0, text.Width(right))
			return
		}
	}
	// Nothing fits: the state matters most.
	c.fit(0, 0, w, base, rights[len(rights)-1])
}

// name is the left part of line 1.
type name struct{ lead, name, rest string }

// names is the ring's identity, the longest first.
func (h *header) names(set text.Charset) []name {
	r := ring(h.figures)
	if r == nil {
		target := set.Safe(h.target)
		return []name{{set.Spell(" ringscope ▸ "), target, ""}, {"", set.Cut(target, 24), ""}, {"", "", ""}}
	}
	label := set.Name(r.Name)
	id, size := "", text.Size(r.Size())
	if r.ID != 0 {
		id = fmt.Sprintf("id %d", r.ID)
	}
	format := ""
	if r.Format != nil {
		format = r.Format.Name
	}
	long := join(set.Spell(" · "), id, r.Type, size, format)
	short := join("  ", id, size, format)
	return []name{
		{set.Spell(" ringscope ▸ "), label, "   " + long},
		{"", label, "  " + short},
		{"", label, "  " + join("  ", id, size)},
		{"", set.Cut(label, 16), "  " + size},
		{"", set.Cut(label, 16), ""},
		{"", "", ""},
	}
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

// states is where and how the ring is seen, the longest first.
func (h *header) states(set text.Charset) []string {
	host := set.Safe(h.host)
	if r := ring(h.figures); r != nil && r.Source == model.SourceDemo {
		host = "SIMULATED"
	}
	clock := ""
	if at := when(h.figures); !at.IsZero() {
		clock = text.Clock(at)
	}
	where := join(" ", host, clock)
	dot := set.Spell(" · ")
	state, short := h.state(set)
	lead := set.Spell("● ")
	if short != "LIVE" {
		lead = ""
	}
	if consumes(h.figures) {
		long := "CONSUMING: ringscope takes the records of this ring"
		return []string{
			join("   ", where, lead+join(dot, state, long, h.view(false))+" "),
			join("  ", where, lead+join(dot, short, long)),
			join("  ", where, join(dot, short, "CONSUMING")),
			join("  ", host, "CONSUMING"),
			"CONSUMING",
		}
	}
	if h.frozen {
		return []string{join("   ", host, state) + " ", join("  ", host, state), state, short}
	}
	passive := "passive"
	if !h.attached() {
		passive = ""
	}
	out := []string{
		join("   ", where, lead+join(dot, state, passive, h.view(false))+" "),
		join("  ", where, lead+join(dot, short, passive, h.view(true))),
		join("  ", where, lead+join(dot, short, h.view(true))),
		join("  ", where, lead+short),
	}
	if host == "SIMULATED" {
		return append(out, join("  ", host, lead+short), join(" ", host, short), host)
	}
	return append(out, join("  ", clock, lead+short), lead+short)
}

// state is what the watch does, long and short.
func (h *header) state(set text.Charset) (long, short string) {
	at := when(h.figures)
	switch {
	case h.frozen && !when(h.live).After(at):
		return "FROZEN at " + text.Clock(at), "FROZEN"
	case h.frozen:
		ago := when(h.live).Sub(at)
		long = "FROZEN " + whole(ago.Truncate(time.Second)) + " ago (" + strings.TrimSuffix(text.Clock(at), "Z") + ")"
		if n, how := h.since(); how.Known() {
			long += ", " + set.Mark(how) + "+" + text.Roughly(n) + " records since"
		}
		return long, "FROZEN " + whole(ago.Truncate(time.Second)) + " ago"
	case h.stale > 0:
		return "STALE: nothing new for " + whole(h.stale.Truncate(time.Second)), "STALE " + whole(h.stale.Truncate(time.Second))
	}
	switch state(h.figures) {
	case model.Waiting:
		return "WAITING", "WAITING"
	case model.Ended:
		return "ENDED", "ENDED"
	case model.Live:
		watched := at.Sub(h.figures.Sample.Since)
		return "LIVE " + whole(watched.Truncate(time.Second)), "LIVE"
	default:
		return "LOOKING", "LOOKING"
	}
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
	m := h.figures.Sample.Missed
	switch {
	case m.Bytes > 0 && short:
		return "gaps"
	case m.Bytes > 0:
		return "view has gaps: " + text.Bytes(m.Bytes)
	case m.Torn > 0 || m.Resyncs > 0:
		if short {
			return "gaps"
		}
		return "view has gaps"
	case short:
		return "complete"
	default:
		return "view complete"
	}
}

// attached reports whether there is a ring to look at.
func (h *header) attached() bool {
	return ring(h.figures) != nil && state(h.figures) != model.Waiting
}
