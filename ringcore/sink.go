package ringcore

// Sink takes what an [Observer] learned. Slices and pointers hold until the method returns. Batches come in order of position,
// each only after its proof.
type Sink interface {
	// Batch gives the sums of a proven stretch of records. It never crosses a bucket of size/256 bytes: all records of it start in
	// the same one.
	Batch(b *Batch)
	// Busy says that the record at pos was met busy and stepped over. It is part of a Batch that came before, or comes next.
	Busy(pos Pos, raw uint64, before bool)
	// Resolved says that the busy record at pos was submitted or discarded.
	Resolved(pos Pos, raw uint64, before bool)
	// Unresolved says that the busy record at pos was overwritten before it was looked at again: how it ended can't be known.
	Unresolved(pos Pos, raw uint64, before bool)
	// Lapped says that the bytes from from to to passed unseen, because they were overwritten before or while they were read;
	// torn: while they were read.
	Lapped(from, to Pos, torn bool)
	// Corrupt says that the header at pos failed a check, and that the walk went on at resumed.
	Corrupt(pos Pos, raw uint64, why error, resumed Pos)
}

// Batch is a proven stretch of records.
type Batch struct {
	From, To  Pos    // bytes
	Before    bool   // reserved before watching began
	Unread    bool   // the consumer position had not passed From when the proof was made
	Records   uint64 // all of them, busy ones included
	Discarded uint64 // records
	Busy      uint64 // records
	Payload   uint64 // bytes of payload of the records that are not busy
	// DiscardedBytes are spans of discarded records, BusyBytes spans of busy ones.
	DiscardedBytes, BusyBytes uint64
	BusyPayload               uint64      // bytes of payload of the busy ones
	Largest                   uint64      // largest span, bytes
	Lengths                   *[31]uint32 // records by the number of bits of their payload length
}

// Committed is the number of records that were submitted.
func (b *Batch) Committed() uint64 { return b.Records - b.Discarded - b.Busy }
