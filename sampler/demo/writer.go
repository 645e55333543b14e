package demo

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// tally is what producers did. Its owner adds, anybody may read.
type tally struct {
	reserved, submitted, discarded, refused atomic.Uint64 // records
	bytes                                   atomic.Uint64 // spans of what was reserved
}

// writer is a producer of the schedule: one CPU on which a BPF program runs.
type writer struct {
	number int
	ring   ringcore.Writer
	span   func(length uint32) uint64
	script *script
	host   *host
	next   act
	held   []holding // not yet finished, the next one to finish first
	wakeUp model.WakeUp
	wakes  *reader // who waits to be woken; nil: nobody
	tally  tally
}

// holding is a reservation and when it ends.
type holding struct {
	until   time.Duration
	discard bool
	where   ringcore.Reservation
}

func newWriter(seed uint64, load *workload, number int, ring ringcore.Writer, format *ringcore.Format) *writer {
	w := &writer{
		number: number, ring: ring, span: format.Span, script: newScript(seed, load, number), host: newHost(seed, number, load.event),
		held: make([]holding, 0, 16), wakeUp: load.wakeUp,
	}
	w.next = w.script.next()
	return w
}

func (w *writer) String() string { return fmt.Sprintf("simulated producer %d", w.number) }

func (w *writer) due() time.Duration {
	if len(w.held) > 0 {
		return min(w.held[0].until, w.next.at)
	}
	return w.next.at
}

func (w *writer) step() error {
	if len(w.held) > 0 && w.held[0].until <= w.next.at {
		w.finish()
		return nil
	}
	return w.reserve()
}

// finish submits or discards the record whose time is over.
func (w *writer) finish() {
	h := w.held[0]
	if len(w.held) == 1 {
		w.held = w.held[:0]
	} else {
		w.held = slices.Delete(w.held, 0, 1)
	}
	if h.discard {
		w.ring.Discard(h.where)
		w.tally.discarded.Add(1)
	} else {
		w.ring.Submit(h.where)
		w.tally.submitted.Add(1)
	}
	if w.wakes != nil {
		w.wakes.wake(h.where.Pos, w.wakeUp)
	}
}

// reserve asks for the next record. One that is refused is lost, as a BPF program loses it: it can't wait.
func (w *writer) reserve() error {
	a := w.next
	w.next = w.script.next()
	where, err := w.ring.Reserve(a.length)
	switch {
	case errors.Is(err, ringcore.ErrFull), errors.Is(err, ringcore.ErrPending):
		w.tally.refused.Add(1)
		return nil
	case err != nil:
		return fmt.Errorf("reserve %d bytes: %w", a.length, err)
	}
	w.tally.reserved.Add(1)
	w.tally.bytes.Add(w.span(a.length))
	w.host.fill(where.Payload, a.at)
	h := holding{until: a.at + a.hold, discard: a.discard, where: where}
	if len(w.held) == 0 {
		w.held = append(w.held, h)
		return nil
	}
	i := len(w.held)
	for i > 0 && w.held[i-1].until > h.until {
		i--
	}
	w.held = slices.Insert(w.held, i, h)
	return nil
}
