package model

import (
	"time"

	"ringscope/ringcore"
)

// room follows whether the largest recent record would have fitted.
type room struct {
	largest uint64       // span of the largest recent record, bytes; 0: none seen
	end     ringcore.Pos // it lies before this, the last one if there are several
	slot    int          // for which largest was made
	unfit   bool         // it did not fit at the newest look
	since   time.Time
	before  bool // it did not fit when watching began
	last    time.Time
}

func (r *room) look(l *look, line *timeline, capacity uint64) {
	if line.now != r.slot {
		r.slot = line.now
		if n := line.largest(largestWindow); n > 0 {
			r.largest = n
		}
	}
	s := line.slot(line.now)
	if r.unfit {
		s.prone += min(l.gap(), absentAfter)
	}
	r.unfit = l.valid && !l.overwrite && r.largest > 0 && capacity > 0 && l.least+r.largest > capacity
	if r.largest > capacity/alonePart && l.least >= r.largest && int64(r.end-l.p.Consumer) > 0 {
		r.unfit = false // two such never fit: it is itself what fills the ring, so it found room
	}
	if !r.unfit {
		return
	}
	s.unfit++
	if r.last.IsZero() || l.now.Sub(r.last) > ProneWindow {
		r.since, r.before = l.now, l.first
	}
	r.last = l.now
}

// largest returns the largest span of the slots of the last d.
func (l *timeline) largest(d time.Duration) (most uint64) {
	for i := max(l.now-int(d/FineSlot)+1, l.own); i <= l.now; i++ {
		most = max(most, l.slot(i).largest)
	}
	return most
}

// prone sums up the time without room of the slots of the last d.
func (l *timeline) prone(d time.Duration) (sum time.Duration, looks int) {
	for i := max(l.now-int(d/FineSlot)+1, l.own); i <= l.now; i++ {
		s := l.slot(i)
		sum += s.prone
		looks += s.unfit
	}
	return min(sum, d), looks
}

// refused is the number of reservations that were counted as refused in the slots of the last d.
func (l *timeline) refused(d time.Duration) (n uint64) {
	for i := max(l.now-int(d/FineSlot)+1, l.own); i <= l.now; i++ {
		n += l.slot(i).drops
	}
	return n
}
