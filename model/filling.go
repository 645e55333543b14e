package model

import "time"

// filling finds the shortest window in which the ring clearly fills, given how long the reader pauses at most. While consumer_slow
// stands less is asked for.
func (a *Account) filling(pause time.Duration) (t trend, fills bool) {
	slow := a.judge.stands(ConsumerSlow)
	for _, w := range slowWindows {
		if w/4 < pause {
			continue
		}
		t = a.line.trendOver(w, pause)
		long := w >= slowLong || a.fullIn(t).V <= slowSoon
		if long && t.significant(a.size) || slow && t.goesOn(a.size) {
			return t, true
		}
	}
	return trend{}, false
}

// pause is how long the reader pauses at most, as far as is known at now.
func (a *Account) pause(now time.Time) time.Duration {
	pause := a.line.longestPause()
	if a.reader.waiting {
		pause = max(pause, now.Sub(a.reader.waitFrom))
	}
	return pause
}

// fullIn is how long it takes until a ring that fills as t tells is full.
func (a *Account) fullIn(t trend) Figure[time.Duration] {
	rate := t.in - t.out
	if rate <= 0 { // the saw-tooth hides it: its troughs grow all the same
		rate = t.growth() / (t.window.Seconds() * 3 / 4)
	}
	return Known(seconds(a.free()/rate), Sampled)
}

// free is how many bytes can still be reserved.
func (a *Account) free() float64 { return float64(a.capacity - min(a.capacity, a.fill.used.V)) }

// timeToFull is how long it takes until the ring is full: as it fills now, or by what comes in while the reader stands still.
func (a *Account) timeToFull(s *Sample) Figure[time.Duration] {
	none := Figure[time.Duration]{How: NotApplicable}
	if a.overwriteMode() || !a.positions.Valid() || a.size == 0 {
		return none
	}
	if a.full() {
		return Of(time.Duration(0))
	}
	if a.reader.waiting {
		head := a.headBusy()
		stuck := head != nil && s.At.Sub(head.seen) >= headBusyAfter // nobody can read past it
		still := s.At.Sub(a.reader.waitFrom)
		if stuck || still >= stalledFull && float64(still) > stalledPauses*float64(a.line.longestPause()) {
			if !s.Rates.Bytes.Known() || s.Rates.Bytes.V == 0 {
				return none
			}
			return Known(seconds(a.free()/s.Rates.Bytes.V), Sampled)
		}
	}
	if t, fills := a.filling(a.pause(s.At)); fills {
		return a.fullIn(t)
	}
	if s.At.Sub(a.began) < slowWindows[0] {
		none.How = Unmeasured
	}
	return none
}
