package ringcore

import (
	"errors"
	"fmt"
	"math/bits"
	"unsafe"
)

// Ring binds a format and a geometry to memory, checked once so that the walks need no bounds checks. It holds no state of its
// own; an observer, a consumer and a producer may share one.
type Ring struct {
	format   *Format
	geometry Geometry
	memory   Memory

	data      unsafe.Pointer // data area, 2*size bytes
	consumer  unsafe.Pointer
	producer  unsafe.Pointer
	kind      Kind
	overwrite bool   // old records make room: Geometry.OverwriteMode
	user      bool   // Geometry.UserRing
	zeros     bool   // Geometry.ZeroPageOffsets
	mask      uint64 // size-1
	capacity  uint64 // most bytes that can be in use
	history   uint64 // most bytes before the producer position that stand though the consumer has passed them
	pageShift uint   // log2 of the page size
	first     uint32 // page offset of the first data page

	// pause, in tests, holds whoever reads the positions up between the producer position and those that are read after it.
	pause func()
}

// NewRing checks that m can hold a ring of format f and geometry g. Data must be 8-aligned, as every mapping is. Errors wrap
// [ErrGeometry].
func NewRing(f *Format, g Geometry, m Memory) (*Ring, error) {
	if f == nil {
		return nil, errors.New("no ring format given")
	}
	if err := m.check(g); err != nil {
		return nil, fmt.Errorf("%s ring: %w", f.Name, err)
	}
	if g.UserRing && (f.Kind != KindLinux || g.OverwriteMode) {
		return nil, fmt.Errorf("%s ring: %w: a user ring, which is a linux ring and has no overwrite mode", f.Name, ErrGeometry)
	}
	if g.OverwriteMode && (f.Kind != KindLinux || g.Overwrite < 0) {
		return nil, fmt.Errorf("%s ring: %w: overwrite mode, with its position at offset %d; only linux rings have it, and all of them a position", f.Name, ErrGeometry, g.Overwrite)
	}
	if g.ZeroPageOffsets && f.Kind != KindWindows {
		return nil, fmt.Errorf("%s ring: %w: no page offsets are written, which only producers of %s left out", f.Name, ErrGeometry, Windows.Name)
	}
	first, _ := f.PageOffset(&g, 0)
	r := &Ring{
		format: f, geometry: g, memory: m, kind: f.Kind, overwrite: g.OverwriteMode, user: g.UserRing, zeros: g.ZeroPageOffsets,
		data:     unsafe.Pointer(&m.Data[0]),
		consumer: unsafe.Pointer(&m.Consumer[0]),
		producer: unsafe.Pointer(&m.Producer[0]),
		mask:     g.Size - 1, capacity: f.Capacity(&g), history: f.history(g.Size),
		pageShift: uint(bits.TrailingZeros(uint(g.PageSize))), first: first,
	}
	for _, p := range []unsafe.Pointer{r.data, r.consumer, r.producer} {
		if uintptr(p)%8 != 0 {
			return nil, fmt.Errorf("%s ring: %w: memory at an address that is no multiple of 8", f.Name, ErrGeometry)
		}
	}
	return r, nil
}

// Format is the record layout.
func (r *Ring) Format() *Format { return r.format }

// Geometry is what the mapping could not tell.
func (r *Ring) Geometry() *Geometry { return &r.geometry }

// Size is the data area in bytes.
func (r *Ring) Size() uint64 { return r.geometry.Size }

// Capacity is how many bytes can be in use at most.
func (r *Ring) Capacity() uint64 { return r.capacity }

// Memory is where the ring lies.
func (r *Ring) Memory() Memory { return r.memory }

// Decode splits a raw header as who reads the ring takes it: [Format.Decode], but in a user ring a record with the discard bit is discarded
// whether it is busy or not.
func (r *Ring) Decode(raw uint64) Header {
	h := r.format.Decode(raw)
	if r.user && h.Discard {
		h.Busy = false
	}
	return h
}

// Header loads the header at pos. Whether pos is a record boundary, and whether the header was overwritten meanwhile, is for the
// caller to know.
func (r *Ring) Header(pos Pos) Header { return r.Decode(r.loadHeader(pos)) }

// isBusy reports whether a raw header says that its record is not finished: [Ring.Decode], for the loops.
func (r *Ring) isBusy(raw uint64) bool {
	return raw&r.format.Busy != 0 && (!r.user || raw&r.format.Drop == 0)
}

// pageOffset is what the header at pos must carry (bpf_ringbuf_rec_pg_off); in a user ring nobody reads it, and libbpf writes 0.
func (r *Ring) pageOffset(pos Pos) uint32 {
	if r.user || r.zeros {
		return 0
	}
	return r.first + uint32((pos&r.mask)>>r.pageShift)
}

// payload is the payload of the record at pos, in place.
func (r *Ring) payload(pos Pos, length uint32) []byte {
	return unsafe.Slice((*byte)(unsafe.Add(r.data, (pos&r.mask)+uint64(r.format.HeaderSize))), length)
}
