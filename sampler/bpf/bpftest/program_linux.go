package bpftest

import (
	"testing"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/btf"
	"golang.org/x/sys/unix"
)

// control is the array element through which a test and a program talk.
type control struct {
	seq, refused, committed, discarded uint64
	every, flags, tries                uint64
	stop, held, deadline, discard      uint64
	gate                               uint64
}

// Offsets of its fields.
const (
	ctlSeq, ctlRefused, ctlCommitted, ctlDiscarded = 0, 8, 16, 24
	ctlEvery, ctlFlags, ctlTries                   = 32, 40, 48
	ctlStop, ctlHeld, ctlDeadline, ctlDiscard      = 56, 64, 72, 80
	ctlGate                                        = 88
)

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
