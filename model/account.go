package model

import (
	"slices"
	"time"

	"ringscope/ringcore"
)

// Account turns what looks at a ring tell into moments. It belongs to one goroutine. Its memory is fixed; nothing but Publish and Ring
// allocates.
type Account struct {
	ring     *Ring
	format   *ringcore.Format
	size     uint64
	capacity uint64  // most bytes that can be in use
	fastest  float64 // that the producer position can move, bytes a nanosecond

	state   State
	wait    string
	why     string
	seq     uint64
	events  []Mark // that wait for a time, At is not set
	endedAt time.Time
	unowned time.Time // when a census first found neither owner nor pin; zero: the last one found some

	wakingFrom time.Time // the reader has slept after nearly each record since then
	manyFrom   time.Time // a census has found more than one reader since then
	manyBefore bool      // the first census did
	censused   bool      // owners and readers were looked up

	began     time.Time // first look at this ring
	now, prev time.Time // of the newest look and the one before
	looks     uint64
	within    bool // a look is under way
	last      ringcore.Positions
	positions Positions
	seen      sums   // when the newest look began
	came      uint64 // produced up to the newest look, bytes
	jumped    bool   // the producer position did, in the newest look: it went back, or further than it can have come
	leap      leap

	sums     sums
	busy     busyTable
	times    busyTimes
	arrivals arrivals
	buckets  buckets
	fill     fill
	reader   reader
	habit    habit
	readers  readers
	room     room
	trouble  trouble
	drops    Drops
	line     timeline
	rates    rateLog
	excerpts excerpts
	pressure pressure
	judge    judge
	archive  archive
}

// NewAccount returns an account of no ring yet.
func NewAccount() *Account {
	a := &Account{format: ringcore.Linux}
	a.open()
	return a
}

// open begins anew; only the time line goes on.
func (a *Account) open() {
	a.state, a.wait, a.why = Looking, "", ""
	a.began, a.prev, a.looks = a.now, time.Time{}, 0
	if !a.within {
		a.began, a.now = time.Time{}, time.Time{}
	}
	a.last, a.positions = ringcore.Positions{}, Positions{}
	a.sums, a.seen = sums{}, sums{}
	a.came, a.jumped, a.leap = 0, false, leap{}
	a.busy.head, a.busy.tail, a.busy.live = 0, 0, 0
	a.times = busyTimes{}
	a.arrivals.begin(0, time.Time{})
	a.fill, a.reader, a.room, a.trouble = fill{}, reader{}, room{}, trouble{}
	a.readers, a.excerpts, a.pressure, a.habit = readers{}, excerpts{}, pressure{}, habit{}
	a.wakingFrom, a.manyFrom, a.manyBefore, a.censused = time.Time{}, time.Time{}, false, false
	a.drops = Drops{How: "unknown"}
	a.rates = rateLog{}
	a.events = append(a.events, a.judge.reset()...)
	a.line.last, a.line.own = step{}, a.line.now+1
	a.size, a.capacity, a.fastest = 0, 0, fastest(0)
	a.endedAt = time.Time{}
	a.buckets = buckets{}
	if a.ring != nil {
		a.size = a.ring.Geometry.Size
		a.capacity = a.format.Capacity(&a.ring.Geometry)
		a.fastest = fastest(a.capacity)
		a.buckets.begin(a.size)
	}
}

// Ring gives or replaces the ring's identity. Another identity (source, id, name or what else it was made of) starts the account
// anew; history and marks go on.
func (a *Account) Ring(r *Ring) {
	before := a.ring
	a.ring = r
	if r.Format != nil {
		a.format = r.Format
	}
	if before == nil || before.Source != r.Source || before.ID != r.ID || before.Name != r.Name || before.Made != r.Made || a.state > Live {
		a.open()
		a.unowned = time.Time{}
		a.own(r)
		a.events = append(a.events, Mark{Kind: MarkAttached, ID: r.ID})
		return
	}
	a.own(r)
	if before.Readers != r.Readers || !sameProcesses(before.Owners, r.Owners) || !sameProcesses(before.ReaderAt, r.ReaderAt) {
		if !before.Looked.IsZero() { // the first look-up is no change
			a.events = append(a.events, Mark{Kind: MarkOwners, ID: r.ID})
		}
	}
}

// own notes since when nobody is known to keep the ring, and since when more than one process reads.
func (a *Account) own(r *Ring) {
	switch {
	case r.Looked.IsZero(): // not looked up yet
	case r.Readers.How != Exact || r.Readers.V < 2:
		a.manyFrom = time.Time{}
	case a.manyFrom.IsZero():
		a.manyFrom, a.manyBefore = r.Looked, !a.censused
	}
	a.censused = !r.Looked.IsZero()
	switch {
	case r.Looked.IsZero() || len(r.Owners) > 0 || len(r.Pins) > 0:
		a.unowned = time.Time{}
	case a.unowned.IsZero():
		a.unowned = r.Looked
	}
}

// sameProcesses leaves aside when they began: a clock that is set moves that.
func sameProcesses(a, b []Process) bool {
	return slices.EqualFunc(a, b, func(p, q Process) bool { return p.PID == q.PID && p.Comm == q.Comm })
}

// Wait says that there is no ring now and what is waited for, in the user's words.
func (a *Account) Wait(what string) {
	if a.state == Live {
		a.events = append(a.events, a.judge.reset()...) // no finding outlives its ring
		a.gone()
	}
	a.state, a.wait = Waiting, what
}

