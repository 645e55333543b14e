package ringcore

import "math/bits"

const (
	// Buckets is the number of equal parts of the data area by which an [Observer] divides its batches.
	Buckets = 256
	// MaxRemembered is how many busy records an [Observer] remembers. At that limit it stops walking until one resolves; a Linux
	// ring can't lap it meanwhile, because its oldest busy record holds the producer up.
	MaxRemembered = 4096

	stretchBytes = 64 << 10 // proven at once
	shortStretch = 512      // walked first where a producer overtakes the walk
	lookBytes    = 4 << 20  // walked in one Observe
	marks        = 1024     // known boundaries round the ring
)

// Observer follows a ring without writing to it. It is for one goroutine.
//
// Its cursor always moves to the producer position: busy records are remembered and looked at one by one until they resolve, so that
// a look costs O(new + busy). Records that the consumer has released stay readable until they are overwritten; an observer that comes
// by more often than once a lap therefore sees every record.
type Observer struct {
	ring    *Ring
	fence   fence
	started bool
	cursor  Pos // where the walk goes on
	watched Pos // producer position when watching began
	last    Positions
	records uint64 // passed so far, those of before watching included
	whole   Pos    // since here every boundary and count is known; behind it lies a gap

	busy    [MaxRemembered]remembered
	nBusy   int
	marks   [marks]mark
	shift   uint // of a position to its mark
	bucket  uint64
	reach   uint64 // bytes of the next stretch: fewer than stretchBytes after one was torn
	fixed   uint64 // the bits of a header that stay as they are
	stretch stretch

	strips   Pos // the boundary at which the last strip began
	stripped bool

	released Pos // the furthest consumer position that was seen and made sense

	head struct { // the record at the head, as CheckHead last found it
		pos Pos
		raw uint64
		set bool
	}

	// pause, in tests, holds the observer up where a producer could come between.
	pause func(at pausePoint)
}

// pausePoint is a place between two steps of the observer.
type pausePoint uint8

const (
	beforeHeaders pausePoint = iota // the positions are read
	beforePayload                   // the header of a record to copy is read
	beforeProof                     // everything is read and nothing proven
)

// remembered is a record that was busy when the walk passed it.
type remembered struct {
	pos    Pos
	raw    uint64
	before bool
}

// mark is a known record boundary.
type mark struct {
	pos     Pos
	records uint64 // passed before it
	set     bool
	exact   bool // of a batch that was proven on this CPU
}

// NewObserver returns an observer of r that has not looked yet.
func NewObserver(r *Ring) *Observer {
	return &Observer{
		ring:   r,
		shift:  uint(bits.TrailingZeros64(r.Size() / marks)),
		bucket: r.Size() / Buckets,
		reach:  stretchBytes,
		fixed:  r.fixed(),
	}
}

// Observe takes one look and tells s what happened since the last. The first one begins with what stands in the ring: the whole
// history if nothing has been overwritten yet, else what is unread. A look walks at most 4 MiB; with more, another one is due at once.
// It allocates nothing.
func (o *Observer) Observe(s Sink) (p Positions, more bool) {
	p = o.ring.readPositions(o.last.Producer)
	if !o.started && o.boundary(p.Producer) {
		o.start(p)
	}
	o.last = p
	if o.plausible(p.Consumer, p.Producer) && precedes(o.released, p.Consumer) {
		o.released = p.Consumer
	}
	o.lookAtBusy(s)
	more = o.walk(s)
	return o.last, more
}

// Last returns the positions of the last look.
func (o *Observer) Last() Positions { return o.last }

// start decides where the first walk begins.
func (o *Observer) start(p Positions) {
	o.started = true
	o.watched = p.Producer
	o.cursor = o.oldest(p)
	o.whole, o.released = o.cursor, o.cursor
}

// oldest is the oldest position that is known to be a record boundary without having walked there: 0 while nothing has been
// reused, else the head if it makes sense, else the producer position.
func (o *Observer) oldest(p Positions) Pos {
	switch {
	case p.HasOverwrite: // it began at 0, and everything from there on stands
		if o.plausible(p.Overwrite, p.Producer) {
			return p.Overwrite
		}
		return p.Producer
	case p.Producer <= o.ring.history && o.ring.isNew(p):
		return 0
	case o.plausible(p.Consumer, p.Producer):
		return p.Consumer
	default:
		return p.Producer
	}
}

