package model

import (
	"time"

	"ringscope/ringcore"
)

// trouble keeps what the rules about single events need.
type trouble struct {
	invalidFrom   time.Time // zero: positions make sense
	invalidBefore bool

	header      struct{ first, last time.Time }
	headerPos   ringcore.Pos
	headerRaw   Figure[uint64]
	headerWhy   string
	headerCount uint64

	leap       struct{ first, last time.Time } // the producer position moved further than it can
	leapBytes  uint64
	leapWithin time.Duration
	leapTo     ringcore.Pos

	gap        struct{ first, last time.Time }
	gapLast    uint64 // bytes
	lappedMark time.Time

	readers   struct{ first, last time.Time }
	readersAt ringcore.Pos
	wentBack  uint64 // times the consumer position went backwards

	dropFirst, dropLast time.Time

	over struct{ first, last time.Time } // unread records were overwritten
	lost uint64                          // of these, bytes: at least
}

// look takes a look. It returns the bytes that count as lost only if the producer position's leap was none.
func (t *trouble) look(l *look) (held uint64) {
	lost := overwrittenUnread(l)
	switch {
	case l.jumped:
		held = lost
	case lost > 0:
		t.lose(l.now, lost)
	}
	switch {
	case l.valid:
		t.invalidFrom = time.Time{}
	case t.invalidFrom.IsZero():
		t.invalidFrom, t.invalidBefore = l.now, l.first
	}
	return held
}

// overwrittenUnread is how many bytes were overwritten since the look before and had not been read: what the reader passed meanwhile
// counts as read, although it may have skipped it. Of positions that make no sense nothing is counted.
func overwrittenUnread(l *look) uint64 {
	if !l.valid || !l.validBefore || !l.overwrite || !l.p.HasOverwrite || !l.before.HasOverwrite {
		return 0
	}
	from := l.before.Overwrite
	if int64(l.p.Consumer-from) > 0 {
		from = l.p.Consumer
	}
	return uint64(max(int64(l.p.Overwrite-from), 0))
}

// lose counts bytes that were overwritten unread.
func (t *trouble) lose(now time.Time, bytes uint64) {
	again(&t.over, now, overwrittenHold)
	t.lost += bytes
}

// again enters an event at now into a stretch of them, which ends after hold without one.
func again(s *struct{ first, last time.Time }, now time.Time, hold time.Duration) {
	if s.first.IsZero() || now.Sub(s.last) > hold {
		s.first = now
	}
	s.last = now
}

func (t *trouble) badHeader(now time.Time, pos ringcore.Pos, raw Figure[uint64], why error) {
	again(&t.header, now, corruptHold)
	t.headerPos, t.headerRaw = pos, raw
	t.headerCount++
	t.headerWhy = ""
	if why != nil {
		t.headerWhy = why.Error()
	}
}

func (t *trouble) missed(now time.Time, bytes uint64) {
	again(&t.gap, now, viewGapsHold)
	t.gapLast = bytes
}

func (t *trouble) secondReader(now time.Time, at ringcore.Pos) {
	again(&t.readers, now, manyReadersHold)
	t.readersAt = at
}
