package bpf

import (
	"bytes"
	"io"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/model"
)

// maxProcFile bounds what is read of one file of /proc. An epoll set tells 70 bytes for each descriptor in it.
const maxProcFile = 1 << 20

// procFile reads small files of /proc into the same memory again.
type procFile struct{ buf []byte }

// read returns a file's content, which is good until the next read. What stands behind maxProcFile is left out.
func (f *procFile) read(path string) ([]byte, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unix.Close(fd) }()
	if f.buf == nil {
		f.buf = make([]byte, 4096)
	}
	for n := 0; ; {
		m, err := unix.Read(fd, f.buf[n:])
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return nil, err
		case m == 0:
			return f.buf[:n], nil
		}
		if n += m; n == len(f.buf) {
			if n >= maxProcFile {
				return f.buf, io.ErrShortBuffer
			}
			f.buf = append(f.buf, make([]byte, n)...)
		}
	}
}

// threadDir is where /proc tells of a thread.
func threadDir(pid, tid int) string {
	return "/proc/" + strconv.Itoa(pid) + "/task/" + strconv.Itoa(tid) + "/"
}

// thread reads name, state, times and switches of a thread; false: it has ended, or can't be looked at.
func (f *procFile) thread(p model.Process, tid int) (model.Thread, bool) {
	t := model.Thread{Process: p, TID: tid}
	dir := threadDir(p.PID, tid)
	stat, err := f.read(dir + "stat")
	if err != nil || !parseStat(stat, &t) {
		return t, false
	}
	status, err := f.read(dir + "status")
	if err != nil || !parseSwitches(status, &t) {
		return t, false
	}
	return t, true
}

// parseSched reads a thread's time on a CPU in nanoseconds, the first of three numbers in its schedstat. false: the kernel does not
// tell; without CONFIG_SCHED_INFO, or with statistics switched off, all three stay 0 however long a thread runs.
func parseSched(raw []byte) (time.Duration, bool) {
	ns, _, _ := bytes.Cut(raw, []byte(" "))
	n, err := strconv.ParseInt(string(ns), 10, 64)
	if err != nil || n <= 0 {
		return 0, false
	}
	return time.Duration(n), true
}

// parseDelay reads how long a thread was runnable and waited for a CPU, the second number of its schedstat in nanoseconds. The kernel
// adds to it when the thread gets its CPU (sched_info_arrive in kernel/sched/stats.h). It is Unknown where parseSched tells nothing.
func parseDelay(raw []byte) (delay model.Figure[time.Duration]) {
	if _, told := parseSched(raw); !told {
		return delay
	}
	fields := bytes.Fields(raw)
	if len(fields) < 2 {
		return delay
	}
	n, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil || n < 0 {
		return delay
	}
	return model.Of(time.Duration(n))
}

// parseStat reads /proc/PID/task/TID/stat (proc_pid_stat(5)): number, name in parentheses, state, … A name can hold parentheses.
func parseStat(stat []byte, t *model.Thread) bool {
	open, end := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
	if open < 0 || end < open {
		return false
	}
	fields := bytes.Fields(stat[end+1:]) // from field 3 on
	const state, utime, stime, processor = 0, 11, 12, 36
	if len(fields) <= processor {
		return false
	}
	var ticks [2]uint64
	for i, at := range [...]int{utime, stime} {
		n, err := strconv.ParseUint(string(fields[at]), 10, 64)
		if err != nil {
			return false
		}
		ticks[i] = n
	}
	core, err := strconv.Atoi(string(fields[processor]))
	if err != nil {
		return false
	}
	t.Name, t.State, t.Core = string(stat[open+1:end]), fields[state][0], core
	t.CPU = time.Duration(ticks[0]+ticks[1]) * (time.Second / ticksPerSecond)
	return true
}

// parseSwitches reads the context switches from /proc/PID/task/TID/status.
func parseSwitches(status []byte, t *model.Thread) bool {
	found := 0
	for line := range bytes.Lines(status) {
		key, value, _ := bytes.Cut(line, []byte(":"))
		var to *uint64
		switch string(key) {
		case "voluntary_ctxt_switches":
			to = &t.Voluntary
		case "nonvoluntary_ctxt_switches":
			to = &t.Forced
		default:
			continue
		}
		n, err := strconv.ParseUint(string(bytes.TrimSpace(value)), 10, 64)
		if err != nil {
			return false
		}
		*to = n
		found++
	}
	return found == 2
}
