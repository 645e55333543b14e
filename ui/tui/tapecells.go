package tui

import (
	"ringscope/model"
	"ringscope/ringcore"
)

// strip is the tape as it is drawn: what stands in each column.
type strip struct {
	scope
	cells                       []model.TapeCell
	headers                     bool // every header of it was read: what is sampled is not proven, but no share of anything
	size                        uint64
	written                     uint64 // bytes of the data area that were ever written, from the first one on
	consumer, producer, pending model.Figure[ringcore.Pos]
	overwrite                   model.Figure[ringcore.Pos] // where old records make room: the oldest that stands
}

// stripOf puts together what a moment knows of a stretch: the headers that were read for it, or else (read is false) the account's
// parts of the ring, and over them the records of the table.
func stripOf(s scope, m *model.Sample) (t strip, read bool) {
	t = strip{
		scope: s, cells: make([]model.TapeCell, s.columns), size: m.Ring.Size(), written: m.Written().V,
		consumer: m.Positions.Consumer, producer: m.Positions.Producer, pending: m.Positions.Pending,
	}
	if m.Ring.Geometry.OverwriteMode {
		t.overwrite = m.Positions.Overwrite
	}
	if t.walked(&m.Detail.Tape) {
		t.headers = true
		return t, true
	}
	t.parts(m)
	t.rows(m.Detail.Rows)
	return t, false
}

// oldest is the first byte that can still be read.
func (t *strip) oldest() ringcore.Pos { return oldest(t.size, t.consumer, t.producer) }

// oldest is the first byte that can still be read of a ring of size bytes: 0 in its first lap, but not where the positions have wrapped
// between the consumer's and the producer's.
func oldest(size uint64, consumer, producer model.Figure[ringcore.Pos]) ringcore.Pos {
	wrapped := consumer.Known() && consumer.V > producer.V && producer.V-consumer.V <= size
	if producer.V < size && !wrapped {
		return 0
	}
	return producer.V - size
}

// off is where a position stands in the strip, in bytes from its begin. Positions wrap: the ones of a ring stand on both sides of 0 once, and
// those of a forged one where it likes.
func (t *strip) off(pos ringcore.Pos) int64 { return int64(pos - t.from) }

// span is where a column begins and ends, in bytes from the begin of the strip.
func (t *strip) span(x int) (lo, hi int64) { return t.off(t.edge(x)), t.off(t.edge(x + 1)) }

// walked takes the cells from what a source read; false: it read something else.
func (t *strip) walked(d *model.Tape) bool {
	if d.Column == 0 || len(d.Cells) == 0 || d.Column > t.bytes/uint64(t.columns) {
		return false
	}
	begin, column := t.off(d.From), int64(d.Column)
	from, to := max(0, t.off(t.oldest())), min(int64(t.bytes), t.off(t.producer.V))
	if begin > from+column || begin < to-int64(len(d.Cells))*column {
		return false
	}
	for x := range t.cells {
		lo, hi := t.span(x)
		if hi <= begin {
			continue
		}
		for i := (max(lo, begin) - begin) / column; i < int64(len(d.Cells)); i++ {
			at := begin + i*column
			if at >= hi {
				break
			}
			t.cells[x].Add(&d.Cells[i], uint64(min(hi, at+column)-max(lo, at)), d.Column)
		}
	}
	return true
}

// parts takes the cells from the equal parts into which the account divides the ring.
func (t *strip) parts(m *model.Sample) {
	part := t.size / model.Buckets
	if part == 0 {
		return
	}
	oldest, newest := t.off(t.oldest()), t.off(t.producer.V)
	for x := range t.cells {
		lo, hi := t.span(x)
		lo, hi = max(lo, oldest), min(hi, newest)
		for at := lo; at < hi; {
			pos := t.from + uint64(at)
			next := min(at+int64(part-pos%part), hi)
			t.part(&t.cells[x], &m.Buckets[pos/part%model.Buckets], at, next)
			at = next
		}
	}
	for _, pos := range m.Busy.At {
		if x, ok := t.at(pos); ok {
			t.cells[x].Busy += headerBytes
			t.cells[x].How = model.Sampled
		}
	}
}

// part adds the bytes from at to next of the strip, which lie in one part of the ring.
func (t *strip) part(c *model.TapeCell, b *model.Bucket, at, next int64) {
	if !b.Written {
		return
	}
	read := int64(0)
	if t.consumer.Known() {
		read = max(0, min(t.off(t.consumer.V), next)-at)
	}
	unread, share := next-at-read, 0.0
	if b.Bytes > 0 {
		share = min(1, float64(b.Discarded)/float64(b.Bytes))
	}
	thrown, gone := int64(share*float64(unread)), int64(share*float64(read))
	c.Unread += uint32(unread - thrown)
	c.Discarded += uint32(thrown)
	c.Read += uint32(read - gone)
	c.DiscardedRead += uint32(gone)
	c.How = model.Sampled
}

// rows puts records that are known exactly into the columns that they cover from end to end.
func (t *strip) rows(rows []model.Row) {
	if t.column == 0 || len(rows) == 0 {
		return
	}
	i := 0
	for x := range t.cells {
		lo, hi := t.span(x)
		for i < len(rows) && t.off(rows[i].Pos+rows[i].Span) <= lo {
			i++
		}
		c := model.TapeCell{How: model.Exact}
		for j := i; j < len(rows) && t.off(rows[j].Pos) < hi; j++ {
			r := &rows[j]
			begin := t.off(r.Pos)
			n := uint32(min(hi, t.off(r.Pos+r.Span)) - max(lo, begin))
			switch state := r.Header.State(); {
			case state == ringcore.Busy:
				c.Busy += n
			case state == ringcore.Discarded && r.Unread:
				c.Discarded += n
			case state == ringcore.Discarded:
				c.DiscardedRead += n
			case r.Unread:
				c.Unread += n
			default:
				c.Read += n
			}
			if begin >= lo {
				c.Headers++
			}
			if !r.Exact {
				c.How = model.Sampled
			}
		}
		if c.Sum() == uint64(hi-lo) {
			t.cells[x] = c
		}
	}
}

// sampled reports whether some of the strip is known by shares only.
func (t *strip) sampled() bool {
	for i := range t.cells {
		if t.cells[i].How == model.Sampled {
			return true
		}
	}
	return false
}
