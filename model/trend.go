package model

import "time"

// trend is how the fill developed over a window, judged by its troughs: a reader that flushes every few seconds makes a saw-tooth, and
// only its lower edge tells whether it keeps up.
type trend struct {
	window   time.Duration
	troughs  [4]uint64 // smallest use in each quarter, bytes
	high     uint64    // largest trough of a stretch of the first quarter that is as long as the reader's longest pause, bytes
	in, out  float64   // bytes per second
	gap      time.Duration
	complete bool // looks fell into all quarters
}

// trendOver takes the whole slots of the last window, the newest one is still open. pause is the longest of the reader.
func (l *timeline) trendOver(window, pause time.Duration) (t trend) {
	t.window = window
	n := int(window / FineSlot)
	from := l.now - n
	if from < l.own || n >= FineSlots {
		return t
	}
	t.complete = true
	var in, out uint64
	for q := range t.troughs {
		seen := false
		for i := from + q*n/4; i < from+(q+1)*n/4; i++ {
			s := l.slot(i)
			if s.At.IsZero() {
				continue
			}
			if !seen || s.least < t.troughs[q] {
				t.troughs[q], seen = s.least, true
			}
			in += s.Bytes
			out += s.Consumed
			t.gap = max(t.gap, s.gap)
		}
		t.complete = t.complete && seen
	}
	t.high = l.highTrough(from, n/4, int(pause/FineSlot)+1)
	t.in, t.out = float64(in)/window.Seconds(), float64(out)/window.Seconds()
	return t
}

// highTrough is the largest of the troughs of all stretches of length slots among the n from from on; of all n if there are not so many.
func (l *timeline) highTrough(from, n, length int) (high uint64) {
	length = min(length, n)
	for i := from; i+length <= from+n; i++ {
		trough, seen := uint64(0), false
		for k := i; k < i+length; k++ {
			if s := l.slot(k); !s.At.IsZero() && (!seen || s.least < trough) {
				trough, seen = s.least, true
			}
		}
		high = max(high, trough)
	}
	return high
}

// fillingSince is when the growth of t began: as long before its window as each stretch of a quarter's length has a lower trough than
// the one behind it, and there at its trough.
func (l *timeline) fillingSince(t *trend) time.Time {
	n := int(t.window / FineSlot / 4)
	from, low := l.now-4*n, t.troughs[0]
	for oldest := max(l.own, l.now-FineSlots+1); from > oldest; {
		trough, top := low, uint64(0)
		for i := max(from-n, oldest); i < from; i++ {
			if s := l.slot(i); !s.At.IsZero() {
				trough, top = min(trough, s.least), max(top, s.UsedMax)
			}
		}
		if trough >= low || top == 0 {
			break
		}
		from, low = max(from-n, oldest), trough
	}
	for i := from + n - 1; i > from; i-- {
		if s := l.slot(i); !s.At.IsZero() && s.least <= low {
			return l.slotBegin(i)
		}
	}
	return l.slotBegin(from)
}

// growth is by how many bytes the troughs grew.
func (t *trend) growth() float64 { return float64(t.troughs[3]) - float64(t.troughs[0]) }

// steady reports whether each trough is clearly above the one before.
func (t *trend) steady() bool {
	step := t.growth() / slowSteadiness
	for q := 1; q < len(t.troughs); q++ {
		if float64(t.troughs[q])-float64(t.troughs[q-1]) < step {
			return false
		}
	}
	return t.growth() > 0
}

// clear reports whether the last trough is above all that the reader left at first: what it leaves differs from time to time.
func (t *trend) clear() bool { return t.troughs[3] > t.high }

// significant reports whether the ring fills: by more than what a look that always comes at another moment of the reader's saw-tooth
// could make up.
func (t *trend) significant(size uint64) bool {
	return t.complete && t.clear() && t.steady() && t.growth() >= max(slowGrowth*float64(size), slowLooks*t.in*t.gap.Seconds())
}

// goesOn reports whether a ring that filled fills on, however little.
func (t *trend) goesOn(size uint64) bool {
	still := slowStill * float64(size)
	return t.complete && t.clear() && t.growth() >= still && float64(t.troughs[3])-float64(t.troughs[2]) >= still/slowSteadiness
}

// extremes gives the smallest and the largest use of the slots of the last d.
func (l *timeline) extremes(d time.Duration) (trough, top uint64, complete bool) {
	n := int((d + FineSlot - 1) / FineSlot)
	if n > FineSlots || l.now-n+1 < l.own {
		return 0, 0, false
	}
	seen := false
	for i := l.now - n + 1; i <= l.now; i++ {
		s := l.slot(i)
		if s.At.IsZero() {
			continue
		}
		if !seen || s.least < trough {
			trough, seen = s.least, true
		}
		top = max(top, s.UsedMax)
	}
	return trough, top, seen
}

// longestPause is the longest time of the last 30 s in which the reader did not move although data waited, completed ones only.
func (l *timeline) longestPause() (most time.Duration) {
	for i := max(l.now-FineSlots+1, l.own); i <= l.now; i++ {
		most = max(most, l.slot(i).pause)
	}
	return most
}
