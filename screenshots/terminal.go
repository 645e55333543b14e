package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// Waiting times of a session with a program. None of them decides what a picture shows: while the program has something to do, it
// is waited for.
const (
	firstOutput = time.Minute            // for anything at all
	quiet       = 300 * time.Millisecond // without output, and without a thread that runs: the screen is complete
	settling    = time.Minute            // for the screen to become quiet
	leaving     = 20 * time.Second       // for the program to end after the last picture
	glance      = 10 * time.Millisecond  // between two looks at the program
	stop        = "\x03"                 // ctrl-c
)

// depth is how many colours the terminal claims to have.
type depth string

const (
	trueColor depth = "truecolor"
	colors256 depth = "256"
	colors16  depth = "16"
	colorless depth = "none"
)

// environment is everything that the program gets to know of its surroundings: nothing of the real ones shows in a picture.
func (d depth) environment() []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TZ=UTC"}
	switch d {
	case colors256:
		return append(env, "TERM=xterm-256color")
	case colors16:
		return append(env, "TERM=xterm")
	case colorless:
		return append(env, "TERM=xterm-256color", "NO_COLOR=1")
	}
	return append(env, "TERM=xterm-256color", "COLORTERM=truecolor")
}

// session is a program that runs in an emulated terminal.
type session struct {
	cmd  *exec.Cmd
	tty  *os.File
	done chan struct{} // closed when the program has ended
	exit error         // valid then

	mu   sync.Mutex
	emu  *vt.Emulator
	last time.Time // of the last output
}

// start runs a program in the terminal of p.
func start(p picture, program string) (*session, error) {
	s := &session{emu: vt.NewEmulator(p.w, p.h), done: make(chan struct{})}
	l := p.look()
	s.emu.SetDefaultBackgroundColor(l.bg)
	s.emu.SetDefaultForegroundColor(l.fg)
	for i, c := range l.basic {
		s.emu.SetIndexedColor(i, c)
	}
	s.cmd = exec.Command(program, p.args...)
	s.cmd.Env = p.depth.environment()
	tty, err := pty.StartWithSize(s.cmd, &pty.Winsize{Rows: uint16(p.h), Cols: uint16(p.w)})
	if err != nil {
		return nil, fmt.Errorf("start %s in a terminal: %w", program, err)
	}
	s.tty = tty
	// The emulator's replies, to questions for its colours and modes, go back as input. It reads from a pipe of its own, so
	// this needs no lock; it ends when the pipe is closed.
	replies := io.Writer(tty)
	if p.silent {
		replies = io.Discard
	}
	go func() { _, _ = io.Copy(replies, s.emu) }()
	go s.read()
	return s, nil
}

// read feeds the program's output to the emulator until the program has gone.
func (s *session) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := s.tty.Read(buf)
		s.mu.Lock()
		if n > 0 {
			_, _ = s.emu.Write(buf[:n])
			s.last = time.Now()
		}
		s.mu.Unlock()
		if err != nil {
			s.exit = s.cmd.Wait()
			close(s.done)
			return
		}
	}
}

// settle waits until the program has drawn and has nothing left to do.
func (s *session) settle() error {
	begin := time.Now()
	since := begin // when the program was last seen at work
	for {
		select {
		case <-s.done:
			return fmt.Errorf("the program ended before its picture was taken: %w", errors.Join(s.exit, errors.New(strings.TrimSpace(s.text()))))
		case <-time.After(glance):
		}
		s.mu.Lock()
		last := s.last
		s.mu.Unlock()
		if last.After(since) {
			since = last
		}
		if !asleep(s.cmd.Process.Pid) {
			since = time.Now()
		}
		switch {
		case !last.IsZero() && time.Since(since) >= quiet:
			return nil
		case last.IsZero() && time.Since(begin) > firstOutput:
			return fmt.Errorf("nothing was drawn within %v", firstOutput)
		case !last.IsZero() && time.Since(begin) > settling:
			return fmt.Errorf("the screen did not stand still within %v: is the moment frozen?", settling)
		}
	}
}

// asleep reports whether no thread of a process runs or waits for a processor. Where the system does not tell, it reports true.
func asleep(pid int) bool {
	stats, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	if err != nil {
		return true
	}
	for _, name := range stats {
		stat, err := os.ReadFile(name)
		if err != nil {
			continue // the thread has ended
		}
		// The state follows the name, which stands in parentheses and may hold some itself.
		if _, state, ok := strings.Cut(string(stat[max(bytes.LastIndexByte(stat, ')'), 0):]), ") "); ok && strings.HasPrefix(state, "R") {
			return false
		}
	}
	return true
}

// press sends a key, as typed, and waits until all is drawn that follows from it.
func (s *session) press(key string) error {
	if _, err := io.WriteString(s.tty, key); err != nil {
		return fmt.Errorf("press a key: %w", err)
	}
	return s.settle()
}

// text is the screen as text.
func (s *session) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.emu.String()
}

// screen calls f with the emulator while nothing is written to it.
func (s *session) screen(f func(*vt.Emulator) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f(s.emu)
}

// close ends the program, kindly first.
func (s *session) close() error {
	_, err := io.WriteString(s.tty, stop)
	ended := false
	select {
	case <-s.done:
		ended, err = true, nil // interrupted, as asked
	case <-time.After(leaving):
		err = errors.Join(err, errors.New("the program did not end on ctrl-c"), s.cmd.Process.Kill())
	}
	if c, ok := s.emu.InputPipe().(io.Closer); ok {
		err = errors.Join(err, c.Close())
	}
	err = errors.Join(err, s.tty.Close())
	if !ended {
		<-s.done
	}
	return err
}
