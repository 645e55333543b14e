package shm

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"strings"
)

// Description is what a ring file tells of itself. Everything in it comes from whoever made the file: it is checked for form, and
// texts may hold any byte but zero.
type Description struct {
	Size            uint64 // bytes of the data area, a power of two from 4096 to [MaxSize]
	PageSize        int    // bytes of each position page, a power of two from 4096 to 2 MiB; 0 for Create: this system's
	Format          string // name of the record format, at most 32 bytes; empty: the file does not say
	PosWidth        uint8  // bytes of a position: 4 or 8
	FirstPageOffset uint32 // page offset in the header of the first record
	Pending         int    // byte offset of the pending position in the producer page; -1: none
	Overwrite       int    // byte offset of the overwrite position in the producer page; -1: none
	OverwriteMode   bool   // old records are overwritten
	Name            string // the ring's name, at most 128 bytes
	Made            string // what else identifies it, such as scenario and seed; at most 224 bytes
	Simulated       bool   // its producers are made up, and so is its reader, if it names one
	ReaderPID       int    // who the server says reads it; 0: it does not say
	ReaderComm      string // that process's name, at most 16 bytes
	PID             int    // the server; Create fills it in
	Comm            string // the server's name, at most 32 bytes; Create fills it in if it is empty
}

const (
	blockAt     = 4096 - blockSize // offset of the describing block in a ring file
	blockSize   = 512
	version     = 1
	orderMark   = 0x01020304
	otherOrder  = 0x04030201
	overwriting = 1 << 0
	simulated   = 1 << 1
)

var magic = [8]byte{'R', 'I', 'N', 'G', 'F', 'I', 'L', 'E'}

// block is the describing block as it lies in the file, in the byte order of the host that made it, like the ring itself.
// Order, Version and Sum keep their places in every version.
type block struct {
	Magic           [8]byte
	Order           uint32
	Version         uint32
	Sum             uint32 // CRC-32 (IEEE) of the block with this field zero
	Flags           uint32
	Size            uint64
	PageSize        uint32
	PosWidth        uint32
	FirstPageOffset uint32
	Pending         int32
	Overwrite       int32
	_               uint32
	PID             uint64
	Format          [32]byte
	Comm            [32]byte
	Name            [128]byte
	Made            [224]byte
	ReaderPID       uint64
	ReaderComm      [16]byte
	_               [8]byte
}

// encode checks d and writes the block.
func (d Description) encode() ([]byte, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	b := block{
		Magic: magic, Order: orderMark, Version: version,
		Size: d.Size, PageSize: uint32(d.PageSize), PosWidth: uint32(d.PosWidth), FirstPageOffset: d.FirstPageOffset,
		Pending: int32(d.Pending), Overwrite: int32(d.Overwrite), PID: uint64(d.PID), ReaderPID: uint64(d.ReaderPID),
	}
	if d.Simulated {
		b.Flags |= simulated
	}
	if d.OverwriteMode {
		b.Flags |= overwriting
	}
	for _, t := range []struct {
		what string
		from string
		to   []byte
	}{{"format", d.Format, b.Format[:]}, {"server's name", d.Comm, b.Comm[:]}, {"name", d.Name, b.Name[:]}, {"origin", d.Made, b.Made[:]}, {"reader's name", d.ReaderComm, b.ReaderComm[:]}} {
		if len(t.from) > len(t.to) || strings.IndexByte(t.from, 0) >= 0 {
			return nil, fmt.Errorf("%w: the ring's %s has %d bytes, expected at most %d and no zero byte", ErrLayout, t.what, len(t.from), len(t.to))
		}
		copy(t.to, t.from)
	}
	out, err := binary.Append(make([]byte, 0, blockSize), binary.NativeEndian, &b)
	if err != nil {
		return nil, fmt.Errorf("encode the describing block: %w", err)
	}
	binary.NativeEndian.PutUint32(out[sumAt:], checksum(out))
	return out, nil
}

const sumAt = 16 // offset of Sum in the block

// checksum is what Sum must be in a block whose other bytes are raw's.
func checksum(raw []byte) uint32 {
	sum := crc32.ChecksumIEEE(raw[:sumAt])
	sum = crc32.Update(sum, crc32.IEEETable, make([]byte, 4))
	return crc32.Update(sum, crc32.IEEETable, raw[sumAt+4:])
}

// decode reads and checks a block; path is for the sentences of its errors.
func decode(path string, raw []byte) (Description, error) {
	var b block
	if _, err := binary.Decode(raw, binary.NativeEndian, &b); err != nil {
		return Description{}, fmt.Errorf("read the describing block of %s: %w", path, err)
	}
	switch {
	case b.Magic != magic:
		return Description{}, fmt.Errorf("%w: %s: expected %q at offset %d, found the bytes % x", ErrNotRing, path, magic[:], blockAt, b.Magic[:])
	case b.Order == otherOrder:
		return Description{}, fmt.Errorf("%w: %s was made on a host of the other byte order, and can be watched only on such a one", ErrNotRing, path)
	case b.Version != version:
		return Description{}, fmt.Errorf("%w: %s: expected version %d, found %d; serve and watch it with the same ringscope", ErrVersion, path, version, b.Version)
	}
	if found := checksum(raw); found != b.Sum || b.Order != orderMark {
		return Description{}, fmt.Errorf("%w: the describing block of %s: expected checksum %08x, found %08x; serve the ring anew", ErrDamaged, path, b.Sum, found)
	}
	d := Description{
		Size: b.Size, PageSize: int(b.PageSize), PosWidth: uint8(min(b.PosWidth, math.MaxUint8)), FirstPageOffset: b.FirstPageOffset,
		Pending: int(b.Pending), Overwrite: int(b.Overwrite), OverwriteMode: b.Flags&overwriting != 0,
		Simulated: b.Flags&simulated != 0, ReaderComm: text(b.ReaderComm[:]),
		Format: text(b.Format[:]), Comm: text(b.Comm[:]), Name: text(b.Name[:]), Made: text(b.Made[:]),
	}
	if b.PID <= math.MaxInt32 {
		d.PID = int(b.PID)
	}
	if b.ReaderPID <= math.MaxInt32 {
		d.ReaderPID = int(b.ReaderPID)
	}
	if err := d.check(); err != nil {
		return Description{}, fmt.Errorf("the describing block of %s: %w", path, err)
	}
	return d, nil
}

// check reports what no ring can have.
func (d Description) check() error {
	if _, err := newLayout(d.Size, d.PageSize); err != nil {
		return err
	}
	width := int(d.PosWidth)
	// possible tells whether a position can stand at an offset of the producer page, beside the producer position.
	possible := func(at int) bool { return at == -1 || at >= width && at <= d.PageSize-width && at%width == 0 }
	switch {
	case d.PosWidth != 4 && d.PosWidth != 8:
		return fmt.Errorf("%w: positions of %d bytes, expected 4 or 8", ErrLayout, d.PosWidth)
	case !possible(d.Pending) || !possible(d.Overwrite):
		return fmt.Errorf("%w: pending position at %d and overwrite position at %d, expected -1 or a multiple of %d from %d to %d",
			ErrLayout, d.Pending, d.Overwrite, width, width, d.PageSize-width)
	}
	return nil
}

// text is what stands before the first zero byte.
func text(b []byte) string {
	before, _, _ := bytes.Cut(b, []byte{0})
	return string(before)
}
