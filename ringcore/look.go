package ringcore

import "slices"

// Unread counts the records between the consumer and the producer position of the last look; see [Observer.RecordsFrom].
func (o *Observer) Unread() (records uint64, exact bool) { return o.RecordsFrom(o.last.Consumer) }

// RecordsFrom counts the records between from, which must be a boundary, and the producer position of the last look, without walking
// all of them: what was counted on the way is taken from the marks. exact is false when that can't be told (a gap lies between, the
// walk is behind, or from is no boundary).
func (o *Observer) RecordsFrom(from Pos) (records uint64, exact bool) {
	if !o.started || !o.boundary(from) || precedes(from, o.whole) || precedes(o.cursor, from) || o.cursor != o.last.Producer {
		return 0, false
	}
	to, counted := o.cursor, uint64(0)
	if m, ok := o.markAfter(from); ok {
		to, counted = m.pos, o.records-m.records
	}
	n, ok := o.count(from, to)
	return n + counted, ok
}

// count walks from from to to, which is at most a mark's width away or the cursor.
func (o *Observer) count(from, to Pos) (records uint64, ok bool) {
	ok = o.visit(from, to, func(Pos, uint64) bool { records++; return true })
	if !ok {
		return records, false
	}
	_, ok = o.prove(from)
	return records, ok
}

// visit calls f with every header from from to to until it returns false; ok tells that all headers fitted.
func (o *Observer) visit(from, to Pos, f func(pos Pos, raw uint64) bool) (ok bool) {
	r := o.ring
	for from != to {
		raw := r.loadHeader(from)
		length := uint32(raw) & lengthMask
		span := r.format.Span(length)
		if uint32(raw>>32) != r.pageOffset(from) || span > to-from {
			return false
		}
		if !f(from, raw) {
			return true
		}
		from += span
	}
	return true
}

// markAfter returns the first mark at or behind pos that belongs to this lap.
func (o *Observer) markAfter(pos Pos) (mark, bool) {
	for at := pos; precedes(at, o.cursor); at = o.nextPlace(at) {
		if m := o.marks[(at>>o.shift)&(marks-1)]; o.holds(m, at) && !precedes(m.pos, pos) {
			return m, true
		}
	}
	return mark{}, false
}

// markBefore returns the last mark at or before pos that has at least before records between it and the one nearest to pos, or the
// oldest whose bytes still stand.
func (o *Observer) markBefore(pos Pos, before int) (best mark, found bool) {
	var nearest uint64
	for at := pos; ; at = o.previousPlace(at) {
		m := o.marks[(at>>o.shift)&(marks-1)]
		if o.holds(m, at) && !precedes(pos, m.pos) && o.last.Producer-m.pos <= o.ring.capacity {
			if !found {
				nearest = m.records
			}
			best, found = m, true
			if nearest-m.records >= uint64(before) {
				return best, true
			}
		}
		begin := at &^ (1<<o.shift - 1)
		if !precedes(o.whole, begin) || o.last.Producer-begin > o.ring.capacity {
			return best, found
		}
	}
}

// holds reports whether m is a mark of the place and lap of at, with everything counted since.
func (o *Observer) holds(m mark, at Pos) bool {
	return m.set && m.pos>>o.shift == at>>o.shift && !precedes(m.pos, o.whole)
}

// nextPlace and previousPlace are positions in the neighbouring places of the ring of marks.
func (o *Observer) nextPlace(at Pos) Pos     { return (at | (1<<o.shift - 1)) + 1 }
func (o *Observer) previousPlace(at Pos) Pos { return at&^(1<<o.shift-1) - 1 }

// MaxWalk is the most records that one [Observer.Walk] visits.
const MaxWalk = 1024

