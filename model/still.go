package model

import (
	"sort"
	"time"
)

// still is what is kept of a moment: all but the records, and the buckets of the circle in two bytes each. It is immutable.
type still struct {
	at       time.Time // of its publication
	seq      uint64
	severity Severity
	usedMax  uint64
	findings []Finding
	wait     string
	why      string

	sampled, since, unowned time.Time
	ring                    *Ring
	state                   State
	positions               Positions
	occupancy               Occupancy
	lag                     Lag
	rates                   Rates
	totals                  Totals
	busy                    BusyNow
	missed                  Missed
	drops                   Drops
	observer                Observation
	lengths, lengthBytes    [LengthBuckets]uint64
	largest                 Figure[uint64]
	zeros                   Figure[float64]
	zerosRead               uint64
	reader                  ReaderNow
	buckets                 [Buckets]still2
}

// still2 is a bucket: how full it is and how much of that is discarded.
type still2 struct {
	full      uint8 // 0: not written yet; 1: written, nothing is known; else parts of stillParts, and 1
	discarded uint8 // parts of 255 of what is in it
}

// stillParts is the number of parts of a bucket's size in which its bytes are kept; as many bytes again can reach into the next ones.
const stillParts = 127

// stillOf keeps what it can of a moment.
func stillOf(at time.Time, m *Moment) *still {
	s := m.Sample
	k := &still{
		at: at, seq: s.Seq, usedMax: s.Occupancy.UsedMax.V, findings: m.Findings, wait: m.Wait, why: m.Why,
		sampled: s.At, since: s.Since, unowned: s.Unowned, ring: s.Ring, state: s.State,
		positions: s.Positions, occupancy: s.Occupancy, lag: s.Lag, rates: s.Rates, totals: s.Totals, busy: s.Busy,
		missed: s.Missed, drops: s.Drops, observer: s.Observer, lengths: s.Lengths, lengthBytes: s.LengthBytes, largest: s.Largest, zeros: s.Zeros, zerosRead: s.ZerosRead, reader: s.Reader,
	}
	for i := range m.Findings {
		k.severity = max(k.severity, m.Findings[i].Severity)
	}
	each := k.bucketSize()
	for i := range s.Buckets {
		k.buckets[i] = shrink(&s.Buckets[i], each)
	}
	return k
}

// bucketSize is the bytes of one of the equal parts of the data area.
func (k *still) bucketSize() uint64 {
	if k.ring == nil {
		return 0
	}
	return k.ring.Size() / Buckets
}

func shrink(b *Bucket, each uint64) still2 {
	switch {
	case !b.Written:
		return still2{}
	case b.Bytes == 0 || each == 0:
		return still2{full: 1}
	}
	bytes := uint64(b.Bytes)
	full := min(max((bytes*stillParts+each/2)/each, 1), 254)
	return still2{full: uint8(full + 1), discarded: uint8((uint64(b.Discarded)*255 + bytes/2) / bytes)}
}

func (b still2) bucket(each uint64) Bucket {
	if b.full < 2 {
		return Bucket{Written: b.full == 1}
	}
	bytes := max(uint64(b.full-1)*each/stillParts, 1)
	return Bucket{Written: true, Bytes: uint32(min(bytes, 1<<32-1)), Discarded: uint32(min(bytes*uint64(b.discarded)/255, 1<<32-1))}
}

// moment makes the moment anew, without its history.
func (k *still) moment() *Moment {
	s := &Sample{
		Seq: k.seq, At: k.sampled, Since: k.since, Unowned: k.unowned, Ring: k.ring, State: k.state,
		Positions: k.positions, Occupancy: k.occupancy, Lag: k.lag, Rates: k.rates, Totals: k.totals, Busy: k.busy,
		Missed: k.missed, Drops: k.drops, Observer: k.observer, Lengths: k.lengths, LengthBytes: k.lengthBytes, Largest: k.largest, Zeros: k.zeros, ZerosRead: k.zerosRead, Reader: k.reader,
		Detail: Detail{Unread: k.lag.Records},
	}
	each := k.bucketSize()
	for i := range s.Buckets {
		s.Buckets[i] = k.buckets[i].bucket(each)
	}
	return &Moment{Sample: s, Findings: k.findings, Wait: k.wait, Why: k.why}
}

// worse reports whether k stands for a stretch rather than o: the more severe one, and of those the fuller.
func (k *still) worse(o *still) bool {
	if k.severity != o.severity {
		return k.severity > o.severity
	}
	return k.usedMax > o.usedMax
}

// searchStill is how many of s, in order of time, are from t or before.
func searchStill(s []*still, t time.Time) int {
	return sort.Search(len(s), func(i int) bool { return s[i].at.After(t) })
}
