package bpf

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

// readership looks until a report satisfies ok, with a census as often as needed.
func (s *stage) readership(what string, ok func(model.Readership) bool) model.Readership {
	s.t.Helper()
	s.census()
	seen := len(s.reader)
	s.t.Cleanup(func() {
		if s.t.Failed() && len(s.reader) > 0 {
			s.t.Logf("the last of %d reports: %+v", len(s.reader), s.reader[len(s.reader)-1])
		}
	})
	s.until(what, 50*time.Millisecond, func(sampler.Pace) bool {
		for ; seen < len(s.reader); seen++ {
			if ok(s.reader[seen]) {
				return true
			}
		}
		return false
	})
	return s.reader[seen]
}

// waitersOf counts the threads of a process that wait for the ring, and those of which nobody knows.
func waitersOf(r model.Readership, pid int) (waits, unknown int) {
	for i := range r.Threads {
		switch t := &r.Threads[i]; {
		case t.Process.PID != pid:
		case !t.Waits.Known():
			unknown++
		case t.Waits.V:
			waits++
		}
	}
	return waits, unknown
}

// TestReaderWaits: however a reader waits for its ring, and with whatever timeout, the thread that does is found.
func TestReaderWaits(t *testing.T) {
	need.BPF(t)
	for _, how := range []bpftest.Reading{
		{Wait: bpftest.Epoll},
		{Wait: bpftest.Nested},
		{Wait: bpftest.Poll},
		{Wait: bpftest.Select},
		{Wait: bpftest.Epoll, Timeout: 100 * time.Millisecond},
		{Wait: bpftest.Poll, Timeout: 100 * time.Millisecond},
		{Wait: bpftest.Epoll, Timeout: time.Millisecond},
		{Wait: bpftest.Select, Timeout: 100 * time.Millisecond},
	} {
		t.Run(fmt.Sprintf("%s/%v", how.Wait, how.Timeout), func(t *testing.T) {
			t.Parallel()
			r := bpftest.Make(t, "waited", 4096)
			other := bpftest.Make(t, "else", 4096)
			p, q := r.StartReading(t, how), other.StartReading(t, how)
			s := openStage(t, Selector{ID: r.ID(t)}, Options{})
			got := s.readership("a thread that waits", func(n model.Readership) bool {
				waits, _ := waitersOf(n, p.PID)
				return waits > 0
			})
			if first := got.Threads[0]; first.Process.PID != p.PID || !first.Waits.V || first.State != 'S' && how.Timeout == 0 || first.Voluntary == 0 {
				t.Errorf("the first thread is %+v", first)
			}
			limit := model.Of(how.Timeout)
			switch {
			case how.Timeout == 0:
				limit = model.Of(noLimit)
			case how.Wait == bpftest.Select || how.Wait == bpftest.Poll: // select and ppoll take a pointer
				limit = model.Figure[time.Duration]{}
			}
			if got.Threads[0].Timeout != limit {
				t.Errorf("its timeout is %+v, want %+v", got.Threads[0].Timeout, limit)
			}
			if got.Waiters != model.Known(1, model.AtLeast) || got.At.IsZero() {
				t.Errorf("waiters are %+v at %v, want at least one", got.Waiters, got.At)
			}
			for _, n := range s.reader {
				if waits, unknown := waitersOf(n, p.PID); waits > 1 || unknown > 0 && how.Timeout == 0 {
					t.Errorf("%d threads wait, %d unknown: %+v", waits, unknown, n.Threads)
				}
				if slices.ContainsFunc(n.Threads, func(th model.Thread) bool { return th.Process.PID != p.PID }) {
					t.Errorf("threads of somebody else: %+v; %d reads another ring", n.Threads, q.PID)
				}
			}
		})
	}
}

