package cli

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/sampler/bpf/bpftest"
	"ringscope/ui/report"
)

func id(t *testing.T, r *bpftest.Ring) string { return fmt.Sprintf("id:%d", r.ID(t)) }

// TestDumpNamesEveryRecord writes 700 records of five sizes, a third of them discarded, and wants every one of them back.
func TestDumpNamesEveryRecord(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "dumped", 1<<20)
	lengths := []int{0, 8, 21, 64, 100}
	var written []bpftest.Record
	for i := range 700 {
		written = append(written, bpftest.Record{Length: lengths[i%len(lengths)], Discard: i%3 == 0})
	}
	if refused := r.Write(t, written...); refused != 0 {
		t.Fatalf("%d records were refused", refused)
	}
	consumer, producer := r.Positions(t)
	code, out, stderr := run(t, "dump", id(t, r), "--json")
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != len(written) {
		t.Fatalf("%d records are named, %d were written", len(lines), len(written))
	}
	pos := uint64(0)
	for i, w := range written {
		got := decode[report.Record](t, lines[i])
		state := "committed"
		if w.Discard {
			state = "discarded"
		}
		span := bpftest.Span(w.Length)
		want := report.Record{
			Pos: pos, PosHex: fmt.Sprintf("%#x", pos), Offset: pos % (1 << 20), State: state, Length: uint32(w.Length), Span: span,
			PageOffset: got.PageOffset, PageOffsetOK: got.PageOffsetOK, HeaderHex: got.HeaderHex, Unread: true, Exact: true, PayloadHex: got.PayloadHex,
			Format: "linux", FormatHow: "told",
		}
		if got != want || got.PageOffset == nil || *got.PageOffset != 3+uint32(pos/4096) || got.PageOffsetOK == nil || !*got.PageOffsetOK {
			t.Fatalf("record %d is %s\nwant %+v with its page offset confirmed", i, lines[i], want)
		}
		header, err := hex.DecodeString(got.HeaderHex)
		if err != nil || len(header) != 8 || binary.LittleEndian.Uint32(header)&(1<<30-1) != uint32(w.Length) {
			t.Fatalf("record %d has header %s, %v", i, got.HeaderHex, err)
		}
		if got.PayloadHex == nil || len(*got.PayloadHex) != 2*w.Length {
			t.Fatalf("record %d has the payload %v", i, got.PayloadHex)
		}
		if w.Length >= 8 {
			if number, err := hex.DecodeString((*got.PayloadHex)[:16]); err != nil || binary.NativeEndian.Uint64(number) != uint64(i) {
				t.Fatalf("record %d carries %x, %v", i, number, err)
			}
		}
		pos += span
	}
	if c, p := r.Positions(t); c != consumer || p != producer || c != 0 || p != pos {
		t.Errorf("positions went from %d and %d to %d and %d; %d bytes were written", consumer, producer, c, p, pos)
	}
}

func TestDumpOfAnEmptyRing(t *testing.T) {
	need.BPF(t)
	target := id(t, bpftest.Make(t, "empty", 4096))
	code, out, stderr := run(t, "dump", target)
	if want := "ringscope: no record waits in " + target + " now. Those that were read can't be found again by one look; watched they are shown: ringscope watch " + target + "\n"; code != 0 || out != "" || stderr != want {
		t.Errorf("exit code %d, %q, %q instead of %q", code, out, stderr, want)
	}
}

