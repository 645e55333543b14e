package ringcore

import (
	"math/bits"
	"sync/atomic"
	"unsafe"
)

// loadHeader loads the header at pos; see [Field] for the order of its bits. The load acquires: it pairs with the store that finishes a
// record (kernel/bpf/ringbuf.c, bpf_ringbuf_commit; [Producer.Submit] and its like), so that the payload of a header without the busy bit
// is complete.
func (r *Ring) loadHeader(pos Pos) uint64 {
	switch r.kind {
	case KindWindowsLegacy:
		return r.loadUnaligned(pos)
	case KindWindowsLegacyPacked:
		return r.loadPacked(pos)
	default:
		return r.loadAligned(pos)
	}
}

// loadAligned loads 8 bytes at a multiple of 8 at once.
func (r *Ring) loadAligned(pos Pos) uint64 {
	return lengthFirst(atomic.LoadUint64((*uint64)(unsafe.Add(r.data, pos&r.mask))))
}

// loadUnaligned loads 8 bytes from any byte on, lowest first.
//
// No single load can do that: a header at such a place can lie in two cache lines. So both aligned words that hold it are loaded, each at
// once and the first one first, because it has the bits that a producer still changes once the producer position has passed the header.
// What the two say together is therefore a header as it was written unless the place has been reused meanwhile, which only the proof
// that follows can tell. The words also hold bytes of the neighbours; a record at the end of the data area goes on in its second copy.
func (r *Ring) loadUnaligned(pos Pos) uint64 {
	at := pos & r.mask
	word := unsafe.Add(r.data, at&^7)
	low := lowestFirst(atomic.LoadUint64((*uint64)(word)))
	shift := at % 8 * 8
	if shift == 0 {
		return low
	}
	high := lowestFirst(atomic.LoadUint64((*uint64)(unsafe.Add(word, 8))))
	return low>>shift | high<<(64-shift)
}

// loadPacked loads 4 bytes from any byte on, as loadUnaligned loads 8, and in words of 4: nothing but what is in a word with a byte of the
// header is touched, because the payload behind it may have to stay unread.
func (r *Ring) loadPacked(pos Pos) uint64 {
	at := pos & r.mask
	word := unsafe.Add(r.data, at&^3)
	low := lowestFirst32(atomic.LoadUint32((*uint32)(word)))
	shift := at % 4 * 8
	if shift == 0 {
		return uint64(low)
	}
	high := lowestFirst32(atomic.LoadUint32((*uint32)(unsafe.Add(word, 4))))
	return uint64(low>>shift | high<<(32-shift))
}

// lowestFirst gives 8 loaded bytes the value that they have on a little-endian host.
func lowestFirst(loaded uint64) uint64 {
	if hostBigEndian {
		return bits.ReverseBytes64(loaded)
	}
	return loaded
}

// lowestFirst32 is lowestFirst for 4 bytes.
func lowestFirst32(loaded uint32) uint32 {
	if hostBigEndian {
		return bits.ReverseBytes32(loaded)
	}
	return loaded
}

// parse loads the header at pos and tells how far away the next one is, or why it can't be one of a record that ends by limit.
func (r *Ring) parse(pos, limit Pos) (raw uint64, length uint32, span uint64, why error) {
	raw = r.loadHeader(pos)
	switch r.kind {
	case KindWindowsLegacy, KindWindowsLegacyPacked:
		h := r.format.Decode(raw)
		if int(h.Stored) < r.format.HeaderSize {
			return raw, 0, 0, ErrTooShort
		}
		length, span = h.Length, uint64(h.Stored)
	default:
		length = uint32(raw) & lengthMask
		span = spanLinux(length)
		if !r.user && uint32(raw>>32) != r.pageOffset(pos) {
			return raw, length, span, ErrPageOffset
		}
		if length < r.format.MinLength {
			return raw, length, span, ErrNoPayload
		}
	}
	if span > limit-pos {
		return raw, length, span, ErrPastProducer
	}
	return raw, length, span, nil
}
