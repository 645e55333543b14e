//go:build !race

package cli

// The program that this test runs is built without the race detector: run again beside it, it would prove nothing more.

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"ringscope/internal/need"
	"ringscope/sampler/bpf/bpftest"
)

// TestCheckIsBounded checks 100 rings, and wants little memory used for it.
func TestCheckIsBounded(t *testing.T) {
	need.BPF(t)
	need.Long(t)
	for i := range 100 {
		bpftest.Make(t, fmt.Sprintf("many%d", i), 256<<10)
	}
	p := start(t, nil, "check", "--for", "3s", "--json", "--fail-on", "none")
	code, out, stderr := p.rest()
	if n := strings.Count(out, "\n"); code != 0 || complaints(stderr) != "" || n < 100 {
		t.Errorf("exit code %d, %s, %d rings", code, stderr, n)
	}
	used, ok := p.cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Fatal("the system does not tell what was used")
	}
	t.Logf("100 rings, %d at a time: %d MiB, %v of CPU time", checkAtOnce, used.Maxrss>>10, p.cmd.ProcessState.UserTime()+p.cmd.ProcessState.SystemTime())
	if used.Maxrss>>10 > 60+checkAtOnce*2*256>>10 {
		t.Errorf("%d MiB", used.Maxrss>>10)
	}
}
