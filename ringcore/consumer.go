package ringcore

import (
	"errors"
	"fmt"
	"iter"
	"sync/atomic"
	"unsafe"
)

// Record is a consumer's view of one submitted record.
type Record struct {
	Pos Pos
	// Payload lies in the ring and is valid until [Consumer.Release]. In overwrite mode it is a copy, valid until the next record: the
	// place in the ring can be overwritten at any time.
	Payload []byte
}

// Tally is what a consumer has passed since it was made.
type Tally struct {
	Committed, Discarded uint64 // records
	Bytes                uint64 // spans
	Lost                 uint64 // bytes that were overwritten before they were read, in overwrite mode
}

// ErrSecondConsumer says that somebody else moved the consumer position.
var ErrSecondConsumer = errors.New("another consumer moved the consumer position")

// ErrBadHeader says that a consumer met a header that can't be one; it wraps which check failed.
var ErrBadHeader = errors.New("bad record header")

// ErrTooFar says that the producer position stands where no producer can be: more than a ring away.
var ErrTooFar = errors.New("impossible producer position")

// Consumer is the lock-free reader of a ring: zero copy, no waiting, one goroutine. It takes what stands there, and gives the space
// back when [Consumer.Release] is called and not before, so that the caller chooses the batch.
type Consumer struct {
	ring     *Ring
	at       Pos // behind everything yielded
	released Pos // what we last stored, or found
	tally    Tally
	err      error
	copied   []byte // the payload of a record, in overwrite mode
	fence    fence
	weak     bool // the CPU is not one of strongOrder

	// pause, in tests, holds the consumer up where a producer could come between the reading of a record and its proof, in overwrite mode.
	pause func()
}

// NewConsumer returns a consumer of r that goes on at the consumer position. The ring's consumer page must be writable.
func NewConsumer(r *Ring) (*Consumer, error) {
	p := r.ReadPositions()
	switch {
	case p.Producer-p.Consumer > r.Size() && (!r.overwrite || precedes(p.Producer, p.Consumer)):
		return nil, fmt.Errorf("start consuming: consumer position %d does not lie within %d bytes before producer position %d", p.Consumer, r.Size(), p.Producer)
	case p.Consumer%r.format.Align != 0:
		return nil, fmt.Errorf("start consuming: consumer position %d is no multiple of %d", p.Consumer, r.format.Align)
	}
	return &Consumer{ring: r, at: p.Consumer, released: p.Consumer, weak: !strongOrder}, nil
}

// Records yields the submitted records from where the last call ended. It ends at the first busy record, at the producer position, or
// at a header that can't be one ([Consumer.Err]); it skips discarded records and never waits.
//
// A range function, because its body is inlined: a method for each record costs about 1.4 times what libbpf's consume does.
func (c *Consumer) Records() iter.Seq[Record] {
	return func(yield func(Record) bool) {
		r := c.ring
		if r.kind != KindLinux || r.overwrite || r.user {
			c.others(yield)
			return
		}
		data, mask, shift, first := r.data, r.mask, r.pageShift&63, uint64(r.first)
		at, producer := c.at, r.widenProducer(r.loadProducer(), c.at)
		if !c.near(producer) {
			return
		}
		var committed, discarded uint64
		begin := at
		for at != producer {
			at0 := at & mask
			// Acquires; pairs with the commit, see Ring.loadHeader.
			raw := lengthFirst(atomic.LoadUint64((*uint64)(unsafe.Add(data, at0))))
			length := raw & uint64(lengthMask)
			span := (length + 15) &^ 7
			if raw>>32 != first+at0>>shift || span > producer-at {
				c.bad(at, producer, raw, reasonLinux(raw>>32 == first+at0>>shift))
				break
			}
			if raw&uint64(BusyBit) != 0 {
				break
			}
			pos := at
			at += span
			c.at = at
			if raw&uint64(DiscardBit) != 0 {
				discarded++
				continue
			}
			committed++
			if !yield(Record{Pos: pos, Payload: unsafe.Slice((*byte)(unsafe.Add(data, at0+8)), length)}) {
				break
			}
		}
		c.tally.Committed += committed
		c.tally.Discarded += discarded
		c.tally.Bytes += at - begin
	}
}

// reasonLinux is which of its two checks a header of Linux failed.
func reasonLinux(pageOffsetFits bool) error {
	if pageOffsetFits {
		return ErrPastProducer
	}
	return ErrPageOffset
}

// bad keeps what is wrong with the header that was read at a position.
func (c *Consumer) bad(at, producer Pos, raw uint64, why error) {
	h := c.ring.format.Decode(raw)
	text := fmt.Sprintf("%016x, length %d", raw, h.Stored)
	if want, has := c.ring.format.PageOffset(&c.ring.geometry, at); has {
		text += fmt.Sprintf(", page offset %d (expected %d)", h.PageOffset, want)
	}
	c.err = fmt.Errorf("%w at %d: %s, %d bytes before the producer position: %w", ErrBadHeader, at, text, producer-at, why)
}

// Err is why Records ended before a busy record or the producer position: it wraps [ErrBadHeader], [ErrTooFar] or [ErrUnaligned]. The ring
// can't be read on then.
func (c *Consumer) Err() error { return c.err }

// Release gives everything yielded so far back to the producers in one step; payloads yielded before are no longer valid. It fails
// with [ErrSecondConsumer], and changes nothing, if the consumer position is not where this consumer left it.
//
// The compare-and-swap releases: it pairs with the load-acquire of the consumer position in __bpf_ringbuf_reserve
// (kernel/bpf/ringbuf.c) and in [Producer.Reserve], and is a full barrier before the next read of a header, which the adaptive
// wake-up of bpf_ringbuf_commit relies on.
func (c *Consumer) Release() error {
	if c.at == c.released {
		return nil
	}
	if !c.swap(c.released, c.at) {
		return fmt.Errorf("%w: it stands at %d, we left it at %d", ErrSecondConsumer, c.ring.widenConsumer(c.ring.loadConsumer(), c.at), c.released)
	}
	c.released = c.at
	return nil
}

func (c *Consumer) swap(from, to Pos) bool {
	if c.ring.geometry.PosWidth == 4 {
		return atomic.CompareAndSwapUint32((*uint32)(c.ring.consumer), uint32(from), uint32(to))
	}
	return atomic.CompareAndSwapUint64((*uint64)(c.ring.consumer), from, to)
}

// Alone reports whether the consumer position is where this consumer left it.
func (c *Consumer) Alone() bool {
	return c.ring.widen(c.ring.loadConsumer(), c.released) == c.released
}

// Position is behind everything yielded; Released is what was given back.
func (c *Consumer) Position() Pos { return c.at }

// Released is the position up to which space was given back.
func (c *Consumer) Released() Pos { return c.released }

// Waiting reports whether a record stands there that Records would pass: finished, and before the producer position.
func (c *Consumer) Waiting() bool {
	r, at := c.ring, c.at
	producer := r.widenProducer(r.loadProducer(), at)
	if r.overwrite {
		if over := r.loadOverwrite(producer); precedes(at, over) {
			at = over
		}
	}
	return c.err == nil && precedes(at, producer) && at%r.format.Align == 0 && !r.Header(at).Busy
}

// Tally is what was passed so far, complete outside of a loop over Records.
func (c *Consumer) Tally() Tally { return c.tally }
