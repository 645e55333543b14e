package demo

import (
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// name is what the simulated ring is called, in a ring file too.
const name = "events"

// Simulated processes and programs: their names begin with "sim", so that nothing can be taken for one of this host.
var (
	simLoader = model.Process{PID: 2210, Comm: "sim-loader"}
	simReader = model.Process{PID: 2211, Comm: "sim-reader"}
	simOther  = model.Process{PID: 2342, Comm: "sim-other"}
)

// afterRestart is how much higher the pids of a program are that has come back.
const afterRestart = 400

// identity says what is simulated by run number ring, at a time after its begin.
func (c *Config) identity(format *ringcore.Format, g ringcore.Geometry, ring int, at time.Duration) *model.Ring {
	r := &model.Ring{
		Source: model.SourceDemo, Simulated: true, Name: name, Type: model.TypeRingbuf, Format: format, Geometry: g,
		Readers: model.Of(0), Programs: c.programs(), Made: model.Of(c.made(ring)), PayloadUnread: c.NoPayload,
	}
	switch {
	case c.orphaned(at):
		return r
	case c.ConsumerRate == 0 || c.about.consumes:
		r.Owners = []model.Process{simLoader}
	case c.twoReaders(at):
		r.ReaderAt = []model.Process{simReader, simOther}
	default:
		r.ReaderAt = []model.Process{simReader}
	}
	for i := range r.ReaderAt {
		r.ReaderAt[i].PID += ring * afterRestart
	}
	r.Owners = append(r.Owners, r.ReaderAt...)
	r.Readers = model.Of(len(r.ReaderAt))
	return r
}

// began tells of the processes of the first run, which began at begin, since when they run.
func (c *Config) began(r *model.Ring, begin time.Time) {
	for _, some := range [][]model.Process{r.ReaderAt, r.Owners} {
		for i := range some {
			switch some[i].PID {
			case simReader.PID:
				some[i].Began = begin.Truncate(time.Second)
			case simOther.PID:
				some[i].Began = begin.Add(c.ReaderFrom).Truncate(time.Second)
			}
		}
	}
}

func (c *Config) orphaned(at time.Duration) bool {
	return c.about.orphanAfter > 0 && at >= c.about.orphanAfter
}

func (c *Config) twoReaders(at time.Duration) bool {
	return c.Reader == ReaderTwo && at >= c.ReaderFrom
}

// programs are the simulated BPF programs with the places where they call the ring's helpers.
func (c *Config) programs() []model.Program {
	var all []model.Program
	for _, w := range c.workloads() {
		for _, p := range w.payloads {
			name := w.program
			switch {
			case name != "":
			case p.Bytes >= openFrom:
				name = "sim_open"
			default:
				name = "sim_exec"
			}
			i := len(all) - 1
			if i < 0 || all[i].Name != name {
				all = append(all, model.Program{ID: uint32(314 + len(all)), Name: name})
				i++
			}
			all[i].Sites = append(all[i].Sites, w.sites(name, p.Bytes, len(all[i].Sites))...)
		}
	}
	return all
}

// sites are where a program reserves records of one size and finishes them; before counts those further up in the program.
func (w *workload) sites(program string, bytes uint32, before int) []model.Site {
	at := func(call string, line int) model.Site {
		return model.Site{Call: call, File: program + ".bpf.c", Line: 41 + 11*before + line}
	}
	reserve, submit, discard := at("reserve", 0), at("submit", 14), at("discard", 21)
	reserve.Bytes = model.Of(bytes)
	discard.WakeUp, submit.WakeUp = w.wakeUp, w.wakeUp
	if w.discard == 0 {
		return []model.Site{reserve, submit}
	}
	return []model.Site{reserve, submit, discard}
}
