package bpf

import (
	"os/exec"
	"slices"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler/bpf/bpftest"
)

// heirs judges censuses a second apart, until enough of them found that more processes than the reader map the consumer page writable.
func heirs(t *testing.T, r *bpftest.Ring, reader, enough int) {
	t.Helper()
	v, id := make(rivals), r.ID(t)
	src, err := Open(t.Context(), Selector{ID: id}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}()
	s, ok := src.(*source)
	if !ok {
		t.Fatalf("the source is a %T", src)
	}
	more := 0
	for end, at := time.Now().Add(patience), time.Unix(1_800_000_000, 0); more < enough; at = at.Add(settles) {
		c := takeCensus(t.Context(), map[uint32]uint64{id: r.Size})
		c.at = at
		ring := c.tell(s.ring, 0)
		if len(ring.ReaderAt) > 1 {
			more++
		}
		got, _ := v.judge(ring)
		if !slices.Equal(pids(got.ReaderAt), []int{reader}) || got.Readers != model.Of(1) {
			t.Fatalf("readers are %v, %+v of %v, want %d alone", pids(got.ReaderAt), got.Readers, pids(ring.ReaderAt), reader)
		}
		if time.Now().After(end) {
			t.Fatalf("only %d censuses found more than the reader", more)
		}
	}
}

// TestForkedChildIsNoReader: it maps what its parent maps, and sleeps.
func TestForkedChildIsNoReader(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "forked", 4096)
	p := r.StartReading(t, bpftest.Reading{Forks: true})
	heirs(t, r, p.PID, 10)
}

// TestStartedProgramsAreNoReaders: until it becomes another program, a child by vfork shares its parent's mappings.
func TestStartedProgramsAreNoReaders(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "spawns", 4096)
	p := r.StartReading(t, bpftest.Reading{Spawns: true})
	heirs(t, r, p.PID, 3)
}

// sleeps starts a process that does nothing.
func sleeps(t *testing.T) (pid int) {
	t.Helper()
	p := exec.Command("sleep", "1000")
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.Process.Kill()
		_ = p.Wait() // says "signal: killed"
	})
	return p.Process.Pid
}

// TestEndedSinceTheCensusIsNoReader: a child by vfork that has ended before it is judged has no parent any more. It raises no doubt.
func TestEndedSinceTheCensusIsNoReader(t *testing.T) {
	reader, ended := sleeps(t), exec.Command("true")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	v, at := make(rivals), time.Unix(1_800_000_000, 0)
	for _, pids := range [][]int{{reader}, {reader, ended.Process.Pid}} {
		r := &model.Ring{ID: 1, Readers: model.Of(len(pids)), Looked: at}
		for _, pid := range pids {
			r.ReaderAt = append(r.ReaderAt, model.Process{PID: pid})
		}
		got, sure := v.judge(r)
		if len(got.ReaderAt) != 1 || got.ReaderAt[0].PID != reader || got.Readers != model.Of(1) || !sure {
			t.Errorf("of %v: %+v, %v, sure %v; want %d alone", pids, got.Readers, got.ReaderAt, sure, reader)
		}
		at = at.Add(settles)
	}
}

// TestRivals: who is told as a reader, of processes that are there from one census to the next.
func TestRivals(t *testing.T) {
	at := func(d time.Duration) time.Time { return time.Unix(1_800_000_000, 0).Add(d) }
	ring := func(now time.Time, pids ...int) *model.Ring {
		r := &model.Ring{ID: 1, Readers: model.Of(len(pids)), Looked: now}
		for _, pid := range pids {
			r.ReaderAt = append(r.ReaderAt, model.Process{PID: pid})
		}
		return r
	}
	a, b := sleeps(t), sleeps(t) // neither is the other's parent, and they use no CPU
	v := make(rivals)
	for _, c := range []struct {
		ring    *model.Ring
		readers model.Figure[int]
		sure    bool
	}{
		{ring(at(0), a), model.Of(1), true},
		{ring(at(10*time.Second), a, b), model.Known(1, model.AtLeast), false},
		{ring(at(10*time.Second+settles/2), a, b), model.Known(1, model.AtLeast), false},
		{ring(at(10*time.Second+settles), a, b), model.Of(2), true},
		{ring(at(20*time.Second), b), model.Of(1), true},
		{ring(at(21*time.Second), a, b), model.Known(1, model.AtLeast), false},
	} {
		got, sure := v.judge(c.ring)
		if got.Readers != c.readers || sure != c.sure || c.readers.How == model.Exact && len(got.ReaderAt) != c.readers.V {
			t.Errorf("after %v: %+v, %v, sure %v; want %+v, %v", c.ring.Looked.Sub(at(0)), got.Readers, pids(got.ReaderAt), sure, c.readers, c.sure)
		}
	}
}