// TestStatIsTheTruth writes two million records into a ring that holds them all several times, beside a reader.
func TestStatIsTheTruth(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "truth", 256<<20)
	reader := r.StartReader(t, time.Millisecond)
	writer := r.NewWriter(t, 64)
	p := start(t, nil, "stat", id(t, r), "--json", "-i", "200ms")
	for known := false; !known; { // who reads is looked up beside the sampling, and comes when it comes
		known = p.stat().Ring.Readers != nil
	}
	var truth bpftest.Truth
	for range 40 {
		truth.Add(writer.Produce(t, bpftest.Load{Records: 50_000, DiscardEvery: 3}))
	}
	if truth.Records != 2_000_000 || truth.Refused != 0 {
		t.Fatalf("written: %+v", truth)
	}
	taken := reader.Stop(t)
	p.signal(syscall.SIGINT)
	lines, reason, code := p.end()
	if reason != "signal" || code != 130 || len(lines) == 0 {
		t.Fatalf("%d lines, %s, exit code %d", len(lines), reason, code)
	}
	last := lines[len(lines)-1]
	want := report.Totals{
		Records: truth.Records, Committed: truth.Committed, Discarded: truth.Discarded, Bytes: truth.Bytes, PayloadBytes: truth.Payload, ConsumedBytes: taken.Bytes,
	}
	if last.Totals != want || last.Missed != (report.Missed{}) || last.Busy.Now != 0 {
		t.Errorf("totals %+v, missed %+v, busy %+v\nwant   %+v and nothing missed", last.Totals, last.Missed, last.Busy, want)
	}
	if last.Ring.Name != "truth" || last.Ring.SizeBytes != 256<<20 || last.Ring.Readers == nil {
		t.Errorf("the ring is %+v", last.Ring)
	}
}

// TestSeenAndMissedAreAll laps a small ring faster than any look can follow: what was not seen is counted, to the byte.
func TestSeenAndMissedAreAll(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "small", 256<<10)
	reader := r.StartReader(t, time.Millisecond)
	writer := r.NewWriter(t, 64)
	p := start(t, nil, "stat", id(t, r), "--json", "-i", "200ms", "--tick", "50ms")
	p.stat()
	var truth bpftest.Truth
	for range 200 {
		truth.Add(writer.Produce(t, bpftest.Load{Records: 20_000}))
	}
	for p.stat().Missed.Bytes == 0 { // on a busy machine the reader may have been kept from making room
		truth.Add(writer.Produce(t, bpftest.Load{Records: 20_000}))
	}
	reader.Stop(t)
	p.signal(syscall.SIGTERM)
	lines, _, _ := p.end()
	last := lines[len(lines)-1]
	const span = 72
	if seen := last.Totals.Records * span; last.Totals.Bytes != seen || seen+last.Missed.Bytes != truth.Bytes {
		t.Errorf("seen %d + missed %d, produced %d; totals %+v", seen, last.Missed.Bytes, truth.Bytes, last.Totals)
	}
	if last.Missed.Bytes == 0 {
		t.Errorf("nothing was missed of %d bytes in %d laps: this proves nothing", truth.Bytes, truth.Bytes>>18)
	}
}

// TestForgedPositions sets the consumer position to what no reader would.
func TestForgedPositions(t *testing.T) {
	need.BPF(t)
	for name, forge := range map[string]func(producer uint64) uint64{
		"ahead by 4096": func(p uint64) uint64 { return p + 4096 },
		"ahead by 2^40": func(p uint64) uint64 { return p + 1<<40 },
		"misaligned":    func(uint64) uint64 { return 13 },
		"all ones":      func(uint64) uint64 { return math.MaxUint64 },
	} {
		t.Run(name, func(t *testing.T) {
			r := bpftest.Make(t, "forged", 64<<10)
			r.Write(t, bpftest.Record{Length: 64}, bpftest.Record{Length: 8, Discard: true}, bpftest.Record{Length: 100})
			_, producer := r.Positions(t)
			r.Forge(t, forge(producer))
			lines, reason, code := start(t, nil, "stat", id(t, r), "--json", "-i", "100ms", "-n", "3").end()
			if code != 0 || reason != "count" || len(lines) != 3 {
				t.Fatalf("%d lines, %s, exit code %d", len(lines), reason, code)
			}
			for i, l := range lines {
				if u := l.Occupancy.UsedRatio; u != nil && (*u < 0 || *u > 1) {
					t.Errorf("line %d: the used ratio is %v", i, *u)
				}
			}
			last := lines[2]
			if len(last.Findings) != 1 || last.Findings[0].Code != "position_invalid" || last.Findings[0].Severity != "problem" {
				t.Errorf("findings are %+v", last.Findings)
			}
			if code, out, stderr := run(t, "dump", id(t, r), "--json"); code != 0 && code != 1 {
				t.Errorf("dump: exit code %d, %q, %s", code, out, stderr)
			}
			if code, _, stderr := run(t, "list"); code != 0 {
				t.Errorf("list: exit code %d, %s", code, stderr)
			}
			if code, _, _ := run(t, "stat", id(t, r), "-i", "100ms", "-n", "3", "--fail-on", "problem"); code != ExitFound {
				t.Errorf("--fail-on problem: exit code %d", code)
			}
		})
	}
}

