package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// burst is the silence that ends a frame.
const burst = 15 * time.Millisecond

// size is that of a terminal in cells.
type size struct{ columns, lines int }

func (s size) String() string { return fmt.Sprintf("%dx%d", s.columns, s.lines) }

// sizes are those that drawing has a budget for.
var sizes = []size{{120, 36}, {200, 50}}

// terminal is a program in a pseudo-terminal whose other end is an emulator that answers as a terminal does.
type terminal struct {
	cmd     *exec.Cmd
	master  *os.File
	screen  *vt.SafeEmulator
	started time.Time
	seen    chan time.Duration // for each mark, the time until it was written
	ended   chan struct{}

	mu     sync.Mutex
	bytes  int
	frames int
	last   time.Time
}

// openTerminal starts a program; marks are texts that it writes one after the other.
func openTerminal(s size, marks, env []string, name string, args ...string) (*terminal, error) {
	t := &terminal{
		cmd: exec.Command(name, args...), screen: vt.NewSafeEmulator(s.columns, s.lines), ended: make(chan struct{}),
		seen: make(chan time.Duration, len(marks)),
	}
	t.cmd.Env = terminalEnv(env)
	t.started = time.Now()
	var err error
	if t.master, err = pty.StartWithSize(t.cmd, &pty.Winsize{Rows: uint16(s.lines), Cols: uint16(s.columns)}); err != nil {
		return nil, fmt.Errorf("start %s in a terminal: %w", name, err)
	}
	go t.answer()
	go t.read(marks)
	return t, nil
}

// terminalEnv is this process's environment without what changes how programs draw.
func terminalEnv(more []string) []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{"NO_COLOR", "SSH_TTY", "TMUX", "TERM_PROGRAM", "COLORTERM", "TERM", "LC_ALL", "LANG"}, name)
	})
	return append(append(env, "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8"), more...)
}

// answer passes what the emulator says back to the program.
func (t *terminal) answer() {
	buf := make([]byte, 4096)
	for {
		n, err := t.screen.Read(buf)
		if err != nil {
			return // the emulator is closed
		}
		if _, err := t.master.Write(buf[:n]); err != nil {
			return // the program is gone
		}
	}
}

// read counts what the program writes until it ends.
func (t *terminal) read(marks []string) {
	defer close(t.ended)
	buf := make([]byte, 64<<10)
	var head []byte
	for {
		n, err := t.master.Read(buf)
		now := time.Now()
		if n > 0 {
			t.mu.Lock()
			if now.Sub(t.last) > burst {
				t.frames++
			}
			t.last = now
			t.bytes += n
			t.mu.Unlock()
			if len(marks) > 0 {
				head = append(head, buf[:n]...)
			}
			for len(marks) > 0 && bytes.Contains(head, []byte(marks[0])) {
				t.seen <- now.Sub(t.started)
				marks = marks[1:]
			}
			_, _ = t.screen.Write(buf[:n]) // an emulator takes everything
		}
		if err != nil {
			return // EIO: the program has closed its end
		}
	}
}

// written is how many bytes and frames came so far.
func (t *terminal) written() (bytes, frames int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.bytes, t.frames
}

// next waits for the next mark.
func (t *terminal) next() (time.Duration, error) {
	select {
	case d := <-t.seen:
		return d, nil
	case <-t.ended:
		return 0, fmt.Errorf("%v ended before it drew:\n%s", t.cmd.Args, t.screen.Render())
	case <-time.After(20 * time.Second):
		return 0, fmt.Errorf("%v did not draw within 20 s:\n%s", t.cmd.Args, t.screen.Render())
	}
}

// quit presses q, or ctrl-c in a program that only prints, and kills what does not end by that.
func (t *terminal) quit(prints bool) error {
	key := "q"
	if prints {
		key = "\x03"
	}
	_, err := t.master.Write([]byte(key))
	select {
	case <-t.ended:
	case <-time.After(5 * time.Second):
		err = errors.Join(err, fmt.Errorf("%v did not end after %q", t.cmd.Args, key), t.cmd.Process.Signal(syscall.SIGKILL))
		<-t.ended
	}
	if answers, ok := t.screen.InputPipe().(io.Closer); ok { // the emulator's own Close races with its Read
		err = errors.Join(err, answers.Close())
	}
	ended := t.cmd.Wait()
	var exit *exec.ExitError
	if prints && errors.As(ended, &exit) && exit.ExitCode() == interrupted {
		ended = nil
	}
	return errors.Join(err, ended, t.master.Close())
}

// interrupted is the exit code of a program that ended by ctrl-c.
const interrupted = 130
