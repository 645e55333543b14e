package bpf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"
)

// kept is what the kernel counts of one ring.
type kept struct {
	address uint64 // of its struct bpf_map: what an open file of it points to
	refs    uint64 // descriptors' files, programs, pins, slots of outer maps; without that of the counting itself
	writers uint64 // mappings of its consumer page that are or can be made writable
}

// held is how a process holds a ring.
type held struct {
	fd       bool // by a descriptor
	mapped   bool // by a mapping
	writable bool // by a mapping of the consumer page that can be written: it is a reader
}

// iterators are three read-only BPF programs. They run only while a descriptor of theirs is read, and write nothing but what is read
// there. They are the exact answer to who keeps and who reads a ring.
type iterators struct {
	maps *link.Iter // iter/bpf_map: references and writable mappings of all rings, 7 µs
	fds  *link.Iter // iter/task_file: descriptors of rings
	vmas *link.Iter // iter/task_vma: mappings of rings, 0.2 ms

	mu    sync.Mutex
	rings *ebpf.Map // the rings that fds and vmas tell of: address to id
}

// Names of the programs, as `bpftool prog` shows them.
const (
	progMaps = "ringscope_maps"
	progFDs  = "ringscope_fds"
	progVMAs = "ringscope_vmas"
)

// loadIterators loads the programs, once for this process. They end with it.
var loadIterators = sync.OnceValues(func() (*iterators, error) {
	it, err := newIterators()
	if err != nil {
		return nil, fmt.Errorf("load the iterator programs: %w", err)
	}
	return it, nil
})

const maxRings = 65536 // that one pass tells of

func newIterators() (_ *iterators, err error) {
	l, err := kernelLayout()
	if err != nil {
		return nil, err
	}
	if !l.has("bpf_iter_meta.seq", "bpf_iter__bpf_map.map", "bpf_map.map_type", "bpf_map.id", "bpf_map.refcnt", "bpf_map.writecnt",
		"bpf_iter__task_file.task", "bpf_iter__task_file.file", "bpf_iter__task_vma.task", "bpf_iter__task_vma.vma",
		"task_struct.tgid", "file.private_data", "vm_area_struct.vm_file", "vm_area_struct.vm_flags") {
		return nil, errors.New("the kernel's types lack what they use; they need Linux 5.12 with BTF")
	}
	it := &iterators{}
	defer func() {
		if err != nil {
			it.close()
		}
	}()
	it.rings, err = ebpf.NewMap(&ebpf.MapSpec{
		Name: "ringscope_rings", Type: ebpf.Hash, KeySize: 8, ValueSize: 4, MaxEntries: maxRings, Flags: unix.BPF_F_NO_PREALLOC,
	})
	if err != nil {
		return nil, fmt.Errorf("make the map of %s and %s: %w", progFDs, progVMAs, err)
	}
	if it.maps, err = attach(progMaps, "bpf_map", mapsProgram(l)); err != nil {
		return nil, err
	}
	if it.fds, err = attach(progFDs, "task_file", fdsProgram(l, it.rings)); err != nil {
		return nil, err
	}
	if it.vmas, err = attach(progVMAs, "task_vma", vmasProgram(l, it.rings)); err != nil {
		return nil, err
	}
	return it, nil
}

// close undoes what was loaded of it.
func (it *iterators) close() {
	for _, l := range []*link.Iter{it.maps, it.fds, it.vmas} {
		if l != nil {
			_ = l.Close()
		}
	}
	if it.rings != nil {
		_ = it.rings.Close()
	}
}

// attach loads a program that iterates over what kind says. Its link is all that keeps it.
func attach(name, kind string, insns asm.Instructions) (*link.Iter, error) {
	p, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Name: name, Type: ebpf.Tracing, AttachType: ebpf.AttachTraceIter, AttachTo: kind, License: "Dual MIT/GPL", Instructions: insns,
	})
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", name, err)
	}
	defer func() { _ = p.Close() }()
	l, err := link.AttachIter(link.IterOptions{Program: p})
	if err != nil {
		return nil, fmt.Errorf("make the iterator of %s: %w", name, err)
	}
	return l, nil
}

