package demo

import (
	"errors"
	"sync/atomic"
	"unsafe"

	"ringscope/ringcore"
	"ringscope/ringcore/shm"
)

// memory is where a simulated ring lies: as its producers and its consumer write it, and as it is looked at.
type memory struct {
	writable, view ringcore.Memory
	close          func() error
	// guard makes a fault in the memory the error that it is given; see [shm.File.Guard].
	guard func(err *error) func()
}

// unguarded is the guard of memory that can't be cut.
func unguarded(*error) func() { return func() {} }

func newMemory(c *Config) (memory, error) {
	if c.Simulated {
		return heap(c.Size), nil
	}
	var (
		m     *shm.Mapping
		letGo func() error
		file  *shm.File
	)
	if c.File == "" {
		anonymous, err := shm.Anonymous(c.Size, c.pageSize())
		if err != nil {
			return memory{}, err
		}
		m, letGo = anonymous, anonymous.Close
	} else {
		g := c.geometry()
		about := shm.Description{
			Size: g.Size, PageSize: g.PageSize, Format: c.Format, PosWidth: g.PosWidth, FirstPageOffset: g.FirstPageOffset,
			Pending: g.Pending, Overwrite: g.Overwrite, OverwriteMode: g.OverwriteMode, Name: name, Made: c.made(0), Simulated: true,
		}
		if c.ConsumerRate > 0 {
			about.ReaderPID, about.ReaderComm = simReader.PID, simReader.Comm
		}
		var err error
		if file, err = shm.Create(c.File, about); err != nil {
			return memory{}, err
		}
		m, letGo = file.Mapping, file.Remove
	}
	view, err := m.View()
	if err != nil {
		return memory{}, errors.Join(err, letGo())
	}
	guard := unguarded
	if file != nil {
		guard = func(err *error) func() { return file.Guard(err, view) }
	}
	return memory{
		guard:    guard,
		writable: ringcore.Memory{Consumer: m.Consumer, Producer: m.Producer, Data: m.Data},
		view:     ringcore.Memory{Consumer: view.Consumer, Producer: view.Producer, Data: view.Data},
		close:    func() error { return errors.Join(view.Close(), letGo()) },
	}, nil
}

// heap is memory for one goroutine. The second half of its data area is no second view of the first: a record that crosses the middle
// is read where it was written, because both go from the place of its header, which always lies in the first half.
func heap(size uint64) memory {
	words := make([]uint64, (2*simulatedPage+2*size)/8)
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), len(words)*8)
	m := ringcore.Memory{Consumer: bytes[:simulatedPage], Producer: bytes[simulatedPage : 2*simulatedPage], Data: bytes[2*simulatedPage:]}
	return memory{writable: m, view: m, close: func() error { return nil }, guard: unguarded}
}

// storeConsumer writes the consumer position as a reader does that asks nobody.
func (m *memory) storeConsumer(pos ringcore.Pos) {
	atomic.StoreUint64((*uint64)(unsafe.Pointer(&m.writable.Consumer[0])), pos)
}

// storeHeader writes a header of a ring as nobody ever should: at once where all headers are aligned, so that nobody sees half of it.
func (m *memory) storeHeader(ring *ringcore.Ring, pos ringcore.Pos, raw [8]byte) {
	at := m.writable.Data[pos&(ring.Size()-1):]
	if ring.Format().Align < uint64(len(raw)) {
		copy(at, raw[:ring.Format().HeaderSize])
		return
	}
	atomic.StoreUint64((*uint64)(unsafe.Pointer(&at[0])), *(*uint64)(unsafe.Pointer(&raw)))
}
