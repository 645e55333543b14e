package ringcore

// Kind names a record layout; the hot loops switch on it once per batch.
type Kind uint8

// KindLinux is the layout of Linux: kernel/bpf/ringbuf.c, struct bpf_ringbuf_hdr.
const KindLinux Kind = 1

// Format is a record layout as data plus a few functions. The functions are called per batch or per shown record; the walk
// itself switches on Kind.
type Format struct {
	Name       string // as `--format` and JSON spell it
	Kind       Kind
	HeaderSize int    // bytes
	Align      uint64 // bytes: every record starts at a multiple of it
	Slack      uint64 // bytes that can never be in use
	MaxLength  uint32 // largest payload that the header can express, bytes

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
	if g.NoSlack {
		return g.Size
	}
	return g.Size - f.Slack
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

// Formats lists every known format.
var Formats = []*Format{Linux}
