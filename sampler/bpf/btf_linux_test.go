package bpf

import (
	"encoding/binary"
	"errors"
	"os"
	"testing"

	"github.com/cilium/ebpf/btf"

	"ringscope/internal/need"
)

// TestLayoutAgreesWithCilium reads the kernel's own types both ways.
func TestLayoutAgreesWithCilium(t *testing.T) {
	need.Linux(t)
	if _, err := os.Stat(kernelBTF); err != nil {
		t.Skipf("the kernel tells no types: %v", err)
	}
	l, err := kernelLayout()
	if err != nil {
		t.Fatal(err)
	}
	spec, err := btf.LoadKernelSpec()
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, name := range []string{"bpf_ringbuf", "bpf_map", "file", "task_struct", "bpf_iter__task_vma"} {
		var s *btf.Struct
		if err := spec.TypeByName(name, &s); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, m := range s.Members {
			if m.Name == "" || m.BitfieldSize != 0 {
				continue
			}
			checked++
			if got, ok := l[name+"."+m.Name]; !ok || got != int(m.Offset.Bytes()) {
				t.Errorf("%s.%s stands at %d (known: %v), want %d", name, m.Name, got, ok, m.Offset.Bytes())
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d members were compared", checked)
	}
	if !l.has("vm_area_struct.vm_flags", "vm_area_struct.vm_file") {
		t.Error("members of anonymous unions are missing: vm_area_struct.vm_flags")
	}
}

func TestParseBTFRefusesDamage(t *testing.T) {
	raw, err := os.ReadFile(kernelBTF)
	if err != nil {
		t.Skipf("the kernel tells no types: %v", err)
	}
	if _, err := parseBTF(raw[:len(raw)/2], "file"); !errors.Is(err, errBTF) {
		t.Errorf("half a blob: %v, want %v", err, errBTF)
	}
	if _, err := parseBTF(nil, "file"); !errors.Is(err, errBTF) {
		t.Errorf("nothing: %v, want %v", err, errBTF)
	}
	// An unknown kind can't be stepped over: its size is unknown.
	hdr := int(binary.NativeEndian.Uint32(raw[4:]))
	bad := append([]byte(nil), raw...)
	bad[hdr+4+3] = 31
	if _, err := parseBTF(bad, "file"); !errors.Is(err, errBTF) {
		t.Errorf("a type of kind 31: %v, want %v", err, errBTF)
	}
	for cut := range 200 {
		_, _ = parseBTF(raw[:cut], "file") // must not panic
	}
}

// TestParseBTFOfManyNests reads structs of which each has a thousand of the next inside: they would take 1000^7 steps.
func TestParseBTFOfManyNests(t *testing.T) {
	const members, nests = 1000, 7
	var types []byte
	u32 := func(v uint32) { types = binary.NativeEndian.AppendUint32(types, v) }
	for n := range uint32(nests) {
		u32(1)
		u32(btfStruct<<24 | members)
		u32(8)
		for range members {
			u32(0)
			u32(n + 2)
			u32(0)
		}
	}
	u32(0)
	u32(btfStruct << 24)
	u32(8)
	names := "\x00file\x00"
	raw := binary.NativeEndian.AppendUint16(nil, 0xeb9f)
	raw = append(raw, 1, 0)
	for _, v := range []int{24, 0, len(types), len(types), len(names)} {
		raw = binary.NativeEndian.AppendUint32(raw, uint32(v))
	}
	raw = append(append(raw, types...), names...)
	if _, err := parseBTF(raw, "file"); !errors.Is(err, errBTF) {
		t.Errorf("%v, want %v", err, errBTF)
	}
}

func BenchmarkParseBTF(b *testing.B) {
	raw, err := os.ReadFile(kernelBTF)
	if err != nil {
		b.Skip(err)
	}
	for b.Loop() {
		if _, err := parseBTF(raw, "bpf_ringbuf", "bpf_map", "file", "task_struct", "vm_area_struct"); err != nil {
			b.Fatal(err)
		}
	}
}

func TestGeometry(t *testing.T) {
	now := layout{"bpf_ringbuf.consumer_pos": 4096, "bpf_ringbuf.producer_pos": 8192, "bpf_ringbuf.pending_pos": 8200}
	for _, c := range []struct {
		name               string
		info               mapInfo
		layout             layout
		page               int
		pending, overwrite int
		first              uint32
	}{
		{"6.18", mapInfo{Type: typeRingbuf}, now, 4096, 8, -1, 3},
		{"6.19", mapInfo{Type: typeRingbuf}, layout{
			"bpf_ringbuf.consumer_pos": 4096, "bpf_ringbuf.producer_pos": 8192, "bpf_ringbuf.pending_pos": 8200, "bpf_ringbuf.overwrite_pos": 8208,
		}, 4096, 8, 16, 3},
		{"5.8", mapInfo{Type: typeRingbuf}, layout{"bpf_ringbuf.consumer_pos": 4096, "bpf_ringbuf.producer_pos": 8192}, 4096, -1, -1, 3},
		{"more non-mappable pages", mapInfo{Type: typeRingbuf}, layout{"bpf_ringbuf.consumer_pos": 8192, "bpf_ringbuf.producer_pos": 12288}, 4096, -1, -1, 4},
		{"64 KiB pages", mapInfo{Type: typeRingbuf}, layout{"bpf_ringbuf.consumer_pos": 65536, "bpf_ringbuf.producer_pos": 131072}, 65536, -1, -1, 3},
		{"no BTF", mapInfo{Type: typeRingbuf}, nil, 4096, -1, -1, 3},
		{"no BTF, overwrite mode", mapInfo{Type: typeRingbuf, Flags: flagOverwrite}, nil, 4096, 8, 16, 3},
		{"user ring", mapInfo{Type: typeUserRingbuf}, now, 4096, -1, -1, 0},
	} {
		c.info.MaxEntries = uint32(c.page)
		g := geometry(&c.info, c.layout, c.page, 8)
		if g.Pending != c.pending || g.Overwrite != c.overwrite || g.FirstPageOffset != c.first {
			t.Errorf("%s: pending at %d, overwrite at %d, first page offset %d; want %d, %d, %d",
				c.name, g.Pending, g.Overwrite, g.FirstPageOffset, c.pending, c.overwrite, c.first)
		}
		if err := g.Check(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
