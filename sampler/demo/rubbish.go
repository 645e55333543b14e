package demo

import (
	"errors"
	"fmt"
	"time"

	"ringscope/ringcore"
)

// rubbish is who overwrites a header now and then, with the beginning of a request of another protocol.
type rubbish struct {
	memory   *memory
	view     *ringcore.Ring
	producer ringcore.Writer
	every    time.Duration
	next     time.Duration
}

// rubbishPayload is how long the record is whose header is overwritten, in bytes.
const rubbishPayload = 64

// tryAgain is how long it waits when a producer is amid a record just then.
const tryAgain = time.Millisecond

func (r *rubbish) String() string { return "simulated scribbler" }

func (r *rubbish) due() time.Duration { return r.next }

// scribbles is how many headers are overwritten, one right after the other. Who looks between a record and what is written over its header has
// passed it, and never sees it again; that this happens at two in a row takes a look for each of them.
const scribbles = 2

// step overwrites headers, or tries again soon.
func (r *rubbish) step() error {
	for range scribbles {
		done, err := r.scribble()
		if err != nil {
			return err
		}
		if !done {
			r.next += tryAgain
			return nil
		}
	}
	r.next += r.every
	return nil
}

// scribble writes a record and one behind it, and overwrites the header of the first: but, where producers walk over headers, only after they
// have passed it, which they do when they make room for the second. They would never find their way over it.
func (r *rubbish) scribble() (done bool, err error) {
	first, err := r.producer.Reserve(rubbishPayload)
	if err == nil {
		clear(first.Payload)
		r.producer.Submit(first)
		var second ringcore.Reservation
		if second, err = r.producer.Reserve(rubbishPayload); err == nil {
			r.producer.Discard(second)
		}
	}
	refused := errors.Is(err, ringcore.ErrFull) || errors.Is(err, ringcore.ErrPending)
	switch p := r.view.ReadPositions(); {
	case err != nil && !refused:
		return false, fmt.Errorf("reserve %d bytes: %w", rubbishPayload, err)
	case refused || p.HasPending && p.Pending <= first.Pos || p.Consumer > first.Pos:
		return false, nil
	default:
		r.memory.storeHeader(r.view, first.Pos, [8]byte([]byte("GET / HT")))
		return true, nil
	}
}
