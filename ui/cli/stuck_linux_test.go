package cli

import (
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler/bpf/bpftest"
	"ringscope/ui/report"
)

func codes(s report.Stat) (found []string) {
	for _, f := range s.Findings {
		found = append(found, f.Code)
	}
	return found
}

// until reads lines until ok says so of one. They end when the program has run for as long as it may.
func (p *program) until(ok func(report.Stat) bool) report.Stat {
	p.t.Helper()
	for {
		if s := p.stat(); ok(s) {
			return s
		}
	}
}

// TestStuckRecord holds a record busy with 50 finished ones behind it, as a program does that is interrupted between reserve and submit.
func TestStuckRecord(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "stuck", 1<<20)
	reader := r.StartReader(t, time.Millisecond)
	p := start(t, nil, "stat", id(t, r), "--json", "-i", "100ms")
	p.stat()
	held := r.Hold(t, 64)
	behind := make([]bpftest.Record, 50)
	for i := range behind {
		behind[i] = bpftest.Record{Length: 64}
	}
	if refused := r.Write(t, behind...); refused != 0 {
		t.Fatalf("%d records were refused", refused)
	}
	const span = 72
	first := p.until(func(s report.Stat) bool { // which a busy machine can make of the record alone, before there are any behind it
		return slices.Contains(codes(s), string(model.HeadBusy)) && s.Totals.Committed == 50
	})
	later := p.until(func(s report.Stat) bool { return s.Busy.HeadSeconds != nil && *s.Busy.HeadSeconds > 2 })
	for _, s := range []report.Stat{first, later} {
		if got := codes(s); !slices.Equal(got, []string{string(model.HeadBusy)}) {
			t.Errorf("findings %v, want head_busy alone", got)
		}
		if s.Lag.Records == nil || *s.Lag.Records != 51 || s.Busy.Now != 1 || s.Busy.BlockedBytes != 50*span {
			t.Errorf("lag %+v, busy %+v; want 51 records, one of them busy with %d bytes behind it", s.Lag, s.Busy, 50*span)
		}
		if s.Totals.Records != 51 || s.Totals.Committed != 50 || s.Totals.Discarded != 0 {
			t.Errorf("totals %+v", s.Totals)
		}
	}
	if *first.Busy.HeadSeconds >= *later.Busy.HeadSeconds {
		t.Errorf("the age went from %v to %v", *first.Busy.HeadSeconds, *later.Busy.HeadSeconds)
	}
	_, out, _ := run(t, "dump", id(t, r), "--json")
	if strings.Count(out, "\n") != 51 || strings.Count(out, `"state":"busy"`) != 1 || !strings.Contains(strings.SplitN(out, "\n", 2)[0], `"state":"busy"`) {
		t.Errorf("dumped:\n%s", out)
	}
	held.Discard(t)
	reader.Stop(t)
	p.signal(syscall.SIGINT)
	lines, _, _ := p.end()
	want := report.Totals{Records: 51, Committed: 50, Discarded: 1, Bytes: 51 * span, PayloadBytes: 51 * 64, ConsumedBytes: 51 * span}
	if last := lines[len(lines)-1]; last.Totals != want || last.Busy.Now != 0 {
		t.Errorf("at the end: %+v, busy %+v, want %+v", last.Totals, last.Busy, want)
	}
}

// TestManyBehindAStuckRecord puts 200,000 records behind a busy one. That a look then costs no more is checked by what it walks (package
// ringcore); here its CPU time is measured beside that of the same ring without them, and logged.
func TestManyBehindAStuckRecord(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "manybehind", 32<<20)
	writer := r.NewWriter(t, 64)
	p := start(t, nil, "stat", id(t, r), "--json", "-i", "100ms", "--tick", "1ms")
	p.stat()
	held := r.Hold(t, 64)
	perTick := func(what string, records uint64) {
		t.Helper()
		p.until(func(s report.Stat) bool { return s.Totals.Records == records })
		a := p.stat() // the walk itself is over
		b := p.until(func(s report.Stat) bool { return s.Observer.Ticks > a.Observer.Ticks+500 })
		cpu := (*b.Observer.CPUSeconds - *a.Observer.CPUSeconds) / float64(b.Observer.Ticks-a.Observer.Ticks)
		t.Logf("%s: %.1f µs of CPU a tick over %d ticks, published moments included", what, cpu*1e6, b.Observer.Ticks-a.Observer.Ticks)
		if b.Busy.Now != 1 || *b.Lag.Records != records || b.Missed != (report.Missed{}) {
			t.Errorf("%s: busy %+v, lag %+v, missed %+v", what, b.Busy, b.Lag, b.Missed)
		}
	}
	perTick("one busy record", 1)
	if truth := writer.Produce(t, bpftest.Load{Records: 200_000}); truth.Records != 200_000 {
		t.Fatalf("written: %+v", truth)
	}
	perTick("200,000 records behind it", 200_001)
	held.Submit(t)
	p.signal(syscall.SIGINT)
	lines, _, _ := p.end()
	if last := lines[len(lines)-1]; last.Totals.Committed != 200_001 || last.Busy.Now != 0 {
		t.Errorf("at the end: %+v, busy %+v", last.Totals, last.Busy)
	}
}
