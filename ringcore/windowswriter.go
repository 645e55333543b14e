package ringcore

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// WindowsProducer writes into a ring by the rules of eBPF for Windows from v0.21 on (libs/runtime/ebpf_ring_buffer.c). Several goroutines
// may use it at once, side by side: who wins the compare-and-swap on the reserve offset has its place, writes the header, and waits
// until those before it have published theirs. A ring has one WindowsProducer, because the reserve offset is not in memory that is mapped.
type WindowsProducer struct {
	ring      *Ring
	reserve   atomic.Uint64
	published atomic.Uint64           // the producer position that was stored last: what stands in memory, others may have written
	asleep    atomic.Int64            // producers that sleep until published moves, or are about to
	moved     *sync.Cond              // published did
	swap      func(from, to Pos) bool // a compare-and-swap on reserve

	// pause, in tests, holds a producer up where another one could come between.
	pause func(at Pos, published bool)
}

// NewWindowsProducer returns the producer of r, whose format must be windows. It goes on at the producer position.
func NewWindowsProducer(r *Ring) (*WindowsProducer, error) {
	if r.kind != KindWindows || r.geometry.PosWidth != 8 {
		return nil, fmt.Errorf("no producer of Windows for format %s with positions of %d bytes", r.format.Name, r.geometry.PosWidth)
	}
	producer := r.loadProducer()
	if err := r.canGoOnAt(producer); err != nil {
		return nil, err
	}
	p := &WindowsProducer{ring: r, moved: sync.NewCond(new(sync.Mutex))}
	p.published.Store(producer)
	p.reserve.Store(producer)
	p.swap = p.reserve.CompareAndSwap
	return p, nil
}

// Reserve makes room for a payload of n bytes, 1 to 2^30-1, and returns it busy. It never waits for room: [ErrFull], [ErrEmpty] and
// [ErrTooLarge] say why there is none; but it waits for those that reserved before it. The order of steps is that of
// ebpf_ring_buffer_reserve.
func (p *WindowsProducer) Reserve(n uint32) (Reservation, error) {
	r := p.ring
	span := spanLinux(n)
	switch {
	case n == 0:
		return Reservation{}, ErrEmpty
	case n > r.format.MaxLength || span > r.Size():
		return Reservation{}, ErrTooLarge
	}
	for {
		consumer := r.loadConsumer()
		at := p.reserve.Load()
		next := at + span
		if next-consumer > r.Size() {
			return Reservation{}, ErrFull
		}
		if !p.swap(at, next) {
			continue // another one was faster, and the consumer may have gone on
		}
		p.storeHeader(at, next, encodeLinux(Header{Length: n, PageOffset: r.pageOffset(at), Busy: true}))
		return Reservation{Pos: at, Payload: r.payload(at, n)}, nil
	}
}

// storeHeader writes a header that nobody looks at before the producer position passes it, and publishes it; atomic, because an observer
// of history may read the place. Both happen even where the memory is gone, which ends in a panic: those behind wait for their turn.
func (p *WindowsProducer) storeHeader(at, next Pos, raw uint64) {
	defer p.publish(at, next)
	atomic.StoreUint64((*uint64)(unsafe.Add(p.ring.data, at&p.ring.mask)), lengthFirst(raw))
}

// turnLooks is how often a producer looks for its turn before it sleeps. The driver spins for as long as it takes, at a level at which nobody
// takes its processor; here who has the turn may wait for one, and those who spin keep it from him.
const turnLooks = 1000

// publish waits for its turn and moves the producer position from at to next.
func (p *WindowsProducer) publish(at, next Pos) {
	if p.pause != nil {
		p.pause(at, false)
	}
	r := p.ring
	for looks := 0; p.published.Load() != at; looks++ {
		if looks == turnLooks {
			p.sleep(at)
			break
		}
		runtime.Gosched()
	}
	defer p.pass(next)
	// Releases the header before it, and those of everybody before; pairs with loadProducer of consumers and observers.
	r.store(r.producer, next)
	if p.pause != nil {
		p.pause(at, true)
	}
}

// sleep waits until it is the turn of who has the place at.
func (p *WindowsProducer) sleep(at Pos) {
	p.asleep.Add(1) // before published is loaded: pairs with pass, which loads and stores them the other way round
	defer p.asleep.Add(-1)
	p.moved.L.Lock()
	defer p.moved.L.Unlock()
	for p.published.Load() != at {
		p.moved.Wait()
	}
}

// pass gives the turn to who has the place at.
func (p *WindowsProducer) pass(at Pos) {
	p.published.Store(at)
	if p.asleep.Load() == 0 { // pairs with sleep: who is not counted yet will find published moved
		return
	}
	p.moved.L.Lock() // who was counted and found it as it was waits by now
	defer p.moved.L.Unlock()
	p.moved.Broadcast()
}

// Submit finishes a record for its reader (ebpf_ring_buffer_submit).
func (p *WindowsProducer) Submit(v Reservation) { p.finish(v, 0) }

// Discard finishes a record that its reader will skip (ebpf_ring_buffer_discard).
func (p *WindowsProducer) Discard(v Reservation) { p.finish(v, DiscardBit) }

// finish releases the payload; pairs with the load of the header by consumers and observers.
func (p *WindowsProducer) finish(v Reservation, flag uint32) {
	atomic.StoreUint32((*uint32)(unsafe.Add(p.ring.data, v.Pos&p.ring.mask)), uint32(len(v.Payload))|flag)
}
