package tui_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"ringscope/internal/need"
	"ringscope/ui/tui"
)

// tty is a pseudo-terminal with the program on it.
type tty struct {
	t        *testing.T
	ptm, pts *os.File
	cmd      *exec.Cmd
	before   *unix.Termios
	mu       sync.Mutex
	vt       *vt.Emulator
	alt      bool
	cursor   bool
	modes    map[ansi.Mode]bool
	written  bytes.Buffer
	silent   atomic.Bool   // it answers no queries
	drained  chan struct{} // all that was written has been drawn
}

// patience is how long a step may take on a busy machine before the test gives up.
const patience = 3 * time.Minute

func onTTY(t *testing.T, w, h int, what string, env ...string) *tty {
	t.Helper()
	need.PTY(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe)
	c.Env = append(clean(), append(env, tui.ChildEnv+"="+what)...)
	return start(t, w, h, c)
}

// clean is the environment without what changes how the program draws.
func clean() []string {
	out := []string{"TERM=xterm-256color", "LANG=C.UTF-8", "COLORTERM=truecolor"}
	for _, kv := range os.Environ() {
		if k, _, _ := strings.Cut(kv, "="); k == "PATH" || k == "HOME" || k == "GOCOVERDIR" || k == "TMPDIR" {
			out = append(out, kv)
		}
	}
	return out
}

func start(t *testing.T, w, h int, c *exec.Cmd) *tty {
	t.Helper()
	ptm, pts, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	x := &tty{t: t, ptm: ptm, pts: pts, cmd: c, cursor: true, modes: map[ansi.Mode]bool{}, drained: make(chan struct{})}
	if err := pty.Setsize(ptm, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)}); err != nil {
		t.Fatal(err)
	}
	x.before = x.termios()
	x.vt = vt.NewEmulator(max(w, 1), max(h, 1))
	x.vt.SetCallbacks(vt.Callbacks{
		AltScreen:        func(on bool) { x.alt = on },
		CursorVisibility: func(on bool) { x.cursor = on },
		EnableMode:       func(m ansi.Mode) { x.modes[m] = true },
		DisableMode:      func(m ansi.Mode) { x.modes[m] = false },
	})
	c.Stdin, c.Stdout, c.Stderr = pts, pts, pts
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := need.Heard(c.Start); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = pts.Close()
		_ = ptm.Close()
	})
	go func() { // what the terminal answers
		b := make([]byte, 256)
		for {
			n, err := x.vt.Read(b)
			if err != nil {
				return
			}
			if !x.silent.Load() {
				_, _ = ptm.Write(b[:n])
			}
		}
	}()
	go func() {
		defer close(x.drained)
		b := make([]byte, 1<<16)
		for {
			n, err := ptm.Read(b)
			x.mu.Lock()
			x.written.Write(b[:n])
			_, _ = x.vt.Write(b[:n])
			x.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return x
}

// termios asks the terminal's own side, which stays open: it tells the line discipline of both.
func (x *tty) termios() *unix.Termios {
	x.t.Helper()
	var s *unix.Termios
	raw, err := x.ptm.SyscallConn()
	if err != nil {
		x.t.Fatal(err)
	}
	if control := raw.Control(func(fd uintptr) { s, err = unix.IoctlGetTermios(int(fd), unix.TCGETS) }); control != nil {
		x.t.Fatal(control)
	}
	if err != nil {
		x.t.Fatal(err)
	}
	return s
}

func (x *tty) text() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.vt.String()
}

// raw is all that was written.
func (x *tty) raw() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.written.String()
}

func (x *tty) press(keys string) {
	x.t.Helper()
	if _, err := x.ptm.WriteString(keys); err != nil {
		x.t.Fatal(err)
	}
}

// until waits for what must come.
func (x *tty) until(what string, ok func() bool) {
	x.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	x.t.Fatalf("waited for %s; the screen is\n%s", what, x.text())
}

func (x *tty) shows(s string) {
	x.t.Helper()
	x.until(s, func() bool { return strings.Contains(x.text(), s) })
}

// exit waits for the program's end and for all that it wrote, and returns its exit code.
func (x *tty) exit() int {
	x.t.Helper()
	done := make(chan error, 1)
	go func() { done <- x.cmd.Wait() }()
	var ended error
	select {
	case ended = <-done:
	case <-time.After(patience):
		x.t.Fatalf("the program does not end; the screen is\n%s", x.text())
	}
	var e *exec.ExitError
	if ended != nil && !errors.As(ended, &e) {
		x.t.Fatal(ended)
	}
	_ = x.pts.Close() // the last one that is open: what was written comes, and then the end
	select {
	case <-x.drained:
	case <-time.After(patience):
		x.t.Fatal("the program has ended, and somebody has its terminal still")
	}
	return x.cmd.ProcessState.ExitCode()
}

// asItWas fails unless the terminal is left as it was found.
func (x *tty) asItWas() {
	x.t.Helper()
	x.mu.Lock()
	if x.alt || !x.cursor {
		x.t.Errorf("the terminal is left with alternate screen %v, cursor %v", x.alt, x.cursor)
	}
	for _, m := range []ansi.Mode{
		ansi.ModeMouseButtonEvent, ansi.ModeMouseAnyEvent, ansi.ModeMouseExtSgr, ansi.ModeBracketedPaste, ansi.ModeFocusEvent,
		ansi.ModeSynchronizedOutput,
	} {
		if x.modes[m] {
			x.t.Errorf("mode %v is left on", m)
		}
	}
	x.mu.Unlock()
	if now := x.termios(); *now != *x.before {
		x.t.Errorf("the line discipline is left as %+v, was %+v", *now, *x.before)
	}
}

// resize gives the terminal another size, as a window manager does.
func (x *tty) resize(w, h int) {
	x.t.Helper()
	x.mu.Lock()
	x.vt.Resize(w, h)
	x.mu.Unlock()
	if err := pty.Setsize(x.ptm, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)}); err != nil {
		x.t.Fatal(err)
	}
}
