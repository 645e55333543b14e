package model

import "time"

// evidence is what all findings carry.
func (f *facts) evidence() Evidence {
	e := Evidence{
		Used: f.fill.used.V, Size: f.size, Waiting: f.fill.used.V, WaitingR: f.sample.Lag.Records,
		RingIsFull: f.full(), Refused: f.drops.Count,
	}
	if f.ring != nil {
		e.ReaderKnown = f.ring.Readers.Known()
		if len(f.ring.ReaderAt) > 0 {
			e.Reader = f.ring.ReaderAt[0]
		}
	}
	return e
}

// untaken adds to e when the ring will be full if the reader goes on taking nothing, and how much is refused already.
func (f *facts) untaken(e *Evidence) {
	e.Full = f.sample.Occupancy.TimeToFull
	e.PerSecond = float64(f.line.refused(dropsWindow)) / dropsWindow.Seconds()
}

// full reports whether the largest recent record does not fit, or did not a moment ago and the reader has hardly made room since.
func (a *Account) full() bool {
	if a.room.unfit {
		return true
	}
	_, looks := a.line.prone(fullFor)
	return (looks > 0 || a.line.refused(fullFor) > 0) && a.positions.Valid() && float64(a.fill.used.V) >= slowPinned*float64(a.capacity)
}

func (a *Account) overwriteMode() bool { return a.ring != nil && a.ring.Geometry.OverwriteMode }

// seconds makes a duration of seconds, without overflow.
func seconds(s float64) time.Duration {
	const most = float64(1<<63-1) / float64(time.Second)
	if s >= most {
		return 1<<63 - 1
	}
	return time.Duration(s * float64(time.Second))
}
