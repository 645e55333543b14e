package model

import "time"

// discardHeavy: much is discarded after it was reserved.
func discardHeavy(f *facts) (v verdict, holds bool) {
	if f.at.Sub(f.began) < discardWatch {
		return v, false
	}
	d := f.line.discards()
	if d.resolved < discardLeast || d.bytes == 0 {
		return v, false
	}
	records, bytes := float64(d.discarded)/float64(d.resolved), float64(d.discardedBytes)/float64(d.bytes)
	limit := discardShare
	if f.judge.stands(DiscardHeavy) {
		limit = discardStill
	}
	if max(records, bytes) <= limit {
		return v, false
	}
	v.since = f.line.discardsFrom(bytes > records)
	if v.since.Sub(f.began) <= FineSlot {
		v.since, v.before = f.began, true
	}
	v.evidence = f.evidence()
	v.evidence.Ratio, v.evidence.RatioR = bytes, records
	v.evidence.blameSite(f.calls(func(s *Site) bool { return s.Call == "discard" }))
	return v, true
}

// discards sums up what was submitted and discarded in the fine slots.
type discards struct {
	resolved, discarded   uint64 // records
	bytes, discardedBytes uint64
}

func (l *timeline) discards() (d discards) {
	for i := max(l.now-FineSlots+1, l.own); i <= l.now; i++ {
		s := l.slot(i)
		d.resolved += s.Committed + s.Discarded
		d.discarded += s.Discarded
		d.bytes += s.resolvedBytes
		d.discardedBytes += s.discardedBytes
	}
	return d
}

// discardsFrom is when the discards of the fine slots began: what came from then on was most above discardShare of the records, or of
// their bytes.
func (l *timeline) discardsFrom(bytes bool) time.Time {
	from, above, most := l.now, 0.0, 0.0
	for i := l.now; i >= max(l.now-FineSlots+1, l.own); i-- {
		s := l.slot(i)
		all, discarded := s.Committed+s.Discarded, s.Discarded
		if bytes {
			all, discarded = s.resolvedBytes, s.discardedBytes
		}
		above += float64(discarded) - discardShare*float64(all)
		if above > most {
			from, most = i, above
		}
	}
	return l.slotBegin(from)
}

// oversizedRecords: most of what payloads hold is zeros at their end.
func oversizedRecords(f *facts) (v verdict, holds bool) {
	x := &f.excerpts
	if x.read < zerosLeast || x.bytes < zerosLength*x.read || f.at.Sub(x.last) > zerosWindow {
		return v, false
	}
	limit := zerosShare
	if f.judge.stands(OversizedRecord) {
		limit = zerosStill
	}
	if x.trailing() <= limit {
		return v, false
	}
	v.since = f.at
	v.evidence = f.evidence()
	v.evidence.Ratio, v.evidence.Count = x.trailing(), uint64(x.read)
	f.blameWriter(&v.evidence)
	if e := &v.evidence; e.Site.Call == "" && e.Dominant.Records > 0 {
		e.Program, e.Site = f.asks(f.format.Span(e.Dominant.Length), "reserve", "output")
		e.SuspectedCode = e.Program.Name
	}
	return v, true
}

// wakeupPerRecord: the reader goes to sleep again after nearly each of many records.
func wakeupPerRecord(f *facts) (v verdict, holds bool) {
	rate := f.sample.Rates.Records
	least, most := float64(wakeupRate), wakeupRecords
	if f.judge.stands(WakeupPerRecord) {
		least, most = wakeupRateStill, wakeupRecordsStill
	}
	t, ok := f.sleeper(most)
	if !ok || !rate.Known() || rate.V < least || f.line.drained(wakeupFor) < wakeupDrained {
		f.wakingFrom = time.Time{}
		return v, false
	}
	if f.wakingFrom.IsZero() {
		f.wakingFrom = f.at
	}
	if f.at.Sub(f.wakingFrom) < wakeupFor {
		return v, false
	}
	v.since = f.wakingFrom
	v.evidence = f.evidence()
	v.evidence.Thread, v.evidence.PerSecond = t, rate.V
	v.evidence.blameSite(f.calls(func(s *Site) bool { return s.WakeUp == WakeForced }))
	return v, true
}

// sleeper is the thread of the reader that sleeps most often, at least once for most records; only threads count that were seen waiting
// for this ring lately, unless that can't be seen, and whose process reads no other ring that could wake it.
func (f *facts) sleeper(most float64) (best ThreadNow, ok bool) {
	for _, t := range f.sample.Reader.Threads {
		if t.Waits.Known() && !f.readers.seenWaiting(t.TID, f.at) || t.Rings.Known() && t.Rings.V > 1 || !t.RecordsPerSwitch.Known() || t.RecordsPerSwitch.V > most {
			continue
		}
		if !ok || t.RecordsPerSwitch.V < best.RecordsPerSwitch.V {
			best, ok = t, true
		}
	}
	return best, ok
}

// drained is the part of the looks of the last d at which the reader had moved or nothing was unread, 0..1.
func (l *timeline) drained(d time.Duration) float64 {
	var looks, drained uint32
	for i := max(l.now-int(d/FineSlot)+1, l.own); i <= l.now; i++ {
		s := l.slot(i)
		looks, drained = looks+s.looks, drained+s.drained
	}
	if looks == 0 {
		return 0
	}
	return float64(drained) / float64(looks)
}
