package demo

import (
	"fmt"
	"time"

	"ringscope/ringcore"
)

// reader is the consumer of the schedule. It takes a few records, works on them, gives their space back, and takes the next; when it
// has caught up it waits a while.
type reader struct {
	ring    *ringcore.Consumer
	perSec  uint64 // records that it can take
	most    int    // records that it takes at a time
	every   time.Duration
	next    time.Duration
	taken   int  // records that it works on
	working bool // between taking and giving back
}

// shortestNap is the shortest wait of a reader that has caught up.
const shortestNap = 100 * time.Microsecond

// A reader takes as many records at a time as it works on within a hundredth of a second, but no more than mostTaken.
const mostTaken = 16

func newReader(c *Config, ring *ringcore.Consumer) *reader {
	return &reader{ring: ring, perSec: c.ConsumerRate, most: int(min(max(c.ConsumerRate/100, 1), mostTaken)), every: c.ConsumerEvery}
}

func (r *reader) String() string { return "simulated consumer" }

func (r *reader) due() time.Duration { return r.next }

func (r *reader) step() error {
	if r.working {
		return r.release()
	}
	r.take()
	if err := r.ring.Err(); err != nil {
		return fmt.Errorf("consume: %w", err)
	}
	if r.taken > 0 {
		r.working = true
		r.next += time.Duration(uint64(r.taken) * 1e9 / r.perSec)
		return nil
	}
	return r.release()
}

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
	if r.taken < r.most {
		r.next += r.every
	}
	if err := r.ring.Release(); err != nil {
		return fmt.Errorf("release: %w", err)
	}
	return nil
}
