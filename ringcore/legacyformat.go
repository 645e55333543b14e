package ringcore

// WindowsLegacy is the format of eBPF for Windows to v0.20 (libs/shared/ebpf_ring_buffer_record.h before its pull request 4204), as its
// compiler, MSVC, lays out the declaration {uint8_t locked : 1; uint8_t discarded : 1; uint32_t length : 30}: it puts bit-fields of
// different types into different words. The length counts the header; records stand at any byte, one after the other without padding; and
// at least one byte stays free (_ring_buffer_acquire_record). Positions are not mapped there but asked for.
var WindowsLegacy = &Format{
	Name: "windows-legacy", Kind: KindWindowsLegacy, HeaderSize: 8, Align: 1, Slack: 1, MaxLength: 1<<30 - 1 - 8, CountsHeader: true,
	Fields: []Field{
		{Name: "locked", Low: 0, Bits: 1, Means: MeansBusy},
		{Name: "discarded", Low: 1, Bits: 1, Means: MeansDiscard},
		{Name: "(padding)", Low: 2, Bits: 30, Means: MeansNothing},
		{Name: "length", Low: 32, Bits: 30, Means: MeansLength},
		{Name: "(padding)", Low: 62, Bits: 2, Means: MeansNothing},
	},
	Busy: legacyLocked, Drop: legacyDiscarded,
	Decode:     func(raw uint64) Header { return decodeLegacy(raw, uint32(raw>>32)&lengthMask, 8) },
	Encode:     func(h Header) uint64 { return uint64(h.Length+8)&uint64(lengthMask)<<32 | legacyFlags(h) },
	Span:       func(length uint32) uint64 { return uint64(length) + 8 },
	PageOffset: noPageOffset,
}

// WindowsLegacyPacked reads the same declaration as gcc and clang on Linux lay it out: everything in one word of 4 bytes. Issue 4241 of
// eBPF for Windows speaks of such a header; the driver never wrote it, but dumps made on Linux can have it.
var WindowsLegacyPacked = &Format{
	Name: "windows-legacy-packed", Kind: KindWindowsLegacyPacked, HeaderSize: 4, Align: 1, Slack: 1, MaxLength: 1<<30 - 1 - 4, CountsHeader: true,
	Fields: []Field{
		{Name: "locked", Low: 0, Bits: 1, Means: MeansBusy},
		{Name: "discarded", Low: 1, Bits: 1, Means: MeansDiscard},
		{Name: "length", Low: 2, Bits: 30, Means: MeansLength},
	},
	Busy: legacyLocked, Drop: legacyDiscarded,
	Decode:     func(raw uint64) Header { return decodeLegacy(raw&(1<<32-1), uint32(raw)>>2, 4) },
	Encode:     func(h Header) uint64 { return uint64((h.Length+4)<<2) | legacyFlags(h) },
	Span:       func(length uint32) uint64 { return uint64(length) + 4 },
	PageOffset: noPageOffset,
}

// Bits of a legacy header.
const (
	legacyLocked    = 1 << 0
	legacyDiscarded = 1 << 1
)

// decodeLegacy makes a header of which stored is the length field. One that is smaller than the header itself leaves no payload.
func decodeLegacy(raw uint64, stored, header uint32) Header {
	h := Header{Raw: raw, Stored: stored, Busy: raw&legacyLocked != 0, Discard: raw&legacyDiscarded != 0}
	if stored > header {
		h.Length = stored - header
	}
	return h
}

func legacyFlags(h Header) (bits uint64) {
	if h.Busy {
		bits |= legacyLocked
	}
	if h.Discard {
		bits |= legacyDiscarded
	}
	return bits
}

func noPageOffset(*Geometry, Pos) (want uint32, has bool) { return 0, false }
