package model

import (
	"time"

	"ringscope/ringcore"
)

// reader follows what the consumer does.
type reader struct {
	high     ringcore.Pos // highest consumer position seen
	started  bool
	consumed uint64 // bytes that high moved
	// maybeSkipped is what of them had been overwritten when the look that counted them came: nobody knows who was first.
	maybeSkipped uint64

	lastProduced, lastRead time.Time

	waiting    bool
	waitFrom   time.Time // data has waited since then, and the consumer did not move
	waitBefore bool      // it waited when watching began
	couldFrom  time.Time // like waitFrom, without the time in which the head was busy
	couldBegan bool      // couldFrom is when watching began
	overFrom   time.Time // since then also over stalledFill of the capacity; zero: it is not
}

// movement is what one look found.
type movement struct {
	bytes uint64        // forward
	step  bool          // the consumer position changed
	back  bool          // it went backwards
	pause time.Duration // that ended with this look; 0: none did, or nobody looked while it ended
	able  time.Duration // the part of it in which no busy head kept the reader

	held, heldSkipped uint64 // bytes that count, and how many of them as maybeSkipped, only if the producer position's leap was none
}

func (r *reader) look(l *look, capacity uint64) (m movement) {
	if !l.first && l.p.Producer != l.before.Producer {
		r.lastProduced = l.now
	}
	if !l.valid {
		r.waiting, r.overFrom = false, time.Time{}
		return m
	}
	moved := false
	switch {
	case !r.started:
		r.high, r.started = l.p.Consumer, true
	case !l.validBefore:
		// Somebody wrote nonsense meanwhile; what was read since is not known from a difference.
		if int64(l.p.Consumer-r.high) > 0 {
			r.high = l.p.Consumer
		}
	case l.back(): // both began anew, and the reader reads what stands there now
		moved = l.p.Consumer != l.before.Consumer
		r.high = l.p.Consumer
	default:
		d := int64(l.p.Consumer - l.before.Consumer)
		moved, m.back = d != 0, d < 0
		// What was read behind the producer position of this look counts with the next.
		to := l.p.Consumer
		if int64(to-l.p.Producer) > 0 {
			to = l.p.Producer
		}
		from := r.high
		if l.overwrite && l.before.HasOverwrite && int64(l.before.Overwrite-from) > 0 {
			from = l.before.Overwrite // what stood before it was gone
		}
		if up := int64(to - from); up > 0 {
			bytes, skipped := uint64(up), uint64(0)
			if gone := int64(l.p.Overwrite - from); l.overwrite && l.p.HasOverwrite && gone > 0 {
				skipped = min(bytes, uint64(gone))
			}
			if l.jumped {
				m.held, m.heldSkipped = bytes, skipped
			} else {
				m.bytes = bytes
				r.consumed += bytes
				r.maybeSkipped += skipped
			}
		}
		if int64(to-r.high) > 0 {
			r.high = to
		}
	}
	if moved {
		m.step = true
		r.lastRead = l.now
		if r.waiting && l.gap() <= absentAfter {
			m.pause, m.able = l.now.Sub(r.waitFrom), l.now.Sub(r.couldFrom)
		}
	}
	r.wait(l, moved, capacity)
	return m
}

// wait follows since when data waits.
func (r *reader) wait(l *look, moved bool, capacity uint64) {
	if l.least == 0 {
		r.waiting, r.overFrom = false, time.Time{}
		return
	}
	if !r.waiting || moved {
		r.waiting = true
		r.waitFrom, r.waitBefore = l.now, l.first
		r.couldFrom, r.couldBegan = l.now, l.first
		r.overFrom = time.Time{}
	}
	if l.headBusy || l.gap() > absentAfter && r.couldFrom.Equal(l.prev) { // then nobody knows when that head was finished
		r.couldFrom, r.couldBegan = l.now, false
	}
	switch {
	case float64(l.least) <= stalledFill*float64(capacity):
		r.overFrom = time.Time{}
	case r.overFrom.IsZero():
		r.overFrom = l.now
	}
}
