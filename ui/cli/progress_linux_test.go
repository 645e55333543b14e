package cli

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// computes waits until the program has used so many hundredths of a second of a core: by then it plays.
func (x *onTerminal) computes(ticks int) {
	x.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", x.cmd.Process.Pid))
		if err != nil {
			x.t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(stat), ") ")
		used, err := strconv.Atoi(strings.Fields(rest)[11]) // utime, field 14 of all
		if err != nil {
			x.t.Fatal(err)
		}
		if used >= ticks {
			return
		}
	}
	x.t.Fatalf("it does not work:\n%s", x.text())
}

// TestLongPlayIsToldAndInterrupted: who waits for a simulation sees how far it is, and ctrl-c ends it with the terminal as it was.
func TestLongPlayIsToldAndInterrupted(t *testing.T) {
	for _, line := range []string{
		"demo --frozen --at 24h --rate 100000",
		"demo --frozen --at 24h --rate 100000 --interval 24h", // all of it is one look
		"check demo --for 99999h",
	} {
		x := terminalFor(t, nil, strings.Fields(line)...)
		before, err := unix.IoctlGetTermios(int(x.master.Fd()), unix.TCGETS)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(line, "--interval") {
			x.computes(50)
		} else {
			x.shows("playing the simulation: ", " % · ctrl-c ends it")
		}
		x.types("\x03")
		code, left := x.ends()
		if left = strings.TrimSpace(left); code != 130 || strings.Contains(left, "playing") || strings.Contains(left, "simulation") {
			t.Errorf("%s: exit code %d, it leaves %q", line, code, left)
		}
		after, err := unix.IoctlGetTermios(int(x.master.Fd()), unix.TCGETS)
		if err != nil || *after != *before {
			t.Errorf("%s: the terminal was %+v and is %+v, %v", line, before, after, err)
		}
		if at := x.screen.CursorPosition(); at.X != 0 && at.X != len("^C") {
			t.Errorf("%s: the cursor stands in column %d", line, at.X)
		}
	}
}