// TestWaitsForThisRing: a thread that waits for one ring does not wait for another, of which its process has a descriptor too.
func TestWaitsForThisRing(t *testing.T) {
	need.BPF(t)
	a, b := bpftest.Make(t, "this", 4096), bpftest.Make(t, "that", 4096)
	bell, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	tid, done := make(chan int), make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		tid <- unix.Gettid()
		fds := []unix.PollFd{{Fd: int32(b.Map.FD()), Events: unix.POLLIN}, {Fd: int32(bell), Events: unix.POLLIN}}
		_, err := unix.Poll(fds, -1)
		for errors.Is(err, unix.EINTR) {
			_, err = unix.Poll(fds, -1)
		}
		done <- err
	}()
	self, id := os.Getpid(), <-tid
	that := blocked{ring: b.ID(t)}
	for that.forget(); that.waits(self, id, nil).on != model.Of(true); that.forget() {
		time.Sleep(time.Millisecond)
	}
	this := blocked{ring: a.ID(t)}
	this.forget()
	if got := this.waits(self, id, nil).on; got != model.Of(false) {
		t.Errorf("it waits for the other ring: %+v", got)
	}
	if _, err := unix.Write(bell, []byte{1, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(<-done, unix.Close(bell)); err != nil {
		t.Error(err)
	}
}

// TestReaderDoesNotWait: who sleeps by himself, or was stopped while he waited, waits for no ring.
func TestReaderDoesNotWait(t *testing.T) {
	need.BPF(t)
	for name, how := range map[string]bpftest.Reading{"flushes": {Every: 3 * time.Second}, "stopped": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := bpftest.Make(t, "unwaited", 4096)
			p := r.StartReading(t, how)
			want := byte('S')
			if name == "stopped" {
				want = 'T'
				p.Signal(t, unix.SIGSTOP)
			}
			s := openStage(t, Selector{ID: r.ID(t)}, Options{})
			s.readership("all threads in state "+string(want), func(n model.Readership) bool {
				return len(n.Threads) > 0 && !slices.ContainsFunc(n.Threads, func(th model.Thread) bool { return th.State != want })
			})
			from := len(s.reader)
			s.until("three more reports", 100*time.Millisecond, func(sampler.Pace) bool { return len(s.reader) >= from+3 })
			for _, n := range s.reader[from:] {
				if waits, unknown := waitersOf(n, p.PID); waits > 0 || unknown > 0 || n.Waiters.V != 0 {
					t.Errorf("%d threads wait, %d unknown, waiters %+v: %+v", waits, unknown, n.Waiters, n.Threads)
				}
			}
		})
	}
}

// TestReaderWorks: counters of the thread that reads move with its work.
func TestReaderWorks(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "worked", 1<<16)
	p := r.StartReading(t, bpftest.Reading{Work: 2 * time.Millisecond})
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	first := s.readership("the reader", func(n model.Readership) bool { return len(n.Threads) > 0 })
	cpu := func(n model.Readership) (d time.Duration) {
		for i := range n.Threads {
			d += n.Threads[i].CPU
		}
		return d
	}
	const records = 50
	for range records {
		r.Write(t, bpftest.Record{Length: 8})
	}
	s.readership("its work", func(n model.Readership) bool { return cpu(n)-cpu(first) > records/2*2*time.Millisecond })
	if got := p.Stop(t).Records; got != records {
		t.Errorf("it took %d records, want %d", got, records)
	}
}

// TestReaderOfManyThreads: the one that waits is found among 2,000, and following it for a minute takes less than 2 % of a CPU.
func TestReaderOfManyThreads(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "crowd", 4096)
	const threads = 2000
	p := r.StartReading(t, bpftest.Reading{Threads: threads})
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	got := s.readership("the thread that waits", func(n model.Readership) bool {
		waits, _ := waitersOf(n, p.PID)
		return waits == 1 && n.More >= threads-model.MaxThreads
	})
	if !got.Threads[0].Waits.V || len(got.Threads) != model.MaxThreads {
		t.Errorf("%d threads, the first is %+v", len(got.Threads), got.Threads[0])
	}
	a := &readers{blocked: blocked{ring: r.ID(t)}, processes: []model.Process{{PID: p.PID}}}
	from := processCPU(t)
	a.sample(s.now)
	first := processCPU(t) - from
	rescans, rescan := 0, a.rescan
	from = processCPU(t)
	const minute = time.Minute
	for at := sampleEvery; at <= minute; at += sampleEvery {
		a.sample(s.now.Add(at))
		if !a.rescan.Equal(rescan) {
			rescans, rescan = rescans+1, a.rescan
		}
	}
	following := processCPU(t) - from
	t.Logf("%d threads: %v of CPU to find them, then %v for a minute with %d further looks at all", a.threads, first, following, rescans)
	if following > minute/50 {
		t.Errorf("a minute of following took %v of CPU, more than 2 %%", following)
	}
	if rescans > 6 {
		t.Errorf("all threads were looked at %d times in a minute", rescans)
	}
}

// processCPU is the CPU time that this process has taken.
func processCPU(t *testing.T) time.Duration {
	t.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestTwoReaders: both processes are named, and so are their threads.
func TestTwoReaders(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "shared", 4096)
	a, b := r.StartReading(t, bpftest.Reading{}), r.StartReading(t, bpftest.Reading{Every: time.Hour})
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	ring := s.censusWhere("two readers", func(r *model.Ring) bool { return r.Readers == model.Of(2) })
	want := []int{a.PID, b.PID}
	slices.Sort(want)
	if got := pids(ring.ReaderAt); !slices.Equal(got, want) {
		t.Errorf("readers are %v, want %v", got, want)
	}
	s.readership("that each reads one ring", func(n model.Readership) bool {
		return len(n.Threads) > 0 && !slices.ContainsFunc(n.Threads, func(th model.Thread) bool { return !th.Rings.Known() || th.Rings.V != 1 })
	})
	s.readership("threads of both", func(n model.Readership) bool {
		one, _ := waitersOf(n, a.PID)
		two, _ := waitersOf(n, b.PID)
		return one == 1 && two == 0 && slices.ContainsFunc(n.Threads, func(th model.Thread) bool { return th.Process.PID == b.PID })
	})
	b.Kill(t)
	s.until("the end of one", 100*time.Millisecond, func(sampler.Pace) bool { return s.ring(t).Readers == model.Of(1) })
}

