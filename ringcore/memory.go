package ringcore

import (
	"errors"
	"fmt"
	"math/bits"
)

// Pos is a free-running position in bytes since the ring was made. It is widened to 64 bits also where the kernel keeps 32.
type Pos = uint64

// Memory is where a ring lies. Only a [Consumer] writes Consumer, only a [Producer] writes Producer and Data.
type Memory struct {
	Consumer []byte // at least 8 bytes; the consumer position stands at +0
	Producer []byte // at least 8 bytes; the producer position stands at +0, pending and overwrite where [Geometry] says
	Data     []byte // 2*Size bytes: the data area twice in a row
}

// Geometry is what a mapping can't tell by itself.
type Geometry struct {
	Size            uint64 // bytes of the data area, a power of two from 4096 to 2^31
	PageSize        int    // bytes of a page of the system that made the ring
	PosWidth        uint8  // bytes of that kernel's unsigned long: 4 or 8
	FirstPageOffset uint32 // page offset in the header of the first record: 3 on Linux with 4 KiB pages
	Pending         int    // byte offset of the pending position in the producer page; -1: the kernel has none, or nobody knows
	Overwrite       int    // byte offset of the overwrite position in the producer page; -1: the kernel has none
	OverwriteMode   bool   // the ring was made with BPF_F_RB_OVERWRITE
	UserRing        bool   // BPF_MAP_TYPE_USER_RINGBUF: who writes it and who reads it keep other rules, see below
	ZeroPageOffsets bool   // every header has page offset 0: eBPF for Windows before v1.0
}

// A user ring is written by processes and drained by the kernel. All of its size can be in use (libbpf's user_ring_buffer__reserve). The
// kernel never reads a page offset there, so whatever stands in its place is right, and it skips a record with the discard bit whether it
// is busy or not (kernel/bpf/ringbuf.c, __bpf_user_ringbuf_peek).

// LinuxGeometry is the geometry of a ring of size bytes as a 64-bit Linux with pages of pageSize bytes lays it out, without the
// fields that depend on the kernel's version (Pending and Overwrite are -1).
//
// The page offset counts from struct bpf_ringbuf, whose consumer page stands RINGBUF_PGOFF pages in, followed by the producer page
// (kernel/bpf/ringbuf.c, bpf_ringbuf_rec_pg_off). RINGBUF_PGOFF is the page-rounded size of what precedes consumer_pos: one page
// for all page sizes in use.
func LinuxGeometry(size uint64, pageSize int) Geometry {
	return Geometry{Size: size, PageSize: pageSize, PosWidth: 8, FirstPageOffset: 3, Pending: -1, Overwrite: -1}
}

// ErrGeometry is wrapped by every error about a size, a page size or an offset that no ring can have.
var ErrGeometry = errors.New("impossible ring geometry")

// Check reports what is impossible about g, wrapping [ErrGeometry].
func (g Geometry) Check() error {
	switch {
	case g.Size < 4096 || g.Size > 1<<31 || bits.OnesCount64(g.Size) != 1:
		return fmt.Errorf("%w: size is %d bytes, expected a power of two from 4096 to 2147483648", ErrGeometry, g.Size)
	case g.PageSize < 4096 || bits.OnesCount(uint(g.PageSize)) != 1:
		return fmt.Errorf("%w: page size is %d bytes, expected a power of two from 4096", ErrGeometry, g.PageSize)
	case g.PosWidth != 4 && g.PosWidth != 8:
		return fmt.Errorf("%w: positions of %d bytes, expected 4 or 8", ErrGeometry, g.PosWidth)
	case g.Pending >= g.PageSize || g.Overwrite >= g.PageSize:
		return fmt.Errorf("%w: pending at %d, overwrite at %d, expected offsets below the page size %d", ErrGeometry, g.Pending, g.Overwrite, g.PageSize)
	}
	return nil
}

// check reports whether m has room for a ring of geometry g.
func (m Memory) check(g Geometry) error {
	if err := g.Check(); err != nil {
		return err
	}
	need := max(g.Pending, g.Overwrite, 0) + int(g.PosWidth)
	switch {
	case len(m.Consumer) < int(g.PosWidth) || len(m.Producer) < need:
		return fmt.Errorf("%w: position pages of %d and %d bytes, expected at least %d and %d",
			ErrGeometry, len(m.Consumer), len(m.Producer), g.PosWidth, need)
	case uint64(len(m.Data)) < 2*g.Size:
		return fmt.Errorf("%w: %d bytes of data are mapped, expected twice the size, %d", ErrGeometry, len(m.Data), 2*g.Size)
	}
	return nil
}
