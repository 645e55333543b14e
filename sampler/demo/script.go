package demo

import (
	"math/rand/v2"
	"time"
)

// act is one record of the schedule: when it is reserved, how long it stays busy, and how it ends.
type act struct {
	at, hold time.Duration
	length   uint32 // bytes of payload
	discard  bool
}

// script is one producer's part of the schedule. It does not depend on what becomes of its records, so that it is the same for
// every player, and for a ring of any size.
type script struct {
	pace      intensity
	rate      uint64        // what pace is
	until     time.Duration // this long
	longest   time.Duration // hold of a record at this rate
	producers uint64
	random    *rand.Rand
	payloads  []Share
	parts     uint64 // of all payloads
	discard   uint64 // in 1/2^32 of the records
	at        time.Duration
	fine      uint64 // 1/1024 ns after at
	stuckHold time.Duration
	stuckStep time.Duration // 0: none is stuck
	stuckNext time.Duration // the first record reserved from then on is stuck
}

// one record, in the unit in which intensity is summed up.
const one = 1 << 20

// Holds of a record that is not stuck: a BPF program fills it and is done.
const (
	shortestHold = 5 * time.Microsecond
	longestHold  = 35 * time.Microsecond
)

func newScript(seed uint64, w *workload, producer int) *script {
	s := &script{
		pace: intensity{
			seed: seed, rate: w.rate, burstRate: w.burstRate, burstEvery: w.burstEvery, burstFor: w.burstFor, from: w.from, ends: w.until,
		},
		producers: uint64(w.producers),
		random:    rand.New(rand.NewPCG(seed, mix(uint64(producer)))),
		payloads:  w.payloads,
		discard:   uint64(w.discard * (1 << 32)),
	}
	for _, p := range w.payloads {
		s.parts += uint64(p.Parts)
	}
	if producer == 0 {
		s.stuckHold, s.stuckStep, s.stuckNext = w.stuckFor, w.stuckEvery, w.stuckEvery/4
	}
	s.advance(s.random.Uint64N(one))
	return s
}

// next is the record that is reserved after the last one; its time is never when there is none.
func (s *script) next() act {
	a := act{at: s.at, length: s.length(), discard: s.random.Uint64()>>32 < s.discard}
	a.hold = shortestHold + time.Duration(s.random.Uint64N(uint64(longestHold-shortestHold)))
	if s.look(); s.rate > 0 {
		a.hold = min(a.hold, s.longest)
	}
	if s.stuckStep > 0 && a.at >= s.stuckNext {
		a.hold, a.discard = s.stuckHold, false
		s.stuckNext += (a.at - s.stuckNext).Truncate(s.stuckStep) + s.stuckStep
	}
	s.advance(one/2 + s.random.Uint64N(one))
	return a
}

// advance moves on to where work/one records of this producer have become due.
func (s *script) advance(work uint64) {
	for s.at != never {
		if s.look(); s.rate == 0 {
			s.at, s.fine = s.until, 0
			continue
		}
		need := work * s.producers * 1e9 / s.rate // 1/1024 ns
		have := uint64(s.until-s.at)<<10 - s.fine
		if need < have {
			s.fine += need
			s.at += time.Duration(s.fine >> 10)
			s.fine &= 1<<10 - 1
			return
		}
		work -= work * have / max(need, 1)
		s.at, s.fine = s.until, 0
	}
}

// look asks for the pace at s.at, which only ever grows, where the last answer does not hold any more.
func (s *script) look() {
	if s.at < s.until {
		return
	}
	if s.rate, s.until = s.pace.at(s.at); s.rate > 0 {
		s.longest = time.Duration(s.producers * 1e9 * 1024 / s.rate / 2)
	}
}

func (s *script) length() uint32 {
	n := s.random.Uint64N(s.parts)
	for _, p := range s.payloads {
		if n < uint64(p.Parts) {
			return p.Bytes
		}
		n -= uint64(p.Parts)
	}
	panic("a payload size was drawn beyond all parts")
}
