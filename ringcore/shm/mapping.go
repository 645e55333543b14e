package shm

import (
	"errors"
	"fmt"
	"math/bits"
	"os"
	"sync"
	"unsafe"
)

// MaxSize is the largest data area in bytes: what the kernel can create, whose max_entries is a u32 and a power of two.
const MaxSize = 1 << 31

// Mapping is a ring's memory. The slices must not be used after Close: the memory behind them is gone, and touching it through a
// copy of a slice ends the program.
type Mapping struct {
	Consumer []byte // one page of the ring's page size
	Producer []byte // one page of the ring's page size
	Data     []byte // the data area twice in a row: 2*size bytes
	Writable bool   // false: a store to any of them ends the program

	whole   unsafe.Pointer // where the mapping begins; nil for memory that is not ours to unmap
	layout  layout
	backing backing
	once    sync.Once
	err     error
}

// layout is how a ring is cut into pages.
type layout struct {
	page uintptr // bytes of each position page
	size uintptr // bytes of the data area
}

// stored is how many bytes the backing memory or file has.
func (l layout) stored() uintptr { return 2*l.page + l.size }

// mapped is how many bytes of address space a mapping takes.
func (l layout) mapped() uintptr { return 2*l.page + 2*l.size }

// newLayout checks that this system can map a ring of size bytes and pages of pageSize bytes.
func newLayout(size uint64, pageSize int) (layout, error) {
	system := os.Getpagesize()
	switch {
	case pageSize < 4096 || pageSize > 1<<21 || bits.OnesCount(uint(pageSize)) != 1:
		return layout{}, fmt.Errorf("%w: page size is %d bytes, expected a power of two from 4096 to 2097152", ErrLayout, pageSize)
	case size < 4096 || size > MaxSize || bits.OnesCount64(size) != 1:
		return layout{}, fmt.Errorf("%w: size is %d bytes, expected a power of two from 4096 to %d", ErrLayout, size, uint64(MaxSize))
	case pageSize*2%system != 0 || size%uint64(system) != 0:
		return layout{}, fmt.Errorf("%w: a ring of %d bytes with pages of %d bytes can't be mapped on this system, whose pages have %d bytes; use it on the kind of system that made it",
			ErrLayout, size, pageSize, system)
	case size > uint64(^uintptr(0)>>2):
		return layout{}, fmt.Errorf("%w: a ring of %d bytes does not fit the address space of this program twice", ErrLayout, size)
	}
	return layout{page: uintptr(pageSize), size: uintptr(size)}, nil
}

// mapBacking maps b as l says and takes b over: Close lets go of it.
func mapBacking(b backing, l layout, writable bool) (*Mapping, error) {
	whole, err := b.mapTwice(l, writable)
	if err != nil {
		return nil, fmt.Errorf("map %d bytes with the data area twice: %w", l.mapped(), err)
	}
	return &Mapping{
		Consumer: unsafe.Slice((*byte)(whole), l.page),
		Producer: unsafe.Slice((*byte)(unsafe.Add(whole, l.page)), l.page),
		Data:     unsafe.Slice((*byte)(unsafe.Add(whole, 2*l.page)), 2*l.size),
		Writable: writable,
		whole:    whole, layout: l, backing: b,
	}, nil
}

// View maps the same memory once more, read-only, for an observer that must not be able to write. It lives on its own: either may
// be closed first.
func (m *Mapping) View() (*Mapping, error) {
	if m.whole == nil || m.Data == nil {
		return nil, fmt.Errorf("map a second view: %w", os.ErrClosed)
	}
	b, err := m.backing.again()
	if err != nil {
		return nil, fmt.Errorf("map a second view: %w", err)
	}
	v, err := mapBacking(b, m.layout, false)
	if err != nil {
		return nil, errors.Join(err, b.close())
	}
	return v, nil
}

// Holds reports whether address lies in the mapping: whether a fault there is ours.
func (m *Mapping) Holds(address uintptr) bool {
	return m.whole != nil && m.Data != nil && address-uintptr(m.whole) < m.layout.mapped()
}

// Close unmaps the memory and lets go of what backs it. Calling it again, also from several goroutines, does nothing more and
// returns the same error.
func (m *Mapping) Close() error {
	m.once.Do(func() {
		m.Consumer, m.Producer, m.Data = nil, nil, nil
		if m.whole == nil {
			return
		}
		if err := unmap(m.whole, m.layout); err != nil {
			m.err = fmt.Errorf("unmap %d bytes: %w", m.layout.mapped(), err)
		}
		if err := m.backing.close(); err != nil && m.err == nil {
			m.err = fmt.Errorf("close the memory behind a mapping: %w", err)
		}
	})
	return m.err
}

// Anonymous makes shared memory without a name for a ring of size bytes with position pages of pageSize bytes; 0 stands for this
// system's page size. All of it is zero. Errors wrap [ErrLayout], or are the system's.
func Anonymous(size uint64, pageSize int) (*Mapping, error) {
	if pageSize == 0 {
		pageSize = os.Getpagesize()
	}
	l, err := newLayout(size, pageSize)
	if err != nil {
		return nil, err
	}
	b, err := anonymous(l)
	if err != nil {
		return nil, fmt.Errorf("make %d bytes of shared memory: %w", l.stored(), err)
	}
	m, err := mapBacking(b, l, true)
	if err != nil {
		return nil, errors.Join(err, b.close())
	}
	return m, nil
}
