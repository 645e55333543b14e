package model

import (
	"slices"
	"time"
)

// MaxThreads bounds Readership.Threads.
const MaxThreads = 8

// Readership is what was seen at one time of the processes that read a ring.
type Readership struct {
	At      time.Time
	Threads []Thread    // of the reading processes: those that wait for this ring first, then by CPU time, most first
	More    int         // threads that are left out
	Waiters Figure[int] // threads that are blocked in poll, select or epoll on this ring, without our own
}

// Thread is one thread of a process that reads, with counters since it began.
type Thread struct {
	Process Process
	TID     int
	Name    string       // raw bytes, at most 15
	State   byte         // as in /proc/PID/stat: R running, S sleeping, D uninterruptible, T stopped, t traced, Z zombie
	Waits   Figure[bool] // blocked in poll, select or epoll on this ring
	// Timeout is for how long the thread asked to be blocked at most, while it Waits: 0 or less is without limit. It is Exact, or
	// Unknown where that stands in memory of the process and was not read.
	Timeout Figure[time.Duration]
	// Rings is how many ring buffers its process reads; Unknown: nobody counted.
	Rings Figure[int]
	CPU   time.Duration // user and system time
	// Delay is the time that the thread was runnable and waited for a CPU, since it began; where the kernel does not count, Unknown.
	Delay     Figure[time.Duration]
	Core      int    // the CPU that it last ran on
	Voluntary uint64 // context switches because it waited
	Forced    uint64 // context switches because its time was over
}

// ReaderNow is a Readership with what follows from the one before.
type ReaderNow struct {
	At      time.Time // zero: nobody looked
	Window  time.Duration
	Threads []ThreadNow
	More    int
	Waiters Figure[int]
}

// ThreadNow is a thread with its rates over ReaderNow.Window.
type ThreadNow struct {
	Thread
	Since            time.Time       // it was found in this state at every look since then
	Share            Figure[float64] // of one core
	Starved          Figure[float64] // share of the time, 0..1, in which it was runnable and waited for a core
	Switches         Figure[float64] // voluntary ones per second
	RecordsPerSwitch Figure[float64] // records that the ring's reader took per voluntary switch of this thread
}

// readers follows the threads of the processes that read.
type readers struct {
	now, before Readership // before is at least readersWindow older, where there was a look then
	next        Readership // becomes before
	since       [MaxThreads]time.Time

	waitedAt time.Time             // a thread was last seen waiting for this ring
	waiter   int                   // it; 0: it was only seen that there is one
	timeout  Figure[time.Duration] // the longest of what those asked for that were then seen waiting; 0 or less: without limit
	waiters  [2 * MaxThreads]int   // those that ever were, the newest of them
	nWaiters int
	waitedBy [2 * MaxThreads]time.Time // when each of these last did
	reading  [4]processReads           // processes that were lately seen to read
}

// take enters what was seen.
func (r *readers) take(n Readership) {
	var since [MaxThreads]time.Time
	n.Threads = n.Threads[:min(len(n.Threads), MaxThreads)]
	for i, t := range n.Threads {
		since[i] = n.At
		if k := find(r.now.Threads, t.TID); k >= 0 && r.now.Threads[k].State == t.State && r.now.Threads[k].Waits == t.Waits {
			since[i] = r.since[k]
		}
	}
	r.notice(&n)
	r.now, r.since = n, since
	r.see(&n)
	switch {
	case r.next.At.IsZero():
		r.before, r.next = n, n
	case n.At.Sub(r.next.At) >= readersWindow:
		r.before, r.next = r.next, n
	}
}

// see notes who waits for the ring.
func (r *readers) see(n *Readership) {
	if n.Waiters.Known() && n.Waiters.V > 0 {
		r.waitedAt, r.waiter, r.timeout = n.At, 0, Figure[time.Duration]{}
	}
	for i := range n.Threads {
		t := &n.Threads[i]
		if !t.Waits.Known() || !t.Waits.V || t.State == 'T' || t.State == 't' || t.State == 'Z' {
			continue
		}
		if r.waitedAt != n.At || r.waiter == 0 {
			if r.waitedAt != n.At {
				r.timeout = Figure[time.Duration]{}
			}
			r.waitedAt, r.waiter = n.At, t.TID
		}
		if t.Timeout.Known() && (!r.timeout.Known() || t.Timeout.V > r.timeout.V) {
			r.timeout = t.Timeout
		}
		k := slices.Index(r.waiters[:], t.TID)
		if k < 0 {
			k = r.nWaiters % len(r.waiters)
			r.waiters[k] = t.TID
			r.nWaiters++
		}
		r.waitedBy[k] = n.At
	}
}

// seenWaiting reports whether a thread was seen waiting for the ring in the last asleepSeen.
func (r *readers) seenWaiting(tid int, now time.Time) bool {
	k := slices.Index(r.waiters[:], tid)
	return tid != 0 && k >= 0 && now.Sub(r.waitedBy[k]) <= asleepSeen
}

func find(threads []Thread, tid int) int {
	for i := range threads {
		if threads[i].TID == tid {
			return i
		}
	}
	return -1
}

// fill writes what is known, with rates since the look before. consumed is the number of records that the reader took per second.
func (r *readers) fill(out *ReaderNow, consumed Figure[float64]) {
	if r.now.At.IsZero() {
		return
	}
	out.At, out.More, out.Waiters = r.now.At, r.now.More, r.now.Waiters
	out.Window = r.now.At.Sub(r.before.At)
	out.Threads = make([]ThreadNow, len(r.now.Threads))
	for i, t := range r.now.Threads {
		n := ThreadNow{Thread: t, Since: r.since[i]}
		n.Share.How, n.Switches.How, n.RecordsPerSwitch.How, n.Starved.How = Unmeasured, Unmeasured, Unmeasured, t.Delay.How
		if t.Delay.Known() {
			n.Starved.How = Unmeasured
		}
		k := find(r.before.Threads, t.TID)
		if s := out.Window.Seconds(); k >= 0 && s > 0 {
			was := &r.before.Threads[k]
			// A thread has one core; more than that is the grain of the kernel's accounting.
			n.Share = Known(min(1, max(0, (t.CPU-was.CPU).Seconds()/s)), Sampled)
			if t.Delay.Known() && was.Delay.Known() {
				n.Starved = Known(min(1, max(0, (t.Delay.V-was.Delay.V).Seconds()/s)), Sampled)
			}
			n.Switches = Known(float64(t.Voluntary-min(was.Voluntary, t.Voluntary))/s, Exact)
			n.RecordsPerSwitch.How = NotApplicable
			if n.Switches.V > 0 && consumed.Known() {
				n.RecordsPerSwitch = Known(consumed.V/n.Switches.V, Sampled)
			}
		}
		out.Threads[i] = n
	}
}

// Readership takes what was seen of the processes that read.
func (a *Account) Readership(r Readership) { a.readers.take(r) }
