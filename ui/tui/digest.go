package tui

import (
	"fmt"
	"strings"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// digest puts a sample into short texts.
type digest struct {
	set text.Charset
	s   *model.Sample
}

// lost is never blank: unknown is said together with the best evidence there is.
func (d digest) lost() figure {
	f := figure{name: "lost", topic: words.TopicLost, also: words.TopicLost}
	if n := d.s.Drops.Count; n.Known() {
		by := map[string]string{"probe": "counted by a probe", "program": "counted by the program", "simulated": "counted by the simulation"}[d.s.Drops.How]
		f.left = said(text.Figure(d.set, n, func(n uint64) string { return text.Plural(n, "event") }) + " refused")
		f.right = said(by)
		short := text.Figure(d.set, n, text.Count) + " refused"
		f.short = said(short+" ("+by+")", short+" (counted)", short)
		if over := d.overwritten(); over != "" {
			f.right = said(over+", "+by, over)
			f.short = said(short+" · "+over, over)
		}
		return f
	}
	if state := d.s.State; state == model.Waiting || d.s.Ring == nil {
		f.left, f.short = said("…"), said("…")
		return f
	}
	f.left, f.short = said("?  kernel keeps no count"), said("?  no kernel count")
	if words.OfWindows(d.s.Ring) {
		f.left, f.short = said("?  driver keeps no count"), said("?  no driver count")
	}
	if over := d.overwritten(); over != "" {
		f.left = said(f.left[0]+" · "+over, f.short[0]+" · "+over, over)
		f.short = said(f.short[0]+" · "+over, "?  "+over, over)
		return f
	}
	if fit := d.fitted(); fit != "" {
		brief := strings.Replace(fit, " (the largest)", "", 1)
		f.left = said(f.left[0]+" · "+fit, f.left[0]+" · "+brief, f.short[0]+" · "+brief, f.left[0])
		f.short = said(f.short[0]+" · "+brief, "?  "+brief, f.short[0])
	}
	return f
}

// overwritten is how much a reader has not got because new records took its place; empty: nothing is known of any.
func (d digest) overwritten() string {
	n, consumer := d.s.Totals.Overwritten, d.s.Positions.Consumer
	if n == 0 || !consumer.Known() || consumer.V == 0 || nobodyReads(d.s) { // who never read misses nothing
		return ""
	}
	return d.set.Mark(model.AtLeast) + text.Bytes(n) + " overwritten unread"
}

// fitted tells whether the largest record would have fitted whenever we looked. In overwrite mode others make room for it.
func (d digest) fitted() string {
	r := d.s.Ring
	if r == nil || r.Format == nil || !d.s.Largest.Known() || d.s.Largest.V == 0 || !d.s.Occupancy.Peak.Known() {
		return ""
	}
	if r.Geometry.OverwriteMode {
		return "old records make room"
	}
	largest := text.Size(d.s.Largest.V)
	if d.s.Occupancy.Peak.V+d.s.Largest.V <= r.Format.Capacity(&r.Geometry) {
		return largest + " (the largest) fitted each look"
	}
	return "no room for " + largest + " (the largest) at worst"
}

func (d digest) full() figure {
	f := figure{name: "full", topic: words.TopicFull, also: words.TopicWorst}
	o, r := d.s.Occupancy, d.s.Ring
	ratio := fmt.Sprintf("%*s", rateWidth, text.Figure(d.set, o.Ratio, text.Percent))
	if r == nil {
		f.left, f.short = said(ratio), said(ratio)
		return f
	}
	f.left = said(ratio)
	if o.Used.Known() {
		bytes, bare := text.BytesOf(o.Used.V, r.Size()), strings.TrimLeft(ratio, " ")
		f.left = said(ratio+"   "+bytes, fmt.Sprintf("%*s  %s", shareWidth, bare, bytes), bare+"  "+bytes, ratio)
	}
	worst, at, soon := "", "", ""
	if o.Peak.Known() {
		peak := d.set.Mark(o.Peak.How) + text.Percent(float64(o.Peak.V)/float64(max(1, r.Size())))
		worst, at = fmt.Sprintf("worst %*s", shareWidth, peak), "worst "+peak
		if !o.PeakAt.IsZero() {
			at += " at " + strings.TrimSuffix(text.Clock(o.PeakAt), "Z")
		}
	}
	if o.TimeToFull.Known() {
		soon = "full in " + text.Figure(d.set, o.TimeToFull, text.Lasting)
		if o.TimeToFull.V <= 0 {
			soon = "full now"
		}
	}
	f.right = said(join("   ", at, soon), join("   ", worst, soon), soon, worst)
	of := ratio + " of " + text.Size(r.Size())
	f.short = said(join("   ", of, worst, soon), join("  ", of, worst, soon), join("   ", of, soon), join("   ", of, worst), of)
	return f
}

func (d digest) flow(name string, topic words.Topic, records, bytes model.Figure[float64], chart *flow) figure {
	f := figure{name: name, topic: topic, also: topic, chart: chart}
	r, b := text.Figure(d.set, records, text.Rate), text.Figure(d.set, bytes, text.ByteRate)
	// Right-aligned in the room that nearly every rate needs: numbers change, and nothing moves.
	f.left = said(fmt.Sprintf("%*s   %*s", rateWidth, r, byteRateWidth, b))
	f.short = f.left
	return f
}

func (d digest) in() figure {
	f := d.flow("in", words.TopicIn, d.s.Rates.Records, d.s.Rates.Bytes, &in)
	if d.refuses() {
		none := fmt.Sprintf("%*s", rateWidth, text.Figure(d.set, d.s.Rates.Records, text.Rate))
		f.left = said(none + "   full: refused")
		f.short = said(none + " full: refused") // the chart begins right behind it
	}
	return f
}

// refuses reports whether nothing comes in and the ring has no room for the largest record lately. Positions that make no sense don't
// tell what there is room for.
func (d digest) refuses() bool {
	r, o := d.s.Ring, d.s.Occupancy
	return r != nil && r.Format != nil && !r.Geometry.OverwriteMode && d.s.State != model.Ended && d.s.Rates.Records.Known() &&
		d.s.Rates.Records.V == 0 && o.Used.How == model.Exact && d.s.Largest.Known() && d.s.Largest.V > 0 && o.Used.V+d.s.Largest.V > r.Format.Capacity(&r.Geometry)
}

func (d digest) out() figure {
	return d.flow("out", words.TopicOut, d.s.Rates.ConsumedRecords, d.s.Rates.Consumed, &out)
}

func (d digest) unread() figure {
	f := figure{name: "unread", topic: words.TopicUnread, also: words.TopicOldest}
	n := d.s.Lag.Records
	count, unit, pause := text.Figure(d.set, n, text.Count), "", ""
	if n.Known() {
		_, unit, _ = strings.Cut(text.Plural(n.V, "record"), " ")
		unit = " " + unit
		pause = unit + ","
	}
	count = fmt.Sprintf("%*s", rateWidth, count)
	f.left, f.short = said(count+unit), said(count+unit)
	age, idle := d.s.Lag.Age, d.s.Ring != nil && nobodyReads(d.s)
	switch {
	case n.How == model.Exact && n.V == 0 && idle:
		f.right = said("nothing waits")
	case n.How == model.Exact && n.V == 0:
		f.right = said("the reader has caught up")
	case age.How == model.Exact && age.V <= 0:
		f.right = said("the oldest has just come")
	case age.Known():
		old := fmt.Sprintf("%*s", ageRoom, text.Figure(d.set, age, text.Duration))
		f.right = said("the oldest has waited " + old)
		f.short = said(count+fmt.Sprintf("%-9s", pause)+" the oldest "+old, count+unit)
		return f
	}
	if len(f.right) > 0 {
		f.short = said(count+unit+", "+f.right[0], count+unit)
	}
	return f
}

func (d digest) busy() figure {
	f := figure{name: "busy", topic: words.TopicBusy, also: words.TopicBusy}
	b := d.s.Busy
	switch {
	case !b.How.Known():
		f.left = said(d.set.Mark(b.How))
		f.short = f.left
		return f
	case b.Now == 0:
		f.left, f.right = said(d.set.Mark(b.How)+"none"), said("every record is finished")
		f.short = f.left
		return f
	}
	n, short := d.set.Mark(b.How)+text.Plural(b.Now, "record"), d.set.Mark(b.How)+text.Count(b.Now)
	if b.Oldest.Known() && b.Oldest.V > 0 {
		age := " for " + text.Figure(d.set, b.Oldest, text.Duration)
		n += age
		short += age
	}
	f.left, f.short = said(n), said(short)
	consumer := d.s.Positions.Consumer
	passed := 0
	for _, at := range b.At {
		if consumer.Known() && at < consumer.V {
			passed++
		}
	}
	behind := text.Bytes(b.Blocked)
	switch {
	case b.HeadAge.Known() && b.Head.Known():
		f.right = said("the reader waits for one: "+behind+" behind it", "one at the head: "+behind+" behind it", behind+" wait behind one")
		f.short = said(short+", one at the head: "+behind+" behind it", short+", "+behind+" wait behind one", short)
	case passed > 0 && passed == len(b.At):
		it := "it"
		if b.Now != 1 {
			it = "them"
		}
		f.right = said("the reader has passed "+it+": in the way", "the reader has passed "+it)
		f.short = said(short+", the reader has passed "+it, short)
	case b.Head.How == model.NotApplicable && b.Now == 1:
		f.right = said("not at the reader yet")
		f.short = said(short+", not at the reader yet", short)
	case b.Head.How == model.NotApplicable:
		f.right = said("none at the reader yet")
		f.short = said(short+", none at the reader yet", short)
	}
	return f
}

func (d digest) waste() figure {
	f := figure{name: "waste", topic: words.TopicWaste, also: words.TopicWaste}
	r := d.s.Rates
	if r.DiscardRatioBytes.How == model.NotApplicable && r.OverheadRatio.How == model.NotApplicable {
		f.left = said("-  nothing comes in")
		if d.refuses() {
			f.left = said("-  refused: the ring is full", "-  the ring is full")
		}
		f.short = f.left
		return f
	}
	if r.DiscardRatioBytes.How == model.Unmeasured && r.OverheadRatio.How == model.Unmeasured {
		f.left = said(d.set.Mark(model.Unmeasured))
		f.short = f.left
		return f
	}
	discarded := fmt.Sprintf("%*s discarded", rateWidth, text.Figure(d.set, r.DiscardRatioBytes, text.Percent))
	overhead := fmt.Sprintf("%*s headers", shareWidth, text.Figure(d.set, r.OverheadRatio, text.Percent))
	padding := ""
	if words.Pads(d.s.Ring) {
		padding = " and padding"
	}
	f.left = said(discarded)
	f.right = said(overhead + padding)
	f.short = said(discarded+", "+overhead+padding, discarded+", "+overhead, discarded)
	if zeros := d.zeros(); zeros != "" {
		f.right = said(overhead+padding+", "+zeros+" zeros at the end", overhead+padding+", "+zeros+" zeros", overhead+", "+zeros+" zeros")
		f.short = said(discarded+", "+overhead+", "+zeros+" zeros", strings.TrimLeft(discarded, " ")+", "+strings.TrimLeft(overhead, " ")+", "+zeros+" zeros", discarded)
	}
	return f
}

// mostlyZeros is the share of the payloads from which on the zeros at their ends are worth a figure.
const mostlyZeros = 0.5

// zeros is the share of the payload bytes that are zeros at the end, where a sample tells that it is large; empty otherwise.
func (d digest) zeros() string {
	e := &d.s.Detail.Excerpt
	if e.Bytes == 0 {
		return ""
	}
	share := float64(e.Zeros) / float64(e.Bytes)
	if share < mostlyZeros {
		return ""
	}
	return d.set.Mark(model.Sampled) + text.Percent(share)
}

func (d digest) reader() figure {
	f := figure{name: "reader", topic: words.TopicReader, also: words.TopicReader}
	r := d.s.Ring
	var who string
	switch {
	case r == nil:
		who = d.set.Mark(model.Unmeasured)
	case d.s.Observer.Consumes:
		who = "ringscope itself"
	case words.IsUserRing(r):
		who = "the kernel"
	case len(r.ReaderAt) == 1:
		who = words.Process(d.set, r.ReaderAt[0])
	case len(r.ReaderAt) > 1:
		who = fmt.Sprintf("%s +%d", words.Process(d.set, r.ReaderAt[0]), len(r.ReaderAt)-1)
	case nobodyReads(d.s):
		f.left, f.right, f.short = said("none"), said("no process has it open to read"), said("none: no process has it open to read", "none")
		return f
	case r.Readers.Known() && r.Simulated:
		who = "a simulated process"
	case r.Readers.Known():
		who = text.Figure(d.set, r.Readers, func(n int) string {
			if n == 1 {
				return "1 process"
			}
			return fmt.Sprintf("%d processes", n)
		})
	default:
		who = "?  not known who reads"
	}
	f.left, f.right = said(who), d.doing()
	if d.s.State == model.Ended {
		seen := "last seen " + text.Clock(d.s.At)
		f.right = said("was the reader; "+seen, seen)
	}
	for _, s := range f.right {
		f.short = append(f.short, who+"  "+s)
	}
	f.short = append(f.short, who)
	return f
}

// nobodyReads reports whether it is known that no process reads the ring.
func nobodyReads(s *model.Sample) bool {
	r := s.Ring
	return r != nil && !s.Observer.Consumes && len(r.ReaderAt) == 0 && r.Readers.Known() && r.Readers.V == 0
}

// doing is what the reader does, the longest first: its thread's state and share of a core where these are known, and how lately it
// took something.
func (d digest) doing() []string {
	t, took := readingThread(&d.s.Reader), d.taking()
	if t == nil || d.s.Observer.Consumes {
		return said(took)
	}
	state := threadState(t)
	switch t.State {
	case 'R', 'S':
	default:
		// Not for how long: what counts is since when it takes nothing, and that is in the verdict too.
		first, _, _ := strings.Cut(state, " ")
		if d.s.Rates.ConsumedMovedRecently || took == "" {
			return said(state, first)
		}
		return said(join("; ", state, took), join("; ", first, took), state, first)
	}
	if wantsCore(t) {
		gets := "wants a core, gets " + share(d.set, t)
		if d.s.Rates.ConsumedMovedRecently || took == "" {
			return said(gets, state)
		}
		return said(join("; ", gets, took), join("; ", state, took), gets, state)
	}
	word, _, _ := strings.Cut(state, " ")
	word = strings.TrimSuffix(word, ",")
	if !d.s.Rates.ConsumedMovedRecently {
		return said(join("; ", state, took), join("; ", word, took), took, word)
	}
	if !t.Share.Known() {
		return said(state, word)
	}
	brief := word + ", " + share(d.set, t)
	if t.Switches.Known() && t.Switches.V == 0 {
		return said(brief+" of a core, never waits", brief+" of a core", brief, word)
	}
	return said(brief+" of a core", brief, word)
}

// taking is how lately the reader took something.
func (d digest) taking() string {
	s := d.s
	switch {
	case s.Rates.Window == 0:
		return ""
	case s.Rates.ConsumedMovedRecently:
		return "takes records"
	case !s.Rates.LastRead.IsZero():
		return "took nothing for " + text.Lasting(s.At.Sub(s.Rates.LastRead))
	case s.Lag.Records.Known() && s.Lag.Records.V == 0:
		return "nothing to take"
	default:
		return "took nothing since we look"
	}
}
