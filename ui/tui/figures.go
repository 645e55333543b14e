package tui

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// figures is the panel of numbers: what is lost, how full, what comes and goes, what waits, what is held up, what is waste, who
// reads. It draws the moment that stands still long enough to be read.
type figures struct {
	m      *model.Moment
	frozen bool
}

// figure is one row: a name, what it says at the left, and more at the right. Where the panel is narrow, short stands in place of
// both.
type figure struct {
	name        string
	topic, also words.Topic // of the left and of the right part
	left, right string
	tight       string // right in fewer cells, where it does not fit; may be empty
	short       string
	chart       *flow // drawn in place of right
}

// Columns of the panel.
const (
	wideFigures = 66 // width from which on both parts have a column each
	leftColumn  = 8
	rightColumn = 34
	shortColumn = 7

	rateWidth     = 8  // 41.2 k/s
	byteRateWidth = 10 // 3.14 MiB/s
)

func (f figures) draw(c canvas, boxed bool) {
	w, h := c.Size()
	if w == 0 || h == 0 {
		return
	}
	if boxed {
		note := f.note(c)
		c.spotNote(boxed, note, words.TopicLook, words.TopicCost, words.TopicWindow)
		c = c.box(f.title(), note, "")
		c = c.within(c.Sub(1, 0, w-4, h-2))
		w -= 4
	}
	wide := w >= wideFigures
	for y, row := range f.rows(c.set) {
		if y >= h {
			return
		}
		f.row(c, y, w, wide, row)
	}
}

func (f figures) row(c canvas, y, w int, wide bool, r figure) {
	c.say(0, y, c.th.Dim, r.name)
	if !wide {
		n := c.fit(shortColumn, y, w-shortColumn, c.th.Text, r.short)
		c.spot(r.topic, 0, y, shortColumn+n)
		c.spotSoon(r.short, shortColumn, y, n)
		if r.chart != nil {
			f.spark(c, shortColumn+sparkColumn, y, w, r)
		}
		return
	}
	at, room := leftColumn, rightColumn-leftColumn-1
	if r.right == "" && r.chart == nil {
		room = w - leftColumn
	}
	n := c.fit(at, y, room, c.th.Text, r.left)
	c.spot(r.topic, 0, y, at+n)
	if r.chart != nil {
		f.spark(c, rightColumn, y, w, r)
		return
	}
	right := r.right
	if r.tight != "" && text.Width(c.set.Spell(right)) > w-rightColumn {
		right = r.tight
	}
	n = c.fit(rightColumn, y, w-rightColumn, c.th.Text, right)
	c.spot(r.also, rightColumn, y, n)
	c.spotSoon(right, rightColumn, y, n)
}

// spotSoon remembers where, within n cells of said from x on, it stands how soon the ring will be full.
func (c canvas) spotSoon(said string, x, y, n int) {
	if before, _, ok := strings.Cut(c.set.Spell(said), "full in "); ok {
		at := text.Width(before)
		c.spot(words.TopicTimeToFull, x+at, y, n-at)
	}
}

// title says of which moment the figures are.
func (f figures) title() string {
	if !f.frozen {
		return "now"
	}
	return "at " + text.Clock(when(f.m))
}

// note is the note of the panel: how often ringscope looks, what it costs, and over which time rates are taken; as much as has room.
func (f figures) note(c canvas) string {
	if f.m == nil || f.m.Sample == nil || f.m.Sample.Rates.Window == 0 {
		return ""
	}
	o := f.m.Sample.Observer
	var parts []string
	if o.Interval.Known() {
		parts = append(parts, "a look each "+text.Duration(o.Interval.V))
	}
	if o.CPU.Known() && o.For > 0 {
		parts = append(parts, "ringscope uses "+text.Percent(o.CPU.V.Seconds()/o.For.Seconds())+" of a core")
	}
	parts = append(parts, "rates over "+whole(rounded(f.m.Sample.Rates.Window)))
	const title = 12 // cells of border and title
	w, _ := c.Size()
	for {
		note := c.set.Spell(strings.Join(parts, " · "))
		if text.Width(note) <= w-title || len(parts) == 1 {
			return note
		}
		parts = parts[1:]
	}
}

