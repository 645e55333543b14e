package tui_test

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"ringscope/internal/need"
	"ringscope/ui/tui"
)

// TestAnswersAreNotTypedIntoTheShell has a terminal that is far away: its answers come when the program has long failed. A shell then reads
// what is left for it, up to the exclamation mark that the test types.
func TestAnswersAreNotTypedIntoTheShell(t *testing.T) {
	need.PTY(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(need.Tool(t, "bash"), "--norc", "--noprofile", "-c",
		`"$EXE"; code=$?; unset `+tui.ChildEnv+`; stty raw -echo; printf 'ready.'; IFS= read -r -d '!' left; printf 'code %s, left "%q"' "$code" "$left"`)
	c.Env = append(clean(), "EXE="+exe, tui.ChildEnv+"=patient cli watch file:/no/such/ring")
	x := start(t, 80, 24, c)
	x.silent.Store(true)
	x.until("the last question", func() bool {
		x.mu.Lock()
		defer x.mu.Unlock()
		return bytes.Contains(x.written.Bytes(), []byte("\x1b[6n"))
	})
	x.press("\x1b]11;rgb:0000/0000/0000\x07\x1b[24;1R")
	x.shows("ready.")
	x.press("!")
	x.shows(`code 4, left "''"`)
	if s := x.text(); !strings.Contains(s, "/no/such/ring") || strings.Contains(s, "^[") {
		t.Errorf("the screen is\n%s", s)
	}
	x.exit()
}
