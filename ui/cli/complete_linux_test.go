//go:build !race

package cli

// The program that this test runs is built without the race detector: run again beside it, it would prove nothing more.

import (
	"syscall"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/sampler/bpf/bpftest"
)

// TestHowMuchIsSeen measures how much of a 16 MiB ring at full speed is seen, beside a reader, steadily and in bursts after silence.
// How much that is, is the machine's business and is logged; that it adds up is checked.
func TestHowMuchIsSeen(t *testing.T) {
	need.BPF(t)
	need.Cores(t, 2)
	need.Long(t)
	for _, c := range []struct {
		name    string
		rounds  int
		on, off time.Duration
	}{
		{"steady", 1, time.Second, 0},
		{"bursts", 3, 60 * time.Millisecond, 400 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			complete := 0
			const runs = 10
			for run := range runs {
				r := bpftest.Make(t, "complete", 16<<20)
				reader := r.StartReader(t, time.Millisecond)
				writer := r.NewWriter(t, 64)
				p := start(t, nil, "stat", id(t, r), "--json", "-i", "200ms")
				p.stat()
				var truth bpftest.Truth
				began := time.Now()
				for range c.rounds {
					time.Sleep(c.off)
					for on := time.Now(); time.Since(on) < c.on; {
						truth.Add(writer.Produce(t, bpftest.Load{Records: 20_000}))
					}
				}
				took := time.Since(began)
				reader.Stop(t)
				p.signal(syscall.SIGINT)
				lines, _, _ := p.end()
				last := lines[len(lines)-1]
				const span = 72
				if last.Totals.Records*span+last.Missed.Bytes != truth.Bytes {
					t.Errorf("run %d: seen %d records + missed %d bytes, produced %d bytes", run, last.Totals.Records, last.Missed.Bytes, truth.Bytes)
				}
				if last.Missed.Bytes == 0 {
					complete++
				}
				cpu := 0.0
				if last.Observer.CPUSeconds != nil {
					cpu = *last.Observer.CPUSeconds / last.WatchSeconds
				}
				t.Logf("run %d: %.1f M records in %.2f s, missed %.2f %%, longest gap %.1f ms, %.1f %% of a core", run, float64(truth.Records)/1e6, took.Seconds(),
					100*float64(last.Missed.Bytes)/float64(truth.Bytes), last.Observer.MaxGapSeconds*1000, 100*cpu)
				r.Close(t)
			}
			t.Logf("nothing missed in %d of %d runs", complete, runs)
		})
	}
}
