package ringcore

import (
	"sync/atomic"
	"unsafe"
)

// Positions is one reading of a ring's positions.
type Positions struct {
	// ConsumerFirst was read before Producer, Consumer after it: what was unread at the moment of Producer lies between
	// Producer-Consumer and Producer-ConsumerFirst bytes.
	ConsumerFirst, Consumer Pos
	Producer                Pos
	Pending                 Pos
	HasPending              bool
	// OverwriteFirst was read before Producer too, Overwrite after it. Only overwrite mode has them: elsewhere the kernel leaves that
	// position where it was.
	OverwriteFirst, Overwrite Pos
	HasOverwrite              bool
}

// Head is where what is unread begins: at the consumer position, or in overwrite mode at the oldest record that still stands, if the
// reader is not past it (kernel/bpf/ringbuf.c, ringbuf_avail_data_sz).
func (p Positions) Head() Pos {
	if p.HasOverwrite && precedes(p.Consumer, p.Overwrite) {
		return p.Overwrite
	}
	return p.Consumer
}

// ReadPositions reads consumer, producer and consumer again, then the others. In a ring with positions of 4 bytes the producer
// position is what the kernel keeps, and the others stand around it.
func (r *Ring) ReadPositions() Positions {
	return r.readPositions(0)
}

// readPositions is ReadPositions for one who knows an earlier producer position, from which 4-byte positions are widened.
//
// The consumer position is read first because the producer's only grows: the difference can't be negative unless somebody put the
// consumer ahead.
func (r *Ring) readPositions(before Pos) Positions {
	for tries := 1; ; tries++ {
		p := r.readPositionsOnce(before)
		if !p.HasOverwrite || !precedes(p.Producer, p.Overwrite) || tries == positionTries {
			return p
		}
	}
}

// positionTries is how often positions are read when the producer has written nearly a whole ring while they were.
const positionTries = 3

func (r *Ring) readPositionsOnce(before Pos) Positions {
	first := r.loadConsumer()
	var overwriteFirst uint64
	if r.overwrite {
		overwriteFirst = r.loadProducerField(r.geometry.Overwrite)
	}
	producer := r.widenProducer(r.loadProducer(), before)
	if r.pause != nil {
		r.pause()
	}
	p := Positions{
		ConsumerFirst: r.widenConsumer(first, producer),
		Producer:      producer,
		Consumer:      r.widenConsumer(r.loadConsumer(), producer),
	}
	if at := r.geometry.Pending; at >= 0 {
		p.Pending, p.HasPending = r.widen(r.loadProducerField(at), producer), true
	}
	if r.overwrite {
		p.OverwriteFirst = r.widen(overwriteFirst, producer)
		p.Overwrite, p.HasOverwrite = r.loadOverwrite(producer), true
	}
	return p
}

// loadOverwrite loads the overwrite position of a ring in overwrite mode. A producer stores it before the producer position: who has
// acquired that one finds this one at least as new, and perhaps ahead of it (kernel/bpf/ringbuf.c, __bpf_ringbuf_reserve).
func (r *Ring) loadOverwrite(producer Pos) Pos {
	return r.widen(r.loadProducerField(r.geometry.Overwrite), producer)
}

// loadConsumer acquires the consumer position: it pairs with the reader's store-release (libbpf, ringbuf_process_ring;
// [Consumer.Release]), after which the bytes before it may be reused.
func (r *Ring) loadConsumer() uint64 { return r.load(r.consumer) }

// loadProducer acquires the producer position: it pairs with the store-release at the end of a reservation (kernel/bpf/ringbuf.c,
// __bpf_ringbuf_reserve; [Producer.Reserve]), so that every header before it can be read.
func (r *Ring) loadProducer() uint64 { return r.load(r.producer) }

// loadProducerField loads another position of the producer's page; it pairs with plain stores of the producer under its lock and
// orders nothing by itself.
func (r *Ring) loadProducerField(at int) uint64 { return r.load(unsafe.Add(r.producer, at)) }

// load reads one position at the kernel's width. Both kinds of load acquire.
func (r *Ring) load(at unsafe.Pointer) uint64 {
	if r.geometry.PosWidth == 4 {
		return uint64(atomic.LoadUint32((*uint32)(at)))
	}
	return atomic.LoadUint64((*uint64)(at))
}

// widen gives a position of 4 bytes the value that is nearest to around; one of 8 bytes is as it is.
func (r *Ring) widen(raw uint64, around Pos) Pos {
	if r.geometry.PosWidth == 4 {
		return around + uint64(int64(int32(uint32(raw)-uint32(around))))
	}
	return raw
}

// widenConsumer is widen for the consumer position. In overwrite mode nothing keeps the producer near it.
func (r *Ring) widenConsumer(raw uint64, producer Pos) Pos {
	if r.overwrite && r.geometry.PosWidth == 4 {
		return producer - uint64(uint32(producer)-uint32(raw))
	}
	return r.widen(raw, producer)
}

// widenProducer is widen for the producer position, which only grows.
func (r *Ring) widenProducer(raw uint64, before Pos) Pos {
	if r.geometry.PosWidth == 4 {
		return before + uint64(uint32(raw)-uint32(before))
	}
	return raw
}

// Unread returns the least and the most bytes that were unread at the moment of Producer, neither above size: in overwrite mode of what
// still stood. A consumer position ahead of the producer's counts as nothing unread.
func (p Positions) Unread(size uint64) (least, most uint64) {
	first := p.ConsumerFirst
	if p.HasOverwrite && precedes(first, p.OverwriteFirst) {
		first = p.OverwriteFirst
	}
	return distance(p.Head(), p.Producer, size), distance(first, p.Producer, size)
}

// distance is how far behind lies behind ahead, between 0 and limit bytes.
func distance(behind, ahead Pos, limit uint64) uint64 {
	if precedes(ahead, behind) {
		return 0
	}
	return min(ahead-behind, limit)
}

// precedes compares positions, which wrap: a lies before b.
func precedes(a, b Pos) bool { return int64(a-b) < 0 }
