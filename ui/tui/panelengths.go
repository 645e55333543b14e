package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// lengths is the histogram of payload lengths, and what a sample of records tells.
func (b *builder) lengths() sheet {
	if ring(b.m) == nil || state(b.m) == model.Waiting {
		return sheet{lines: []sheetLine{{b.say(findingsIndent, b.th.Dim, b.noRing())}}}
	}
	s := b.m.Sample
	out := sheet{notes: []string{"shares since ringscope looks"}, about: words.TopicShareOfBytes}
	classes := classesOf(s)
	for i := range classes {
		out.lines = append(out.lines, b.class(s, &classes[i], classes))
	}
	if len(classes) == 0 {
		out.lines = append(out.lines, sheetLine{b.say(findingsIndent, b.th.Dim, "no record has come since ringscope looks")})
	}
	out.lines = append(out.lines,
		b.fact("exact", b.exact(s), words.TopicExact),
		b.fact("zeros", b.zeros(s), words.TopicZeros),
		b.fact("busy", b.meanBusy(s), words.TopicMeanBusy),
		b.fact("", b.twice(s), words.TopicBusyAges),
	)
	return out
}

// class is the records of which the payload's length has the same number of bits.
type class struct {
	bits    int
	records uint64
	share   float64 // of the payload bytes and headers, 0 to 1
}

// classesOf are those that came, shortest first.
func classesOf(s *model.Sample) []class {
	var out []class
	total, header := 0.0, uint64(ringcore.Linux.HeaderSize)
	if r := s.Ring; r != nil && r.Format != nil {
		header = uint64(r.Format.HeaderSize)
	}
	for i, n := range s.Lengths {
		if n > 0 {
			bytes := float64(s.LengthBytes[i] + header*n)
			out = append(out, class{bits: i, records: n, share: bytes})
			total += bytes
		}
	}
	for i := range out {
		out[i].share /= total
	}
	return out
}

// bounds is the range of lengths: `64-127 B`.
func (c *class) bounds() string {
	if c.bits == 0 {
		return "0 B"
	}
	from := uint64(1) << (c.bits - 1)
	to := 2*from - 1
	switch {
	case c.bits == 1:
		return "1 B"
	case from >= 1<<20:
		return fmt.Sprintf("%d-%d MiB", from>>20, (to+1)>>20)
	case from >= 1<<10:
		return fmt.Sprintf("%d-%d KiB", from>>10, (to+1)>>10)
	}
	return fmt.Sprintf("%d-%d B", from, to)
}

// Ends of the columns of lengths, and the least room that a bar takes.
const (
	boundsEnd   = 12
	rateEnd     = boundsEnd + 12
	recordsEnd  = rateEnd + 12
	shareEnd    = 8  // behind the columns before it
	bytesRoom   = 18 // `98 % of bytes`
	leastBar    = 8
	mostBar     = 60
	recordsFrom = 90 // width from which on the number of records is told too
)

// class is a line of the histogram.
func (b *builder) class(s *model.Sample, c *class, all []class) sheetLine {
	rate := model.Figure[float64]{V: s.Rates.Lengths[c.bits], How: s.Rates.Records.How}
	out := sheetLine{
		b.right(boundsEnd, b.th.Text, c.bounds()).about(words.TopicLengths),
		b.right(rateEnd, b.th.Text, text.Figure(b.set, rate, text.Rate)).about(words.TopicLengthRate),
	}
	x := rateEnd
	if b.w >= recordsFrom {
		x = recordsEnd
		out = append(out, b.right(x, b.th.Dim, b.set.Mark(s.Totals.How)+text.Roughly(c.records)).about(words.TopicLengths))
	}
	share := text.Percent(c.share)
	out = append(out,
		b.right(x+shareEnd, b.th.Text, share).about(words.TopicShareOfBytes),
		b.say(x+shareEnd+1, b.th.Dim, "of bytes").about(words.TopicShareOfBytes),
	)
	x += bytesRoom
	if room := min(b.w-x, mostBar); room >= leastBar {
		most := 0.0
		for i := range all {
			most = max(most, all[i].share)
		}
		out = append(out, b.bar(x, room, c.share/most))
	}
	return out
}

// bar is a bar of at most room cells.
func (b *builder) bar(x, room int, of float64) part {
	return part{x: x, bar: max(1, int(of*float64(8*room)+0.5)), style: paint.FG(b.th.Free), topic: words.TopicShareOfBytes}
}

// exact are the lengths that came lately, to the byte.
func (b *builder) exact(s *model.Sample) string {
	e := &s.Detail.Excerpt
	if past(b.m) {
		return "-  " + keptOnly
	}
	if e.Records == 0 || s.Ring.Format == nil {
		return "?  no record was looked at closely"
	}
	bytes := func(l model.LengthCount) float64 { return float64(l.Records) * float64(s.Ring.Format.Span(l.Length)) }
	total := 0.0
	for _, l := range e.Lengths {
		total += bytes(l)
	}
	of := "  of bytes, newest " + text.Count(uint64(e.Records)) + " records"
	out := ""
	for i, l := range e.Lengths {
		one := fmt.Sprintf("%s B ~%s  ", text.Count(uint64(l.Length)), text.Percent(bytes(l)/total))
		if i > 0 && text.Width(out+one+of) > b.w-paneLabel {
			return out + "…" + of
		}
		out += one
	}
	return strings.TrimSuffix(out, "  ") + of
}

// zeros is the share of zeros at the end of payloads.
func (b *builder) zeros(s *model.Sample) string {
	if past(b.m) {
		return "-  " + keptOnly
	}
	if !s.Zeros.Known() {
		return "?  no payload was read"
	}
	return fmt.Sprintf("%s of the payload is zeros at the end (~%s)", text.Figure(b.set, s.Zeros, text.Percent), text.Plural(s.ZerosRead, "record"))
}

// meanBusy is how long records are busy: on average, and those that were seen so twice.
func (b *builder) meanBusy(s *model.Sample) string {
	switch s.Busy.Mean.How {
	case model.NotApplicable:
		return "-  nothing comes in"
	case model.Unknown, model.Unmeasured:
		return b.set.Mark(s.Busy.Mean.How)
	}
	return text.Figure(b.set, s.Busy.Mean, brief) + " on average"
}

// twice is about the records that were found busy by two looks.
func (b *builder) twice(s *model.Sample) string {
	t := s.Busy.Twice
	if t.Records == 0 {
		return "none was seen busy twice"
	}
	return fmt.Sprintf("%s seen busy twice: median %s, longest %s", text.Plural(t.Records, "record"),
		text.Figure(b.set, t.Median, brief), text.Figure(b.set, t.Longest, brief))
}

// brief is a time that can be shorter than a look tells: by calculation.
func brief(d time.Duration) string {
	switch {
	case d <= 0:
		return "0 s"
	case d < 10*time.Microsecond:
		return strconv.FormatFloat(float64(d)/1e3, 'f', 1, 64) + " µs"
	case d < time.Millisecond:
		return strconv.FormatFloat(float64(d)/1e3, 'f', 0, 64) + " µs"
	}
	return text.Duration(d)
}
