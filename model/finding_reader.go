package model

import "time"

// consumerSlow: for seconds less is consumed than produced and the ring fills, or it stays pinned near full although the reader reads.
func consumerSlow(f *facts) (v verdict, holds bool) {
	if f.overwriteMode() || f.size == 0 {
		return v, false
	}
	pause := f.pause(f.at)
	t, holds := f.filling(pause)
	pinned, over := f.pinned(pause)
	switch {
	case holds && !pinned:
		v.since = f.line.fillingSince(&t)
	case pinned:
		t = f.line.trendOver(slowWindows[0], pause)
		v.since = f.at.Add(-over)
	default:
		return v, false
	}
	// What was well filled already when we came had not begun then.
	if v.since.Sub(f.began) <= FineSlot {
		v.since = f.began
		v.before = float64(f.fill.first) >= slowGrowth*float64(f.size)
	}
	v.evidence = f.evidence()
	v.evidence.In, v.evidence.Out = Known(t.in, Exact), Known(t.out, Exact)
	v.evidence.PerSecond = float64(f.line.refused(dropsWindow)) / dropsWindow.Seconds()
	f.blameWorker(&v.evidence, ConsumerSlow)
	f.blameWriter(&v.evidence)
	v.evidence.Full.How = NotApplicable
	if !v.evidence.RingIsFull && !pinned {
		v.evidence.Full = f.fullIn(t)
	}
	return v, true
}

// pinned reports whether the ring stayed near full for some time although the reader moved, and did not take everything: a reader that
// stands still pauses for as long as that, and no window is three times as long as the pause. While the finding stands, a ring that is
// nearly full at times is enough: looks can keep missing the moments in which the largest record does not fit.
func (f *facts) pinned(pause time.Duration) (bool, time.Duration) {
	d := max(slowPinnedFor, slowPinnedPauses*pause)
	trough, top, complete := f.line.extremes(d)
	if !complete || f.room.largest == 0 {
		return false, d
	}
	if float64(trough) < slowPinned*float64(f.capacity) {
		return false, d
	}
	nearly := f.judge.stands(ConsumerSlow) && float64(top) >= slowNearly*float64(f.capacity)
	return nearly || top+f.room.largest > f.capacity || f.line.refused(d) > 0, d
}

// consumerStalled: unread data, and the reader does not move. The time in which the head was busy does not count.
func consumerStalled(f *facts) (v verdict, holds bool) {
	r := &f.reader
	if !r.waiting || f.overwriteMode() {
		return v, false
	}
	still := f.at.Sub(r.couldFrom)
	patience := max(stalledFull, time.Duration(stalledPauses*float64(f.line.longestPause())))
	full := !r.overFrom.IsZero() && still >= patience && f.at.Sub(r.overFrom) >= stalledFull
	if !full && still < max(stalledAny, time.Duration(stalledPauses*float64(f.habit.longest()))) {
		return v, false
	}
	v.since, v.before = r.couldFrom, r.couldBegan
	v.evidence = f.evidence()
	v.evidence.For = still
	f.blameIdle(&v.evidence, ConsumerStalled)
	f.untaken(&v.evidence)
	return v, true
}

// readerAsleep: data waits, and a thread sleeps in poll or epoll on this ring. One that polls with a timeout goes there again and again,
// so that it is enough to have seen it there lately. The time in which the head was busy does not count.
func readerAsleep(f *facts) (v verdict, holds bool) {
	r, seen := &f.reader, f.readers.waitedAt
	if !r.waiting || f.overwriteMode() || f.sample.Observer.Consumes || seen.Sub(r.couldFrom) < asleepWoken || f.at.Sub(seen) > asleepSeen {
		return v, false
	}
	still := f.at.Sub(r.couldFrom)
	usual := f.habit.longest()
	if t := f.readers.timeout; t.Known() {
		usual = max(usual, t.V)
	}
	patience := max(asleepAfter, time.Duration(stalledPauses*float64(usual)))
	if f.habit.steps < asleepSteps {
		patience = max(patience, asleepUnread)
	}
	if still < patience {
		return v, false
	}
	v.since, v.before = r.couldFrom, r.couldBegan
	v.evidence = f.evidence()
	v.evidence.For, v.evidence.Thread = still, f.sleeping()
	f.untaken(&v.evidence)
	v.evidence.blameSite(f.calls(func(s *Site) bool { return s.WakeUp == WakeNone }))
	return v, true
}

// sleeping is the thread that was last seen waiting for this ring; TID 0: it was only seen that there is one.
func (f *facts) sleeping() ThreadNow {
	for _, t := range f.sample.Reader.Threads {
		if t.TID == f.readers.waiter {
			return t
		}
	}
	return ThreadNow{}
}

// noConsumer: data waits, and it is known that nobody can read it.
func noConsumer(f *facts) (v verdict, holds bool) {
	r := &f.reader
	if !r.waiting || f.overwriteMode() || f.sample.Observer.Consumes || f.ring == nil ||
		f.ring.Readers.How != Exact || f.ring.Readers.V != 0 || f.at.Sub(r.waitFrom) < noConsumerAfter {
		return v, false
	}
	v.since, v.before = r.waitFrom, r.waitBefore
	v.evidence = f.evidence()
	v.evidence.For = f.at.Sub(r.waitFrom)
	f.untaken(&v.evidence)
	return v, true
}

// manyReaders: somebody else moved the consumer position, or it went backwards, or two processes can
// move it and were seen to read.
func manyReaders(f *facts) (v verdict, holds bool) {
	t := &f.trouble
	switch {
	case !t.readers.last.IsZero() && f.at.Sub(t.readers.last) <= manyReadersHold:
		v.since = t.readers.first
	case !f.manyFrom.IsZero() && f.readers.several(f.at):
		v.since, v.before = f.manyFrom, f.manyBefore
	default:
		return v, false
	}
	v.evidence = f.evidence()
	v.evidence.Count, v.evidence.At, v.evidence.Position = t.wentBack, t.readers.last, t.readersAt
	return v, true
}
