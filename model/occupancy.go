package model

import (
	"time"

	"ringscope/ringcore"
)

// PositionsOf judges a reading of the positions of a ring.
func PositionsOf(r *ringcore.Ring, p ringcore.Positions) Positions {
	return positionsOf(&Ring{Geometry: *r.Geometry()}, r.Format(), r.Size(), p)
}

// positionsOf judges a reading of positions.
//
// ConsumerFirst was read before the producer position and can't be ahead of it; Consumer was read after it and can't be further behind
// than the ring is large, except in overwrite mode, where the producer does not wait: there the overwrite position can't be.
func positionsOf(r *Ring, f *ringcore.Format, size uint64, p ringcore.Positions) Positions {
	out := Positions{Consumer: Of(p.Consumer), Producer: Of(p.Producer), Aligned: true}
	if p.HasPending {
		out.Pending = Of(p.Pending)
	}
	if p.HasOverwrite {
		out.Overwrite = Of(p.Overwrite)
	}
	overwrite := r != nil && r.Geometry.OverwriteMode
	behind, behindName := p.Consumer, ConsumerPosition
	if overwrite && p.HasOverwrite { // which was read after the producer position, too
		behind, behindName = p.Overwrite, OverwritePosition
	}
	if d := int64(p.Producer - behind); size > 0 && (!overwrite || p.HasOverwrite) && (d > 0 && uint64(d) > size || d == -1<<63) {
		out.TooFar, out.Wrong = true, behindName
	}
	if f.Align > 1 {
		for _, c := range []struct {
			pos  ringcore.Pos
			name PositionName
		}{{p.Producer, ProducerPosition}, {behind, behindName}, {p.Consumer, ConsumerPosition}} {
			if c.pos%f.Align != 0 {
				out.Aligned, out.Wrong = false, c.name
			}
		}
	}
	if behindName == OverwritePosition && int64(behind-p.Producer) > int64(size) {
		out.Ahead, out.Wrong = behind-p.Producer, behindName
	}
	if d := int64(p.ConsumerFirst - p.Producer); d > 0 {
		out.Ahead, out.Wrong = uint64(d), ConsumerPosition
	}
	return out
}

// look is what End found, for the parts of an account.
type look struct {
	now, prev   time.Time
	first       bool
	p, before   ringcore.Positions
	valid       bool // positions make sense
	validBefore bool // and did at the look before
	jumped      bool // the producer position went back, or further than it can have come
	overwrite   bool
	headBusy    bool
	least, most uint64 // bytes unread at the moment of the producer position
}

// gap is the time since the look before, 0 at the first.
func (l *look) gap() time.Duration {
	if l.first {
		return 0
	}
	return l.now.Sub(l.prev)
}

// back reports whether the producer position went back.
func (l *look) back() bool { return !l.first && int64(l.p.Producer-l.before.Producer) < 0 }

// fill follows how full the ring is.
type fill struct {
	used    Figure[uint64]
	most    uint64 // Used was at most this at the newest look
	max     uint64 // largest since the last published sample
	peak    uint64
	peakHow How
	peakAt  time.Time
	first   uint64 // Used at the first look
	bound   uint64 // it can't have been more at any time
}

// look takes a look. With positions that make no sense the use is clamped and called sampled, and no peak is made of it.
func (f *fill) look(l *look, capacity uint64) {
	mostBefore := f.most
	f.used, f.most = Of(l.least), l.most
	if !l.valid || l.least != l.most {
		f.used.How = Sampled
	}
	f.max = max(f.max, l.least)
	if l.first {
		f.first = l.least
	}
	if !l.valid {
		f.most = capacity
		return
	}
	if l.least > f.peak || f.peakHow == Unknown {
		f.peak, f.peakHow, f.peakAt = l.least, f.used.How, l.now
	}
	// Between two looks the use was at most what it was at the first, and all that came since.
	between := l.most
	if !l.first {
		between = capacity
		if came := l.p.Producer - l.before.Producer; int64(came) >= 0 {
			between = max(min(mostBefore+came, capacity), l.most)
		}
	}
	f.bound = max(f.bound, between)
}

// publish writes the occupancy and begins a new interval.
func (f *fill) publish(o *Occupancy, size uint64) {
	if !f.used.Known() || size == 0 {
		return
	}
	o.Used = f.used
	o.Ratio = Known(float64(f.used.V)/float64(size), f.used.How)
	o.UsedMax = Known(f.max, f.used.How)
	f.max = f.used.V
	if f.peakHow.Known() {
		o.Peak, o.PeakAt = Known(f.peak, f.peakHow), f.peakAt
		o.PeakBound = Known(f.bound, AtMost)
		if f.bound == f.peak {
			o.PeakBound.How = Exact
		}
	}
}
