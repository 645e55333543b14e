package ringcore

// Kind names a record layout; the hot loops switch on it once per batch.
type Kind uint8

// Kinds of record layouts.
const (
	// KindLinux is the layout of Linux: kernel/bpf/ringbuf.c, struct bpf_ringbuf_hdr.
	KindLinux Kind = iota + 1
	// KindWindows is the layout of eBPF for Windows from v0.21: libs/shared/ebpf_ring_buffer_record.h.
	KindWindows
	// KindWindowsLegacy is that of eBPF for Windows to v0.20, as MSVC lays its bit-fields out.
	KindWindowsLegacy
	// KindWindowsLegacyPacked is the same declaration as gcc and clang on Linux lay it out.
	KindWindowsLegacyPacked
)

// Format is a record layout as data plus a few functions. The functions are called per batch or per shown record; the walk
// itself switches on Kind.
type Format struct {
	Name       string // as `--format` and JSON spell it
	Kind       Kind
	HeaderSize int    // bytes
	Align      uint64 // bytes: every record starts at a multiple of it
	Slack      uint64 // bytes that can never be in use
	MinLength  uint32 // smallest payload that can be reserved, bytes
	MaxLength  uint32 // largest payload that the header can express, bytes

	Fields []Field // of a raw header, from its lowest bit; together they cover it
	Busy   uint64  // the bit of a raw header that says that the record is reserved and not finished
	Drop   uint64  // the bit of a raw header that says that the record is discarded

	// CountsHeader tells that the length in the header is that of header and payload together; otherwise it is the payload's.
	CountsHeader bool
	// ProvenHistory tells that on a strongly ordered CPU the producer position proves which records that the consumer has released
	// still stand. Otherwise producers may have written headers over them before any position that can be read tells.
	ProvenHistory bool

	// Decode splits a raw header; see [Header].
	Decode func(raw uint64) Header
	// Encode is the inverse of Decode.
	Encode func(h Header) uint64
	// Span is how far the next record's header is away, in bytes.
	Span func(length uint32) uint64
	// PageOffset is what the header at pos must carry; has is false where the format has no such field.
	PageOffset func(g *Geometry, pos Pos) (want uint32, has bool)
}

// Capacity is how many bytes can be in use at most.
func (f *Format) Capacity(g *Geometry) uint64 {
	if g.UserRing {
		return g.Size
	}
	return g.Size - f.Slack
}

// Geometry is that of a ring of size bytes as a 64-bit system of this format with pages of pageSize bytes lays it out. It has neither
// pending nor overwrite position.
func (f *Format) Geometry(size uint64, pageSize int) Geometry {
	g := LinuxGeometry(size, pageSize)
	if f.Kind != KindLinux {
		g.FirstPageOffset = 0 // counts from the data area, or does not exist
	}
	return g
}

// history is how many bytes before the producer position are taken to stand though the consumer has released them. A Linux producer
// writes at most one header, of 8 bytes, before it publishes the position behind it. Those of Windows reserve side by side and publish
// one after the other: an eighth of the ring is taken to be more than they are ahead.
func (f *Format) history(size uint64) uint64 {
	if f.ProvenHistory {
		return size - f.Slack
	}
	return size - size/8
}

// FormatByName returns the format that `--format` calls name; nil if there is none.
func FormatByName(name string) *Format {
	for _, f := range Formats {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// FormatNames lists the names of Formats, in that order.
func FormatNames() []string {
	names := make([]string, len(Formats))
	for i, f := range Formats {
		names[i] = f.Name
	}
	return names
}

// Formats lists every known format.
var Formats = []*Format{Linux, Windows, WindowsLegacy, WindowsLegacyPacked}
