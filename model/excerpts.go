package model

import (
	"time"

	"ringscope/ringcore"
)

// excerpts keeps what samples of the newest records told lately.
type excerpts struct {
	log     [keptExcerpts]excerpt
	n       int    // ever kept
	records uint64 // totals when the last one was taken

	read, bytes, zeros float64 // of payloads; older ones count less
	last               time.Time
}

// excerpt is one sample.
type excerpt struct {
	at      time.Time
	weight  float64 // the part of it that is new since the one before
	lengths []LengthCount
}

const keptExcerpts = 64

// take enters a sample that was made at now, after records came in all.
func (x *excerpts) take(now time.Time, e *Excerpt, records uint64) {
	came := records - x.records
	x.records = records
	if e.Records == 0 || came == 0 {
		return
	}
	weight := min(float64(came)/float64(e.Records), 1)
	x.log[x.n%keptExcerpts] = excerpt{at: now, weight: weight, lengths: e.Lengths}
	x.n++
	if now.Sub(x.last) > zerosWindow || x.read > zerosMost {
		half := 0.5
		if now.Sub(x.last) > zerosWindow {
			half = 0
		}
		x.read, x.bytes, x.zeros = x.read*half, x.bytes*half, x.zeros*half
	}
	x.last = now
	x.read += weight * float64(e.Read)
	x.bytes += weight * float64(e.Bytes)
	x.zeros += weight * float64(e.Zeros)
}

// fill writes what payloads told about zeros.
func (x *excerpts) fill(s *Sample) {
	s.Zeros = Figure[float64]{How: Unknown}
	if x.bytes > 0 {
		s.Zeros, s.ZerosRead = Known(x.trailing(), Sampled), uint64(x.read)
	}
}

// dominant is the payload length whose records took most of the bytes of the samples of the last excerptWindow, and its share; 0: too
// little was seen.
func (x *excerpts) dominant(now time.Time, f *ringcore.Format) (most LengthCount, part float64) {
	type sum struct{ bytes, records float64 }
	sums := map[uint32]sum{}
	var all sum
	for i := max(0, x.n-keptExcerpts); i < x.n; i++ {
		e := &x.log[i%keptExcerpts]
		if now.Sub(e.at) > excerptWindow {
			continue
		}
		for _, l := range e.lengths {
			n := e.weight * float64(l.Records)
			s := sums[l.Length]
			s.records += n
			s.bytes += n * float64(f.Span(l.Length))
			sums[l.Length] = s
			all.records += n
			all.bytes += n * float64(f.Span(l.Length))
		}
	}
	if all.records < excerptLeast {
		return LengthCount{}, 0
	}
	best := -1.0
	for length, s := range sums {
		if s.bytes > best || s.bytes == best && length > most.Length {
			best, most = s.bytes, LengthCount{Length: length, Records: int(s.records)}
		}
	}
	return most, best / all.bytes
}

// trailing is the share of zeros at the end of payloads.
func (x *excerpts) trailing() float64 {
	if x.bytes == 0 {
		return 0
	}
	return x.zeros / x.bytes
}
