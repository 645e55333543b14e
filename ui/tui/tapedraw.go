package tui

import (
	"slices"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
	"ringscope/ui/tui/circle"
	"ringscope/ui/tui/paint"
	"ringscope/ui/words"
)

// Rows of the tape: the strip and the names below it, and its frame.
const (
	tapeRows  = 2
	tapeBox   = tapeRows + 2
	tapeBand  = tapeRows + 1
	tapeTable = 9 // rows of the lower pane that a tape must leave to stand there by itself
)

// Shapes that only the tape has.
const (
	headerSign   = '┃'
	readDiscard  = '┄'
	unknownSign  = '·'
	selectedSign = '▴'
)

// unknown is unknownSign in the charset: folded it would look like what has been read.
func (c canvas) unknown() rune {
	if c.th.ASCII {
		return '?'
	}
	return unknownSign
}

func (v *viewer) drawTape(c canvas) {
	l := &v.layout
	if !l.tape.shown() {
		return
	}
	c = c.at(l.tape)
	c.Fill(paint.Style{}, ' ')
	note := v.tapeNote(c)
	c.spotNote(l.boxed, note, words.TopicTape, words.TopicBracket, words.TopicColumn, words.TopicColumn)
	if l.boxed {
		c = c.box("tape", note, "")
	} else {
		c.rule(0, "tape", note)
		w, h := c.Size()
		c = c.within(c.Sub(0, 1, w, h-1))
	}
	t := &v.tape.strip
	c.spot(words.TopicTape, 0, 0, t.columns)
	for x := range t.cells {
		c.cell(t, x)
	}
	if len(t.cells) > 0 {
		v.drawNames(c, t)
	}
}

// tapeNote says where the strip stands and how close, the longest that fits.
func (v *viewer) tapeNote(c canvas) string {
	t := &v.tape.strip
	if len(t.cells) == 0 {
		return ""
	}
	where, bracket := "at the reader", "┌─┐ on the circle"
	switch {
	case t.whole():
		where, bracket = "the whole ring", ""
	case t.anchor == model.AtPos:
		where = "held"
	case t.anchor == model.AtNewest:
		where = "follows the newest"
	}
	column := "1 column = " + columnSize(t.bytes/uint64(t.columns))
	how := ""
	if t.sampled() {
		how = c.set.Mark(model.Sampled) + " shares"
	}
	w, _ := c.Size()
	for _, parts := range [][]string{
		{where, bracket, column, how, "z zooms"}, {where, column, how, "z zooms"}, {column, how, "z zooms"}, {column, how},
	} {
		if s := c.set.Spell(join(" · ", parts...)); text.Width(s)+len("tape")+9 <= w {
			return s
		}
	}
	return ""
}

// columnSize is how much a column stands for: `8 bytes`, `4 KiB`.
func columnSize(n uint64) string {
	if n < 1<<10 {
		return text.Plural(n, "byte")
	}
	return text.Size(n)
}

// cell draws one column of the strip.
func (c canvas) cell(t *strip, x int) {
	th, cell := c.th, &t.cells[x]
	g := &th.Glyphs
	waits, read := cell.Unread+cell.Discarded, cell.Read+cell.DiscardedRead
	if t.column == headerBytes && cell.Headers > 0 {
		look := th.Free
		switch {
		case cell.Busy > 0:
			look = th.Busy
		case cell.Discarded > 0:
			look = th.Discarded
		case cell.Unread > 0:
			look = th.Unread
		}
		c.Set(x, 0, paint.FG(look), headerSign)
		return
	}
	switch lo := t.edge(x); {
	case cell.Busy > 0:
		c.Set(x, 0, paint.FG(th.Busy), g.Busy)
	case waits > 0 && waits >= read:
		c.waiting(x, float64(cell.Discarded)/float64(waits))
	case read > 0 && 2*cell.DiscardedRead > read:
		c.Set(x, 0, paint.FG(th.Free), readDiscard)
	case read > 0:
		c.Set(x, 0, paint.FG(th.Free), g.Free)
	case lo >= t.producer.V && lo < t.size: // the first lap has not come here yet
		c.Set(x, 0, paint.FG(th.Free), g.Never)
	case lo < t.producer.V && t.edge(x+1) > t.oldest():
		c.Set(x, 0, th.Faint, c.unknown())
	}
}

