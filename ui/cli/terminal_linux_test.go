package cli

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"ringscope/internal/need"
	"ringscope/sampler/bpf/bpftest"
)

// onTerminal is the real program on a terminal.
type onTerminal struct {
	t      *testing.T
	cmd    *exec.Cmd
	master *os.File
	screen *vt.SafeEmulator
	ended  chan struct{} // its output is at its end
}

func nobody(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	c.Dir = "/"
}

func terminalFor(t *testing.T, change func(*exec.Cmd), args ...string) *onTerminal {
	t.Helper()
	need.PTY(t)
	x := &onTerminal{t: t, cmd: exec.Command(built, args...), screen: vt.NewSafeEmulator(100, 30), ended: make(chan struct{})}
	x.cmd.Env = []string{"TERM=xterm-256color", "LANG=C.UTF-8", "PATH=" + os.Getenv("PATH")}
	if change != nil {
		change(x.cmd)
	}
	var err error
	if x.master, err = pty.StartWithSize(x.cmd, &pty.Winsize{Rows: 30, Cols: 100}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = x.cmd.Process.Kill()
		_ = x.master.Close()
		if answers, ok := x.screen.InputPipe().(io.Closer); ok { // the emulator's own Close races with its Read
			_ = answers.Close()
		}
	})
	go func() { _, _ = io.Copy(x.master, x.screen) }() // what a terminal answers when it is asked
	go func() {
		defer close(x.ended)
		_, _ = io.Copy(x.screen, x.master)
	}()
	return x
}

// text is what the screen shows now. The emulator's String takes no lock, its Render does.
func (x *onTerminal) text() string { return ansi.Strip(x.screen.Render()) }

// shows waits until the screen holds all of what is wanted.
func (x *onTerminal) shows(want ...string) {
	x.t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		s, missing := x.text(), ""
		for _, w := range want {
			if !strings.Contains(s, w) {
				missing = w
			}
		}
		if missing == "" {
			return
		}
		if time.Since(began) > patience {
			x.t.Fatalf("%q did not come:\n%s", missing, s)
		}
	}
}

func (x *onTerminal) types(keys string) {
	x.t.Helper()
	if _, err := x.master.WriteString(keys); err != nil {
		x.t.Fatal(err)
	}
}

// ends waits for the end of the program, and returns its exit code and what it left on the screen.
func (x *onTerminal) ends() (code int, left string) {
	x.t.Helper()
	timer := time.AfterFunc(patience, func() { _ = x.cmd.Process.Kill() })
	_ = x.cmd.Wait()
	if !timer.Stop() {
		x.t.Fatalf("it did not end within %v:\n%s", patience, x.text())
	}
	<-x.ended
	return x.cmd.ProcessState.ExitCode(), x.text()
}

func TestStartPageOfAnOrdinaryUser(t *testing.T) {
	need.Linux(t)
	need.Root(t) // to become another
	x := terminalFor(t, nobody)
	x.shows("Not permitted to list this host's rings", "sudo ringscope", "d: a simulated ring")
	x.types("d")
	x.shows("SIMULATED", "events")
	x.types("\x1b")
	x.shows("Not permitted to list this host's rings")
	x.types("q")
	if code, left := x.ends(); code != 0 {
		t.Errorf("exit code %d\n%s", code, left)
	}
}

func TestWatchAsAnOrdinaryUser(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "private", 4096)
	x := terminalFor(t, nobody, "watch", id(t, r))
	if code, left := x.ends(); code != ExitNotPermitted || !strings.Contains(left, "ringscope: ") || !strings.Contains(left, "sudo") && !strings.Contains(left, "root") && !strings.Contains(left, "CAP_") {
		t.Errorf("exit code %d, left\n%s", code, left)
	}
}

func TestStartPageListsRings(t *testing.T) {
	need.BPF(t)
	bpftest.Make(t, "first_of_two", 4096)
	bpftest.Make(t, "second_of_two", 8192)
	x := terminalFor(t, nil)
	x.shows("first_of_two", "second_of_two")
	x.types("q")
	if code, left := x.ends(); code != 0 {
		t.Errorf("exit code %d\n%s", code, left)
	}
}

func TestWatchUntilTheRingEnds(t *testing.T) {
	need.BPF(t)
	owner, number := bpftest.StartOwner(t, "mortal", 4096)
	x := terminalFor(t, nil, "watch", fmt.Sprintf("id:%d", number))
	x.shows("mortal")
	owner.Kill(t)
	x.shows("GONE")
	x.types("q")
	if code, left := x.ends(); code != ExitRingEnded {
		t.Errorf("exit code %d\n%s", code, left)
	}
}

func TestWatchWaitsForAName(t *testing.T) {
	need.BPF(t)
	x := terminalFor(t, nil, "watch", "name:comes_late")
	x.shows("WAITING")
	r := bpftest.Make(t, "comes_late", 4096)
	x.shows(fmt.Sprintf("id %d", r.ID(t)))
	if err := x.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code, left := x.ends(); code != 143 {
		t.Errorf("exit code %d\n%s", code, left)
	}
}

func TestStealAsks(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "taken", 4096)
	reader := r.StartIdleReader(t)
	r.Write(t, bpftest.Record{Length: 8})
	if code, _, stderr := run(t, "stat", id(t, r), "--consume", "-n", "1"); code != ExitFailed || !strings.Contains(stderr, "--steal") {
		t.Errorf("beside a reader: exit code %d, %q", code, stderr)
	}
	x := terminalFor(t, nil, "stat", id(t, r), "--consume", "--steal", "-n", "1")
	x.shows("although somebody may be reading them?") // what follows may be wrapped
	x.types("n\r")
	if code, left := x.ends(); code != ExitFailed || !strings.Contains(left, "nothing was taken") {
		t.Errorf("exit code %d\n%s", code, left)
	}
	if c, _ := r.Positions(t); c != 0 {
		t.Errorf("the consumer position is %d", c)
	}
	x = terminalFor(t, nil, "stat", "name:a\x1b[2J\u202eb", "--consume", "--steal")
	x.shows(`records of name:a\x1b[2J\u202eb although`)
	x.types("n\r")
	if code, left := x.ends(); code != ExitFailed || !strings.Contains(left, "nothing was taken") {
		t.Errorf("exit code %d\n%s", code, left)
	}
	x = terminalFor(t, nil, "stat", id(t, r), "--consume", "--steal", "-n", "2", "-i", "100ms")
	x.shows("although somebody may be reading them?") // what follows may be wrapped
	x.types("y\r")
	if code, left := x.ends(); code != 0 {
		t.Errorf("exit code %d\n%s", code, left)
	}
	if c, p := r.Positions(t); c != p {
		t.Errorf("positions are %d and %d", c, p)
	}
	reader.Kill(t)
}
