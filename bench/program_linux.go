package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// ringscope builds the program once and returns where it is.
func (b *bench) ringscope() (string, error) {
	if b.binary != "" {
		return b.binary, nil
	}
	binary := filepath.Join(b.dir, "ringscope")
	if out, err := exec.Command("go", "build", "-o", binary, "ringscope").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build ringscope: %w: %s", err, strings.TrimSpace(string(out)))
	}
	b.binary = binary
	return binary, nil
}

// watcher is `ringscope stat` on a kernel ring, in its own process.
type watcher struct {
	cmd *exec.Cmd
	out chan error // its output has ended
}

// watch starts a watcher on one CPU and returns when it has said its first line. It says nothing more within the measurement.
func (b *bench) watch(k *kernelRing, cpu int) (*watcher, error) {
	binary, err := b.ringscope()
	if err != nil {
		return nil, err
	}
	id, _, err := k.ids()
	if err != nil {
		return nil, err
	}
	w := &watcher{cmd: exec.Command(binary, "stat", fmt.Sprintf("id:%d", id), "-i", "1s", "--json"), out: make(chan error, 1)}
	w.cmd.Stderr = os.Stderr
	pipe, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := onCPU(cpu, w.cmd.Start); err != nil {
		return nil, fmt.Errorf("start %v: %w", w.cmd.Args, err)
	}
	lines := bufio.NewReader(pipe)
	if _, err := lines.ReadString('\n'); err != nil {
		return nil, errors.Join(fmt.Errorf("%v said nothing: %w", w.cmd.Args, err), w.cmd.Process.Kill(), w.cmd.Wait())
	}
	go func() {
		_, err := io.Copy(io.Discard, lines)
		w.out <- err
	}()
	return w, nil
}

// pause stops the process until it is continued.
func (w *watcher) pause() error { return w.cmd.Process.Signal(unix.SIGSTOP) }

func (w *watcher) goOn() error { return w.cmd.Process.Signal(unix.SIGCONT) }

// stop ends the watcher as ctrl-c does.
func (w *watcher) stop() error {
	err := errors.Join(w.goOn(), w.cmd.Process.Signal(os.Interrupt), <-w.out)
	var exit *exec.ExitError
	if ended := w.cmd.Wait(); ended != nil && (!errors.As(ended, &exit) || exit.ExitCode() != 130) {
		err = errors.Join(err, fmt.Errorf("%v: %w", w.cmd.Args, ended))
	}
	return err
}

// cpu is the processor time that a process has used, all threads, ended ones too (CPUCLOCK_SCHED of include/linux/posix-timers.h).
func cpu(pid int) (time.Duration, error) {
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|2), &t); err != nil {
		return 0, fmt.Errorf("read the processor time of process %d: %w", pid, err)
	}
	return time.Duration(t.Nano()), nil
}

// memory is what a process has resident: in all, and of that its own (not mapped from a file or shared), in MiB.
func memory(pid int) (all, own float64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, fmt.Errorf("read the memory of process %d: %w", pid, err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		name, value, _ := strings.Cut(line, ":")
		into := map[string]*float64{"VmRSS": &all, "RssAnon": &own}[name]
		if into == nil {
			continue
		}
		var kib float64
		if _, err := fmt.Sscan(value, &kib); err != nil {
			return 0, 0, fmt.Errorf("read the memory of process %d: %q: %w", pid, line, err)
		}
		*into = kib / 1024
	}
	return all, own, nil
}
