package ringcore

import (
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"
	"unsafe"
)

// LegacyProducer writes into a ring by the rules of eBPF for Windows to v0.20 (libs/runtime/ebpf_ring_buffer.c before its pull request
// 4204), in either reading of its header. Several goroutines may use it at once; a lock guards everything but the filling of payloads,
// which that driver did under its lock too. There the positions are kept beside the ring and asked for; here they stand in the position
// pages. A ring has one LegacyProducer.
type LegacyProducer struct {
	ring *Ring
	lock sync.Mutex
	prod Pos // under lock: what the producer position in memory is
}

// NewLegacyProducer returns the producer of r, whose format must be windows-legacy or windows-legacy-packed. It goes on at the producer
// position.
func NewLegacyProducer(r *Ring) (*LegacyProducer, error) {
	if r.kind != KindWindowsLegacy && r.kind != KindWindowsLegacyPacked {
		return nil, fmt.Errorf("no legacy producer for format %s", r.format.Name)
	}
	return &LegacyProducer{ring: r, prod: r.loadProducer()}, nil
}

// Reserve makes room for a payload of n bytes and returns it busy. It never waits for room: [ErrFull] and [ErrTooLarge] say why there is
// none. At least one byte stays free (_ring_buffer_acquire_record). That function cut lengths to 30 bits unchecked; here they are too large.
func (p *LegacyProducer) Reserve(n uint32) (Reservation, error) {
	r := p.ring
	span := r.format.Span(n)
	if n > r.format.MaxLength || span >= r.Size() {
		return Reservation{}, ErrTooLarge
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	at := p.prod
	if at+span-r.widen(r.loadConsumer(), at) >= r.Size() {
		return Reservation{}, ErrFull
	}
	p.storeHeader(at, r.format.Encode(Header{Length: n, Busy: true}))
	p.prod = at + span
	// Releases the header before it; pairs with loadProducer of consumers and observers.
	r.store(r.producer, p.prod)
	return Reservation{Pos: at, Payload: r.payload(at, n)}, nil
}

// storeHeader writes a header byte by byte, so that its neighbours' bytes are left alone.
func (p *LegacyProducer) storeHeader(at Pos, raw uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], raw)
	place := unsafe.Slice((*byte)(unsafe.Add(p.ring.data, at&p.ring.mask)), p.ring.format.HeaderSize)
	copy(place, b[:])
}

// Submit finishes a record for its reader.
func (p *LegacyProducer) Submit(v Reservation) { p.finish(v, false) }

// Discard finishes a record that its reader will skip.
func (p *LegacyProducer) Discard(v Reservation) { p.finish(v, true) }

// finish changes the two bits of a header's first byte, the locked one last. Go has no atomic store of one byte; changing bits of the
// aligned word around it leaves the neighbours' bytes what they are, whoever writes them at the same time. It releases the payload, and
// pairs with the load of the header by consumers and observers.
func (p *LegacyProducer) finish(v Reservation, discard bool) {
	p.lock.Lock()
	defer p.lock.Unlock()
	at := v.Pos & p.ring.mask
	shift := at % 4 * 8
	if hostBigEndian {
		shift = 24 - shift
	}
	word := (*uint32)(unsafe.Add(p.ring.data, at&^3))
	if discard {
		atomic.OrUint32(word, legacyDiscarded<<shift)
	}
	atomic.AndUint32(word, ^(uint32(legacyLocked) << shift))
}
