package model

import "time"

// reserveBlocked: the oldest busy record of our own walk leaves no room, although the consumer is past it, or in overwrite mode. The
// kernel refuses what would reach a size ahead of the oldest busy record (kernel/bpf/ringbuf.c, __bpf_ringbuf_reserve); pending_pos
// itself goes stale.
func reserveBlocked(f *facts) (v verdict, holds bool) {
	r, since := f.busy.oldest(), &f.pressure.blocked
	if r == nil || !f.positions.Valid() || !f.last.HasPending || f.room.largest == 0 ||
		int64(f.last.Consumer-r.pos) <= 0 && !f.overwriteMode() ||
		f.last.Producer-r.pos+f.room.largest <= f.capacity {
		*since = time.Time{}
		return v, false
	}
	if since.IsZero() {
		*since = f.at
	}
	if f.at.Sub(r.seen) < headBusyAfter {
		return v, false
	}
	v.since, v.before = *since, r.before && since.Sub(f.began) <= FineSlot
	v.evidence = f.evidence()
	v.evidence.Position, v.evidence.For = r.pos, f.at.Sub(r.seen)
	v.evidence.Waiting, v.evidence.Largest = f.last.Producer-r.pos, f.room.largest
	v.evidence.PerSecond = float64(f.line.refused(dropsWindow)) / dropsWindow.Seconds()
	f.blameHolder(&v.evidence, r)
	return v, true
}

// overwritten: in overwrite mode, what a reader had not read yet was overwritten. One that has never read anything loses nothing: it waits
// for the day on which it needs what the ring holds then.
func overwritten(f *facts) (v verdict, holds bool) {
	t := &f.trouble
	if t.over.last.IsZero() || f.at.Sub(t.over.last) > overwrittenHold || f.last.Consumer == 0 || f.unread() {
		return v, false
	}
	v.since = t.over.first
	v.evidence = f.evidence()
	v.evidence.Lost, v.evidence.At = t.lost, t.over.last
	f.blameWorker(&v.evidence, Overwritten)
	f.blameWriter(&v.evidence)
	return v, true
}

// unread reports whether it is known that nobody reads.
func (f *facts) unread() bool {
	return f.ring != nil && f.ring.Readers.How == Exact && f.ring.Readers.V == 0
}

// burstTooBig: a burst filled most of the ring at once; the reader keeps up otherwise.
func burstTooBig(f *facts) (v verdict, holds bool) {
	b := &f.pressure.burst
	if b.last.IsZero() || f.at.Sub(b.last) > burstHold {
		return v, false
	}
	v.since = b.first
	v.evidence = f.evidence()
	e := &v.evidence
	e.Came, e.Within, e.Needed = b.came, b.within, b.needed
	e.Peak, e.PeakAt, e.Largest, e.Count, e.At = b.peak.used, b.peak.at, b.peak.largest, b.count, b.last
	f.blameWriter(e)
	return v, true
}

// undersized: the ring comes close to being full, and nothing explains it.
func undersized(f *facts) (v verdict, holds bool) {
	t := &f.pressure.tight
	if t.last.IsZero() || f.at.Sub(t.last) > undersizedHold {
		return v, false
	}
	v.since = t.first
	v.evidence = f.evidence()
	e := &v.evidence
	e.Peak, e.PeakAt, e.Largest, e.At = t.worst.used, t.worst.at, t.worst.largest, t.last
	e.Needed = f.roomy(e.Peak)
	return v, true
}

// oversized: after long traffic the ring was never even a little full.
func oversized(f *facts) (v verdict, holds bool) {
	watched := f.at.Sub(f.began)
	if watched < oversizedAfter || f.overwriteMode() || !f.fill.peakHow.Known() ||
		float64(f.fill.peak) >= oversizedPeak*float64(f.size) {
		return v, false
	}
	needed := max(powerOfTwo(oversizedRoom*max(f.fill.peak, f.room.largest)), oversizedLeast)
	if needed+oversizedSaves > f.size || f.line.busySeconds() < oversizedSeconds {
		return v, false
	}
	v.since = f.began
	v.evidence = f.evidence()
	v.evidence.Peak, v.evidence.PeakAt, v.evidence.Needed = f.fill.peak, f.fill.peakAt, needed
	v.evidence.For = watched
	return v, true
}

// busySeconds is in how many of the last CoarseSlots something was written.
func (l *timeline) busySeconds() (n int) {
	last := l.now / finePerCoarse
	for i := max(last-CoarseSlots+1, l.own/finePerCoarse); i <= last; i++ {
		if l.coarse[i%coarseKept].Records > 0 {
			n++
		}
	}
	return n
}
