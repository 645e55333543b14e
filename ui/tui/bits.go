package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// bits is the header of one record, bit by bit, as the ring's format has them.
type bits struct {
	r *model.Row
	// ring says which format it is and which page offset is right; nil: not known
	ring *model.Ring
}

// bitLine is one line of the breakdown.
type bitLine struct {
	text   string
	topic  words.Topic
	strong bool
	unused [][2]int // where bits stand that mean nothing: column, width
}

// Sizes of the breakdown.
const (
	wordBits  = 32               // a row of bits
	bitsWidth = leastDetail - 4  // what the narrowest panel leaves inside its borders
	fewBits   = 8                // unused bits that the panel beside the table does not name
	leftFrom  = wordBits*3/4 - 1 // a field that begins behind this column is explained at its left
)

// format is the ring's; that of Linux while none is known.
func (b bits) format() *ringcore.Format { return words.RecordFormat(b.ring) }

// placed is a field where it stands in a row of bits, the highest bit at the left.
type placed struct {
	ringcore.Field
	x, w int
	mark int // the column that its explanation hangs from
}

func (r placed) high() uint8 { return r.Low + r.Bits - 1 }

// left reports whether the explanation stands at the left of its mark: at its right there is no room.
func (r placed) left() bool { return r.mark > leftFrom }

// runs are the fields of the n-th word of headers.
func (b bits) runs(n int) []placed {
	var out []placed
	fields := b.format().Fields
	x := 0
	for i := len(fields) - 1; i >= 0; i-- {
		if int(fields[i].Low)/wordBits != n {
			continue
		}
		r := placed{Field: fields[i], x: x}
		r.w = max(int(r.Bits), len(strconv.Itoa(int(r.high()))))
		if r.mark = x; r.Bits == 1 {
			r.mark += r.w - 1
		}
		out = append(out, r)
		x += r.w + 1
	}
	return out
}

// lines are the breakdown of the header's bits; whole names every field, also where the panel beside the table has no line for it.
func (b bits) lines(set text.Charset, whole bool) []bitLine {
	var out []bitLine
	for n := range (b.format().HeaderSize*8 + wordBits - 1) / wordBits {
		out = append(out, b.word(set, n, whole)...)
	}
	out = append(out, bitLine{text: "bytes  " + text.HeaderBytes(b.r.Header.Raw, b.format().HeaderSize), topic: words.TopicHeader},
		bitLine{text: b.seen(set), topic: words.TopicFirstSeen})
	for i := range out {
		out[i].text = set.Spell(out[i].text)
	}
	return out
}

// word is the breakdown of one word: the numbers of its bits, the bits, and what each field says.
func (b bits) word(set text.Charset, n int, whole bool) []bitLine {
	runs := b.runs(n)
	flags := false
	values := bitLine{strong: true}
	var numbers, row paper
	for _, r := range runs {
		flags = flags || r.Means == ringcore.MeansBusy || r.Means == ringcore.MeansDiscard
		high, low := strconv.Itoa(int(r.high())), strconv.Itoa(int(r.Low))
		at := r.x
		if r.Bits == 1 {
			at += r.w - len(high)
		}
		numbers.put(at, high)
		if len(high)+len(low) < r.w {
			numbers.put(r.x+r.w-len(low), low)
		}
		at = r.x
		if r.Bits == 1 {
			at = r.mark
		}
		row.put(at, fmt.Sprintf("%0*b", r.Bits, r.Of(b.r.Header.Raw)))
		if r.Means == ringcore.MeansNothing {
			values.unused = append(values.unused, [2]int{at, int(r.Bits)})
		}
	}
	values.text = row.String()
	var out []bitLine
	if flags || whole && len(runs) > 1 {
		out = append(out, bitLine{text: numbers.String()})
	}
	return append(append(out, values), b.explained(set, runs, whole)...)
}

// explained are the lines that hang from the fields of a word: from those at the left the rightmost first, then from those at the right
// the leftmost first, so that no line crosses another.
func (b bits) explained(set text.Charset, runs []placed, whole bool) []bitLine {
	var order, atRight []placed
	end := bitsWidth // where lines end that stand at the right of their mark
	for _, r := range runs {
		if r.Means == ringcore.MeansNothing && r.Bits < fewBits && !whole {
			continue
		}
		if r.left() {
			atRight = append(atRight, r)
			end = min(end, r.mark-1)
		} else {
			order = append(order, r)
		}
	}
	slices.Reverse(order)
	order = append(order, atRight...)
	var out []bitLine
	for i, r := range order {
		var p paper
		for _, other := range order[i+1:] {
			p.put(other.mark, "│")
		}
		room := end - r.mark - 2
		if r.left() {
			room = r.mark - 1
		}
		says, topic := b.says(set, r.Field, room)
		if r.left() {
			p.put(r.mark, "┘")
			p.put(room-text.Width(says), says)
		} else {
			p.put(r.mark, "└ "+says)
		}
		out = append(out, bitLine{text: p.String(), topic: topic})
	}
	return out
}

