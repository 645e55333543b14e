package words

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ringscope/ringcore"
	"ringscope/ui/text"
)

// Comparison is one record as each format would have it at the same place of rings of the same size.
type Comparison struct {
	Pos      ringcore.Pos
	Size     uint64 // of the data area, in bytes
	PageSize int
	Header   ringcore.Header // its length and its state
	All      []Stated        // in the order of [ringcore.Formats]
}

// Stated is the record in one format.
type Stated struct {
	Format   *ringcore.Format
	Geometry ringcore.Geometry
	Header   ringcore.Header // the zero value where Err says why there is no such record
	Span     uint64
	Err      error
}

// Compare restates the record that h is the header of.
func Compare(h ringcore.Header, pos ringcore.Pos, size uint64, pageSize int) Comparison {
	c := Comparison{Pos: pos, Size: size, PageSize: pageSize, Header: h}
	for _, f := range ringcore.Formats {
		s := Stated{Format: f, Geometry: f.Geometry(size, pageSize)}
		if s.Header, s.Err = f.Restate(&s.Geometry, pos, h); s.Err == nil {
			s.Span = f.Span(h.Length)
		}
		c.All = append(c.All, s)
	}
	return c
}

// Stands says that the record stands in a ring of format f and of this geometry, which need not be the usual one.
func (x *Comparison) Stands(f *ringcore.Format, g ringcore.Geometry) {
	s := x.of(f.Kind)
	*s = Stated{Format: f, Geometry: g}
	if s.Header, s.Err = f.Restate(&g, x.Pos, x.Header); s.Err == nil {
		s.Span = f.Span(x.Header.Length)
	}
}

// ComparedLine is one line of a [Comparison].
type ComparedLine struct {
	Text   string
	Topic  Topic            // what its first Label cells are about
	Label  int              // how many cells say what the line is about
	Heads  bool             // of what follows
	Cells  int              // where the first of the cells begins, one for each format; 0: it has none
	Each   int              // how wide a cell is
	Format *ringcore.Format // whose bits these are; nil: of no one format
}

// Widths of a comparison.
const (
	ComparedWidth = 78 // at least so many cells are wanted
	wideCompared  = 110
	wordBits      = 32
)

// Lines are the comparison in lines of at most width cells. What does not fit into fewer than are wanted is cut, and shows that.
func (x Comparison) Lines(c text.Charset, width int) []ComparedLine {
	out := x.table(c, width)
	out = append(out, ComparedLine{})
	out = append(out, x.bits(c, width)...)
	out = append(out, ComparedLine{})
	out = append(out, x.gained(c, width)...)
	for i := range out {
		out[i].Text = c.Cut(out[i].Text, width)
		out[i].Label = min(out[i].Label, text.Width(out[i].Text))
	}
	return out
}

// facts are the rows of the table: what each is about, and what is said of each format, the longest first.
var facts = []struct {
	label string
	topic Topic
	of    func(x *Comparison, s *Stated) []string
	rule  bool // it holds for every record of the format
}{
	{"used by", TopicFormat, func(_ *Comparison, s *Stated) []string { return usedBy[s.Format.Kind] }, true},
	{"versions", TopicFormat, func(_ *Comparison, s *Stated) []string { return []string{versions[s.Format.Kind]} }, true},
	{"bytes 0-3", TopicHeader, func(_ *Comparison, s *Stated) []string { return []string{text.HeaderBytes(s.Header.Raw, 4)} }, false},
	{"bytes 4-7", TopicHeader, func(_ *Comparison, s *Stated) []string {
		if s.Format.HeaderSize < 8 {
			return []string{"the payload"}
		}
		return []string{text.HeaderBytes(s.Header.Raw>>wordBits, 4)}
	}, false},
	{"length", TopicLength, (*Comparison).lengthOf, false},
	{"page offset", TopicPageOffset, (*Comparison).pageOffsetOf, false},
	{"span", TopicSpan, (*Comparison).spanOf, false},
	{"busy bit", TopicBusyBit, func(_ *Comparison, s *Stated) []string { return bitOf(s.Format, ringcore.MeansBusy) }, true},
	{"discard bit", TopicDiscardBit, func(_ *Comparison, s *Stated) []string { return bitOf(s.Format, ringcore.MeansDiscard) }, true},
	{"begins at", TopicPosition, func(_ *Comparison, s *Stated) []string {
		if s.Format.Align == 1 {
			return []string{"any byte"}
		}
		return []string{fmt.Sprintf("multiples of %d", s.Format.Align)}
	}, true},
	{"full at", TopicSize, func(_ *Comparison, s *Stated) []string {
		if s.Geometry.OverwriteMode {
			return []string{"never: old make room", "old make room"}
		}
		return []string{text.Count(s.Format.Capacity(&s.Geometry))}
	}, true},
	{"no payload", TopicLength, func(_ *Comparison, s *Stated) []string {
		if s.Format.MinLength > 0 {
			return []string{"refused"}
		}
		return []string{"allowed"}
	}, true},
}

