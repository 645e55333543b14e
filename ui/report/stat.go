package report

import (
	"time"

	"ringscope/model"
)

// Stat is a line of `stat --json`.
type Stat struct {
	Schema          int       `json:"schema"`
	Version         string    `json:"version"`
	Time            string    `json:"time"`
	Host            string    `json:"host"`
	BootID          *string   `json:"boot_id"`
	WatchSeconds    float64   `json:"watch_seconds"`
	IntervalSeconds *float64  `json:"interval_seconds"` // null in the first line
	Ring            Ring      `json:"ring"`
	Positions       Positions `json:"positions"`
	Occupancy       Occupancy `json:"occupancy"`
	Lag             Lag       `json:"lag"`
	Rates           Rates     `json:"rates"`
	Totals          Totals    `json:"totals"`
	Busy            Busy      `json:"busy"`
	Missed          Missed    `json:"missed"`
	Drops           Drops     `json:"drops"`
	Observer        Observer  `json:"observer"`
	Findings        []Finding `json:"findings"`
}

// Lag of the reader in JSON.
type Lag struct {
	Bytes               *uint64  `json:"bytes"`
	Records             *uint64  `json:"records"`
	Seconds             *float64 `json:"seconds"`
	SecondsIsLowerBound bool     `json:"seconds_is_lower_bound"`
}

// Rates of the interval in JSON; null in the first line.
type Rates struct {
	WindowSeconds          *float64 `json:"window_seconds"`
	RecordsPerSecond       *float64 `json:"records_per_second"`
	BytesPerSecond         *float64 `json:"bytes_per_second"`
	PayloadBytesPerSecond  *float64 `json:"payload_bytes_per_second"`
	ConsumedBytesPerSecond *float64 `json:"consumed_bytes_per_second"`
	ConsumedIsUpperBound   bool     `json:"consumed_is_upper_bound" csv:"-"` // the reader may have skipped some of it: overwrite mode
	CommittedPerSecond     *float64 `json:"committed_per_second"`
	DiscardedPerSecond     *float64 `json:"discarded_per_second"`
	DiscardRatioRecords    *float64 `json:"discard_ratio_records"`
	DiscardRatioBytes      *float64 `json:"discard_ratio_bytes"`
}

// Totals since watching began in JSON; lower bounds once something was missed.
type Totals struct {
	Records       uint64 `json:"records"`
	Committed     uint64 `json:"committed"`
	Discarded     uint64 `json:"discarded"`
	Unresolved    uint64 `json:"unresolved"`
	Bytes         uint64 `json:"bytes"`
	PayloadBytes  uint64 `json:"payload_bytes"`
	ConsumedBytes uint64 `json:"consumed_bytes"`
	// ConsumedIsUpperBound says that the reader may have skipped some of ConsumedBytes: in overwrite mode they were overwritten about then.
	ConsumedIsUpperBound bool `json:"consumed_is_upper_bound" csv:"-"`
}

// Busy is what is reserved and not finished, in JSON.
type Busy struct {
	Now           uint64   `json:"now"`
	HeadPosition  *uint64  `json:"head_position"`
	HeadSeconds   *float64 `json:"head_seconds"`
	OldestSeconds *float64 `json:"oldest_seconds"`
	BlockedBytes  uint64   `json:"blocked_bytes"`
}

// Missed is what passed unseen, in JSON.
type Missed struct {
	Bytes   uint64 `json:"bytes"`
	Torn    uint64 `json:"torn"`
	Resyncs uint64 `json:"resyncs"`
}

// Drops is what the ring refused, in JSON.
type Drops struct {
	Count *uint64 `json:"count"`
	How   string  `json:"how"`
}

// Observer tells in JSON how the reading was made.
type Observer struct {
	Ticks           uint64   `json:"ticks"`
	IntervalSeconds *float64 `json:"interval_seconds"`
	MaxGapSeconds   float64  `json:"max_gap_seconds"`
	CPUSeconds      *float64 `json:"cpu_seconds"`
}

// End is the last line of a stream.
type End struct {
	Event  string `json:"event"`
	Reason string `json:"reason"`
	Error  string `json:"error,omitempty"` // what failed, where Reason is error
}

