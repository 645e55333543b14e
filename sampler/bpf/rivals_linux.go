package bpf

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/model"
)

const (
	settles    = time.Second // a process that maps the consumer page writable is told as a reader when it did for so long, if another does
	idleShare  = 100         // a child that uses less than this part of a CPU does not read
	idleAtMost = 2           // nor one that used up to so many ticks of a CPU, in which the kernel tells it
)

// rivals keeps which processes map a ring's consumer page writable, to tell readers from processes that merely inherited the mapping: a
// child by vfork shares all mappings until it becomes another program, one by fork keeps them. A census owns it while it is under way.
type rivals map[int]*rival

// rival is one of them.
type rival struct {
	began  time.Time // the process: numbers are used again
	parent int
	since  time.Time // a census found it first
	at     time.Time // the last one did
	cpu    time.Duration
	reads  bool // it was seen to wait for the ring, or to work
}

// judge returns the ring with the processes as readers that really seem to read. sure is false while that needs another census.
func (v rivals) judge(ring *model.Ring) (judged *model.Ring, sure bool) {
	waits := blocked{ring: ring.ID}
	waits.forget()
	for _, p := range ring.ReaderAt {
		v.see(&waits, p, ring.Looked)
	}
	for pid, r := range v {
		if !r.at.Equal(ring.Looked) {
			delete(v, pid)
		}
	}
	if len(ring.ReaderAt) < 2 {
		return ring, true
	}
	told := *ring
	told.ReaderAt = nil
	sure = true
	alone, doubt := 0, false // those whose mapping is their own, and whether one of them is new
	for _, p := range ring.ReaderAt {
		r := v[p.PID]
		if r == nil {
			continue // it ended since the census, and nobody knows any more whose child it was
		}
		_, inherited := v[r.parent]
		if !inherited {
			alone++
		}
		switch settled := ring.Looked.Sub(r.since) >= settles; {
		case inherited && settled && !r.reads:
		case settled:
			told.ReaderAt = append(told.ReaderAt, p)
		default:
			sure, doubt = false, doubt || !inherited
			if !inherited && v.settled(ring.Looked) == 0 {
				told.ReaderAt = append(told.ReaderAt, p)
			}
		}
	}
	switch {
	case told.Readers.Known() && doubt && alone > 1:
		told.Readers = model.Known(1, model.AtLeast)
	case told.Readers.How == model.Exact:
		told.Readers = model.Of(len(told.ReaderAt))
	}
	return &told, sure
}

// settled counts those that two censuses found.
func (v rivals) settled(now time.Time) (n int) {
	for _, r := range v {
		if now.Sub(r.since) >= settles {
			n++
		}
	}
	return n
}

// see enters that a census found p, if it is still there.
func (v rivals) see(waits *blocked, p model.Process, now time.Time) {
	parent, cpu, there := lineage(p.PID)
	if !there {
		return
	}
	r := v[p.PID]
	if r == nil || !r.began.Equal(p.Began) {
		r = &rival{began: p.Began, since: now, at: now, cpu: cpu}
		v[p.PID] = r
	}
	used := cpu - r.cpu
	r.reads = r.reads || used > idleAtMost*time.Second/ticksPerSecond && used > now.Sub(r.at)/idleShare
	r.parent, r.at, r.cpu = parent, now, cpu
	if _, child := v[parent]; !child || r.reads {
		return
	}
	r.reads = slices.ContainsFunc(tids(p.PID), func(tid int) bool {
		is := waits.waits(p.PID, tid, nil).on
		return is.Known() && is.V
	})
}

// lineage tells the parent of a process and the CPU time that it has used, from /proc/PID/stat (proc_pid_stat(5)); zero: nobody knows.
// there is false when it has ended.
func lineage(pid int) (parent int, cpu time.Duration, there bool) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, 0, !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.ESRCH)
	}
	var t model.Thread
	end := bytes.LastIndexByte(raw, ')')
	if !parseStat(raw, &t) || end < 0 {
		return 0, 0, true
	}
	parent, err = strconv.Atoi(string(bytes.Fields(raw[end+1:])[1]))
	if err != nil {
		return 0, 0, true
	}
	return parent, t.CPU, true
}