// TestListFindsRings makes rings and wants them in the list, in every form.
func TestListFindsRings(t *testing.T) {
	need.BPF(t)
	made := map[uint32]*bpftest.Ring{}
	for i := range 16 {
		r := bpftest.Make(t, fmt.Sprintf("listed%d", i/2), 4096<<(i%4))
		made[r.ID(t)] = r
		r.Write(t, bpftest.Record{Length: 8 * i})
	}
	code, out, stderr := run(t, "list", "--json")
	if code != 0 {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	found := 0
	for _, line := range strings.SplitAfter(strings.TrimSuffix(out, "\n"), "\n") {
		l := decode[report.Listed](t, line)
		r := made[*l.Ring.ID]
		if r == nil {
			continue // somebody else's
		}
		found++
		_, producer := r.Positions(t)
		if l.Ring.Name != r.Name || l.Ring.SizeBytes != r.Size || *l.Positions.Producer != producer || *l.Occupancy.UsedBytes != producer {
			t.Errorf("%s, written to %d: %s", r.Name, producer, line)
		}
	}
	if found != len(made) {
		t.Errorf("%d of %d rings are listed", found, len(made))
	}
	if code, out, _ := run(t, "list"); code != 0 || strings.Count(out, "listed") != len(made) {
		t.Errorf("as text: exit code %d\n%s", code, out)
	}
	code, out, _ = run(t, "list", "--csv", "-i", "100ms", "-n", "2")
	if code != 0 || strings.Count(out, "listed") != 2*len(made) || strings.Count(out, "schema") != 1 {
		t.Errorf("listed twice: exit code %d\n%s", code, out)
	}
	code, out, stderr = run(t, "stat", "name:listed3", "-n", "1")
	if code != ExitUsage || out != "" || strings.Count(stderr, "\n  id:") != 2 {
		t.Errorf("an ambiguous name: exit code %d, %q, %q", code, out, stderr)
	}
}

func TestNoSuchRing(t *testing.T) {
	need.BPF(t)
	for _, target := range []string{"id:4294967295", "name:no_such_ring_1", "pin:/sys/fs/bpf/no_such_ring_1"} {
		for _, command := range []string{"stat", "dump", "check"} {
			code, out, stderr := run(t, command, target)
			if code != ExitNoSuchRing || out != "" || stderr == "" {
				t.Errorf("%s %s: exit code %d, %q, %q", command, target, code, out, stderr)
			}
		}
	}
}

// TestOrdinaryUser runs the program as nobody.
func TestOrdinaryUser(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "private", 4096)
	for _, line := range []string{"list", "list --json", "stat " + id(t, r), "dump " + id(t, r) + " --json", "stat name:private", "check", "check " + id(t, r) + " --json"} {
		code, out, stderr := start(t, nobody, strings.Fields(line)...).rest()
		if code != ExitNotPermitted || out != "" || !strings.Contains(stderr, "sudo") && !strings.Contains(stderr, "root") && !strings.Contains(stderr, "CAP_") {
			t.Errorf("%s: exit code %d, %q, %q", line, code, out, stderr)
		}
	}
	if code, out, stderr := start(t, nobody, "doctor", "--json").rest(); code != 0 || stderr != "" || !strings.Contains(out, `"ok":false`) {
		t.Errorf("doctor: exit code %d, %q, %q", code, out, stderr)
	}
	if lines, reason, code := start(t, nobody, "stat", "demo", "--json", "-n", "1").end(); code != 0 || reason != "count" || len(lines) != 1 {
		t.Errorf("a simulated ring: %d lines, %s, exit code %d", len(lines), reason, code)
	}
}
