package model

// What makes a thread the one that reads.
const (
	clearly   = 2.0  // another thread takes its place only with so many times its share of a core
	mostOf    = 0.5  // below this part of what its process uses, the work is spread over threads
	barelyRun = 0.05 // a thread caught running that uses less of a core than this does not explain why nothing is read
)

// blameWorker names in e the reader's thread that uses most of a core; of those of which that is not known, the first. The one that a
// standing finding names stays unless another clearly works more.
func (f *facts) blameWorker(e *Evidence, code Code) {
	threads := f.sample.Reader.Threads
	best := -1
	for i := range threads {
		if best < 0 || threads[i].Share.Known() && (!threads[best].Share.Known() || threads[i].Share.V > threads[best].Share.V) {
			best = i
		}
	}
	if best < 0 {
		return
	}
	if k := f.named(code); k >= 0 && threads[best].Share.V < clearly*threads[k].Share.V {
		best = k
	}
	e.Thread = threads[best]
	f.blameProcess(e, false)
}

// blameIdle names in e the reader's thread whose state best explains that nothing is read: one that is stopped, or waits for something
// that can't be interrupted, or runs. Of several the one that has worked most so far: what sleeps has no share of a core any more.
func (f *facts) blameIdle(e *Evidence, code Code) {
	threads := f.sample.Reader.Threads
	best := -1
	for i := range threads {
		if best < 0 || stateRank(&threads[i]) > stateRank(&threads[best]) ||
			stateRank(&threads[i]) == stateRank(&threads[best]) && threads[i].CPU > threads[best].CPU {
			best = i
		}
	}
	if best < 0 {
		return
	}
	if k := f.named(code); k >= 0 && stateRank(&threads[k]) == stateRank(&threads[best]) && float64(threads[best].CPU) < clearly*float64(threads[k].CPU) {
		best = k
	}
	e.Thread = threads[best]
	if stateRank(&e.Thread) == 0 {
		f.blameProcess(e, true)
	}
}

// stateRank is how well a thread's state explains that nothing is read.
func stateRank(t *ThreadNow) int {
	switch t.State {
	case 'T', 't':
		return 4
	case 'Z':
		return 3
	case 'D':
		return 2
	case 'R':
		if !t.Share.Known() || t.Share.V >= barelyRun {
			return 1
		}
	}
	return 0
}

// named is the index of the thread that a standing finding of this code names; -1: none.
func (f *facts) named(code Code) int {
	for i := range f.judge.of {
		s := &f.judge.of[i]
		if s.finding.Code != code || !s.stands || s.finding.Evidence.Thread.TID == 0 {
			continue
		}
		for k := range f.sample.Reader.Threads {
			if f.sample.Reader.Threads[k].TID == s.finding.Evidence.Thread.TID {
				return k
			}
		}
	}
	return -1
}

// blameProcess tells in e whether the threads of its thread's process share the work, and how much of a core they use together: lately, or
// ever since they began.
func (f *facts) blameProcess(e *Evidence, ever bool) {
	all, share, starved, known := 0.0, 0.0, 0.0, true
	for i := range f.sample.Reader.Threads {
		t := &f.sample.Reader.Threads[i]
		if t.Process.PID != e.Thread.Process.PID {
			continue
		}
		all += work(t, ever)
		share += t.Share.V
		starved += t.Starved.V
		known = known && t.Starved.Known()
	}
	if all <= 0 || work(&e.Thread, ever) >= mostOf*all {
		return
	}
	e.Shared = true
	if e.Share.How = e.Thread.Share.How; e.Share.Known() {
		e.Share.V = share
	}
	if known {
		e.Starved = Known(min(1, starved), Sampled)
	}
}

func work(t *ThreadNow, ever bool) float64 {
	if ever {
		return t.CPU.Seconds()
	}
	return t.Share.V
}
