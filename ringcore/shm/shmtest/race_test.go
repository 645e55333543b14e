//go:build race && linux && (amd64 || arm64)

package shmtest

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestRaceDetectorSeesTrackedMemory is there only in a test binary that has the race detector.
func TestRaceDetectorSeesTrackedMemory(t *testing.T) {
	for what, reported := range map[string]bool{racing: true, atomics: false} {
		t.Run(what, func(t *testing.T) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), playEnv+"="+what, "GORACE=atexit_sleep_ms=0")
			out, err := cmd.CombinedOutput()
			if !strings.Contains(string(out), played) {
				t.Fatalf("the scene did not end: %v\n%s", err, out)
			}
			if got := strings.Contains(string(out), "WARNING: DATA RACE"); got != reported {
				t.Errorf("race reported: %t, want %t: %v\n%s", got, reported, err, out)
			}
			if failed := err != nil; failed != reported {
				t.Errorf("ended with %v, want a failure: %t\n%s", err, reported, out)
			}
		})
	}
}
