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

func (t *trouble) look(l *look) {
	t.overwrite(l)
	switch {
	case l.valid:
		t.invalidFrom = time.Time{}
	case t.invalidFrom.IsZero():
		t.invalidFrom, t.invalidBefore = l.now, l.first
	}
}

// overwrite counts what was overwritten since the look before and had not been read: what the reader passed meanwhile counts as read,
// although it may have skipped it. Of positions that make no sense nothing is counted.
func (t *trouble) overwrite(l *look) {
	if !l.valid || !l.validBefore || !l.overwrite || !l.p.HasOverwrite || !l.before.HasOverwrite {
		return
	}
	from := l.before.Overwrite
	if int64(l.p.Consumer-from) > 0 {
		from = l.p.Consumer
	}
	if d := int64(l.p.Overwrite - from); d > 0 {
		again(&t.over, l.now, overwrittenHold)
		t.lost += uint64(d)
	}
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
