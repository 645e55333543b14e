package model

import (
	"time"

	"ringscope/ringcore"
)

// leap is what passed unseen in one look, though no producer could have moved on so far between the beginnings of that look and of the one
// before. The look itself can have lasted, as when this process was stopped in the midst of it: a later time decides.
type leap struct {
	bytes  uint64 // 0: none
	passed uint64 // with those of the same look that could have
	since  time.Time
	to     ringcore.Pos

	consumed, maybeSkipped, lost uint64 // as in reader and trouble: of the same look, counted if the leap was none
}

// fastest is how far the producer position of a ring can move within a nanosecond, bytes: as fast as memory takes what is written, or as
// reservations of the whole ring that are left unwritten can follow each other. How large the records are that were seen tells nothing of
// those that pass unseen: whoever laps each look shows none.
func fastest(capacity uint64) float64 {
	return max(fastestMemory/float64(time.Second), float64(capacity)/float64(leastReserve))
}

// most is how far the producer position can move within d, bytes, and a ring more, because clocks and looks have their grain.
func (a *Account) most(d time.Duration) uint64 {
	return a.size + uint64(min(a.fastest*float64(max(d, leapGrain)), 1<<62))
}

// allow tells the sums how much can have passed until the look that begins at a.now.
func (a *Account) allow() {
	d := time.Duration(0)
	if !a.prev.IsZero() {
		d = a.now.Sub(a.prev)
	}
	a.sums.allowed = a.most(d)
}

// leapt keeps what passed in the look that ends, for judgeLeap.
func (a *Account) leapt(m movement, lost uint64) {
	bytes := a.sums.leapt - a.seen.leapt
	if bytes == 0 {
		return
	}
	l := &a.leap
	if l.bytes == 0 {
		if l.since = a.prev; a.prev.IsZero() {
			l.since = a.now
		}
	}
	l.bytes += bytes
	l.passed += bytes + a.sums.missed - a.seen.missed
	l.to = a.last.Producer
	l.consumed += m.held
	l.maybeSkipped += m.heldSkipped
	l.lost += lost
}

// judgeLeap decides about a leap, now that it is later: it was a long look, and producers wrote all that meanwhile, or the position is no
// longer that of a ring, and nothing is said to have been produced.
func (a *Account) judgeLeap(now time.Time) {
	l := a.leap
	if l.bytes == 0 {
		return
	}
	a.leap = leap{}
	d := now.Sub(l.since)
	if l.passed > a.most(d) {
		a.sums.jumps++
		again(&a.trouble.leap, now, leapHold)
		a.trouble.leapBytes, a.trouble.leapWithin, a.trouble.leapTo = l.bytes, d, l.to
		return
	}
	a.sums.addMissed(l.bytes)
	a.sums.leapt -= l.bytes
	a.reader.consumed += l.consumed
	a.reader.maybeSkipped += l.maybeSkipped
	if l.lost > 0 {
		a.trouble.lose(now, l.lost)
	}
	a.line.flow(Slot{Consumed: l.consumed})
	a.gap(now, l.bytes)
}

// gap notes that bytes passed unseen, noticed at now.
func (a *Account) gap(now time.Time, bytes uint64) {
	a.line.flow(Slot{Gap: true})
	a.trouble.missed(now, bytes)
	if a.trouble.lappedMark.IsZero() || now.Sub(a.trouble.lappedMark) > lappedMarkEvery {
		a.trouble.lappedMark = now
		a.line.mark(Mark{At: now, Kind: MarkLapped})
	}
}

// produced is by how much the producer position moved on since watching began, bytes: what was seen and missed, and what no walk has come
// to yet. A position where no record can begin, or further off than the ring is large, tells nothing.
func (a *Account) produced() uint64 {
	s := &a.sums
	n, from, most := s.bytes+s.missed, s.reached, a.capacity
	if !s.settled { // the first walk is still on its way to where watching began
		from, most = s.first, a.most(a.now.Sub(a.began))
	}
	if ahead := a.last.Producer - from; (s.settled || s.walked) && a.aligned(a.last.Producer) && ahead <= most {
		n += ahead
	}
	return n
}

// aligned reports whether a record can begin at pos.
func (a *Account) aligned(pos ringcore.Pos) bool {
	return a.format.Align <= 1 || pos%a.format.Align == 0
}