// rounded is a window as it is meant: to the second, or to a tenth of one below.
func rounded(d time.Duration) time.Duration {
	if d < time.Second {
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(time.Second)
}

// nowhere is the sample that is shown while there is none: nothing in it is measured yet.
var nowhere = func() *model.Sample {
	s := new(model.Sample)
	for _, how := range []*model.How{
		&s.Occupancy.Used.How, &s.Occupancy.Ratio.How, &s.Occupancy.Peak.How, &s.Occupancy.TimeToFull.How,
		&s.Lag.Bytes.How, &s.Lag.Records.How, &s.Lag.Age.How,
		&s.Rates.Records.How, &s.Rates.Bytes.How, &s.Rates.Consumed.How, &s.Rates.ConsumedRecords.How,
		&s.Rates.DiscardRatioBytes.How, &s.Rates.OverheadRatio.How, &s.Busy.How, &s.Busy.Head.How, &s.Busy.Oldest.How,
	} {
		*how = model.Unmeasured
	}
	return s
}()

// rows are the figures of a moment.
func (f figures) rows(set text.Charset) []figure {
	s := nowhere
	if f.m != nil && f.m.Sample != nil && state(f.m) != model.Waiting {
		s = f.m.Sample
	}
	d := digest{set, s}
	return []figure{d.lost(), d.full(), d.in(), d.out(), d.unread(), d.busy(), d.waste(), d.reader()}
}

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
		count := text.Figure(d.set, n, func(n uint64) string { return text.Plural(n, "event") })
		f.left, f.right = count+" refused", by
		f.short = text.Figure(d.set, n, text.Count) + " refused (" + by + ")"
		return f
	}
	f.left = "?  kernel keeps no count"
	f.short = "?  no kernel count"
	if fit := d.fitted(); fit != "" {
		f.left += " · " + fit
		f.short += " · " + strings.Replace(fit, " (the largest)", "", 1)
	}
	return f
}

