package model

import (
	"errors"
	"time"

	"ringscope/ringcore"
)

// wrongHeader is one as it was found.
type wrongHeader struct {
	pos   ringcore.Pos
	found time.Time
	raw   Figure[uint64]
	why   string
}

// trouble keeps what the rules about single events need.
type trouble struct {
	invalidFrom   time.Time // zero: positions make sense
	invalidBefore bool

	header      struct{ first, last time.Time }
	headerShown wrongHeader
	headerCount uint64
	headerStood time.Time       // when the reader was last seen to come to one
	headers     [16]wrongHeader // the last ones
	headersTold int             // that were entered there

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

// badHeader takes a header that was found wrong; one of a place that was told before counts no more.
func (t *trouble) badHeader(now time.Time, pos ringcore.Pos, raw Figure[uint64], why error) {
	if errors.Is(why, ringcore.ErrWentBack) {
		t.headersTold = 0 // other records will stand at these places
	} else if _, told := t.told(pos); told {
		return
	}
	if t.header.last.Before(t.headerStood) {
		t.header.last = t.headerStood
	}
	again(&t.header, now, corruptHold)
	h := wrongHeader{pos: pos, found: now, raw: raw}
	if why != nil {
		h.why = why.Error()
	}
	t.headers[t.headersTold%len(t.headers)] = h
	t.headersTold++
	t.headerCount++
	t.headerShown = h
}

// headerStands takes a wrong header that the reader comes to. It is the one that is shown for as long as it stands there.
func (t *trouble) headerStands(now time.Time, w *ringcore.Wrong, raw Figure[uint64]) {
	t.badHeader(now, w.Pos, raw, w.Why)
	t.headerStood = now
	if h, told := t.told(w.Pos); told {
		t.headerShown = h
	}
}

// told returns the header that was found wrong at pos, if it is among the last.
func (t *trouble) told(pos ringcore.Pos) (h wrongHeader, told bool) {
	for _, h := range t.headers[:min(t.headersTold, len(t.headers))] {
		if h.pos == pos {
			return h, true
		}
	}
	return h, false
}

func (t *trouble) missed(now time.Time, bytes uint64) {
	again(&t.gap, now, viewGapsHold)
	t.gapLast = bytes
}

func (t *trouble) secondReader(now time.Time, at ringcore.Pos) {
	again(&t.readers, now, manyReadersHold)
	t.readersAt = at
}
