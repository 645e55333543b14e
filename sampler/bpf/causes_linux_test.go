package bpf

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

// TestFindsAReaderAsleep: records come with BPF_RB_NO_WAKEUP, and who sleeps in epoll hears of none of them, with or without a timeout.
func TestFindsAReaderAsleep(t *testing.T) {
	need.BPF(t)
	for name, timeout := range map[string]time.Duration{"without timeout": 0, "with a timeout": 100 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := bpftest.Make(t, "asleep", 1<<16)
			p := r.StartReading(t, bpftest.Reading{Timeout: timeout})
			w := r.NewWriterOf(t, bpftest.Writing{Length: 100, Flags: bpftest.NoWakeup, File: "open.bpf.c", Line: 23})
			g := watched(t, r)
			g.looked(p.PID)
			w.Pace(t, 50*time.Millisecond, bpftest.Load{Records: 1})
			f, before := g.finding(model.ReaderAsleep, func(f *model.Finding) bool { return f.Evidence.Site.Call != "" })
			e := f.Evidence
			if f.Severity != model.Problem || e.Thread.Process.PID != p.PID || !e.Thread.Waits.V || e.For < time.Second {
				t.Errorf("%+v", f)
			}
			if e.Site.WakeUp != model.WakeNone || e.Site.File != "open.bpf.c" || e.Site.Line != 23 || e.Program.Name != "produce" {
				t.Errorf("the site is %+v in %+v", e.Site, e.Program)
			}
			g.never(before, model.ConsumerStalled, model.NoConsumer, model.ConsumerSlow)
		})
	}
}

// TestFindsBursts: much comes at once, and is read at once.
func TestFindsBursts(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	r := bpftest.Make(t, "bursts", 1<<18)
	r.StartReading(t, bpftest.Reading{PerSecond: 20_000})
	g := watched(t, r)
	r.NewWriter(t, 64).Pace(t, 20*time.Millisecond, bpftest.Load{Records: 1})
	g.until("usual traffic", func(m *model.Moment) bool { return watchedFor(m) > 4*time.Second && m.Sample.Totals.Records > 50 })
	r.NewWriter(t, 64).Pace(t, 2*time.Second, bpftest.Load{Records: int(r.Size*9/10) / int(bpftest.Span(64))})
	f, before := g.finding(model.Burst, nil)
	if e := f.Evidence; f.Severity != model.Warning || e.Came < r.Size/2 || e.Within <= 0 || e.Within > time.Second || e.Needed <= r.Size {
		t.Errorf("%+v", f)
	}
	g.never(before, model.ConsumerStalled, model.ConsumerSlow, model.Undersized)
}

func TestFindsDiscards(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	r := bpftest.Make(t, "discards", 1<<18)
	r.StartReader(t, 0)
	g := watched(t, r)
	r.NewWriter(t, 64).Pace(t, 5*time.Millisecond, bpftest.Load{Records: 10, DiscardEvery: 2})
	f, _ := g.finding(model.DiscardHeavy, nil)
	if e := f.Evidence; f.Severity != model.Hint || e.Ratio < 0.45 || e.Ratio > 0.55 || e.RatioR < 0.45 || e.RatioR > 0.55 {
		t.Errorf("%+v", f)
	}
}

func TestFindsZeros(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	r := bpftest.Make(t, "zeros", 1<<18)
	r.StartReader(t, 0)
	g := watched(t, r)
	r.NewWriterOf(t, bpftest.Writing{Length: 512, Zeros: 400}).Pace(t, 5*time.Millisecond, bpftest.Load{Records: 10})
	f, _ := g.finding(model.OversizedRecord, nil)
	if e := f.Evidence; f.Severity != model.Hint || e.Ratio < 0.75 || e.Ratio > 0.85 || e.Dominant.Length != 512 {
		t.Errorf("%+v", f)
	}
}

// brief is a source that ends when it is told to.
type brief struct {
	sampler.Source
	over bool
}

func (b *brief) Look(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	pace, err := b.Source.Look(now, in)
	pace.Done = pace.Done || b.over
	return pace, err
}

