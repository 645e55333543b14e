package bpf

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

// ownSize is that of no ring of another package's tests, which run at the same time: without iterators, mappings of like rings are told apart
// by it.
const ownSize = 1 << 19

// withoutIterators makes the iterator programs fail to load until the test ends.
func withoutIterators(t *testing.T) {
	t.Helper()
	was := loadIterators
	loadIterators = func() (*iterators, error) { return nil, errors.New("refused for this test") }
	t.Cleanup(func() { loadIterators = was })
}

// eachWay runs a test with the iterator programs and without.
func eachWay(t *testing.T, test func(t *testing.T)) {
	t.Run("iterators", test)
	t.Run("proc", func(t *testing.T) {
		withoutIterators(t)
		test(t)
	})
}

// isThere reports whether the kernel still has a map when what it does later is done: a program that was closed holds its maps until
// a grace period has passed.
func isThere(t *testing.T, id uint32) bool {
	t.Helper()
	for limit := time.Now().Add(patience); time.Now().Before(limit); {
		fd, _, err := mapByID(id)
		if isGone(err) {
			return false
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := unix.Close(fd); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return true
}

func TestOwnerKilled(t *testing.T) {
	need.BPF(t)
	eachWay(t, func(t *testing.T) {
		owner, id := bpftest.StartOwner(t, "mortal", ownSize)
		writer := bpftest.Open(t, id)
		writer.Write(t, bpftest.Record{Length: 8}, bpftest.Record{Length: 16, Discard: true})
		s := openStage(t, Selector{ID: id}, Options{Payload: true})
		s.look()
		writer.Close(t)
		s.owned(owner.PID)
		for range 50 {
			if pace := s.pass(time.Second); pace.Done {
				t.Fatal("called gone while its owner lives")
			}
		}
		s.src.Detail(s.now, model.Focus{Rows: 10})
		owner.Kill(t)
		s.until("its end", 100*time.Millisecond, func(p sampler.Pace) bool { return p.Done })
		if s.why != model.EndOwnerGone {
			t.Errorf("ended with %q, want %q", s.why, model.EndOwnerGone)
		}
		if isThere(t, id) {
			t.Error("the ring is still in the kernel: something of ours keeps it")
		}
		d := s.src.Detail(s.now, model.Focus{Rows: 10})
		if len(d.Rows) != 2 || d.Rows[1].Span != 24 {
			t.Errorf("after its end %d rows are shown, want the 2 that stood there", len(d.Rows))
		}
	})
}

// TestOwnerKilledBesideALikeRing: another process reads a ring of the same size, which is no reason to take it for who keeps the dead one.
func TestOwnerKilledBesideALikeRing(t *testing.T) {
	need.BPF(t)
	eachWay(t, func(t *testing.T) {
		like := bpftest.Make(t, "like", 4096)
		like.StartReader(t, time.Hour)
		owner, id := bpftest.StartOwner(t, "mortal", 4096)
		s := openStage(t, Selector{ID: id}, Options{})
		s.look()
		s.owned(owner.PID)
		owner.Kill(t)
		s.until("its end", 100*time.Millisecond, func(p sampler.Pace) bool { return p.Done })
		if s.why != model.EndOwnerGone || isThere(t, id) {
			t.Errorf("ended with %q", s.why)
		}
	})
}

// TestNoticedInTime: a watch ends within two seconds of when the kernel has nobody else to name who keeps the ring. They are those of the
// test's clock, which stands still while a census is under way: how long a machine takes for one, or for ending a process, decides nothing.
func TestNoticedInTime(t *testing.T) {
	need.BPF(t)
	eachWay(t, func(t *testing.T) {
		owner, id := bpftest.StartOwner(t, "mortal", ownSize)
		s := openStage(t, Selector{ID: id}, Options{})
		s.look()
		s.owned(owner.PID)
		w := &s.kernel().watcher
		awaitCensus := func() {
			for w.results != nil && len(w.results) == 0 {
				time.Sleep(time.Millisecond)
			}
		}
		awaitCensus()
		owner.Kill(t)
		from, limit := s.now, time.Now().Add(patience)
		for over := false; !over; awaitCensus() {
			censuses := len(s.rings)
			over = s.pass(sampler.LongestTick).Done // looks are never further apart
			if took := s.now.Sub(from); took > 2*time.Second || time.Now().After(limit) {
				t.Fatalf("nothing came of it within %v; the last ring told: %+v", took, s.ring(t))
			}
			// Who lists all rings of the host holds ours for a moment: a question that was answered so is asked again.
			if w.it != nil && w.kept.Equal(s.now) || w.it == nil && len(s.rings) > censuses && !w.orphan {
				from = s.now
			}
		}
		if s.why != model.EndOwnerGone {
			t.Errorf("ended with %q, want %q", s.why, model.EndOwnerGone)
		}
		if isThere(t, id) {
			t.Error("the ring is still in the kernel")
		}
	})
}

func TestPinnedWithoutProcessLives(t *testing.T) {
	need.BPF(t)
	eachWay(t, func(t *testing.T) {
		path := filepath.Join(mountBPFFS(t), "pinned")
		r := bpftest.Make(t, "pinned", ownSize)
		r.Pin(t, path)
		id := r.ID(t)
		r.Close(t)
		s := openStage(t, Selector{ID: id}, Options{})
		s.look()
		s.census()
		s.endsWithItsPin(path, 50)
		if isThere(t, id) {
			t.Error("the ring is still in the kernel")
		}
	})
}

// TestProgramKeepsRing: the last process is gone, a program is not.
func TestProgramKeepsRing(t *testing.T) {
	need.BPF(t)
	eachWay(t, func(t *testing.T) {
		r := bpftest.Make(t, "used", 4096)
		w := r.NewWriter(t, 8)
		id := r.ID(t)
		s := openStage(t, Selector{ID: id}, Options{})
		s.look()
		if err := r.Map.Close(); err != nil {
			t.Fatal(err)
		}
		s.census()
		for range 30 {
			if pace := s.pass(time.Second); pace.Done {
				t.Fatal("called gone, but a program writes it")
			}
			time.Sleep(time.Millisecond)
		}
		w.Produce(t, bpftest.Load{Records: 3})
		s.look()
		if s.truth.Records != 3 {
			t.Errorf("%d records seen, want 3", s.truth.Records)
		}
	})
}

// TestHiddenHolder: without the iterators nobody is found who keeps the ring, so it is let go of; but it lives, and the watch goes on
// without a gap. A pin in a file system that is mounted nowhere any more hides it.
func TestHiddenHolder(t *testing.T) {
	need.BPF(t)
	withoutIterators(t)
	r := hide(t)
	id := r.ID(t)
	r.Write(t, bpftest.Record{Length: 8})
	r.Close(t)
	s := openStage(t, Selector{ID: id}, Options{})
	s.look()
	k := s.kernel()
	s.until("nobody to be found", 0, func(sampler.Pace) bool {
		k.watcher.ask(s.now, k)
		for k.watcher.results != nil {
			if _, err := k.watcher.news(k); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Millisecond)
		}
		k.watcher.asked = time.Time{}
		return k.watcher.orphan
	})
	over, err := k.watcher.over(s.now, k)
	if err != nil || over != suspected {
		t.Fatalf("the verdict is %v, %v, want it suspected", over, err)
	}
	if pace, err := k.part(s.now, s.recorder, over, sampler.Pace{}); err != nil || pace.Done || s.why != "" {
		t.Fatalf("let go of: %+v, %v, ended %q; but a pin holds it", pace, err, s.why)
	}
	again := bpftest.Open(t, id)
	again.Write(t, bpftest.Record{Length: 8}, bpftest.Record{Length: 8})
	s.look()
	if s.truth.Records != 2 || s.missed != 0 || len(s.bad) != 0 {
		t.Errorf("after it was taken up again: %d records seen, %d bytes missed, %v; want 2 and none", s.truth.Records, s.missed, s.bad)
	}
}

// hide makes a ring that is kept by a pin that nobody finds.
func hide(t *testing.T) *bpftest.Ring {
	t.Helper()
	dir := mountBPFFS(t)
	root, err := os.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() }) // keeps the file system
	r := bpftest.Make(t, "hidden", 4096)
	if err := r.Map.Pin(filepath.Join(dir, "hidden")); err != nil {
		t.Fatal(err)
	}
	if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Mount("bpf", dir, "bpf", 0, "") }) // for the next cleanup's unmount
	return r
}

func TestSuspendLetsGo(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "sleeper", 4096)
	id := r.ID(t)
	s := openStage(t, Selector{ID: id}, Options{})
	s.look()
	s.look()
	src := s.kernel()
	if src.watcher.results == nil {
		t.Fatal("no census is under way")
	}
	if err := src.Suspend(); err != nil {
		t.Fatal(err)
	}
	if src.watcher.results != nil {
		t.Error("a census goes on while suspended")
	}
	r.Write(t, bpftest.Record{Length: 8})
	if err := src.Resume(); err != nil {
		t.Fatal(err)
	}
	s.look()
	if s.truth.Records != 1 || s.missed != 0 {
		t.Errorf("after resuming: %d records seen, %d bytes missed; want 1 and 0", s.truth.Records, s.missed)
	}
	if err := src.Suspend(); err != nil {
		t.Fatal(err)
	}
	r.Close(t)
	if isThere(t, id) {
		t.Error("a suspended watch keeps the ring")
	}
	if err := src.Resume(); err != nil {
		t.Fatal(err)
	}
	if pace := s.look(); !pace.Done || s.why != model.EndOwnerGone {
		t.Errorf("after it ended meanwhile: done %v, %q", pace.Done, s.why)
	}
}
