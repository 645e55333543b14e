package model

import "time"

// Every number that decides about a finding stands here.
const (
	// LookingFor is how long nothing is said that needs to have been watched for a while.
	LookingFor = 2 * time.Second

	// StillWaits is for how long a thread is said to wait after it was last seen waiting: one that polls with a short timeout is awake
	// at some looks. It is longer than the time between two looks at threads.
	StillWaits = 350 * time.Millisecond

	// absentAfter is the time between two looks from which on nobody knows what the ring held meanwhile, if it moved.
	absentAfter = time.Second

	// consumer_slow: the troughs of the fill, quarter by quarter of a window, grow by slowGrowth of the size in all; each step is at
	// least 1/slowSteadiness of that. A quarter is at least as long as the reader's longest pause, so that each holds a trough; a
	// reader that stands still therefore never counts as slow. While it stands, slowStill of the size is enough, if the last step is
	// one too.
	//
	// Growth is clear only if the last trough is above each that was seen in the first quarter, and it is more than slowLooks times what
	// comes in between two looks. A window shorter than slowLong tells only of a ring that will be full within slowSoon: bursts fill a
	// ring as fast for as long.
	slowGrowth     = 1.0 / 50
	slowLooks      = 2
	slowLong       = 8 * time.Second
	slowSoon       = 15 * time.Second
	slowStill      = 1.0 / 400
	slowSteadiness = 8
	// A ring counts as pinned at full while its fill does not fall below slowPinned of the capacity for slowPinnedFor, or for
	// slowPinnedPauses of the reader's pauses, and the largest recent record did not fit at some look or a refusal was counted; while the finding stands,
	// slowNearly of the capacity at some look is enough.
	slowPinned       = 0.75
	slowNearly       = 0.98
	slowPinnedFor    = 2 * time.Second
	slowPinnedPauses = 3

	// consumer_stalled: unmoved for stalledFull while the ring is over stalledFill of its capacity, unless the reader has paused for
	// nearly as long before (stalledPauses times), or unmoved for
	// stalledAny, and for stalledPauses times as long as it usually pauses at most.
	stalledFull   = time.Second
	stalledFill   = 0.5
	stalledPauses = 1.5
	stalledAny    = 10 * time.Second

	// no_consumer: data has waited for this long.
	noConsumerAfter = time.Second

	// How a reader usually pauses is what it did in habitFor.
	habitFor = 10 * time.Minute

	// reader_asleep: data has waited for asleepAfter, and for stalledPauses times as long as the reader usually pauses at most, and as its
	// wait is to last, where that is known; and for asleepUnread until it was seen to take something asleepSteps times: it may be one
	// that flushes every few seconds. A thread was seen
	// waiting in the last asleepSeen, and asleepWoken after data began to wait: by then a wake-up has come through.
	asleepAfter  = time.Second
	asleepUnread = 4 * time.Second
	asleepSteps  = 3
	asleepSeen   = 3 * time.Second
	asleepWoken  = 500 * time.Millisecond

	// head_busy: the head record has been busy for this long.
	headBusyAfter = 100 * time.Millisecond

	// drop_prone: looks of this long ago still count, and spans of this long ago make the largest recent record.
	ProneWindow   = 10 * time.Second
	largestWindow = 10 * time.Second

	// A record that takes more than one part in alonePart of the capacity fits only alone.
	alonePart = 2

	// A ring still counts as full for this long after the largest record did not fit, unless its use fell below slowPinned.
	fullFor = time.Second

	// burst: the use rose by burstRise of the capacity within burstWithin, to burstPeak of it or more (to burstStill while the finding
	// stands), by at least burstTimes of what comes usually (in the burstUsual before that, at least burstUsualLeast slots of it), and
	// has fallen by burstFall within burstSettles.
	burstRise       = 0.5
	burstPeak       = 0.65
	burstStill      = 0.55
	burstFall       = 0.1
	burstTimes      = 3
	burstWithin     = time.Second
	burstUsual      = 10 * time.Second
	burstUsualLeast = 20
	burstSettles    = 10 * time.Second

	// undersized: the use came to undersizedAt of the capacity, or left no room for the largest recent record, and nothing has
	// explained it within undersizedAfter. After a finding that explains a full ring nothing is said until the use falls below
	// undersizedCalm; what was said less than undersizedDoubt before it is taken back.
	undersizedAt    = 0.85
	undersizedAfter = 5 * time.Second
	undersizedDoubt = 30 * time.Second
	undersizedCalm  = 0.5

	// What a size is recommended for fills it to roomyFill at most.
	roomyFill = 0.75

	// oversized: after oversizedAfter, with something written in oversizedSeconds of the last 600, the ring was never filled to
	// oversizedPeak of its size, and one that holds oversizedRoom times as much, and is not smaller than oversizedLeast, would save
	// oversizedSaves: less is not worth a word.
	oversizedAfter   = 10 * time.Minute
	oversizedSeconds = 300
	oversizedPeak    = 0.05
	oversizedRoom    = 4
	oversizedLeast   = 64 << 10
	oversizedSaves   = 256 << 10

	// discard_heavy: over the last 30 s, at least discardWatch of them, more than discardShare of at least discardLeast records or of
	// their bytes; while it stands, discardStill is enough.
	discardShare = 0.2
	discardStill = 0.15
	discardLeast = 100
	discardWatch = 5 * time.Second

	// oversized_records: more than zerosShare of the payload bytes of at least zerosLeast sampled records, which are zerosLength long
	// on average; while it stands, zerosStill is enough. After zerosMost records older ones count half, and what is older than
	// zerosWindow when another comes does not count.
	zerosShare  = 0.5
	zerosStill  = 0.4
	zerosLeast  = 200
	zerosMost   = 2000
	zerosLength = 32
	zerosWindow = time.Minute

	// wakeup_per_record: for wakeupFor at least wakeupRate records a second, and at most wakeupRecords for each time the reader goes to
	// sleep; at wakeupDrained of the looks it has moved or had nothing to read. While it stands, the others are enough.
	wakeupDrained      = 0.5
	wakeupFor          = 3 * time.Second
	wakeupRate         = 5000
	wakeupRateStill    = 4000
	wakeupRecords      = 2.0
	wakeupRecordsStill = 3.0

	// A payload length is named that takes noisyPart of the bytes of at least excerptLeast records sampled in the last excerptWindow.
	noisyPart     = 0.5
	excerptLeast  = 20
	excerptWindow = 5 * time.Second

	// drops: rates are of this long ago.
	dropsWindow = time.Second

	// many_readers: each of two processes was seen to read for readsFor at least.
	readsFor = time.Second

	// Rates of the reader's threads are taken over at least this, so that a share of a core is more than a tick of the kernel's clock.
	readersWindow = time.Second

	// The mean time for which records are busy is taken over busyMeanWindow, if so many records came in it and so many looks fell into
	// it; a look weighs as much as the time since the one before, at most busyMeanGap.
	busyMeanWindow  = 10 * time.Second
	busyMeanRecords = 100
	busyMeanLooks   = 20
	busyMeanGap     = 10 * time.Millisecond

	// position_invalid, of a producer position that moves further than it can: what is written, no memory takes faster than
	// fastestMemory, in bytes per second (servers of today reach 2^39); what is reserved only, no faster than a record every leastReserve,
	// which takes a lock or an exchange of shared memory, and a header. Times shorter than leapGrain count as that.
	fastestMemory = 1 << 40
	leastReserve  = 10 * time.Nanosecond
	leapGrain     = time.Millisecond

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
	leapHold        = 10 * time.Second
	corruptHold     = time.Minute
	manyReadersHold = time.Minute
	viewGapsHold    = 30 * time.Second
	asleepHold      = 2 * time.Second
	blockedHold     = time.Second
	overwrittenHold = 10 * time.Second
	burstHold       = 30 * time.Second
	undersizedHold  = 10 * time.Minute
	hintHold        = 10 * time.Second
)

// slowWindows are the windows in which consumer_slow looks for growth, shortest first.
var slowWindows = [...]time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 28 * time.Second}
