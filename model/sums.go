package model

import (
	"math"

	"ringscope/ringcore"
)

// sums keeps the totals of what was reserved after watching began.
//
// At all times records = committed + discarded + unresolved + busy, and bytes seen + bytes missed = movement of the producer position
// since watching began, as far as it has been walked, and without its leaps and what it went back.
type sums struct {
	records, committed, discarded, unresolved uint64
	busy                                      uint64 // records
	bytes, payload, discardedBytes            uint64
	resolvedBytes                             uint64 // spans of committed and discarded records
	missed                                    uint64 // bytes
	allowed                                   uint64 // bytes that can still have passed in this look
	leapt                                     uint64 // bytes that passed beyond that, modulo 2^64: no producer wrote them
	jumps                                     uint64 // times that the producer position leapt or went back
	torn, resyncs                             uint64
	unproven                                  uint64 // of records, those of batches that are not Exact
	lengths, lengthBytes                      [LengthBuckets]uint64

	walked  bool         // a walk has told something
	settled bool         // the producer position at which watching began is known
	first   ringcore.Pos // producer position of the first look
	looked  bool
	reached ringcore.Pos // everything up to here was told
	counted bool         // the last batch went into the totals
}

// settle learns the producer position that a look read. The first one is where watching began, unless the walk has told already.
func (s *sums) settle(producer ringcore.Pos) {
	if !s.looked {
		s.first, s.looked = producer, true
	}
	if s.settled || s.walked && int64(producer-s.reached) > 0 {
		return // the first walk was cut short: what comes next still tells
	}
	s.reached, s.settled = producer, true
}

// pass moves on from from to to, which were seen or missed. It reports whether they count: not what came before watching began, nor
// what another observer of the same watch told before.
func (s *sums) pass(from, to ringcore.Pos, before, seen bool) bool {
	if !s.settled {
		s.reached, s.walked = to, true
		if before {
			return false
		}
		s.reached, s.settled = from, true
	}
	switch {
	case int64(to-s.reached) <= 0:
		return false
	case int64(from-s.reached) < 0: // only the whole has sums: its new part counts as missed
		s.miss(to - s.reached)
		s.reached = to
		return false
	}
	s.miss(from - s.reached)
	s.reached = to
	if seen {
		s.bytes += to - from
	} else {
		s.miss(to - from)
	}
	return true
}

// miss counts bytes that passed unseen, as far as a producer can have written so many.
func (s *sums) miss(bytes uint64) {
	if bytes > s.allowed {
		s.leapt += bytes
		return
	}
	s.allowed -= bytes
	s.addMissed(bytes)
}

// addMissed adds up to what can be counted: a sum that begins anew would tell that little was missed.
func (s *sums) addMissed(bytes uint64) { s.missed += min(bytes, math.MaxUint64-s.missed) }

// back follows a producer position that went from from back to to, as when a ring is written anew.
func (s *sums) back(from, to ringcore.Pos) {
	s.reached -= from - to
	s.jumps++
}

// batch adds a proven stretch.
func (s *sums) batch(b *ringcore.Batch) {
	s.counted = s.pass(b.From, b.To, b.Before, true)
	if !s.counted {
		return
	}
	s.records += b.Records
	if !b.Exact {
		s.unproven += b.Records
	}
	s.committed += b.Committed()
	s.discarded += b.Discarded
	s.busy += b.Busy
	s.payload += b.Payload
	s.discardedBytes += b.DiscardedBytes
	s.resolvedBytes += b.To - b.From
	if b.Lengths != nil {
		for i, n := range b.Lengths {
			if n != 0 {
				s.lengths[i] += n.Records()
				s.lengthBytes[i] += n.Payload()
			}
		}
	}
}

// busyMet takes a busy record out of what was resolved; the batch that held it has just been added.
func (s *sums) busyMet(span uint64) { s.resolvedBytes -= span }

// resolved moves a busy record to the committed or the discarded ones.
func (s *sums) resolved(span uint64, discard bool) {
	s.busy--
	s.resolvedBytes += span
	if discard {
		s.discarded++
		s.discardedBytes += span
	} else {
		s.committed++
	}
}

// lost moves a busy record to those whose end can't be known.
func (s *sums) lost() {
	s.busy--
	s.unresolved++
}
