package bpf

import (
	"bytes"
	"cmp"
	"os"
	"slices"
	"strconv"
	"time"

	"ringscope/model"
	"ringscope/sampler"
)

const (
	reportEvery = 500 * time.Millisecond // between reports
	sampleEvery = 250 * time.Millisecond // between looks while nobody was seen waiting: a wait with a timeout ends now and then
	rescanEvery = 2 * time.Second        // between lists of the threads
	forgetEvery = 10 * time.Second       // between looks at what descriptors are, and between lists of more than followAll threads, in the end
	followAll   = 24                     // threads that are all followed
	scanShare   = 1000                   // lists of more take at most this part of the time
	maxScanned  = 4096                   // threads that are looked at at once
)

// readers follows the threads of the processes that read a ring. A goroutine beside the looks does the work, a sample at a time; it owns
// readers meanwhile.
type readers struct {
	blocked
	processes []model.Process // that read, as the ring was told last
	looked    time.Time       // when the ring was told so

	followed []*follow
	rings    map[int]model.Figure[int] // how many rings each process reads, as of the last forgetting
	threads  int                       // of all processes at the last scan
	patience time.Duration             // between the last scans of more than followAll threads

	reported, rescan, forgot time.Time         // when last, when due, when last
	report                   *model.Readership // what the last sample made; nil: it was none for a report
}

// follow is one thread.
type follow struct {
	process model.Process
	tid     int
	sched   []byte // its schedstat: while that stays the same it did not run, and is where it was
	cpu     time.Duration
	wait    wait
	waited  time.Time                   // when it was last seen waiting
	timeout model.Figure[time.Duration] // of that wait
	known   bool                        // thread holds what was read after it ran last
	thread  model.Thread
}

func (f *follow) waiting() bool { return f.wait.on.Known() && f.wait.on.V }

// sample looks at the followed threads, and makes a report when one is due. now is the time of the watch, which goes on while it works.
func (r *readers) sample(now time.Time) {
	began := time.Now()
	r.report = nil
	if now.Sub(r.reported) < reportEvery {
		if !slices.ContainsFunc(r.followed, (*follow).waiting) {
			r.lookAll(now)
		}
		return
	}
	if !now.Before(r.rescan) {
		r.scan(now)
	}
	r.lookAll(now)
	r.reported = now
	r.report = r.tell(now)
	r.report.At = now.Add(time.Since(began))
}

func (r *readers) lookAll(now time.Time) {
	for _, f := range r.followed {
		r.look(f, now)
	}
}

// look sees whether a thread ran and where it waits. One that was woken and has not got a CPU yet waits no more.
func (r *readers) look(f *follow, now time.Time) {
	raw, err := r.read(threadDir(f.process.PID, f.tid) + "schedstat")
	if err != nil {
		raw = nil
	}
	ran := f.ran(raw)
	if was := f.waiting(); ran || was || !f.wait.on.Known() {
		before := &f.wait
		if ran {
			before = nil
		}
		f.wait = r.waits(f.process.PID, f.tid, before)
		f.known = f.known && f.waiting() == was
	}
	if f.waiting() {
		f.waited, f.timeout = now, f.wait.timeout
	}
}

// ran tells whether a thread may have run since the last look, by its schedstat. Where that tells nothing every thread may have.
func (f *follow) ran(sched []byte) bool {
	cpu, told := parseSched(sched)
	if told && bytes.Equal(sched, f.sched) {
		return false
	}
	f.sched, f.cpu, f.known = append(f.sched[:0], sched...), cpu, false
	return true
}

// scan lists the threads of the processes that read, and chooses those to follow.
func (r *readers) scan(now time.Time) {
	began := time.Now()
	if now.Sub(r.forgot) >= forgetEvery {
		r.forget()
		r.forgot = now
		r.rings = make(map[int]model.Figure[int], len(r.processes))
		for _, p := range r.processes {
			r.rings[p.PID] = ringsOf(p.PID)
		}
	}
	var found []*follow
	r.threads = 0
	for _, p := range r.processes {
		for _, tid := range tids(p.PID) {
			if r.threads++; len(found) == maxScanned {
				continue
			}
			k := slices.IndexFunc(r.followed, func(f *follow) bool { return f.tid == tid && f.process.PID == p.PID })
			if k >= 0 {
				found = append(found, r.followed[k])
				continue
			}
			f := &follow{process: p, tid: tid}
			if r.look(f, now); f.sched == nil && !f.wait.on.Known() {
				continue // it has ended
			}
			found = append(found, f)
		}
	}
	r.followed, r.rescan = found, now.Add(rescanEvery)
	if len(found) > followAll {
		r.followed = choose(found)
		// Who waits may not have waited just then: it is looked for again soon, and then less and less often.
		r.patience = min(max(2*r.patience, rescanEvery), max(forgetEvery, scanShare*time.Since(began)))
		r.rescan = now.Add(r.patience)
	}
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

// order is that of a report: those that wait first, then by CPU time.
func order(a, b *follow) int {
	if a.waiting() != b.waiting() {
		if a.waiting() {
			return -1
		}
		return 1
	}
	return cmp.Compare(b.cpu, a.cpu)
}

// choose takes the first [model.MaxThreads] in the order of a report, but of each process one as long as there is room.
func choose(found []*follow) []*follow {
	slices.SortStableFunc(found, order)
	var first, rest []*follow
	for _, f := range found {
		if slices.ContainsFunc(first, func(o *follow) bool { return o.process.PID == f.process.PID }) {
			rest = append(rest, f)
		} else {
			first = append(first, f)
		}
	}
	first = append(first, rest...)
	return first[:min(len(first), model.MaxThreads)]
}

// tell makes the report of the followed threads.
func (r *readers) tell(now time.Time) *model.Readership {
	out := &model.Readership{}
	waiters := 0
	for _, f := range choose(slices.Clone(r.followed)) {
		if !f.known {
			if f.thread, f.known = r.thread(f.process, f.tid); !f.known {
				continue // it has ended
			}
		}
		t := f.thread
		t.Rings = r.rings[f.process.PID]
		if f.cpu > 0 {
			t.CPU = f.cpu
		}
		t.Delay = parseDelay(f.sched)
		t.Waits = f.wait.on
		switch {
		case t.State == 'T' || t.State == 't': // the call that it was in when it was stopped is still told
			t.Waits = model.Of(false)
		case now.Sub(f.waited) <= model.StillWaits:
			t.Waits = model.Of(true)
		}
		if t.Waits.Known() && t.Waits.V {
			waiters++
			t.Timeout = f.timeout
		}
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
			r.processes, r.rescan, r.patience = ring.ReaderAt, time.Time{}, 0
		}
	}
	go func() {
		back := sampled{r: r}
		defer func() {
			if v := recover(); v != nil {
				back.err = sampler.Panicked("looking at the reader's threads", v)
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
