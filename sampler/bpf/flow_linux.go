package bpf

import (
	"context"

	"github.com/cilium/ebpf/asm"
)

// flow walks a program.
type flow struct {
	insns []asm.Instruction
	raw   []int       // where each stands, in units of 8 bytes
	index map[int]int // which one stands there
	calls map[int32]*ringCall
	in    []*frame // before each instruction that begins a block
	todo  []int
	steps int
	found map[int]*site
}

// site is a call of a ring's helper, as all paths to it agree.
type site struct {
	call               *ringCall
	ring, bytes, flags value
}

// maxSteps bounds the walk, in instructions. A program has a million of them at most.
const maxSteps = 8 << 20

// patientSteps is how many steps are made between looks whether somebody still wants to know: a tenth of a millisecond.
const patientSteps = 1 << 10

// walk finds the calls of rings' helpers, by the instruction's number; false: the program is too long, or not understood, or ctx ended.
func walk(ctx context.Context, insns asm.Instructions, calls map[int32]*ringCall) (map[int]*site, bool) {
	f := &flow{insns: insns, index: make(map[int]int, len(insns)), calls: calls, in: make([]*frame, len(insns)), found: make(map[int]*site)}
	at := 0
	for i := range insns {
		f.raw = append(f.raw, at)
		f.index[at] = i
		at += int(insns[i].Width())
	}
	f.begin(0)
	for i := range insns { // functions; where one begins is told by its symbol or by who calls it
		if insns[i].Symbol() != "" {
			f.begin(i)
		}
		if insns[i].IsFunctionCall() {
			if to, ok := f.index[f.raw[i]+1+int(insns[i].Offset)]; ok && insns[i].Offset != 0 {
				f.begin(to)
			}
		}
	}
	if !f.run(ctx) {
		return nil, false
	}
	for i := range insns { // what nothing known leads to
		if c := f.helper(i); c != nil && f.found[i] == nil {
			f.found[i] = &site{call: c, ring: value{is: anything}, bytes: value{is: anything}, flags: value{is: anything}}
		}
	}
	return f.found, true
}

// begin lets a function begin at i.
func (f *flow) begin(i int) {
	if f.in[i] == nil {
		f.in[i] = firstFrame(i == 0)
		f.todo = append(f.todo, i)
	}
}

// reach goes on at i with g.
func (f *flow) reach(i int, g *frame) {
	switch {
	case f.in[i] == nil:
		f.in[i] = g.clone()
	case !f.in[i].merge(g):
		return
	}
	f.todo = append(f.todo, i)
}

func (f *flow) run(ctx context.Context) bool {
	for len(f.todo) > 0 {
		i := f.todo[len(f.todo)-1]
		f.todo = f.todo[:len(f.todo)-1]
		g := f.in[i].clone()
		for ; ; i++ {
			if f.steps++; f.steps > maxSteps || i >= len(f.insns) {
				return false
			}
			if f.steps%patientSteps == 0 && ctx.Err() != nil {
				return false
			}
			next, jump, ok := f.step(i, g)
			if !ok {
				return false
			}
			if jump >= 0 {
				f.reach(jump, g)
			}
			if !next {
				break
			}
			if i+1 < len(f.insns) && (f.in[i+1] != nil || jump >= 0) {
				f.reach(i+1, g)
				break
			}
		}
	}
	return true
}

// step does one instruction on g. next: it goes on at the next one; jump: and, or, at that one; -1: nowhere else.
func (f *flow) step(i int, g *frame) (next bool, jump int, ok bool) {
	ins := &f.insns[i]
	if ins.Dst >= registers || ins.Src >= registers {
		return false, -1, false
	}
	switch class := ins.OpCode.Class(); class {
	case asm.LdClass:
		g.load64(ins)
	case asm.LdXClass:
		g.regs[ins.Dst] = g.loaded(ins)
	case asm.StClass:
		v := value{constant, ins.Constant}
		if ins.OpCode.Mode() != asm.MemMode { // nothing is stored: a barrier
			return true, -1, true
		}
		g.store(ins, v)
	case asm.StXClass:
		g.storeRegister(ins)
	case asm.ALUClass, asm.ALU64Class:
		g.compute(ins)
	case asm.JumpClass, asm.Jump32Class:
		return f.branch(i, g)
	default:
		return false, -1, false
	}
	return true, -1, true
}

// branch does a jump, a call or an exit.
func (f *flow) branch(i int, g *frame) (next bool, jump int, ok bool) {
	ins := &f.insns[i]
	switch op := ins.OpCode.JumpOp(); op {
	case asm.Exit:
		return false, -1, true
	case asm.Call:
		f.call(i, g)
		return true, -1, true
	default:
		off := int(ins.Offset)
		if op == asm.Ja && ins.OpCode.Class() == asm.Jump32Class {
			off = int(ins.Constant)
		}
		to, found := f.index[f.raw[i]+1+off]
		return op != asm.Ja, to, found
	}
}

// helper is the ring's helper that instruction i calls; nil: none.
func (f *flow) helper(i int) *ringCall {
	if ins := &f.insns[i]; ins.OpCode.Class() == asm.JumpClass && ins.OpCode.JumpOp() == asm.Call && ins.Src == asm.R0 {
		return f.calls[int32(ins.Constant)]
	}
	return nil
}

// call does a call of a helper, a kfunc or another function of the program.
func (f *flow) call(i int, g *frame) {
	ins := &f.insns[i]
	result := value{is: other}
	if c := f.helper(i); c != nil {
		result = g.ringCall(c, f.note(i, c, g))
	} else {
		if g.callsBack(ins) {
			clear(g.slots)
		}
		for r := asm.R1; r <= asm.R5; r++ {
			if v := g.regs[r]; v.is == stack {
				g.forgetFrom(v.of, top)
			}
		}
		if ins.Src == asm.PseudoCall {
			result.is = anything
		}
	}
	for r := asm.R1; r <= asm.R5; r++ {
		g.regs[r] = value{is: other} // the verifier lets nobody read it
	}
	g.regs[asm.R0] = result
}

// note enters a call as it is reached with g, and returns what is known of it on this path.
func (f *flow) note(i int, c *ringCall, g *frame) *site {
	arg := func(n int) value {
		if n == 0 {
			return value{}
		}
		return g.regs[n]
	}
	now := &site{call: c, bytes: arg(c.size), flags: arg(c.flags)}
	switch {
	case c.ring > 0:
		now.ring = arg(c.ring)
	case c.dynptr:
		now.ring = value{is: anything}
		if at := arg(c.record); at.is == stack {
			if d, ok := g.slots[at.of]; ok && d.is == dynptr {
				now.ring = value{ringMap, d.of}
			}
		}
	default:
		now.ring = value{is: anything}
		if r := arg(c.record); r.is == record {
			now.ring = value{ringMap, r.of}
		}
	}
	was := f.found[i]
	if was == nil {
		was = &site{call: c}
		f.found[i] = was
	}
	was.ring, was.bytes, was.flags = join(was.ring, now.ring), join(was.bytes, now.bytes), join(was.flags, now.flags)
	return now
}
