package ringcore

// Bits of the length word (include/uapi/linux/bpf.h, BPF_RINGBUF_BUSY_BIT and BPF_RINGBUF_DISCARD_BIT).
const (
	BusyBit    uint32 = 1 << 31
	DiscardBit uint32 = 1 << 30
	lengthMask        = DiscardBit - 1
)

// MaxLinuxPayload is the largest payload of a record in bytes (kernel/bpf/ringbuf.c, RINGBUF_MAX_RECORD_SZ).
const MaxLinuxPayload uint32 = 1<<30 - 1

// Linux is the format of BPF_MAP_TYPE_RINGBUF: an 8-byte header, the payload, padded to 8 (kernel/bpf/ringbuf.c,
// __bpf_ringbuf_reserve). A reservation is refused when more than size-8 bytes would be in use (bpf_ringbuf_has_space tests
// against mask, and every span is a multiple of 8). With [Geometry.OverwriteMode] old records make room instead.
var Linux = &Format{
	Name: "linux", Kind: KindLinux, HeaderSize: 8, Align: 8, Slack: 8, MaxLength: MaxLinuxPayload,
	Fields: []Field{
		{Name: "len", Low: 0, Bits: 30, Means: MeansLength},
		{Name: "discard", Low: 30, Bits: 1, Means: MeansDiscard},
		{Name: "busy", Low: 31, Bits: 1, Means: MeansBusy},
		{Name: "pg_off", Low: 32, Bits: 32, Means: MeansPageOffset},
	},
	Busy: uint64(BusyBit), Drop: uint64(DiscardBit), ProvenHistory: true,
	Decode:     decodeLinux,
	Encode:     encodeLinux,
	Span:       spanLinux,
	PageOffset: pageOffsetLinux,
}

func decodeLinux(raw uint64) Header {
	word := uint32(raw)
	return Header{
		Raw:        raw,
		Length:     word & lengthMask,
		Stored:     word & lengthMask,
		PageOffset: uint32(raw >> 32),
		Busy:       word&BusyBit != 0,
		Discard:    word&DiscardBit != 0,
	}
}

func encodeLinux(h Header) uint64 {
	word := h.Length & lengthMask
	if h.Busy {
		word |= BusyBit
	}
	if h.Discard {
		word |= DiscardBit
	}
	return uint64(h.PageOffset)<<32 | uint64(word)
}

func spanLinux(length uint32) uint64 { return (uint64(length) + 8 + 7) &^ 7 }

func pageOffsetLinux(g *Geometry, pos Pos) (want uint32, has bool) {
	if g.UserRing {
		return 0, false
	}
	return g.FirstPageOffset + uint32((pos&(g.Size-1))/uint64(g.PageSize)), true
}
