package bpf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// kernelBTF is where the kernel tells its own types.
const kernelBTF = "/sys/kernel/btf/vmlinux"

// layout is where the members of a kernel's structs stand: "struct.member" to bytes from the struct's begin, members of anonymous
// structs and unions included.
type layout map[string]int

// has reports whether all of names are known.
func (l layout) has(names ...string) bool {
	for _, n := range names {
		if _, ok := l[n]; !ok {
			return false
		}
	}
	return true
}

// kernelLayout is the layout of the structs that are used here, read once. A walk over the raw types takes 3 ms, where decoding
// them takes 45: it stands before the first frame.
var kernelLayout = sync.OnceValues(func() (layout, error) {
	raw, free, err := mapOrRead(kernelBTF)
	if err != nil {
		return nil, fmt.Errorf("read the kernel's types: %w", err)
	}
	defer free()
	l, err := parseBTF(raw, "bpf_ringbuf", "bpf_map", "file", "task_struct", "vm_area_struct", "bpf_iter_meta",
		"bpf_iter__bpf_map", "bpf_iter__task_file", "bpf_iter__task_vma")
	if err != nil {
		return nil, fmt.Errorf("read the kernel's types in %s: %w", kernelBTF, err)
	}
	return l, nil
})

// mapOrRead gives a file's content until free. Since Linux 6.16 the kernel's types can be mapped, which spares 5 MiB of heap.
func mapOrRead(path string) (raw []byte, free func(), err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if n := info.Size(); n > 0 && n < math.MaxInt32 {
		if raw, err := unix.Mmap(int(f.Fd()), 0, int(n), unix.PROT_READ, unix.MAP_PRIVATE); err == nil {
			return raw, func() { _ = unix.Munmap(raw) }, nil
		}
	}
	raw, err = io.ReadAll(f)
	return raw, func() {}, err
}

// Kinds of BTF types (include/uapi/linux/btf.h).
const (
	btfInt = 1 + iota
	btfPtr
	btfArray
	btfStruct
	btfUnion
	btfEnum
	btfForward
	btfTypedef
	btfVolatile
	btfConst
	btfRestrict
	btfFunc
	btfFuncProto
	btfVar
	btfDatasec
	btfFloat
	btfDeclTag
	btfTypeTag
	btfEnum64
)

var errBTF = errors.New("damaged BTF")

// btfBlob is a BTF blob in the host's byte order.
type btfBlob struct {
	types, strings []byte
	at             []uint32 // offset of each type; the first has id 1
	visited        int      // members, for all structs
}

// mostMembers is how many members are looked at; all structs that anybody asks for have some hundreds. Damaged types can nest in such
// ways that nobody lives to see the last one.
const mostMembers = 1 << 16

// parseBTF finds the members of the named structs. The first struct of a name counts.
func parseBTF(raw []byte, structs ...string) (layout, error) {
	if len(raw) < 24 || binary.NativeEndian.Uint16(raw) != 0xeb9f {
		return nil, fmt.Errorf("%w: no header", errBTF)
	}
	header := func(at int) uint64 { return uint64(binary.NativeEndian.Uint32(raw[at:])) }
	section := func(off, size uint64) ([]byte, error) {
		from := header(4) + off
		if from+size > uint64(len(raw)) {
			return nil, fmt.Errorf("%w: a section ends at %d of %d bytes", errBTF, from+size, len(raw))
		}
		return raw[from : from+size], nil
	}
	var b btfBlob
	var err error
	if b.types, err = section(header(8), header(12)); err != nil {
		return nil, err
	}
	if b.strings, err = section(header(16), header(20)); err != nil {
		return nil, err
	}
	wanted := make(map[string]bool, len(structs))
	for _, s := range structs {
		wanted[s] = true
	}
	b.at = append(b.at, 0) // void
	var found []uint32
	for at := 0; at < len(b.types); {
		n, err := b.sizeAt(at)
		if err != nil {
			return nil, err
		}
		if k := b.kindAt(at); k == btfStruct && wanted[b.name(b.word(at))] {
			delete(wanted, b.name(b.word(at)))
			found = append(found, uint32(at))
		}
		b.at = append(b.at, uint32(at))
		at += n
	}
	l := make(layout)
	for _, at := range found {
		if err := b.members(l, b.name(b.word(int(at))), int(at), 0, 0); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (b *btfBlob) word(at int) uint32 { return binary.NativeEndian.Uint32(b.types[at:]) }

func (b *btfBlob) kindAt(at int) int { return int(b.word(at+4) >> 24 & 31) }

func (b *btfBlob) count(at int) int { return int(b.word(at+4) & 0xffff) }

// name is the string at off; empty for anonymous types and broken offsets.
func (b *btfBlob) name(off uint32) string {
	if uint64(off) >= uint64(len(b.strings)) {
		return ""
	}
	s := b.strings[off:]
	if i := bytes.IndexByte(s, 0); i >= 0 {
		s = s[:i]
	}
	return string(s)
}

// sizeAt is how many bytes the type at an offset takes.
func (b *btfBlob) sizeAt(at int) (int, error) {
	if at+12 > len(b.types) {
		return 0, fmt.Errorf("%w: a type is cut off at %d", errBTF, at)
	}
	n, size := b.count(at), 12
	switch kind := b.kindAt(at); kind {
	case btfPtr, btfForward, btfTypedef, btfVolatile, btfConst, btfRestrict, btfFunc, btfFloat, btfTypeTag:
	case btfInt, btfVar, btfDeclTag:
		size += 4
	case btfArray:
		size += 12
	case btfStruct, btfUnion, btfDatasec, btfEnum64:
		size += 12 * n
	case btfEnum, btfFuncProto:
		size += 8 * n
	default:
		return 0, fmt.Errorf("%w: a type of kind %d at %d", errBTF, kind, at)
	}
	if at+size > len(b.types) {
		return 0, fmt.Errorf("%w: a type of %d bytes is cut off at %d", errBTF, size, at)
	}
	return size, nil
}

// members adds the members of the struct or union at an offset to l; bitfields are left out.
func (b *btfBlob) members(l layout, name string, at, base, depth int) error {
	if depth > 8 {
		return fmt.Errorf("%w: %s nests too deep", errBTF, name)
	}
	bitfields := b.word(at+4)>>31 != 0
	for i := range b.count(at) {
		if b.visited++; b.visited > mostMembers {
			return fmt.Errorf("%w: %s has too many members", errBTF, name)
		}
		m := at + 12 + 12*i
		label, id, off := b.name(b.word(m)), b.word(m+4), b.word(m+8)
		if bitfields {
			if off>>24 != 0 {
				continue
			}
			off &= 1<<24 - 1
		}
		where := base + int(off/8)
		if label != "" {
			if _, ok := l[name+"."+label]; !ok {
				l[name+"."+label] = where
			}
			continue
		}
		if uint64(id) >= uint64(len(b.at)) || id == 0 {
			return fmt.Errorf("%w: %s has a member of type %d", errBTF, name, id)
		}
		if k := b.kindAt(int(b.at[id])); k == btfStruct || k == btfUnion {
			if err := b.members(l, name, int(b.at[id]), where, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
