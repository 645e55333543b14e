package sampler

import (
	"slices"
	"time"

	"ringscope/model"
)

// meter measures the looking itself.
type meter struct {
	ticks    uint64
	last     time.Time
	recent   [64]time.Duration // gaps between the last looks
	n        int
	maxGap   time.Duration
	consumes bool
	began    time.Time
	started  time.Duration // CPU time of the process when it began
	cpu      bool
	still    bool // simulated time: no CPU time
}

// begin forgets the last look: the time until the next is no gap.
func (m *meter) begin(now time.Time) {
	m.last = now
	if m.began.IsZero() {
		m.began = now
	}
	if !m.cpu && !m.still {
		m.started, m.cpu = processCPU()
	}
}

// look counts a look. Only gaps in which something was reserved count as such.
func (m *meter) look(now time.Time, pace Pace) {
	gap := now.Sub(m.last)
	m.last = now
	m.consumes = pace.Consumes
	if m.ticks > 0 {
		m.recent[m.n%len(m.recent)] = gap
		m.n++
		if pace.Moved {
			m.maxGap = max(m.maxGap, gap)
		}
	}
	m.ticks++
}

// observation is what was measured since watching began.
func (m *meter) observation() model.Observation {
	o := model.Observation{Ticks: m.ticks, MaxGap: m.maxGap, Consumes: m.consumes, For: m.last.Sub(m.began)}
	o.Interval.How = model.Unmeasured
	if m.n > 0 {
		gaps := m.recent
		few := gaps[:min(m.n, len(gaps))]
		slices.Sort(few)
		o.Interval = model.Known(few[len(few)/2], model.Sampled)
	}
	if m.cpu {
		if now, ok := processCPU(); ok {
			o.CPU = model.Of(now - m.started)
		}
	}
	return o
}
