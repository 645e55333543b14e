package bpftest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/btf"
	"golang.org/x/sys/unix"
)

// Wake-up flags of [Record] and [Load] (include/uapi/linux/bpf.h).
const (
	NoWakeup    = 1 // BPF_RB_NO_WAKEUP
	ForceWakeup = 2 // BPF_RB_FORCE_WAKEUP
)

// Record is one record to write.
type Record struct {
	Length  int // payload bytes
	Discard bool
	Flags   int // NoWakeup, ForceWakeup or 0
}

// Write writes records in their order by one run of one program. A payload of at least 8 bytes begins with the record's number
// within this call, from 0, in the host's byte order; the rest is what was there before. It returns how many were refused.
func (r *Ring) Write(tb testing.TB, records ...Record) (refused uint64) {
	tb.Helper()
	insns := asm.Instructions{asm.Mov.Imm(asm.R6, 0)}
	for i, rec := range records {
		next, done := fmt.Sprintf("next%d", i), asm.FnRingbufSubmit
		if rec.Discard {
			done = asm.FnRingbufDiscard
		}
		insns = append(insns,
			asm.LoadMapPtr(asm.R1, r.Map.FD()),
			asm.Mov.Imm(asm.R2, int32(rec.Length)),
			asm.Mov.Imm(asm.R3, 0),
			asm.FnRingbufReserve.Call(),
			asm.JNE.Imm(asm.R0, 0, next+"got"),
			asm.Add.Imm(asm.R6, 1),
			asm.Ja.Label(next),
			asm.Mov.Reg(asm.R1, asm.R0).WithSymbol(next+"got"),
		)
		if rec.Length >= 8 {
			insns = append(insns,
				asm.Mov.Imm(asm.R2, int32(i)),
				asm.StoreMem(asm.R1, 0, asm.R2, asm.DWord))
		}
		insns = append(insns,
			asm.Mov.Imm(asm.R2, int32(rec.Flags)),
			done.Call(),
			asm.Mov.Imm(asm.R0, 0).WithSymbol(next))
	}
	insns = append(insns, asm.Mov.Reg(asm.R0, asm.R6), asm.Return())
	p := load(tb, "write", insns)
	defer func() {
		if err := p.Close(); err != nil {
			tb.Errorf("close a program: %v", err)
		}
	}()
	n, err := p.Run(nil)
	if err != nil {
		tb.Fatalf("run the writing program: %v", err)
	}
	return uint64(n)
}

// Load is what a [Writer] writes in one run.
type Load struct {
	Records      int // reservations tried, up to 8 Mi
	DiscardEvery int // each so manieth record is discarded; 0: none
	Flags        int // NoWakeup, ForceWakeup or 0
}

// Truth is what was written.
type Truth struct {
	Records, Committed, Discarded, Refused uint64
	Bytes, Payload                         uint64 // spans, and payloads alone
}

// Add adds what another run wrote.
func (a *Truth) Add(b Truth) {
	a.Records += b.Records
	a.Committed += b.Committed
	a.Discarded += b.Discarded
	a.Refused += b.Refused
	a.Bytes += b.Bytes
	a.Payload += b.Payload
}

// control is the array element through which a test and a program talk.
type control struct {
	seq, refused, committed, discarded uint64
	every, flags, tries                uint64
	stop, held, deadline, discard      uint64
}

// Offsets of its fields.
const (
	ctlSeq, ctlRefused, ctlCommitted, ctlDiscarded = 0, 8, 16, 24
	ctlEvery, ctlFlags, ctlTries                   = 32, 40, 48
	ctlStop, ctlHeld, ctlDeadline, ctlDiscard      = 56, 64, 72, 80
)

// Writer writes records of one length at full speed, in a loop within the kernel. A payload of at least 8 bytes begins with the
// record's number since the writer was made, from 0. Not safe for concurrent use; several writers of one ring are.
type Writer struct {
	length int
	prog   *ebpf.Program
	ctl    *ebpf.Map
	mem    []byte
}

