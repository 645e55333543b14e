package ringcore

// Sink takes what an [Observer] learned. Pointers hold until the method returns. Batches come in order of position, each only
// after its proof.
//
// Batch, Lapped and Corrupt together cover everything from the producer position where watching began, without gap or overlap:
// bytes seen + bytes missed = movement of the producer position.
type Sink interface {
	// Batch gives the sums of a proven stretch of records, at most about 64 KiB of them.
	Batch(b *Batch)
	// Busy says that the record at pos was met busy and stepped over; the Batch that holds it came just before.
	Busy(pos Pos, raw uint64, before bool)
	// Resolved says that the busy record at pos was submitted or discarded; raw is its header now, without the busy bit.
	Resolved(pos Pos, raw uint64, before bool)
	// Unresolved says that the busy record at pos was overwritten before it was looked at again: how it ended can't be known. raw
	// is its header as it was met.
	Unresolved(pos Pos, raw uint64, before bool)
	// Lapped says that the bytes between from and to passed unseen, because they were overwritten before or, torn, while they
	// were read. With before they were reserved before watching began and count nowhere.
	Lapped(from, to Pos, torn, before bool)
	// Corrupt says that the header at pos failed a check, and that the walk went on at resumed. The bytes between passed unseen. raw is the
	// header as it was judged; it may stand otherwise by now.
	Corrupt(pos Pos, raw uint64, why error, resumed Pos, before bool)
}

// Batch is a proven stretch of records.
type Batch struct {
	From, To       Pos    // bytes
	Before         bool   // reserved before watching began
	Exact          bool   // proven on this CPU; false: a weakly ordered CPU could have shown later bytes, see strongOrder
	Records        uint64 // all of them, busy ones included
	Discarded      uint64 // records
	Busy           uint64 // records
	Payload        uint64 // bytes of payload of all of them
	DiscardedBytes uint64 // spans of the discarded ones, bytes
	Largest        uint64 // largest span, bytes
	// Lengths sums up the records by the number of bits of their payload length.
	Lengths *[LengthBuckets]LengthSum
	// Parts divides the stretch where it passes from one bucket of size/256 bytes to another; empty if all records start in the
	// bucket of From.
	Parts []Part
}

// Part is the records of a [Batch] that start in one bucket. It reaches to the next part, the last one to the end of the batch.
type Part struct {
	From           Pos
	Records        uint32
	DiscardedBytes uint32 // spans of the discarded ones
}

// LengthSum is the number of records of one length bucket of a [Batch] in its upper 32 bits and the bytes of their payload in the lower
// ones, so that a walk adds to both at once. A batch has neither 2^32 records nor as many bytes.
type LengthSum uint64

const oneRecord LengthSum = 1 << 32

// NewLengthSum is the sum of records with bytes of payload in all.
func NewLengthSum(records, bytes uint32) LengthSum {
	return LengthSum(records)*oneRecord + LengthSum(bytes)
}

// Records is their number.
func (s LengthSum) Records() uint64 { return uint64(s / oneRecord) }

// Payload is the bytes of their payload.
func (s LengthSum) Payload() uint64 { return uint64(s % oneRecord) }

// LengthBuckets is the number of entries of [Batch.Lengths]: payload lengths have at most 30 bits.
const LengthBuckets = 31

// Committed is the number of records that were submitted.
func (b *Batch) Committed() uint64 { return b.Records - b.Discarded - b.Busy }

// Seen is one record as a walk met it.
type Seen struct {
	Pos    Pos
	Raw    uint64 // the header, see [Format.Decode]
	Unread bool   // the consumer had not passed it when the walk began
	Exact  bool   // proven not to have been overwritten while it was read
}
