package model

import "time"

// processReads is a process that was seen to read.
type processReads struct {
	pid         int
	first, last time.Time
}

// notice notes which processes read: a child has its parent's mapping, which says nothing. Who waits for the ring reads it; where nobody
// does, so does who uses a processor.
func (r *readers) notice(n *Readership) {
	waits := false
	for i := range n.Threads {
		waits = waits || n.Threads[i].Waits.Known() && n.Threads[i].Waits.V
	}
	for i := range n.Threads {
		t := &n.Threads[i]
		k := find(r.now.Threads, t.TID)
		if t.Waits.Known() && t.Waits.V || !waits && k >= 0 && t.CPU > r.now.Threads[k].CPU {
			r.reads(t.Process.PID, n.At)
		}
	}
}

// reads notes that a process read at now, in place of the one that did so longest ago.
func (r *readers) reads(pid int, now time.Time) {
	at := 0
	for i := range r.reading {
		if r.reading[i].pid == pid {
			at = i
			break
		}
		if r.reading[i].last.Before(r.reading[at].last) {
			at = i
		}
	}
	p := &r.reading[at]
	if p.pid != pid || now.Sub(p.last) > manyReadersHold {
		*p = processReads{pid: pid, first: now}
	}
	p.last = now
}

// several reports whether more than one process reads, each for readsFor.
func (r *readers) several(now time.Time) bool {
	n := 0
	for i := range r.reading {
		p := &r.reading[i]
		if p.last.Sub(p.first) >= readsFor && now.Sub(p.last) <= manyReadersHold {
			n++
		}
	}
	return n > 1
}
