package ringcore

import "sync"

// Places where a test can hold an observer up.
const (
	BeforeHeaders = beforeHeaders
	BeforePayload = beforePayload
	BeforeProof   = beforeProof
)

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

// Unlock takes the producer's lock away.
func (p *Producer) Unlock() { p.lock = noLock{} }

type noLock struct{}

func (noLock) Lock()   {}
func (noLock) Unlock() {}

var _ sync.Locker = noLock{}