// TestFindsAWakeUpPerRecord: each record is written when the reader has taken the last one, and sleeps. The clock is the test's: how many
// records a second that makes is not the machine's business.
func TestFindsAWakeUpPerRecord(t *testing.T) {
	need.BPF(t)
	need.Cores(t, 2)
	r := bpftest.Make(t, "wakeups", 1<<18)
	p := r.StartReader(t, 0)
	w, follow := r.NewWriter(t, 64), r.Follow(t)
	src, err := Open(t.Context(), Selector{ID: r.ID(t)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &brief{Source: src}
	var found *model.Finding
	last, err := sampler.Play(s, time.Unix(1_800_000_000, 0), time.Minute, sampler.Options{Interval: 10 * time.Millisecond}, model.Focus{}, func(m *model.Moment) {
		if i := slices.IndexFunc(m.Findings, func(f model.Finding) bool { return f.Code == model.WakeupPerRecord }); i >= 0 {
			found, s.over = &m.Findings[i], true
			return
		}
		for range 600 { // each 100 ms
			w.Produce(t, bpftest.Load{Records: 1})
			for limit := time.Now().Add(patience); !follow.CaughtUp(); runtime.Gosched() {
				if time.Now().After(limit) {
					t.Fatal("the reader takes nothing")
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if found == nil {
		t.Fatalf("not found in a minute; findings %v, rates %+v, readers %+v", codesOf(last), last.Sample.Rates, last.Sample.Reader)
	}
	if e := found.Evidence; found.Severity != model.Hint || e.Thread.Process.PID != p.PID || e.Thread.RecordsPerSwitch.V > 2 {
		t.Errorf("%+v", found)
	}
}

// TestFindsTwoReaders: two processes wait for the same ring.
func TestFindsTwoReaders(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	r := bpftest.Make(t, "two", 1<<18)
	r.StartReader(t, 0)
	r.StartReader(t, 0)
	g := watched(t, r)
	r.NewWriter(t, 64).Pace(t, 10*time.Millisecond, bpftest.Load{Records: 1})
	f, _ := g.finding(model.ManyReaders, nil)
	if f.Severity != model.Problem {
		t.Errorf("%+v", f)
	}
}

// TestFindsAnOversizedRing: real looks at a real ring, on a clock that runs fast: ten minutes of it pass in seconds. So it shows that the
// account of that many looks leads to the hint, and that one large record keeps it away, but not ten minutes of real traffic.
func TestFindsAnOversizedRing(t *testing.T) {
	need.BPF(t)
	for name, large := range map[string]bool{"small records": false, "a large record once": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := bpftest.Make(t, "roomy", 1<<20)
			w := r.NewWriter(t, 64)
			src, err := Open(t.Context(), Selector{ID: r.ID(t)}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			const minutes = 11 * time.Minute
			begin, pos, moments := time.Unix(1_800_000_000, 0), uint64(0), 0
			var all []*model.Moment
			last, err := sampler.Play(src, begin, minutes, sampler.Options{Interval: 100 * time.Millisecond}, model.Focus{}, func(m *model.Moment) {
				r.Forge(t, pos) // a reader that keeps up
				pos += w.Produce(t, bpftest.Load{Records: 3}).Bytes
				if moments++; large && moments == 3000 {
					r.Write(t, bpftest.Record{Length: 1 << 16})
					pos += bpftest.Span(1 << 16)
				}
				all = append(all, m)
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(all) < 6000 || last.Sample.Totals.Bytes < 6000*3*bpftest.Span(64) {
				t.Fatalf("%d moments, totals %+v", len(all), last.Sample.Totals)
			}
			g := &gallery{t: t}
			if large {
				g.never(all)
				return
			}
			if got := codesOf(last); len(got) != 1 || got[0] != model.Oversized {
				t.Fatalf("findings %v", got)
			}
			if e := last.Findings[0].Evidence; last.Findings[0].Severity != model.Hint || e.Peak != 3*bpftest.Span(64) || e.Needed == 0 || e.Needed >= r.Size {
				t.Errorf("%+v", last.Findings[0])
			}
			g.never(all[:5900]) // not before ten minutes
		})
	}
}
