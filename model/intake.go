package model

import (
	"errors"

	"ringscope/ringcore"
)

// Batch takes the sums of a proven stretch of records.
func (a *Account) Batch(b *ringcore.Batch) {
	a.sums.batch(b)
	a.buckets.batch(b)
	s := a.line.slot(a.line.now)
	s.largest = max(s.largest, b.Largest)
	if b.Largest >= a.room.largest {
		a.room.largest, a.room.end = b.Largest, b.To
	}
}

// Busy takes a record that the walk met busy.
func (a *Account) Busy(pos ringcore.Pos, raw uint64, before bool) {
	span := a.format.Span(a.format.Decode(raw).Length)
	r := busyRecord{pos: pos, span: span, seen: a.now, before: before, counted: a.sums.counted}
	if !a.busy.add(r) {
		return
	}
	if r.counted {
		a.sums.busyMet(span)
	}
}

// Resolved takes a busy record that was submitted or discarded.
func (a *Account) Resolved(pos ringcore.Pos, raw uint64, _ bool) {
	r := a.busy.find(pos)
	if r == nil {
		return
	}
	discard := a.format.Decode(raw).State() == ringcore.Discarded
	if r.counted {
		a.sums.resolved(r.span, discard)
	}
	if discard {
		a.buckets.discard(pos, r.span)
	}
	a.times.finish(r, a.now)
	a.busy.remove(r)
}

// Unresolved takes a busy record that was overwritten before it was looked at again.
func (a *Account) Unresolved(pos ringcore.Pos, _ uint64, _ bool) {
	if r := a.busy.find(pos); r != nil {
		a.lose(r)
	}
}

func (a *Account) lose(r *busyRecord) {
	if r.counted {
		a.sums.lost()
	}
	a.busy.remove(r)
}

// expireBusy gives up a record whose bytes have been reused and of which the observer does not tell: a second observer of the same
// watch does not know it.
func (a *Account) expireBusy() {
	for r := a.busy.oldest(); r != nil && a.size > 0 && a.last.Producer-r.pos > a.size; r = a.busy.oldest() {
		a.lose(r)
	}
}

// Lapped takes bytes that passed unseen.
func (a *Account) Lapped(from, to ringcore.Pos, torn, before bool) {
	counts := a.sums.pass(from, to, before, false)
	a.buckets.clear(from, to)
	if !counts {
		return
	}
	a.sums.resyncs++
	if torn {
		a.sums.torn++
	}
}

// Corrupt takes a header that failed a check.
func (a *Account) Corrupt(pos ringcore.Pos, raw uint64, why error, resumed ringcore.Pos, before bool) {
	back := errors.Is(why, ringcore.ErrWentBack) // then there is no header
	var found Figure[uint64]
	if !back {
		found = a.shown(raw)
	}
	a.trouble.badHeader(a.now, pos, found, why)
	if back {
		a.sums.back(pos, resumed)
		a.jumped = true
		a.buckets.begin(a.size)
		a.sums.resyncs++
		return
	}
	if resumed == pos { // a single header, nothing was left out
		return
	}
	if a.sums.pass(pos, resumed, before, false) {
		a.sums.resyncs++
	}
	a.buckets.clear(pos, resumed)
}

// shown is what stands where a header should, unless it may be payload that is to be left unread.
func (a *Account) shown(raw uint64) Figure[uint64] {
	if a.ring != nil && a.ring.PayloadUnread {
		return Figure[uint64]{}
	}
	return Of(raw)
}
