package model

import "ringscope/ringcore"

// MaxTape bounds the columns of a Tape.
const MaxTape = 512

// MaxTapeBytes bounds the bytes of which a source reads every header for a Tape. Longer strips are drawn from Sample.Buckets.
const MaxTapeBytes = ringcore.MaxStrip

// TapeFocus asks for a strip of the ring of at most MaxTapeBytes; a longer one is not answered.
type TapeFocus struct {
	// Anchor says where the strip stands at the moment it is read: with AtReader the consumer position, with AtNewest the producer's,
	// lies in the column before which Before others stand; with AtPos From does.
	Anchor  Anchor
	From    ringcore.Pos
	Before  int
	After   int    // with AtReader: most columns behind the producer position, which are blank; what is left goes before the reader
	Column  uint64 // bytes that one column stands for: a power of two, at least 8. Columns begin at its multiples
	Columns int    // 0 to MaxTape
}

// Tape is a straight strip of the ring.
type Tape struct {
	From   ringcore.Pos
	Column uint64     // bytes
	Cells  []TapeCell // nil: not asked for, or too long
}

// TapeCell is what stands in one column of a Tape, in bytes. Where all are 0 the column lies outside the readable window, or it is not
// known what stands there.
type TapeCell struct {
	Read, Unread             uint32 // committed
	Discarded, DiscardedRead uint32 // discarded, not passed by the reader yet, and passed
	Busy                     uint32
	Headers                  uint16 // records that begin here
	How                      How    // Exact: every header was read and proven. Sampled: not proven, or shares of a larger part of the ring
}

// Sum is all the bytes that are known of.
func (c *TapeCell) Sum() uint64 {
	return uint64(c.Read) + uint64(c.Unread) + uint64(c.Discarded) + uint64(c.DiscardedRead) + uint64(c.Busy)
}

// Add adds a part of another column: bytes of its whole.
func (c *TapeCell) Add(of *TapeCell, bytes, whole uint64) {
	if bytes < whole && of.Busy > 0 {
		c.Busy += uint32(max(1, uint64(of.Busy)*bytes/whole)) // a busy record is always seen
	} else {
		c.Busy += of.Busy
	}
	part := func(n uint32) uint32 { return uint32(uint64(n) * bytes / whole) }
	c.Read, c.Unread = c.Read+part(of.Read), c.Unread+part(of.Unread)
	c.Discarded, c.DiscardedRead = c.Discarded+part(of.Discarded), c.DiscardedRead+part(of.DiscardedRead)
	c.Headers += of.Headers
	if c.How == Unknown || of.How == Sampled {
		c.How = of.How
	}
}
