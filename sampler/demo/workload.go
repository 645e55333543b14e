package demo

import (
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// workload is what one part of the simulated programs writes.
type workload struct {
	program   string // its name; empty: payloads of some sizes are those of sim_open, the others those of sim_exec
	event     uint32 // type of its events; 0: by the payload's size
	producers int
	rate      uint64 // records/s of all its producers
	payloads  []Share
	discard   float64
	wakeUp    model.WakeUp

	from, until time.Duration // it writes nothing before from, and from until on; until 0: it goes on

	burstRate            uint64
	burstEvery, burstFor time.Duration
	stuckEvery, stuckFor time.Duration
}

// about is what only scenarios say of a simulation.
type about struct {
	program     string
	event       uint32
	until       time.Duration // what the flags describe is written until then; 0: always
	beside      []workload    // what is written beside that
	orphanAfter time.Duration // its owner ends then, and the ring stays; 0: never
	rubbishAt   time.Duration // then a header is overwritten with rubbish, and again and again after as long; 0: never
	lateAt      time.Duration // then a look comes lateFor too late, and again and again after as long; 0: never
	lateFor     time.Duration
	consumes    bool // ringscope itself is the consumer
}

// workloads is everything that is written; the first is what the flags describe.
func (c *Config) workloads() []workload {
	main := workload{
		program: c.about.program, event: c.about.event, producers: c.Producers, rate: c.Rate, payloads: c.Payloads, discard: c.Discard,
		wakeUp: wakeUps[c.WakeUp], until: c.about.until,
		burstRate: c.BurstRate, burstEvery: c.BurstEvery, burstFor: c.BurstFor, stuckEvery: c.StuckEvery, stuckFor: c.StuckFor,
	}
	return append([]workload{main}, c.about.beside...)
}

// fullSpeed is the most bytes per second that are asked for.
func (c *Config) fullSpeed(format *ringcore.Format) (most uint64) {
	for _, w := range c.workloads() {
		most += max(w.rate, w.burstRate) * w.span(format)
	}
	return most
}

// span is the mean span of a record in bytes, rounded up.
func (w *workload) span(format *ringcore.Format) uint64 {
	var bytes, parts uint64
	for _, p := range w.payloads {
		bytes += uint64(p.Parts) * format.Span(p.Bytes)
		parts += uint64(p.Parts)
	}
	return (bytes + parts - 1) / parts
}
