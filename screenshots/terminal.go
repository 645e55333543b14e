package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// Waiting times of a session with a program.
const (
	firstOutput = 20 * time.Second       // for anything at all
	quiet       = 700 * time.Millisecond // without output: a frozen screen is complete
	settling    = 15 * time.Second       // for the screen to become quiet
	leaving     = 5 * time.Second        // for the program to end after the last picture
	stop        = "\x03"                 // ctrl-c
	pause       = 120 * time.Millisecond // between two keys
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

// start runs a program in a terminal of w x h cells.
func start(w, h int, l look, d depth, program string, args ...string) (*session, error) {
	s := &session{emu: vt.NewEmulator(w, h), done: make(chan struct{})}
	s.emu.SetDefaultBackgroundColor(l.bg)
	s.emu.SetDefaultForegroundColor(l.fg)
	for i, c := range l.basic {
		s.emu.SetIndexedColor(i, c)
	}
	s.cmd = exec.Command(program, args...)
	s.cmd.Env = d.environment()
	tty, err := pty.StartWithSize(s.cmd, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)})
	if err != nil {
		return nil, fmt.Errorf("start %s in a terminal: %w", program, err)
	}
	s.tty = tty
	// The emulator's replies, to questions for its colours and modes, go back as input. It reads from a pipe of its own, so
	// this needs no lock; it ends when the pipe is closed.
	go func() { _, _ = io.Copy(tty, s.emu) }()
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

// settle waits until the screen has been quiet for a while.
func (s *session) settle() error {
	begin := time.Now()
	s.mu.Lock()
	before := s.last
	s.mu.Unlock()
	for {
		select {
		case <-s.done:
			return fmt.Errorf("the program ended before its picture was taken: %w", errors.Join(s.exit, errors.New(strings.TrimSpace(s.text()))))
		case <-time.After(20 * time.Millisecond):
		}
		s.mu.Lock()
		last := s.last
		s.mu.Unlock()
		switch {
		case !last.IsZero() && time.Since(last) >= quiet && (last != before || time.Since(begin) >= quiet):
			return nil
		case last.IsZero() && time.Since(begin) > firstOutput:
			return fmt.Errorf("nothing was drawn within %v", firstOutput)
		case !last.IsZero() && time.Since(begin) > settling:
			return fmt.Errorf("the screen did not stand still within %v: is the moment frozen?", settling)
		}
	}
}

// press sends keys one by one, as typed.
func (s *session) press(keys []string) error {
	for _, k := range keys {
		if _, err := io.WriteString(s.tty, k); err != nil {
			return fmt.Errorf("press a key: %w", err)
		}
		time.Sleep(pause)
	}
	return nil
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