// isNew reports whether a small producer position tells that the ring is new, wherever the consumer position stands, which anybody can write.
// Positions of 4 bytes pass 0 again and again; and in a user ring it is the producer position that anybody can write, and put back.
func (r *Ring) isNew(p Positions) bool {
	return r.geometry.PosWidth == 8 && (!r.user || p.Consumer <= p.Producer)
}

// standing is the oldest position that some records in a row are known to begin at and that still stands, whatever was walked: the
// consumer position, or in overwrite mode the overwrite position.
func (o *Observer) standing(p Positions) (at Pos, known bool) {
	at = p.Consumer
	if p.HasOverwrite {
		at = p.Overwrite
	}
	return at, o.plausible(at, p.Producer)
}

// plausible reports whether a position that user space wrote can be a boundary whose bytes still stand.
func (o *Observer) plausible(pos, producer Pos) bool {
	return o.boundary(pos) && producer-pos <= o.ring.capacity
}

// boundary reports whether a record can begin at pos. Nothing may be read elsewhere: a header is one aligned load.
func (o *Observer) boundary(pos Pos) bool { return pos%o.ring.format.Align == 0 }

// walk goes from the cursor to the producer position of the look, stretch by stretch.
func (o *Observer) walk(s Sink) (more bool) {
	for budget := uint64(lookBytes); o.cursor != o.last.Producer; {
		switch {
		case !o.boundary(o.last.Producer):
			return false // whoever judges the positions says so
		case precedes(o.last.Producer, o.cursor) || precedes(o.last.Producer, o.watched): // the second after leaps over 2^63 bytes
			o.back(s)
			return false
		case budget == 0 || o.nBusy == MaxRemembered:
			return budget == 0
		}
		budget -= min(budget, o.walkStretch(s))
	}
	return false
}

// walkStretch walks at most one stretch, proves it, and tells s. It returns what it costs of a look's budget, in bytes.
func (o *Observer) walkStretch(s Sink) uint64 {
	from := o.cursor
	if o.last.Producer-from > o.ring.capacity || o.last.HasOverwrite && precedes(from, o.last.Overwrite) {
		o.lapped(false, s)
		return stretchBytes
	}
	before := precedes(from, o.watched)
	limit := o.last.Producer
	if before {
		limit = o.watched // a boundary: nothing may count on both sides
	}
	st := &o.stretch
	if o.pause != nil {
		o.pause(beforeHeaders)
	}
	bad := st.walk(o.ring, from, limit, o.reach, o.bucket, MaxRemembered-o.nBusy)
	exact, ok := o.prove(from)
	if !ok || bad != nil && !exact { // what can't be proven is called missed, and not wrong
		o.reach = max(o.reach/8, shortStretch)
		o.lapped(true, s)
		return stretchBytes
	}
	o.reach = min(2*o.reach, stretchBytes)
	o.accept(st, before, exact, s)
	if bad != nil {
		o.corrupt(bad, st.wrong, before, s)
	}
	return max(o.cursor-from, 1)
}

// prove tells whether the bytes from from on had not been reused while they were read: ok on a strongly ordered CPU is proof; exact
// tells whether it is one here. A producer writes the next header before it publishes the position behind it, hence the slack: where a
// ring has none, the consumer position tells whether it could. In overwrite mode that one proves nothing, because no producer reads it.
func (o *Observer) prove(from Pos) (exact, ok bool) {
	if o.pause != nil {
		o.pause(beforeProof)
	}
	o.fence.loads()
	r := o.ring
	producer := r.widenProducer(r.loadProducer(), o.last.Producer)
	behind := producer - from
	switch {
	case behind > r.capacity:
		return false, false
	case r.overwrite:
		return strongOrder, !precedes(from, r.loadOverwrite(producer))
	case strongOrder && behind <= r.history && r.format.ProvenHistory:
		return true, true
	}
	unread := !precedes(from, r.widenConsumer(r.loadConsumer(), producer))
	return unread, unread || behind <= r.history
}

