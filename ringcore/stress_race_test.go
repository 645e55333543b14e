//go:build race && linux && (amd64 || arm64)

package ringcore_test

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/ringcore"
	"ringscope/ringcore/shm/shmtest"
)

// brokenEnv names the format with whose broken producers the test binary runs the stress: a report of the race detector ends the process,
// so the process that is expected to race is another one.
const brokenEnv = "RINGSCOPE_STRESS_BROKEN"

// tracked runs producers and consumer on memory that the race detector watches, and the observer on a read-only view of it.
func tracked(t *testing.T, v variant, s *stress) error {
	t.Helper()
	const size = 1 << 18
	watched, view := shmtest.Tracked(t, size, os.Getpagesize())
	s.producers = ringOf(t, v, size, watched)
	s.consumer, s.observer = s.producers, ringOf(t, v, size, view)
	return s.run(t)
}

// raced are the rings whose producers and consumer touch no byte at the same time. In overwrite mode the consumer reads what a producer
// may be overwriting, and proves it then; in the legacy formats the words that hold a header also hold bytes of its neighbours.
var raced = []variant{{format: ringcore.Linux}, {format: ringcore.Windows}}

func TestStressUnderTheRaceDetector(t *testing.T) {
	for _, v := range raced {
		t.Run(v.String(), func(t *testing.T) {
			s := &stress{duration: time.Second, provenFirst: true}
			if need.Required() && !testing.Short() {
				s.duration = 30 * time.Second
			}
			if err := tracked(t, v, s); err != nil {
				t.Fatal(err)
			}
			s.check(t)
			if s.verified == 0 || s.received == 0 {
				t.Errorf("the observer verified %d payloads, the consumer %d", s.verified, s.received)
			}
		})
	}
}

// TestStressOfBrokenProducersIsReported shows that the test above can fail: without the lock of the producer of Linux, or the
// compare-and-swap of that of Windows, the detector reports.
func TestStressOfBrokenProducersIsReported(t *testing.T) {
	breaks := map[*ringcore.Format]func(ringcore.Writer){
		ringcore.Linux:   func(w ringcore.Writer) { w.(*ringcore.Producer).Unlock() },
		ringcore.Windows: func(w ringcore.Writer) { w.(*ringcore.WindowsProducer).Race(runtime.Gosched) },
	}
	if how := os.Getenv(brokenEnv); how != "" {
		name, span, _ := strings.Cut(how, " ")
		lasts, err := time.ParseDuration(span)
		if err != nil {
			t.Fatal(err)
		}
		f := ringcore.FormatByName(name)
		s := &stress{duration: lasts, broken: breaks[f]}
		// Positions that two producers broke can keep a producer walking, or waiting for its turn, for ever.
		time.AfterFunc(2*lasts, func() { os.Exit(1) })
		t.Logf("broken: %v", tracked(t, variant{format: f}, s))
		return
	}
	for f := range breaks {
		t.Run(f.Name, func(t *testing.T) {
			for _, lasts := range []string{"1s", "10s", "60s"} { // on a busy machine the producers come to run side by side later
				cmd := exec.Command(os.Args[0], "-test.run=^TestStressOfBrokenProducersIsReported$")
				cmd.Env = append(os.Environ(), brokenEnv+"="+f.Name+" "+lasts)
				out, err := cmd.CombinedOutput()
				if n := strings.Count(string(out), "WARNING: DATA RACE"); n > 0 {
					t.Logf("the race detector reported %d races in %s", n, lasts)
					return
				}
				t.Logf("the race detector reported nothing in %s: %v\n%s", lasts, err, out)
			}
			t.Error("the race detector reported nothing")
		})
	}
}
