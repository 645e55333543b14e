package bpftest

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/btf"
)

// Source returns ins with a line of source code, as a compiler's line information tells it: it holds for the instructions that follow
// too. A program with any needs one for its first instruction.
func Source(tb testing.TB, ins asm.Instruction, file string, line int) asm.Instruction {
	tb.Helper()
	const column = 1
	text := []byte("\x00int\x00" + file + "\x00code\x00")
	names := func(s string) uint32 { return uint32(bytes.Index(text, []byte("\x00"+s+"\x00")) + 1) }
	integer := []uint32{names("int"), uint32(1) << 24, 4, 1<<24 | 32} // name, kind BTF_KIND_INT, bytes, signed and bits
	head := struct {
		Magic                            uint16
		Version, Flags                   uint8
		Length, Types, TypesLen, Strings uint32
		StringsLen                       uint32
	}{0xeb9f, 1, 0, 24, 0, uint32(4 * len(integer)), uint32(4 * len(integer)), uint32(len(text))}
	var blob, record bytes.Buffer
	for _, part := range []any{head, integer, text} {
		if err := binary.Write(&blob, binary.NativeEndian, part); err != nil {
			tb.Fatal(err)
		}
	}
	spec, err := btf.LoadSpecFromReader(bytes.NewReader(blob.Bytes()))
	if err != nil {
		tb.Fatalf("read types made for a line of source code: %v", err)
	}
	if err := binary.Write(&record, binary.NativeEndian, []uint32{0, names(file), names("code"), uint32(line)<<10 | column}); err != nil {
		tb.Fatal(err)
	}
	lines, err := btf.LoadLineInfos(&record, binary.NativeEndian, 1, spec)
	if err != nil || len(lines) != 1 {
		tb.Fatalf("make a line of source code: %d, %v", len(lines), err)
	}
	return ins.WithSource(lines[0].Line)
}
