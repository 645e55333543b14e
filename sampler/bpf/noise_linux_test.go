package bpf

import (
	"flag"
	"math"
	"sync"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler/bpf/bpftest"
)

var noisy = flag.Duration("noise", 3*time.Second, "how long noise is written into user rings")

// beside does step again and again in a goroutine of its own until it fails, or stop is called, or the test ends. stop returns why it failed;
// calling it twice is fine.
func beside(t *testing.T, step func() error) (stop func() error) {
	ends, failed := make(chan struct{}), make(chan error, 1)
	go func() {
		var err error
		for err == nil {
			select {
			case <-ends:
				failed <- nil
				return
			default:
				err = step()
			}
		}
		failed <- err
	}()
	stop = sync.OnceValue(func() error {
		close(ends)
		return <-failed
	})
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return stop
}

// TestNoiseInAUserRing watches rings into which noise is written, positions too, as the viewer does, and holds what it shows to sums that
// have to come out whatever stands there.
func TestNoiseInAUserRing(t *testing.T) {
	need.BPF(t)
	for seed, size := range []int{4096, 1 << 16, 1 << 20} {
		u := bpftest.MakeUser(t, "noisy", size)
		noise := u.NewNoise(uint64(seed))
		if err := noise.Step(t); err != nil {
			t.Fatal(err)
		}
		u.Drain(t, 0) // loads the program
		quiet := beside(t, func() error { return noise.Step(t) })
		g := watched(t, u.Ring)
		seen := addsUp{t: t, size: uint64(size)}
		begin, focus := time.Now(), 0
		for n := 0; time.Since(begin) < *noisy || n < 20; {
			g.Focus(focusOn(focus))
			focus++
			time.Sleep(10 * time.Millisecond)
			for _, m := range g.drain() {
				n++
				seen.check(m)
			}
			select {
			case <-g.Done():
				t.Fatalf("the watch ended after %v: %v", time.Since(begin), g.Err())
			default:
			}
			if t.Failed() {
				break
			}
		}
		if err := quiet(); err != nil {
			t.Fatal(err)
		}
		// When the noise ends and the ring is put in order, all is well again within two laps.
		u.Publish(u.Consumed())
		for end := u.Posted() + 2*u.Size; u.Posted() < end; {
			if err := u.Write(56, 0); err != nil {
				t.Fatal(err)
			}
			u.Drain(t, 0)
		}
		g.until("order", func(m *model.Moment) bool {
			p := m.Sample.Positions
			return p.Valid() && p.Producer.V == u.Posted() && p.Consumer.V == u.Posted() && m.Sample.Busy.Now == 0
		})
		last := g.Latest().Sample
		t.Logf("%d bytes: %d steps of noise, %d drains that took %d samples; %d moments with %d codes of findings; %d records seen, %d bytes missed, %d resyncs",
			size, noise.Steps, noise.Drains, noise.Taken, seen.moments, len(seen.codes), last.Totals.Records, last.Missed.Bytes, last.Missed.Resyncs)
		if last.Totals.Records == 0 || last.Missed.Resyncs == 0 || !seen.codes[model.PositionInvalid] {
			t.Errorf("too little happened: totals %+v, missed %+v, findings %v", last.Totals, last.Missed, seen.codes)
		}
	}
}

// focusOn looks at everything in turn.
func focusOn(n int) model.Focus {
	return model.Focus{
		Anchor: []model.Anchor{model.AtReader, model.AtNewest, model.AtPos}[n%3], From: uint64(n) * 8, Before: 5, Rows: 40, Payload: 64,
		Tape: model.TapeFocus{Columns: 100},
	}
}

// drain returns the moments since the last call.
func (g *gallery) drain() []*model.Moment {
	g.mu.Lock()
	defer g.mu.Unlock()
	m := g.moments
	g.moments = nil
	return m
}

// addsUp holds moments to sums that come out whatever stands in the ring.
type addsUp struct {
	t       *testing.T
	size    uint64
	moments int
	seq     uint64
	before  model.Totals
	codes   map[model.Code]bool
}

func (a *addsUp) check(m *model.Moment) {
	a.t.Helper()
	if a.codes == nil {
		a.codes = make(map[model.Code]bool)
	}
	for i := range m.Findings {
		a.codes[m.Findings[i].Code] = true
	}
	a.moments++
	s := m.Sample
	o, n, b := s.Occupancy, s.Totals, s.Busy
	resolved := n.Committed + n.Discarded + n.Unresolved
	lengths, bytes := uint64(0), uint64(0)
	for i := range s.Lengths {
		lengths += s.Lengths[i]
		bytes += s.LengthBytes[i]
	}
	for what, wrong := range map[string]bool{
		"the sequence of moments":                     s.Seq <= a.seq,
		"in use is more than there is":                o.Used.V > a.size || o.UsedMax.V > a.size || o.Peak.V > a.size,
		"share in use":                                !(o.Ratio.V >= 0 && o.Ratio.V <= 1),
		"more resolved than there were":               resolved > n.Records,
		"what is not resolved is not busy":            n.Records-resolved > b.Now,
		"more busy than are remembered":               b.Now > ringcore.MaxRemembered || len(b.At) > model.MaxBusyShown,
		"more blocked than there is":                  b.Blocked > a.size,
		"lengths are not those of the records":        lengths != n.Records,
		"lengths do not sum up to the payload":        bytes != n.Payload,
		"payload and headers are more than the bytes": n.Payload+8*n.Records > n.Bytes,
		"discarded is more than resolved":             n.DiscardedB > n.ResolvedBytes || n.ResolvedBytes > n.Bytes,
		"totals went back":                            n.Records < a.before.Records || n.Bytes < a.before.Bytes || n.Committed < a.before.Committed,
		"unread is more than there is":                s.Lag.Bytes.V > a.size || s.Lag.Records.V > a.size/8,
	} {
		if wrong {
			a.t.Errorf("moment %d: %s: %+v, %+v, %+v, %+v, lengths of %d records and %d bytes", s.Seq, what, s.Positions, o, n, b, lengths, bytes)
		}
	}
	for what, f := range map[string]model.Figure[float64]{
		"records": s.Rates.Records, "bytes": s.Rates.Bytes, "payload": s.Rates.Payload, "consumed": s.Rates.Consumed,
		"committed": s.Rates.Committed, "discarded": s.Rates.Discarded, "share of discards": s.Rates.DiscardRatioRecords,
		"share of discarded bytes": s.Rates.DiscardRatioBytes, "overhead": s.Rates.OverheadRatio, "zeros": s.Zeros,
	} {
		if f.V < 0 || math.IsNaN(f.V) || math.IsInf(f.V, 0) {
			a.t.Errorf("moment %d: rate of %s is %v", s.Seq, what, f.V)
		}
	}
	for _, row := range s.Detail.Rows {
		if row.Span > a.size || uint64(len(row.Payload)) > uint64(row.Header.Length) {
			a.t.Errorf("moment %d: a row of %+v", s.Seq, row)
		}
	}
	for i, bucket := range s.Buckets {
		if bucket.Discarded > bucket.Bytes || uint64(bucket.Bytes) > a.size {
			a.t.Errorf("moment %d: bucket %d is %+v", s.Seq, i, bucket)
		}
	}
	a.seq, a.before = s.Seq, n
}
