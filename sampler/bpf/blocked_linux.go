package bpf

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/model"
)

// waiting is a way to wait for descriptors.
type waiting struct {
	how     mechanism
	timeout int  // the argument that holds it
	points  bool // there stands where it is in memory, not how many milliseconds it is
}

type mechanism uint8

const (
	inEpoll  mechanism = 1 + iota // epoll_wait and its kin: argument 0 is the set
	inPoll                        // poll and ppoll: an array of argument 1 many
	inSelect                      // select and pselect6: argument 0 many bits
)

// genericCalls are the system calls that exist on every architecture. What else there is stands in olderCalls.
var genericCalls = map[uint64]waiting{
	unix.SYS_EPOLL_PWAIT:  {how: inEpoll, timeout: 3},
	unix.SYS_EPOLL_PWAIT2: {how: inEpoll, timeout: 3, points: true},
	unix.SYS_PPOLL:        {how: inPoll, timeout: 2, points: true},
	unix.SYS_PSELECT6:     {how: inSelect, timeout: 4, points: true},
}

const maxPolled = 4096 // descriptors of one wait that are looked at

// blocked tells which threads wait for one ring. Descriptors are looked up once; forget makes it look again.
type blocked struct {
	procFile
	ring       uint32
	known      map[int]*descriptors              // by process
	sets       map[descriptor]model.Figure[bool] // epoll sets that hold the ring
	uncompared bool                              // kcmp can't be used
}

func (b *blocked) forget() {
	b.known, b.sets = make(map[int]*descriptors), make(map[descriptor]model.Figure[bool])
}

// wait is what a thread was seen to do.
type wait struct {
	call    call // the one that it sleeps in
	on      model.Figure[bool]
	timeout model.Figure[time.Duration] // as [model.Thread] has it
}

// waits tells whether a thread sleeps now in poll, select or epoll on the ring. was is what it did when it was last asked about; nil: it
// may have run since.
func (b *blocked) waits(pid, tid int, was *wait) wait {
	raw, err := b.read(threadDir(pid, tid) + "syscall")
	if err != nil {
		return wait{}
	}
	c, asleep, ok := parseSyscall(raw)
	switch {
	case !ok:
		return wait{}
	case !asleep:
		return wait{on: model.Of(false)}
	case strconv.IntSize == 64 && c.stack>>32 == 0: // a 32-bit program: its calls have other numbers
		return wait{}
	case c.number == unix.SYS_RESTART_SYSCALL: // a call goes on that a signal had interrupted, and nobody tells which
		return wait{}
	}
	how, ok := genericCalls[c.number]
	if !ok {
		how, ok = olderCalls[c.number]
	}
	switch {
	case !ok:
		return wait{call: c, on: model.Known(false, otherCalls)}
	case how.how != inEpoll && was != nil && was.call == c: // it still does the same
		return *was
	default:
		return wait{call: c, on: b.sleepsOn(pid, how.how, &c), timeout: how.limit(&c)}
	}
}

// noLimit is the [model.Thread.Timeout] of a wait without one.
const noLimit = time.Duration(-1)

// limit is for how long a thread asked to be blocked at most.
func (w waiting) limit(c *call) model.Figure[time.Duration] {
	switch arg := c.args[w.timeout]; {
	case w.points && arg == 0:
		return model.Of(noLimit)
	case w.points:
		return model.Figure[time.Duration]{}
	case int32(arg) < 0:
		return model.Of(noLimit)
	default:
		return model.Of(time.Duration(int32(arg)) * time.Millisecond)
	}
}

// sleepsOn tells whether a call sleeps on the ring. Memory of the process is read only where its descriptors leave it open.
func (b *blocked) sleepsOn(pid int, how mechanism, c *call) model.Figure[bool] {
	d := b.of(pid)
	if how == inEpoll {
		return b.holds(pid, int(int32(c.args[0])), d, maxNested)
	}
	n := c.args[1]
	if how == inSelect {
		if n = c.args[0]; c.args[1] == 0 {
			n = 0 // for nothing to be readable
		}
	}
	switch {
	case n == 0:
		return model.Of(false)
	case !d.told:
		return model.Figure[bool]{}
	case len(d.rings) == 0 && len(d.sets) == 0:
		return model.Of(false)
	case len(d.rings) > 0 && !d.others: // there is nothing else that it could sleep over
		return model.Of(true)
	default:
		return b.anyOf(pid, polled(pid, how, c), d)
	}
}

// anyOf tells whether one of the descriptors is the ring's, or an epoll set that holds it. fds is nil if they can't be told.
func (b *blocked) anyOf(pid int, fds []int, d *descriptors) model.Figure[bool] {
	if fds == nil {
		return model.Figure[bool]{}
	}
	all := model.Of(false)
	for _, fd := range fds {
		if slices.Contains(d.rings, fd) {
			return model.Of(true)
		}
		if slices.Contains(d.sets, fd) {
			switch is := b.holds(pid, fd, d, maxNested); {
			case !is.Known():
				all = is
			case is.V:
				return is
			}
		}
	}
	return all
}

// call is a system call that a thread is in.
type call struct {
	number uint64
	args   [6]uint64
	stack  uint64
}

// parseSyscall reads /proc/PID/task/TID/syscall (proc_pid_syscall(5)): "running", "-1 SP PC" in no call, or "NR ARG… SP PC".
func parseSyscall(raw []byte) (c call, asleep, ok bool) {
	f := bytes.Fields(raw)
	switch {
	case len(f) == 1 && string(f[0]) == "running", len(f) == 3 && string(f[0]) == "-1":
		return c, false, true
	case len(f) != 9:
		return c, false, false
	}
	var err error
	if c.number, err = strconv.ParseUint(string(f[0]), 10, 64); err != nil {
		return c, false, false
	}
	var words [7]uint64
	for i := range words {
		if words[i], err = strconv.ParseUint(string(f[1+i]), 0, 64); err != nil {
			return c, false, false
		}
	}
	copy(c.args[:], words[:6])
	c.stack = words[6]
	return c, true, true
}
