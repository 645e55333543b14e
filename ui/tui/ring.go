package tui

import (
	"slices"
	"strings"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
	"ringscope/ui/tui/circle"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// ringPanel is the circle with its legend. It moves at the frame rate.
type ringPanel struct {
	circle   *circle.Circle
	m        *model.Moment
	figures  *model.Moment // the number in the middle stands still as the other figures do
	byteZero bool
	boxed    bool
	tape     scope // what the tape shows of the ring; the zero value: there is none
	selected ringcore.Pos
	chosen   bool // selected is
}

func (v *viewer) ringPanel() ringPanel {
	p := ringPanel{circle: &v.circle, m: v.shown, figures: v.figures, byteZero: v.byteZero, boxed: v.layout.boxed}
	if v.layout.tape.shown() {
		p.tape, _ = v.scope(v.shown)
	}
	p.selected, p.chosen = v.chosen()
	return p
}

// place is where the circle itself is drawn.
func (p *ringPanel) place(l *layout) rect {
	if !l.boxed {
		return l.circle
	}
	r := l.circle.inner()
	r.h--
	return r
}

func (p *ringPanel) draw(c canvas, l *layout) {
	if !l.circle.shown() {
		return
	}
	at := c.at(l.circle)
	top := p.top()
	if l.boxed {
		note := ""
		if state(p.m) != model.Waiting {
			note = at.set.Spell(top + " · clockwise")
		}
		at.spotNote(true, note, words.TopicTurn)
		at = at.box("ring", note, "")
		w, h := at.Size()
		at = at.within(at.Sub(0, 0, w, h-1))
	}
	f := p.frame(c.set)
	p.circle.Draw(at.Area, c.th, &f)
	w, h := at.Size()
	at.spot(words.TopicCircle, w/2-4, h/2-1, 9)
	for _, sign := range p.circle.Signs() {
		at.spot(signTopics[sign.What], sign.X, sign.Y, 1)
	}
	if x, y, ok := p.circle.BracketAt(); ok {
		at.spot(words.TopicBracket, x, y, 1)
	}
	p.legend(c.at(l.legend), l.boxed, top)
}

func (p *ringPanel) top() string {
	switch {
	case p.byteZero:
		return "byte 0 at the top"
	case p.m != nil && p.m.Sample != nil && p.m.Sample.Ring != nil && p.m.Sample.Ring.Geometry.OverwriteMode:
		return "oldest at the top"
	case p.m != nil && p.m.Sample != nil && nobodyReads(p.m.Sample):
		return "consumer position at the top"
	}
	return "reader at the top"
}

// signTopics are the topics of what stands round the circle.
var signTopics = map[rune]words.Topic{
	'C': words.TopicConsumer, 'P': words.TopicProducer, 'N': words.TopicPending, 'O': words.TopicOverwrite, '0': words.TopicNotch,
	circle.SignWorst: words.TopicShapeWorst, circle.SignBusy: words.TopicShapeBusy, circle.SignSelected: words.TopicSelected,
}

// sign is one entry of the legend.
type sign struct {
	sign  rune
	color paint.Color
	name  string
	topic words.Topic
}

// lengthOf is how many columns signs take.
func lengthOf(signs []sign) int {
	n := -1
	for _, s := range signs {
		n += 3 + text.Width(s.name)
	}
	return n
}

// firstLap reports whether some of the ring was never written.
func (p *ringPanel) firstLap() bool {
	if p.m == nil || p.m.Sample == nil || p.m.Sample.Ring == nil {
		return false
	}
	n := p.m.Sample.Written()
	return n.Known() && n.V < p.m.Sample.Ring.Size()
}

// legend names the shapes; where there is no border, it also says what the letters are and what stands at the top. Where there is no
// room for all, signs that are not in this picture are left out first.
func (p *ringPanel) legend(c canvas, boxed bool, top string) {
	if state(p.m) == model.Waiting {
		return // there is no ring
	}
	g, th := c.th.Glyphs, c.th
	w, _ := c.Size()
	const x = 1
	signs := []sign{
		{g.Unread, th.Unread, "unread", words.TopicShapeUnread},
		{g.Discarded, th.Discarded, "discard", words.TopicShapeDiscard},
		{g.Busy, th.Busy, "busy", words.TopicShapeBusy},
		{g.Free, th.Free, "free", words.TopicShapeFree},
		{g.Never, th.Free, "never written", words.TopicShapeNever},
		{g.Worst, th.Mark, "worst", words.TopicShapeWorst},
	}
	if !p.firstLap() {
		signs = slices.Delete(signs, 4, 5)
	}
	letters := []string{"C reader, P writer", "C reader P writer"}
	switch {
	case boxed:
		letters = []string{""}
	case p.byteZero:
		letters = slices.Insert(letters, 0, "C reader, P writer, byte 0 at the top")
	case strings.HasPrefix(top, "oldest"):
		letters = []string{"C reader, O oldest at the top, P writer", "C reader, O oldest, P writer"}
		if unread(p.m) {
			letters = []string{"C consumer, O oldest at the top, P writer", "C consumer, O oldest, P writer"}
		}
	case strings.HasPrefix(top, "consumer"):
		letters = []string{"C consumer at the top, P writer", "C consumer, P writer"}
	default:
		letters = slices.Insert(letters, 0, "C "+top+", P writer")
	}
	said, ok := "", false
	for !ok {
		for _, said = range letters {
			if x+lengthOf(signs)+3+text.Width(said) < w || said == "" && x+lengthOf(signs) <= w {
				ok = true
				break
			}
		}
		if !ok {
			signs = p.fewer(signs)
			ok = len(signs) == 0
		}
	}
	at := x
	for _, e := range signs {
		c.Set(at, 0, paint.FG(e.color), e.sign)
		n := 2 + c.Text(at+2, 0, th.Dim, e.name)
		c.spot(e.topic, at, 0, n)
		at += n + 1
	}
	c.Right(w-1, 0, th.Dim, said)
	c.spot(words.TopicTurn, w-1-text.Width(said), 0, text.Width(said))
}

// fewer leaves out one sign: one that is not in this picture, or else the last.
func (p *ringPanel) fewer(signs []sign) []sign {
	drawn := map[words.Topic]bool{}
	for _, s := range p.circle.Signs() {
		drawn[signTopics[s.What]] = true
	}
	for _, t := range []words.Topic{words.TopicShapeDiscard, words.TopicShapeBusy, words.TopicShapeWorst} {
		i := slices.IndexFunc(signs, func(s sign) bool { return s.topic == t })
		if i >= 0 && !drawn[t] && (t != words.TopicShapeDiscard || !p.discards()) {
			return slices.Delete(signs, i, i+1)
		}
	}
	return signs[:len(signs)-1]
}

// discards reports whether discarded bytes are drawn.
func (p *ringPanel) discards() bool {
	return p.m != nil && p.m.Sample != nil && slices.ContainsFunc(shares(p.m.Sample), func(s float32) bool { return s >= circle.ShareShown })
}

// frame is what the circle shows of the moment.
func (p *ringPanel) frame(set text.Charset) circle.Frame {
	if p.m == nil || p.m.Sample == nil || p.m.Sample.Ring == nil || state(p.m) == model.Waiting {
		return circle.Frame{} // while a successor is waited for, there is no ring
	}
	s := p.m.Sample
	f := circle.Frame{Size: s.Ring.Size(), Consumer: s.Positions.Consumer.V, Producer: s.Positions.Producer.V}
	if !s.Positions.Producer.Known() || !s.Positions.Consumer.Known() {
		return circle.Frame{}
	}
	if !s.Positions.Valid() {
		// Positions that make no sense draw an arc that is never longer than what is known to be in use.
		f.Consumer = f.Producer - min(s.Occupancy.Used.V, f.Size, f.Producer)
	}
	if s.Positions.Pending.Known() {
		f.Pending, f.HasPending = s.Positions.Pending.V, true
	}
	if s.Ring.Geometry.OverwriteMode && s.Positions.Overwrite.Known() && s.Positions.Valid() {
		f.Overwrite, f.HasOverwrite = s.Positions.Overwrite.V, true
	}
	f.Written = s.Written().V
	f.Busy = s.Busy.At
	if s.Occupancy.Peak.Known() {
		f.Worst = s.Occupancy.Peak.V
	}
	f.Discarded = shares(s)
	if f.Selected, f.HasSelected = p.selected, p.chosen; !p.tape.whole() {
		f.Tape, f.TapeBytes = p.tape.from, p.tape.bytes
	}
	if p.byteZero {
		f.Orientation = circle.ZeroAtTop
	}
	f.Notch = p.byteZero || p.boxed // a small circle has no room for what only decorates it
	if of := p.figures; of != nil && of.Sample != nil {
		f.Title = text.Figure(set, of.Sample.Occupancy.Ratio, text.Percent)
		f.Note = "of " + text.Size(f.Size)
	}
	return f
}

// shares is the share of discarded bytes of each part of the data area; negative where no record begins.
func shares(s *model.Sample) []float32 {
	out := make([]float32, len(s.Buckets))
	for i := range s.Buckets {
		b := &s.Buckets[i]
		out[i] = -1
		if b.Bytes > 0 {
			out[i] = float32(b.Discarded) / float32(b.Bytes)
		}
	}
	return out
}
