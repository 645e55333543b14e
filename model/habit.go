package model

import "time"

// habit is what is known of how a reader pauses. Its pauses are sums over a second; those in which a busy head kept it do not count.
type habit struct {
	pauses [int(habitFor / time.Second)]paused
	newest int64 // second, counted from when watching began
	steps  uint64
}

// pausing are the findings that tell of a pause.
var pausing = []Code{ReaderAsleep, ConsumerStalled, NoConsumer}

// paused is the longest pause that ended in a second, of those that were told and of the others.
type paused struct{ usual, told time.Duration }

// step enters that the reader moved, after a pause; told says that a finding stood because of it.
func (h *habit) step(since, pause time.Duration, told bool) {
	h.roll(since)
	h.steps++
	p := &h.pauses[h.newest%int64(len(h.pauses))]
	if told {
		p.told = max(p.told, pause)
	} else {
		p.usual = max(p.usual, pause)
	}
}

// roll forgets what is too long ago; since is the time since watching began.
func (h *habit) roll(since time.Duration) {
	to := max(int64(since/time.Second), h.newest)
	for i := max(h.newest+1, to-int64(len(h.pauses))+1); i <= to; i++ {
		h.pauses[i%int64(len(h.pauses))] = paused{}
	}
	h.newest = to
}

// longest is the longest pause that is usual. One that was told is usual only when it comes again: else who stops once would be waited
// for in vain from then on.
func (h *habit) longest() time.Duration {
	var usual, told, again time.Duration
	for i := range h.pauses {
		p := &h.pauses[i]
		usual = max(usual, p.usual)
		again = max(again, min(told, p.told))
		told = max(told, p.told)
	}
	return max(usual, again)
}
