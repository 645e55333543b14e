package report

import (
	"maps"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
)

// fields are members of the data of a finding.
type fields = map[string]any

// evidence is what a finding is concluded from, by code; s, which may be nil, is a sample of its ring. since_is_lower_bound says that it
// was so when watching began.
func evidence(f model.Finding, s *model.Sample, now time.Time) fields {
	e := f.Evidence
	all := fields{"since_is_lower_bound": f.Before}
	if of, ok := data[f.Code]; ok {
		maps.Copy(all, of(&e))
	}
	if e.Raw.Known() && all["header_hex"] != nil && s != nil && s.Ring != nil && s.Ring.Format != nil {
		all["header_hex"] = text.HeaderHex(e.Raw.V, s.Ring.Format.HeaderSize)
	}
	if _, has := all["seconds"]; has {
		lasted := e.For
		if lasted <= 0 {
			lasted = max(0, now.Sub(f.Since))
		}
		all["seconds"] = lasted.Seconds()
	}
	return all
}

// data is the data of each code. The member seconds is filled for all that have it.
var data = map[model.Code]func(e *model.Evidence) fields{
	model.ConsumerSlow: func(e *model.Evidence) fields {
		return join(reader(e), thread(e), program(e), common(e), fields{
			"in_bytes_per_second":  float(e.In),
			"out_bytes_per_second": float(e.Out),
			"seconds_to_full":      seconds(e.Full),
			"seconds":              nil,
			"full":                 e.RingIsFull,
		})
	},
	model.ConsumerStalled: func(e *model.Evidence) fields {
		return join(reader(e), thread(e), waiting(e), fields{"seconds": nil})
	},
	model.NoConsumer: func(e *model.Evidence) fields {
		return join(waiting(e), fields{"seconds": nil})
	},
	model.ReaderAsleep: func(e *model.Evidence) fields {
		return join(reader(e), thread(e), waiting(e), program(e), site(e), fields{"seconds": nil})
	},
	model.HeadBusy: func(e *model.Evidence) fields {
		return join(waiting(e), program(e), site(e), fields{
			"position": e.Position,
			"seconds":  nil,
			"full":     e.RingIsFull,
		})
	},
	model.ReserveBlocked: func(e *model.Evidence) fields {
		return join(program(e), site(e), fields{
			"position":      e.Position,
			"used_bytes":    e.Used,
			"largest_bytes": known(e.Largest),
			"seconds":       nil,
		})
	},
	model.DropsCounted: func(e *model.Evidence) fields {
		return join(program(e), common(e), fields{
			"count":      e.Count,
			"per_second": float(model.Of(e.PerSecond)),
			"how":        e.How,
		})
	},
	model.DropProne: func(e *model.Evidence) fields {
		return join(program(e), common(e), fields{
			"largest_bytes":  e.Largest,
			"prone_seconds":  e.ProneFor.Seconds(),
			"window_seconds": e.ProneWindow.Seconds(),
		})
	},
	model.Overwritten: func(e *model.Evidence) fields {
		return join(reader(e), fields{
			"overwritten_bytes": e.Lost,
			"last":              since(e.At),
		})
	},
	model.ManyReaders: func(e *model.Evidence) fields {
		return join(reader(e), fields{"count": e.Count})
	},
	model.PositionInvalid: func(e *model.Evidence) fields {
		return fields{
			"which":                e.Wrong,
			"position":             e.Position,
			"ahead_bytes":          e.Ahead,
			"behind_bytes":         e.Waiting,
			"misaligned":           e.Misaligned,
			"leapt_bytes":          e.Leapt,
			"leapt_within_seconds": e.Within.Seconds(),
		}
	},
	model.Corrupt: func(e *model.Evidence) fields {
		f := fields{"position": e.Position, "header_hex": nil, "why": e.Why, "count": e.Count, "before_reader": e.BeforeReader}
		if e.Raw.Known() {
			f["header_hex"] = text.HeaderHex(e.Raw.V, 8)
		}
		return f
	},
	model.ViewGaps: func(e *model.Evidence) fields {
		return fields{
			"missed_bytes": e.Missed,
			"last":         since(e.At),
		}
	},
	model.OwnerGone: func(e *model.Evidence) fields {
		return fields{"at": since(e.At)}
	},
	model.Burst: func(e *model.Evidence) fields {
		return join(peak(e), program(e), common(e), fields{
			"came_bytes":     e.Came,
			"within_seconds": e.Within.Seconds(),
		})
	},
	model.Undersized: peak,
	model.DiscardHeavy: func(e *model.Evidence) fields {
		return join(program(e), site(e), fields{
			"discard_ratio_bytes":   float(model.Of(e.Ratio)),
			"discard_ratio_records": float(model.Of(e.RatioR)),
		})
	},
	model.OversizedRecord: func(e *model.Evidence) fields {
		return join(program(e), site(e), common(e), fields{"zeros_ratio": float(model.Of(e.Ratio))})
	},
	model.WakeupPerRecord: func(e *model.Evidence) fields {
		return join(reader(e), thread(e), program(e), site(e))
	},
	model.Oversized: func(e *model.Evidence) fields {
		return join(peak(e), fields{"seconds": nil})
	},
}

