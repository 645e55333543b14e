package bpftest

import (
	"errors"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"golang.org/x/sys/unix"
)

// Held is a record that is busy until it is released.
type Held struct {
	ctl  []byte
	done chan error
	gate *gate // nil: it spins
}

// Hold reserves a record of length bytes and holds it busy. A program sleeps meanwhile, over memory that is not there yet; where
// userfaultfd is missing it spins.
func (r *Ring) Hold(tb testing.TB, length int) *Held {
	tb.Helper()
	gate := newGate(tb)
	if gate == nil {
		return r.HoldSpinning(tb, length)
	}
	ctl, mem := newControl(tb)
	h := &Held{ctl: mem, done: make(chan error, 1), gate: gate}
	sleep := asm.Instructions{
		asm.Mov.Reg(asm.R1, asm.RFP),
		asm.Add.Imm(asm.R1, -8),
		asm.Mov.Imm(asm.R2, 8),
		asm.LoadMem(asm.R3, asm.R6, ctlGate, asm.DWord),
		asm.FnCopyFromUser.Call(),
	}
	h.at(ctlGate).Store(h.gate.address())
	h.start(tb, r, ctl, length, sleep)
	return h
}

// HoldSpinning is [Ring.Hold] with a program that spins, on one CPU, for a minute at most. On a kernel that is not preempted within
// system calls nothing else runs there.
func (r *Ring) HoldSpinning(tb testing.TB, length int) *Held {
	tb.Helper()
	ctl, mem := newControl(tb)
	h := &Held{ctl: mem, done: make(chan error, 1)}
	spin := asm.Instructions{
		asm.Mov.Imm(asm.R1, 1<<23),
		callback(asm.R2, "outer"),
		asm.Mov.Imm(asm.R3, 0),
		asm.Mov.Imm(asm.R4, 0),
		asm.FnLoop.Call(),
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
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		tb.Fatalf("read the clock: %v", err)
	}
	h.at(ctlDeadline).Store(uint64(now.Nano()) + uint64(time.Minute))
	h.start(tb, r, ctl, length, spin, outer, inner)
	return h
}

// start runs a program that does body between reserve and submit, and returns when it is there.
func (h *Held) start(tb testing.TB, r *Ring, ctl *ebpf.Map, length int, body asm.Instructions, callbacks ...asm.Instructions) {
	tb.Helper()
	p := load(tb, "hold", slices.Concat(asm.Instructions{
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
	}, body, asm.Instructions{
		asm.Mov.Reg(asm.R1, asm.R7),
		asm.Mov.Imm(asm.R2, 0),
		asm.LoadMem(asm.R0, asm.R6, ctlDiscard, asm.DWord),
		asm.JEq.Imm(asm.R0, 0, "submit"),
		asm.FnRingbufDiscard.Call(),
		asm.Ja.Label("out"),
		asm.FnRingbufSubmit.Call().WithSymbol("submit"),
		asm.Mov.Imm(asm.R0, 0).WithSymbol("out"),
		asm.Return(),
	}), callbacks...)
	r.open[p] = struct{}{}
	go func() {
		// The thread ends with the goroutine. A signal to it would end its sleep, which only begins anew, at the price of a CPU.
		runtime.LockOSThread()
		var all unix.Sigset_t
		for i := range all.Val {
			all.Val[i] = ^all.Val[i]
		}
		if err := unix.PthreadSigmask(unix.SIG_BLOCK, &all, nil); err != nil {
			h.done <- err
			return
		}
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
	if h.gate != nil {
		h.gate.open(tb)
	}
	if err := <-h.done; err != nil {
		tb.Errorf("hold a record: %v", err)
	}
	h.done = nil
}

func (h *Held) at(field int) *atomic.Uint64 { return word(h.ctl, field) }
