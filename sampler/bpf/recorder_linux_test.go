package bpf

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

// recorder is an Intake that keeps what it was told.
type recorder struct {
	rings  []*model.Ring
	last   ringcore.Positions
	ends   int
	truth  bpftest.Truth // of what was reserved after watching began, and is resolved
	before uint64        // records of before
	busy   map[ringcore.Pos]bool
	missed uint64
	why    string
	wait   []string
	second int
	bad    []error
	reader []model.Readership
}

func (r *recorder) Begin(time.Time) {}
func (r *recorder) End(p ringcore.Positions) {
	r.last = p
	r.ends++
}
func (r *recorder) Ring(ring *model.Ring)         { r.rings = append(r.rings, ring) }
func (r *recorder) Wait(what string)              { r.wait = append(r.wait, what) }
func (r *recorder) Ended(why string)              { r.why = why }
func (r *recorder) Drops(uint64, string)          {}
func (r *recorder) Readership(n model.Readership) { r.reader = append(r.reader, n) }
func (r *recorder) SecondReader(ringcore.Pos)     { r.second++ }

func (r *recorder) Batch(b *ringcore.Batch) {
	if b.Before {
		r.before += b.Records
		return
	}
	r.truth.Add(bpftest.Truth{
		Records: b.Records, Committed: b.Committed(), Discarded: b.Discarded, Bytes: b.To - b.From, Payload: b.Payload,
	})
}

func (r *recorder) Busy(pos ringcore.Pos, _ uint64, _ bool) {
	if r.busy == nil {
		r.busy = make(map[ringcore.Pos]bool)
	}
	r.busy[pos] = true
}

func (r *recorder) Resolved(pos ringcore.Pos, raw uint64, _ bool) {
	delete(r.busy, pos)
	if h := ringcore.Linux.Decode(raw); h.Discard {
		r.truth.Discarded++
	} else {
		r.truth.Committed++
	}
}
func (r *recorder) Unresolved(pos ringcore.Pos, _ uint64, _ bool) { delete(r.busy, pos) }
func (r *recorder) Lapped(from, to ringcore.Pos, _, _ bool)       { r.missed += to - from }
func (r *recorder) Corrupt(_ ringcore.Pos, _ uint64, why error, _ ringcore.Pos, _ bool) {
	r.bad = append(r.bad, why)
}

func (r *recorder) ring(t *testing.T) *model.Ring {
	t.Helper()
	if len(r.rings) == 0 {
		t.Fatal("no ring was told")
	}
	return r.rings[len(r.rings)-1]
}

// stage is an open source and what it tells, looked at on the test's own time.
type stage struct {
	*recorder
	t   *testing.T
	src sampler.Source
	now time.Time
}

// openStage opens a ring; it is closed when the test ends.
func openStage(t *testing.T, sel Selector, o Options) *stage {
	t.Helper()
	src, err := Open(context.Background(), sel, o)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{recorder: &recorder{}, t: t, src: src, now: time.Unix(1_800_000_000, 0)}
	t.Cleanup(func() {
		if err := s.src.Close(); err != nil {
			t.Errorf("close the source: %v", err)
		}
	})
	return s
}

// kernel is the source itself.
func (s *stage) kernel() *source {
	s.t.Helper()
	k, ok := s.src.(*source)
	if !ok {
		s.t.Fatalf("the source is a %T", s.src)
	}
	return k
}

// look looks until nothing is left to be seen at once.
func (s *stage) look() sampler.Pace {
	s.t.Helper()
	for {
		pace, err := s.src.Look(s.now, s.recorder)
		if err != nil {
			s.t.Fatalf("look: %v", err)
		}
		if !pace.More || pace.Done {
			return pace
		}
	}
}

// pass lets simulated time pass, and looks.
func (s *stage) pass(d time.Duration) sampler.Pace {
	s.t.Helper()
	s.now = s.now.Add(d)
	return s.look()
}

// patience bounds what comes when the kernel gets to it: a program that was closed holds its rings until a grace period is over, and what
// has to be freed waits for a worker, on a busy host for tens of seconds; and who checks all rings of the host holds ours meanwhile. It
// decides no test that passes.
const patience = 3 * time.Minute

// until looks, a millisecond of real and at least step of simulated time apart, until done; real time only bounds it.
func (s *stage) until(what string, step time.Duration, done func(sampler.Pace) bool) sampler.Pace {
	s.t.Helper()
	for limit := time.Now().Add(patience); ; {
		pace := s.pass(step)
		if done(pace) {
			return pace
		}
		if pace.Done || time.Now().After(limit) {
			s.t.Fatalf("%s did not happen; the last ring told: %+v", what, s.ring(s.t))
		}
		time.Sleep(time.Millisecond)
	}
}

// endsWithItsPin looks so often that a ring without owners would be called gone, which its pin at path forbids, and then takes that away.
func (s *stage) endsWithItsPin(path string, looks int) {
	s.t.Helper()
	for range looks {
		if pace := s.pass(time.Second); pace.Done {
			s.t.Fatal("called gone, but it is pinned")
		}
		time.Sleep(time.Millisecond)
	}
	if err := os.Remove(path); err != nil {
		s.t.Fatal(err)
	}
	s.until("its end", time.Second, func(p sampler.Pace) bool { return p.Done })
}

// census waits until owners and readers were looked up.
func (s *stage) census() *model.Ring {
	s.t.Helper()
	s.until("a census", 0, func(sampler.Pace) bool { return !s.ring(s.t).Looked.IsZero() })
	return s.ring(s.t)
}

// censusWhere takes a census until ok holds. Other programs on this host hold our rings for moments, when they list all rings.
func (s *stage) censusWhere(what string, ok func(*model.Ring) bool) *model.Ring {
	s.t.Helper()
	s.census()
	s.until(what, 0, func(sampler.Pace) bool {
		if ok(s.ring(s.t)) {
			return true
		}
		s.kernel().watcher.asked = time.Time{}
		return false
	})
	return s.ring(s.t)
}

// owned waits until the processes that hold the ring are those of want.
func (s *stage) owned(want ...int) *model.Ring {
	s.t.Helper()
	slices.Sort(want)
	return s.censusWhere(fmt.Sprintf("owned by %d", want), func(r *model.Ring) bool { return slices.Equal(pids(r.Owners), want) })
}

func pids(ps []model.Process) (out []int) {
	for _, p := range ps {
		out = append(out, p.PID)
	}
	slices.Sort(out)
	return out
}
