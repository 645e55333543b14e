package bpf

import (
	"maps"

	"github.com/cilium/ebpf/asm"
)

// content is what a register or a slot of the stack holds, as far as it matters to whom a record belongs.
type content uint8

const (
	unset    content = iota // nothing came here yet
	anything                // also an address on the stack, through which something else can be stored there
	other                   // no address on the stack
	function                // it may be the address of a function of the program, and none on the stack
	constant                // of is its value
	ringMap                 // the address of a map; of is its id
	record                  // of a ring, at its begin, or 0; of is the ring's id, or noRing
	stack                   // an address on the stack; of is its distance from the frame
	dynptr                  // of a record, in a slot; of is the ring's id, or noRing
)

// noRing is the ring of a record of which nobody knows.
const noRing = 0

type value struct {
	is content
	of int64
}

func (v value) reachesStack() bool { return v.is == anything || v.is == stack }

// join is what is known where two paths meet. The verifier has proven that what is submitted is a record, so one that may be 0 is one.
func join(a, b value) value {
	zero := value{constant, 0}
	switch {
	case a == b || b.is == unset:
		return a
	case a.is == unset:
		return b
	case a.is == record && b == zero:
		return a
	case b.is == record && a == zero:
		return b
	case a.reachesStack() || b.reachesStack():
		return value{is: anything}
	case a.is == record && b.is == record:
		return value{record, noRing}
	case a.is == function || b.is == function:
		return value{is: function}
	default:
		return value{is: other}
	}
}

const registers = 12 // R0 to R10, and the one that the verifier uses for itself

// frame is what is known before an instruction. A slot that is missing holds anything.
type frame struct {
	regs  [registers]value
	slots map[int64]value // by the distance from the frame, in words of 8 bytes
}

// firstFrame is a function's begin. Nothing is known of its arguments, but that the program's own is not on the stack.
func firstFrame(program bool) *frame {
	f := &frame{slots: make(map[int64]value)}
	for i := range f.regs {
		f.regs[i].is = anything
		if program {
			f.regs[i].is = other
		}
	}
	f.regs[asm.R10] = value{stack, 0}
	return f
}

func (g *frame) clone() *frame { return &frame{regs: g.regs, slots: maps.Clone(g.slots)} }

// merge takes in what came on another path and reports whether that changed anything.
func (g *frame) merge(on *frame) (changed bool) {
	for i := range g.regs {
		if v := join(g.regs[i], on.regs[i]); v != g.regs[i] {
			g.regs[i], changed = v, true
		}
	}
	for at, v := range g.slots {
		w, ok := on.slots[at]
		switch j := join(v, w); {
		case !ok || j.is == anything || v.is == dynptr && w != v:
			delete(g.slots, at)
			changed = true
		case j != v:
			g.slots[at], changed = j, true
		}
	}
	return changed
}

// forgetFrom forgets the slots that reach to at or above, without the dynptrs: the verifier lets nobody write over one that holds a
// record (destroy_if_dynptr_stack_slot, kernel/bpf/verifier.c).
func (g *frame) forgetFrom(at, until int64) {
	maps.DeleteFunc(g.slots, func(slot int64, v value) bool { return slot+8 > at && slot < until && v.is != dynptr })
}

// lowest and top are bounds of what a slot's distance can be.
const lowest, top = -1 << 20, 1 << 20

// callsBack reports whether a function of the program may run within a call and reach the caller's stack: it could write anywhere there,
// or release a record and reserve another in its place.
func (g *frame) callsBack(ins *asm.Instruction) bool {
	calls, reaches := ins.Src == asm.PseudoCall, false
	for r := asm.R1; r <= asm.R5; r++ {
		v := g.regs[r]
		calls = calls || v.is == function || v.is == anything
		reaches = reaches || v.reachesStack()
	}
	return calls && reaches
}

// ringCall does a ring's helper on the frame, and returns its result.
func (g *frame) ringCall(c *ringCall, s *site) value {
	id := int64(noRing)
	if s.ring.is == ringMap {
		id = s.ring.of
	}
	switch {
	case c.into > 0:
		if to := g.regs[c.into]; to.is == stack {
			g.forgetFrom(to.of, to.of+16)
			g.slots[to.of] = value{dynptr, id}
		} else {
			clear(g.slots)
		}
	case c.dynptr:
		if at := g.regs[c.record]; at.is == stack {
			delete(g.slots, at.of)
		}
	case c.record == 0 && c.flags == 0:
		return value{record, id}
	}
	return value{is: other}
}

