package tui_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
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
	"ringscope/model"
	"ringscope/sampler"
	"ringscope/ui/cli"
	"ringscope/ui/tui"
)

// The test binary is the program, too: what the environment variable names runs in place of the tests.
func init() {
	tui.Child = func(what string) int {
		if rest, ok := strings.CutPrefix(what, "patient "); ok {
			tui.WaitForReplies(patience)
			what = rest
		}
		if args, ok := strings.CutPrefix(what, "cli "); ok {
			os.Args = append([]string{"ringscope"}, strings.Fields(args)...)
			return cli.Main()
		}
		return panics(what)
	}
}

// now is the signal at which a viewer of [panics] does so: its test sends it when there is a screen.
const now = syscall.SIGUSR1

// panics is a viewer in which something of ours panics when the signal comes.
func panics(what string) int {
	came := make(chan os.Signal, 1)
	signal.Notify(came, now)
	cfg := tui.Config{Host: "edge-7", Target: "id:1", Open: func(ctx context.Context) (sampler.Watch, error) {
		switch what {
		case "panic while opening":
			<-came
			panic(late("boom while opening"))
		case "panic while drawing":
			return &unseen{Watch: sampler.Start(ctx, &quiet{}, sampler.Options{}), came: came}, nil
		}
		return sampler.Start(ctx, &exploding{came: came}, sampler.Options{}), nil
	}}
	run := func() error { return tui.Run(context.Background(), cfg) }
	if what == "panic while finding rings" {
		page := tui.StartConfig{Every: 100 * time.Millisecond, Look: func(context.Context) (tui.StartPage, error) {
			select {
			case <-came:
				panic(late("boom while finding rings"))
			default:
				return tui.StartPage{}, nil
			}
		}}
		run = func() error { _, err := tui.RunStart(context.Background(), page); return err }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "ended:", err)
		return 1
	}
	return 0
}

// late is a reason to panic that takes its time to be told: a program that does not wait for it is gone by then.
type late string

func (l late) Error() string {
	time.Sleep(300 * time.Millisecond)
	return string(l)
}

// unseen is a watch that panics in the goroutine that draws.
type unseen struct {
	sampler.Watch
	came chan os.Signal
}

func (u *unseen) Latest() *model.Moment {
	select {
	case <-u.came:
		panic(late("boom while drawing"))
	default:
		return nil
	}
}

// exploding is a source whose goroutine panics.
type exploding struct{ came chan os.Signal }

func (s *exploding) Look(time.Time, sampler.Intake) (sampler.Pace, error) {
	select {
	case <-s.came:
		panic("boom while looking")
	default:
		return sampler.Pace{Tick: 20 * time.Millisecond, Moved: true}, nil
	}
}
func (s *exploding) Detail(time.Time, model.Focus) model.Detail { return model.Detail{} }
func (s *exploding) Close() error                               { return nil }

// quiet is a source of which nothing is to be told.
type quiet struct{ exploding }

func (*quiet) Look(time.Time, sampler.Intake) (sampler.Pace, error) {
	return sampler.Pace{Tick: 20 * time.Millisecond}, nil
}

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
	if err := c.Start(); err != nil {
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

func TestEveryWayOutLeavesTheTerminalAsItWas(t *testing.T) {
	signal := func(s syscall.Signal) func(*tty) {
		return func(x *tty) { _ = x.cmd.Process.Signal(s) }
	}
	for _, way := range []struct {
		name string
		do   func(*tty)
		code int
	}{
		{"q", func(x *tty) { x.press("q") }, 0},
		{"Q", func(x *tty) { x.press("Q") }, 0},
		{"ctrl-c", func(x *tty) { x.press("\x03") }, 130},
		{"SIGINT", signal(syscall.SIGINT), 130},
		{"SIGTERM", signal(syscall.SIGTERM), 143},
		{"SIGHUP", signal(syscall.SIGHUP), 129},
	} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			x := onTTY(t, 120, 36, "cli demo slow-consumer")
			x.shows("reader is here")
			x.press("m") // with the mouse on there is more to undo
			x.shows("mouse on")
			x.press("6\x1b[D") // and so it is while looking back
			x.shows("FROZEN")
			way.do(x)
			if code := x.exit(); code != way.code {
				t.Errorf("exit code %d, expected %d", code, way.code)
			}
			x.asItWas()
			if left := strings.Contains(x.text(), "6 FINDINGS"); left != (way.name == "Q") {
				t.Errorf("a frame is left: %v:\n%s", left, x.text())
			}
		})
	}
}

func TestAPanicLeavesTheTerminalAsItWas(t *testing.T) {
	for what, want := range map[string]string{
		"panic while looking":       "panic while sampling: boom while looking",
		"panic while opening":       "panic while opening the ring: boom while opening",
		"panic while finding rings": "panic while looking for rings: boom while finding rings",
		"panic while drawing":       "boom while drawing",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			x := onTTY(t, 120, 36, what)
			x.until("a screen", func() bool { return strings.Contains(x.raw(), "\x1b[?1049h") })
			if err := x.cmd.Process.Signal(now); err != nil {
				t.Fatal(err)
			}
			if code := x.exit(); code != 1 {
				t.Errorf("exit code %d", code)
			}
			x.asItWas()
			if said := x.raw(); !strings.Contains(said, want) {
				t.Errorf("does not say %q:\n%s", want, x.text())
			}
		})
	}
}

