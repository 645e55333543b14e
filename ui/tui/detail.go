package tui

import (
	"fmt"
	"strconv"
	"strings"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// bits is the header of one record, bit by bit.
type bits struct {
	r *model.Row
	// format says which page offset is right; nil: not known
	ring *model.Ring
}

// bitLine is one line of the breakdown.
type bitLine struct {
	text   string
	topic  words.Topic
	strong bool
}

// length is the payload's length and the span that follows from it: in fewer words where the numbers are long, so that neither is cut
// in the narrowest panel.
func (b bits) length() string {
	n, span := text.Count(uint64(b.r.Header.Length)), text.Count(b.r.Span)
	const room = 42 - 15
	for _, between := range []string{" (+ 8 header = span ", " (+ 8 = span "} {
		if s := n + between + span + ")"; text.Width(s) <= room {
			return s
		}
	}
	return n + " (span " + span + ")"
}

// lines are the breakdown of the header's 64 bits, at most width cells each.
func (b bits) lines(set text.Charset) []bitLine {
	h := b.r.Header
	word := uint32(h.Raw)
	out := []bitLine{
		{text: "31 30 29                           0"},
		{text: fmt.Sprintf(" %d  %d %030b", word>>31, word>>30&1, word&(1<<30-1)), strong: true},
		{text: " │  │ └ length " + b.length(), topic: words.TopicLength},
		{text: " │  └ discard: " + yes(h.Discard, "the reader will skip it", "no, it is delivered"), topic: words.TopicDiscardBit},
		{text: " └ busy: " + yes(h.Busy, "reserved and not finished", "no, it is finished"), topic: words.TopicBusyBit},
		{text: fmt.Sprintf("%032b", h.PageOffset), strong: true},
		{text: "└ " + b.pageOffset(set), topic: words.TopicPageOffset},
		{text: "bytes  " + text.HeaderBytes(h.Raw, b.headerSize()), topic: words.TopicHeader},
		{text: b.seen(set), topic: words.TopicFirstSeen},
	}
	if h.Busy && h.Discard {
		out[3].text = " │  └ discard: set beside busy"
	} else if h.Busy {
		out[3].text = " │  └ discard: not yet decided"
	}
	for i := range out {
		out[i].text = set.Spell(out[i].text)
	}
	return out
}

func yes(is bool, then, otherwise string) string {
	if is {
		return then
	}
	return otherwise
}

// pageOffset says what the upper half is, and whether it is right.
func (b bits) pageOffset(set text.Charset) string {
	n := b.r.Header.PageOffset
	most := uint32(9999) // with so many digits, the whole fits beside the check
	if set == text.ASCII {
		most = 999
	}
	s := fmt.Sprintf("page offset %d", n)
	if b.ring != nil {
		if first := b.ring.Geometry.FirstPageOffset; n >= first {
			place := "data page"
			if n > most {
				place = "page"
			}
			s += fmt.Sprintf(" = %d + %s %d", first, place, n-first)
		}
	}
	if b.r.PageOffsetOK.Known() {
		if b.r.PageOffsetOK.V {
			return s + "  ✓"
		}
		return s + "  ✗"
	}
	return s
}

// headerSize is how many bytes the header has.
func (b bits) headerSize() int {
	if b.ring == nil || b.ring.Format == nil {
		return 8
	}
	return b.ring.Format.HeaderSize
}

// seen says when a look first found the record.
func (b bits) seen(set text.Charset) string {
	r := b.r
	switch r.FirstSeen.How {
	case model.AtMost:
		return "was there before we looked"
	case model.Exact, model.Sampled, model.AtLeast:
		t := r.FirstSeen.V.UTC()
		s := "first seen " + t.Format("15:04:05") + "." + strconv.Itoa(t.Nanosecond()/1e8)
		if r.FirstSeenTol > 0 {
			s += " (± " + text.Duration(r.FirstSeenTol) + ")"
		}
		return s
	default:
		return "first seen " + set.Mark(r.FirstSeen.How)
	}
}

// draw draws the panel beside the table.
func (b bits) draw(c canvas) {
	title := "record"
	if b.r != nil {
		title += " " + text.Count(b.r.Pos)
	}
	c = c.box(title, "", yes(b.r != nil, "enter: all", ""))
	w, h := c.Size()
	if b.r == nil {
		c.fit(1, 0, w-2, c.th.Dim, "no record is selected")
		return
	}
	c = c.within(c.Sub(1, 0, w-2, h))
	y := b.body(c) + 1
	for _, l := range text.HexDump(b.r.Payload, w-2) {
		if y >= h {
			return
		}
		n := c.Text(0, y, c.th.Dim, l)
		c.spot(words.TopicPayload, 0, y, n)
		y++
	}
}

// body draws the breakdown and returns the rows it takes.
func (b bits) body(c canvas) int {
	w, h := c.Size()
	lines := b.lines(c.set)
	for y, l := range lines {
		if y >= h {
			return y
		}
		st := c.th.Text
		switch {
		case l.strong:
			st = c.th.Strong
		case y == 0:
			st = c.th.Dim
		}
		n := c.Text(0, y, st, c.set.Cut(l.text, w))
		c.spotLine(l, y, n)
	}
	return len(lines)
}

// page is a record full-size: its header bit by bit, then all of its payload that was read.
type page struct {
	r    *model.Row
	ring *model.Ring
	gone bool
}

// opened is the page of the record that is open.
func (v *viewer) opened() page { return page{&v.record, ring(v.figures), v.gone} }

// fitRecord fits the page of the open record into its place.
func (v *viewer) fitRecord() {
	w, h := pageRows(&v.layout)
	var lines []string
	for _, l := range v.opened().lines(v.set, w) {
		lines = append(lines, l.text)
	}
	v.scroll.fit(lines, w, h)
}

// draw draws as much of the page as s shows.
func (p page) draw(c canvas, boxed bool, s *scroll) {
	title := "record " + text.Count(p.r.Pos)
	word, _ := rowState(c.th, p.r)
	note := fmt.Sprintf("%s · %s bytes", word, text.Count(uint64(p.r.Header.Length)))
	if p.gone {
		note = "overwritten since; this is how it was last seen"
	}
	foot := "↑↓ other record · esc back"
	if s.long() {
		foot = "↑↓ other record · PgUp PgDn scroll · esc back"
	}
	if boxed {
		c = c.box(title, c.set.Spell(note), c.set.Spell(foot))
		w, h := c.Size()
		c = c.within(c.Sub(1, 0, w-2, h))
	} else {
		c.rule(0, title, c.set.Spell(note))
		w, h := c.Size()
		c = c.within(c.Sub(1, 1, w-2, h-1))
	}
	w, h := c.Size()
	lines := p.lines(c.set, w)
	first := s.first()
	for y := 0; y < h && first+y < len(lines); y++ {
		l := lines[first+y]
		st := c.th.Text
		if l.strong {
			st = c.th.Strong
		}
		n := c.Text(0, y, st, c.set.Cut(l.text, w))
		c.spotLine(l, y, n)
	}
}

// spotLine remembers what n cells of row y are about; the span has a part of the length's line.
func (c canvas) spotLine(l bitLine, y, n int) {
	if before, _, ok := strings.Cut(l.text, "span "); ok && l.topic == words.TopicLength {
		at := text.Width(before)
		c.spot(words.TopicSpan, at, y, n-at)
		n = min(n, at-1)
	}
	c.spot(l.topic, 0, y, n)
}

// lines are the whole page, w cells wide.
func (p page) lines(set text.Charset, w int) []bitLine {
	out := bits{p.r, p.ring}.lines(set)
	out = append(out, bitLine{}, bitLine{text: p.about(set), topic: words.TopicPayload})
	for _, s := range text.HexDump(p.r.Payload, w) {
		out = append(out, bitLine{text: s})
	}
	return out
}

// rows is how many lines of a page fit into its place.
func pageRows(l *layout) (w, h int) {
	if l.boxed {
		return l.page().w - 4, l.page().h - 2
	}
	return l.page().w - 2, l.page().h - 1
}

// about says how much of the payload there is to see.
func (p page) about(set text.Charset) string {
	whole, have := uint64(p.r.Header.Length), uint64(len(p.r.Payload))
	var s string
	switch {
	case p.r.Header.Busy:
		s = "payload: not finished, so not read"
	case whole == 0:
		s = "payload: empty"
	case p.r.Payload == nil:
		s = "payload: not read"
	case have < whole:
		s = "payload: the first " + text.Count(have) + " of " + text.Count(whole) + " bytes"
	default:
		s = "payload: " + text.Count(whole) + " bytes"
	}
	if p.r.Header.Discard && !p.r.Header.Busy {
		s += " · never delivered"
	}
	if !p.r.Exact && have > 0 {
		s += " · ~ not proven: it may have been overwritten while it was read"
	}
	return set.Spell(s)
}
