package bpf

import (
	"math/rand/v2"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler/bpf/bpftest"
)

// scatter writes single records without wake-up until the test ends, at random times with the mean pause between them.
func scatter(t *testing.T, w *bpftest.Writer, mean time.Duration) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	beside(t, func() error {
		time.Sleep(time.Duration(random.ExpFloat64() * float64(mean)))
		_, err := w.Try(bpftest.Load{Records: 1, Flags: bpftest.NoWakeup})
		return err
	})
}

// TestAReaderThatFlushesIsLeftAlone: nothing wakes it, it polls with a timeout of 3 s and then takes what is there. Records come seldom,
// so that they wait anything from nothing to 3 s.
func TestAReaderThatFlushesIsLeftAlone(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	r := bpftest.Make(t, "flushed", 1<<16)
	r.StartReading(t, bpftest.Reading{Timeout: 3 * time.Second, Flushes: true})
	g := watched(t, r)
	scatter(t, r.NewWriter(t, 24), 1500*time.Millisecond)
	var longest time.Duration // that a record waited
	var from time.Time
	_, before := g.until("enough of it", func(m *model.Moment) bool {
		switch t := &m.Sample.Totals; {
		case t.Records == t.Consumed:
			from = time.Time{}
		case from.IsZero():
			from = m.Sample.At
		default:
			longest = max(longest, m.Sample.At.Sub(from))
		}
		return m.Sample.Totals.Consumed > 0 && longest > 2*time.Second && watchedFor(m) > 20*time.Second
	})
	g.never(before)
}

// TestFindsAPollerThatNothingWakes: its epoll set is edge-triggered and drained, no record wakes it, and after its timeouts it takes
// nothing.
func TestFindsAPollerThatNothingWakes(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	r := bpftest.Make(t, "drained", 1<<16)
	p := r.StartReading(t, bpftest.Reading{Timeout: time.Second})
	g := watched(t, r)
	g.looked(p.PID)
	scatter(t, r.NewWriter(t, 24), 300*time.Millisecond)
	f, before := g.finding(model.ReaderAsleep, nil)
	if f.Evidence.Thread.Process.PID != p.PID || f.Evidence.Thread.Timeout != model.Of(time.Second) || f.Evidence.For < time.Second {
		t.Errorf("%+v", f)
	}
	g.never(before, model.ConsumerStalled, model.NoConsumer)
}
