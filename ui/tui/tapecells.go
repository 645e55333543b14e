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
	consumer, producer, pending model.Figure[ringcore.Pos]
	overwrite                   model.Figure[ringcore.Pos] // where old records make room: the oldest that stands
}

// stripOf puts together what a moment knows of a stretch: the headers that were read for it, or else (read is false) the account's
// parts of the ring, and over them the records of the table.
func stripOf(s scope, m *model.Sample) (t strip, read bool) {
	t = strip{
		scope: s, cells: make([]model.TapeCell, s.columns), size: m.Ring.Size(),
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
func (t *strip) oldest() ringcore.Pos { return t.producer.V - min(t.producer.V, t.size) }

// walked takes the cells from what a source read; false: it read something else.
func (t *strip) walked(d *model.Tape) bool {
	if d.Column == 0 || len(d.Cells) == 0 || d.Column > t.bytes/uint64(t.columns) {
		return false
	}
	from, to := max(t.from, t.oldest()), min(t.from+t.bytes, t.producer.V)
	if d.From > from+d.Column || d.From+uint64(len(d.Cells))*d.Column < to {
		return false
	}
	for x := range t.cells {
		lo, hi := t.edge(x), t.edge(x+1)
		if hi <= d.From {
			continue
		}
		for i := int((max(lo, d.From) - d.From) / d.Column); i < len(d.Cells); i++ {
			begin := d.From + uint64(i)*d.Column
			if begin >= hi {
				break
			}
			t.cells[x].Add(&d.Cells[i], min(hi, begin+d.Column)-max(lo, begin), d.Column)
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
	oldest := t.oldest()
	for x := range t.cells {
		lo, hi := max(t.edge(x), oldest), min(t.edge(x+1), t.producer.V)
		for at := lo; at < hi; {
			next := min((at/part+1)*part, hi)
			t.part(&t.cells[x], &m.Buckets[at/part%model.Buckets], at, next)
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

// part adds the bytes from at to next, which lie in one part of the ring.
func (t *strip) part(c *model.TapeCell, b *model.Bucket, at, next ringcore.Pos) {
	if !b.Written {
		return
	}
	read := uint64(0)
	if t.consumer.Known() && t.consumer.V > at {
		read = min(t.consumer.V, next) - at
	}
	unread, share := next-at-read, 0.0
	if b.Bytes > 0 {
		share = float64(b.Discarded) / float64(b.Bytes)
	}
	thrown, gone := uint64(share*float64(unread)), uint64(share*float64(read))
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
		lo, hi := t.edge(x), t.edge(x+1)
		for i < len(rows) && rows[i].Pos+rows[i].Span <= lo {
			i++
		}
		c := model.TapeCell{How: model.Exact}
		for j := i; j < len(rows) && rows[j].Pos < hi; j++ {
			r := &rows[j]
			n := uint32(min(hi, r.Pos+r.Span) - max(lo, r.Pos))
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
			if r.Pos >= lo {
				c.Headers++
			}
			if !r.Exact {
				c.How = model.Sampled
			}
		}
		if c.Sum() == hi-lo {
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
