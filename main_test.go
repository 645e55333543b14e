package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"

	"ringscope/internal/need"
)

// TestDemoDraws runs the README's first command in a terminal, sees it draw, leaves by q, and finds the terminal as it was.
func TestDemoDraws(t *testing.T) {
	need.PTY(t)
	need.Tool(t, "go")

	cmd := exec.Command("go", "run", ".", "demo")
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{"NO_COLOR", "TERM", "COLORTERM", "LC_ALL", "LANG", "SSH_TTY", "TMUX", "TERM_PROGRAM"}, name)
	}), "TERM=xterm-256color", "LANG=C.UTF-8")
	master, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 36, Cols: 120})
	if err != nil {
		t.Fatal(err)
	}
	screen := vt.NewSafeEmulator(120, 36)
	t.Cleanup(func() {
		if answers, ok := screen.InputPipe().(io.Closer); ok { // the emulator's own Close races with its Read
			_ = answers.Close()
		}
		_ = master.Close()
	})
	go func() { _, _ = io.Copy(master, screen) }() // what a terminal answers when it is asked

	chunks := make(chan []byte)
	go func() {
		defer close(chunks)
		for {
			buf := make([]byte, 32<<10)
			n, err := master.Read(buf)
			chunks <- buf[:n]
			if err != nil {
				return // EIO: the program has closed its end
			}
		}
	}()

	var written []byte
	pressed := false
	patience := time.After(2 * time.Minute) // go run compiles first
	for open := true; open; {
		var chunk []byte
		select {
		case chunk, open = <-chunks:
		case <-patience:
			_ = cmd.Process.Kill()
			t.Fatalf("did not draw and end within 2 minutes:\n%s", screen.String())
		}
		written = append(written, chunk...)
		if _, err := screen.Write(chunk); err != nil {
			t.Fatal(err)
		}
		if !pressed && drawn(screen.String()) {
			pressed = true
			if _, err := master.Write([]byte("q")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("go run . demo: %v", err)
	}
	if !pressed {
		t.Errorf("ended before it drew:\n%s", written)
	}
	for what, pair := range map[string][2]string{
		"the alternate screen": {"\x1b[?1049h", "\x1b[?1049l"},
		"the hidden cursor":    {"\x1b[?25l", "\x1b[?25h"},
	} {
		if on, off := bytes.LastIndex(written, []byte(pair[0])), bytes.LastIndex(written, []byte(pair[1])); on >= 0 && off < on {
			t.Errorf("%s is left behind", what)
		}
	}
}

// drawn tells whether a screen shows the viewer: its first line says that the ring is simulated, and below it stand a verdict and a
// ring.
func drawn(screen string) bool {
	lines := strings.Split(screen, "\n")
	if len(lines) < 30 || !strings.Contains(lines[0], "SIMULATED") {
		return false
	}
	verdict := strings.Contains(lines[1], "LOOKING") || strings.Contains(lines[1], "NOTHING WRONG SEEN")
	blocks := 0
	for _, r := range strings.Join(lines[3:], "") {
		if r >= '▀' && r <= '▟' {
			blocks++
		}
	}
	return verdict && blocks > 50
}
