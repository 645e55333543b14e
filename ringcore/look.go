package ringcore

import "slices"

// Unread counts the records between the head and the producer position of the last look; see [Positions.Head] and
// [Observer.RecordsFrom].
func (o *Observer) Unread() (records uint64, exact bool) { return o.RecordsFrom(o.last.Head()) }

// RecordsFrom counts the records between from, which must be a boundary, and the producer position of the last look, without walking
// all of them: what was counted on the way is taken from the marks. exact is false when that can't be told (a gap lies between, the
// walk is behind, from is no boundary, or its bytes are overwritten).
func (o *Observer) RecordsFrom(from Pos) (records uint64, exact bool) {
	if !o.started || precedes(from, o.whole) || o.cursor != o.last.Producer || !o.plausible(from, o.cursor) {
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
	if bad := o.visit(from, to, func(Pos, uint64, uint64) bool { records++; return true }); bad != nil {
		return records, false
	}
	_, ok = o.prove(from)
	return records, ok
}

// visit calls f with every header from from to to, and how far the next one is, until it returns false; bad tells why it ended at a header
// that can't be one, with a [HeaderError].
func (o *Observer) visit(from, to Pos, f func(pos Pos, raw, span uint64) bool) (bad error) {
	r := o.ring
	for from != to {
		raw, _, span, why := r.parse(from, to)
		if why != nil {
			return &HeaderError{Raw: raw, Why: why}
		}
		if !f(from, raw, span) {
			return nil
		}
		from += span
	}
	return nil
}

// markAfter returns the first mark at or behind pos that belongs to this lap.
func (o *Observer) markAfter(pos Pos) (mark, bool) {
	if size := o.ring.Size(); o.cursor-pos > size && precedes(pos, o.cursor) {
		pos = o.cursor - size // all others belong to laps before: a position that is terabytes behind costs no more than one lap
	}
	for at := pos; precedes(at, o.cursor); at = o.nextPlace(at) {
		if m := o.marks[(at>>o.shift)&(marks-1)]; o.holds(m, at) && !precedes(m.pos, pos) {
			return m, true
		}
	}
	return mark{}, false
}

// markBefore returns the last mark at or before pos that has at least before records between it and the one nearest to pos, or the
// oldest whose bytes p lets stand.
func (o *Observer) markBefore(p Positions, pos Pos, before int) (best mark, found bool) {
	var nearest uint64
	for at := pos; ; at = o.previousPlace(at) {
		m := o.marks[(at>>o.shift)&(marks-1)]
		if o.holds(m, at) && !precedes(pos, m.pos) && o.stands(m.pos, p) {
			if !found {
				nearest = m.records
			}
			best, found = m, true
			if nearest-m.records >= uint64(before) {
				return best, true
			}
		}
		begin := at &^ (1<<o.shift - 1)
		if !precedes(o.whole, begin) || p.Producer-begin > o.ring.capacity {
			return best, found
		}
	}
}

// beginBefore is markBefore, with the boundary that stands by itself as one more: the marks before it may not stand any more.
func (o *Observer) beginBefore(p Positions, pos Pos, before int) (begin Pos, found bool) {
	m, found := o.markBefore(p, pos, before)
	at, known := o.standing(p)
	if !known || precedes(pos, at) || precedes(at, o.whole) {
		return m.pos, found
	}
	if !found || precedes(at, m.pos) && !o.enough(p, m, pos, before) {
		return at, true
	}
	return m.pos, true
}

// enough reports whether m has before records between it and the mark nearest to pos.
func (o *Observer) enough(p Positions, m mark, pos Pos, before int) bool {
	nearest, ok := o.markBefore(p, pos, 0)
	return ok && nearest.records-m.records >= uint64(before)
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

// walkRetries is how often a walk begins anew when a producer has overtaken it.
const walkRetries = 3

// Walk visits up to before records that precede from and up to n from there on, in order of position, as they stand now. from need
// not be a boundary: the record that holds it counts as the first. It returns false, and visits nothing, if no boundary is known from
// which from can be reached, because it was overwritten or lies in a gap or ahead. before + n is at most [MaxWalk].
//
// The head is a boundary by the protocol, so records from there on can be visited even where nothing was walked yet.
func (o *Observer) Walk(from Pos, before, n int, visit func(Seen) bool) (held bool) {
	if !o.started {
		return false
	}
	n = min(max(n, 0), MaxWalk)
	before = min(max(before, 0), MaxWalk-n)
	p, back := o.last, before+1
	for tries := 1; ; tries++ {
		begin, ok := o.walkBegin(p, from, back)
		if !ok {
			return false
		}
		seen, held := o.around(begin, from, before, n)
		if _, ok := o.prove(begin); ok { // and so did all headers behind it: the walk has not lost its way
			o.deliver(begin, seen, visit)
			return held
		}
		if tries == walkRetries {
			return false
		}
		if p = o.ring.readPositions(o.last.Producer); tries > 1 {
			back = 0 // begin as near as can be
		}
	}
}

// walkBegin is the boundary at which a walk to from begins, of those that p lets stand: if possible one that has back records between it
// and from.
func (o *Observer) walkBegin(p Positions, from Pos, back int) (begin Pos, ok bool) {
	begin, ok = o.beginBefore(p, from, back)
	if !ok {
		begin, ok = from, from == p.Head() && o.plausible(from, o.cursor)
	}
	return begin, ok && !precedes(o.cursor, begin)
}

// around reads up to before records that precede from and up to n from there on, on a walk from begin to the cursor. held is false if
// that came to a header that can't be one before it came to from.
func (o *Observer) around(begin, from Pos, before, n int) (seen []Seen, held bool) {
	if o.pause != nil {
		o.pause(beforeHeaders)
	}
	seen = make([]Seen, 0, before+n) // the first of them a ring, until the walk is over
	oldest, after := 0, 0
	bad := o.visit(begin, o.cursor, func(pos Pos, raw, span uint64) bool {
		if !precedes(from, pos+span) {
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
	return seen, bad == nil || after > 0
}

// deliver proves the records of a walk that began at begin and hands them out, without those whose bytes have been reused. Records that can
// be proven by the consumer position only are exact where the walk began behind it or passed it: it might have lost its way before.
func (o *Observer) deliver(begin Pos, seen []Seen, visit func(Seen) bool) {
	o.fence.loads()
	p := o.ring.readPositions(o.last.Producer)
	onTrack := o.exact(!precedes(begin, p.Consumer))
	for _, s := range seen {
		s.Unread = !precedes(s.Pos, p.Consumer)
		if !o.stands(s.Pos, p) {
			continue
		}
		onTrack = onTrack || s.Pos == p.Consumer
		s.Exact = onTrack && o.exact(s.Unread) // in overwrite mode on a weakly ordered CPU coming to the consumer position proves nothing
		if !visit(s) {
			break
		}
	}
}

// stands reports whether p leaves a record its bytes.
func (o *Observer) stands(pos Pos, p Positions) bool {
	behind := p.Producer - pos
	if p.HasOverwrite {
		return behind <= o.ring.capacity && !precedes(pos, p.Overwrite)
	}
	return behind <= o.ring.history || behind <= o.ring.capacity && !precedes(pos, p.Consumer)
}

// Whole visits every record that can be read now, oldest first: all that was ever written while nothing has been overwritten, else
// what this observer walked past and what is unread (without released records that begin in the same 64 KiB, or 1/256 of the ring, as
// the first overwritten one). It returns the position where it ended and why it ended before the producer
// position, if it did: a header that failed its check, as in [Sink.Corrupt], as a [HeaderError].
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
		bad := o.visit(from, p.Producer, func(pos Pos, raw, span uint64) bool {
			if n == len(chunk) {
				return false
			}
			chunk[n] = Seen{Pos: pos, Raw: raw}
			n++
			next = pos + span
			return true
		})
		if exact, ok := o.prove(from); !ok || bad != nil && !exact {
			from = o.afterOvertaken(from, p.Producer) // what was read may follow from something else
			continue
		}
		o.deliver(from, chunk[:n], func(s Seen) bool { stopped = !visit(s); return !stopped })
		from = next
		if bad != nil {
			return from, bad
		}
	}
	return from, nil
}

// afterOvertaken is the next boundary behind from that is known to stand, at most limit.
func (o *Observer) afterOvertaken(from, limit Pos) Pos {
	p := o.ring.readPositions(o.last.Producer)
	next := limit
	if at, known := o.standing(p); known && precedes(from, at) && precedes(at, limit) {
		next = at
	}
	for at := from + 1; precedes(at, next); {
		m, ok := o.markAfter(at)
		if !ok || !precedes(m.pos, next) {
			break
		}
		if o.stands(m.pos, p) {
			return m.pos
		}
		at = m.pos + 1
	}
	return next
}

// oldestWalked is the oldest boundary that is still known from the walks, or the one that stands by itself if that is older; the producer
// position where neither is left.
func (o *Observer) oldestWalked(p Positions) Pos {
	m, marked := o.markBefore(p, o.cursor, int(min(o.records, 1<<31)))
	switch at, usable := o.standing(p); {
	case marked && (!usable || precedes(m.pos, at)):
		return m.pos
	case usable:
		return at
	case o.plausible(o.cursor, p.Producer):
		return o.cursor
	default:
		return p.Producer
	}
}

// Copy copies the payload of the record at pos, as much as fits, and re-checks it: exact tells that the record was finished and that
// none of its bytes was overwritten meanwhile. A busy record is never copied.
func (o *Observer) Copy(dst []byte, pos Pos) (n int, exact bool) {
	r := o.ring
	raw, length, _, why := r.parse(pos, pos+r.Size())
	if why != nil || r.isBusy(raw) {
		return 0, false
	}
	if o.pause != nil {
		o.pause(beforePayload)
	}
	n = copy(dst, r.payload(pos, length))
	exact, ok := o.prove(pos)
	if !ok {
		return 0, false
	}
	return n, exact
}
