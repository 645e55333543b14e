package model

import "time"

// Moment is everything a screen or a report needs of one instant: the reading, what is wrong, and what led there.
type Moment struct {
	Sample   *Sample
	Findings []Finding // most severe first, then causes before their effects; what a shown cause explains is left out
	History  *History
	Wait     string // with State Waiting: what is waited for, in the user's words
	Why      string // with State Ended: why, one of the End reasons
	// Past is the length of the stretch of time that a moment stands for which History.At made: its records were not kept. 0: a moment
	// as it was published.
	Past time.Duration
}

// Reasons why a watch ended, as JSON spells them in {"event":"end"}.
const (
	EndCount     = "count"
	EndSignal    = "signal"
	EndOwnerGone = "owner_gone"
	EndError     = "error"
	EndFinished  = "finished" // a recording or a simulation reached its end
)
