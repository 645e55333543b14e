package ringcore

import (
	"fmt"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Producer writes into a ring by the rules of kernel/bpf/ringbuf.c. It may be used by several goroutines at once: reservations are
// serialised by a lock, as the kernel's spinlock does; submitting and discarding take none. A ring has one Producer.
type Producer struct {
	ring *Ring
	lock sync.Locker
	prod Pos // under lock: what the producer position in memory is
	pend Pos // under lock: the oldest record that may still be busy
	over Pos // under lock: the oldest record that stands, in overwrite mode
}

// NewProducer returns the producer of r. The ring's producer page and data must be writable, and its format linux. It goes on at the
// positions that stand there, of which those that can't be any are taken to be the producer position.
func NewProducer(r *Ring) (*Producer, error) {
	if r.kind != KindLinux {
		return nil, fmt.Errorf("no producer of Linux for format %s", r.format.Name)
	}
	if r.user {
		return nil, fmt.Errorf("no producer of Linux for a user ring: %w: processes write it, by other rules", ErrGeometry)
	}
	p := r.ReadPositions()
	if err := r.canGoOnAt(p.Producer); err != nil {
		return nil, err
	}
	pend, over := p.Producer, p.Producer
	if p.HasPending && p.Producer-p.Pending <= r.mask && p.Pending%r.format.Align == 0 {
		pend = p.Pending
	}
	if p.HasOverwrite && p.Producer-p.Overwrite <= r.mask && p.Overwrite%r.format.Align == 0 {
		over = p.Overwrite
	}
	return &Producer{ring: r, lock: new(sync.Mutex), prod: p.Producer, pend: pend, over: over}, nil
}

// canGoOnAt tells why no record can begin at the producer position that stands there: its header would be stored at once, and no CPU
// stores 8 bytes at once anywhere.
func (r *Ring) canGoOnAt(producer Pos) error {
	if producer%r.format.Align != 0 {
		return fmt.Errorf("go on at producer position %d: %w: it is no multiple of %d", producer, ErrUnaligned, r.format.Align)
	}
	return nil
}

// Reserve makes room for a payload of n bytes, 0 to [MaxLinuxPayload], and returns it busy. It never waits for room: [ErrFull],
// [ErrPending] and [ErrTooLarge] say why there is none. The order of steps is that of __bpf_ringbuf_reserve.
//
// In overwrite mode old records make room, but none from the oldest busy one on: then [ErrPending] says so.
func (p *Producer) Reserve(n uint32) (Reservation, error) {
	r := p.ring
	span := spanLinux(n)
	if n > MaxLinuxPayload || span > r.Size() {
		return Reservation{}, ErrTooLarge
	}
	released := r.loadConsumer()
	p.lock.Lock()
	defer p.lock.Unlock()
	at, next := p.prod, p.prod+span
	p.advancePending()
	if span > r.mask { // nothing that ends will make room for it
		return Reservation{}, ErrTooLarge
	}
	if next-p.pend > r.mask {
		return Reservation{}, ErrPending
	}
	if r.overwrite {
		p.makeRoom(next)
	} else if next-r.widen(released, p.prod) > r.mask {
		return Reservation{}, ErrFull
	}
	p.storeHeader(at, encodeLinux(Header{Length: n, PageOffset: r.pageOffset(at), Busy: true}))
	p.prod = next
	// Releases the header, and the overwrite position, before it; pairs with loadProducer of consumers and observers.
	r.store(r.producer, next)
	return Reservation{Pos: at, Payload: r.payload(at, n)}, nil
}

// makeRoom moves the overwrite position over whole records until next is less than a ring away. None of them is busy: the pending
// position, which the caller has compared with next, is not behind it. A header that leads beyond that one is none, which nobody can write
// into a kernel's ring: then everything before the pending position goes.
func (p *Producer) makeRoom(next Pos) {
	r := p.ring
	for next-p.over > r.mask {
		p.over += spanLinux(uint32(r.loadAligned(p.over)) & lengthMask)
		if precedes(p.pend, p.over) {
			p.over = p.pend
		}
	}
	r.store(unsafe.Add(r.producer, r.geometry.Overwrite), p.over)
}

// advancePending moves the pending position over every record that is no longer busy, and stores it where the kernel has it, also if
// the reservation then fails. A header that leads beyond the producer position is none, which nobody can write into a kernel's ring, but
// anybody into a file's: then everything before the producer position counts as finished.
func (p *Producer) advancePending() {
	r := p.ring
	for p.pend != p.prod {
		word := uint32(r.loadAligned(p.pend))
		if word&BusyBit != 0 {
			break
		}
		if span := spanLinux(word & lengthMask); span < p.prod-p.pend {
			p.pend += span
		} else {
			p.pend = p.prod
		}
	}
	if at := r.geometry.Pending; at >= 0 {
		r.store(unsafe.Add(r.producer, at), p.pend)
	}
}

// Submit finishes a record for its reader.
func (p *Producer) Submit(v Reservation) { p.commit(v, 0) }

// Discard finishes a record that its reader will skip.
func (p *Producer) Discard(v Reservation) { p.commit(v, DiscardBit) }

// commit exchanges the length word, a full barrier as in bpf_ringbuf_commit: it releases the payload and pairs with the load of the
// header by consumers and observers.
func (p *Producer) commit(v Reservation, flag uint32) {
	length := uint32(len(v.Payload))
	atomic.SwapUint32((*uint32)(unsafe.Add(p.ring.data, v.Pos&p.ring.mask)), length|flag)
}

// storeHeader writes a header that nobody looks at before the producer position passes it; atomic, because an observer of history may
// read the place meanwhile and must not see half of it.
func (p *Producer) storeHeader(at Pos, raw uint64) {
	atomic.StoreUint64((*uint64)(unsafe.Add(p.ring.data, at&p.ring.mask)), lengthFirst(raw))
}

// store writes a position at the kernel's width, releasing what was written before it.
func (r *Ring) store(at unsafe.Pointer, pos Pos) {
	if r.geometry.PosWidth == 4 {
		atomic.StoreUint32((*uint32)(at), uint32(pos))
		return
	}
	atomic.StoreUint64((*uint64)(at), pos)
}
