package model

import "time"

// Every number that decides about a finding stands here.
const (
	// LookingFor is how long nothing is said that needs to have been watched for a while.
	LookingFor = 2 * time.Second

	// absentAfter is the time between two looks from which on nobody knows what the ring held meanwhile, if it moved.
	absentAfter = time.Second

	// consumer_slow: the troughs of the fill, quarter by quarter of a window, grow by slowGrowth of the size in all; each step is at
	// least 1/slowSteadiness of that. A quarter is at least as long as the reader's longest pause, so that each holds a trough; a
	// reader that stands still therefore never counts as slow. While it stands, slowStill of the size is enough, if the last step is
	// one too.
	slowGrowth     = 1.0 / 50
	slowStill      = 1.0 / 400
	slowSteadiness = 8
	// A ring counts as pinned at full while its fill does not fall below slowPinned of the capacity for slowPinnedFor, or for three of
	// the reader's pauses, and the largest recent record did not fit at some look or a refusal was counted; while the finding stands,
	// slowNearly of the capacity at some look is enough.
	slowPinned    = 0.75
	slowNearly    = 0.98
	slowPinnedFor = 2 * time.Second

	// consumer_stalled: unmoved for stalledFull while the ring is over stalledFill of its capacity, unless the reader has paused for
	// nearly as long before (stalledPauses times), or unmoved for stalledAny.
	stalledFull   = time.Second
	stalledFill   = 0.5
	stalledPauses = 1.5
	stalledAny    = 10 * time.Second

	// no_consumer: data has waited for this long.
	noConsumerAfter = time.Second

	// head_busy: the head record has been busy for this long.
	headBusyAfter = 100 * time.Millisecond

	// drop_prone: looks of this long ago still count, and spans of this long ago make the largest recent record.
	ProneWindow   = 10 * time.Second
	largestWindow = 10 * time.Second

	// A ring still counts as full for this long after the largest record did not fit, unless its use fell below slowPinned.
	fullFor = time.Second

	// drops: rates are of this long ago.
	dropsWindow = time.Second

	// Rates of the reader's threads are taken over at least this, so that a share of a core is more than a tick of the kernel's clock.
	readersWindow = time.Second

	// The mean time for which records are busy is taken over busyMeanWindow, if so many records came in it and so many looks fell into
	// it; a look weighs as much as the time since the one before, at most busyMeanGap.
	busyMeanWindow  = 10 * time.Second
	busyMeanRecords = 100
	busyMeanLooks   = 20
	busyMeanGap     = 10 * time.Millisecond

	// MarkLapped is set at most once in this time.
	lappedMarkEvery = 10 * time.Second
)

// How long a finding stays after it last held, so that nothing flickers.
const (
	slowHold        = 3 * time.Second
	stalledHold     = 2 * time.Second
	noConsumerHold  = 2 * time.Second
	headBusyHold    = time.Second
	dropsHold       = 10 * time.Second
	invalidHold     = 2 * time.Second
	corruptHold     = time.Minute
	manyReadersHold = time.Minute
	viewGapsHold    = 30 * time.Second
)

// slowWindows are the windows in which consumer_slow looks for growth, shortest first.
var slowWindows = [...]time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 28 * time.Second}
