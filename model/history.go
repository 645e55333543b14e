package model

import "time"

// Resolution of a History: FineSlots of FineSlot (the last 30 s), CoarseSlots of CoarseSlot (the last 10 min), and LongSlots of
// LongSlot (the hour before those).
const (
	FineSlot    = 100 * time.Millisecond
	FineSlots   = 300
	CoarseSlot  = time.Second
	CoarseSlots = 600
	LongSlot    = 10 * time.Second
	LongSlots   = 360
	MaxMarks    = 128
	// MaxKept is how many whole moments are kept.
	MaxKept = 16
)

// Slot sums up one stretch of time.
type Slot struct {
	At        time.Time // its begin; zero: nobody looked
	UsedMax   uint64    // bytes
	Bytes     uint64    // produced
	Consumed  uint64    // bytes
	Records   uint64
	Committed uint64
	Discarded uint64
	Severity  Severity // worst finding that stood in it
	Gap       bool     // something passed unseen in it
}

// Mark is an event on the time line.
type Mark struct {
	At       time.Time
	Seen     time.Time // when it was noticed: a finding can have begun before that
	Kind     MarkKind
	Code     Code     // of a finding
	Severity Severity // of a finding
	Before   bool     // of a finding that began: it was already so when watching did
	ID       uint32   // map id, for MarkAttached
}

// MarkKind says what happened.
type MarkKind uint8

// Kinds of marks.
const (
	MarkBegan    MarkKind = iota // a finding began
	MarkEnded                    // a finding ended
	MarkLapped                   // records passed unseen
	MarkAttached                 // watching a ring began, or went on at a successor
	MarkGone                     // the ring ended
	MarkOwners                   // owners or readers changed
)

// History is what led to a moment, oldest first. It is immutable; Fine and Coarse end with the slot that holds the moment, Long where
// Coarse can't begin later any more. In a moment of the past, slots that were kept in a coarser resolution only are even parts of
// those.
type History struct {
	Fine   []Slot // of FineSlot each, at most FineSlots, without gaps in time
	Coarse []Slot // of CoarseSlot each, at most CoarseSlots
	Long   []Slot // of LongSlot each, at most LongSlots
	Marks  []Mark // at most MaxMarks, those of findings that a cause explains are left out
	// Kept are moments as they were published, records and all, oldest first: the start of each finding, at most MaxKept. They have
	// no History; [History.At] gives them theirs.
	Kept []*Moment

	fine, coarse, long strip
	begun              time.Time // begin of the first slot that ever was
	past               [tiers][]*still
	starts             [][]time.Time // of the findings that began with each of Kept
}

// At is the moment that was published at t, or else the nearest before it that was kept; nil: there is none. Where t is the start of a
// finding, or the time at which that was noticed, it is the whole moment at which it was first said, if that is still kept. Others are
// made anew from what was kept of them, see [Moment.Past].
func (h *History) At(t time.Time) *Moment {
	for i := len(h.Kept) - 1; i >= 0; i-- {
		if h.keptFor(i, t) {
			return h.whole(i)
		}
	}
	tier, i := h.find(t)
	if i < 0 {
		return nil
	}
	s := h.past[tier][i]
	for i := range h.Kept {
		if h.Kept[i].Sample.Seq == s.seq {
			return h.whole(i)
		}
	}
	m := s.moment()
	m.Past = resolution[tier]
	m.History = h.until(s.at)
	return m
}

// keptFor reports whether kept moment i is that of a finding which began, or was noticed, at t.
func (h *History) keptFor(i int, t time.Time) bool {
	if i >= len(h.starts) {
		return false
	}
	for _, start := range h.starts[i] {
		if start.Equal(t) {
			return true
		}
	}
	return false
}

// whole is kept moment i with its history.
func (h *History) whole(i int) *Moment {
	m := *h.Kept[i]
	m.History = h.until(h.starts[i][0])
	return &m
}

// find is the newest moment that was kept at or before t; -1: there is none.
func (h *History) find(t time.Time) (tier, i int) {
	for tier = range h.past {
		of := h.past[tier]
		if n := searchStill(of, t); n > 0 {
			return tier, n - 1
		}
	}
	return 0, -1
}

// Step is the time of the moment that was kept n after the one that [History.At] gives for t, or -n before it: the oldest or newest
// one if there are not so many. Zero: none is kept.
func (h *History) Step(t time.Time, n int) time.Time {
	count := 0
	for tier := range h.past {
		count += len(h.past[tier])
	}
	if count == 0 {
		return time.Time{}
	}
	at := -1 // counted from the oldest
	for tier := range h.past {
		at += searchStill(h.past[tier], t)
	}
	at = min(max(at+n, 0), count-1)
	for tier := tiers - 1; tier >= 0; tier-- {
		if of := h.past[tier]; at < len(of) {
			return of[at].at
		}
		at -= len(h.past[tier])
	}
	return time.Time{} // at is below count
}

// until is the part of h that was there at t.
func (h *History) until(t time.Time) *History {
	out := &History{begun: h.begun}
	for tier := range h.past {
		of := h.past[tier]
		out.past[tier] = of[:searchStill(of, t)]
	}
	for i := range h.Kept {
		if !h.starts[i][0].After(t) {
			out.Kept, out.starts = h.Kept[:i+1], h.starts[:i+1]
		}
	}
	for i := range h.Marks {
		if !h.Marks[i].Seen.After(t) && !h.Marks[i].At.After(t) {
			out.Marks = append(out.Marks, h.Marks[i])
		}
	}
	if h.begun.IsZero() {
		return out
	}
	out.long = h.long.until(t)
	out.coarse = cut(t, h.begun, CoarseSlots, h.coarse, h.long)
	out.fine = cut(t, h.begun, FineSlots, h.fine, h.coarse, h.long)
	out.Fine, out.Coarse, out.Long = out.fine.slots, out.coarse.slots, out.long.slots
	return out
}
