package tui_test

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"ringscope/internal/need"
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
			x.until("the page to close", func() bool { // a key that follows at once would make one of both
				s := x.text()
				return strings.Contains(s, "6 FINDINGS") && !strings.Contains(s, "keys and signs")
			})
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
