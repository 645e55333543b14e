package bpf

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

// gallery keeps the moments of a real watch of a real ring.
type gallery struct {
	sampler.Watch
	t *testing.T

	mu      sync.Mutex
	moments []*model.Moment
}

// found bounds how long a finding may take. It comes within seconds where the machine has time for it.
const found = patience

// watched watches a ring as the viewer does, until the test ends.
func watched(t *testing.T, r *bpftest.Ring) *gallery { return watchedID(t, r.ID(t)) }

func watchedID(t *testing.T, id uint32) *gallery {
	t.Helper()
	src, err := Open(context.Background(), Selector{ID: id}, Options{Payload: true})
	if err != nil {
		t.Fatal(err)
	}
	g := &gallery{t: t}
	g.Watch = sampler.Start(context.Background(), src, sampler.Options{Each: func(m *model.Moment) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.moments = append(g.moments, m)
	}})
	t.Cleanup(func() {
		if err := g.Stop(); err != nil {
			t.Errorf("stop the watch: %v", err)
		}
	})
	return g
}

// from returns the moments from the n-th on.
func (g *gallery) from(n int) []*model.Moment {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.moments[min(n, len(g.moments)):])
}

// until waits for a moment that ok accepts, and returns it with all that came before.
func (g *gallery) until(what string, ok func(*model.Moment) bool) (m *model.Moment, before []*model.Moment) {
	g.t.Helper()
	for end, n := time.Now().Add(found), 0; time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		for _, m := range g.from(n) {
			n++
			if ok(m) {
				return m, g.from(0)[:n]
			}
		}
	}
	m = g.Latest()
	g.t.Fatalf("%s did not come in %v; findings %v, occupancy %+v, rates %+v, readers %+v, %+v",
		what, found, codesOf(m), m.Sample.Occupancy, m.Sample.Rates, m.Sample.Ring.Readers, m.Sample.Reader)
	return nil, nil
}

// finding waits for a finding for which ok holds; nil: any of its code.
func (g *gallery) finding(code model.Code, ok func(*model.Finding) bool) (f model.Finding, before []*model.Moment) {
	g.t.Helper()
	_, before = g.until(string(code), func(m *model.Moment) bool {
		for i := range m.Findings {
			if m.Findings[i].Code == code && (ok == nil || ok(&m.Findings[i])) {
				f = m.Findings[i]
				return true
			}
		}
		return false
	})
	return f, before
}

func codesOf(m *model.Moment) (codes []model.Code) {
	for i := range m.Findings {
		codes = append(codes, m.Findings[i].Code)
	}
	return codes
}

// looked waits until it is known who has the ring, and, with a reader told, until that was seen waiting for it. On a busy host that can take so
// long that something else is said meanwhile of data that wait; so none come before.
func (g *gallery) looked(reader int) {
	g.t.Helper()
	g.until("a look at owners and readers", func(m *model.Moment) bool {
		return m.Sample.Ring != nil && !m.Sample.Ring.Looked.IsZero() &&
			(reader == 0 || slices.ContainsFunc(m.Sample.Reader.Threads, func(t model.ThreadNow) bool { return t.Process.PID == reader && t.Waits.V }))
	})
}

// never fails if one of the moments has one of the findings; without codes, any.
func (g *gallery) never(moments []*model.Moment, codes ...model.Code) {
	g.t.Helper()
	for _, m := range moments {
		for i := range m.Findings {
			if f := &m.Findings[i]; len(codes) == 0 || slices.Contains(codes, f.Code) {
				g.t.Errorf("%v after watching began: %s since %v: %+v", m.Sample.At.Sub(m.Sample.Since), f.Code, f.Since.Sub(m.Sample.Since), f.Evidence)
				return
			}
		}
	}
}

// watchedFor is how long a moment's watch had been going on.
func watchedFor(m *model.Moment) time.Duration { return m.Sample.At.Sub(m.Sample.Since) }

