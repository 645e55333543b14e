package model

// headBusy: the record at which the reader stands is reserved and not submitted, and nothing behind it can be read. A ring in overwrite
// mode may have no reader.
func headBusy(f *facts) (v verdict, holds bool) {
	r := f.headBusy()
	if r == nil || f.at.Sub(r.seen) < headBusyAfter || f.overwriteMode() && f.unread() {
		return v, false
	}
	v.since, v.before = r.seen, r.before
	v.evidence = f.evidence()
	v.evidence.Position = r.pos
	v.evidence.For = f.at.Sub(r.seen)
	v.evidence.Waiting, v.evidence.WaitingR = f.sample.Busy.Blocked, f.sample.Busy.BlockedR
	f.untaken(&v.evidence)
	f.blameHolder(&v.evidence, r)
	return v, true
}

// drops: refused reservations were counted.
func drops(f *facts) (v verdict, holds bool) {
	t := &f.trouble
	if t.dropLast.IsZero() || f.at.Sub(t.dropLast) > dropsHold {
		return v, false
	}
	v.since = t.dropFirst
	v.evidence = f.evidence()
	v.evidence.Count, v.evidence.How = f.drops.Count.V, f.drops.How
	v.evidence.PerSecond = float64(f.line.refused(dropsWindow)) / dropsWindow.Seconds()
	v.evidence.At = t.dropLast
	return v, true
}

// dropProne: the largest recent record would not have fitted at some of the looks. Where refusals are counted nothing needs guessing.
func dropProne(f *facts) (v verdict, holds bool) {
	r := &f.room
	if r.last.IsZero() || f.at.Sub(r.last) > ProneWindow || f.drops.Count.How == Exact {
		return v, false
	}
	v.since, v.before = r.since, r.before
	v.evidence = f.evidence()
	v.evidence.Largest, v.evidence.At, v.evidence.Needed = r.largest, r.last, f.roomy(f.capacity)
	v.evidence.ProneWindow = min(ProneWindow, max(f.at.Sub(f.began), 0))
	v.evidence.ProneFor, _ = f.line.prone(ProneWindow)
	v.evidence.ProneFor = min(v.evidence.ProneFor, v.evidence.ProneWindow)
	return v, true
}

// positionInvalid: the positions can't be those of a working ring.
func positionInvalid(f *facts) (v verdict, holds bool) {
	t := &f.trouble
	leapt := !t.leap.last.IsZero() && f.at.Sub(t.leap.last) <= leapHold
	switch {
	case f.looks == 0 || !leapt && f.positions.Valid():
		return v, false
	case leapt && (f.positions.Valid() || f.positions.TooFar): // the others stayed where they were
		v.since = t.leap.first
		v.evidence = f.evidence()
		v.evidence.Wrong, v.evidence.Position = ProducerPosition, t.leapTo
		v.evidence.Leapt, v.evidence.Within, v.evidence.Waiting = t.leapBytes, t.leapWithin, 0
		v.evidence.For = max(f.at.Sub(v.since), 0)
		return v, true
	}
	v.since, v.before = f.trouble.invalidFrom, f.trouble.invalidBefore
	v.evidence = f.evidence()
	v.evidence.Ahead, v.evidence.Misaligned = f.positions.Ahead, !f.positions.Aligned
	v.evidence.Wrong, v.evidence.Position = f.positions.Wrong, f.last.Consumer
	switch f.positions.Wrong {
	case ProducerPosition:
		v.evidence.Position = f.last.Producer
	case OverwritePosition:
		v.evidence.Position = f.last.Overwrite
	}
	if f.positions.TooFar {
		v.evidence.Waiting = f.last.Producer - v.evidence.Position
	}
	v.evidence.For = f.at.Sub(v.since)
	return v, true
}

// corrupt: a header failed a check. It stays for as long as the reader has one before it.
func corrupt(f *facts) (v verdict, holds bool) {
	t := &f.trouble
	last := t.header.last
	if last.Before(t.headerStood) {
		last = t.headerStood
	}
	if last.IsZero() || f.at.Sub(last) > corruptHold {
		return v, false
	}
	v.since = t.header.first
	v.evidence = f.evidence()
	h := &t.headerShown
	v.evidence.Position, v.evidence.Raw, v.evidence.Why, v.evidence.At = h.pos, h.raw, h.why, h.found
	v.evidence.Count = t.headerCount
	v.evidence.BeforeReader = t.headerStood.Equal(f.at)
	return v, true
}

// viewGaps: something passed that nobody saw.
func viewGaps(f *facts) (v verdict, holds bool) {
	t := &f.trouble
	if t.gap.last.IsZero() || f.at.Sub(t.gap.last) > viewGapsHold {
		return v, false
	}
	v.since = t.gap.first
	v.evidence = f.evidence()
	v.evidence.Missed, v.evidence.At = f.sums.missed, t.gap.last
	return v, true
}

// ownerGone: the ring ended because nobody but us kept it.
func ownerGone(f *facts) (v verdict, holds bool) {
	if f.state != Ended || f.why != EndOwnerGone {
		return v, false
	}
	v.evidence = f.evidence()
	if f.ring != nil && f.ring.Unserved {
		v.since, v.before = f.began, true
		return v, true
	}
	v.since, v.evidence.At = f.endedAt, f.endedAt
	return v, true
}
