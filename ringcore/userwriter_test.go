package ringcore_test

import (
	"sync/atomic"
	"unsafe"

	"ringscope/ringcore"
)

// userWriter writes a user ring as a process does (libbpf, user_ring_buffer__reserve and user_ringbuf_commit), but that page offsets are
// rubbish, which the kernel never reads.
type userWriter struct {
	ring *ringcore.Ring
	prod ringcore.Pos
}

func (w *userWriter) Reserve(n uint32) (ringcore.Reservation, error) {
	g, m := w.ring.Geometry(), w.ring.Memory()
	span := (uint64(n) + 15) &^ 7
	if n >= 1<<30 || span > g.Size {
		return ringcore.Reservation{}, ringcore.ErrTooLarge
	}
	used := w.prod - w.ring.ReadPositions().Consumer
	if g.PosWidth == 4 {
		used = uint64(uint32(used))
	}
	if g.Size-used < span {
		return ringcore.Reservation{}, ringcore.ErrFull
	}
	at := w.prod
	begin := at & (g.Size - 1)
	setHeader(m.Data[begin:], uint64(uint32(at*2654435761))<<32|uint64(n|ringcore.BusyBit))
	w.prod += span
	setPositionOf(g, m.Producer, w.prod)
	return ringcore.Reservation{Pos: at, Payload: m.Data[begin+8:][:n:n]}, nil
}

func (w *userWriter) Submit(v ringcore.Reservation)  { w.commit(v, 0) }
func (w *userWriter) Discard(v ringcore.Reservation) { w.commit(v, ringcore.DiscardBit) }

func (w *userWriter) commit(v ringcore.Reservation, flag uint32) {
	data, size := w.ring.Memory().Data, w.ring.Size()
	atomic.SwapUint32((*uint32)(unsafe.Pointer(&data[v.Pos&(size-1)])), uint32(len(v.Payload))|flag)
}
