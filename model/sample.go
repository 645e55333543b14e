package model

import (
	"time"

	"ringscope/ringcore"
)

// Buckets is the number of equal parts into which the circle divides the data area.
const Buckets = 256

// LengthBuckets is the number of entries of Sample.Lengths: index i counts records whose payload length needs i bits, so 0 is length 0, 1 is 1, 2 is 2 to 3, and so on.
const LengthBuckets = 31

// Sample is one reading of a ring. It is immutable once published.
type Sample struct {
	Seq   uint64    // counts published samples of a watch, from 1
	At    time.Time // when the reading was made
	Since time.Time // when watching this ring began
	Ring  *Ring
	State State
	// Unowned is since when neither an owner nor a pin of the ring was found; zero: there is one, or nobody looked.
	Unowned time.Time

	Positions Positions
	Occupancy Occupancy
	Lag       Lag
	Rates     Rates
	Totals    Totals
	Busy      BusyNow
	Missed    Missed
	Drops     Drops
	Observer  Observation
	Lengths   [LengthBuckets]uint64 // records by payload length since watching began
	// LengthBytes is the bytes of payload of the records of each of Lengths; with them in Totals.Payload.
	LengthBytes [LengthBuckets]uint64
	Largest     Figure[uint64] // largest span seen lately, bytes
	// Zeros is the share of zeros at the end of the payloads that were read last, 0..1 of their bytes, older ones counting less:
	// what the finding of oversized records is judged by. ZerosRead is of about how many records.
	Zeros     Figure[float64]
	ZerosRead uint64
	Buckets   [Buckets]Bucket
	Reader    ReaderNow
	Detail    Detail
}

// Written is how many bytes of the data area were ever written, from the first one on; unknown while the ring or its producer position is.
// A producer position that went back or leapt does not tell: then it is the whole, as of a ring that has come round.
func (s *Sample) Written() Figure[uint64] {
	switch p := s.Positions.Producer; {
	case s.Ring == nil || !p.Known():
		return Figure[uint64]{}
	case s.Missed.Jumps > 0:
		return Of(s.Ring.Size())
	default:
		return Of(min(p.V, s.Ring.Size()))
	}
}

// State is what a watch is doing.
type State uint8

// States of a watch.
const (
	Looking State = iota // opened, no reading yet
	Live                 // readings come in
	Waiting              // no such ring yet, or it ended and a successor is waited for
	Ended                // the ring ended and nothing follows
)

// Positions of a ring, in bytes since it was made.
type Positions struct {
	Consumer  Figure[ringcore.Pos]
	Producer  Figure[ringcore.Pos]
	Pending   Figure[ringcore.Pos] // unknown where the kernel lacks it; goes stale, never judge by it
	Overwrite Figure[ringcore.Pos]
	Ahead     uint64 // bytes by which the consumer or the overwrite position is ahead of the producer's; 0: it is not
	Aligned   bool   // all of them are multiples of the format's alignment
	TooFar    bool   // consumer, or in overwrite mode overwrite position, is further behind the producer than the ring is large
	// Wrong names the one that makes no sense, of several the one of Ahead, else one that is not Aligned; empty: they are Valid.
	Wrong PositionName
}

// PositionName names one of a ring's positions, as sentences and JSON do.
type PositionName string

// Names of positions.
const (
	ConsumerPosition  PositionName = "consumer"
	ProducerPosition  PositionName = "producer"
	OverwritePosition PositionName = "overwrite"
)

// Valid reports whether the positions can be those of a working ring.
func (p Positions) Valid() bool { return p.Ahead == 0 && p.Aligned && !p.TooFar }

// Occupancy of a ring, bytes.
type Occupancy struct {
	Used       Figure[uint64]        // between consumer and producer, clamped to 0..size
	Ratio      Figure[float64]       // Used / size, 0..1
	UsedMax    Figure[uint64]        // largest Used of a look since the last published sample
	Peak       Figure[uint64]        // largest Used since watching began
	PeakAt     time.Time             // when Peak was reached
	PeakBound  Figure[uint64]        // Used can't have been more than this between looks
	TimeToFull Figure[time.Duration] // at the rates of the last seconds; NotApplicable while it does not fill
}

// Lag is how far the reader is behind.
type Lag struct {
	Bytes   Figure[uint64]
	Records Figure[uint64]
	Age     Figure[time.Duration] // of the oldest unread record; AtLeast: it stood there when watching began
}

