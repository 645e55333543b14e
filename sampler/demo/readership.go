package demo

import (
	"sync/atomic"
	"time"

	"ringscope/model"
)

// readershipEvery is how often the simulated threads are looked at.
const readershipEvery = 250 * time.Millisecond

// switchCosts is how much of a processor's time a wait and what wakes from it take.
const switchCosts = 4 * time.Microsecond

// conduct is what can be seen of a reader from outside. Its reader writes, anybody may read.
type conduct struct {
	state  atomic.Uint32
	worked atomic.Int64  // ns
	waits  atomic.Uint64 // how often it went to sleep
}

// States of a reader.
const (
	atWork     uint32 = iota
	inEpoll           // until it is woken, or for a while
	elsewhere         // asleep, but not on the ring
	wasStopped        // by a signal
)

// thread is what the host would tell of r's thread.
func (r *reader) thread() model.Thread {
	t := model.Thread{
		Process: r.process, TID: r.process.PID + 4, Name: "sim-poll", State: 'S', Waits: model.Of(false), Core: 3,
		Voluntary: r.conduct.waits.Load(),
	}
	t.CPU = time.Duration(r.conduct.worked.Load()) + time.Duration(t.Voluntary)*switchCosts
	t.Forced = uint64(t.CPU / (100 * time.Millisecond))
	switch r.conduct.state.Load() {
	case atWork:
		t.State = 'R'
	case inEpoll:
		t.Waits = model.Of(true)
	case wasStopped:
		t.State = 'T'
	}
	return t
}

// main is r's process's first thread, which waits for its end.
func (r *reader) main() model.Thread {
	t := model.Thread{
		Process: r.process, TID: r.process.PID, Name: r.process.Comm, State: 'S', Waits: model.Of(false), Core: 1, Voluntary: 12, Forced: 1,
		CPU: 31 * time.Millisecond,
	}
	if r.conduct.state.Load() == wasStopped {
		t.State = 'T'
	}
	return t
}

// readership is what is seen of all readers at now.
func readership(now time.Time, readers []*reader) model.Readership {
	seen := model.Readership{At: now}
	waiters := 0
	for _, r := range readers {
		t := r.thread()
		if t.Waits.V {
			waiters++
		}
		seen.Threads = append(seen.Threads, t)
	}
	for _, r := range readers {
		seen.Threads = append(seen.Threads, r.main())
	}
	seen.Waiters = model.Of(waiters)
	return seen
}