const (
	mapsRow = 32 // bytes: address u64, id u32, type u32, refs u64, writers u64
	heldRow = 16 // bytes: id u32, pid u32, flags of the mapping u64
)

// write hands the n bytes at stack to who reads the iterator; R6 is the context.
func write(l layout, stack, n int32) asm.Instructions {
	return asm.Instructions{
		asm.LoadMem(asm.R1, asm.R6, 0, asm.DWord), // meta is the first member of every context
		asm.LoadMem(asm.R1, asm.R1, int16(l["bpf_iter_meta.seq"]), asm.DWord),
		asm.Mov.Reg(asm.R2, asm.RFP),
		asm.Add.Imm(asm.R2, stack),
		asm.Mov.Imm(asm.R3, n),
		asm.FnSeqWrite.Call(),
		asm.Mov.Imm(asm.R0, 0).WithSymbol("out"),
		asm.Return(),
	}
}

// mapsProgram tells of every ring what [kept] holds.
func mapsProgram(l layout) asm.Instructions {
	member := func(dst asm.Register, name string, size asm.Size) asm.Instruction {
		return asm.LoadMem(dst, asm.R7, int16(l["bpf_map."+name]), size)
	}
	return append(asm.Instructions{
		asm.Mov.Reg(asm.R6, asm.R1),
		asm.LoadMem(asm.R7, asm.R6, int16(l["bpf_iter__bpf_map.map"]), asm.DWord),
		asm.JEq.Imm(asm.R7, 0, "out"),
		member(asm.R2, "map_type", asm.Word),
		asm.JEq.Imm(asm.R2, typeRingbuf, "ring"),
		asm.JNE.Imm(asm.R2, typeUserRingbuf, "out"),
		asm.StoreMem(asm.RFP, -32, asm.R7, asm.DWord).WithSymbol("ring"),
		member(asm.R1, "id", asm.Word),
		asm.StoreMem(asm.RFP, -24, asm.R1, asm.Word),
		asm.StoreMem(asm.RFP, -20, asm.R2, asm.Word),
		member(asm.R1, "refcnt", asm.DWord),
		asm.StoreMem(asm.RFP, -16, asm.R1, asm.DWord),
		member(asm.R1, "writecnt", asm.DWord),
		asm.StoreMem(asm.RFP, -8, asm.R1, asm.DWord),
	}, write(l, -mapsRow, mapsRow)...)
}

// fdsProgram tells of every descriptor of a ring its id and process.
func fdsProgram(l layout, rings *ebpf.Map) asm.Instructions {
	return append(asm.Instructions{
		asm.Mov.Reg(asm.R6, asm.R1),
		asm.LoadMem(asm.R7, asm.R6, int16(l["bpf_iter__task_file.task"]), asm.DWord),
		asm.JEq.Imm(asm.R7, 0, "out"),
		asm.LoadMem(asm.R9, asm.R6, int16(l["bpf_iter__task_file.file"]), asm.DWord),
		asm.JEq.Imm(asm.R9, 0, "out"),
		asm.Mov.Imm(asm.R8, 0),
	}, heldProgram(l, rings)...)
}

// vmasProgram tells of every mapping of a ring its id, process and flags.
func vmasProgram(l layout, rings *ebpf.Map) asm.Instructions {
	return append(asm.Instructions{
		asm.Mov.Reg(asm.R6, asm.R1),
		asm.LoadMem(asm.R7, asm.R6, int16(l["bpf_iter__task_vma.task"]), asm.DWord),
		asm.JEq.Imm(asm.R7, 0, "out"),
		asm.LoadMem(asm.R8, asm.R6, int16(l["bpf_iter__task_vma.vma"]), asm.DWord),
		asm.JEq.Imm(asm.R8, 0, "out"),
		asm.LoadMem(asm.R9, asm.R8, int16(l["vm_area_struct.vm_file"]), asm.DWord),
		asm.JEq.Imm(asm.R9, 0, "out"),
		asm.LoadMem(asm.R8, asm.R8, int16(l["vm_area_struct.vm_flags"]), asm.DWord),
	}, heldProgram(l, rings)...)
}

