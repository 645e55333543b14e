package bpftest

import (
	"errors"
	"fmt"
	"testing"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
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
	Flags   int    // NoWakeup, ForceWakeup or 0
	Payload []byte // at most Length bytes that are written in place of its number
}

// Write writes records in their order by one run of one program. A payload of at least 8 bytes that is not told begins with the record's
// number within this call, from 0, in the host's byte order; the rest is what was there before. It returns how many were refused.
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
		if rec.Length >= 8 && len(rec.Payload) == 0 {
			insns = append(insns,
				asm.Mov.Imm(asm.R2, int32(i)),
				asm.StoreMem(asm.R1, 0, asm.R2, asm.DWord))
		}
		for at, b := range rec.Payload {
			insns = append(insns, asm.StoreImm(asm.R1, int16(at), int64(b), asm.Byte))
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

// Writing is how a writer writes.
type Writing struct {
	Length int    // payload bytes
	Zeros  int    // so many bytes at the payload's end are 0, written by bpf_ringbuf_output; the others are not
	Flags  int    // NoWakeup or ForceWakeup as constants of the program; 0: those of each [Load]
	Line   int    // of File that the program's source information tells for all of it; 0: it has none
	File   string //
}

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
	return r.NewWriterOf(tb, Writing{Length: length})
}

// NewWriterOf is [Ring.NewWriter] of a program that writes as how says.
func (r *Ring) NewWriterOf(tb testing.TB, how Writing) *Writer {
	tb.Helper()
	w := &Writer{length: how.Length}
	w.ctl, w.mem = newControl(tb)
	var body asm.Instructions
	if how.Zeros > 0 {
		body = outputs(tb, r, w.ctl, how)
	} else {
		body = reserves(r, w.ctl, how)
	}
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
	if how.Line > 0 {
		main[0], body[0] = Source(tb, main[0], how.File, how.Line), Source(tb, body[0], how.File, how.Line)
	}
	w.prog = load(tb, "produce", main, body)
	r.open[w.prog] = struct{}{}
	return w
}

// flags loads the wake-up flags.
func (how Writing) flags(to asm.Register) asm.Instruction {
	if how.Flags != 0 {
		return asm.Mov.Imm(to, int32(how.Flags))
	}
	return asm.LoadMem(to, asm.R6, ctlFlags, asm.DWord)
}

// reserves writes one record by reserve and submit or discard.
func reserves(r *Ring, ctl *ebpf.Map, how Writing) asm.Instructions {
	body := asm.Instructions{
		asm.LoadMapValue(asm.R6, ctl.FD(), 0).WithSymbol("each"),
		asm.LoadMapPtr(asm.R1, r.Map.FD()),
		asm.Mov.Imm(asm.R2, int32(how.Length)),
		asm.Mov.Imm(asm.R3, 0),
		asm.FnRingbufReserve.Call(),
		asm.JNE.Imm(asm.R0, 0, "got"),
	}
	body = append(body, count(ctlRefused)...)
	body = append(body,
		asm.Ja.Label("on"),
		asm.Mov.Reg(asm.R7, asm.R0).WithSymbol("got"),
		asm.LoadMem(asm.R8, asm.R6, ctlSeq, asm.DWord))
	if how.Length >= 8 {
		body = append(body, asm.StoreMem(asm.R7, 0, asm.R8, asm.DWord))
	}
	body = append(body,
		asm.Add.Imm(asm.R8, 1),
		asm.StoreMem(asm.R6, ctlSeq, asm.R8, asm.DWord),
		how.flags(asm.R2),
		asm.LoadMem(asm.R3, asm.R6, ctlEvery, asm.DWord),
		asm.Mov.Reg(asm.R1, asm.R7),
		asm.JEq.Imm(asm.R3, 0, "submit"),
		asm.Mod.Reg(asm.R8, asm.R3),
		asm.JNE.Imm(asm.R8, 0, "submit"),
		asm.FnRingbufDiscard.Call())
	body = append(body, count(ctlDiscarded)...)
	body = append(body, asm.Ja.Label("on"), asm.FnRingbufSubmit.Call().WithSymbol("submit"))
	return append(body, count(ctlCommitted)...)
}

// outputs writes one record by output, from a map that holds its payload.
func outputs(tb testing.TB, r *Ring, ctl *ebpf.Map, how Writing) asm.Instructions {
	tb.Helper()
	payload := make([]byte, max(how.Length, 8))
	for i := range how.Length - how.Zeros {
		payload[i] = 0xa5
	}
	m, err := ebpf.NewMap(&ebpf.MapSpec{Name: "payload", Type: ebpf.Array, KeySize: 4, ValueSize: uint32(len(payload)), MaxEntries: 1})
	if err != nil {
		tb.Fatalf("make the map of a payload: %v", err)
	}
	tb.Cleanup(func() {
		if err := m.Close(); err != nil {
			tb.Errorf("close the map of a payload: %v", err)
		}
	})
	if err := m.Put(uint32(0), payload); err != nil {
		tb.Fatalf("fill the map of a payload: %v", err)
	}
	body := asm.Instructions{
		asm.LoadMapValue(asm.R6, ctl.FD(), 0).WithSymbol("each"),
		asm.LoadMapValue(asm.R7, m.FD(), 0),
		asm.LoadMem(asm.R8, asm.R6, ctlSeq, asm.DWord),
		asm.StoreMem(asm.R7, 0, asm.R8, asm.DWord),
		asm.Add.Imm(asm.R8, 1),
		asm.LoadMapPtr(asm.R1, r.Map.FD()),
		asm.Mov.Reg(asm.R2, asm.R7),
		asm.Mov.Imm(asm.R3, int32(how.Length)),
		how.flags(asm.R4),
		asm.FnRingbufOutput.Call(),
		asm.JEq.Imm(asm.R0, 0, "got"),
	}
	body = append(body, count(ctlRefused)...)
	body = append(body, asm.Ja.Label("on"), asm.StoreMem(asm.R6, ctlSeq, asm.R8, asm.DWord).WithSymbol("got"))
	return append(body, count(ctlCommitted)...)
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
