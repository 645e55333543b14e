package model

import (
	"math/bits"
	"time"
)

// pressure follows how close the ring comes to being full, and what explains it.
type pressure struct {
	burst struct {
		first, last time.Time // of the stretch of bursts
		slot        int       // of the newest one's peak
		count       uint64
		burst
	}
	tight struct {
		blamed     bool // a cause stood, and the ring has not emptied since
		from, till time.Time
		peak       peak // between these
		first      time.Time
		last       time.Time
		worst      peak // since first
	}
	pressed time.Time // of the sample before
	blocked time.Time // an old record has left no room since then; zero: there is room
}

// peak is when a ring was how full.
type peak struct {
	used, largest uint64 // bytes
	at            time.Time
}

// burst is much that came at once.
type burst struct {
	came   uint64
	within time.Duration
	from   time.Time
	peak   peak
	needed uint64
}

// explains are the findings that explain why a ring is full.
var explains = []Code{
	OwnerGone, PositionInvalid, ConsumerSlow, ConsumerStalled, NoConsumer, ReaderAsleep, HeadBusy, ReserveBlocked,
}

func (a *Account) anyStands(codes []Code) bool {
	for _, c := range codes {
		if a.judge.stands(c) {
			return true
		}
	}
	return false
}

// press takes in the sample that is about to be published.
func (a *Account) press(s *Sample) {
	if a.overwriteMode() || !a.positions.Valid() || a.size == 0 {
		return
	}
	explained := a.anyStands(explains)
	if a.pressure.pressed.IsZero() { // nobody saw what filled it before we came
		a.pressure.tight.blamed = float64(a.fill.first) >= undersizedCalm*float64(a.capacity)
	}
	if b, slot, ok := a.findBurst(); ok && !explained {
		p := &a.pressure.burst
		if p.last.IsZero() || b.peak.at.Sub(p.last) > burstHold {
			p.first, p.count = b.from, 0
		}
		p.burst, p.last, p.slot = b, b.peak.at, slot
		p.count++
	}
	a.tighten(s, explained || a.judge.stands(Burst))
	a.pressure.pressed = s.At
}

// tighten looks for a ring that comes close to being full though nothing explains it.
func (a *Account) tighten(s *Sample, explained bool) {
	t := &a.pressure.tight
	if explained {
		t.blamed, t.from = true, time.Time{}
		if s.At.Sub(t.first) < undersizedDoubt {
			t.last = time.Time{}
		}
		return
	}
	used, capacity := s.Occupancy.UsedMax.V, float64(a.capacity)
	if t.blamed {
		t.blamed = float64(a.fill.used.V) >= undersizedCalm*capacity
		return
	}
	if float64(used) >= undersizedAt*capacity || a.room.last.After(a.pressure.pressed) {
		if t.from.IsZero() {
			t.from, t.peak = s.At, peak{}
		}
		t.till = s.At
		if used > t.peak.used {
			t.peak = peak{used: used, largest: a.room.largest, at: s.At}
		}
	}
	if t.from.IsZero() || s.At.Sub(t.from) < undersizedAfter {
		return
	}
	if t.last.IsZero() || t.till.Sub(t.last) > undersizedHold {
		t.first, t.worst = t.from, peak{}
	}
	if t.peak.used > t.worst.used {
		t.worst = t.peak
	}
	t.last, t.from = t.till, time.Time{}
}

// findBurst looks for a burst of the last burstSettles that has passed: the ring was filled within burstWithin by far more than usual,
// and empties again.
func (a *Account) findBurst() (b burst, slot int, ok bool) {
	l, capacity := &a.line, float64(a.capacity)
	oldest := max(l.own, l.now-FineSlots+1)
	top := max(oldest, l.now-int(burstSettles/FineSlot), a.pressure.burst.slot+1)
	for i := top; i <= l.now; i++ {
		if l.slot(i).UsedMax > l.slot(top).UsedMax {
			top = i
		}
	}
	enough := burstPeak
	if a.judge.stands(Burst) {
		enough = burstStill
	}
	if top > l.now || float64(l.slot(top).UsedMax) < enough*capacity ||
		float64(l.slot(top).UsedMax)-float64(a.fill.used.V) < burstFall*capacity {
		return b, 0, false
	}
	from := top
	for i := top; i > top-int(burstWithin/FineSlot) && i >= oldest; i-- {
		if s := l.slot(i); !s.At.IsZero() && s.least < l.slot(from).least {
			from = i
		}
	}
	if from <= a.pressure.burst.slot || float64(l.slot(top).UsedMax)-float64(l.slot(from).least) < burstRise*capacity {
		return b, 0, false
	}
	var most, refused, records uint64
	for i := from; i <= top; i++ {
		s := l.slot(i)
		b.came, most, records = b.came+s.Bytes, max(most, s.Bytes), records+s.Records
		refused += s.drops
	}
	// What filled it came within the burst: a backlog that a reader left, and then took at once, is none.
	if float64(b.came) < burstRise*capacity {
		return b, 0, false
	}
	usual, n := uint64(0), 0
	for i := max(oldest, from-int(burstUsual/FineSlot)); i < from; i++ {
		usual, n = usual+l.slot(i).Bytes, n+1
	}
	if n < burstUsualLeast || records == 0 ||
		float64(b.came)/float64(top-from+1) < burstTimes*float64(usual)/float64(n) {
		return b, 0, false
	}
	b.from = l.slotBegin(from)
	b.within = max(time.Duration(float64(b.came)/float64(most)*float64(FineSlot)), FineSlot)
	b.peak = peak{used: l.slot(top).UsedMax, largest: a.room.largest, at: l.slot(top).At}
	wanted := b.peak.used + refused*(b.came/records)
	b.needed = a.roomy(wanted)
	return b, top, true
}

// roomy is the smallest power of two, above the size, in which used bytes would leave room to spare; 0: no ring is that large.
func (a *Account) roomy(used uint64) uint64 {
	size := max(powerOfTwo(uint64(float64(used)/roomyFill)), 2*a.size)
	if size > MaxRingSize {
		return 0
	}
	return size
}

// powerOfTwo is the smallest one that is not below n.
func powerOfTwo(n uint64) uint64 {
	if n <= 1 {
		return 1
	}
	return 1 << min(bits.Len64(n-1), 63)
}
