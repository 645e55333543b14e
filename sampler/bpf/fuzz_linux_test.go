package bpf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/btf"

	"ringscope/model"
)

// FuzzBTF looks for structs in any bytes.
func FuzzBTF(f *testing.F) {
	u32 := &btf.Int{Name: "u32", Size: 4}
	inner := &btf.Union{Size: 8, Members: []btf.Member{{Name: "in", Type: u32}, {Name: "side", Type: u32, Offset: 32}}}
	file := &btf.Struct{Name: "file", Size: 16, Members: []btf.Member{{Name: "f_op", Type: u32}, {Type: inner, Offset: 64}}}
	b, err := btf.NewBuilder([]btf.Type{file, &btf.Enum{Name: "e", Size: 4, Values: []btf.EnumValue{{Name: "one", Value: 1}}}}, nil)
	if err != nil {
		f.Fatal(err)
	}
	raw, err := b.Marshal(nil, &btf.MarshalOptions{Order: binary.NativeEndian})
	if err != nil {
		f.Fatal(err)
	}
	if l, err := parseBTF(raw, "file"); err != nil || l["file.side"] != 12 {
		f.Fatalf("the seed tells %v: %v", l, err)
	}
	f.Add(raw)
	f.Add(raw[:40])
	f.Fuzz(func(t *testing.T, raw []byte) {
		l, err := parseBTF(raw, "file", "bpf_ringbuf")
		if err != nil && !errors.Is(err, errBTF) {
			t.Fatal(err)
		}
		if most := len(raw) / 12 * (len(raw)/12 + 1); len(l) > most {
			t.Fatalf("%d members in %d bytes", len(l), len(raw))
		}
	})
}

// FuzzProc reads any text as each file of /proc that is read.
func FuzzProc(f *testing.F) {
	for _, name := range []string{"self/maps", "self/stat", "self/status", "self/schedstat", "self/mountinfo"} {
		if raw, err := os.ReadFile("/proc/" + name); err == nil {
			f.Add(raw[:min(len(raw), 1000)])
		}
	}
	f.Add([]byte("7f0000000000-7f0000001000 rw-s 00000000 00:0e 1057 anon_inode:bpf-map\n7f0000001000-7f0000004000 r--s 00001000 00:0e 1057 anon_inode:bpf-map\n"))
	f.Add([]byte("1 (a) b) S 1 1 1 0 -1 4194304 1 0 0 0 18446744073709551615 9 0 0 20 0 1 0 9 1 1 1 1 1 1 0 0 0 0 0 0 0 0 0 17 -1 0 0\n"))
	f.Add([]byte("voluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t3\n"))
	f.Add([]byte("9223372036854775807 18446744073709551615 3\n"))
	f.Add([]byte("281 0x4 0x7ffc 0x1 0xffffffff 0x0 0x8 0x7ffd 0x7f\n"))
	f.Add([]byte("pos:\t0\nflags:\t02000002\nmnt_id:\t16\nmap_type:\t27\nmax_entries:\t4096\nmap_id:\t167\nfrozen:\t0\n"))
	f.Add([]byte("pos:\t0\ntfd:        5 events:       19 data:                5  pos:0 ino:1 sdev:f\ntfd: x\ntfd:\n"))
	f.Add([]byte("31 25 0:28 / /mnt/with\\040space rw - bpf bpf rw\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		lines := bytes.Count(raw, []byte("\n")) + 1
		s := parseMaps(raw)
		mapped := s.consumers
		for _, n := range s.data {
			mapped += n
		}
		if mapped > lines {
			t.Fatalf("%d mappings in %d lines", mapped, lines)
		}
		sizes := map[uint32]uint64{1: 4096, 2: 4096, 3: 1 << 31}
		s.holds(1, 4096, map[uint32]uint64{1: 4096, 2: 8192}, sizes)
		if n := len(parseMounts(string(raw))); n > lines {
			t.Fatalf("%d mounts in %d lines", n, lines)
		}
		var th model.Thread
		if parseStat(raw, &th) && len(th.Name) > len(raw) {
			t.Fatalf("a name of %d bytes", len(th.Name))
		}
		parseSwitches(raw, &th)
		began(raw, time.Unix(0, 0))
		if d, told := parseSched(raw); told && d <= 0 {
			t.Fatalf("%v on a CPU", d)
		}
		parseDelay(raw)
		if id, told := fdinfoMapID(raw); told && !bytes.Contains(raw, []byte("map_id:")) {
			t.Fatalf("map %d of no map", id)
		}
		if n, told := fdinfoNumber(raw, "max_entries:"); told && !bytes.Contains(raw, []byte("max_entries:")) {
			t.Fatalf("%d entries of no map", n)
		}
		if isRingInfo(raw) && bytes.HasPrefix(raw, []byte("map_type:\t2\n")) {
			t.Fatal("an array is taken for a ring")
		}
		if n := len(epollFDs(raw)); n > lines {
			t.Fatalf("%d descriptors in %d lines", n, lines)
		}
		if c, asleep, ok := parseSyscall(raw); asleep && !ok {
			t.Fatalf("asleep in %+v, which can't be read", c)
		}
	})
}

