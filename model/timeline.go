package model

import "time"

// timeline keeps what history needs, and what the rules look back on, in slots of fixed length.
type timeline struct {
	epoch  time.Time // begin of slot 0, on a whole second of the wall clock
	begun  bool
	fine   [FineSlots]slot
	coarse [coarseKept]Slot
	long   [LongSlots]Slot // what left coarse
	now    int             // newest fine slot, counted from the epoch
	first  int             // oldest that ever was
	own    int             // oldest of this ring: what was before is drawn, and tells rules nothing
	last   step

	longNow   int // newest slot of long, counted from the epoch
	longFirst int

	marks       []Mark
	coarseCopy  []Slot
	longCopy    []Slot
	marksCopy   []Mark
	coarseDirty bool
	longDirty   bool
	marksDirty  bool
}

// slot is a fine slot with what only the rules need.
type slot struct {
	Slot
	least   uint64        // smallest use of a look, bytes
	pause   time.Duration // longest time without a step of the reader, although data waited, that ended here
	gap     time.Duration // longest time between two looks that ended here
	prone   time.Duration // time without room for the largest recent record
	unfit   int           // looks that found no room for it
	largest uint64        // largest span of a record that was walked here, bytes
	// spans of the records that were submitted or discarded, and of the discarded ones, bytes
	resolvedBytes, discardedBytes uint64

	drops   uint64        // refused reservations
	looks   uint32        // that fell into it
	drained uint32        // of these, how many found that the reader had moved, or nothing unread
	looked  time.Duration // between these looks and the ones before
	weight  time.Duration // of these looks
	busy    time.Duration // weight times records that were busy
}

// step is what one look saw.
type step struct {
	at, prev time.Time // prev is zero at the first look
	used     uint64    // bytes
	valid    bool      // used means something
	moved    bool      // producer or consumer did
}

const (
	finePerCoarse = int(CoarseSlot / FineSlot)
	coarsePerLong = int(LongSlot / CoarseSlot)
	// coarseKept is a slot of long more than is shown, so that whole ones can move there.
	coarseKept = CoarseSlots + coarsePerLong
)

func (l *timeline) index(at time.Time) int { return int(at.Sub(l.epoch) / FineSlot) }

func (l *timeline) slot(i int) *slot { return &l.fine[i%FineSlots] }

// begin starts the time line, once; a ring that follows another one goes on with it, in slots of its own.
func (l *timeline) begin(now time.Time) {
	if l.begun {
		l.roll(now)
		l.own = max(l.own, l.now)
		return
	}
	// Add keeps the monotonic reading, which Truncate would strip.
	l.epoch = now.Add(-time.Duration(now.Nanosecond()))
	l.begun = true
	l.now = l.index(now)
	l.first, l.own = l.now, l.now
	l.marks = make([]Mark, 0, MaxMarks)
	*l.slot(l.now) = slot{}
}

// roll opens all slots up to that of at.
func (l *timeline) roll(at time.Time) {
	to := max(l.index(at), l.now)
	for i := max(l.now+1, to-FineSlots+1); i <= to; i++ {
		*l.slot(i) = slot{}
	}
	was, is := l.now/finePerCoarse, to/finePerCoarse
	if was != is {
		l.retire(was, is)
	}
	for i := max(was+1, is-coarseKept+1); i <= is; i++ {
		l.coarse[i%coarseKept] = Slot{}
		l.coarseDirty = true
	}
	l.now = to
}

// retire moves the seconds that will be forgotten when second is follows on second was to the long slots.
func (l *timeline) retire(was, is int) {
	const groups = coarseKept / coarsePerLong
	for g := was/coarsePerLong + 1; g <= min(is/coarsePerLong, was/coarsePerLong+groups); g++ {
		old := g - groups
		if old < l.first/finePerCoarse/coarsePerLong {
			continue
		}
		if !l.longDirty && l.longCopy == nil {
			l.longNow, l.longFirst = old-1, old
		}
		for i := max(l.longNow+1, old-LongSlots+1); i <= old; i++ {
			l.long[i%LongSlots] = Slot{}
		}
		l.longNow, l.longDirty = old, true
		sum := &l.long[old%LongSlots]
		for i := old * coarsePerLong; i < (old+1)*coarsePerLong; i++ {
			sum.add(&l.coarse[i%coarseKept], l.epoch.Add(time.Duration(old)*LongSlot))
		}
	}
}

// add takes in another slot; at is the begin of s.
func (s *Slot) add(o *Slot, at time.Time) {
	if !o.At.IsZero() {
		s.At = at
	}
	s.UsedMax = max(s.UsedMax, o.UsedMax)
	s.Severity = max(s.Severity, o.Severity)
	s.Bytes += o.Bytes
	s.Consumed += o.Consumed
	s.Records += o.Records
	s.Committed += o.Committed
	s.Discarded += o.Discarded
	s.Gap = s.Gap || o.Gap
}

// look enters what a look saw of the fill, also for the slots that no look fell into although it is known what they held.
func (l *timeline) look(s step) {
	l.roll(s.at)
	if !s.prev.IsZero() {
		if !s.moved || s.at.Sub(s.prev) <= absentAfter {
			l.carry(l.index(s.prev)+1, l.now-1)
		}
		sl := l.slot(l.now)
		sl.gap = max(sl.gap, s.at.Sub(s.prev))
	}
	l.last = s
	l.see(l.now, s.used)
}