// Rates over Window.
type Rates struct {
	Window                 time.Duration // 0: nothing measured yet
	Records                Figure[float64]
	Bytes                  Figure[float64] // spans
	Payload                Figure[float64] // bytes without header and padding
	Consumed               Figure[float64] // bytes that the consumer position moved; AtMost where it may have skipped some of them
	ConsumedRecords        Figure[float64]
	Committed              Figure[float64]
	Discarded              Figure[float64]
	DiscardRatioRecords    Figure[float64] // 0..1 of the records that were resolved in the window
	DiscardRatioBytes      Figure[float64]
	OverheadRatio          Figure[float64]        // headers and padding, 0..1 of the bytes
	Lengths                [LengthBuckets]float64 // records by payload length as in Sample.Lengths, as sure as Records
	ConsumedMovedRecently  bool                   // the consumer position moved within the window
	ProducedRecently       bool                   // the producer position moved within the window
	LastProduced, LastRead time.Time              // zero: not seen yet
}

// Totals of what was reserved after watching began. Records = Committed + Discarded + Unresolved + still busy.
type Totals struct {
	Records    uint64
	Committed  uint64
	Discarded  uint64
	Unresolved uint64 // were busy when met, and overwritten before they were looked at again
	Bytes      uint64 // spans: the movement of the producer position
	Payload    uint64 // bytes without headers and padding, also of records that are busy
	Consumed   uint64 // movement of the consumer position, bytes; in overwrite mode without what had been overwritten before
	// MaybeSkipped is how much of Consumed was overwritten between two looks in which the reader passed it: it may have skipped that.
	MaybeSkipped uint64
	// Overwritten is what was overwritten in overwrite mode before the reader, if there is one, had passed it, bytes: at least.
	Overwritten uint64
	DiscardedB  uint64 // bytes of spans that were discarded
	// ResolvedBytes are the spans of committed and discarded records.
	ResolvedBytes uint64
	// Produced is the movement of the producer position, bytes: Bytes and Missed.Bytes, and what no walk has come to yet. Where that
	// position leapt further than any producer can have written, or went back, that is left out.
	Produced uint64
	// Unproven is how many of Records were read where producers could have written other headers over theirs meanwhile: what the reader
	// has released, on a CPU or in a format where the producer position does not tell.
	Unproven uint64
	How      How // Exact, Sampled once something was not proven, AtLeast once something was missed
}

// BusyNow is what is reserved and not yet submitted or discarded.
type BusyNow struct {
	Now      uint64
	How      How
	Head     Figure[ringcore.Pos]  // the record at the consumer position is busy: its position; NotApplicable: it is not
	HeadAge  Figure[time.Duration] // since it was first seen
	Oldest   Figure[time.Duration] // of all that are busy; NotApplicable: none is
	Blocked  uint64                // bytes behind a busy head
	BlockedR Figure[uint64]        // records behind a busy head
	At       []ringcore.Pos        // their positions, the oldest MaxBusyShown of them
	Mean     Figure[time.Duration] // how long a record is busy on average, lately; never exact
	Twice    BusyTwice
}

// MaxBusyShown bounds BusyNow.At.
const MaxBusyShown = 64

// Missed is what passed unseen, or could not be trusted.
type Missed struct {
	Bytes   uint64 // lapped
	Torn    uint64 // batches whose proof failed
	Resyncs uint64 // restarts at a known boundary
	Jumps   uint64 // times that the producer position went back, or leapt further than it can: what was produced meanwhile is unknown
	LastAt  time.Time
	Last    uint64 // bytes missed the last time
}

// Drops is what the ring refused. The kernel keeps no count.
type Drops struct {
	Count Figure[uint64]
	How   string // "unknown", "probe", "program" or "simulated"
}

// Observation tells how the reading was made.
type Observation struct {
	Ticks    uint64
	Interval Figure[time.Duration] // achieved lately, median
	MaxGap   time.Duration         // longest time between two looks while something was reserved
	CPU      Figure[time.Duration] // of the whole process, over For
	For      time.Duration         // how long it has looked
	Consumes bool                  // ringscope is the ring's consumer
}

// Bucket is what one of the equal parts of the data area holds, of the newest lap that reached it.
type Bucket struct {
	Written   bool   // something was ever written here
	Bytes     uint32 // spans that start here; 0: a record reaches in that starts before, or it is not known what stands here
	Discarded uint32 // bytes of those that are discarded
	Records   uint32
}
