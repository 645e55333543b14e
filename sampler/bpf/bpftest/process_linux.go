package bpftest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

// Process is another process that has to do with a ring. It ends with the test at the latest.
type Process struct {
	PID int

	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   *bufio.Scanner
	ended bool
}

// Tally is what a reader took.
type Tally struct{ Records, Discarded, Bytes uint64 }

// StartHolder starts a process that holds a descriptor of the ring and does nothing.
func (r *Ring) StartHolder(tb testing.TB) *Process {
	tb.Helper()
	return start(tb, "hold", r)
}

// StartViewer starts a process that maps the ring read-only, as ringscope itself does, and does nothing.
func (r *Ring) StartViewer(tb testing.TB) *Process {
	tb.Helper()
	return start(tb, "view", r)
}

// StartReader starts a process that consumes the ring. With every at 0 it waits in epoll, else it looks that often.
func (r *Ring) StartReader(tb testing.TB, every time.Duration) *Process {
	tb.Helper()
	return r.StartReading(tb, Reading{Every: every})
}

// StartReading starts a process that consumes the ring as how says.
func (r *Ring) StartReading(tb testing.TB, how Reading) *Process {
	tb.Helper()
	arg, err := json.Marshal(how)
	if err != nil {
		tb.Fatal(err)
	}
	return start(tb, "read", r, string(arg))
}

// StartIdleReader starts a process that maps the consumer page writable, waits in epoll_wait for ever, and never takes anything.
func (r *Ring) StartIdleReader(tb testing.TB) *Process {
	tb.Helper()
	return r.StartReading(tb, Reading{Never: true})
}

// StartOwner starts a process that makes a ring and is the only one to hold it, and returns the ring's map id.
func StartOwner(tb testing.TB, name string, size int) (p *Process, id uint32) {
	tb.Helper()
	p = start(tb, "own", nil, name, strconv.Itoa(size))
	n, err := strconv.ParseUint(p.line(tb), 10, 32)
	if err != nil {
		tb.Fatalf("read the ring's id from its owner: %v", err)
	}
	return p, uint32(n)
}

// Open opens a ring by its map id, for instance one that another process made.
func Open(tb testing.TB, id uint32) *Ring {
	tb.Helper()
	m, err := ebpf.NewMapFromID(ebpf.MapID(id))
	if err != nil {
		tb.Fatalf("open the ring: %v", err)
	}
	return adopt(tb, m, "")
}

// start starts this test binary again in a role, with the ring as descriptor 3.
func start(tb testing.TB, role string, r *Ring, args ...string) *Process {
	tb.Helper()
	exe, err := os.Executable()
	if err != nil {
		tb.Fatalf("find the test binary: %v", err)
	}
	p := &Process{cmd: exec.Command(exe, args...)}
	p.cmd.Env = append(os.Environ(), roleEnv+"="+role)
	p.cmd.Stderr = os.Stderr
	if r != nil {
		fd, err := unix.FcntlInt(uintptr(r.Map.FD()), unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			tb.Fatalf("duplicate the ring's descriptor: %v", err)
		}
		file := os.NewFile(uintptr(fd), "ring")
		defer func() { _ = file.Close() }()
		p.cmd.ExtraFiles = []*os.File{file}
	}
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		tb.Fatal(err)
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		tb.Fatalf("start a process: %v", err)
	}
	p.PID, p.out = p.cmd.Process.Pid, bufio.NewScanner(stdout)
	tb.Cleanup(func() { p.Kill(tb) })
	if got := p.line(tb); got != "ready" {
		tb.Fatalf("the process that should %s says %q", role, got)
	}
	return p
}

func (p *Process) line(tb testing.TB) string {
	tb.Helper()
	if !p.out.Scan() {
		tb.Fatalf("process %d said nothing more: %v", p.PID, p.out.Err())
	}
	return p.out.Text()
}

// Signal sends a signal: SIGSTOP makes a reader stop, SIGCONT go on.
func (p *Process) Signal(tb testing.TB, sig unix.Signal) {
	tb.Helper()
	if err := unix.Kill(p.PID, sig); err != nil {
		tb.Fatalf("signal process %d: %v", p.PID, err)
	}
}

// Kill ends the process with SIGKILL and returns when it is gone. Killing one that has ended is fine.
func (p *Process) Kill(tb testing.TB) {
	tb.Helper()
	if p.ended {
		return
	}
	p.ended = true
	if err := p.cmd.Process.Kill(); err != nil {
		tb.Errorf("kill process %d: %v", p.PID, err)
	}
	_ = p.cmd.Wait() // says "signal: killed"
}

// Stop asks a reader to take what is there and to end, and tells what it took in all.
func (p *Process) Stop(tb testing.TB) Tally {
	tb.Helper()
	if err := p.stdin.Close(); err != nil {
		tb.Fatalf("ask process %d to end: %v", p.PID, err)
	}
	var t Tally
	line := p.line(tb)
	if err := json.Unmarshal([]byte(line), &t); err != nil {
		tb.Fatalf("process %d says %q: %v", p.PID, line, err)
	}
	p.ended = true
	if err := p.cmd.Wait(); err != nil {
		tb.Fatalf("process %d: %v", p.PID, err)
	}
	return t
}

// say tells the parent something.
func say(args ...any) {
	if _, err := fmt.Println(args...); err != nil {
		os.Exit(1)
	}
}
