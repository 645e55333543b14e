package model

import (
	"time"

	"ringscope/ringcore"
)

// Row is one record of a table or a dump.
type Row struct {
	Pos          ringcore.Pos
	Header       ringcore.Header
	Span         uint64 // bytes to the next header
	PageOffsetOK Figure[bool]
	FirstSeen    Figure[time.Time]     // when a look first found it; AtMost: it stood there when watching began
	FirstSeenTol time.Duration         // the record came at most this long before FirstSeen
	Age          Figure[time.Duration] // time since FirstSeen, at the sample's moment
	Unread       bool                  // the consumer had not released it at that moment
	Exact        bool                  // header and payload were proven not to have been overwritten while they were read
	Payload      []byte                // first bytes of the payload; nil while busy, with --no-payload, or when not asked for
}

// Anchor says where a table of records stands.
type Anchor uint8

// Anchors.
const (
	AtReader Anchor = iota // the oldest unread record, with a few before it
	AtNewest               // the last records before the producer position
	AtPos                  // a record that the user holds
)

// Focus is what the screen looks at closely. It is the one thing that travels from ui to sampler.
type Focus struct {
	Anchor  Anchor
	From    ringcore.Pos // with AtPos: the first record wanted; the nearest known boundary at or before it is taken
	Before  int          // with AtReader and AtPos: how many records before the anchor are wanted too
	Rows    int          // how many records are wanted from the anchor on, 0 to MaxRows
	Payload int          // bytes of payload wanted of each, 0 to MaxRowPayload
	// Match keeps only the records for which it returns true; nil keeps all. It runs on the sampler's goroutine and must neither
	// keep the row nor change what it refers to.
	Match func(*Row) bool
	// MatchPayload says that Match looks at the payload: the row then has it, as far as Payload asks for it. It costs a copy of the
	// payload of every record that is tried.
	MatchPayload bool
	// Tape asks for a straight strip of the ring; Columns 0: none.
	Tape TapeFocus
}

// Limits of a Focus.
const (
	MaxRows       = 512
	MaxRowPayload = 4096
)

// Detail is what a source tells of the focus, at most once a frame.
type Detail struct {
	Rows   []Row
	Unread Figure[uint64] // records between consumer and producer position
	Held   bool           // the anchor was found; false: it is overwritten or not known, Rows then stands at the reader
	Newer  uint64         // bytes between the end of Rows and the producer position
	// NewerRecords is the number of records in Newer.
	NewerRecords Figure[uint64]
	Excerpt      Excerpt
	Tape         Tape
	Wrong        *ringcore.Wrong // a wrong header that the reader comes to, as CheckHead found it; nil: none
}
