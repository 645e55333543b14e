package cli

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/sampler/bpf/bpftest"
	"ringscope/ui/report"
)

// TestCheckOfKernelRings checks a ring that nobody reads, and one whose reader keeps up.
func TestCheckOfKernelRings(t *testing.T) {
	need.BPF(t)
	left := bpftest.Make(t, "left_alone", 64<<10)
	left.Write(t, bpftest.Record{Length: 64}, bpftest.Record{Length: 100})
	code, out, stderr := run(t, "check", id(t, left), "--for", "3s")
	lines := strings.Split(out, "\n")
	if code != ExitFound || stderr != "" || len(lines) != 4 || !strings.HasPrefix(lines[0], fmt.Sprintf("left_alone, id %d, ringbuf, 64 KiB, linux on ", left.ID(t))) ||
		!strings.HasPrefix(lines[1], "  ▲ NOBODY READS ") || !strings.Contains(lines[2], "ringscope watch "+id(t, left)) {
		t.Errorf("nobody reads: exit code %d, %s\n%s", code, stderr, out)
	}
	read := bpftest.Make(t, "read_well", 16<<20) // what comes while its reader or the check are kept waiting fills little of it
	reader := read.StartReader(t, time.Millisecond)
	pace := read.NewWriter(t, 64).Pace(t, 10*time.Millisecond, bpftest.Load{Records: 20})
	code, out, stderr = run(t, "check", id(t, read), "--for", "3s", "--json", "--fail-on", "warning")
	truth := pace.Stop(t)
	reader.Stop(t)
	j := decode[report.Checked](t, out)
	if code != ExitDone || stderr != "" || j.Verdict.Severity == "problem" || j.WatchSeconds < 3 || j.Totals.Records == 0 || j.Totals.Records > truth.Records {
		t.Errorf("read well: exit code %d, %s\n%s", code, stderr, out)
	}
}

// complaints is what a command on all rings of the host writes to stderr, but for what it says of maps of maps that are not ours: another
// package's tests have one that is too long to be looked into.
func complaints(stderr string) (ours string) {
	for line := range strings.Lines(stderr) {
		if !strings.HasPrefix(line, "ringscope: Only the first ") {
			ours += line
		}
	}
	return ours
}

// TestCheckOfAllRings wants every ring of the host told, three lines each, the worst first, though few are watched at a time.
func TestCheckOfAllRings(t *testing.T) {
	need.BPF(t)
	made := map[uint32]bool{} // by id: whether it has a problem
	for i := range 9 {
		r := bpftest.Make(t, fmt.Sprintf("checked%d", i), 4096<<(i%4))
		if i == 4 {
			r.Write(t, bpftest.Record{Length: 64})
		}
		made[r.ID(t)] = i == 4
	}
	code, out, stderr := run(t, "check", "--for", "3s", "--at-once", "4", "--json")
	if code != ExitFound || complaints(stderr) != "" {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	fine := false
	for _, line := range strings.SplitAfter(strings.TrimSuffix(out, "\n"), "\n") {
		j := decode[report.Checked](t, line)
		fine = fine || j.Verdict.Severity == "fine"
		bad, ours := made[*j.Ring.ID]
		if !ours {
			continue // somebody else's
		}
		delete(made, *j.Ring.ID)
		if bad != (j.Verdict.Code != nil && *j.Verdict.Code == "no_consumer") || bad && fine {
			t.Errorf("%s of %s is told after a fine one: %v", j.Verdict.Title, j.Ring.Name, fine)
		}
	}
	if len(made) > 0 {
		t.Errorf("not told: %v", made)
	}
}

// TestCheckOfAllRingsReadsPayloads wants what only payloads tell said of one ring of the host, and not with --no-payload.
func TestCheckOfAllRingsReadsPayloads(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "padded_much", 1<<20)
	r.StartReader(t, time.Millisecond)
	r.NewWriterOf(t, bpftest.Writing{Length: 512, Zeros: 400}).Pace(t, 5*time.Millisecond, bpftest.Load{Records: 10})
	for _, flag := range []string{"--json", "--no-payload"} {
		t.Run(flag, func(t *testing.T) {
			t.Parallel()
			want, checked, padded, out, stderr := flag == "--json", false, false, "", ""
			for _, lasts := range []string{"6s", "30s", "100s"} { // on a busy machine it takes longer to see enough records
				_, out, stderr = run(t, "check", "--for", lasts, "--json", flag)
				for _, line := range strings.SplitAfter(strings.TrimSuffix(out, "\n"), "\n") {
					if j := decode[report.Checked](t, line); *j.Ring.ID == r.ID(t) {
						checked = true
						for _, f := range j.Findings {
							padded = padded || f.Code == "oversized_records"
						}
					}
				}
				if padded || !want {
					break
				}
			}
			if !checked || padded != want {
				t.Errorf("checked %v, zeros told %v, %s\n%s", checked, padded, stderr, out)
			}
		})
	}
}
