package model

import (
	"testing"
	"time"
)

// TestRatesOfThreads follows one thread over three seconds, and another that comes late.
func TestRatesOfThreads(t *testing.T) {
	var r readers
	consumed := Of(3000.0)
	at := func(s float64) time.Time { return begin.Add(time.Duration(s * float64(time.Second))) }
	thread := func(cpu time.Duration, voluntary uint64) Thread {
		return Thread{TID: 7, State: 'S', Waits: Of(true), CPU: cpu, Voluntary: voluntary}
	}
	now := func() (n ReaderNow) {
		r.fill(&n, consumed)
		return n
	}

	if n := now(); !n.At.IsZero() || n.Threads != nil {
		t.Fatalf("before any look: %+v", n)
	}
	r.take(Readership{At: at(0), Threads: []Thread{thread(0, 0)}})
	if n := now(); n.Threads[0].Share.How != Unmeasured || n.Threads[0].Switches.How != Unmeasured {
		t.Fatalf("after one look: %+v", n.Threads[0])
	}
	r.take(Readership{At: at(2), Threads: []Thread{thread(500*time.Millisecond, 600)}})
	n := now().Threads[0]
	if n.Share != Known(0.25, Sampled) || n.Switches != Known(300.0, Exact) || n.RecordsPerSwitch != Known(10.0, Sampled) || !n.Since.Equal(at(0)) {
		t.Fatalf("after two looks: %+v", n)
	}

	late := Thread{TID: 8, State: 'R', Waits: Of(false), CPU: time.Hour}
	r.take(Readership{At: at(4), Threads: []Thread{thread(3*time.Second, 600), late}})
	both := now().Threads
	if s := both[0].Share; s != Known(1.0, Sampled) {
		t.Errorf("2.5 s of CPU time in 2 s are %+v of a core", s)
	}
	if s := both[0].RecordsPerSwitch; s.How != NotApplicable {
		t.Errorf("records per switch without a switch: %+v", s)
	}
	if n := both[1]; n.Share.How != Unmeasured || !n.Since.Equal(at(4)) {
		t.Errorf("a thread seen once: %+v", n)
	}
}
