package cli

import (
	"encoding/csv"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/report"
)

func TestStatCounts(t *testing.T) {
	lines, reason, code := start(t, nil, "stat", "demo", "--json", "-i", "100ms", "-n", "3").end()
	if code != 0 || reason != "count" || len(lines) != 3 {
		t.Fatalf("%d lines, %s, exit code %d", len(lines), reason, code)
	}
	for i, l := range lines {
		if l.Host != "SIMULATED" || l.BootID != nil || l.Ring.Source != "demo" || l.Schema != 1 || l.Version != Version {
			t.Errorf("line %d: %+v", i, l)
		}
		if first := i == 0; first != (l.IntervalSeconds == nil) || first != (l.Rates.RecordsPerSecond == nil) {
			t.Errorf("line %d: interval %v, rates %+v", i, l.IntervalSeconds, l.Rates)
		}
	}
	if a, b := lines[0].Totals, lines[2].Totals; b.Records <= a.Records || b.Records != b.Committed+b.Discarded+b.Unresolved+lines[2].Busy.Now {
		t.Errorf("totals went from %+v to %+v", a, b)
	}
}

func TestStatIsInterrupted(t *testing.T) {
	for sig, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
		p := start(t, nil, "stat", "demo", "--json", "-i", "1h")
		first := p.stat()
		p.signal(sig)
		lines, reason, code := p.end()
		if code != want || reason != "signal" || len(lines) != 1 {
			t.Errorf("%v: %d more lines, %s, exit code %d, want 1, signal, %d", sig, len(lines), reason, code, want)
			continue
		}
		if l := lines[0]; l.Observer.Ticks <= first.Observer.Ticks || l.IntervalSeconds == nil {
			t.Errorf("%v: the last line is no later than the first: %+v", sig, l)
		}
	}
}

func TestStatUnderNohup(t *testing.T) {
	p := start(t, func(c *exec.Cmd) {
		c.Path, c.Args = "/bin/sh", append([]string{"sh", "-c", `trap "" HUP; exec "$0" "$@"`, c.Path}, c.Args[1:]...)
	}, "stat", "demo", "--json", "-i", "100ms")
	p.stat()
	p.signal(syscall.SIGHUP)
	for range 3 {
		p.stat() // goes on
	}
	p.signal(syscall.SIGTERM)
	if _, reason, code := p.end(); code != 143 || reason != "signal" {
		t.Errorf("%s, exit code %d", reason, code)
	}
}

func TestStatIntoAClosedPipe(t *testing.T) {
	for _, form := range []string{"--json", "--csv", "--ascii"} {
		p := start(t, nil, "stat", "demo", "-i", "100ms", form)
		p.line()
		_ = p.pipe.Close()
		if code := p.wait(); code != 0 || p.stderr.Len() != 0 {
			t.Errorf("%s: exit code %d, stderr %q", form, code, p.stderr.String())
		}
	}
	p := start(t, nil, "dump", "demo:full", "--json")
	p.line()
	_ = p.pipe.Close()
	if code := p.wait(); code != 0 || p.stderr.Len() != 0 {
		t.Errorf("dump: exit code %d, stderr %q", code, p.stderr.String())
	}
}

func TestStatForms(t *testing.T) {
	code, out, stderr := run(t, "stat", "demo", "-i", "100ms", "-n", "2", "--csv")
	lines, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if code != 0 || stderr != "" || err != nil || len(lines) != 3 {
		t.Errorf("CSV: exit code %d, %d lines, %v, %s", code, len(lines), err, stderr)
	}
	code, out, stderr = run(t, "stat", "demo", "-i", "100ms", "-n", "2")
	if got := strings.Split(out, "\n"); code != 0 || stderr != "" || len(got) != 6 || !strings.Contains(got[0], "SIMULATED") || !strings.HasPrefix(got[4], "ended: count after ") {
		t.Errorf("text: exit code %d, %q, %s", code, out, stderr)
	}
}

// TestWatchedServerDies watches a ring in a file whose server is killed.
func TestWatchedServerDies(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	server := start(t, nil, "demo", "--file", path, "--size", "64KiB")
	if said := server.line(); !strings.Contains(said, "ringscope watch file:"+path) {
		t.Errorf("the server says %q", said)
	}
	p := start(t, nil, "stat", "file:"+path, "--json", "-i", "100ms")
	for seen := uint64(0); seen == 0; {
		seen = p.stat().Totals.Records
	}
	server.signal(syscall.SIGKILL)
	lines, reason, code := p.end()
	if code != ExitRingEnded || reason != model.EndOwnerGone || len(lines) == 0 {
		t.Fatalf("%d lines, %s, exit code %d", len(lines), reason, code)
	}
	if f := lines[len(lines)-1].Findings; len(f) != 1 || f[0].Code != "owner_gone" {
		t.Errorf("findings at the end: %+v", f)
	}
}

// TestGather feeds moments by hand: lines come on the grid, nothing of an interval is lost while the last line waits to be written.
func TestGather(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ring := &model.Ring{Geometry: ringcore.LinuxGeometry(4096, 4096)}
	seq := uint64(0)
	moment := func(at time.Duration, used uint64, findings ...model.Finding) *model.Moment {
		seq++
		return &model.Moment{Findings: findings, Sample: &model.Sample{
			Seq: seq, At: begin.Add(at), Since: begin, Ring: ring, State: model.Live, Occupancy: model.Occupancy{UsedMax: model.Of(used)},
		}}
	}
	g := &gather{interval: time.Second, lines: make(chan report.Interval, 1)}
	take := func(want bool, used uint64, length time.Duration) {
		t.Helper()
		select {
		case i := <-g.lines:
			l, _ := i.Length()
			if !want || i.UsedMax != model.Of(used) || l != length {
				t.Errorf("a line of %v with %+v, want %v of %v with %d", l, i.UsedMax, want, length, used)
			}
		default:
			if want {
				t.Error("no line came")
			}
		}
	}
	g.each(&model.Moment{Wait: "a ring"})
	g.each(&model.Moment{Sample: &model.Sample{Ring: ring, State: model.Looking}})
	g.each(moment(0, 8))
	take(true, 8, 0)
	g.each(moment(400*time.Millisecond, 800, model.Finding{Severity: model.Warning}))
	take(false, 0, 0)
	g.each(moment(1050*time.Millisecond, 16))
	take(true, 800, 1050*time.Millisecond)
	g.each(moment(2010*time.Millisecond, 24)) // the grid does not drift
	g.each(moment(3010*time.Millisecond, 32)) // the last line still waits
	take(true, 24, 960*time.Millisecond)
	g.each(moment(3500*time.Millisecond, 4))
	take(true, 32, 1490*time.Millisecond)
	last := moment(3600*time.Millisecond, 40)
	g.each(last)
	if i, ok := g.last(last); !ok || i.UsedMax != model.Of[uint64](40) {
		t.Errorf("the last interval is %+v, %v", i, ok)
	}
	g.each(moment(4*time.Second, 8))
	if _, ok := g.last((<-g.lines).Moment); ok {
		t.Error("a moment that has a line gets another")
	}
	if g.found() != model.Warning {
		t.Errorf("the worst was %v", g.found())
	}
}
