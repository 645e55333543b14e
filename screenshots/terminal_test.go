package main

import (
	"bytes"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"

	"ringscope/internal/need"
)

// patience is how long what a script writes may take to come; it decides no test that passes.
const patience = 3 * time.Minute

// shown runs a shell script in a terminal and returns what stands on the screen once that holds what is written last.
func shown(t *testing.T, d depth, keys, script, last string) (text string, painted []byte) {
	t.Helper()
	need.PTY(t)
	s, err := start(picture{args: []string{"-c", script}, w: 60, h: 12, light: true, depth: d}, "sh")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}()
	list, err := typed(keys)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.settle(); err != nil {
		t.Fatal(err)
	}
	for _, key := range list {
		if err := s.press(key); err != nil {
			t.Fatal(err)
		}
	}
	for end := time.Now().Add(patience); !strings.Contains(s.text(), last); time.Sleep(glance) {
		if time.Now().After(end) {
			t.Fatalf("%q does not come; the screen is\n%s", last, s.text())
		}
	}
	p, err := newPainter(8, light)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := s.screen(func(e *vt.Emulator) error {
		img, err := p.paint(e)
		if err != nil {
			return err
		}
		return png.Encode(&out, img)
	}); err != nil {
		t.Fatal(err)
	}
	return s.text(), out.Bytes()
}

func TestSurroundingsStayOutside(t *testing.T) {
	for _, k := range []string{"NO_COLOR", "SSH_TTY", "TMUX", "TERM_PROGRAM", "CLICOLOR_FORCE"} {
		t.Setenv(k, "1")
	}
	text, _ := shown(t, trueColor, "", "env | sort | cut -c1-50; echo the end; sleep 600", "the end")
	for _, bad := range []string{"NO_COLOR", "SSH_TTY", "TMUX", "TERM_PROGRAM", "CLICOLOR_FORCE"} {
		if strings.Contains(text, bad) {
			t.Errorf("the program sees %s", bad)
		}
	}
	if !strings.Contains(text, "COLORTERM=truecolor") {
		t.Errorf("the program is not told of its colours:\n%s", text)
	}
}

func TestTheTerminalTellsItsBackground(t *testing.T) {
	text, _ := shown(t, colors256, "", `stty -icanon -echo; printf '\033]11;?\007'; dd bs=1 count=24 2>/dev/null | tr -d '\033'; sleep 600`, "f7f7")
	if !strings.Contains(text, "rgb:fafa/fafa/f7f7") {
		t.Errorf("the answer to OSC 11 is %q, want the light background", text)
	}
}

func TestKeysArrive(t *testing.T) {
	text, _ := shown(t, trueColor, "g down esc", `stty -icanon -echo; printf 'ready '; dd bs=1 count=5 2>/dev/null | od -An -c; sleep 600`, "B 033")
	if want := `g 033   [   B 033`; !strings.Contains(text, want) {
		t.Errorf("the program read %q, want %q", text, want)
	}
	if _, err := typed("nonsense"); err == nil {
		t.Error("an unknown key is no error")
	}
}

func TestTheSameScreenIsTheSamePicture(t *testing.T) {
	const script = `printf '\033[38;5;74m╭─ ring ─╮\r\n│ \033[1m71 %%\033[m ▐█▌│'; sleep 600`
	_, a := shown(t, trueColor, "", script, "▐█▌│")
	_, b := shown(t, trueColor, "", script, "▐█▌│")
	if !bytes.Equal(a, b) {
		t.Error("two pictures of the same screen differ")
	}
}

func TestAProgramThatEndsIsAnError(t *testing.T) {
	need.PTY(t)
	s, err := start(picture{args: []string{"-c", "echo no such ring; exit 4"}, w: 40, h: 4, depth: trueColor}, "sh")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.settle(); err == nil || !strings.Contains(err.Error(), "no such ring") {
		t.Errorf("settle says %v, want what the program printed", err)
	}
}

// until calls f until it reports true.
func until(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !f(); time.Sleep(glance) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// opened starts a shell script in a terminal and returns when it has written last.
func opened(t *testing.T, script, last string) *session {
	t.Helper()
	need.PTY(t)
	s, err := start(picture{args: []string{"-c", script}, w: 60, h: 12, depth: trueColor}, "sh")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	until(t, last, func() bool { return strings.Contains(s.text(), last) })
	return s
}

func TestAProgramIsNotIdleBeforeItHasReadItsInput(t *testing.T) {
	s := opened(t, `stty -icanon -echo; echo ready; exec sleep 600`, "ready")
	idle := func() bool {
		_, idle, err := s.look()
		if err != nil {
			t.Fatal(err)
		}
		return idle
	}
	until(t, "asleep without input", idle)
	if _, err := s.near.WriteString("x"); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if idle() {
			t.Fatal("idle, with a key that it has not read")
		}
	}
}

func TestAProgramThatRunsIsNotIdle(t *testing.T) {
	need.Linux(t) // which tells what a program does
	s := opened(t, `echo ready; while :; do :; done`, "ready")
	for range 20 {
		if _, idle, err := s.look(); idle || err != nil {
			t.Fatalf("idle %t, %v; it runs without end", idle, err)
		}
	}
}
