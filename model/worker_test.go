package model

import (
	"testing"
	"time"
)

// runtimeOf is a reader whose process has three threads that each ran for a share of the time, and waited for a core for another.
func runtimeOf(since time.Duration, shares, waits [3]float64, state byte) []Thread {
	out := make([]Thread, 3)
	for i := range out {
		out[i] = Thread{
			Process: Process{PID: 359, Comm: "slowd"}, TID: 359 + i, Name: "slowd", State: state, Waits: Of(false),
			CPU: time.Second + time.Duration(shares[i]*float64(since)), Delay: Of(time.Duration(waits[i] * float64(since))),
		}
	}
	return out
}

// slowWith lets a ring fill slowly, with the threads as of tells them.
func slowWith(t *testing.T, of func(since time.Duration) []Thread) (*world, func()) {
	t.Helper()
	w := newWorld(8 * mib)
	in, out := &stream{rate: 100 * kib}, &stream{rate: 60 * kib}
	look := w.threads(func() []Thread { return of(w.now.Sub(begin)) })
	return w, func() { look(); w.consume(out); w.produce(in, 1000) }
}

func TestStarvedReader(t *testing.T) {
	w, each := slowWith(t, func(since time.Duration) []Thread {
		return runtimeOf(since, [3]float64{0.22, 0, 0}, [3]float64{0.78, 0, 0}, 'S')
	})
	w.run(secs(10), each)
	e := w.finding(t, ConsumerSlow).Evidence
	if s := e.Thread.Starved; s.How != Sampled || s.V < 0.77 || s.V > 0.79 || e.Thread.TID != 359 || e.Shared {
		t.Errorf("%+v, shared %v", e.Thread, e.Shared)
	}
}

func TestUncountedDelayIsUnknown(t *testing.T) {
	w, each := slowWith(t, func(since time.Duration) []Thread {
		out := runtimeOf(since, [3]float64{0.22, 0, 0}, [3]float64{}, 'S')
		out[0].Delay = Figure[time.Duration]{}
		return out
	})
	w.run(secs(10), each)
	if s := w.finding(t, ConsumerSlow).Evidence.Thread.Starved; s.How != Unknown {
		t.Errorf("%+v", s)
	}
}

// TestThreadStaysNamed: which of two threads works a little more changes every second, and the finding names one and the same.
func TestThreadStaysNamed(t *testing.T) {
	shares := [3]float64{0.3, 0.2, 0}
	ran, before := [3]float64{}, time.Duration(0)
	w, each := slowWith(t, func(since time.Duration) []Thread {
		for i := range ran {
			ran[i] += shares[i] * (since - before).Seconds()
		}
		before = since
		out := runtimeOf(since, [3]float64{}, [3]float64{}, 'S')
		for i := range out {
			out[i].CPU += time.Duration(ran[i] * float64(time.Second))
		}
		return out
	})
	w.run(secs(10), each)
	first := w.finding(t, ConsumerSlow).Evidence.Thread.TID
	for range 6 {
		shares[0], shares[1] = shares[1], shares[0]
		w.run(secs(3), each)
		if got := w.finding(t, ConsumerSlow).Evidence.Thread.TID; got != first {
			t.Fatalf("names %d, and %d before", got, first)
		}
	}
	shares = [3]float64{0.01, 0.01, 0.9}
	w.run(secs(5), each)
	if got := w.finding(t, ConsumerSlow).Evidence.Thread.TID; got != 361 {
		t.Errorf("names %d, and 361 does the work", got)
	}
}

func TestThreadsShareTheWork(t *testing.T) {
	w, each := slowWith(t, func(since time.Duration) []Thread {
		return runtimeOf(since, [3]float64{0.1, 0.12, 0.09}, [3]float64{0.2, 0.2, 0.2}, 'S')
	})
	w.run(secs(10), each)
	e := w.finding(t, ConsumerSlow).Evidence
	if !e.Shared || e.Share.How != Sampled || e.Share.V < 0.30 || e.Share.V > 0.32 || e.Starved.V < 0.59 || e.Starved.V > 0.61 {
		t.Errorf("shared %v, share %+v, starved %+v", e.Shared, e.Share, e.Starved)
	}
	w.run(secs(15), func() {
		w.threads(func() []Thread { return runtimeOf(secs(10), [3]float64{0.1, 0.12, 0.09}, [3]float64{}, 'S') })()
	})
	if e := w.finding(t, ConsumerStalled).Evidence; !e.Shared {
		t.Errorf("stopped: %+v is named alone", e.Thread)
	}
}
