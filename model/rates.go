package model

import "time"

// RatesWindow is the time over which the rates of a sample are taken.
const RatesWindow = time.Second

// reading is what rates are made of.
type reading struct {
	at        time.Time
	since     time.Time // watching this ring began
	totals    Totals
	missed    Missed
	behind    bool // more records had come than were walked
	unread    Figure[uint64]
	lengths   [LengthBuckets]uint64
	lastWrite time.Time
	lastRead  time.Time
}

func readingOf(s *Sample) reading {
	return reading{
		at: s.At, since: s.Since, totals: s.Totals, missed: s.Missed,
		behind: s.Busy.How == AtLeast, unread: s.Lag.Records,
		lengths:   s.Lengths,
		lastWrite: s.Rates.LastProduced, lastRead: s.Rates.LastRead,
	}
}

// RatesBetween gives the rates of the time between two samples of one watch, a the older. Window is 0 and everything unmeasured if they
// are not of the same ring, or not one after the other.
func RatesBetween(a, b *Sample) Rates {
	x, y := readingOf(a), readingOf(b)
	return ratesBetween(&x, &y)
}

func ratesBetween(a, b *reading) Rates {
	d := b.at.Sub(a.at)
	r := Rates{LastProduced: b.lastWrite, LastRead: b.lastRead}
	if d <= 0 || !a.since.Equal(b.since) {
		r.unmeasured()
		return r
	}
	r.Window = d
	how, bytesHow := Exact, Exact
	if a.missed.Jumps != b.missed.Jumps {
		bytesHow = AtLeast
	}
	switch {
	case a.behind && (a.missed.Bytes != b.missed.Bytes || b.behind || bytesHow == AtLeast):
		how = Unknown
	case a.behind: // some that had come before were walked since
		how = AtMost
	case a.missed.Bytes != b.missed.Bytes || b.behind || bytesHow == AtLeast:
		how = AtLeast
	case a.totals.Unproven != b.totals.Unproven:
		how = Sampled
	}
	per := func(from, to uint64, h How) Figure[float64] {
		return Known(float64(to-from)/d.Seconds(), h)
	}
	x, y := &a.totals, &b.totals
	// The producer position tells what came, also what nobody saw, and what the walk has not reached yet. That can turn out to be void.
	bytes := uint64(max(int64(y.Produced-x.Produced), 0))
	resolved := y.Committed + y.Discarded - x.Committed - x.Discarded
	resolvedBytes := y.ResolvedBytes - x.ResolvedBytes
	seen := y.Bytes - x.Bytes
	r.Records = per(x.Records, y.Records, how)
	r.Bytes = per(0, bytes, bytesHow)
	r.Payload = per(x.Payload, y.Payload, how)
	r.Consumed = per(x.Consumed, y.Consumed, bytesHow) // what was read while the producer position jumped is unknown, too
	if x.MaybeSkipped != y.MaybeSkipped {
		r.Consumed.How = Weaken(bytesHow, AtMost)
	}
	r.Committed = per(x.Committed, y.Committed, how)
	r.Discarded = per(x.Discarded, y.Discarded, how)
	r.ConsumedRecords = consumedRecords(a, b, how, d)
	r.DiscardRatioRecords = ratio(y.Discarded-x.Discarded, resolved, how)
	r.DiscardRatioBytes = ratio(y.DiscardedB-x.DiscardedB, resolvedBytes, how)
	r.OverheadRatio = ratio(seen-min(seen, y.Payload-x.Payload), seen, how)
	for i := range r.Lengths {
		r.Lengths[i] = float64(b.lengths[i]-a.lengths[i]) / d.Seconds()
	}
	r.ConsumedMovedRecently = y.Consumed != x.Consumed
	r.ProducedRecently = bytes > 0
	return r
}

// consumedRecords is what came less the growth of what is unread. How many of these were overwritten instead nobody knows, unless nothing
// was read.
func consumedRecords(a, b *reading, how How, d time.Duration) Figure[float64] {
	if a.totals.Overwritten != b.totals.Overwritten {
		if a.totals.Consumed == b.totals.Consumed {
			return Of(0.0)
		}
		return Figure[float64]{}
	}
	if how == AtLeast || !a.unread.Known() || !b.unread.Known() {
		return Figure[float64]{}
	}
	n := int64(b.totals.Records-a.totals.Records) + int64(a.unread.V-b.unread.V)
	if n < 0 {
		return Figure[float64]{}
	}
	return Known(float64(n)/d.Seconds(), Weaken(how, Weaken(a.unread.How, b.unread.How)))
}

// ratio is a part of a whole; without a whole it has no meaning, and is unknown if some passed unseen. Of a part of the records it is an
// estimate.
func ratio(part, whole uint64, how How) Figure[float64] {
	if whole == 0 && (how == AtLeast || how == Unknown) {
		return Figure[float64]{}
	}
	if whole == 0 {
		return Figure[float64]{How: NotApplicable}
	}
	if how != Exact {
		how = Sampled
	}
	return Known(min(float64(part)/float64(whole), 1), how)
}

func (r *Rates) unmeasured() {
	for _, f := range [...]*Figure[float64]{
		&r.Records, &r.Bytes, &r.Payload, &r.Consumed, &r.ConsumedRecords, &r.Committed, &r.Discarded,
		&r.DiscardRatioRecords, &r.DiscardRatioBytes, &r.OverheadRatio,
	} {
		f.How = Unmeasured
	}
}

const (
	keptReadings    = 64
	readingDistance = 50 * time.Millisecond // at least, between two that are kept
)

// rateLog keeps the readings of the last seconds.
type rateLog struct {
	log [keptReadings]reading
	n   int // ever kept
}

// rates gives the rates of the last RatesWindow up to now, or up to the last reading before that if they are further apart, and keeps
// the reading.
func (l *rateLog) rates(now *reading) Rates {
	var r Rates
	found := false
	for i := l.n - 1; i >= 0 && i >= l.n-keptReadings; i-- {
		if old := &l.log[i%keptReadings]; now.at.Sub(old.at) >= RatesWindow {
			r, found = ratesBetween(old, now), true
			break
		}
	}
	if !found {
		r.LastProduced, r.LastRead = now.lastWrite, now.lastRead
		r.unmeasured()
	}
	if l.n == 0 || now.at.Sub(l.log[(l.n-1)%keptReadings].at) >= readingDistance {
		l.log[l.n%keptReadings] = *now
		l.n++
	}
	return r
}
