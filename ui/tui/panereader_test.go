package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringscope/model"
	"ringscope/ui/tui/paint"
)

// sleeping is a ring whose reader sleeps on it between portions.
func sleeping() *model.Moment {
	m := calm()
	now := m.Sample.At
	p := model.Process{PID: 2211, Comm: "bootstrap", User: "root", Began: begin.Add(-4 * time.Minute)}
	m.Sample.Ring.ReaderAt, m.Sample.Ring.Owners = []model.Process{p}, []model.Process{p}
	m.Sample.Ring.Pins = []string{"/sys/fs/bpf/ev\x1b[2J", "/sys/fs/bpf/rb"}
	m.Sample.Ring.OuterIDs = []uint32{42}
	m.Sample.Rates.ConsumedRecords = model.Of(4000.0)
	m.Sample.Reader = model.ReaderNow{
		At: now, Window: time.Second, Waiters: model.Known(1, model.AtLeast), More: 14,
		Threads: []model.ThreadNow{{
			Thread: model.Thread{Process: p, TID: 4194304, Name: "\x1b[31mworker", State: 'S', Core: 127, Waits: model.Of(true)},
			Since:  now.Add(-300 * time.Millisecond), Share: model.Known(0.021, model.Sampled), Switches: model.Of(331.0),
			RecordsPerSwitch: model.Known(12.1, model.Sampled),
		}},
	}
	return m
}

func TestHowTheReaderReads(t *testing.T) {
	set := func(change func(s *model.Sample, t *model.ThreadNow)) *model.Sample {
		m := sleeping()
		change(m.Sample, &m.Sample.Reader.Threads[0])
		return m.Sample
	}
	none := model.Figure[float64]{How: model.Unmeasured}
	for _, at := range []struct {
		name       string
		s          *model.Sample
		want, also string // on the page, and beside the reader's name
	}{
		{"in portions", set(func(*model.Sample, *model.ThreadNow) {}), "~12 records at a time, every 3.0 ms; 4.00 k/s in all", "sleeping, ~2.1 % of a core"},
		{"a wake-up for each", set(func(_ *model.Sample, t *model.ThreadNow) {
			t.Switches, t.RecordsPerSwitch = model.Of(3960.0), model.Known(1.01, model.Sampled)
		}), "~1.0 records at a time, every 0.3 ms; 4.00 k/s in all", "sleeping, ~2.1 % of a core"},
		{"more wake-ups than records", set(func(_ *model.Sample, t *model.ThreadNow) {
			t.Switches, t.RecordsPerSwitch = model.Of(8000.0), model.Known(0.5, model.Sampled)
		}), "~less than 1 record at a time, every 0.1 ms; 4.00 k/s in all", "sleeping, ~2.1 % of a core"},
		{"never waits", set(func(_ *model.Sample, t *model.ThreadNow) {
			t.State, t.Share, t.Switches, t.RecordsPerSwitch = 'R', model.Known(0.991, model.Sampled), model.Of(0.0), model.Figure[float64]{How: model.NotApplicable}
		}), "4.00 k/s without ever waiting", "running, ~99 % of a core, never waits"},
		{
			"just met", set(func(_ *model.Sample, t *model.ThreadNow) { t.Share, t.Switches, t.RecordsPerSwitch = none, none, none }),
			"4.00 k/s, … waits", "sleeping on this ring",
		},
		{"threads unknown", set(func(s *model.Sample, _ *model.ThreadNow) { s.Reader = model.ReaderNow{} }), "4.00 k/s; in which portions is not known", "takes records"},
		{"stands", set(func(s *model.Sample, _ *model.ThreadNow) {
			s.Rates.ConsumedMovedRecently, s.Rates.LastRead = false, s.At.Add(-62*time.Second)
		}), "took nothing for 62 s", "sleeping on this ring; took nothing for 62 s"},
		{"stopped", set(func(s *model.Sample, t *model.ThreadNow) { t.State, t.Since = 'T', s.At.Add(-9*time.Second) }), "~12 records", "stopped by a signal"},
		{"blocked", set(func(s *model.Sample, t *model.ThreadNow) { t.State, t.Since = 'D', s.At }), "~12 records", "blocked in the kernel"},
		{"without a core", set(func(_ *model.Sample, t *model.ThreadNow) {
			t.State, t.Waits, t.Share, t.Starved = 'S', model.Of(false), model.Known(0.22, model.Sampled), model.Known(0.78, model.Sampled)
		}), "~12 records", "wants a core, gets ~22 %"},
		{"nothing measured", set(func(s *model.Sample, _ *model.ThreadNow) { s.Rates.Window = 0 }), "…", ""},
		{"just opened", set(func(s *model.Sample, _ *model.ThreadNow) {
			s.Rates.Window, s.Rates.ConsumedMovedRecently = 0, false
		}), "…", "sleeping on this ring"},
	} {
		t.Run(at.name, func(t *testing.T) {
			b := builder{m: &model.Moment{Sample: at.s}, th: paint.NewTheme(paint.Terminal{})}
			if got := b.reads(at.s); !strings.HasPrefix(got, at.want) {
				t.Errorf("it says %q, expected %q", got, at.want)
			}
			if f := (digest{s: at.s}).reader(); at.also != "" && (len(f.right) == 0 || f.right[0] != at.also) {
				t.Errorf("beside its name stands %q, expected %q", f.right, at.also)
			}
		})
	}
}

// TestIdleReaderKeepsItsThread: with every thread asleep and no room, the one that is taken for the reader's still has its line.
func TestIdleReaderKeepsItsThread(t *testing.T) {
	m := sleeping()
	for i := range 8 {
		idler := m.Sample.Reader.Threads[0]
		idler.TID, idler.State, idler.Waits, idler.Share = 9000+i, 'S', model.Of(false), model.Known(0.0, model.Sampled)
		m.Sample.Reader.Threads = append(m.Sample.Reader.Threads, idler)
	}
	m.Sample.Reader.Threads = m.Sample.Reader.Threads[1:]
	b := builder{m: m, th: paint.NewTheme(paint.Terminal{})}
	b.w = 76
	if lines := b.threads(&m.Sample.Reader, true); len(lines) != 3 { // heads, it, the others
		t.Errorf("%d lines of threads", len(lines))
	}
}

func TestIdleThreadsGiveWay(t *testing.T) {
	m := sleeping()
	busy := m.Sample.Reader.Threads[0]
	busy.Name = "reads"
	quiet := busy
	quiet.Waits, quiet.Share = model.Of(false), model.Known(0.001, model.Sampled)
	m.Sample.Reader.Threads, m.Sample.Reader.More = []model.ThreadNow{busy}, 0
	for i := range model.MaxThreads - 1 {
		quiet.TID, quiet.Name = 100+i, fmt.Sprintf("pool-%d", i)
		m.Sample.Reader.Threads = append(m.Sample.Reader.Threads, quiet)
	}
	v := still(120, 36, Config{Still: m})
	press(v, "3")
	shows(t, v, "reads  ", "7 threads more, asleep", "ringscope maps it read-only")
	hides(t, v, "pool-0")
	v.Update(tea.WindowSizeMsg{Width: 120, Height: 70})
	shows(t, v, "pool-0", "pool-6")
	hides(t, v, "more, asleep")
}
