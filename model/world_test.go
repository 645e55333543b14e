package model

import (
	"math/bits"
	"testing"
	"time"

	"ringscope/ringcore"
)

// world is a ring without bytes: it knows what an ideal observer would tell, and tells it to an account.
type world struct {
	a    *Account
	ring *Ring
	now  time.Time
	tick time.Duration // between looks

	size       uint64
	prod, cons uint64
	seen       uint64   // told up to here
	records    []record // of [cons, prod), and those not told yet
	told       int      // of records
	obs        Observation
	excerpt    Excerpt
	drops      uint64
	counted    bool // drops are counted
	moment     *Moment
	published  time.Time
}

type record struct {
	pos     uint64
	length  uint32
	busy    bool
	discard bool
}

func (r record) span() uint64 { return ringcore.Linux.Span(r.length) }

func (r record) raw() uint64 {
	return ringcore.Linux.Encode(ringcore.Header{Length: r.length, Busy: r.busy, Discard: r.discard})
}

var begin = time.Date(2026, 9, 1, 2, 14, 7, 0, time.UTC)

func newWorld(size uint64) *world {
	g := ringcore.LinuxGeometry(size, 4096)
	w := &world{
		a: NewAccount(), now: begin, tick: 10 * time.Millisecond, size: size,
		ring: &Ring{Source: SourceBPF, ID: 167, Name: "events", Type: TypeRingbuf, Format: ringcore.Linux, Geometry: g, Readers: Of(1)},
	}
	w.a.Ring(w.ring)
	return w
}

func (w *world) used() uint64 { return w.prod - w.cons }

// reserve appends a record if there is room, else it is refused.
func (w *world) reserve(length uint32) *record {
	r := record{pos: w.prod, length: length, busy: true}
	if w.used()+r.span() > w.size-8 {
		w.drops++
		return nil
	}
	w.prod += r.span()
	w.records = append(w.records, r)
	return &w.records[len(w.records)-1]
}

func (w *world) submit(pos uint64) { w.finish(pos, false) }

func (w *world) finish(pos uint64, discard bool) {
	for i := range w.records {
		r := &w.records[i]
		if r.pos != pos {
			continue
		}
		r.busy, r.discard = false, discard
		if i < w.told {
			w.a.Resolved(pos, r.raw(), false)
		}
		return
	}
}

// put reserves and submits; it reports whether there was room.
func (w *world) put(length uint32) bool {
	r := w.reserve(length)
	if r != nil {
		r.busy = false
	}
	return r != nil
}

// take consumes up to most bytes of whole records, but no busy one. It returns the bytes.
func (w *world) take(most uint64) (n uint64) {
	for _, r := range w.records {
		if r.pos < w.cons {
			continue
		}
		if r.busy || n+r.span() > most {
			break
		}
		n += r.span()
		w.cons += r.span()
	}
	return n
}

func (w *world) drop() { w.records, w.told = w.records[1:], w.told-1 }

// look tells the account what is new.
func (w *world) look() {
	w.a.Begin(w.now)
	w.tell()
	w.a.End(w.positions())
}

func (w *world) positions() ringcore.Positions {
	return ringcore.Positions{ConsumerFirst: w.cons, Consumer: w.cons, Producer: w.prod}
}

func (w *world) tell() {
	before := w.a.looks == 0
	for ; w.told < len(w.records); w.told++ {
		r := w.records[w.told]
		var lengths [LengthBuckets]ringcore.LengthSum
		lengths[bits.Len32(r.length)] = ringcore.NewLengthSum(1, r.length)
		b := ringcore.Batch{
			From: r.pos, To: r.pos + r.span(), Before: before, Exact: true, Records: 1, Payload: uint64(r.length), Largest: r.span(),
			Lengths: &lengths,
		}
		if r.busy {
			b.Busy = 1
		} else if r.discard {
			b.Discarded, b.DiscardedBytes = 1, r.span()
		}
		w.a.Batch(&b)
		if r.busy {
			w.a.Busy(r.pos, r.raw(), before)
		}
		w.seen = b.To
	}
	for len(w.records) > 0 && w.told > 0 && w.records[0].pos < w.cons && !w.records[0].busy {
		w.drop()
	}
}

func (w *world) publish() *Moment {
	if w.counted {
		w.a.Drops(w.drops, "simulated")
	}
	n := uint64(0)
	for _, r := range w.records {
		if r.pos >= w.cons {
			n++
		}
	}
	w.moment = w.a.Publish(w.now, Detail{Unread: Of(n), Excerpt: w.excerpt}, w.obs)
	w.published = w.now
	return w.moment
}

// run lets time pass for d. each is called before every look.
func (w *world) run(d time.Duration, each func()) {
	for end := w.now.Add(d); w.now.Before(end); {
		w.step(each)
	}
}

// step lets one tick pass.
func (w *world) step(each func()) {
	if each != nil {
		each()
	}
	w.look()
	if w.moment == nil || w.now.Sub(w.published) >= 100*time.Millisecond {
		w.publish()
	}
	w.now = w.now.Add(w.tick)
}

// codes are those of the newest moment.
func (w *world) codes() []Code {
	out := []Code{}
	for _, f := range w.moment.Findings {
		out = append(out, f.Code)
	}
	return out
}

// finding returns one of the newest moment's.
func (w *world) finding(t *testing.T, c Code) Finding {
	t.Helper()
	for _, f := range w.moment.Findings {
		if f.Code == c {
			return f
		}
	}
	t.Fatalf("no %s among %v at %v", c, w.codes(), w.now.Sub(begin))
	return Finding{}
}

// stream is a steady flow of bytes.
type stream struct {
	rate float64 // bytes per second
	owed float64
}

// produce writes records of length at the stream's rate; what finds no room is refused.
func (w *world) produce(s *stream, length uint32) {
	span := float64(ringcore.Linux.Span(length))
	for s.owed += s.rate * w.tick.Seconds(); s.owed >= span; s.owed -= span {
		w.put(length)
	}
}

// consume reads at the stream's rate, without saving up while there is nothing.
func (w *world) consume(s *stream) {
	s.owed += s.rate * w.tick.Seconds()
	s.owed -= float64(w.take(uint64(s.owed)))
	if w.used() == 0 {
		s.owed = 0
	}
}