// Where each format is met, and in which of its versions.
var (
	usedBy = map[ringcore.Kind][]string{
		ringcore.KindLinux: {"Linux"}, ringcore.KindWindows: onWindows, ringcore.KindWindowsLegacy: onWindows,
		ringcore.KindWindowsLegacyPacked: {"dumps on Linux"},
	}
	onWindows = []string{"eBPF for Windows", "eBPF f. Windows"}
	versions  = map[ringcore.Kind]string{
		ringcore.KindLinux: "5.8 on", ringcore.KindWindows: "v0.21 on", ringcore.KindWindowsLegacy: "to v0.20", ringcore.KindWindowsLegacyPacked: "-",
	}
)

func bitOf(f *ringcore.Format, m ringcore.Meaning) []string {
	field, _ := f.Field(m)
	return []string{fmt.Sprintf("%d %s", field.Low, field.Name)}
}

func (x *Comparison) lengthOf(s *Stated) []string {
	n := text.Count(uint64(s.Header.Stored))
	if s.Format.CountsHeader {
		return []string{n + " with header", n}
	}
	return []string{n + " payload", n}
}

func (x *Comparison) pageOffsetOf(s *Stated) []string {
	n := s.Header.PageOffset
	first := s.Geometry.FirstPageOffset
	switch _, has := s.Format.Field(ringcore.MeansPageOffset); {
	case !has:
		return []string{"none"}
	case first == 0:
		return []string{text.Count(uint64(n))}
	}
	return []string{fmt.Sprintf("%s = %d + %s", text.Count(uint64(n)), first, text.Count(uint64(n-first))), text.Count(uint64(n))}
}

// spanOf is the span as the sum of header, payload and padding.
func (x *Comparison) spanOf(s *Stated) []string {
	span := text.Count(s.Span)
	sum := fmt.Sprintf("%s = %d + %s", span, s.Format.HeaderSize, text.Count(uint64(s.Header.Length)))
	if padding := s.Span - uint64(s.Format.HeaderSize) - uint64(s.Header.Length); padding > 0 {
		sum += fmt.Sprintf(" + %d", padding)
	}
	return []string{sum, span}
}

// table is what differs between the formats, one column for each.
func (x *Comparison) table(c text.Charset, width int) []ComparedLine {
	label := 12
	if width >= wideCompared {
		label = 14
	}
	each := max((width-label)/len(x.All), 2) // a terminal can have become too narrow; then the lines are cut
	line := func(name string, cells []string) ComparedLine {
		var b strings.Builder
		b.WriteString(c.Left(name, label))
		for _, s := range cells {
			b.WriteString(c.Left(c.Cut(s, each-1), each))
		}
		return ComparedLine{Text: strings.TrimRight(b.String(), " "), Label: text.Width(name), Cells: label, Each: each}
	}
	var names, rest []string
	for i := range x.All {
		name, more := x.All[i].Format.Name, ""
		if text.Width(name) >= each {
			if at := strings.LastIndexByte(name, '-'); at > 0 {
				name, more = name[:at], name[at:]
			}
		}
		names, rest = append(names, name), append(rest, more)
	}
	heads := line("", names)
	heads.Heads = true
	out := []ComparedLine{heads}
	if strings.Join(rest, "") != "" {
		heads = line("", rest)
		heads.Heads = true
		out = append(out, heads)
	}
	for _, fact := range facts {
		cells := make([]string, 0, len(x.All))
		for i := range x.All {
			s := &x.All[i]
			switch {
			case s.Err != nil && fact.label == "bytes 0-3":
				cells = append(cells, "not possible")
			case s.Err != nil && !fact.rule:
				cells = append(cells, "-")
			default:
				cells = append(cells, c.Spell(longest(fact.of(x, s), each-1)))
			}
		}
		l := line(fact.label, cells)
		l.Topic = fact.topic
		out = append(out, l)
	}
	return out
}

