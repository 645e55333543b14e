package demo

import (
	"math"
	"time"
)

// intensity is how often the producers together ask for a record, as a function of the time since the begin. It is constant within
// pieces, and made of whole numbers only: what a compiler does with fused floating-point operations differs between processors.
type intensity struct {
	seed                 uint64
	rate, burstRate      uint64 // records/s
	burstEvery, burstFor time.Duration
	from, ends           time.Duration // 0 outside of these; ends 0: it does not end
}

// never is a time that does not come, and to which others can be added.
const never = time.Duration(math.MaxInt64 / 2)

// wobble is how long a piece of the rate's unrest lasts, unrest how far a piece is off at most, in 1/1024 of the rate. Two pieces
// that follow each other make good for each other, so that over seconds the rate is the one that was asked for.
const (
	wobble = 125 * time.Millisecond
	unrest = 82
)

// at is the intensity at t in 1/1024 records/s, and until when it stays so.
func (i *intensity) at(t time.Duration) (rate uint64, until time.Duration) {
	switch {
	case i.rate == 0 && i.burstFor == 0, i.ends > 0 && t >= i.ends:
		return 0, never
	case t < i.from:
		return 0, i.from
	}
	piece := uint64(t / wobble)
	off := int64(mix(i.seed^mix(piece/2))%(2*unrest+1)) - unrest
	if piece%2 == 1 {
		off = -off
	}
	rate, until = i.rate, t.Truncate(wobble)+wobble
	if i.burstFor > 0 {
		since := t - i.burstEvery/4
		begun := since.Truncate(i.burstEvery) // of the newest burst, on the scale of since
		switch {
		case since < 0:
			until = min(until, i.burstEvery/4)
		case since < begun+i.burstFor:
			rate, until = i.burstRate, min(until, i.burstEvery/4+begun+i.burstFor)
		default:
			until = min(until, i.burstEvery/4+begun+i.burstEvery)
		}
	}
	if i.ends > 0 {
		until = min(until, i.ends)
	}
	return rate * uint64(1024+off), until
}

// mix is the finalizer of splitmix64: each bit of x changes half of the bits of the result.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
