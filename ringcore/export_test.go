package ringcore

import "sync"

// Places where a test can hold an observer up.
const (
	BeforeHeaders = beforeHeaders
	BeforePayload = beforePayload
	BeforeProof   = beforeProof
)

// StrongOrder tells whether this CPU shows stores in the order in which they were made.
const StrongOrder = strongOrder

// PausePoint is a place between two steps of an observer.
type PausePoint = pausePoint

// StripBegin is the boundary at which a strip would begin.
func (o *Observer) StripBegin(from, to Pos) (at Pos, ok bool) { return o.stripBegin(from, to) }

// OnPause calls f whenever o passes a pause point.
func (o *Observer) OnPause(f func(PausePoint)) { o.pause = f }

// WithCapacity is r for an observer that takes capacity bytes for what can be in use at most: the size in place of size-8, or so many
// that its proof is none.
func (r *Ring) WithCapacity(capacity uint64) *Ring {
	other := *r
	other.capacity, other.history = capacity, capacity
	return &other
}

// WithPause is r for one who is held up by f each time that the producer position is read and the others are not yet.
func (r *Ring) WithPause(f func()) *Ring {
	other := *r
	other.pause = f
	return &other
}

// Unlock takes the producer's lock away.
func (p *Producer) Unlock() { p.lock = noLock{} }

type noLock struct{}

func (noLock) Lock()   {}
func (noLock) Unlock() {}

var _ sync.Locker = noLock{}

// WithoutProof is r for an observer that believes whatever it reads.
func (r *Ring) WithoutProof() *Ring {
	other := *r
	other.overwrite = false
	other.capacity, other.history = 1<<62, 1<<62
	return &other
}

// OnPause calls f whenever a reservation has been made, before and after its position is published.
func (p *WindowsProducer) OnPause(f func(at Pos, published bool)) { p.pause = f }

// Race takes the compare-and-swap away, and the waiting for one's turn: another producer can come between the two halves of the swap,
// where between is called.
func (p *WindowsProducer) Race(between func()) {
	p.pause = func(at Pos, published bool) {
		if !published {
			p.ring.store(p.ring.producer, at)
			p.published.Store(at)
		}
	}
	p.swap = func(from, to Pos) bool {
		if p.reserve.Load() != from {
			return false
		}
		between()
		p.reserve.Store(to)
		return true
	}
}

// BeforeSwap calls f before each compare-and-swap.
func (p *WindowsProducer) BeforeSwap(f func()) {
	p.swap = func(from, to Pos) bool {
		f()
		return p.reserve.CompareAndSwap(from, to)
	}
}

// Reach is how many bytes the next stretch has at most.
func (o *Observer) Reach() uint64 { return o.reach }

// OnPause calls f whenever c has read a record of overwrite mode and not proven it.
func (c *Consumer) OnPause(f func()) { c.pause = f }

// Weak has c take the CPU for one that may show stores out of order.
func (c *Consumer) Weak() { c.weak = true }