// longest is the first that fits into room cells; the last one where none does.
func longest(all []string, room int) string {
	for _, s := range all {
		if text.Width(s) <= room {
			return s
		}
	}
	return all[len(all)-1]
}

// bits are the headers bit by bit, one below the other.
func (x *Comparison) bits(c text.Charset, width int) []ComparedLine {
	label := 9
	if width >= wideCompared {
		label = 24
	}
	out := []ComparedLine{{
		Text: c.Cut("bits, the highest of each word first: B busy, D discard, - not used", width), Topic: TopicHeader, Label: len("bits"), Heads: true,
	}}
	for i := range x.All {
		s := &x.All[i]
		name := s.Format.Name
		if text.Width(name) >= label {
			name = strings.TrimPrefix(name, "windows-")
			name = name[max(0, strings.LastIndexByte(name, '-')+1):]
		}
		values, marks := c.Left(name, label), strings.Repeat(" ", label)
		if s.Err != nil {
			out = append(out, ComparedLine{Text: c.Cut(values+x.refused(s), width), Label: text.Width(name), Topic: TopicFormat, Format: s.Format}, ComparedLine{})
			continue
		}
		for word := range s.Format.HeaderSize * 8 / wordBits {
			for n, f := range slices.Backward(s.Format.Fields) {
				if int(f.Low)/wordBits != word {
					continue
				}
				v := fmt.Sprintf("%0*b ", f.Bits, f.Of(s.Header.Raw))
				values += v
				marks += c.Left(s.mark(n), int(f.Bits)) + " "
			}
			values, marks = values+" ", marks+" "
		}
		out = append(out, ComparedLine{Text: strings.TrimRight(values, " "), Label: text.Width(name), Topic: TopicHeader, Format: s.Format},
			ComparedLine{Text: strings.TrimRight(marks, " ")})
	}
	return out
}

// mark names the n-th field of a header below its bits.
func (s *Stated) mark(n int) string {
	f := s.Format.Fields[n]
	switch f.Means {
	case ringcore.MeansBusy:
		return "B"
	case ringcore.MeansDiscard:
		return "D"
	case ringcore.MeansNothing:
		return strings.Repeat("-", int(f.Bits))
	}
	return fmt.Sprintf("%s %s", f.Means, strconv.FormatUint(f.Of(s.Header.Raw), 10))
}

// refused says why a format has no such record.
func (x *Comparison) refused(s *Stated) string { return "not possible: " + s.Err.Error() }

// gained says what eBPF for Windows gained with the header of Linux, and what that costs this record.
func (x *Comparison) gained(c text.Charset, width int) []ComparedLine {
	out := []ComparedLine{{
		Text: c.Cut("what eBPF for Windows gained with the header of Linux (v0.21, its issue 4241)", width), Topic: TopicGained,
		Label: min(width, len("what eBPF for Windows gained")), Heads: true,
	}}
	price := "up to 7 bytes a record."
	switch now, before := x.of(ringcore.KindWindows), x.of(ringcore.KindWindowsLegacy); {
	case now.Err != nil || before.Err != nil:
	case now.Span == before.Span:
		price = "up to 7 bytes a record, here none."
	default:
		price = fmt.Sprintf("here %s bytes in place of %s.", text.Count(now.Span), text.Count(before.Span))
	}
	for _, s := range []string{
		"two flags that work: readers looked at neither before; now they wait at a busy record and skip a discarded one.",
		"a page offset: it tells from a record's own address where the data begins (since v1.0; 0 before).",
		"8-byte alignment: one load takes length and flags. The price is padding: " + price,
		"one reader for both systems: what reads rings of Linux reads these; only the page offset counts from elsewhere.",
		"not gained: overwrite mode of Linux (6.19): old records make room when it is full; the headers are the same.",
	} {
		for i, l := range c.Wrap(c.Spell(s), width-2) {
			bullet := "  "
			if i == 0 {
				bullet = c.Spell("· ")
			}
			out = append(out, ComparedLine{Text: bullet + l})
		}
	}
	return out
}

func (x *Comparison) of(k ringcore.Kind) *Stated {
	return &x.All[slices.IndexFunc(x.All, func(s Stated) bool { return s.Format.Kind == k })]
}
