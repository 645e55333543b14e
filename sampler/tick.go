package sampler

import (
	"context"
	"time"
)

// The tick follows the ring's capacity and not its momentary rate, because bursts come after silence.
const (
	FastestProducer = 2_000_000_000          // bytes per second: what one BPF program has been seen to reach, and some more
	ShortestTick    = 500 * time.Microsecond // what timers give
	LongestTick     = 100 * time.Millisecond
	idleAfter       = 300 * time.Millisecond // without movement, then the ring wakes us
	DefaultPublish  = 100 * time.Millisecond // one frame
)

// TickFor is the time between looks at a ring of size bytes: a quarter of what the fastest producer needs to fill it. fastest is the
// most bytes per second seen so far, or 0.
func TickFor(size uint64, fastest float64) time.Duration {
	rate := max(FastestProducer, fastest)
	return min(max(time.Duration(float64(size)/rate/4*float64(time.Second)), ShortestTick), LongestTick)
}

// SleepOnTimer waits on the Go runtime's timers. It is exact to about a millisecond, and obeys testing/synctest.
func SleepOnTimer(ctx context.Context, d time.Duration, _ bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
