package ringcore

import "errors"

// Wrong is a header that can't be that of the record that stood there.
type Wrong struct {
	Pos Pos
	Raw uint64
	Why error
}

// CheckHead looks once more at what the reader takes next, as of the last look: Observe walks each header once, and memory can be damaged
// afterwards. It follows the headers from the head on for at most 64 KiB, over the boundaries that are known from the walk, and tells of the
// first that can't be one. Of the head itself it also tells where it is not the header of before: another length or page offset, or, in a
// kernel's own ring, other flags though it was finished. While it stands there each call tells of it. It allocates nothing.
//
// Whatever is told was proven as a batch is: when all was read, no producer could have reused a byte from the head on. What can't be proven on
// this CPU or in this format is not told.
func (o *Observer) CheckHead() (w Wrong, found bool) {
	p, at := o.last, o.last.Head()
	if !o.started || !o.boundary(p.Producer) || !o.plausible(at, p.Producer) || !precedes(at, o.cursor) {
		return w, false
	}
	if o.pause != nil {
		o.pause(beforeHeaders)
	}
	raw := o.ring.loadHeader(at)
	w, known, found := o.follow(at, p.Producer)
	if exact, ok := o.prove(at); !exact || !ok || !o.unreleased(at) {
		return Wrong{}, false
	}
	switch {
	case (!found || w.Pos != at) && o.rewritten(at, raw):
		return Wrong{Pos: at, Raw: raw, Why: ErrRewritten}, true
	case !found:
		o.head.pos, o.head.raw, o.head.set = at, raw, true
	case !known && !o.begins(at):
		w.Why = ErrAstray // what is wrong may be the position, which user space wrote, and not the header
	}
	return w, found
}

// unreleased reports whether the consumer position was never seen behind at, where that is what proves. A reader that puts it back, or a second
// one, does not take back what producers were told: they may stand at the bytes from the head on, ahead of the producer position.
func (o *Observer) unreleased(at Pos) bool {
	byHistory := strongOrder && o.ring.format.ProvenHistory
	return o.ring.overwrite || byHistory || !precedes(at, o.released)
}

// HeadIsKnown reports whether a record begins at the head as far as is known without reading there: the consumer position is written by user
// space, and what it points at may be payload. Where that is to be left unread, it is asked before [Observer.CheckHead] and [Observer.Unread].
func (o *Observer) HeadIsKnown() bool {
	p, at := o.last, o.last.Head()
	switch {
	case !o.started || !o.boundary(p.Producer) || !o.plausible(at, p.Producer):
		return false
	case at == o.cursor || p.HasOverwrite && at == p.Overwrite || o.headAt(at):
		return true
	}
	m, ok := o.markBefore(p, at, 0)
	_, ok = o.leads(m.pos, at, ok && precedes(at, o.cursor))
	return ok
}

// leads reports whether the headers from the boundary from on, if that is known, lead to pos, and whether that is proven.
func (o *Observer) leads(from, pos Pos, known bool) (exact, ok bool) {
	if !known || o.visit(from, pos, func(Pos, uint64, uint64) bool { return true }) != nil {
		return false, false
	}
	return o.prove(from)
}

// follow walks from at to to, at most 64 KiB, from one known boundary to the next, up to the first header that can't be one. known tells that
// it came by such a boundary on the way.
func (o *Observer) follow(at, to Pos) (w Wrong, known, found bool) {
	for stop := at + min(to-at, stretchBytes); precedes(at, stop); known = true {
		limit, past := to, ErrPastProducer
		if m, ok := o.markAfter(at + 1); ok && m.exact && !o.repeats() {
			limit, past = m.pos, ErrPastBoundary
		}
		for at != limit && precedes(at, stop) {
			raw, _, span, why := o.ring.parse(at, limit)
			if why != nil {
				if errors.Is(why, ErrPastProducer) {
					why = past
				}
				return Wrong{Pos: at, Raw: raw, Why: why}, known, true
			}
			at += span
		}
	}
	return w, known, false
}

// repeats reports whether the same position can be that of another record: one of 4 bytes can have gone round between two looks.
func (o *Observer) repeats() bool { return o.ring.geometry.PosWidth == 4 }

// begins reports whether a record is known to begin at pos, whatever the consumer position says: it did when the head was last found right, or
// the records before it still stand and lead to it.
func (o *Observer) begins(pos Pos) bool {
	switch {
	case o.last.HasOverwrite && pos == o.last.Overwrite || o.headAt(pos):
		return true
	case o.repeats():
		return false
	}
	m, ok := o.markBefore(o.last, pos, 0)
	exact, ok := o.leads(m.pos, pos, ok && m.exact && pos-m.pos <= stretchBytes)
	return exact && ok
}

// headAt reports whether the head stood at pos when it was last found right.
func (o *Observer) headAt(pos Pos) bool { return o.head.set && o.head.pos == pos && !o.repeats() }

// rewritten reports whether raw, which is read at the head, can't have become of the header that stood there before.
func (o *Observer) rewritten(at Pos, raw uint64) bool {
	r, before := o.ring, o.head.raw
	if o.headAt(at) && (raw^before)&o.fixed != 0 {
		return true
	}
	if r.kind != KindLinux || r.user { // elsewhere nothing forbids a writer to take back what it has submitted
		return false
	}
	if o.headAt(at) && !r.isBusy(before) {
		return raw != before
	}
	walked := strongOrder && !o.repeats() && !precedes(at, o.whole)
	return walked && r.isBusy(raw) && !o.remembers(at)
}

// remembers reports whether the record at pos was met busy and has not been seen finished.
func (o *Observer) remembers(pos Pos) bool {
	for i := range o.busy[:o.nBusy] {
		if o.busy[i].pos == pos {
			return true
		}
	}
	return false
}