func TestFindsASlowReader(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	r := bpftest.Make(t, "slow", 1<<20)
	p := r.StartReading(t, bpftest.Reading{PerSecond: 500})
	r.NewWriter(t, 100).Pace(t, 5*time.Millisecond, bpftest.Load{Records: 10})
	g := watched(t, r)
	f, before := g.finding(model.ConsumerSlow, func(f *model.Finding) bool { return f.Evidence.Reader.PID != 0 })
	if e := f.Evidence; f.Severity != model.Problem || !(e.In.V > e.Out.V && e.Out.V > 0) || e.Reader.PID != p.PID {
		t.Errorf("%+v", f)
	}
	g.never(before, model.ConsumerStalled, model.NoConsumer, model.ReaderAsleep)
}

func TestFindsAStoppedReader(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	r := bpftest.Make(t, "stopped", 1<<16)
	p := r.StartReading(t, bpftest.Reading{})
	g := watched(t, r)
	r.NewWriter(t, 100).Pace(t, 10*time.Millisecond, bpftest.Load{Records: 5})
	g.until("the reader", func(m *model.Moment) bool {
		return m.Sample.Ring.Readers == model.Of(1) && m.Sample.Totals.Consumed > 0
	})
	p.Signal(t, unix.SIGSTOP)
	f, before := g.finding(model.ConsumerStalled, func(f *model.Finding) bool { return f.Evidence.For > time.Second })
	if f.Severity != model.Problem || f.Evidence.Waiting < r.Size/2 || f.Evidence.Reader.PID != p.PID {
		t.Errorf("%+v", f)
	}
	g.never(before, model.NoConsumer, model.ReaderAsleep)
	p.Signal(t, unix.SIGCONT)
	g.until("its end", func(m *model.Moment) bool {
		return m.Sample.At.After(f.Since.Add(f.Evidence.For)) && !slices.Contains(codesOf(m), model.ConsumerStalled)
	})
}

func TestFindsThatNobodyReads(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	r := bpftest.Make(t, "unread", 1<<16)
	r.StartHolder(t)
	g := watched(t, r)
	g.looked(0)
	r.NewWriter(t, 100).Pace(t, 10*time.Millisecond, bpftest.Load{Records: 1})
	f, before := g.finding(model.NoConsumer, nil)
	if f.Severity != model.Problem || f.Evidence.Waiting == 0 {
		t.Errorf("%+v", f)
	}
	g.never(before, model.ConsumerStalled, model.ConsumerSlow, model.ReaderAsleep)
	p := r.StartReader(t, 0)
	g.until("its end", func(m *model.Moment) bool {
		return !slices.Contains(codesOf(m), model.NoConsumer) && m.Sample.Ring.Readers == model.Of(1)
	})
	if got := pids(g.Latest().Sample.Ring.ReaderAt); !slices.Equal(got, []int{p.PID}) {
		t.Errorf("readers are %v, want %d", got, p.PID)
	}
}

func TestFindsABusyHead(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	r := bpftest.Make(t, "busy", 1<<16)
	r.StartReader(t, 0)
	g := watched(t, r)
	held := r.Hold(t, 64)
	r.NewWriter(t, 100).Produce(t, bpftest.Load{Records: 20})
	f, before := g.finding(model.HeadBusy, func(f *model.Finding) bool { return f.Evidence.For > time.Second })
	if f.Severity != model.Problem || f.Evidence.Position != 0 || f.Evidence.Waiting != 20*bpftest.Span(100) {
		t.Errorf("%+v", f)
	}
	g.never(before, model.ConsumerStalled, model.NoConsumer, model.ReaderAsleep)
	held.Submit(t)
	g.until("its end", func(m *model.Moment) bool { return len(m.Findings) == 0 && m.Sample.Busy.Now == 0 })
}

// TestFindsThatLossesAreLikely: between the looks of a reader that flushes, the ring fills to the last record.
func TestFindsThatLossesAreLikely(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	r := bpftest.Make(t, "full", 1<<16)
	r.StartReader(t, 400*time.Millisecond)
	g := watched(t, r)
	w := r.NewWriter(t, 64)
	w.Pace(t, 500*time.Millisecond, bpftest.Load{Records: 2 << 16 / int(bpftest.Span(64))}) // twice what fits
	f, _ := g.finding(model.DropProne, nil)
	if f.Severity != model.Problem || f.Evidence.Largest != bpftest.Span(64) {
		t.Errorf("%+v", f)
	}
}