// TestSuspendedReadersAreNotLookedAt: nothing is under way while the program is stopped.
func TestSuspendedReadersAreNotLookedAt(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "paused", 4096)
	r.StartReading(t, bpftest.Reading{})
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	s.readership("a report", func(n model.Readership) bool { return len(n.Threads) > 0 })
	k := s.kernel()
	if err := k.Suspend(); err != nil {
		t.Fatal(err)
	}
	if k.audience.r == nil {
		t.Error("a sample is under way")
	}
	if err := k.Resume(); err != nil {
		t.Fatal(err)
	}
	s.readership("a report after it", func(n model.Readership) bool { return len(n.Threads) > 0 })
}

func TestParseSyscall(t *testing.T) {
	for _, c := range []struct {
		raw        string
		asleep, ok bool
	}{
		{"running\n", false, true},
		{"-1 0x7ffe 0x7f06\n", false, true},
		{"232 0x3 0x7f0630bfc000 0x20000 0xffffffff 0x0 0x0 0x7fff359916e8 0x7f0630d772ad\n", true, true},
		{"232 0x3\n", false, false},
		{"", false, false},
		{"x 0x3 0x4 0x5 0x6 0x7 0x8 0x9 0xa\n", false, false},
	} {
		got, asleep, ok := parseSyscall([]byte(c.raw))
		if asleep != c.asleep || ok != c.ok {
			t.Errorf("%q: %+v, %v, %v", c.raw, got, asleep, ok)
		}
		if asleep && (got.number != 232 || got.args[0] != 3 || got.args[3] != 0xffffffff || got.stack != 0x7fff359916e8) {
			t.Errorf("%q: %+v", c.raw, got)
		}
	}
}

// TestParseStat: a thread's name can hold what separates fields.
func TestParseStat(t *testing.T) {
	var th model.Thread
	raw := "52 (a) R (b) T 1 52 52 0 -1 4194560 1 2 3 4 150 25 0 0 20 0 3 0 99 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 17 1 0 0 0 0 0"
	if !parseStat([]byte(raw), &th) {
		t.Fatal("not understood")
	}
	if th.Name != "a) R (b" || th.State != 'T' || th.CPU != 1750*time.Millisecond || th.Core != 1 {
		t.Errorf("%+v", th)
	}
	if parseStat([]byte(raw[:60]), &th) {
		t.Error("half a line is understood")
	}
	self := os.Getpid()
	var f procFile
	if th, ok := f.thread(model.Process{PID: self}, self); !ok || th.CPU <= 0 || th.Voluntary+th.Forced == 0 {
		t.Errorf("ourselves: %+v, %v", th, ok)
	}
}

func TestParseDelay(t *testing.T) {
	for raw, want := range map[string]model.Figure[time.Duration]{
		"463371 1489966 2\n": model.Of(1489966 * time.Nanosecond),
		"463371 0 2\n":       model.Of(time.Duration(0)),
		"0 0 0\n":            {},
		"463371\n":           {},
		"":                   {},
	} {
		if got := parseDelay([]byte(raw)); got != want {
			t.Errorf("%q: %v", raw, got)
		}
	}
}

// TestSchedstatThatTellsNothing: some kernels show three zeros for every thread. Then each may have run since the last look, and its
// CPU time is that of its stat.
func TestSchedstatThatTellsNothing(t *testing.T) {
	for _, c := range []struct {
		sched string
		cpu   time.Duration
		ran   bool // at the second look
	}{
		{"0 0 0\n", 0, true},
		{"", 0, true},
		{"1500000 700 3\n", 1500 * time.Microsecond, false},
	} {
		f := &follow{}
		if !f.ran([]byte(c.sched)) {
			t.Errorf("%q: it did not run before it was first looked at", c.sched)
		}
		f.known = true
		if ran := f.ran([]byte(c.sched)); ran != c.ran || f.known == ran || f.cpu != c.cpu {
			t.Errorf("%q: ran %v, known %v, CPU time %v", c.sched, ran, f.known, f.cpu)
		}
	}
}