// NewWriter loads a program that uses the ring until the test ends; its name is "produce".
func (r *Ring) NewWriter(tb testing.TB, length int) *Writer {
	tb.Helper()
	w := &Writer{length: length}
	w.ctl, w.mem = newControl(tb)

	body := asm.Instructions{
		asm.LoadMapValue(asm.R6, w.ctl.FD(), 0).WithSymbol("each"),
		asm.LoadMapPtr(asm.R1, r.Map.FD()),
		asm.Mov.Imm(asm.R2, int32(length)),
		asm.Mov.Imm(asm.R3, 0),
		asm.FnRingbufReserve.Call(),
		asm.JNE.Imm(asm.R0, 0, "got"),
	}
	body = append(body, count(ctlRefused)...)
	body = append(body,
		asm.Ja.Label("on"),
		asm.Mov.Reg(asm.R7, asm.R0).WithSymbol("got"),
		asm.LoadMem(asm.R8, asm.R6, ctlSeq, asm.DWord))
	if length >= 8 {
		body = append(body, asm.StoreMem(asm.R7, 0, asm.R8, asm.DWord))
	}
	body = append(body,
		asm.Add.Imm(asm.R8, 1),
		asm.StoreMem(asm.R6, ctlSeq, asm.R8, asm.DWord),
		asm.LoadMem(asm.R2, asm.R6, ctlFlags, asm.DWord),
		asm.LoadMem(asm.R3, asm.R6, ctlEvery, asm.DWord),
		asm.Mov.Reg(asm.R1, asm.R7),
		asm.JEq.Imm(asm.R3, 0, "submit"),
		asm.Mod.Reg(asm.R8, asm.R3),
		asm.JNE.Imm(asm.R8, 0, "submit"),
		asm.FnRingbufDiscard.Call())
	body = append(body, count(ctlDiscarded)...)
	body = append(body, asm.Ja.Label("on"), asm.FnRingbufSubmit.Call().WithSymbol("submit"))
	body = append(body, count(ctlCommitted)...)
	body = append(body,
		asm.LoadMem(asm.R0, asm.R6, ctlStop, asm.DWord).WithSymbol("on"),
		asm.JEq.Imm(asm.R0, 0, "out"),
		asm.Mov.Imm(asm.R0, 1),
		asm.Return().WithSymbol("out"))

	main := asm.Instructions{
		asm.LoadMapValue(asm.R6, w.ctl.FD(), 0),
		asm.LoadMem(asm.R1, asm.R6, ctlTries, asm.DWord),
		callback(asm.R2, "each"),
		asm.Mov.Imm(asm.R3, 0),
		asm.Mov.Imm(asm.R4, 0),
		asm.FnLoop.Call(),
		asm.Mov.Imm(asm.R0, 0),
		asm.Return(),
	}
	w.prog = load(tb, "produce", main, body)
	r.open[w.prog] = struct{}{}
	return w
}

// Produce runs l once and tells what came of it. A record's length is the writer's.
func (w *Writer) Produce(tb testing.TB, l Load) Truth {
	tb.Helper()
	truth, err := w.Try(l)
	if err != nil {
		tb.Fatal(err)
	}
	return truth
}

// Try is [Writer.Produce] for goroutines, which must not end a test.
func (w *Writer) Try(l Load) (Truth, error) {
	if l.Records > 8<<20 {
		return Truth{}, errors.New("bpf_loop goes round 8 Mi times at most")
	}
	c := (*control)(unsafe.Pointer(&w.mem[0]))
	was := *c
	c.every, c.flags, c.tries = uint64(l.DiscardEvery), uint64(l.Flags), uint64(l.Records)
	if _, err := w.prog.Run(nil); err != nil {
		return Truth{}, fmt.Errorf("run the producing program: %w", err)
	}
	t := Truth{
		Committed: c.committed - was.committed,
		Discarded: c.discarded - was.discarded,
		Refused:   c.refused - was.refused,
	}
	t.Records = t.Committed + t.Discarded
	t.Bytes, t.Payload = t.Records*Span(w.length), t.Records*uint64(w.length)
	if t.Records+t.Refused != uint64(l.Records) {
		return t, fmt.Errorf("the program tried %d times, %d were asked for", t.Records+t.Refused, l.Records)
	}
	return t, nil
}