// load64 does a load of 64 bits that stand in the instruction.
func (g *frame) load64(ins *asm.Instruction) {
	switch {
	case !ins.OpCode.IsDWordLoad(): // of a packet's bytes, into R0
		g.regs[asm.R0] = value{is: other}
	case ins.Src == asm.PseudoMapFD:
		g.regs[ins.Dst] = value{ringMap, int64(uint32(ins.Constant))}
	case ins.Src == asm.R0:
		g.regs[ins.Dst] = value{constant, ins.Constant}
	case ins.Src == asm.PseudoFunc:
		g.regs[ins.Dst] = value{is: function}
	default:
		g.regs[ins.Dst] = value{is: other}
	}
}

// loaded is what a load from memory gives.
func (g *frame) loaded(ins *asm.Instruction) value {
	from := g.regs[ins.Src]
	switch {
	case !from.reachesStack():
		return value{is: other}
	case from.is == stack && ins.OpCode.Size() == asm.DWord && ins.OpCode.Mode() == asm.MemMode:
		if v, ok := g.slots[from.of+int64(ins.Offset)]; ok && v.is != dynptr {
			return v
		}
	}
	return value{is: anything}
}

// store does a store of v.
func (g *frame) store(ins *asm.Instruction, v value) {
	to := g.regs[ins.Dst]
	switch at := to.of + int64(ins.Offset); {
	case to.is == anything:
		g.forgetFrom(lowest, top)
	case to.is != stack:
	default:
		g.forgetFrom(at, at+int64(ins.OpCode.Size().Sizeof()))
		if ins.OpCode.Size() == asm.DWord && at%8 == 0 && v.is != anything {
			g.slots[at] = v
		}
	}
}

// storeRegister does a store of a register, or an atomic operation.
func (g *frame) storeRegister(ins *asm.Instruction) {
	if ins.OpCode.Mode() == asm.MemMode {
		g.store(ins, g.regs[ins.Src])
		return
	}
	// An atomic operation writes and reads; which of them does not matter here. One loads into Dst from Src.
	for _, r := range []asm.Register{ins.Dst, ins.Src} {
		at := *ins
		at.Dst = r
		g.store(&at, value{is: anything})
	}
	for _, r := range []asm.Register{asm.R0, ins.Src, ins.Dst} {
		if r != asm.R10 {
			g.regs[r] = value{is: anything}
		}
	}
}

// compute does arithmetic. What is no plain copy, and no sum with a constant, gives other, or anything from what reaches the stack.
func (g *frame) compute(ins *asm.Instruction) {
	wide := ins.OpCode.Class() == asm.ALU64Class
	op := ins.OpCode.ALUOp()
	dst, src := g.regs[ins.Dst], value{constant, ins.Constant}
	if op != asm.Swap && ins.OpCode.Source() == asm.RegSource {
		src = g.regs[ins.Src]
	}
	var v value
	switch {
	case op == asm.Mov && wide && ins.Offset == 0:
		v = src
	case op == asm.Mov && src.is == constant && ins.Offset == 0:
		v = value{constant, int64(uint32(src.of))}
	case op == asm.Mov || !wide: // an address does not fit
		v = value{is: other}
		dst.of, src.of = int64(uint32(dst.of)), int64(uint32(src.of))
		if n, ok := fold(op, dst, src, 31); ok {
			v = value{constant, int64(uint32(n))}
		}
	case op == asm.Add && dst.is == stack && src.is == constant:
		v = value{stack, dst.of + src.of}
	case op == asm.Sub && dst.is == stack && src.is == constant:
		v = value{stack, dst.of - src.of}
	default:
		v = value{is: other}
		if n, ok := fold(op, dst, src, 63); ok {
			v = value{constant, n}
		} else if dst.reachesStack() || src.reachesStack() {
			v = value{is: anything}
		}
	}
	g.regs[ins.Dst] = v
}

// fold computes with constants, as compilers leave it to be done. Shifts are taken modulo the width.
func fold(op asm.ALUOp, dst, src value, shift int64) (int64, bool) {
	if dst.is != constant || src.is != constant {
		return 0, false
	}
	switch op {
	case asm.Add:
		return dst.of + src.of, true
	case asm.Sub:
		return dst.of - src.of, true
	case asm.Mul:
		return dst.of * src.of, true
	case asm.Or:
		return dst.of | src.of, true
	case asm.And:
		return dst.of & src.of, true
	case asm.LSh:
		return dst.of << (src.of & shift), true
	case asm.RSh:
		return int64(uint64(dst.of) >> (src.of & shift)), true
	default:
		return 0, false
	}
}
