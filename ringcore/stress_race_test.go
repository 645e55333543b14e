//go:build race && linux && (amd64 || arm64)

package ringcore_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/ringcore/shm/shmtest"
)

// unlockedEnv makes the test binary run the stress without the producers' lock: a report of the race detector ends the process, so
// the process that is expected to race is another one.
const unlockedEnv = "RINGSCOPE_STRESS_UNLOCKED"

// tracked runs producers and consumer on memory that the race detector watches, and the observer on a read-only view of it.
func tracked(t *testing.T, s *stress) error {
	t.Helper()
	const size = 1 << 18
	watched, view := shmtest.Tracked(t, size, os.Getpagesize())
	s.producers = ringOf(t, size, watched)
	s.consumer, s.observer = s.producers, ringOf(t, size, view)
	return s.run(t)
}

func TestStressUnderTheRaceDetector(t *testing.T) {
	s := &stress{duration: time.Second}
	if need.Required() && !testing.Short() {
		s.duration = 30 * time.Second
	}
	if err := tracked(t, s); err != nil {
		t.Fatal(err)
	}
	s.check(t)
	if s.verified == 0 || s.received == 0 {
		t.Errorf("the observer verified %d payloads, the consumer %d", s.verified, s.received)
	}
}

// TestStressUnlockedIsReported shows that the test above can fail: without the producers' lock the detector reports.
func TestStressUnlockedIsReported(t *testing.T) {
	if os.Getenv(unlockedEnv) != "" {
		s := &stress{duration: time.Second, unlocked: true}
		// Positions that two producers broke can keep a producer walking for ever.
		time.AfterFunc(2*time.Second, func() { os.Exit(1) })
		t.Logf("without the lock: %v", tracked(t, s))
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestStressUnlockedIsReported$", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), unlockedEnv+"=1")
	out, err := cmd.CombinedOutput()
	n := strings.Count(string(out), "WARNING: DATA RACE")
	if n == 0 {
		t.Fatalf("the race detector reported nothing: %v\n%s", err, out)
	}
	t.Logf("the race detector reported %d races in one second without the producers' lock", n)
}
