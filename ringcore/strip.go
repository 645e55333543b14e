package ringcore

// MaxStrip is the most bytes that one [Observer.Strip] covers.
const MaxStrip = 512 << 10

// stripRetries is how often a strip begins anew when a producer has overtaken its walk.
const stripRetries = 3

// Strip visits the records that have bytes between from and to (none if these are equal), in order of position, as they stand now. Where no
// boundary is known from which from can be reached (overwritten, or not walked), it begins at the first one behind from. to is at most
// [MaxStrip] behind from; what lies farther is left out. Seen.Unread speaks of the last look's consumer position, so that all agree with it.
//
// Each chunk of records is proven as a whole: its first header stood when its last one was read, and everything behind that one did. None
// goes across the consumer position, because what lies on its two sides is proven in two ways. It costs the headers of the
// strip and of what lies between its begin and that of the strip before it, or 1/1024 of the ring where that is farther off, and allocates
// nothing.
func (o *Observer) Strip(from, to Pos, visit func(Seen)) {
	if !o.started || precedes(to, from) {
		return
	}
	if to-from > MaxStrip {
		to = from + MaxStrip
	}
	if precedes(o.cursor, to) {
		to = o.cursor
	}
	for range stripRetries {
		if !precedes(from, to) { // all of it lies ahead of what was walked; or farther back than positions can be told apart
			return
		}
		at, ok := o.stripBegin(from, to)
		if !ok {
			return
		}
		end, whole := o.strip(at, from, to, visit)
		if whole {
			return
		}
		// What the producer reuses meanwhile is a part of what it has left behind since: begin well behind that.
		now := o.ring.widenProducer(o.ring.loadProducer(), o.last.Producer)
		next := now - o.ring.history + o.ring.Size()/16
		for _, least := range [...]Pos{end, from} {
			if precedes(next, least) {
				next = least
			}
		}
		from = next
	}
}

// stripBegin is the boundary at which a strip begins.
func (o *Observer) stripBegin(from, to Pos) (at Pos, ok bool) {
	if begin, known := o.beginBefore(o.last, from, 0); known {
		if at = o.strips; !o.stripped || precedes(at, begin) || precedes(from, at) || precedes(at, o.whole) {
			at = begin
		}
		return at, true
	}
	oldest := o.last.Producer - o.ring.history
	if head := o.last.Head(); precedes(head, oldest) && o.plausible(head, o.last.Producer) {
		oldest = head
	}
	if precedes(from, oldest) {
		from = oldest
	}
	switch {
	case precedes(from, o.whole):
		at, ok = o.whole, o.plausible(o.whole, o.last.Producer)
	default:
		var m mark
		m, ok = o.markAfter(from)
		at = m.pos
	}
	if c, known := o.standing(o.last); known && !precedes(c, from) && (!ok || precedes(c, at)) {
		at, ok = c, true
	}
	return at, ok && precedes(at, to)
}

// strip walks from the boundary at to to. whole is false where the proof of a chunk failed, at end.
func (o *Observer) strip(at, from, to Pos, visit func(Seen)) (end Pos, whole bool) {
	r := o.ring
	var chunk [256]Seen
	for precedes(at, to) {
		begin, n := at, 0
		for n < len(chunk) && precedes(at, to) && (at == begin || at != o.last.Consumer) {
			raw, _, span, why := r.parse(at, o.cursor)
			if why != nil {
				to = at // the observer tells whoever counts such headers
				break
			}
			if next := at + span; precedes(from, next) {
				chunk[n] = Seen{Pos: at, Raw: raw, Unread: !precedes(at, o.last.Consumer)}
				n++
			}
			at += span
		}
		exact, ok := o.prove(begin)
		if !ok {
			return begin, false
		}
		if n > 0 && !precedes(from, chunk[0].Pos) {
			o.strips, o.stripped = chunk[0].Pos, true
		}
		for _, s := range chunk[:n] {
			s.Exact = exact
			visit(s)
		}
	}
	return at, true
}
