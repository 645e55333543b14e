package bpf

import (
	"bytes"
	"encoding/binary"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"ringscope/model"
)

// waiting is a way to wait for descriptors.
type waiting uint8

const (
	inEpoll  waiting = 1 + iota // epoll_wait and its kin: argument 0 is the set
	inPoll                      // poll and ppoll: an array of argument 1 many
	inSelect                    // select and pselect6: argument 0 many bits
)

// genericCalls are the system calls that exist on every architecture. What else there is stands in olderCalls.
var genericCalls = map[uint64]waiting{
	unix.SYS_EPOLL_PWAIT: inEpoll, unix.SYS_EPOLL_PWAIT2: inEpoll, unix.SYS_PPOLL: inPoll, unix.SYS_PSELECT6: inSelect,
}

const (
	maxPolled = 4096 // descriptors of one wait that are looked at
	maxNested = 2    // epoll sets within epoll sets
)

// descriptor is one of another process.
type descriptor struct{ pid, fd int }

// blocked tells which threads wait for one ring. Descriptors are looked up once; forget makes it look again.
type blocked struct {
	procFile
	ring  uint32
	known map[descriptor]model.Figure[bool] // is, or waits for, the ring
}

func (b *blocked) forget() { b.known = make(map[descriptor]model.Figure[bool]) }

// waits tells whether a thread sleeps now in poll, select or epoll on the ring.
func (b *blocked) waits(pid, tid int) model.Figure[bool] {
	raw, err := b.read(threadDir(pid, tid) + "syscall")
	if err != nil {
		return model.Figure[bool]{}
	}
	c, asleep, ok := parseSyscall(raw)
	switch {
	case !ok:
		return model.Figure[bool]{}
	case !asleep:
		return model.Of(false)
	case strconv.IntSize == 64 && c.stack>>32 == 0: // a 32-bit program: its calls have other numbers
		return model.Figure[bool]{}
	case c.number == unix.SYS_RESTART_SYSCALL: // a call goes on that a signal had interrupted, and nobody tells which
		return model.Figure[bool]{}
	}
	how, ok := genericCalls[c.number]
	if !ok {
		how, ok = olderCalls[c.number]
	}
	switch {
	case !ok:
		return model.Known(false, otherCalls)
	case how == inEpoll:
		return b.isRing(pid, int(int32(c.args[0])), maxNested)
	default:
		return b.anyOf(pid, polled(pid, how, &c))
	}
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

// isRing tells whether a descriptor is one of the ring, or an epoll set that holds one.
func (b *blocked) isRing(pid, fd, nested int) model.Figure[bool] {
	d := descriptor{pid, fd}
	if is, ok := b.known[d]; ok {
		return is
	}
	is := b.look(pid, fd, nested)
	b.known[d] = is
	return is
}

func (b *blocked) look(pid, fd, nested int) model.Figure[bool] {
	dir, name := "/proc/"+strconv.Itoa(pid)+"/", strconv.Itoa(fd)
	link, err := os.Readlink(dir + "fd/" + name)
	if err != nil {
		return model.Figure[bool]{}
	}
	switch link {
	case "anon_inode:bpf-map":
		raw, err := b.read(dir + "fdinfo/" + name)
		id, ok := fdinfoMapID(raw)
		if err != nil || !ok {
			return model.Figure[bool]{}
		}
		return model.Of(id == b.ring)
	case "anon_inode:[eventpoll]":
		if nested == 0 {
			return model.Figure[bool]{}
		}
		raw, err := b.read(dir + "fdinfo/" + name)
		fds := epollFDs(raw)
		is := b.anyOfNested(pid, fds, nested-1)
		if (err != nil || len(fds) > maxPolled) && !is.V {
			is = model.Figure[bool]{}
		}
		return is
	default:
		return model.Of(false)
	}
}

// anyOf tells whether one of the descriptors is the ring's. fds is nil if they can't be told.
func (b *blocked) anyOf(pid int, fds []int) model.Figure[bool] {
	if fds == nil {
		return model.Figure[bool]{}
	}
	return b.anyOfNested(pid, fds, maxNested)
}

func (b *blocked) anyOfNested(pid int, fds []int, nested int) model.Figure[bool] {
	all := model.Of(false)
	for i, fd := range fds {
		if i == maxPolled {
			return model.Figure[bool]{}
		}
		switch is := b.isRing(pid, fd, nested); {
		case is.Known() && is.V:
			return is
		case !is.Known():
			all = is
		}
	}
	return all
}

// epollFDs reads the lines "tfd:        5 events: …" of an epoll set's fdinfo.
func epollFDs(fdinfo []byte) (fds []int) {
	for line := range bytes.Lines(fdinfo) {
		rest, ok := bytes.CutPrefix(line, []byte("tfd:"))
		if !ok {
			continue
		}
		if f := bytes.Fields(rest); len(f) > 0 {
			if fd, err := strconv.Atoi(string(f[0])); err == nil {
				fds = append(fds, fd)
			}
		}
	}
	return fds
}

// polled reads which descriptors a thread handed to poll or select, out of its memory; nil: that can't be read, or is too much.
func polled(pid int, how waiting, c *call) []int {
	if how == inPoll {
		return pollFDs(pid, c.args[0], c.args[1])
	}
	return selectFDs(pid, c.args[1], c.args[0])
}

// pollFDs reads an array of struct pollfd: descriptor i32, events i16, revents i16.
func pollFDs(pid int, at, n uint64) []int {
	const size = 8
	if n > maxPolled {
		return nil
	}
	raw := make([]byte, size*n)
	if !readMemory(pid, at, raw) {
		return nil
	}
	fds := make([]int, 0, n)
	for ; len(raw) > 0; raw = raw[size:] {
		if fd := int32(binary.NativeEndian.Uint32(raw)); fd >= 0 {
			fds = append(fds, int(fd))
		}
	}
	return fds
}

// selectFDs reads the set of descriptors that are waited for to be readable: bits in words of unsigned long.
func selectFDs(pid int, at, n uint64) []int {
	if at == 0 {
		return []int{}
	}
	if n > maxPolled {
		return nil
	}
	const word = strconv.IntSize / 8
	raw := make([]byte, (n+8*word-1)/(8*word)*word)
	if !readMemory(pid, at, raw) {
		return nil
	}
	fds := []int{}
	for fd := range int(n) {
		w := raw[fd/(8*word)*word:]
		var bits uint64
		switch word {
		case 8:
			bits = binary.NativeEndian.Uint64(w)
		default:
			bits = uint64(binary.NativeEndian.Uint32(w))
		}
		if bits>>(fd%(8*word))&1 != 0 {
			fds = append(fds, fd)
		}
	}
	return fds
}

// readMemory copies out of the memory of another process, which goes on meanwhile.
func readMemory(pid int, at uint64, to []byte) bool {
	if len(to) == 0 {
		return true
	}
	local := []unix.Iovec{{Base: &to[0]}}
	local[0].SetLen(len(to))
	n, err := unix.ProcessVMReadv(pid, local, []unix.RemoteIovec{{Base: uintptr(at), Len: len(to)}}, 0)
	return err == nil && n == len(to)
}
