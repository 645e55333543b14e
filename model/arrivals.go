package model

import (
	"sort"
	"time"

	"ringscope/ringcore"
)

const (
	maxArrivals = 4096 // entries of the log
	// Neighbours may become one entry when together they cover at most this part of their age.
	finestMerge = 64
)

// arrivals is a log of when the producer position was first seen where. From it the time is known at which a look first found the
// record at any position of the last lap. It is of fixed size: when it is full, neighbours that lie close together compared with
// their age become one entry, which keeps both bounds.
type arrivals struct {
	log  [maxArrivals]arrival
	head int
	n    int

	epoch     time.Time
	floor     ringcore.Pos // what lies before was seen at floorSeen
	floorSeen time.Time    // or earlier
}

// arrival says that the bytes from the entry before it up to end were first seen at seen, and not yet at since.
type arrival struct {
	end         ringcore.Pos
	seen, since time.Duration // since the epoch
	merged      bool          // seen is that of the last of several looks
}

func (l *arrivals) at(i int) *arrival { return &l.log[(l.head+i)%maxArrivals] }

// begin forgets everything; what stands before producer was there at now.
func (l *arrivals) begin(producer ringcore.Pos, now time.Time) {
	l.head, l.n = 0, 0
	l.epoch, l.floor, l.floorSeen = now, producer, now
}

// end is the position up to which everything has been seen.
func (l *arrivals) end() ringcore.Pos {
	if l.n == 0 {
		return l.floor
	}
	return l.at(l.n - 1).end
}

// add notes that a look at now found producer, and that the look before it was at prev. What is further behind than size is
// forgotten.
func (l *arrivals) add(producer ringcore.Pos, now, prev time.Time, size uint64) {
	if int64(producer-l.end()) <= 0 {
		return
	}
	for l.n > 0 && producer-l.at(0).end > size {
		l.floor, l.floorSeen = l.at(0).end, l.epoch.Add(l.at(0).seen)
		l.head = (l.head + 1) % maxArrivals
		l.n--
	}
	if l.n == maxArrivals {
		l.merge(now.Sub(l.epoch))
	}
	l.n++
	*l.at(l.n - 1) = arrival{end: producer, seen: now.Sub(l.epoch), since: prev.Sub(l.epoch)}
}

// merge makes room for at least a quarter of the log. It ends: once neighbours may cover as much as their age, each entry that is
// left is more than twice as old as the next.
func (l *arrivals) merge(now time.Duration) {
	for part := time.Duration(finestMerge); l.n > maxArrivals*3/4 && part > 0; part /= 2 {
		kept := 0
		for i := 1; i < l.n; i++ {
			into, e := l.at(kept), *l.at(i)
			if e.seen-into.since <= (now-e.seen)/part {
				into.end, into.seen, into.merged = e.end, e.seen, true
				continue
			}
			kept++
			*l.at(kept) = e
		}
		l.n = kept + 1
	}
}

// firstSeen tells when a look first found the byte at pos, and how much earlier it can have come. AtMost: it was there when
// watching began, or it has been overwritten since. Sampled: one of several looks up to then. Unknown: it has not been seen.
func (l *arrivals) firstSeen(pos ringcore.Pos) (seen Figure[time.Time], tolerance time.Duration) {
	switch {
	case int64(pos-l.end()) >= 0:
		return Figure[time.Time]{}, 0
	case int64(pos-l.floor) < 0:
		return Known(l.floorSeen, AtMost), 0
	}
	e := l.at(sort.Search(l.n, func(i int) bool { return int64(l.at(i).end-pos) > 0 }))
	how := Exact
	if e.merged {
		how = Sampled
	}
	return Known(l.epoch.Add(e.seen), how), e.seen - e.since
}