// fitted tells whether the largest record would have fitted whenever we looked.
func (d digest) fitted() string {
	r := d.s.Ring
	if r == nil || r.Format == nil || !d.s.Largest.Known() || d.s.Largest.V == 0 || !d.s.Occupancy.Peak.Known() {
		return ""
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
	ratio := text.Figure(d.set, o.Ratio, text.Percent)
	if r == nil {
		f.left, f.short = ratio, ratio
		return f
	}
	f.left, f.short = ratio, ratio+" of "+text.Size(r.Size())
	if o.Used.Known() {
		f.left = fmt.Sprintf("%-5s  %s", ratio, text.BytesOf(o.Used.V, r.Size()))
	}
	var more, less []string
	if o.Peak.Known() {
		worst := "worst " + d.set.Mark(o.Peak.How) + text.Percent(float64(o.Peak.V)/float64(max(1, r.Size())))
		f.short += "   " + worst
		less = append(less, worst)
		if !o.PeakAt.IsZero() {
			worst += " at " + strings.TrimSuffix(text.Clock(o.PeakAt), "Z")
		}
		more = append(more, worst)
	}
	if o.TimeToFull.Known() {
		soon := "full in " + text.Figure(d.set, o.TimeToFull, text.Lasting)
		if o.TimeToFull.V <= 0 {
			soon = "full now"
		}
		f.short += "   " + soon
		more, less = append(more, soon), append(less, soon)
	}
	f.right, f.tight = strings.Join(more, "   "), strings.Join(less, "   ")
	return f
}

func (d digest) flow(name string, topic words.Topic, records, bytes model.Figure[float64], chart *flow) figure {
	f := figure{name: name, topic: topic, also: topic, chart: chart}
	r, b := text.Figure(d.set, records, text.Rate), text.Figure(d.set, bytes, text.ByteRate)
	// Right-aligned in the room that nearly every rate needs: numbers change, and nothing moves.
	f.left = fmt.Sprintf("%*s   %*s", rateWidth, r, byteRateWidth, b)
	f.short = f.left
	return f
}

func (d digest) in() figure {
	return d.flow("in", words.TopicIn, d.s.Rates.Records, d.s.Rates.Bytes, &in)
}

func (d digest) out() figure {
	return d.flow("out", words.TopicOut, d.s.Rates.ConsumedRecords, d.s.Rates.Consumed, &out)
}

func (d digest) unread() figure {
	f := figure{name: "unread", topic: words.TopicUnread, also: words.TopicOldest}
	n := d.s.Lag.Records
	f.left = text.Figure(d.set, n, func(n uint64) string { return text.Plural(n, "record") })
	f.short = f.left
	switch {
	case n.How == model.Exact && n.V == 0:
		f.right = "the reader has caught up"
		f.short += ", the reader has caught up"
	case d.s.Lag.Age.How == model.Exact && d.s.Lag.Age.V <= 0:
		f.right = "the oldest has just come"
		f.short += ", the oldest has just come"
	case d.s.Lag.Age.Known():
		age := text.Figure(d.set, d.s.Lag.Age, text.Duration)
		f.right = "the oldest has waited " + age
		f.short += ", the oldest " + age
	}
	return f
}

func (d digest) busy() figure {
	f := figure{name: "busy", topic: words.TopicBusy, also: words.TopicBusy}
	b := d.s.Busy
	switch {
	case !b.How.Known():
		f.left = d.set.Mark(b.How)
		f.short = f.left
		return f
	case b.Now == 0:
		f.left, f.right = d.set.Mark(b.How)+"none", "every record is finished"
		f.short = f.left
		return f
	}
	n := d.set.Mark(b.How) + text.Plural(b.Now, "record")
	f.left, f.short = n, d.set.Mark(b.How)+text.Count(b.Now)
	if b.Oldest.Known() && b.Oldest.V > 0 {
		age := " for " + text.Figure(d.set, b.Oldest, text.Duration)
		f.left += age
		f.short += age
	}
	switch {
	case b.HeadAge.Known() && b.Head.Known():
		f.right = "the reader waits for one: " + text.Bytes(b.Blocked) + " behind it"
		f.tight = "one at the head: " + text.Bytes(b.Blocked) + " behind it"
		f.short += ", one at the head: " + text.Bytes(b.Blocked) + " behind it"
	case b.Head.How == model.NotApplicable:
		f.right = "none at the head"
		f.short += ", none at the head"
	}
	return f
}

func (d digest) waste() figure {
	f := figure{name: "waste", topic: words.TopicWaste, also: words.TopicWaste}
	r := d.s.Rates
	discarded := text.Figure(d.set, r.DiscardRatioBytes, text.Percent)
	overhead := text.Figure(d.set, r.OverheadRatio, text.Percent)
	f.left, f.right = discarded+" discarded", overhead+" headers and padding"
	f.short = discarded + " discarded, " + overhead + " headers and padding"
	if r.DiscardRatioBytes.How == model.NotApplicable && r.OverheadRatio.How == model.NotApplicable {
		f.left, f.right, f.short = "-  nothing comes in", "", "-  nothing comes in"
	}
	return f
}

func (d digest) reader() figure {
	f := figure{name: "reader", topic: words.TopicReader, also: words.TopicReader}
	r := d.s.Ring
	switch {
	case r == nil:
		f.left = d.set.Mark(model.Unmeasured)
	case d.s.Observer.Consumes:
		f.left = "ringscope itself"
	case len(r.ReaderAt) == 1:
		f.left = words.Process(d.set, r.ReaderAt[0])
	case len(r.ReaderAt) > 1:
		f.left = fmt.Sprintf("%s +%d", words.Process(d.set, r.ReaderAt[0]), len(r.ReaderAt)-1)
	case r.Readers.Known() && r.Readers.V == 0:
		f.left, f.right, f.short = "none", "no process maps it to read", "none: no process maps it to read"
		return f
	case r.Readers.Known() && r.Simulated:
		f.left = "a simulated process"
	case r.Readers.Known():
		f.left = text.Figure(d.set, r.Readers, func(n int) string {
			if n == 1 {
				return "1 process"
			}
			return fmt.Sprintf("%d processes", n)
		})
	default:
		f.left = "?  not known who reads"
	}
	f.right, f.tight = d.doing()
	f.short = f.left
	if f.right != "" {
		f.short += "  " + cmp.Or(f.tight, f.right)
	}
	return f
}

// doing is what the reader does: its thread's state and share of a core where these are known, and how lately it took something. brief
// is the same in fewer words; it may be empty.
func (d digest) doing() (said, brief string) {
	t, took := readingThread(&d.s.Reader), d.taking()
	if t == nil || d.s.Observer.Consumes {
		return took, ""
	}
	state := threadState(t)
	switch t.State {
	case 'R', 'S':
	default:
		// Not for how long: what counts is since when it takes nothing, and that is in the verdict too.
		if d.s.Rates.ConsumedMovedRecently || took == "" {
			return state, ""
		}
		return state + "; " + took, state
	}
	word, _, _ := strings.Cut(state, " ")
	word = strings.TrimSuffix(word, ",")
	if !d.s.Rates.ConsumedMovedRecently {
		return state + "; " + took, took
	}
	if t.Share.Known() {
		brief = word + ", " + share(d.set, t) + " of a core"
	}
	if t.Share.Known() && t.Switches.Known() && t.Switches.V == 0 {
		return brief + ", never waits", brief
	}
	return cmp.Or(brief, state), ""
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
