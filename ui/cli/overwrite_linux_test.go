package cli

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"ringscope/internal/need"
	"ringscope/sampler/bpf/bpftest"
	"ringscope/ui/report"
	"ringscope/ui/text"
)

// TestCommandsInOverwriteMode asks every command about a ring in overwrite mode that went round many times. It needs Linux 6.19.
func TestCommandsInOverwriteMode(t *testing.T) {
	need.BPF(t)
	const size, length = 16 << 10, 100
	r := bpftest.MakeOverwrite(t, "flight", size)
	w := r.NewWriter(t, length)
	truth := w.Produce(t, bpftest.Load{Records: 5000, DiscardEvery: 7})
	span := bpftest.Span(length)
	oldest := r.Query(t, 4)
	if truth.Refused != 0 || oldest == 0 {
		t.Fatalf("%+v, overwritten up to %d", truth, oldest)
	}
	told := func(what string, ring report.Ring, p report.Positions) {
		t.Helper()
		if !ring.Overwrite || ring.Type != "ringbuf" || ring.MapFlags != 1<<19 || p.Overwrite == nil || *p.Overwrite != oldest || *p.Producer != truth.Bytes || *p.Consumer != 0 {
			t.Errorf("%s: %+v, %+v; want it in overwrite mode, with %d to %d", what, ring, p, oldest, truth.Bytes)
		}
	}

	code, out, stderr := run(t, "list", "--json")
	for _, line := range strings.SplitAfter(strings.TrimSuffix(out, "\n"), "\n") {
		if l := decode[report.Listed](t, line); *l.Ring.ID == r.ID(t) {
			told("list", l.Ring, l.Positions)
			if used := l.Occupancy.UsedBytes; used == nil || *used != truth.Bytes-oldest {
				t.Errorf("list: %+v in use, want %d bytes", l.Occupancy, truth.Bytes-oldest)
			}
		}
	}
	if code != ExitDone || !strings.Contains(out, "flight") {
		t.Errorf("list: exit code %d, %s", code, stderr)
	}

	lines, reason, code := start(t, nil, "stat", id(t, r), "--json", "-i", "200ms", "-n", "15", "--fail-on", "hint").end()
	if code != ExitDone || reason != "count" {
		t.Errorf("stat: exit code %d, %s", code, reason)
	}
	for _, l := range lines {
		told("stat", l.Ring, l.Positions)
		if l.Missed != (report.Missed{}) || len(l.Findings) != 0 {
			t.Errorf("stat: missed %+v, findings %+v, of a ring that nobody writes or reads", l.Missed, l.Findings)
		}
	}

	code, out, stderr = run(t, "dump", id(t, r), "--json")
	at := oldest
	for _, line := range strings.SplitAfter(strings.TrimSuffix(out, "\n"), "\n") {
		d := decode[report.Record](t, line)
		raw, err := hex.DecodeString((*d.PayloadHex)[:16])
		if d.Pos != at || d.Span != span || !d.Exact || err != nil || binary.NativeEndian.Uint64(raw) != at/span {
			t.Fatalf("dump: at %d: %s", at, line)
		}
		at += span
	}
	if code != ExitDone || stderr != "" || at != truth.Bytes {
		t.Errorf("dump: exit code %d, %s, up to %d of %d", code, stderr, at, truth.Bytes)
	}

	code, out, stderr = run(t, "check", id(t, r), "--for", "3s", "--json", "--fail-on", "hint")
	if c := decode[report.Checked](t, out); code != ExitDone || stderr != "" || c.Verdict.Severity != "fine" {
		t.Errorf("check: exit code %d, %s\n%s", code, stderr, out)
	}

	for _, command := range []string{"stat", "watch"} {
		x := terminalFor(t, nil, command, id(t, r), "--consume")
		if code, left := x.ends(); code != ExitFailed || !strings.Contains(left, "in overwrite mode: it can be watched but not consumed") {
			t.Errorf("%s --consume: exit code %d\n%s", command, code, left)
		}
	}

	x := terminalFor(t, nil, "watch", id(t, r))
	x.shows("flight", "overwrite", "oldest at the top", "QUIET", "old records make room for new ones", "no process has it open to read", "PO")
	before := x.text()
	more := w.Produce(t, bpftest.Load{Records: 70})
	if more.Refused != 0 {
		t.Errorf("%+v", more)
	}
	x.types("G") // at the newest
	x.shows(text.Count(truth.Bytes + more.Bytes - span))
	x.types("q")
	if code, left := x.ends(); code != ExitDone {
		t.Errorf("watch: exit code %d\n%s\nbefore:\n%s", code, left, before)
	}
	if c := r.Query(t, 2); c != 0 {
		t.Errorf("the consumer position is %d: somebody took records", c)
	}
}
