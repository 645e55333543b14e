package tui

import (
	"fmt"
	mathbits "math/bits"
	"path"
	"strconv"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// sites are the programs of a ring of which call sites are known.
func sites(r *model.Ring) []model.Program {
	if r == nil {
		return nil
	}
	var out []model.Program
	for _, p := range r.Programs {
		if len(p.Sites) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// Widths of the table of writers.
const (
	programRoom = 15
	siteRoom    = 40
	leastSite   = 12
	callRoom    = 7
	wakeRoom    = 8
	perSiteRoom = 10
)

// writerColumns is where the columns of the table of writers stand.
type writerColumns struct {
	program, site            int // widths
	id, at, call, asked      int // end, start, start, end
	wake, perSite            int // start, end
	showsWakeUp, showsRecord bool
}

func (b *builder) writerColumns(programs []model.Program) writerColumns {
	k := writerColumns{program: len("program"), site: len("site")}
	id, asked := 4, len("bytes")
	for i := range programs {
		k.program = max(k.program, text.Width(b.set.Name(programs[i].Name)))
		id = max(id, len(strconv.FormatUint(uint64(programs[i].ID), 10)))
		for j := range programs[i].Sites {
			s := &programs[i].Sites[j]
			k.site = max(k.site, text.Width(b.place(s)))
			asked = max(asked, len(text.Count(uint64(s.Bytes.V))))
		}
	}
	k.program = min(k.program, programRoom)
	// The place in the source gives way, then what follows the bytes.
	room := b.w - (k.program + 1 + id + 2 + 2 + callRoom + 1 + asked)
	k.site = min(k.site, siteRoom, max(room-2-wakeRoom-perSiteRoom, leastSite))
	k.showsWakeUp = room-k.site >= 2+wakeRoom
	k.showsRecord = room-k.site >= 2+wakeRoom+perSiteRoom
	k.id = k.program + 1 + id
	k.at = k.id + 2
	k.call = k.at + k.site + 2
	k.asked = k.call + callRoom + 1 + asked
	k.wake = k.asked + 2
	k.perSite = k.wake + wakeRoom + perSiteRoom
	return k
}

// writers are the programs that use the ring, and where they call it.
func (b *builder) writers() sheet {
	r := ring(b.m)
	if r == nil {
		return sheet{lines: []sheetLine{{b.say(findingsIndent, b.th.Dim, b.noRing())}}}
	}
	k := b.writerColumns(r.Programs)
	heads := sheetLine{
		b.say(0, b.th.Dim, "program").about(words.TopicProgram),
		b.right(k.id, b.th.Dim, "id").about(words.TopicProgram),
		b.say(k.at, b.th.Dim, "site").about(words.TopicSource),
		b.say(k.call, b.th.Dim, "call").about(words.TopicCall),
		b.right(k.asked, b.th.Dim, "bytes").about(words.TopicAsked),
	}
	if k.showsWakeUp {
		heads = append(heads, b.say(k.wake, b.th.Dim, "wake-up").about(words.TopicWakeUp))
	}
	if k.showsRecord {
		heads = append(heads, b.right(k.perSite, b.th.Dim, "records").about(words.TopicPerSite))
	}
	out := sheet{lines: []sheetLine{heads}}
	by := bySize(r.Programs)
	for i := range r.Programs {
		p := &r.Programs[i]
		for j := range p.Sites {
			out.lines = append(out.lines, b.site(k, p, &p.Sites[j], j == 0, by))
		}
		if len(p.Sites) == 0 {
			l := b.programOf(k, p)
			out.lines = append(out.lines, append(l, b.say(k.at, b.th.Dim, "?  its calls are not known").about(words.TopicSite)))
		}
	}
	for _, s := range by.doubts() {
		for _, line := range b.set.Wrap(b.set.Spell(s), b.w) {
			out.lines = append(out.lines, sheetLine{b.say(0, b.th.Dim, line).about(words.TopicPerSite)})
		}
	}
	return out
}

// programOf is the beginning of a line.
func (b *builder) programOf(k writerColumns, p *model.Program) sheetLine {
	return sheetLine{
		part{text: b.set.Cut(b.set.Name(p.Name), k.program), style: b.th.Text, topic: words.TopicProgram},
		b.right(k.id, b.th.Text, strconv.FormatUint(uint64(p.ID), 10)).about(words.TopicProgram),
	}
}

// site is the line of one call.
func (b *builder) site(k writerColumns, p *model.Program, s *model.Site, first bool, by askedSizes) sheetLine {
	var out sheetLine
	if first {
		out = b.programOf(k, p)
	}
	asked := b.set.Mark(model.NotApplicable)
	if writes(s) {
		asked = text.Figure(b.set, s.Bytes, func(n uint32) string { return text.Count(uint64(n)) })
	}
	out = append(out,
		part{x: k.at, text: b.set.CutHead(b.place(s), k.site), style: b.th.Text, topic: words.TopicSource},
		b.say(k.call, b.th.Text, b.set.Cut(b.set.Safe(s.Call), callRoom)).about(words.TopicCall),
		b.right(k.asked, b.th.Text, asked).about(words.TopicAsked),
	)
	if k.showsWakeUp {
		out = append(out, b.say(k.wake, b.th.Text, b.wakeUp(s)).about(words.TopicWakeUp))
	}
	if k.showsRecord {
		out = append(out, b.right(k.perSite, b.th.Text, b.perSite(s, by)).about(words.TopicPerSite))
	}
	return out
}

// place is the source line of a call.
func (b *builder) place(s *model.Site) string {
	if s.File == "" {
		return b.set.Mark(model.Unknown)
	}
	return b.set.Safe(path.Base(s.File)) + ":" + strconv.Itoa(s.Line)
}

func (b *builder) wakeUp(s *model.Site) string {
	switch s.WakeUp {
	case model.WakeAdaptive:
		return "adaptive"
	case model.WakeNone:
		return "none"
	case model.WakeForced:
		return "forced"
	}
	if s.Call == "reserve" {
		return b.set.Mark(model.NotApplicable)
	}
	return b.set.Mark(model.Unknown)
}

// writes reports whether the call makes a record.
func writes(s *model.Site) bool { return s.Call == "reserve" || s.Call == "output" }

// perSite is how many records of a call come per second, where its length tells it from the others.
func (b *builder) perSite(s *model.Site, by askedSizes) string {
	if !writes(s) {
		return b.set.Mark(model.NotApplicable)
	}
	e, rate := &b.m.Sample.Detail.Excerpt, b.m.Sample.Rates.Records
	if !s.Bytes.Known() || by.of[s.Bytes.V] != 1 || !rate.Known() {
		return b.set.Mark(model.Unknown)
	}
	if alone, bucket := by.alone(s.Bytes.V), mathbits.Len32(s.Bytes.V); alone {
		return text.Figure(b.set, model.Known(b.m.Sample.Rates.Lengths[bucket], rate.How), text.Rate)
	}
	if e.Records == 0 {
		return b.set.Mark(model.Unknown)
	}
	n := 0
	for _, l := range e.Lengths {
		if l.Length == s.Bytes.V {
			n = l.Records
		}
	}
	return text.Figure(b.set, model.Known(rate.V*float64(n)/float64(e.Records), model.Sampled), text.Rate)
}

// askedSizes is how many calls ask for each length.
type askedSizes struct {
	of    map[uint32]int
	order []uint32 // lengths in the order of the calls
	open  int      // calls that compute their length

	hidden bool // the calls of a program are not known
}

// alone reports whether every record that is counted together with those of this length must come of the only call that asks for it:
// all calls are known to ask for one length each, and no other length needs as many bits.
func (by *askedSizes) alone(length uint32) bool {
	if by.open > 0 || by.hidden {
		return false
	}
	for other := range by.of {
		if other != length && mathbits.Len32(other) == mathbits.Len32(length) {
			return false
		}
	}
	return by.of[length] == 1
}

func bySize(programs []model.Program) askedSizes {
	by := askedSizes{of: make(map[uint32]int)}
	for i := range programs {
		by.hidden = by.hidden || programs[i].Sites == nil
		for j := range programs[i].Sites {
			s := &programs[i].Sites[j]
			switch {
			case !writes(s):
			case !s.Bytes.Known():
				by.open++
			default:
				if by.of[s.Bytes.V]++; by.of[s.Bytes.V] == 1 {
					by.order = append(by.order, s.Bytes.V)
				}
			}
		}
	}
	return by
}

// doubts say where a length does not tell the call.
func (by *askedSizes) doubts() []string {
	var out []string
	for _, n := range by.order {
		if calls := by.of[n]; calls > 1 {
			out = append(out, fmt.Sprintf("~ %s write %s bytes: by length alone they can't be told apart", text.Plural(uint64(calls), "site"), text.Count(uint64(n))))
		}
	}
	switch by.open {
	case 0:
	case 1:
		out = append(out, "~ one site computes its length: some records of a length may be its own")
	default:
		out = append(out, fmt.Sprintf("~ %d sites compute their length: some records of a length may be theirs", by.open))
	}
	return out
}