// NewEnd says that a stream ended: one of the model.End reasons, and what failed if something did.
func NewEnd(reason string, failed error) End {
	e := End{Event: "end", Reason: reason}
	if failed != nil {
		e.Error = failed.Error()
	}
	return e
}

// Interval is what a line of stat covers: from the sample of the line before to the one of Moment.
type Interval struct {
	Moment  *model.Moment
	Before  *model.Sample // of the line before; nil: this is the first
	UsedMax model.Figure[uint64]
}

// Rates over the interval; those that nobody measured yet in the first line.
func (i Interval) Rates() model.Rates {
	if i.Before == nil {
		return model.Rates{}
	}
	return model.RatesBetween(i.Before, i.Moment.Sample)
}

// Length of the interval; false in the first line.
func (i Interval) Length() (time.Duration, bool) {
	if i.Before == nil {
		return 0, false
	}
	return i.Moment.Sample.At.Sub(i.Before.At), true
}

// NewStat is one interval.
func NewStat(h Host, i Interval) Stat {
	s := i.Moment.Sample
	j := Stat{
		Schema: Schema, Version: h.Version, Time: stamp(s.At), Host: h.At(s.Ring), WatchSeconds: max(0, s.At.Sub(s.Since).Seconds()),
		Ring: newRing(s.Ring), Positions: newPositions(s.Positions), Occupancy: newOccupancy(s.Occupancy),
		Lag: Lag{
			Bytes: value(s.Lag.Bytes), Records: value(s.Lag.Records), Seconds: seconds(s.Lag.Age),
			SecondsIsLowerBound: s.Lag.Age.How == model.AtLeast,
		},
		Rates: newRates(i.Rates()),
		Totals: Totals{
			Records: s.Totals.Records, Committed: s.Totals.Committed, Discarded: s.Totals.Discarded, Unresolved: s.Totals.Unresolved,
			Bytes: s.Totals.Bytes, PayloadBytes: s.Totals.Payload, ConsumedBytes: s.Totals.Consumed,
			ConsumedIsUpperBound: s.Totals.MaybeSkipped > 0,
		},
		Busy: Busy{
			Now: s.Busy.Now, HeadPosition: value(s.Busy.Head), HeadSeconds: seconds(s.Busy.HeadAge),
			OldestSeconds: seconds(s.Busy.Oldest), BlockedBytes: s.Busy.Blocked,
		},
		Missed: Missed{Bytes: s.Missed.Bytes, Torn: s.Missed.Torn, Resyncs: s.Missed.Resyncs},
		Drops:  Drops{Count: value(s.Drops.Count), How: s.Drops.How},
		Observer: Observer{
			Ticks: s.Observer.Ticks, IntervalSeconds: seconds(s.Observer.Interval), MaxGapSeconds: s.Observer.MaxGap.Seconds(),
			CPUSeconds: seconds(s.Observer.CPU),
		},
		Findings: newFindings(i.Moment),
	}
	if j.Drops.How == "" {
		j.Drops.How = "unknown"
	}
	if h.BootID != "" && j.Host != Simulated {
		j.BootID = ptr(h.BootID)
	}
	if d, ok := i.Length(); ok {
		j.IntervalSeconds = ptr(d.Seconds())
	}
	j.Occupancy.UsedMaxBytes = value(i.UsedMax)
	return j
}

func newRates(r model.Rates) Rates {
	if r.Window <= 0 {
		return Rates{}
	}
	return Rates{
		WindowSeconds: ptr(r.Window.Seconds()), RecordsPerSecond: float(r.Records), BytesPerSecond: float(r.Bytes),
		PayloadBytesPerSecond: float(r.Payload), ConsumedBytesPerSecond: float(r.Consumed),
		ConsumedIsUpperBound: r.Consumed.How == model.AtMost, CommittedPerSecond: float(r.Committed),
		DiscardedPerSecond: float(r.Discarded), DiscardRatioRecords: float(r.DiscardRatioRecords), DiscardRatioBytes: float(r.DiscardRatioBytes),
	}
}
