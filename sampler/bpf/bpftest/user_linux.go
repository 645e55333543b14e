package bpftest

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"golang.org/x/sys/unix"
)

// UserRing is a ring that this process writes and the kernel drains, BPF_MAP_TYPE_USER_RINGBUF. It is written as libbpf does it. For one
// goroutine.
type UserRing struct {
	*Ring
	Producer []byte // the producer page, mapped writable
	Data     []byte // the data twice, mapped writable

	consumer *atomic.Uint64
	drain    *ebpf.Program
	ctl      []byte
}

// Errors of [UserRing.Reserve], as libbpf's user_ring_buffer__reserve has them.
var (
	ErrNoSpace = errors.New("the ring has no room for it now")
	ErrTooBig  = errors.New("the ring can never have room for it")
)

// MakeUser makes a user ring of size bytes.
func MakeUser(tb testing.TB, name string, size int) *UserRing {
	tb.Helper()
	u := &UserRing{Ring: MakeType(tb, ebpf.UserRingbuf, name, size)}
	page := os.Getpagesize()
	positions, err := unix.Mmap(u.Map.FD(), 0, page, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		tb.Fatalf("map the consumer page: %v", err)
	}
	tb.Cleanup(func() { unmap(tb, positions) })
	rest, err := unix.Mmap(u.Map.FD(), int64(page), page+2*size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		tb.Fatalf("map the producer page and the data: %v", err)
	}
	tb.Cleanup(func() { unmap(tb, rest) })
	u.consumer, u.Producer, u.Data = word(positions, 0), rest[:page:page], rest[page:]
	return u
}

// Consumed is the consumer position; Posted the producer position.
func (u *UserRing) Consumed() uint64 { return u.consumer.Load() }

// Posted is said at [UserRing.Consumed].
func (u *UserRing) Posted() uint64 { return word(u.Producer, 0).Load() }

// Publish sets the producer position, whatever it was.
func (u *UserRing) Publish(pos uint64) { word(u.Producer, 0).Store(pos) }

// Header is the header at pos: its length word, its page offset.
func (u *UserRing) Header(pos uint64) (length, pageOffset *atomic.Uint32) {
	at := unsafe.Pointer(&u.Data[pos&(u.Size-1)])
	return (*atomic.Uint32)(at), (*atomic.Uint32)(unsafe.Add(at, 4))
}

// Reserve reserves a record of length bytes; it is finished at the position that it returns.
func (u *UserRing) Reserve(length int) (pos uint64, err error) {
	consumer, producer, span := u.Consumed(), u.Posted(), Span(length)
	switch {
	case length>>30 != 0 || span > u.Size:
		return 0, ErrTooBig
	case u.Size-(producer-consumer) < span:
		return 0, ErrNoSpace
	}
	word, offset := u.Header(producer)
	word.Store(uint32(length) | 1<<31)
	offset.Store(0)
	u.Publish(producer + span)
	return producer, nil
}

// Payload is the payload of the record at pos.
func (u *UserRing) Payload(pos uint64, length int) []byte {
	at := pos&(u.Size-1) + 8
	return u.Data[at : at+uint64(length)]
}

// Submit finishes the record at pos, Discard throws it away.
func (u *UserRing) Submit(pos uint64) {
	word, _ := u.Header(pos)
	word.Swap(word.Load() &^ (1 << 31))
}

// Discard is said at [UserRing.Submit].
func (u *UserRing) Discard(pos uint64) {
	word, _ := u.Header(pos)
	word.Swap(word.Load()&^(1<<31) | 1<<30)
}

// Write reserves and submits a record that begins with value.
func (u *UserRing) Write(length int, value uint64) error {
	pos, err := u.Reserve(length)
	if err != nil {
		return err
	}
	if length >= 8 {
		*(*uint64)(unsafe.Pointer(&u.Payload(pos, 8)[0])) = value
	}
	u.Submit(pos)
	return nil
}

// Drained is what a run of [UserRing.Drain] says.
type Drained struct {
	Result int        // what bpf_user_ringbuf_drain returned: samples if not below 0
	Err    unix.Errno // the same as an error; 0: none
	Seen   uint64     // samples that the callback was given
	Sum    uint64     // of the first 8 bytes of those that have as many
}

// Drain has the kernel drain the ring by a program of name "drain"; most, if not 0, ends it after so many samples.
func (u *UserRing) Drain(tb testing.TB, most int) Drained {
	tb.Helper()
	d, err := u.TryDrain(tb, most)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// TryDrain is [UserRing.Drain] without the end of the test; the first call loads the program.
func (u *UserRing) TryDrain(tb testing.TB, most int) (Drained, error) {
	tb.Helper()
	if u.drain == nil {
		u.loadDrain(tb)
	}
	c := (*control)(unsafe.Pointer(&u.ctl[0]))
	c.seq, c.tries, c.held = 0, uint64(most), 0
	n, err := u.drain.Run(nil)
	if err != nil {
		return Drained{}, fmt.Errorf("run the draining program: %w", err)
	}
	d := Drained{Result: int(int32(n)), Seen: c.seq, Sum: c.held}
	if d.Result < 0 {
		d.Err = unix.Errno(-d.Result)
	}
	return d, nil
}

func (u *UserRing) loadDrain(tb testing.TB) {
	tb.Helper()
	var ctl *ebpf.Map
	ctl, u.ctl = newControl(tb)
	main := asm.Instructions{
		asm.LoadMapPtr(asm.R1, u.Map.FD()),
		callback(asm.R2, "sample"),
		asm.Mov.Imm(asm.R3, 0),
		asm.Mov.Imm(asm.R4, 0),
		asm.FnUserRingbufDrain.Call(),
		asm.Return(),
	}
	sample := asm.Instructions{ // R1 is a dynptr
		asm.Mov.Reg(asm.R7, asm.R1).WithSymbol("sample"),
		asm.LoadMapValue(asm.R6, ctl.FD(), 0),
		asm.Mov.Imm(asm.R1, 0),
		asm.StoreMem(asm.RFP, -8, asm.R1, asm.DWord),
		asm.Mov.Reg(asm.R1, asm.RFP),
		asm.Add.Imm(asm.R1, -8),
		asm.Mov.Imm(asm.R2, 8),
		asm.Mov.Reg(asm.R3, asm.R7),
		asm.Mov.Imm(asm.R4, 0),
		asm.Mov.Imm(asm.R5, 0),
		asm.FnDynptrRead.Call(),
		asm.LoadMem(asm.R1, asm.RFP, -8, asm.DWord),
		asm.LoadMem(asm.R2, asm.R6, ctlHeld, asm.DWord),
		asm.Add.Reg(asm.R2, asm.R1),
		asm.StoreMem(asm.R6, ctlHeld, asm.R2, asm.DWord),
		asm.LoadMem(asm.R1, asm.R6, ctlSeq, asm.DWord),
		asm.Add.Imm(asm.R1, 1),
		asm.StoreMem(asm.R6, ctlSeq, asm.R1, asm.DWord),
		asm.LoadMem(asm.R2, asm.R6, ctlTries, asm.DWord),
		asm.Mov.Imm(asm.R0, 1),
		asm.JEq.Reg(asm.R1, asm.R2, "last"),
		asm.Mov.Imm(asm.R0, 0),
		asm.Return().WithSymbol("last"),
	}
	u.drain = load(tb, "drain", main, sample)
	u.open[u.drain] = struct{}{}
}
