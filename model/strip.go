package model

import "time"

// strip is a row of slots without gaps in time.
type strip struct {
	slots []Slot
	each  time.Duration
	end   time.Time // begin of the last slot
}

// index is that of the slot that holds t; below 0 or not below the length: none does.
func (s *strip) index(t time.Time) int {
	d := s.end.Sub(t)
	if d <= -s.each {
		return len(s.slots)
	}
	return len(s.slots) - 1 - int((d+s.each-1)/s.each)
}

// until is the part that begins at t or before.
func (s *strip) until(t time.Time) strip {
	n := min(max(s.index(t)+1, 0), len(s.slots))
	return strip{slots: s.slots[:n:n], each: s.each, end: s.end.Add(-time.Duration(len(s.slots)-n) * s.each)}
}

// cut makes the strip of at most most slots that ends with the slot which holds t, in the resolution of the first of from. What that
// one no longer has comes from the next.
func cut(t, begun time.Time, most int, from ...strip) strip {
	out := from[0].until(t)
	if len(from[0].slots) == 0 {
		return out
	}
	// The end of a strip lies on its grid, whether or not t is within it.
	if d := from[0].end.Sub(t); d > 0 {
		out.end = from[0].end.Add(-(d + out.each - 1).Truncate(out.each))
	}
	n := min(most, int(out.end.Sub(begun)/out.each)+1)
	if n <= len(out.slots) {
		out.slots = out.slots[len(out.slots)-max(n, 0):]
		return out
	}
	slots := make([]Slot, n)
	for i := range slots {
		slots[i] = slotAt(out.end.Add(-time.Duration(n-1-i)*out.each), out.each, from)
	}
	out.slots = slots
	return out
}

// slotAt is the slot of length each that begins at t, from the finest strip that holds it.
func slotAt(t time.Time, each time.Duration, from []strip) Slot {
	for k := range from {
		s := &from[k]
		i := s.index(t)
		if i < 0 || i >= len(s.slots) {
			continue
		}
		slot := s.slots[i]
		if s.each == each || slot.At.IsZero() {
			return slot
		}
		return slot.part(int(t.Sub(slot.At)/each), int(s.each/each), t)
	}
	return Slot{}
}

// part is the k-th of n even parts of a slot, which begins at t.
func (s Slot) part(k, n int, t time.Time) Slot {
	share := func(v uint64) uint64 { return v*uint64(k+1)/uint64(n) - v*uint64(k)/uint64(n) }
	s.At = t
	s.Bytes, s.Consumed, s.Records = share(s.Bytes), share(s.Consumed), share(s.Records)
	s.Committed, s.Discarded = share(s.Committed), share(s.Discarded)
	return s
}