// heldProgram goes on with the context in R6, the task in R7, the flags in R8 and the file in R9. A file of a map points to it; that
// address can't be what another kind of file points to.
func heldProgram(l layout, rings *ebpf.Map) asm.Instructions {
	return append(asm.Instructions{
		asm.LoadMem(asm.R1, asm.R9, int16(l["file.private_data"]), asm.DWord),
		asm.StoreMem(asm.RFP, -24, asm.R1, asm.DWord),
		asm.LoadMapPtr(asm.R1, rings.FD()),
		asm.Mov.Reg(asm.R2, asm.RFP),
		asm.Add.Imm(asm.R2, -24),
		asm.FnMapLookupElem.Call(),
		asm.JEq.Imm(asm.R0, 0, "out"),
		asm.LoadMem(asm.R1, asm.R0, 0, asm.Word),
		asm.StoreMem(asm.RFP, -16, asm.R1, asm.Word),
		asm.LoadMem(asm.R1, asm.R7, int16(l["task_struct.tgid"]), asm.Word),
		asm.StoreMem(asm.RFP, -12, asm.R1, asm.Word),
		asm.StoreMem(asm.RFP, -8, asm.R8, asm.DWord),
	}, write(l, -heldRow, heldRow)...)
}

// pass runs an iterator once and visits the rows of size bytes that it wrote.
func pass(l *link.Iter, size int, visit func(row []byte)) (err error) {
	r, err := l.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	all, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("read the iterator: %w", err)
	}
	if len(all)%size != 0 {
		return fmt.Errorf("read the iterator: %d bytes are no rows of %d", len(all), size)
	}
	for ; len(all) > 0; all = all[size:] {
		visit(all[:size])
	}
	return nil
}

// kept counts for all rings of the host.
func (it *iterators) kept() (map[uint32]kept, error) {
	all := make(map[uint32]kept)
	err := pass(it.maps, mapsRow, func(row []byte) {
		all[binary.NativeEndian.Uint32(row[8:])] = kept{
			address: binary.NativeEndian.Uint64(row),
			refs:    binary.NativeEndian.Uint64(row[16:]) - 1, // the iterator holds the map that it shows
			writers: binary.NativeEndian.Uint64(row[24:]),
		}
	})
	return all, err
}

// vmMayWrite is VM_MAYWRITE (include/linux/mm.h): the mapping is or can be made writable; the kernel counts it in writecnt.
const vmMayWrite = 0x20

// holders tells which processes of this PID namespace hold the rings of k, by map id and process.
func (it *iterators) holders(k map[uint32]kept) (map[uint32]map[int]held, error) {
	it.mu.Lock()
	defer it.mu.Unlock()
	for id, r := range k {
		if err := it.rings.Put(r.address, id); err != nil {
			return nil, fmt.Errorf("tell the iterators of ring %d: %w", id, err)
		}
	}
	defer func() {
		for _, r := range k {
			_ = it.rings.Delete(r.address)
		}
	}()
	found := make(map[uint32]map[int]held)
	add := func(row []byte, how func(h *held, flags uint64)) {
		id, pid := binary.NativeEndian.Uint32(row), int(binary.NativeEndian.Uint32(row[4:]))
		if found[id] == nil {
			found[id] = make(map[int]held)
		}
		h := found[id][pid]
		how(&h, binary.NativeEndian.Uint64(row[8:]))
		found[id][pid] = h
	}
	if err := pass(it.fds, heldRow, func(row []byte) {
		add(row, func(h *held, _ uint64) { h.fd = true })
	}); err != nil {
		return nil, fmt.Errorf("iterate over descriptors: %w", err)
	}
	if err := pass(it.vmas, heldRow, func(row []byte) {
		add(row, func(h *held, flags uint64) {
			h.mapped = true
			h.writable = h.writable || flags&vmMayWrite != 0
		})
	}); err != nil {
		return nil, fmt.Errorf("iterate over mappings: %w", err)
	}
	return found, nil
}
