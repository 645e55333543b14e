package model

import "time"

// Resolution of a History: FineSlots of FineSlot (the last 30 s) and CoarseSlots of CoarseSlot (the last 10 min).
const (
	FineSlot    = 100 * time.Millisecond
	FineSlots   = 300
	CoarseSlot  = time.Second
	CoarseSlots = 600
	MaxMarks    = 128
)

// Slot sums up one stretch of time.
type Slot struct {
	At        time.Time // its begin; zero: nobody looked
	UsedMax   uint64    // bytes
	Bytes     uint64    // produced
	Consumed  uint64    // bytes
	Records   uint64
	Committed uint64
	Discarded uint64
	Severity  Severity // worst finding that stood in it
	Gap       bool     // something passed unseen in it
}

// Mark is an event on the time line.
type Mark struct {
	At       time.Time
	Kind     MarkKind
	Code     Code     // of a finding
	Severity Severity // of a finding
	ID       uint32   // map id, for MarkAttached
}

// MarkKind says what happened.
type MarkKind uint8

// Kinds of marks.
const (
	MarkBegan    MarkKind = iota // a finding began
	MarkEnded                    // a finding ended
	MarkLapped                   // records passed unseen
	MarkAttached                 // watching a ring began, or went on at a successor
	MarkGone                     // the ring ended
	MarkOwners                   // owners or readers changed
)

// History is what led to a moment, oldest first. It is immutable; both slices end with the slot that holds the moment.
type History struct {
	Fine   []Slot // of FineSlot each, at most FineSlots, without gaps in time
	Coarse []Slot // of CoarseSlot each, at most CoarseSlots
	Marks  []Mark // at most MaxMarks
	// Kept are moments as they were published, records and all, oldest first: the start of each finding, at most MaxKept.
	Kept []*Moment
}