// paper is a line that is written to at any column.
type paper []rune

func (p *paper) put(x int, s string) {
	for _, r := range s {
		for len(*p) <= x {
			*p = append(*p, ' ')
		}
		if x >= 0 {
			(*p)[x] = r
		}
		x++
	}
}

func (p paper) String() string { return string(p) }

// says is what one field says, in room cells.
func (b bits) says(set text.Charset, f ringcore.Field, room int) (string, words.Topic) {
	h := b.r.Header
	switch f.Means {
	case ringcore.MeansLength:
		return b.length(room), words.TopicLength
	case ringcore.MeansBusy:
		says := []string{"no, it is finished"}
		if h.Busy {
			says = []string{"reserved and not finished", "reserved, not finished"}
		}
		return longest(room, f.Name+": ", says), words.TopicBusyBit
	case ringcore.MeansDiscard:
		says := []string{"no, it is delivered"}
		switch {
		case h.Busy && h.Discard:
			says = []string{"set beside " + b.busyName()}
		case h.Busy:
			says = []string{"not yet decided"}
		case h.Discard:
			says = []string{"the reader will skip it", "to be skipped"}
		}
		return longest(room, f.Name+": ", says), words.TopicDiscardBit
	case ringcore.MeansPageOffset:
		return b.pageOffset(set), words.TopicPageOffset
	}
	return "not used", words.TopicUnused
}

// busyName is what the format calls its bit of unfinished records.
func (b bits) busyName() string {
	f, _ := b.format().Field(ringcore.MeansBusy)
	return f.Name
}

// length is the length and the span that follows from it: in fewer words where the numbers are long, so that neither is cut.
func (b bits) length(room int) string {
	f, h := b.format(), b.r.Header
	n, span, header := text.Count(uint64(h.Stored)), text.Count(b.r.Span), f.HeaderSize
	long := []string{
		fmt.Sprintf("length %s (+ %d header = span %s)", n, header, span), fmt.Sprintf("length %s (+ %d = span %s)", n, header, span),
		fmt.Sprintf("length %s (span %s)", n, span), n + ", span " + span,
	}
	if f.CountsHeader {
		payload := text.Count(uint64(h.Length))
		long = []string{
			fmt.Sprintf("length %s = span (%d header + %s)", n, header, payload), fmt.Sprintf("length %s = span (%d + %s)", n, header, payload),
			fmt.Sprintf("length %s = span", n),
		}
		if int(h.Stored) < header {
			long = []string{fmt.Sprintf("length %s: less than its header", n), "length " + n}
		}
	}
	return longest(room, "", long)
}

// longest is the first of says that fits behind before; the last one where none does.
func longest(room int, before string, says []string) string {
	for _, s := range says {
		if text.Width(before+s) <= room {
			return before + s
		}
	}
	return before + says[len(says)-1]
}

func yes(is bool, then, otherwise string) string {
	if is {
		return then
	}
	return otherwise
}

// pageOffset says where the page offset counts from, and whether it is right.
func (b bits) pageOffset(set text.Charset) string {
	n := b.r.Header.PageOffset
	most := uint32(9999) // with so many digits, the whole fits beside the check
	if set == text.ASCII {
		most = 999
	}
	s := fmt.Sprintf("page offset %d", n)
	if b.ring != nil {
		place := "data page"
		if n > most {
			place = "page"
		}
		switch first := b.ring.Geometry.FirstPageOffset; {
		case b.ring.Geometry.UserRing:
			s += ": nobody reads it"
		case b.ring.Geometry.ZeroPageOffsets:
			s += ": none before v1.0"
		case first == 0:
			s += fmt.Sprintf(" = %s %d", place, n)
		case n >= first:
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

// line draws one line of a breakdown in row y of c.
func (c canvas) line(l bitLine, y int) {
	w, _ := c.Size()
	st := c.th.Text
	switch {
	case l.strong:
		st = c.th.Strong
	case l.topic == "" && l.text != "" && strings.Trim(l.text, "0123456789 ") == "":
		st = c.th.Dim // numbers of bits
	}
	n := c.Text(0, y, st, c.set.Cut(l.text, w))
	for _, at := range l.unused {
		for x := at[0]; x < at[0]+at[1]; x++ {
			c.Set(x, y, c.th.Dim, c.At(x, y).Rune)
		}
		c.spot(words.TopicUnused, at[0], y, at[1])
	}
	c.spotLine(l, y, n)
}

// spotLine remembers what n cells of row y are about; the span has a part of the length's line.
func (c canvas) spotLine(l bitLine, y, n int) {
	indent := len(l.text) - len(strings.TrimLeft(l.text, " "))
	if before, _, ok := strings.Cut(l.text, "span"); ok && l.topic == words.TopicLength {
		at := text.Width(before)
		c.spot(words.TopicSpan, at, y, n-at)
		n = min(n, at-1)
	}
	c.spot(l.topic, indent, y, n-indent)
}