// Held is a record that is busy until it is released.
type Held struct {
	ctl  []byte
	done chan error
}

// Hold reserves a record of length bytes and holds it busy, for a minute at most. A program spins meanwhile, on one CPU.
func (r *Ring) Hold(tb testing.TB, length int) *Held {
	tb.Helper()
	ctl, mem := newControl(tb)
	h := &Held{ctl: mem, done: make(chan error, 1)}

	main := asm.Instructions{
		asm.LoadMapValue(asm.R6, ctl.FD(), 0),
		asm.LoadMapPtr(asm.R1, r.Map.FD()),
		asm.Mov.Imm(asm.R2, int32(length)),
		asm.Mov.Imm(asm.R3, 0),
		asm.FnRingbufReserve.Call(),
		asm.JNE.Imm(asm.R0, 0, "got"),
		asm.Mov.Imm(asm.R0, 1),
		asm.Return(),
		asm.Mov.Reg(asm.R7, asm.R0).WithSymbol("got"),
		asm.Mov.Imm(asm.R0, 1),
		asm.StoreMem(asm.R6, ctlHeld, asm.R0, asm.DWord),
		asm.Mov.Imm(asm.R1, 1<<23),
		callback(asm.R2, "outer"),
		asm.Mov.Imm(asm.R3, 0),
		asm.Mov.Imm(asm.R4, 0),
		asm.FnLoop.Call(),
		asm.Mov.Reg(asm.R1, asm.R7),
		asm.Mov.Imm(asm.R2, 0),
		asm.LoadMem(asm.R0, asm.R6, ctlDiscard, asm.DWord),
		asm.JEq.Imm(asm.R0, 0, "submit"),
		asm.FnRingbufDiscard.Call(),
		asm.Ja.Label("out"),
		asm.FnRingbufSubmit.Call().WithSymbol("submit"),
		asm.Mov.Imm(asm.R0, 0).WithSymbol("out"),
		asm.Return(),
	}
	outer := asm.Instructions{
		asm.Mov.Imm(asm.R1, 1<<23).WithSymbol("outer"),
		callback(asm.R2, "inner"),
		asm.Mov.Imm(asm.R3, 0),
		asm.Mov.Imm(asm.R4, 0),
		asm.FnLoop.Call(),
		asm.LoadMapValue(asm.R6, ctl.FD(), 0),
		asm.LoadMem(asm.R0, asm.R6, ctlStop, asm.DWord),
		asm.JEq.Imm(asm.R0, 0, "outerOn"),
		asm.Mov.Imm(asm.R0, 1),
		asm.Return().WithSymbol("outerOn"),
	}
	inner := asm.Instructions{
		asm.LoadMapValue(asm.R6, ctl.FD(), 0).WithSymbol("inner"),
		asm.LoadMem(asm.R0, asm.R6, ctlStop, asm.DWord),
		asm.JNE.Imm(asm.R0, 0, "innerStop"),
		asm.FnKtimeGetNs.Call(),
		asm.LoadMem(asm.R1, asm.R6, ctlDeadline, asm.DWord),
		asm.JGT.Reg(asm.R0, asm.R1, "innerLate"),
		asm.Mov.Imm(asm.R0, 0),
		asm.Return(),
		asm.Mov.Imm(asm.R0, 1).WithSymbol("innerLate"),
		asm.StoreMem(asm.R6, ctlStop, asm.R0, asm.DWord),
		asm.Mov.Imm(asm.R0, 1).WithSymbol("innerStop"),
		asm.Return(),
	}
	p := load(tb, "hold", main, outer, inner)
	r.open[p] = struct{}{}

	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		tb.Fatalf("read the clock: %v", err)
	}
	h.at(ctlDeadline).Store(uint64(now.Nano()) + uint64(time.Minute))
	go func() {
		refused, err := p.Run(nil)
		if err == nil && refused != 0 {
			err = errors.New("the ring refused the reservation")
		}
		h.done <- err
	}()
	for h.at(ctlHeld).Load() == 0 {
		select {
		case err := <-h.done:
			tb.Fatalf("hold a record: %v", err)
		case <-time.After(100 * time.Microsecond):
		}
	}
	tb.Cleanup(func() { h.stop(tb, false) })
	return h
}

