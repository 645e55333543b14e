package ringcore

// Windows is the format of eBPF for Windows from v0.21 on (libs/shared/ebpf_ring_buffer_record.h): the header of Linux, with a page
// offset that counts from the data area (ebpf_ring_buffer_reserve in libs/runtime/ebpf_ring_buffer.c; before v1.0 it was 0 everywhere, see
// [Geometry.ZeroPageOffsets]). All of the ring can be in use, and a record without payload can't be.
var Windows = &Format{
	Name: "windows", Kind: KindWindows, HeaderSize: 8, Align: 8, MinLength: 1, MaxLength: 1<<30 - 1,
	Fields: []Field{
		{Name: "length", Low: 0, Bits: 30, Means: MeansLength},
		{Name: "discarded", Low: 30, Bits: 1, Means: MeansDiscard},
		{Name: "locked", Low: 31, Bits: 1, Means: MeansBusy},
		{Name: "page_offset", Low: 32, Bits: 32, Means: MeansPageOffset},
	},
	Busy: uint64(BusyBit), Drop: uint64(DiscardBit),
	Decode: decodeLinux,
	Encode: encodeLinux,
	Span:   spanLinux,
	PageOffset: func(g *Geometry, pos Pos) (want uint32, has bool) {
		if g.ZeroPageOffsets {
			return 0, true
		}
		return uint32((pos & (g.Size - 1)) / uint64(g.PageSize)), true
	},
}
