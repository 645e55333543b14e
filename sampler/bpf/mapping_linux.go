package bpf

import (
	"fmt"
	"math"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"ringscope/ringcore"
)

// mapping is a range of addresses in which a ring is mapped read-only: consumer page, producer page, the data twice. The range stays
// ours from reserve to release; the ring in it comes and goes. So slices of it stay valid when the ring is let go of, and read as zeros
// then.
type mapping struct {
	base     unsafe.Pointer
	size     uintptr // bytes of the whole range
	page     int
	attached uintptr // bytes from the begin that are the ring's
}

// reserve takes the addresses for a ring of size bytes. It takes no memory.
func reserve(size uint64) (*mapping, error) {
	m := &mapping{page: os.Getpagesize()}
	whole := 2*uint64(m.page) + 2*size
	if whole > math.MaxInt {
		return nil, fmt.Errorf("map the ring: a ring of %d bytes does not fit the addresses of this 32-bit program", size)
	}
	m.size = uintptr(whole)
	base, err := unix.MmapPtr(-1, 0, nil, m.size, unix.PROT_READ, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
	if err != nil {
		return nil, fmt.Errorf("reserve %d bytes of addresses for the ring: %w", m.size, err)
	}
	m.base = base
	return m, nil
}

// attachPositions maps the two position pages of the ring fd: 7 µs, whatever the ring's size.
func (m *mapping) attachPositions(fd int) error { return m.attach(fd, 2*uintptr(m.page)) }

// attachAll maps the whole ring: about 0.1 ms for each MiB.
func (m *mapping) attachAll(fd int) error { return m.attach(fd, m.size) }

func (m *mapping) attach(fd int, n uintptr) error {
	if _, err := unix.MmapPtr(fd, 0, m.base, n, unix.PROT_READ, unix.MAP_SHARED|unix.MAP_FIXED); err != nil {
		return fmt.Errorf("map %d bytes of the ring: %w", n, err)
	}
	m.attached = max(m.attached, n)
	return nil
}

// detach lets go of the ring and keeps the addresses.
func (m *mapping) detach() error {
	if m.attached == 0 {
		return nil
	}
	flags := unix.MAP_PRIVATE | unix.MAP_ANONYMOUS | unix.MAP_NORESERVE | unix.MAP_FIXED
	if _, err := unix.MmapPtr(-1, 0, m.base, m.attached, unix.PROT_READ, flags); err != nil {
		return fmt.Errorf("unmap the ring: %w", err)
	}
	m.attached = 0
	return nil
}

// release gives the addresses back. Nothing may read the memory any more.
func (m *mapping) release() error {
	if m.base == nil {
		return nil
	}
	err := unix.MunmapPtr(m.base, m.size)
	m.base, m.attached = nil, 0
	if err != nil {
		return fmt.Errorf("unmap the ring: %w", err)
	}
	return nil
}

// memory is the range as a ring's memory.
func (m *mapping) memory() ringcore.Memory {
	all := unsafe.Slice((*byte)(m.base), m.size)
	return ringcore.Memory{Consumer: all[:m.page:m.page], Producer: all[m.page : 2*m.page : 2*m.page], Data: all[2*m.page:]}
}
