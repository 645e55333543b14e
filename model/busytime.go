package model

import (
	"math/bits"
	"time"
)

// BusyTwice is about the records that were busy at two looks or more and have been submitted or discarded since, without those that
// stood there when watching began: how long it was from the first of these looks to the one that found them finished. Most records
// are not busy for long enough to be among them.
type BusyTwice struct {
	Records uint64                // since watching began
	Median  Figure[time.Duration] // Sampled: by powers of two; NotApplicable without any
	Longest Figure[time.Duration]
}

// busyTimes follows how long records are busy.
type busyTimes struct {
	ages    [64]uint64 // index i: ages that need i bits in ns
	records uint64
	longest time.Duration
}

// finish notes a record that was seen busy and no longer is.
func (b *busyTimes) finish(r *busyRecord, now time.Time) {
	d := now.Sub(r.seen)
	if r.before || d <= 0 {
		return
	}
	b.ages[bits.Len64(uint64(d))]++
	b.records++
	b.longest = max(b.longest, d)
}

func (b *busyTimes) twice() BusyTwice {
	none := Figure[time.Duration]{How: NotApplicable}
	if b.records == 0 {
		return BusyTwice{Median: none, Longest: none}
	}
	t := BusyTwice{Records: b.records, Longest: Known(b.longest, Sampled)}
	sum := uint64(0)
	for i, n := range b.ages {
		if sum += n; 2*sum >= b.records {
			t.Median = Known(min(time.Duration(3)<<i/4, b.longest), Sampled) // halfway between the powers
			break
		}
	}
	return t
}

// meanBusy is how long a record is busy on average, by Little's law: the mean number of busy ones over the records that come per
// second. Looks that came late weigh more than others, but not without limit: who waits for a ring looks when something has come. If
// all of n looks found none, their mean number is below 3/n, with 95 % certainty.
func (l *timeline) meanBusy() Figure[time.Duration] {
	var busy, weight, span time.Duration
	var records, looks uint64
	for i := max(l.now-int(busyMeanWindow/FineSlot)+1, l.own); i <= l.now; i++ {
		s := l.slot(i)
		busy, weight, span = busy+s.busy, weight+s.weight, span+s.looked
		records, looks = records+s.Records, looks+uint64(s.looks)
	}
	switch {
	case records < busyMeanRecords || weight == 0 || looks < busyMeanLooks:
		return Figure[time.Duration]{How: Unmeasured}
	case busy == 0:
		return Known(seconds(3/float64(looks)*span.Seconds()/float64(records)), AtMost)
	}
	return Known(seconds(busy.Seconds()/weight.Seconds()*span.Seconds()/float64(records)), Sampled)
}

// counted enters that a look, gap after the one before, found so many busy.
func (s *slot) counted(busy int, gap time.Duration) {
	w := min(gap, busyMeanGap)
	s.looks++
	if gap <= absentAfter {
		s.looked += gap
	}
	s.weight += w
	s.busy += w * time.Duration(busy)
}
