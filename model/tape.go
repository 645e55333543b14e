package model

import "ringscope/ringcore"

// MaxTape bounds the columns of a Tape.
const MaxTape = 512

// TapeFocus asks for a strip of the ring.
type TapeFocus struct {
	From    ringcore.Pos // first byte; rounded down to a multiple of Column
	Column  uint64       // bytes that one column stands for: a power of two, at least 8
	Columns int          // 0 to MaxTape
}

// Tape is a straight strip of the ring.
type Tape struct {
	From   ringcore.Pos
	Column uint64 // bytes
	Cells  []TapeCell
}

// TapeCell is what stands in one column of a Tape, in bytes. Where all are 0 the column lies outside the readable window, or it is not
// known what stands there.
type TapeCell struct {
	Read, Unread             uint32 // committed
	Discarded, DiscardedRead uint32 // discarded, not passed by the reader yet, and passed
	Busy                     uint32
	Headers                  uint16 // records that begin here
	How                      How    // Sampled: shares of a larger part of the ring
}
