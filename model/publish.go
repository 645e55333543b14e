package model

import (
	"time"
)

// Publish makes the moment of now, which is not before the end of the newest look, at most some ten times a second. It takes over d.Rows
// and writes their ages. A moment shares nothing with later ones that ever changes.
func (a *Account) Publish(now time.Time, d Detail, o Observation) *Moment {
	a.judgeLeap(now)
	a.seq++
	for _, m := range a.events {
		m.At = now
		a.line.mark(m)
	}
	a.events = a.events[:0]
	if d.Wrong != nil && a.looks > 0 && a.state <= Live {
		a.trouble.headerStands(a.now, d.Wrong, a.shown(d.Wrong.Raw))
	}
	if a.state == Ended && a.endedAt.IsZero() {
		a.endedAt = now
	}
	s := &Sample{Seq: a.seq, At: now, Since: a.began, Ring: a.ring, State: a.state, Unowned: a.unowned, Observer: o, Drops: a.drops, Detail: d}
	m := &Moment{Sample: s, Wait: a.wait, Why: a.why}
	if a.looks > 0 {
		s.At = a.now
		a.fillSample(s)
	}
	if a.state <= Live || a.state == Ended {
		f := facts{Account: a, sample: s, at: s.At}
		if a.looks > 0 {
			a.excerpts.take(s.At, &d.Excerpt, s.Totals.Records)
			a.excerpts.fill(s)
			a.press(s)
		}
		var starts []time.Time
		if m.Findings, starts = a.judge.judge(&f, now); len(starts) > 0 {
			a.archive.keep(now, m, starts)
		}
	}
	a.archive.take(now, m)
	m.History = a.line.history(now)
	a.archive.fill(m.History)
	return m
}

// fillSample writes what the looks told.
func (a *Account) fillSample(s *Sample) {
	s.Positions = a.positions
	a.fill.publish(&s.Occupancy, a.size)
	a.fillTotals(s)
	a.fillLag(s)
	a.fillBusy(s)
	a.ages(s)
	s.Lengths, s.LengthBytes = a.sums.lengths, a.sums.lengthBytes
	if a.room.largest > 0 {
		s.Largest = Of(a.room.largest)
	}
	a.buckets.fill(&s.Buckets, a.last.Producer, a.sums.jumps > 0)
	s.Rates.LastProduced, s.Rates.LastRead = a.reader.lastProduced, a.reader.lastRead
	r := readingOf(s)
	s.Rates = a.rates.rates(&r)
	a.readers.fill(&s.Reader, s.Rates.ConsumedRecords)
	s.Occupancy.TimeToFull = a.timeToFull(s)
}

func (a *Account) fillTotals(s *Sample) {
	t := &a.sums
	s.Totals = Totals{
		Records: t.records, Committed: t.committed, Discarded: t.discarded, Unresolved: t.unresolved,
		Bytes: t.bytes, Payload: t.payload, Consumed: a.reader.consumed, MaybeSkipped: a.reader.maybeSkipped, Overwritten: a.trouble.lost, DiscardedB: t.discardedBytes,
		ResolvedBytes: t.resolvedBytes, Unproven: t.unproven, Produced: a.produced(),
		How: Exact,
	}
	switch {
	case t.missed > 0 || t.jumps > 0 || a.behind():
		s.Totals.How = AtLeast
	case t.unproven > 0:
		s.Totals.How = Sampled
	}
	s.Missed = Missed{Bytes: t.missed, Torn: t.torn, Resyncs: t.resyncs, Jumps: t.jumps, LastAt: a.trouble.gap.last, Last: a.trouble.gapLast}
}

// behind reports whether the walk has not come to the producer position of the newest look: more records are busy than an observer
// remembers, or there was more to walk than one look may.
func (a *Account) behind() bool {
	return a.positions.Valid() && (a.sums.settled || a.sums.walked) && a.sums.reached != a.last.Producer
}

// fillLag tells how far the reader is behind. With positions that make no sense nobody knows.
func (a *Account) fillLag(s *Sample) {
	if !a.positions.Valid() {
		return
	}
	s.Lag.Bytes = a.fill.used
	s.Lag.Records = s.Detail.Unread
	if a.fill.used.V == 0 {
		s.Lag.Age.How = NotApplicable
		return
	}
	s.Lag.Age = a.age(a.last.Head(), s.At)
}

// fillBusy tells what is reserved and not finished.
func (a *Account) fillBusy(s *Sample) {
	b := &s.Busy
	b.Now, b.How = uint64(a.busy.live), Exact
	if a.behind() {
		b.How = AtLeast
	}
	b.At = a.busy.positions(MaxBusyShown)
	b.Mean, b.Twice = a.line.meanBusy(), a.times.twice()
	b.Head.How, b.HeadAge.How, b.Oldest.How = NotApplicable, NotApplicable, NotApplicable
	if !a.positions.Valid() {
		b.Head.How, b.HeadAge.How = Unknown, Unknown
	}
	if r := a.busy.oldest(); r != nil {
		b.Oldest = r.age(s.At)
	}
	if r := a.headBusy(); r != nil {
		b.Head, b.HeadAge = Of(r.pos), r.age(s.At)
		if behind := a.last.Producer - r.pos; behind > r.span { // a forged producer position can stand within the record
			b.Blocked = behind - r.span
		}
		b.BlockedR = s.Detail.Unread
		if b.BlockedR.V > 0 {
			b.BlockedR.V--
		}
	}
}

// age of a busy record.
func (r *busyRecord) age(at time.Time) Figure[time.Duration] {
	how := Exact
	if r.before {
		how = AtLeast
	}
	return Known(at.Sub(r.seen), how)
}

// ages writes when each row was first seen.
func (a *Account) ages(s *Sample) {
	for i := range s.Detail.Rows {
		r := &s.Detail.Rows[i]
		r.FirstSeen, r.FirstSeenTol = a.FirstSeen(r.Pos)
		r.Age = a.age(r.Pos, s.At)
	}
}

// age is the time since the record at pos was first seen.
func (a *Account) age(pos uint64, at time.Time) Figure[time.Duration] {
	seen, _ := a.FirstSeen(pos)
	how := seen.How
	switch how {
	case Unknown:
		return Figure[time.Duration]{}
	case AtMost: // seen at most then, so at least as old
		how = AtLeast
	}
	return Known(max(at.Sub(seen.V), 0), how)
}
