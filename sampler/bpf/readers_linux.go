package bpf

import (
	"cmp"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"ringscope/model"
	"ringscope/sampler"
)

const (
	sampleEvery = 100 * time.Millisecond // between looks whether the followed threads wait: a wait with a timeout ends now and then
	reportEvery = 500 * time.Millisecond // between reports
	rescanEvery = 10 * time.Second       // at least between looks at all threads of processes that have more than scanAlways
	scanShare   = 1000                   // such looks take at most this part of the time
	scanAlways  = 24                     // threads that are all looked at for each report
	maxScanned  = 4096                   // threads that are looked at at once
)

// readers follows the threads of the processes that read a ring. A goroutine beside the looks does the work, a sample at a time; it owns
// readers meanwhile.
type readers struct {
	blocked
	processes []model.Process // that read, as the ring was told last
	looked    time.Time       // when the ring was told so

	followed []follow
	threads  int // of all processes at the last scan

	reported, rescan time.Time         // when last, and when due
	report           *model.Readership // what the last sample made; nil: it was none for a report
}

// follow is one thread.
type follow struct {
	process model.Process
	tid     int
	waits   model.Figure[bool] // at the last sample
	waited  bool               // at any sample since the last report
	cpu     time.Duration      // until the scan
}

// sample looks at the followed threads, and makes a report when one is due. now is the time of the watch, which goes on while it works.
func (r *readers) sample(now time.Time) {
	began := time.Now()
	r.report = nil
	due := now.Sub(r.reported) >= reportEvery
	if due && (r.threads <= scanAlways || !now.Before(r.rescan)) {
		r.scan(now)
	} else {
		for i := range r.followed {
			if f := &r.followed[i]; !f.waited {
				f.look(r.waits(f.process.PID, f.tid))
			}
		}
	}
	if !due {
		return
	}
	r.reported = now
	r.report = r.tell()
	r.report.At = now.Add(time.Since(began))
}

func (f *follow) look(waits model.Figure[bool]) {
	f.waits = waits
	f.waited = f.waited || waits.Known() && waits.V
}

// scan looks at all threads of the processes that read, and chooses those to follow.
func (r *readers) scan(now time.Time) {
	was, began := r.followed, time.Now()
	if !now.Before(r.rescan) {
		r.forget()
		defer func() { r.rescan = now.Add(max(rescanEvery, scanShare*time.Since(began))) }()
	}
	var found []follow
	r.threads = 0
	for _, p := range r.processes {
		for _, tid := range tids(p.PID) {
			r.threads++
			if len(found) == maxScanned {
				continue
			}
			f := follow{process: p, tid: tid}
			if k := slices.IndexFunc(was, func(w follow) bool { return w.tid == tid }); k >= 0 {
				f.waited = was[k].waited
			}
			f.look(r.waits(p.PID, tid))
			f.cpu, _ = r.cpu(threadDir(p.PID, tid))
			found = append(found, f)
		}
	}
	r.followed = choose(found)
}

// tids lists the threads of a process; none: it has ended, or can't be looked at.
func tids(pid int) (tids []int) {
	d, err := os.Open("/proc/" + strconv.Itoa(pid) + "/task")
	if err != nil {
		return nil
	}
	defer func() { _ = d.Close() }()
	names, _ := d.Readdirnames(-1) // what was read until it ended
	for _, n := range names {
		if tid, err := strconv.Atoi(n); err == nil {
			tids = append(tids, tid)
		}
	}
	return tids
}

// choose takes the first [model.MaxThreads] in the order of a report, but of each process one as long as there is room.
func choose(found []follow) []follow {
	slices.SortStableFunc(found, func(a, b follow) int {
		if a.waited != b.waited {
			if a.waited {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.cpu, a.cpu)
	})
	if len(found) <= model.MaxThreads {
		return found
	}
	var first, rest []follow
	for _, f := range found {
		if slices.ContainsFunc(first, func(o follow) bool { return o.process.PID == f.process.PID }) {
			rest = append(rest, f)
		} else {
			first = append(first, f)
		}
	}
	return append(first, rest...)[:model.MaxThreads]
}

// tell makes the report of the followed threads.
func (r *readers) tell() *model.Readership {
	out := &model.Readership{}
	waiters := 0
	for i := range r.followed {
		f := &r.followed[i]
		t, ok := r.thread(f.process, f.tid)
		if !ok {
			continue // it has ended
		}
		t.Waits = f.waits
		switch {
		case t.State == 'T' || t.State == 't': // the call that it was in when it was stopped is still told
			t.Waits = model.Of(false)
		case f.waited:
			t.Waits = model.Of(true)
		}
		if t.Waits.Known() && t.Waits.V {
			waiters++
		}
		f.waited = false
		out.Threads = append(out.Threads, t)
	}
	slices.SortStableFunc(out.Threads, func(a, b model.Thread) int {
		wa, wb := a.Waits.Known() && a.Waits.V, b.Waits.Known() && b.Waits.V
		if wa != wb {
			if wa {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.CPU, a.CPU)
	})
	out.More = max(0, r.threads-len(out.Threads))
	// Who waits without mapping the ring, or outside of what is followed, is not seen.
	out.Waiters = model.Known(waiters, model.AtLeast)
	return out
}

// audience runs the samples of readers.
type audience struct {
	r     *readers     // nil: a sample is under way
	back  chan sampled // nil: nothing was asked yet
	asked time.Time
}

// sampled gives readers back after a sample.
type sampled struct {
	r   *readers
	err error
}

// ask lets a sample be taken in the background when one is due.
func (a *audience) ask(now time.Time, ring *model.Ring) {
	if ring.Type != model.TypeRingbuf || ring.Looked.IsZero() || !a.asked.IsZero() && now.Sub(a.asked) < sampleEvery {
		return
	}
	if a.back == nil {
		a.back = make(chan sampled, 1)
		a.r = &readers{blocked: blocked{ring: ring.ID}}
	}
	if a.r == nil {
		return
	}
	a.asked = now
	r := a.r
	a.r = nil
	if !r.looked.Equal(ring.Looked) {
		r.looked = ring.Looked
		if !slices.Equal(r.processes, ring.ReaderAt) {
			r.processes, r.rescan, r.threads = ring.ReaderAt, time.Time{}, 0
		}
	}
	go func() {
		back := sampled{r: r}
		defer func() {
			if v := recover(); v != nil {
				back.err = &sampler.PanicError{Value: v, Stack: debug.Stack()}
			}
			a.back <- back
		}()
		r.sample(now)
	}()
}

// report returns what a sample made, once; nil: nothing new.
func (a *audience) report() (*model.Readership, error) {
	select {
	case back := <-a.back:
		a.r = back.r
		return a.r.report, back.err
	default:
		return nil, nil //nolint:nilnil // nothing new is no error
	}
}

// close waits until nothing is under way.
func (a *audience) close() {
	if a.back != nil && a.r == nil {
		back := <-a.back
		a.r = back.r
	}
	a.asked = time.Time{}
}