func TestFindsThatTheOwnerIsGone(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	p, id := bpftest.StartOwner(t, "orphan", 4096)
	g := watchedID(t, id)
	g.until("its owner", func(m *model.Moment) bool { return m.Sample.Ring != nil && len(m.Sample.Ring.Owners) > 0 })
	p.Kill(t)
	<-g.Done()
	m := g.Latest()
	if got := codesOf(m); !slices.Equal(got, []model.Code{model.OwnerGone}) || m.Findings[0].Severity != model.Warning || m.Sample.State != model.Ended {
		t.Errorf("findings %v, state %v", got, m.Sample.State)
	}
}

// TestHealthyRingsAreLeftAlone: programs that look like ill ones, watched side by side until what could mislead has really happened.
func TestHealthyRingsAreLeftAlone(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	const long = 6 * time.Second
	type healthy struct {
		name    string
		reading bpftest.Reading
		every   time.Duration
		load    bpftest.Load
		enough  func(m *model.Moment, taken int) bool // taken: moments at which more was taken than before
		gallery *gallery
	}
	all := []*healthy{
		{
			name: "flushes every 3 s", reading: bpftest.Reading{Every: 3 * time.Second},
			every: 10 * time.Millisecond, load: bpftest.Load{Records: 1},
			enough: func(_ *model.Moment, taken int) bool { return taken >= 3 },
		},
		{
			name:  "quiet",
			every: 500 * time.Millisecond, load: bpftest.Load{Records: 1},
			enough: func(m *model.Moment, _ int) bool { return m.Sample.Totals.Records >= 5 },
		},
		{
			name:  "caught up at 100 records/s",
			every: 10 * time.Millisecond, load: bpftest.Load{Records: 1},
			enough: func(m *model.Moment, _ int) bool { return m.Sample.Totals.Records >= 300 && m.Sample.Reader.Window > 0 },
		},
		{
			name: "never woken, but it polls", reading: bpftest.Reading{Wait: bpftest.Poll, Timeout: 100 * time.Millisecond},
			every: 10 * time.Millisecond, load: bpftest.Load{Records: 1, Flags: bpftest.NoWakeup},
			enough: func(m *model.Moment, taken int) bool { return m.Sample.Totals.Records >= 300 && taken >= 20 },
		},
		{
			name: "busy, but not behind", reading: bpftest.Reading{Work: time.Millisecond},
			every: 10 * time.Millisecond, load: bpftest.Load{Records: 2},
			enough: func(m *model.Moment, _ int) bool { return m.Sample.Totals.Records >= 300 },
		},
	}
	for _, h := range all {
		r := bpftest.Make(t, "healthy", 1<<20)
		r.StartReading(t, h.reading)
		h.gallery = watched(t, r)
		r.NewWriter(t, 24).Pace(t, h.every, h.load) // no zeros to speak of
	}
	for _, h := range all {
		t.Run(h.name, func(t *testing.T) {
			h.gallery.t = t
			taken, consumed := 0, uint64(0)
			_, before := h.gallery.until("enough of it", func(m *model.Moment) bool {
				if n := m.Sample.Totals.Consumed; n != consumed {
					consumed, taken = n, taken+1
				}
				return watchedFor(m) > long && h.enough(m, taken)
			})
			h.gallery.never(before)
		})
	}
}

// TestALargeRecordOnceIsNoTrouble: among small ones a single record of a quarter of the ring.
func TestALargeRecordOnceIsNoTrouble(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	r := bpftest.Make(t, "once", 1<<16)
	r.StartReading(t, bpftest.Reading{})
	g := watched(t, r)
	p := r.NewWriter(t, 24).Pace(t, 5*time.Millisecond, bpftest.Load{Records: 1})
	g.until("small records", func(m *model.Moment) bool { return m.Sample.Totals.Records > 100 && watchedFor(m) > model.LookingFor })
	r.Write(t, bpftest.Record{Length: 1 << 14})
	records := p.Truth().Records
	_, before := g.until("more small ones", func(m *model.Moment) bool { return m.Sample.Totals.Records > records+300 })
	if !slices.ContainsFunc(before, func(m *model.Moment) bool { return m.Sample.Largest.V == bpftest.Span(1<<14) }) {
		t.Error("the large record was not seen")
	}
	g.never(before)
}