// Ended says that the ring ended: one of the End reasons.
func (a *Account) Ended(why string) {
	if a.state != Ended && why == EndOwnerGone && (a.ring == nil || !a.ring.Unserved) {
		a.gone()
	}
	a.state, a.why = Ended, why
}

func (a *Account) gone() {
	m := Mark{Kind: MarkGone}
	if a.ring != nil {
		m.ID = a.ring.ID
	}
	a.events = append(a.events, m)
}

// Drops gives the number of refused reservations since watching began, and where it comes from.
func (a *Account) Drops(count uint64, how string) {
	if more := int64(count - a.drops.Count.V); more > 0 {
		if a.trouble.dropFirst.IsZero() || a.now.Sub(a.trouble.dropLast) > dropsHold {
			a.trouble.dropFirst = a.now
		}
		a.trouble.dropLast = a.now
		if a.line.begun {
			a.line.slot(a.line.now).drops += uint64(more)
		}
	}
	a.drops = Drops{Count: Of(count), How: how}
}

// SecondReader says that a second consumer was noticed, with the consumer position at.
func (a *Account) SecondReader(at ringcore.Pos) { a.trouble.secondReader(a.now, at) }

// Begin starts a look at now.
func (a *Account) Begin(now time.Time) {
	if now.After(a.now) {
		a.judgeLeap(now)
	}
	a.prev, a.now = a.now, now
	if a.looks == 0 {
		a.began, a.prev = now, time.Time{}
		a.line.begin(now)
	}
	a.line.roll(now)
	a.allow()
	a.seen, a.jumped = a.sums, false
	a.within = true
}

// End finishes the look with the positions that were read.
func (a *Account) End(p ringcore.Positions) {
	before, valid := a.last, a.positions.Valid()
	first := a.looks == 0
	a.positions = positionsOf(a.ring, a.format, a.size, p)
	a.last = p
	a.looks++
	a.within = false
	a.state = Live
	if a.aligned(p.Producer) { // nor does an observer begin elsewhere
		a.sums.settle(p.Producer)
	}
	if first {
		a.arrivals.begin(p.Producer, a.now)
	} else {
		if int64(p.Producer-a.arrivals.end()) < 0 {
			a.arrivals.begin(p.Producer, a.now)
		}
		a.arrivals.add(p.Producer, a.now, a.prev, a.size)
	}
	a.expireBusy()

	look := look{now: a.now, prev: a.prev, first: first, valid: a.positions.Valid(), validBefore: valid && !first, p: p, before: before}
	look.jumped = a.jumped || a.sums.leapt != a.seen.leapt
	look.least, look.most = p.Unread(a.size)
	if head := a.headBusy(); head != nil {
		look.headBusy = true
	}
	if a.ring != nil {
		look.overwrite = a.ring.Geometry.OverwriteMode
	}
	a.fill.look(&look, a.capacity)
	moved := a.reader.look(&look, a.capacity)
	if moved.back {
		a.trouble.secondReader(a.now, p.Consumer)
		a.trouble.wentBack++
	}
	a.line.look(step{
		at: a.now, prev: a.prev, used: look.least, valid: look.valid,
		moved: p.Producer != before.Producer || p.Consumer != before.Consumer,
	})
	s := a.line.slot(a.line.now)
	s.pause = max(s.pause, moved.pause)
	s.counted(a.busy.live, look.gap())
	if moved.step || look.valid && look.least == 0 {
		s.drained++
	}
	a.habit.roll(a.now.Sub(a.began))
	if moved.step {
		a.habit.step(a.now.Sub(a.began), moved.able, a.anyStands(pausing))
	}
	a.room.look(&look, &a.line, a.capacity)
	lost := a.trouble.look(&look)
	a.leapt(moved, lost)
	a.line.flow(a.flow(moved.bytes, first))
}

// flow is what moved in the look that ends.
func (a *Account) flow(consumed uint64, first bool) Slot {
	d := Slot{
		Consumed:  consumed,
		Records:   a.sums.records - a.seen.records,
		Committed: a.sums.committed - a.seen.committed,
		Discarded: a.sums.discarded - a.seen.discarded,
	}
	produced := a.produced()
	if came := produced - a.came; !first && int64(came) > 0 {
		d.Bytes = came
	}
	a.came = produced
	s := a.line.slot(a.line.now)
	s.resolvedBytes += a.sums.resolvedBytes - a.seen.resolvedBytes
	s.discardedBytes += a.sums.discardedBytes - a.seen.discardedBytes
	if missed := a.sums.missed - a.seen.missed; missed > 0 {
		a.gap(a.now, missed)
	}
	return d
}

// headBusy is the busy record where what is unread begins, or nil.
func (a *Account) headBusy() *busyRecord {
	if a.looks == 0 || !a.positions.Valid() {
		return nil
	}
	return a.busy.find(a.last.Head())
}

// FirstSeen tells when a look first found the record at pos, and how much earlier it can have come. AtMost: it was there when watching
// began, or has been overwritten since. Sampled: seen by one of several looks up to then. Unknown: not seen yet.
func (a *Account) FirstSeen(pos ringcore.Pos) (seen Figure[time.Time], tolerance time.Duration) {
	if a.looks == 0 {
		return Figure[time.Time]{}, 0
	}
	return a.arrivals.firstSeen(pos)
}