// Walk visits up to before records that precede from and up to n from there on, in order of position, as they stand now. from need
// not be a boundary: the record that holds it counts as the first. It returns false, and visits nothing, if no boundary is known from
// which from can be reached, because it was overwritten or lies in a gap or ahead. before + n is at most [MaxWalk].
//
// A consumer position is a boundary by the protocol, so records from there on can be visited even where nothing was walked yet.
func (o *Observer) Walk(from Pos, before, n int, visit func(Seen) bool) (held bool) {
	if !o.started {
		return false
	}
	n = min(max(n, 0), MaxWalk)
	before = min(max(before, 0), MaxWalk-n)
	producer := o.cursor
	start, ok := o.markBefore(from, before+1)
	begin := start.pos
	if !ok {
		if from != o.last.Consumer || !o.plausible(from, producer) {
			return false
		}
		begin = from
	}
	seen := make([]Seen, 0, before+n) // the first of them a ring, until the walk is over
	oldest, after := 0, 0
	fits := o.visit(begin, producer, func(pos Pos, raw uint64) bool {
		end := pos + o.ring.format.Span(uint32(raw)&lengthMask)
		if !precedes(from, end) {
			switch {
			case len(seen) < before:
				seen = append(seen, Seen{Pos: pos, Raw: raw})
			case before > 0:
				seen[oldest] = Seen{Pos: pos, Raw: raw}
				oldest = (oldest + 1) % before
			}
			return true
		}
		if after == n {
			return false
		}
		after++
		seen = append(seen, Seen{Pos: pos, Raw: raw})
		return true
	})
	if oldest > 0 {
		slices.Reverse(seen[:oldest])
		slices.Reverse(seen[oldest:before])
		slices.Reverse(seen[:before])
	}
	return o.deliver(seen, visit) && (fits || after > 0)
}

// deliver proves the records of a walk and hands them out, without those whose bytes have been reused.
func (o *Observer) deliver(seen []Seen, visit func(Seen) bool) bool {
	o.fence.loads()
	p := o.ring.readPositions(o.last.Producer)
	for _, s := range seen {
		s.Unread = !precedes(s.Pos, p.Consumer)
		if behind := p.Producer - s.Pos; behind > o.ring.capacity || behind > o.ring.history && !s.Unread {
			continue
		}
		s.Exact = strongOrder || s.Unread
		if !visit(s) {
			break
		}
	}
	return true
}

// Whole visits every record that can be read now, oldest first: all that was ever written while nothing has been overwritten, else
// what this observer walked past and what is unread (without released records that begin in the same 64 KiB, or 1/256 of the ring, as
// the first overwritten one). It returns the position where it ended and why it ended before the producer
// position, if it did: a header that failed its check, as in [Sink.Corrupt].
func (o *Observer) Whole(visit func(Seen) bool) (end Pos, why error) {
	p := o.ring.readPositions(o.last.Producer)
	from := o.oldest(p)
	if o.started {
		o.last = p
		from = o.oldestWalked(p)
	}
	stopped := false
	var chunk [256]Seen
	for from != p.Producer && !stopped {
		n, next := 0, from
		bad := o.visit(from, p.Producer, func(pos Pos, raw uint64) bool {
			if n == len(chunk) {
				return false
			}
			chunk[n] = Seen{Pos: pos, Raw: raw}
			n++
			next = pos + o.ring.format.Span(uint32(raw)&lengthMask)
			return true
		})
		o.deliver(chunk[:n], func(s Seen) bool { stopped = !visit(s); return !stopped })
		from = next
		if !bad && n < len(chunk) {
			return from, o.whyBad(from, p.Producer)
		}
	}
	return from, nil
}

// oldestWalked is the oldest boundary that is still known from the walks, or the consumer position if that is older; the producer
// position where neither is left.
func (o *Observer) oldestWalked(p Positions) Pos {
	m, marked := o.markBefore(o.cursor, int(min(o.records, 1<<31)))
	switch usable := o.plausible(p.Consumer, p.Producer); {
	case marked && (!usable || precedes(m.pos, p.Consumer)):
		return m.pos
	case usable:
		return p.Consumer
	case o.plausible(o.cursor, p.Producer):
		return o.cursor
	default:
		return p.Producer
	}
}

// whyBad says what is wrong with the header at pos.
func (o *Observer) whyBad(pos, producer Pos) error {
	if uint32(o.ring.loadHeader(pos)>>32) != o.ring.pageOffset(pos) {
		return ErrPageOffset
	}
	return ErrPastProducer
}

// Copy copies the payload of the record at pos, as much as fits, and re-checks it: exact tells that the record was finished and that
// none of its bytes was overwritten meanwhile. A busy record is never copied.
func (o *Observer) Copy(dst []byte, pos Pos) (n int, exact bool) {
	r := o.ring
	h := r.Header(pos)
	if h.Busy || h.PageOffset != r.pageOffset(pos) || r.format.Span(h.Length) > r.Size() {
		return 0, false
	}
	if o.pause != nil {
		o.pause(beforePayload)
	}
	n = copy(dst, r.payload(pos, h.Length))
	exact, ok := o.prove(pos)
	if !ok {
		return 0, false
	}
	return n, exact
}