// join puts members together.
func join(all ...fields) fields {
	out := fields{}
	for _, some := range all {
		maps.Copy(out, some)
	}
	return out
}

// known is a number of bytes of which 0 says that it is not known.
func known(n uint64) *uint64 {
	if n == 0 {
		return nil
	}
	return &n
}

func reader(e *model.Evidence) fields {
	if !e.ReaderKnown || e.Reader.PID == 0 {
		return fields{"reader": nil}
	}
	return fields{"reader": newProcess(e.Reader)}
}

// Thread of a reader in JSON.
type Thread struct {
	PID               int      `json:"pid"` // of its process
	TID               int      `json:"tid"`
	Name              string   `json:"name"`
	State             string   `json:"state"`     // as in /proc/PID/stat: R, S, D, T, t, Z
	Waits             *bool    `json:"waits"`     // blocked in poll, select or epoll on this ring
	CPURatio          *float64 `json:"cpu_ratio"` // of one core
	SwitchesPerSecond *float64 `json:"switches_per_second"`
	RecordsPerSwitch  *float64 `json:"records_per_switch"`
}

func newThread(t *model.ThreadNow) *Thread {
	if t.TID == 0 {
		return nil
	}
	j := &Thread{
		PID: t.Process.PID, TID: t.TID, Name: t.Name, Waits: value(t.Waits), CPURatio: float(t.Share),
		SwitchesPerSecond: float(t.Switches), RecordsPerSwitch: float(t.RecordsPerSwitch),
	}
	if t.State != 0 {
		j.State = string(rune(t.State))
	}
	return j
}

func thread(e *model.Evidence) fields { return fields{"thread": newThread(&e.Thread)} }

func waiting(e *model.Evidence) fields {
	return fields{"waiting_bytes": e.Waiting, "waiting_records": value(e.WaitingR), "seconds_to_full": seconds(e.Full)}
}

func program(e *model.Evidence) fields {
	p := e.Program
	switch {
	case p.Name == "" && p.ID == 0 && e.SuspectedCode == "":
		return fields{"program": nil}
	case p.Name == "" && p.ID == 0:
		p.Name = e.SuspectedCode
	}
	var id *uint32
	if p.ID != 0 {
		id = &p.ID
	}
	return fields{"program": struct {
		ID   *uint32 `json:"id"`
		Name string  `json:"name"`
	}{id, p.Name}}
}

func site(e *model.Evidence) fields {
	if e.Site.Call == "" {
		return fields{"site": nil}
	}
	return fields{"site": newSite(&e.Site)}
}

func common(e *model.Evidence) fields {
	if e.Dominant.Records == 0 {
		return fields{"common_length_bytes": nil, "common_share_ratio": nil}
	}
	return fields{"common_length_bytes": e.Dominant.Length, "common_share_ratio": float(model.Of(e.DominantPart))}
}

func peak(e *model.Evidence) fields {
	return fields{"peak_bytes": e.Peak, "peak_at": since(e.PeakAt), "needed_bytes": known(e.Needed)}
}
