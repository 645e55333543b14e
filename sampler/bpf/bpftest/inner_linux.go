package bpftest

import (
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
)

// Written is what became of a record that a program writes into a ring that it looks up, or uses as a key.
type Written int

// Values of [Written].
const (
	Submitted Written = iota
	Refused           // the ring has no room
	Skipped           // there is no ring
)

// WriteInner writes a record with a payload into the ring that stands in a slot of a map of maps.
func WriteInner(tb testing.TB, outer *ebpf.Map, slot uint32, payload []byte) Written {
	tb.Helper()
	insns := asm.Instructions{
		asm.StoreImm(asm.RFP, -4, int64(slot), asm.Word),
		asm.LoadMapPtr(asm.R1, outer.FD()),
		asm.Mov.Reg(asm.R2, asm.RFP),
		asm.Add.Imm(asm.R2, -4),
		asm.FnMapLookupElem.Call(),
		asm.JNE.Imm(asm.R0, 0, "there"),
		asm.Mov.Imm(asm.R0, int32(Skipped)),
		asm.Return(),
		asm.Mov.Reg(asm.R1, asm.R0).WithSymbol("there"),
	}
	insns = append(insns, reserveWith(payload)...)
	return runOnce(tb, append(insns, submits()...))
}

// WriteKey writes a record with a payload and uses it, while it is busy, as a key of a hash: it is looked up there first, by its own
// memory, and what is found is told. Then a copy of it is put there, with the value that its own memory holds from at on.
func (r *Ring) WriteKey(tb testing.TB, hash *ebpf.Map, payload []byte, at int) (found uint32, did Written) {
	tb.Helper()
	ctl, mem := newControl(tb)
	insns := asm.Instructions{asm.LoadMapPtr(asm.R1, r.Map.FD())}
	insns = append(insns, reserveWith(payload)...)
	insns = append(insns,
		asm.LoadMapPtr(asm.R1, hash.FD()),
		asm.Mov.Reg(asm.R2, asm.R6),
		asm.FnMapLookupElem.Call(),
		asm.JEq.Imm(asm.R0, 0, "new"),
		asm.LoadMem(asm.R7, asm.R0, 0, asm.Word),
		asm.LoadMapValue(asm.R1, ctl.FD(), 0),
		asm.StoreMem(asm.R1, ctlSeq, asm.R7, asm.DWord),
		asm.LoadMapPtr(asm.R1, hash.FD()).WithSymbol("new"))
	below := -int16(len(payload)+7) &^ 7 // where the copy stands on the stack
	for i := range payload {
		insns = append(insns,
			asm.LoadMem(asm.R2, asm.R6, int16(i), asm.Byte),
			asm.StoreMem(asm.RFP, below+int16(i), asm.R2, asm.Byte))
	}
	insns = append(insns,
		asm.Mov.Reg(asm.R2, asm.RFP),
		asm.Add.Imm(asm.R2, int32(below)),
		asm.Mov.Reg(asm.R3, asm.R6),
		asm.Add.Imm(asm.R3, int32(at)),
		asm.Mov.Imm(asm.R4, 0),
		asm.FnMapUpdateElem.Call())
	did = runOnce(tb, append(insns, submits()...))
	return uint32(word(mem, ctlSeq).Load()), did
}

// reserveWith reserves a record in the ring of R1, leaves it in R6 and fills it with a payload.
func reserveWith(payload []byte) asm.Instructions {
	insns := asm.Instructions{
		asm.Mov.Imm(asm.R2, int32(len(payload))),
		asm.Mov.Imm(asm.R3, 0),
		asm.FnRingbufReserve.Call(),
		asm.JNE.Imm(asm.R0, 0, "got"),
		asm.Mov.Imm(asm.R0, int32(Refused)),
		asm.Return(),
		asm.Mov.Reg(asm.R6, asm.R0).WithSymbol("got"),
	}
	for at, b := range payload {
		insns = append(insns, asm.StoreImm(asm.R6, int16(at), int64(b), asm.Byte))
	}
	return insns
}

// submits submits the record of R6 and ends the program.
func submits() asm.Instructions {
	return asm.Instructions{
		asm.Mov.Reg(asm.R1, asm.R6),
		asm.Mov.Imm(asm.R2, 0),
		asm.FnRingbufSubmit.Call(),
		asm.Mov.Imm(asm.R0, int32(Submitted)),
		asm.Return(),
	}
}

// runOnce loads a program, runs it and lets go of it.
func runOnce(tb testing.TB, insns asm.Instructions) Written {
	tb.Helper()
	p := load(tb, "once", insns)
	defer func() {
		if err := p.Close(); err != nil {
			tb.Errorf("close a program: %v", err)
		}
	}()
	n, err := p.Run(nil)
	if err != nil {
		tb.Fatalf("run the writing program: %v", err)
	}
	return Written(n)
}