// FuzzCallSites looks for the calls of helpers in any instructions.
func FuzzCallSites(f *testing.F) {
	calls := make(map[int32]*ringCall)
	numbers := map[asm.BuiltinFunc]string{
		asm.FnRingbufOutput: "bpf_ringbuf_output", asm.FnRingbufReserve: "bpf_ringbuf_reserve", asm.FnRingbufSubmit: "bpf_ringbuf_submit",
		asm.FnRingbufDiscard: "bpf_ringbuf_discard", asm.FnRingbufReserveDynptr: "bpf_ringbuf_reserve_dynptr",
		asm.FnRingbufSubmitDynptr: "bpf_ringbuf_submit_dynptr",
	}
	for n, name := range numbers {
		calls[int32(n)] = ringCalls[name]
	}
	for _, insns := range []asm.Instructions{
		{
			asm.LoadMapPtr(asm.R1, 3), asm.Mov.Imm(asm.R2, 16), asm.Mov.Imm(asm.R3, 0), asm.FnRingbufReserve.Call(),
			asm.Instruction{OpCode: asm.OpCode(asm.JumpClass).SetJumpOp(asm.JNE).SetSource(asm.ImmSource), Dst: asm.R0, Offset: 1},
			asm.Return(), asm.Mov.Reg(asm.R6, asm.R0), asm.StoreMem(asm.R10, -8, asm.R6, asm.DWord), asm.LoadMem(asm.R1, asm.R10, -8, asm.DWord),
			asm.Mov.Imm(asm.R2, 1), asm.FnRingbufSubmit.Call(), asm.Mov.Imm(asm.R0, 0), asm.Return(),
		},
		{asm.Mov.Imm(asm.R4, 2), asm.Add.Imm(asm.R4, -1), asm.FnRingbufOutput.Call(), asm.Instruction{OpCode: asm.OpCode(asm.JumpClass).SetJumpOp(asm.Ja), Offset: -3}},
	} {
		var raw bytes.Buffer
		if err := insns.Marshal(&raw, binary.LittleEndian); err != nil {
			f.Fatal(err)
		}
		f.Add(raw.Bytes())
		read, err := asm.AppendInstructions(nil, bytes.NewReader(raw.Bytes()), binary.LittleEndian, runtime.GOOS)
		if err != nil {
			f.Fatal(err)
		}
		if found, ok := walk(f.Context(), read, calls); len(found) == 0 || !ok {
			f.Fatalf("%d sites found in a seed: %t", len(found), ok)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		insns, err := asm.AppendInstructions(nil, bytes.NewReader(raw), binary.LittleEndian, runtime.GOOS)
		if err != nil || len(insns) == 0 {
			return
		}
		found, ok := walk(t.Context(), insns, calls)
		for at, s := range found {
			if at < 0 || at >= len(insns) || s == nil || s.call == nil {
				t.Fatalf("a site at instruction %d of %d: %+v", at, len(insns), s)
			}
			s.tell(nil)
		}
		if !ok && found != nil {
			t.Fatalf("%d sites in a program that is not understood", len(found))
		}
	})
}
