package tui

import (
	"slices"
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
// both. Each part is said in several ways, the longest first: one that has room is whole, and no number is cut.
type figure struct {
	name               string
	topic, also        words.Topic // of the left and of the right part
	left, right, short []string
	chart              *flow // drawn in place of right
}

// said are the ways to say something that say anything.
func said(ways ...string) []string {
	return slices.DeleteFunc(ways, func(s string) bool { return s == "" })
}

// fitting is the first of the ways that has room, without the blanks at its end; the last where none has.
func (c canvas) fitting(ways []string, room int) string {
	for _, s := range ways {
		if text.Width(strings.TrimRight(c.set.Spell(s), " ")) <= room {
			return s
		}
	}
	if len(ways) == 0 {
		return ""
	}
	return ways[len(ways)-1]
}

// Columns of the panel.
const (
	wideFigures = 66 // width from which on both parts have a column each
	leftColumn  = 8
	rightColumn = 34
	shortColumn = 7

	rateWidth     = 8  // 41.2 k/s; the numbers that rows begin with end in one column
	byteRateWidth = 10 // 3.14 MiB/s
	shareWidth    = 6  // 99.9 %
	ageRoom       = 7  // 1.90 s, 999 ms
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
	look := c.th.Text
	if state(f.m) == model.Ended { // it is not so any more
		look = c.th.Dim
	}
	if !wide {
		short := c.fitting(r.short, w-shortColumn)
		n := c.fit(shortColumn, y, w-shortColumn, look, short)
		c.spot(r.topic, 0, y, shortColumn+n)
		c.spotSoon(short, shortColumn, y, n)
		if r.chart != nil {
			f.spark(c, shortColumn+sparkColumn, y, w, r)
		}
		return
	}
	at, room := leftColumn, rightColumn-leftColumn-1
	if len(r.right) == 0 && r.chart == nil {
		room = w - leftColumn
	}
	n := c.fit(at, y, room, look, c.fitting(r.left, room))
	c.spot(r.topic, 0, y, at+n)
	if r.chart != nil {
		f.spark(c, rightColumn, y, w, r)
		return
	}
	right := c.fitting(r.right, w-rightColumn)
	n = c.fit(rightColumn, y, w-rightColumn, look, right)
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
	switch {
	case state(f.m) == model.Ended:
		return "last seen " + text.Clock(when(f.m))
	case !f.frozen:
		return "now"
	}
	return "at " + text.Clock(when(f.m))
}

// note is the note of the panel: how often ringscope looks, what it costs, and over which time rates are taken; as much as has room.
func (f figures) note(c canvas) string {
	if f.m == nil || f.m.Sample == nil || f.m.Sample.Rates.Window == 0 || state(f.m) == model.Waiting {
		return "" // while there is no ring, nothing is looked at and there are no rates
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