// carry gives the fine slots from from to to, and their seconds, the fill of the last look.
func (l *timeline) carry(from, to int) {
	for i := max(from, l.now-FineSlots+1); i <= to; i++ {
		l.see(i, l.last.used)
	}
	for i := max(from/finePerCoarse, l.now/finePerCoarse-coarseKept+1); i <= to/finePerCoarse; i++ {
		l.level(i, l.last.used)
	}
}

// see enters a fill into fine slot i and its second.
func (l *timeline) see(i int, used uint64) {
	sl := l.slot(i)
	if sl.At.IsZero() {
		sl.At = l.slotBegin(i)
		sl.least = used
	}
	sl.UsedMax = max(sl.UsedMax, used)
	sl.least = min(sl.least, used)
	if !l.last.valid {
		sl.least = 0
	}
	l.level(i/finePerCoarse, used)
}

// level enters a fill into second i.
func (l *timeline) level(i int, used uint64) {
	c := &l.coarse[i%coarseKept]
	if c.At.IsZero() {
		c.At = l.epoch.Add(time.Duration(i) * CoarseSlot)
		l.coarseDirty = true
	}
	if used > c.UsedMax {
		c.UsedMax = used
		l.coarseDirty = true
	}
}

// flow adds what moved since the look before to the newest slots.
func (l *timeline) flow(d Slot) {
	if d == (Slot{}) {
		return
	}
	for _, s := range [...]*Slot{&l.slot(l.now).Slot, &l.coarse[l.now/finePerCoarse%coarseKept]} {
		s.Bytes += d.Bytes
		s.Consumed += d.Consumed
		s.Records += d.Records
		s.Committed += d.Committed
		s.Discarded += d.Discarded
		s.Gap = s.Gap || d.Gap
	}
	l.coarseDirty = true
}

// severe notes that a finding of severity v stood since since and stands now.
func (l *timeline) severe(v Severity, since time.Time) {
	for i := max(l.index(since), l.now-FineSlots+1, l.first); i <= l.now; i++ {
		s := l.slot(i)
		s.Severity = max(s.Severity, v)
	}
	for i := max(l.index(since), l.now-(coarseKept-1)*finePerCoarse, l.first) / finePerCoarse; i <= l.now/finePerCoarse; i++ {
		if c := &l.coarse[i%coarseKept]; c.Severity < v {
			c.Severity = v
			l.coarseDirty = true
		}
	}
}

// mark enters an event, in order of time.
func (l *timeline) mark(m Mark) {
	if m.Seen.IsZero() {
		m.Seen = m.At
	}
	if len(l.marks) == MaxMarks {
		l.marks = append(l.marks[:0], l.marks[1:]...)
	}
	l.marks = append(l.marks, m)
	for i := len(l.marks) - 1; i > 0 && l.marks[i].At.Before(l.marks[i-1].At); i-- {
		l.marks[i], l.marks[i-1] = l.marks[i-1], l.marks[i]
	}
	l.marksDirty = true
}

// history copies what is known at now. Slices that did not change since the last copy are shared with it.
func (l *timeline) history(now time.Time) *History {
	if !l.begun {
		return &History{Marks: l.shareMarks()}
	}
	l.roll(now)
	if !l.last.at.IsZero() && now.Sub(l.last.at) <= absentAfter {
		l.carry(l.index(l.last.at)+1, l.now)
	}
	n := min(l.now-l.first+1, FineSlots)
	h := &History{Fine: make([]Slot, n), Marks: l.shareMarks(), begun: l.slotBegin(l.first)}
	for i := range h.Fine {
		h.Fine[i] = l.slot(l.now - n + 1 + i).Slot
	}
	last := l.now / finePerCoarse
	if l.coarseDirty {
		l.coarseCopy = turned(l.coarse[:], last, min(last-l.first/finePerCoarse+1, CoarseSlots))
		l.coarseDirty = false
	}
	if l.longDirty {
		l.longCopy = turned(l.long[:], l.longNow, min(l.longNow-l.longFirst+1, LongSlots))
		l.longDirty = false
	}
	h.Coarse, h.Long = l.coarseCopy, l.longCopy
	h.fine = strip{slots: h.Fine, each: FineSlot, end: l.slotBegin(l.now)}
	h.coarse = strip{slots: h.Coarse, each: CoarseSlot, end: l.epoch.Add(time.Duration(last) * CoarseSlot)}
	h.long = strip{slots: h.Long, each: LongSlot, end: l.epoch.Add(time.Duration(l.longNow) * LongSlot)}
	return h
}

// slotBegin is when fine slot i begins.
func (l *timeline) slotBegin(i int) time.Time { return l.epoch.Add(time.Duration(i) * FineSlot) }

// turned copies the newest n of a ring of slots, oldest first.
func turned(ring []Slot, last, n int) []Slot {
	out := make([]Slot, n)
	for i := range out {
		out[i] = ring[(last-n+1+i)%len(ring)]
	}
	return out
}

func (l *timeline) shareMarks() []Mark {
	if l.marksDirty {
		l.marksCopy = append([]Mark(nil), l.marks...)
		l.marksDirty = false
	}
	return l.marksCopy
}
