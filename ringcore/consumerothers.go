package ringcore

import "fmt"

// others is Records for every ring but those that a kernel of Linux writes without overwrite mode.
func (c *Consumer) others(yield func(Record) bool) {
	r := c.ring
	producer := r.widenProducer(r.loadProducer(), c.at)
	if r.overwrite {
		c.standing(producer, yield)
		return
	}
	if !c.near(producer) {
		return
	}
	for c.at != producer {
		at := c.at
		raw, length, span, why := r.parse(at, producer)
		switch {
		case why != nil:
			c.bad(at, producer, raw, why)
			return
		case r.isBusy(raw):
			return
		}
		if c.pass(raw, span); raw&r.format.Drop == 0 && !yield(Record{Pos: at, Payload: r.payload(at, length)}) {
			return
		}
	}
}

// near reports whether the producer position is where one can be; if not, that is the error.
func (c *Consumer) near(producer Pos) bool {
	if producer-c.at > c.ring.Size() {
		c.err = fmt.Errorf("%w: producer position %d is %d bytes behind %d, more than the ring's %d", ErrTooFar, producer, producer-c.at, c.at, c.ring.Size())
		return false
	}
	return true
}

// pass goes on behind a finished record.
func (c *Consumer) pass(raw, span uint64) {
	c.at += span
	c.tally.Bytes += span
	if raw&c.ring.format.Drop != 0 {
		c.tally.Discarded++
	} else {
		c.tally.Committed++
	}
}

// mostOvertaken is how often one call of Records starts anew when producers overwrite what it is about to read.
const mostOvertaken = 64

// standing yields copies of what still stands in overwrite mode. The order is that of the comment in __bpf_ringbuf_reserve
// (kernel/bpf/ringbuf.c): first the producer position, then the overwrite position, then the record, and the overwrite position again,
// which proves that the record stood where strongOrder is true; elsewhere bytes of a later record may show before the overwrite position
// that tells of it. There a header that can't be one is believed only if it stays. The number of starts is bounded: who is overtaken for ever
// would never come back.
func (c *Consumer) standing(producer Pos, yield func(Record) bool) {
	r, doubted := c.ring, 0
	for overtaken := 0; overtaken <= mostOvertaken; {
		over := r.loadOverwrite(producer)
		if precedes(c.at, over) {
			if over%r.format.Align != 0 {
				c.err = fmt.Errorf("%w: overwrite position %d is no multiple of %d", ErrUnaligned, over, r.format.Align)
				return
			}
			c.tally.Lost += over - c.at
			c.at = over
		}
		if precedes(producer, c.at) { // an overwrite position that is newer than our producer position
			overtaken++
			if producer = r.widenProducer(r.loadProducer(), producer); precedes(producer, c.at) {
				c.near(producer)
				return
			}
			continue
		}
		if c.at == producer || !c.near(producer) {
			return
		}
		at := c.at
		raw, length, span, why := r.parse(at, producer)
		busy := raw&r.format.Busy != 0
		if why == nil && !busy {
			c.copied = append(c.copied[:0], r.payload(at, length)...)
		}
		if c.pause != nil {
			c.pause()
		}
		c.fence.loads()
		switch {
		case precedes(at, r.loadOverwrite(producer)):
			overtaken++
			continue // what was read may be of a later record
		case why != nil && c.weak && doubted < mostOvertaken:
			doubted++
			continue
		case why != nil:
			c.bad(at, producer, raw, why)
			return
		case busy:
			return
		}
		if c.pass(raw, span); raw&r.format.Drop == 0 && !yield(Record{Pos: at, Payload: c.copied}) {
			return
		}
	}
}