// Submit ends the record as a committed one, Discard as a discarded one. Both return when it is done.
func (h *Held) Submit(tb testing.TB) { tb.Helper(); h.stop(tb, false) }

// Discard is said at [Held.Submit].
func (h *Held) Discard(tb testing.TB) { tb.Helper(); h.stop(tb, true) }

func (h *Held) stop(tb testing.TB, discard bool) {
	tb.Helper()
	if h.done == nil {
		return
	}
	if discard {
		h.at(ctlDiscard).Store(1)
	}
	h.at(ctlStop).Store(1)
	if err := <-h.done; err != nil {
		tb.Errorf("hold a record: %v", err)
	}
	h.done = nil
}

func (h *Held) at(field int) *atomic.Uint64 { return word(h.ctl, field) }

// newControl makes the control element, mapped into this process.
func newControl(tb testing.TB) (*ebpf.Map, []byte) {
	tb.Helper()
	m, err := ebpf.NewMap(&ebpf.MapSpec{
		Name: "control", Type: ebpf.Array, KeySize: 4, ValueSize: uint32(unsafe.Sizeof(control{})), MaxEntries: 1, Flags: unix.BPF_F_MMAPABLE,
	})
	if err != nil {
		tb.Fatalf("make the control map: %v", err)
	}
	mem, err := unix.Mmap(m.FD(), 0, int(unsafe.Sizeof(control{})), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		tb.Fatalf("map the control map: %v", err)
	}
	tb.Cleanup(func() {
		unmap(tb, mem)
		if err := m.Close(); err != nil {
			tb.Errorf("close the control map: %v", err)
		}
	})
	return m, mem
}

// count adds 1 to a field of the control element that R6 points to.
func count(field int16) asm.Instructions {
	return asm.Instructions{
		asm.LoadMem(asm.R1, asm.R6, field, asm.DWord),
		asm.Add.Imm(asm.R1, 1),
		asm.StoreMem(asm.R6, field, asm.R1, asm.DWord),
	}
}

// callback loads the address of a function of the program.
func callback(dst asm.Register, symbol string) asm.Instruction {
	return asm.Instruction{OpCode: asm.LoadImmOp(asm.DWord), Dst: dst, Src: asm.PseudoFunc, Constant: -1}.WithReference(symbol)
}

// load loads a program of a main function and its callbacks. The kernel wants to know by BTF that callbacks are static.
func load(tb testing.TB, name string, main asm.Instructions, callbacks ...asm.Instructions) *ebpf.Program {
	tb.Helper()
	long := &btf.Int{Name: "long", Size: 8, Encoding: btf.Signed}
	function := func(name string, linkage btf.FuncLinkage, params ...btf.FuncParam) *btf.Func {
		return &btf.Func{Name: name, Linkage: linkage, Type: &btf.FuncProto{Return: long, Params: params}}
	}
	main[0] = btf.WithFuncMetadata(main[0].WithSymbol(name), function(name, btf.GlobalFunc, btf.FuncParam{Name: "ctx", Type: &btf.Pointer{Target: &btf.Void{}}}))
	all := main
	for _, c := range callbacks {
		c[0] = btf.WithFuncMetadata(c[0], function(c[0].Symbol(), btf.StaticFunc,
			btf.FuncParam{Name: "index", Type: long}, btf.FuncParam{Name: "ctx", Type: &btf.Pointer{Target: &btf.Void{}}}))
		all = append(all, c...)
	}
	p, err := ebpf.NewProgram(&ebpf.ProgramSpec{Name: name, Type: ebpf.Syscall, Flags: unix.BPF_F_SLEEPABLE, License: "GPL", Instructions: all})
	if err != nil {
		tb.Fatalf("load the program %q: %+v", name, err)
	}
	return p
}
