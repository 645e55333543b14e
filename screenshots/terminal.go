package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/vt"
)

// Waiting times of a session with a program. None of them decides what a picture shows: while the program has something to do, it
// is waited for.
const (
	firstOutput = 2 * time.Minute       // for anything at all
	settling    = 5 * time.Minute       // for the screen to become complete
	leaving     = time.Minute           // for the program to end after the last picture
	glance      = 10 * time.Millisecond // between two looks at the program
	stop        = "\x03"                // ctrl-c
)

// A program that is idle may still wait for its own clock: Bubble Tea for the next frame, 50 ms at 20 frames a second, its reader for
// the rest of a sequence, 50 ms too. Between two looks at an idle program that are further apart than that, such a wait has ended, on
// a machine of any load. So a screen is complete where no output came between more looks than such waits can follow one another.
const (
	longestWait = 75 * time.Millisecond
	idleLooks   = 5
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
	cmd       *exec.Cmd
	near, far *os.File      // ends of the line: the emulator's and the program's
	done      chan struct{} // closed when the program has ended and all its output is on the screen
	exit      error         // valid then

	mu    sync.Mutex
	emu   *vt.Emulator
	wrote int // how often output came
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
	var err error
	if s.near, s.far, err = connect(s.cmd, p.w, p.h); err != nil {
		return nil, fmt.Errorf("start %s in a terminal: %w", program, err)
	}
	go s.reply(p.silent)
	go s.read()
	return s, nil
}

// reply sends the emulator's replies, to questions for its colours and modes, back as input, or nowhere. The emulator writes them to a
// pipe of its own, so this needs no lock; it ends when the pipe is closed. A program that has gone is not answered.
func (s *session) reply(silent bool) {
	if !silent {
		_, _ = io.Copy(s.near, s.emu)
	}
	_, _ = io.Copy(io.Discard, s.emu)
}

// read feeds the program's output to the emulator until the program has gone.
func (s *session) read() {
	ended := make(chan error)
	go func() {
		err := s.cmd.Wait()
		ended <- errors.Join(err, s.far.Close()) // with the last far end the output ends
	}()
	buf := make([]byte, 64<<10)
	for {
		if err := receive(s.near, &s.mu, buf, func(output []byte) {
			_, _ = s.emu.Write(output)
			s.wrote++
		}); err != nil {
			s.exit = <-ended
			close(s.done)
			return
		}
	}
}

// settle waits until the program has drawn and has nothing left to do.
func (s *session) settle() error {
	begin := time.Now()
	looks, drawn := 0, 0  // since the last output: how often the program was idle; and how often output had come
	var counted time.Time // the end of the last of these looks
	for {
		select {
		case <-s.done:
			return fmt.Errorf("the program ended before its picture was taken: %w", errors.Join(s.exit, errors.New(strings.TrimSpace(s.text()))))
		case <-time.After(glance):
		}
		if time.Since(counted) >= longestWait {
			wrote, idle, err := s.look()
			if err != nil && !errors.Is(err, os.ErrClosed) { // closed: it has just ended
				return fmt.Errorf("look at the program: %w", err)
			}
			if wrote != drawn {
				looks, drawn = 0, wrote
			}
			if idle && drawn > 0 {
				looks, counted = looks+1, time.Now()
			}
		}
		switch {
		case looks >= idleLooks:
			return nil
		case drawn == 0 && time.Since(begin) > firstOutput:
			return fmt.Errorf("nothing was drawn within %v", firstOutput)
		case drawn > 0 && time.Since(begin) > settling:
			return fmt.Errorf("the screen did not stand still within %v: is the moment frozen?", settling)
		}
	}
}

// look reports how often output has come, and whether the program is idle: all that it wrote is on the screen, all that it was sent is
// read, and it waits for nothing but more of that, or for a clock.
func (s *session) look() (wrote int, idle bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// The pipe takes nothing, too, only when its reader comes for more: then each reply before has been sent.
	if _, err := s.emu.InputPipe().Write(nil); err != nil {
		return s.wrote, false, fmt.Errorf("wait for the replies: %w", err)
	}
	before, asleep := sleep(s.cmd.Process.Pid)
	if !asleep {
		return s.wrote, false, nil
	}
	for _, end := range []*os.File{s.far, s.near} {
		if unread, err := waiting(end); unread || err != nil {
			return s.wrote, false, err
		}
	}
	after, asleep := sleep(s.cmd.Process.Pid)
	return s.wrote, asleep && maps.Equal(before, after), nil // so it slept all along
}

// sleep returns for each thread of a process how often it went to sleep, and whether all of them sleep now, also not on a disk. Where
// the system does not tell, there are none.
func sleep(pid int) (times map[string]string, all bool) {
	names, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", pid))
	if err != nil {
		return nil, true
	}
	times = map[string]string{}
	for _, name := range names {
		status, err := os.ReadFile(name)
		if err != nil {
			return nil, false // the thread has just ended
		}
		var state, slept string
		for line := range strings.Lines(string(status)) {
			switch key, value, _ := strings.Cut(line, ":"); key {
			case "State":
				state = strings.TrimSpace(value)
			case "voluntary_ctxt_switches":
				slept = strings.TrimSpace(value)
			}
		}
		if !strings.HasPrefix(state, "S") {
			return nil, false
		}
		times[name] = slept
	}
	return times, true
}

// press sends a key, as typed, and waits until all is drawn that follows from it.
func (s *session) press(key string) error {
	if _, err := io.WriteString(s.near, key); err != nil {
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
	_, err := io.WriteString(s.near, stop)
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
	err = errors.Join(err, s.near.Close())
	if !ended {
		<-s.done
	}
	return err
}
