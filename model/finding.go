package model

import (
	"time"

	"ringscope/ringcore"
)

// Severity orders findings.
type Severity uint8

// Severities, and the shape each has on the screen.
const (
	Fine    Severity = iota // ●
	Hint                    // ○
	Warning                 // △
	Problem                 // ▲
)

// String returns the word that JSON and --fail-on use.
func (s Severity) String() string {
	return [...]string{"fine", "hint", "warning", "problem"}[min(s, Problem)]
}

// Code names a kind of finding; it is part of the JSON contract.
type Code string

// Codes of findings.
const (
	ConsumerSlow    Code = "consumer_slow"
	ConsumerStalled Code = "consumer_stalled"
	NoConsumer      Code = "no_consumer"
	HeadBusy        Code = "head_busy"
	DropsCounted    Code = "drops"
	DropProne       Code = "drop_prone"
	PositionInvalid Code = "position_invalid"
	Corrupt         Code = "corrupt"
	ViewGaps        Code = "view_gaps"
	OwnerGone       Code = "owner_gone"
	ManyReaders     Code = "many_readers"
	ReaderAsleep    Code = "reader_asleep"
	ReserveBlocked  Code = "reserve_blocked"
	Overwritten     Code = "overwritten"
	Burst           Code = "burst"
	Undersized      Code = "undersized"
	DiscardHeavy    Code = "discard_heavy"
	OversizedRecord Code = "oversized_records"
	WakeupPerRecord Code = "wakeup_per_record"
	Oversized       Code = "oversized"
)

// Finding is something wrong with a ring, with its evidence. ui/words makes the title, the sentence and the advice of it.
type Finding struct {
	Code     Code
	Severity Severity
	Since    time.Time
	Before   bool // it was already so when watching began: Since is when we came
	Past     bool // it holds no longer and only stays for a moment: Evidence is of when it last held
	Evidence Evidence
}

// Evidence holds the figures of a finding; which of them mean something depends on the code. Unset figures are Unknown.
type Evidence struct {
	In, Out       Figure[float64]       // bytes per second, over the window in which the ring was found to fill
	Full          Figure[time.Duration] // time until full; of a reader that takes nothing, by what comes in
	Used, Size    uint64                // bytes
	Waiting       uint64                // bytes that wait; behind a busy head; how far Wrong is behind if that is too far
	WaitingR      Figure[uint64]        // records that wait
	For           time.Duration         // how long it has lasted, or the record's age
	Position      ringcore.Pos          // of the record, or of the consumer, or the value of Wrong
	Wrong         PositionName          // the position that makes no sense
	Raw           Figure[uint64]        // header as found; unknown: there was none, or see Ring.PayloadUnread
	Why           string                // what was expected, for corrupt
	BeforeReader  bool                  // the reader still comes to that header
	Ahead         uint64                // bytes by which Wrong is ahead; with neither this nor Misaligned nor Leapt it is too far behind
	Misaligned    bool
	Leapt         uint64        // bytes by which Wrong moved Within some time, though it can't have; 0: it did not
	Missed        uint64        // bytes, since watching began
	At            time.Time     // when it last happened
	Largest       uint64        // bytes
	ProneFor      time.Duration // time without room for Largest within ProneWindow
	ProneWindow   time.Duration
	Count         uint64         // drops since watching began, wrong headers, or times the position went back
	PerSecond     float64        // drops per second; with wakeup_per_record, records per second
	How           string         // where a count comes from
	Refused       Figure[uint64] // reservations, counted since watching began
	RingIsFull    bool           // the largest recent record does not fit now
	Reader        Process        // the first of those that read; PID 0: unknown
	ReaderKnown   bool
	SuspectedCode string // program's name, empty: unknown

	Thread       ThreadNow       // the reader's thread that it is about; TID 0: unknown
	Shared       bool            // the work is spread over threads of Thread's process, so that Thread alone tells little
	Share        Figure[float64] // where it is Shared, of one core: of all threads of that process together
	Starved      Figure[float64] // where it is Shared, part of the time in which they waited for a core
	Site         Site            // the call that explains it; Call empty: unknown
	Program      Program         // that Site belongs to, or that writes most; ID 0 and Name empty: unknown
	Dominant     LengthCount     // the payload length that takes most of the bytes lately; Records 0: unknown
	DominantPart float64         // its share of the bytes, 0..1, sampled
	Came         uint64          // bytes that came within Within, of a burst
	Within       time.Duration   // how long a burst took, or a leap
	Needed       uint64          // bytes: the smallest power of two that would have done; 0: unknown, or no ring is that large
	Peak         uint64          // bytes
	PeakAt       time.Time
	Ratio        float64 // share of discards, or of zeros, 0..1 of the bytes
	RatioR       float64 // share of discards of the records, 0..1
	Lost         uint64  // bytes overwritten before they were read, since watching began: at least
}