// parts of a row, from the lowest eighth up.
var eighths = [...]rune{'▁', '▂', '▃', '▄', '▅', '▆', '▇'}

// waiting draws a column that waits for the reader, of which a share is discarded. As on the circle, discards are a rim as thick as
// their share.
func (c canvas) waiting(x int, discarded float64) {
	th := c.th
	n := int(discarded*8 + 0.5)
	switch {
	case n == 8 || n >= 4 && (th.ASCII || !th.Colored()):
		fill := th.Glyphs.Discarded
		if th.Colored() && !th.ASCII {
			fill = '▓' // denser, so that its colour can be told
		}
		c.Set(x, 0, paint.FG(th.Discarded), fill)
	case discarded < circle.ShareShown || th.ASCII || n == 0:
		c.Solid(x, 0, th.Unread, th.Glyphs.Unread)
	case !th.Colored():
		c.Set(x, 0, paint.Style{}, '▀') // a notch
	default:
		c.Set(x, 0, paint.Style{FG: th.Discarded, BG: th.Unread}, eighths[n-1])
	}
}

// name is a place below the strip and what it is called.
type place struct {
	x     int
	sign  string
	words string
	look  paint.Style
	topic words.Topic
}

// drawNames names the places below the strip, the most important first: where two would touch, the later one gives way.
func (v *viewer) drawNames(c canvas, t *strip) {
	taken := make([]bool, t.columns)
	var put []place
	for _, p := range v.places(c, t) {
		if i := slices.IndexFunc(put, func(q place) bool { return q.x == p.x && q.sign == "C" && p.sign == "P" }); i >= 0 {
			put[i].sign, put[i].words = "CP", "reader and writer are here"
			continue
		}
		if !taken[p.x] {
			taken[p.x] = true
			put = append(put, p)
		}
	}
	for _, p := range put {
		c.Text(p.x, 1, p.look, p.sign)
	}
	for _, p := range put {
		n := text.Width(p.words)
		free := func(from, to int) bool {
			if from < 0 || to > t.columns {
				return false
			}
			for x := max(0, from-1); x < min(to+1, t.columns); x++ {
				if taken[x] && x != p.x {
					return false
				}
			}
			return true
		}
		right, left := p.x+1+text.Width(p.sign), p.x-1-n
		at := right
		switch {
		case free(right, right+n):
		case free(left, p.x):
			at = left
		default:
			c.spot(p.topic, p.x, 1, 1)
			continue
		}
		c.Text(at, 1, c.th.Dim, p.words)
		for x := at; x < at+n; x++ {
			taken[x] = true
		}
		c.spot(p.topic, min(at, p.x), 1, n+2)
	}
}

// places are the positions that lie in the strip.
func (v *viewer) places(c canvas, t *strip) []place {
	var out []place
	mark := paint.FG(c.th.Mark).With(paint.Bold)
	add := func(at model.Figure[ringcore.Pos], p place) {
		if !at.Known() {
			return
		}
		var ok bool
		if p.x, ok = t.at(at.V); !ok {
			if at.V != t.from+t.bytes {
				return
			}
			p.x = t.columns - 1 // the end of the ring is where it ends
		}
		out = append(out, p)
	}
	add(t.consumer, place{sign: "C", words: "reader is here", look: mark, topic: words.TopicReaderHere})
	add(t.producer, place{sign: "P", words: "writer is here", look: mark, topic: words.TopicProducer})
	if pos, ok := v.chosen(); ok {
		add(model.Of(pos), place{sign: string(selectedSign), words: "selected", look: c.th.Accent.With(paint.Bold), topic: words.TopicSelected})
	}
	// Stale while nothing is reserved; what the reader has passed is no news.
	if n := t.pending; n.Known() && n.V > t.consumer.V && n.V < t.producer.V {
		add(n, place{sign: "N", words: "oldest reservation", look: mark, topic: words.TopicPending})
	}
	return out
}

// chosen is the record that the user has selected.
func (v *viewer) chosen() (ringcore.Pos, bool) {
	return v.table.sel, v.table.anchor == model.AtPos && !v.table.lost
}
