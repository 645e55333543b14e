package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/btf"
	"github.com/cilium/ebpf/rlimit"
	"golang.org/x/sys/unix"

	"ringscope/ringcore"
)

// kernelRing is a BPF ring buffer with a program that writes records of one length into it. It is mapped twice, as a consumer and as
// an observer would.
type kernelRing struct {
	bpf     *ebpf.Map
	program *ebpf.Program
	own     []byte // consumer page, writable
	rest    []byte // producer page and data
	passive []byte // consumer page, read-only

	consumed *ringcore.Ring // with the consumer page writable
	observed *ringcore.Ring // all of it read-only
	span     uint64
}

// fill is the program's context.
type fill struct{ records uint64 }

func newKernelRing(size, payload int) (*kernelRing, error) {
	k := &kernelRing{span: ringcore.Linux.Span(uint32(payload))}
	if err := k.open(size, payload); err != nil {
		return nil, errors.Join(err, k.close())
	}
	return k, nil
}

func (k *kernelRing) open(size, payload int) (err error) {
	if err := rlimit.RemoveMemlock(); err != nil {
		return fmt.Errorf("raise the limit of locked memory: %w", err)
	}
	if k.bpf, err = ebpf.NewMap(&ebpf.MapSpec{Name: "bench", Type: ebpf.RingBuf, MaxEntries: uint32(size)}); err != nil {
		return fmt.Errorf("make a ring of %d bytes: %w", size, err)
	}
	if k.program, err = fillProgram(k.bpf, payload); err != nil {
		return err
	}
	page := os.Getpagesize()
	if k.own, err = unix.Mmap(k.bpf.FD(), 0, page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != nil {
		return fmt.Errorf("map the consumer page: %w", err)
	}
	if k.rest, err = unix.Mmap(k.bpf.FD(), int64(page), page+2*size, unix.PROT_READ, unix.MAP_SHARED); err != nil {
		return fmt.Errorf("map the data: %w", err)
	}
	if k.passive, err = unix.Mmap(k.bpf.FD(), 0, page, unix.PROT_READ, unix.MAP_SHARED); err != nil {
		return fmt.Errorf("map the consumer page read-only: %w", err)
	}
	g := ringcore.LinuxGeometry(uint64(size), page)
	if k.consumed, err = ringcore.NewRing(ringcore.Linux, g, ringcore.Memory{Consumer: k.own, Producer: k.rest[:page], Data: k.rest[page:]}); err != nil {
		return err
	}
	k.observed, err = ringcore.NewRing(ringcore.Linux, g, ringcore.Memory{Consumer: k.passive, Producer: k.rest[:page], Data: k.rest[page:]})
	return err
}

// fillProgram loads a program that reserves and submits as many records of payload bytes as its context says, and ends at the first
// that does not fit.
func fillProgram(ring *ebpf.Map, payload int) (*ebpf.Program, error) {
	long := &btf.Int{Name: "long", Size: 8, Encoding: btf.Signed}
	pointer := &btf.Pointer{Target: &btf.Void{}}
	begin := btf.WithFuncMetadata(asm.LoadMem(asm.R1, asm.R1, 0, asm.DWord).WithSymbol("fill"), &btf.Func{
		Name: "fill", Linkage: btf.GlobalFunc, Type: &btf.FuncProto{Return: long, Params: []btf.FuncParam{{Name: "ctx", Type: pointer}}},
	})
	each := btf.WithFuncMetadata(asm.LoadMapPtr(asm.R1, ring.FD()).WithSymbol("each"), &btf.Func{
		Name: "each", Linkage: btf.StaticFunc, Type: &btf.FuncProto{Return: long, Params: []btf.FuncParam{{Name: "index", Type: long}, {Name: "ctx", Type: pointer}}},
	})
	program, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Name: "fill", Type: ebpf.Syscall, Flags: unix.BPF_F_SLEEPABLE, License: "Dual MIT/GPL",
		Instructions: asm.Instructions{
			begin,
			asm.Instruction{OpCode: asm.LoadImmOp(asm.DWord), Dst: asm.R2, Src: asm.PseudoFunc, Constant: -1}.WithReference("each"),
			asm.Mov.Imm(asm.R3, 0),
			asm.Mov.Imm(asm.R4, 0),
			asm.FnLoop.Call(),
			asm.Mov.Imm(asm.R0, 0),
			asm.Return(),
			each,
			asm.Mov.Imm(asm.R2, int32(payload)),
			asm.Mov.Imm(asm.R3, 0),
			asm.FnRingbufReserve.Call(),
			asm.JNE.Imm(asm.R0, 0, "got"),
			asm.Mov.Imm(asm.R0, 1),
			asm.Return(),
			asm.Mov.Reg(asm.R1, asm.R0).WithSymbol("got"),
			asm.Mov.Imm(asm.R2, 1),
			asm.StoreMem(asm.R1, 0, asm.R2, asm.DWord),
			asm.Mov.Imm(asm.R2, 0),
			asm.FnRingbufSubmit.Call(),
			asm.Mov.Imm(asm.R0, 0),
			asm.Return(),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("load the program that fills the ring: %w", err)
	}
	return program, nil
}

// produce asks for so many records and returns how many there are more, which the producer position tells.
func (k *kernelRing) produce(records int) (int, error) {
	before := k.producer()
	if _, err := k.program.Run(&ebpf.RunOptions{Context: fill{uint64(records)}}); err != nil {
		return 0, fmt.Errorf("run the program that fills the ring: %w", err)
	}
	moved := k.producer() - before
	if moved%k.span != 0 {
		return 0, fmt.Errorf("the producer position moved by %d bytes, no multiple of %d", moved, k.span)
	}
	return int(moved / k.span), nil
}

func (k *kernelRing) producer() uint64 { return (*atomic.Uint64)(unsafe.Pointer(&k.rest[0])).Load() }

// empty moves the consumer position to the producer's, which is what a consumer that looks at nothing does.
func (k *kernelRing) empty() { (*atomic.Uint64)(unsafe.Pointer(&k.own[0])).Store(k.producer()) }

// capacity is how many records fit.
func (k *kernelRing) capacity() int { return int(k.observed.Capacity() / k.span) }

// ids are the kernel's ids of the ring and of the program that fills it.
func (k *kernelRing) ids() (ring, program int, err error) {
	m, err := k.bpf.Info()
	if err != nil {
		return 0, 0, fmt.Errorf("ask for the ring's id: %w", err)
	}
	p, err := k.program.Info()
	if err != nil {
		return 0, 0, fmt.Errorf("ask for the program's id: %w", err)
	}
	mapID, ok := m.ID()
	programID, also := p.ID()
	if !ok || !also {
		return 0, 0, errors.New("the kernel tells no ids")
	}
	return int(mapID), int(programID), nil
}

func (k *kernelRing) close() error {
	var errs []error
	for _, m := range [][]byte{k.own, k.rest, k.passive} {
		if m != nil {
			errs = append(errs, unix.Munmap(m))
		}
	}
	if k.program != nil {
		errs = append(errs, k.program.Close())
	}
	if k.bpf != nil {
		errs = append(errs, k.bpf.Close())
	}
	return errors.Join(errs...)
}

// onCPU runs f on one CPU only; processes that f starts stay there too.
func onCPU(cpu int, f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		var set unix.CPUSet
		set.Set(cpu)
		if err := unix.SchedSetaffinity(0, &set); err != nil {
			done <- fmt.Errorf("stay on CPU %d: %w", cpu, err)
			return
		}
		done <- f()
	}()
	return <-done
}