// exact tells whether a record that stood when the positions were read again is proven to have stood while it was read.
func (o *Observer) exact(unread bool) bool {
	if o.ring.overwrite {
		return strongOrder
	}
	return unread || strongOrder && o.ring.format.ProvenHistory
}

// accept takes a proven stretch into the books and tells s.
func (o *Observer) accept(st *stretch, before, exact bool, s Sink) {
	b := &st.batch
	if b.Records == 0 {
		return
	}
	b.Before, b.Exact = before, exact
	if len(b.Parts) == 0 {
		o.mark(b.From, 0, exact)
	}
	passed := uint64(0)
	for i := range b.Parts {
		o.mark(b.Parts[i].From, passed, exact)
		passed += uint64(b.Parts[i].Records)
	}
	o.records += b.Records
	o.cursor = b.To
	s.Batch(b)
	for i := range st.busy[:st.nBusy] {
		met := st.busy[i]
		met.before = before
		o.busy[o.nBusy] = met
		o.nBusy++
		s.Busy(met.pos, met.raw, before)
	}
}

// mark remembers pos, before which passed more records lie than were counted, as a boundary, if it is the first of its place in this
// lap.
func (o *Observer) mark(pos Pos, passed uint64, exact bool) {
	m := &o.marks[(pos>>o.shift)&(marks-1)]
	if !m.set || m.pos>>o.shift != pos>>o.shift {
		*m = mark{pos: pos, records: o.records + passed, set: true, exact: exact}
	}
}

// back goes on at a producer position before the cursor, as if watching began there: what stood behind it is void.
func (o *Observer) back(s Sink) {
	to := o.last.Producer
	s.Corrupt(o.cursor, 0, ErrWentBack, to, false)
	if precedes(to, o.watched) {
		o.watched = to
	}
	if precedes(to, o.released) {
		o.released = to
	}
	o.marks, o.stripped, o.head.set = [marks]mark{}, false, false
	kept := 0
	for _, b := range o.busy[:o.nBusy] {
		if precedes(b.pos, to) {
			o.busy[kept] = b
			kept++
			continue
		}
		s.Unresolved(b.pos, b.raw, b.before) // another one will be met there
	}
	o.nBusy = kept
	o.jump(to)
}

// lapped reads the positions again and goes on at the next known boundary.
func (o *Observer) lapped(torn bool, s Sink) {
	o.last = o.ring.readPositions(o.last.Producer)
	if !o.boundary(o.last.Producer) || precedes(o.last.Producer, o.cursor) {
		return // no lap: the walk judges it
	}
	to, from := o.nextBoundary(), o.cursor
	if precedes(from, o.watched) {
		until := to
		if precedes(o.watched, to) {
			until = o.watched
		}
		s.Lapped(from, until, torn, true)
		from = until
	}
	if from != to {
		s.Lapped(from, to, torn, false)
	}
	o.jump(to)
}

// corrupt goes on at the next known boundary behind the header at the cursor, of which raw is what was judged: it may stand otherwise by now.
func (o *Observer) corrupt(why error, raw uint64, before bool, s Sink) {
	to := o.nextBoundary()
	if before && precedes(o.watched, to) {
		to = o.watched // a boundary too, and what comes after it counts
	}
	s.Corrupt(o.cursor, raw, why, to, before)
	o.jump(to)
}

// nextBoundary is the nearest known boundary behind the cursor: the oldest that still stands if it is there, else the producer position.
func (o *Observer) nextBoundary() Pos {
	if at, known := o.standing(o.last); known && precedes(o.cursor, at) {
		return at
	}
	if at := o.last.Consumer; o.plausible(at, o.last.Producer) && precedes(o.cursor, at) {
		return at // in overwrite mode
	}
	return o.last.Producer
}

// jump sets the cursor to a boundary that was not walked to.
func (o *Observer) jump(to Pos) {
	o.cursor = to
	o.whole = to
}
