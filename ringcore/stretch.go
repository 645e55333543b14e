package ringcore

import (
	"math/bits"
	"sync/atomic"
	"unsafe"
)

// stretch is what one walk over at most stretchBytes found, before its proof. Nothing of it counts until the proof.
type stretch struct {
	batch   Batch
	lengths [LengthBuckets]LengthSum
	parts   [Buckets + 1]Part
	nParts  int
	busy    [MaxRemembered]remembered
	nBusy   int
	wrong   uint64 // the header that the walk ended at, where it can't be one
}

// walk reads the headers from from to limit, at most reach bytes of them and at most room busy ones. It ends early at a header that
// can't be one and returns why; batch.To is where it stands, and wrong what was read there.
func (st *stretch) walk(r *Ring, from, limit Pos, reach, bucket uint64, room int) (bad error) {
	st.nParts, st.nBusy = 0, 0
	st.lengths = [LengthBuckets]LengthSum{}
	if r.kind == KindLinux && !r.user {
		return st.walkLinux(r, from, limit, reach, bucket, room)
	}
	return st.walkAny(r, from, limit, reach, bucket, room)
}

// walkLinux is the loop that the observer's budget is about: the sums stay in registers, and the only store of a record is that of the
// histogram.
func (st *stretch) walkLinux(r *Ring, from, limit Pos, reach, bucket uint64, room int) (bad error) {
	var records, discarded, discardedBytes, payload, largest uint64
	data, mask := r.data, r.mask
	shift, first := r.pageShift&63, uint64(r.first)
	at, stop := from, from+min(limit-from, reach)
walk:
	for precedes(at, stop) && st.nParts < len(st.parts) {
		begin, recordsBefore, bytesBefore := at, records, discardedBytes
		end := at + min(stop-at, bucket-at&(bucket-1))
		for precedes(at, end) {
			at0 := at & mask
			// Acquires; pairs with the commit, see Ring.loadHeader.
			raw := lengthFirst(atomic.LoadUint64((*uint64)(unsafe.Add(data, at0))))
			length := raw & uint64(lengthMask)
			span := (length + 15) &^ 7
			if raw>>32 != first+at0>>shift {
				bad = ErrPageOffset
			} else if span > limit-at {
				bad = ErrPastProducer
			}
			if bad != nil || (raw&uint64(BusyBit) != 0 && !st.meet(at, raw, room)) {
				st.wrong = raw
				st.part(begin, records-recordsBefore, discardedBytes-bytesBefore)
				break walk
			}
			thrown := raw >> 30 & 1 &^ (raw >> 31) // a busy record is not discarded yet
			discarded += thrown
			discardedBytes += span & -thrown
			records++
			payload += length
			largest = max(largest, span)
			st.lengths[bits.Len64(length)&31] += oneRecord + LengthSum(length)
			at += span
		}
		st.part(begin, records-recordsBefore, discardedBytes-bytesBefore)
	}
	st.batch = Batch{
		From: from, To: at, Records: records, Discarded: discarded, Busy: uint64(st.nBusy),
		Payload: payload, DiscardedBytes: discardedBytes, Largest: largest, Lengths: &st.lengths,
	}
	st.divide()
	return bad
}

// walkAny is walk for every other format, and for user rings.
func (st *stretch) walkAny(r *Ring, from, limit Pos, reach, bucket uint64, room int) (bad error) {
	b := Batch{From: from, Lengths: &st.lengths}
	at, stop, stopped := from, from+min(limit-from, reach), false
	for precedes(at, stop) && !stopped && st.nParts < len(st.parts) {
		begin, recordsBefore, bytesBefore := at, b.Records, b.DiscardedBytes
		end := at + min(stop-at, bucket-at&(bucket-1))
		for precedes(at, end) {
			raw, length, span, why := r.parse(at, limit)
			busy := r.isBusy(raw)
			if why != nil || busy && !st.meet(at, raw, room) {
				bad, stopped, st.wrong = why, true, raw
				break
			}
			if raw&r.format.Drop != 0 && !busy {
				b.Discarded++
				b.DiscardedBytes += span
			}
			b.Records++
			b.Payload += uint64(length)
			b.Largest = max(b.Largest, span)
			st.lengths[bits.Len32(length)&31] += oneRecord + LengthSum(length)
			at += span
		}
		st.part(begin, b.Records-recordsBefore, b.DiscardedBytes-bytesBefore)
	}
	b.To, b.Busy = at, uint64(st.nBusy)
	st.batch = b
	st.divide()
	return bad
}

// divide gives the batch its parts.
func (st *stretch) divide() {
	if st.nParts > 1 {
		st.batch.Parts = st.parts[:st.nParts]
	}
}

// part closes the part that began at begin.
func (st *stretch) part(begin Pos, records, discardedBytes uint64) {
	if records > 0 {
		st.parts[st.nParts] = Part{From: begin, Records: uint32(records), DiscardedBytes: uint32(discardedBytes)}
		st.nParts++
	}
}

// meet takes note of a busy record; false: there is no room for another.
func (st *stretch) meet(at Pos, raw uint64, room int) bool {
	if st.nBusy == room {
		return false
	}
	st.busy[st.nBusy] = remembered{pos: at, raw: raw}
	st.nBusy++
	return true
}
