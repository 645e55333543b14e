package ringcore

import (
	"math/bits"
	"sync/atomic"
	"unsafe"
)

// stretch is what one walk over at most stretchBytes found, before its proof. Nothing of it counts until the proof.
type stretch struct {
	parts   [Buckets + 1]Batch // one for each bucket that it touched
	nParts  int
	busy    [MaxRemembered]remembered
	nBusy   int
	end     Pos
	lengths [LengthBuckets]uint32
}

// walk reads the headers from from to limit, at most stretchBytes of them and at most room busy ones. It ends early at a header that
// can't be one and returns why; st.end is where it stands.
func (st *stretch) walk(r *Ring, from, limit Pos, bucket uint64, room int) error {
	st.nParts, st.nBusy = 0, 0
	st.lengths = [LengthBuckets]uint32{}
	st.end = from
	stop := min(limit-from, stretchBytes) + from
	for precedes(st.end, stop) && st.nBusy < room {
		part := &st.parts[st.nParts]
		end := st.end + min(stop-st.end, bucket-st.end&(bucket-1))
		*part = Batch{From: st.end}
		bad := st.walkPart(r, part, end, limit, room)
		part.To = st.end
		if part.Records > 0 {
			st.nParts++
		}
		if bad != nil {
			return bad
		}
	}
	return nil
}

// walkPart reads the records that start before end. This is the loop that the observer's budget is about: the sums stay in
// registers, and the only store of a record is that of the histogram.
func (st *stretch) walkPart(r *Ring, part *Batch, end, limit Pos, room int) (bad error) {
	var records, discarded, discardedBytes, payload, largest uint64
	data, mask := r.data, r.mask
	shift, first := r.pageShift&63, uint64(r.first)
	at := st.end
	for precedes(at, end) {
		at0 := at & mask
		// Acquires; pairs with the commit, see Ring.loadHeader.
		raw := lengthFirst(atomic.LoadUint64((*uint64)(unsafe.Add(data, at0))))
		length := raw & uint64(lengthMask)
		span := (length + 15) &^ 7
		if raw>>32 != first+at0>>shift {
			bad = ErrPageOffset
			break
		}
		if span > limit-at {
			bad = ErrPastProducer
			break
		}
		if raw&uint64(BusyBit) != 0 {
			if st.nBusy == room {
				break
			}
			st.busy[st.nBusy] = remembered{pos: at, raw: raw}
			st.nBusy++
			part.Busy++
		} else {
			thrown := raw >> 30 & 1
			discarded += thrown
			discardedBytes += span & -thrown
		}
		records++
		payload += length
		largest = max(largest, span)
		st.lengths[bits.Len64(length)&31]++
		at += span
	}
	st.end = at
	part.Records, part.Payload, part.Largest = records, payload, largest
	part.Discarded, part.DiscardedBytes = discarded, discardedBytes
	return bad
}
