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
	case unread(v.figures):
		where = "at the consumer position"
	case state(v.figures) == model.Ended:
		where = "as last seen"
	}
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
	switch {
	case t.sampled() && t.headers:
		how = c.set.Mark(model.Sampled) + " not all proven"
	case t.sampled():
		how = c.set.Mark(model.Sampled) + " shares"
	}
	w, _ := c.Size()
	keys := "z zooms"
	if v.tape.asked {
		keys += ", esc closes"
	}
	for _, parts := range [][]string{
		{where, bracket, column, how, keys}, {where, column, how, keys}, {column, how, keys}, {column, how},
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
	switch lo, hi := t.span(x); {
	case cell.Busy > 0:
		c.Set(x, 0, paint.FG(th.Busy), g.Busy)
	case waits > 0 && waits >= read:
		c.waiting(x, float64(cell.Discarded)/float64(waits))
	case read > 0 && 2*cell.DiscardedRead > read:
		c.Set(x, 0, paint.FG(th.Free), readDiscard)
	case read > 0:
		c.Set(x, 0, paint.FG(th.Free), g.Free)
	case lo >= t.off(t.producer.V) && t.oldest() == 0 && t.edge(x) < t.size && t.written < t.size: // the first lap has not come here yet
		c.Set(x, 0, paint.FG(th.Free), g.Never)
	case lo < t.off(t.producer.V) && hi > t.off(t.oldest()):
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
		c.Set(x, 0, paint.FG(th.Discarded), th.Glyphs.Discarded)
	case discarded < circle.ShareShown || th.ASCII || n == 0:
		c.Solid(x, 0, th.Unread, th.Glyphs.Unread)
	case !th.Colored():
		c.Set(x, 0, paint.Style{}, '▀') // a notch
	default:
		c.Set(x, 0, paint.Style{FG: th.Discarded, BG: th.Unread}, eighths[n-1])
	}
}

// place is a position below the strip and what it is called.
type place struct {
	x     int
	sign  string
	words string
	look  paint.Style
	topic words.Topic
}

// drawNames names the places below the strip, the most important first: where two would touch, the later one gives way.
func (v *viewer) drawNames(c canvas, t *strip) {
	put, taken := t.signs(v.places(c, t))
	for _, p := range put {
		c.Text(p.x, 1, p.look, p.sign)
	}
	for _, p := range put {
		n := text.Width(p.words)
		at := p.x + text.Width(p.sign) + 1
		if !taken.free(at-1, at+n+1) {
			at = p.x - 1 - n
			if at < 0 || !taken.free(at-1, p.x) {
				c.spot(p.topic, p.x, 1, 1)
				continue
			}
		}
		c.Text(at, 1, c.th.Dim, p.words)
		taken.take(at, n)
		c.spot(p.topic, min(at, p.x), 1, n+1+text.Width(p.sign))
	}
}

// taken tells which columns of the names are.
type taken []bool

func (t taken) take(x, n int) {
	for i := max(0, x); i < min(x+n, len(t)); i++ {
		t[i] = true
	}
}

// free reports whether nothing stands from one column to another. Beyond the ends there is a blank, and no more.
func (t taken) free(from, to int) bool {
	return to <= len(t)+1 && !slices.Contains(t[max(0, min(from, len(t))):min(to, len(t))], true)
}

// signs puts the signs of places where they belong. Reader and writer share one; the selected record has a column less or more to
// spare.
func (t *strip) signs(all []place) (put []place, columns taken) {
	columns = make(taken, t.columns)
	for _, p := range all {
		if n := len(put); n > 0 && put[n-1].x == p.x && put[n-1].sign == "C" && p.sign == "P" {
			put[n-1].sign, put[n-1].words = "CP", "reader and writer are here"
			put[n-1].x = max(0, min(p.x, t.columns-2))
			columns.take(put[n-1].x, 2)
			continue
		}
		beside := []int{0}
		if p.topic == words.TopicSelected {
			beside = []int{0, -1, 1, -2}
		}
		for _, d := range beside {
			if x := p.x + d; x >= 0 && x < t.columns && !columns[x] {
				p.x = x
				columns.take(x, 1)
				put = append(put, p)
				break
			}
		}
	}
	return put, columns
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
	add(t.consumer, place{sign: "C", words: readerHere(v.figures), look: mark, topic: words.TopicReaderHere})
	add(t.producer, place{sign: "P", words: "writer is here", look: mark, topic: words.TopicProducer})
	if pos, ok := v.chosen(); ok {
		add(model.Of(pos), place{sign: string(selectedSign), words: "selected", look: c.th.Accent.With(paint.Bold), topic: words.TopicSelected})
	}
	add(t.overwrite, place{sign: "O", words: "oldest that stands", look: mark, topic: words.TopicOverwrite})
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
