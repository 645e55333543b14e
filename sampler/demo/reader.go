package demo

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// reader is the consumer of the schedule. It takes a few records, works on them, gives their space back, and takes the next; when it
// has caught up it waits a while, or until it is woken.
type reader struct {
	process model.Process
	memory  *memory
	view    *ringcore.Ring
	ring    *ringcore.Consumer
	does    string        // one of the Reader constants
	from    time.Duration // since when
	perSec  uint64        // records that it can take
	most    int           // records that it takes at a time
	every   time.Duration
	next    time.Duration
	taken   int  // records that it works on
	working bool // between taking and giving back
	alone   bool // nobody else moves the consumer position
	asleep  bool // it waits to be woken
	woken   atomic.Bool
	counts  bool // its waits are counted by who wakes it
	late    bool // it has not begun yet
	hardy   bool // a header that makes no sense costs it what stands in the ring, and not its life
	conduct conduct
}

// shortestNap is the shortest wait of a reader that has caught up.
const shortestNap = 100 * time.Microsecond

// A reader takes as many records at a time as it works on within a hundredth of a second, but no more than mostTaken.
const mostTaken = 16

func newReader(c *Config, m *memory, view *ringcore.Ring, process model.Process) (*reader, error) {
	r := &reader{
		process: process, memory: m, view: view, does: c.Reader, from: c.ReaderFrom, perSec: c.ConsumerRate,
		most: int(min(max(c.ConsumerRate/100, 1), mostTaken)), every: c.ConsumerEvery,
		alone: c.Reader != ReaderTwo, counts: c.WakeUp == "forced", hardy: c.about.rubbishAt > 0 || c.Reader == ReaderTwo || c.Reader == ReaderSkips && view.Format() != ringcore.Linux,
	}
	if c.about.orphanAfter > 0 {
		r.does, r.from = ReaderStops, c.about.orphanAfter
	}
	return r, r.attach()
}

// newOther is a second reader of the same ring: it begins later, and is slower.
func newOther(c *Config, m *memory, view *ringcore.Ring) (*reader, error) {
	r, err := newReader(c, m, view, simOther)
	r.next, r.late = c.ReaderFrom, true
	r.perSec = max(r.perSec/8, 1)
	r.every += r.every / 2
	return r, err
}

// attach begins to consume where the consumer position stands.
func (r *reader) attach() (err error) {
	if r.ring, err = ringcore.NewConsumer(r.view); err != nil {
		return fmt.Errorf("simulated consumer: %w", err)
	}
	return nil
}

func (r *reader) String() string { return "simulated consumer" }

func (r *reader) due() time.Duration { return r.next }

func (r *reader) step() error {
	if r.late {
		r.late = false
		return r.attach()
	}
	switch acts := r.next >= r.from; {
	case acts && r.does == ReaderStops:
		r.conduct.state.Store(wasStopped)
		r.next = never
		return nil
	case acts && r.does == ReaderForges:
		return r.forge()
	case r.working:
		return r.release()
	case r.asleep && !r.woken.Swap(false):
		r.next += r.every
		return nil
	}
	r.asleep = false
	r.take()
	if err := r.ring.Err(); err != nil {
		return r.lost(err)
	}
	if r.taken > 0 {
		r.working = true
		r.conduct.state.Store(atWork)
		r.next += r.effort()
		return nil
	}
	return r.release()
}

// effort is how long it works on what it took.
func (r *reader) effort() time.Duration { return time.Duration(uint64(r.taken) * 1e9 / r.perSec) }

// take passes up to most records, and the discarded ones before and between them.
func (r *reader) take() {
	r.taken = 0
	for range r.ring.Records() {
		if r.taken++; r.taken == r.most {
			return
		}
	}
}

// release gives back what was passed; a reader that took less than it could has caught up and waits.
func (r *reader) release() error {
	r.working = false
	r.conduct.worked.Add(int64(r.effort()))
	if err := r.giveBack(); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	acts := r.next >= r.from
	if acts && r.does == ReaderSkips {
		if err := r.skip(); err != nil {
			return err
		}
	}
	switch {
	case r.taken == r.most:
	case acts && r.does == ReaderWaits:
		r.sleep()
	default:
		r.nap()
	}
	return nil
}

func (r *reader) giveBack() error {
	if r.alone {
		return r.ring.Release()
	}
	r.memory.storeConsumer(r.ring.Position())
	return nil
}

// nap waits a while. A reader that comes only every second or less often does not wait for the ring meanwhile.
func (r *reader) nap() {
	r.next += r.every
	r.conduct.waits.Add(1)
	if r.every < time.Second {
		r.conduct.state.Store(inEpoll)
	} else {
		r.conduct.state.Store(elsewhere)
	}
}

// sleep waits until it is woken. As epoll does, it looks once more before: what came before it sleeps needs no wake-up.
func (r *reader) sleep() {
	if r.ring.Waiting() {
		return
	}
	r.asleep = true
	if !r.counts {
		r.conduct.waits.Add(1)
	}
	r.next += r.every
	r.conduct.state.Store(inEpoll)
}

// wake is called by a producer that has finished the record at pos, by the rule of bpf_ringbuf_commit (kernel/bpf/ringbuf.c): an adaptive
// one wakes only who has caught up to just there.
func (r *reader) wake(pos ringcore.Pos, how model.WakeUp) {
	switch {
	case how == model.WakeForced:
		r.conduct.waits.Add(1)
	case how == model.WakeNone || r.view.ReadPositions().Consumer != pos:
		return
	}
	r.woken.Store(true)
}

// skip passes a busy record at the head.
func (r *reader) skip() error {
	p := r.view.ReadPositions()
	h := r.view.Header(p.Consumer)
	if p.Consumer == p.Producer || !h.Busy {
		return nil
	}
	r.memory.storeConsumer(p.Consumer + r.view.Format().Span(h.Length))
	return r.attach()
}

// forge leaves a consumer position that is none.
func (r *reader) forge() error {
	r.memory.storeConsumer(r.view.ReadPositions().Producer + 4096)
	r.conduct.state.Store(elsewhere)
	r.next = never
	return nil
}

// lost goes on behind everything that stands in the ring after a header that makes no sense.
func (r *reader) lost(why error) error {
	if !r.hardy || !errors.Is(why, ringcore.ErrBadHeader) && !errors.Is(why, ringcore.ErrTooFar) && !errors.Is(why, ringcore.ErrUnaligned) {
		return fmt.Errorf("consume: %w", why)
	}
	r.memory.storeConsumer(r.view.ReadPositions().Producer)
	r.taken = 0
	r.nap()
	return r.attach()
}