// TestSuspendAndResume needs a shell: a process group without one to wake it is never stopped.
func TestSuspendAndResume(t *testing.T) {
	need.PTY(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(need.Tool(t, "bash"), "--norc", "--noprofile", "-i")
	c.Env = append(clean(), "PS1=prompt> ", "HISTFILE=", tui.ChildEnv+"=cli demo healthy", "EXE="+exe)
	x := start(t, 120, 36, c)
	x.shows("prompt>")
	x.press("\"$EXE\"\n")
	x.shows("reader is here")
	x.press("\x1a")
	x.shows("Stopped")
	x.mu.Lock()
	if x.alt || !x.cursor || x.modes[ansi.ModeBracketedPaste] && !bracketedByBash(x) {
		t.Errorf("stopped with alternate screen %v, cursor %v", x.alt, x.cursor)
	}
	x.mu.Unlock()
	x.press("echo $((6 * 7))\n")
	x.shows("42")
	x.press("fg\n")
	x.until("the screen to come back", func() bool {
		x.mu.Lock()
		defer x.mu.Unlock()
		return x.alt && strings.Contains(x.vt.String(), "reader is here")
	})
	x.press("q")
	x.until("the prompt", func() bool { // until it is there the viewer may still read what is typed
		said := x.raw()
		left := strings.LastIndex(said, "\x1b[?1049l")
		return left > strings.LastIndex(said, "\x1b[?1049h") && strings.Contains(said[left:], "prompt>")
	})
	x.press("exit $?\n")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// bracketedByBash reports whether the shell itself has turned bracketed paste on for its prompt.
func bracketedByBash(x *tty) bool {
	s := x.written.String()
	return strings.LastIndex(s, "\x1b[?2004h") > strings.LastIndex(s, "Stopped")
}

func TestNoScreen(t *testing.T) {
	for _, at := range []struct {
		name string
		w, h int
		env  string
		want string
	}{
		{"no size", 0, 0, "", "0x0"},
		{"dumb terminal", 80, 24, "TERM=dumb", "TERM=dumb"},
	} {
		t.Run(at.name, func(t *testing.T) {
			x := onTTY(t, at.w, at.h, "cli demo healthy", at.env)
			if code := x.exit(); code != 1 {
				t.Errorf("exit code %d", code)
			}
			said := x.raw()
			if words := strings.Join(strings.Fields(said), " "); !strings.Contains(words, at.want) || !strings.Contains(words, "ringscope stat demo") { // broken to fit
				t.Errorf("the reason is\n%s", said)
			}
			if strings.Contains(said, "\x1b[?1049h") {
				t.Error("a screen was begun")
			}
		})
	}
}

func TestEnvironmentOnATTY(t *testing.T) {
	for _, at := range []struct {
		name, env string
		check     func(t *testing.T, s string)
	}{
		{"NO_COLOR", "NO_COLOR=yes", func(t *testing.T, s string) {
			if strings.Contains(s, "[38;") || strings.Contains(s, "[48;") || strings.Contains(s, ";38;") {
				t.Error("colours in spite of NO_COLOR=yes")
			}
		}},
		{"ASCII locale", "LC_ALL=C", func(t *testing.T, s string) {
			for _, r := range s {
				if r > 0x7f {
					t.Errorf("%q in an ASCII locale", r)
					return
				}
			}
		}},
		{"256 colours", "COLORTERM=", func(t *testing.T, s string) {
			if strings.Contains(s, "38;2;") {
				t.Error("exact colours though the terminal has 256")
			}
		}},
	} {
		t.Run(at.name, func(t *testing.T) {
			t.Parallel()
			x := onTTY(t, 80, 24, "cli demo slow-consumer", at.env)
			x.shows("reader is here")
			x.press("q")
			if code := x.exit(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			at.check(t, x.raw())
		})
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

// TestTerminals goes through everything on terminals of several kinds, with a resize in the middle of each step.
func TestTerminals(t *testing.T) {
	for _, at := range []struct {
		name, end, colors string
		silent            bool
	}{
		{"xterm-256color", "\x1b[F", "38;5;", true}, // as over ssh: COLORTERM does not come along, and nobody tells the background
		{"screen-256color", "\x1b[4~", "38;5;", false},
		{"tmux-256color", "\x1b[4~", "38;5;", false},
		{"linux", "\x1b[4~", "[3", true},
		{"vt100", "\x1bOF", "", true},
	} {
		t.Run(at.name, func(t *testing.T) {
			t.Parallel()
			x := onTTY(t, 120, 36, "cli demo slow-consumer", "TERM="+at.name, "COLORTERM=", "SSH_TTY=/dev/pts/9")
			x.silent.Store(at.silent)
			x.shows("reader is here")
			x.shows("READER TOO SLOW")
			x.press("\x1b[D")
			x.shows("FROZEN")
			x.resize(80, 24)
			x.shows("[ ] mark  end live")
			x.press("[")
			x.shows("records")
			x.resize(52, 10)
			x.shows("60x16 needed")
			x.resize(200, 50)
			x.shows("space go on")
			x.press(at.end)
			x.shows("LIVE")
			x.press("6")
			x.shows("6 FINDINGS")
			x.resize(120, 36)
			x.press("?")
			x.shows("keys and signs")
			x.press("\x1b")
			x.shows("6 FINDINGS")
			x.press("e")
			x.shows("arrows: another")
			x.press("q")
			if code := x.exit(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			x.asItWas()
			s := x.raw()
			if strings.Contains(s, "38;2;") {
				t.Error("exact colours on a terminal that did not say that it has them")
			}
			if at.colors != "" && !strings.Contains(s, at.colors) {
				t.Errorf("no colours like %q", at.colors)
			}
			if at.colors == "" && strings.Contains(s, "38;5;") {
				t.Error("256 colours on a terminal without any")
			}
		})
	}
}
