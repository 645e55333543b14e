package bpf

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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

// TestNoticedInTime runs on the clock: from the kill to the end no more than two seconds. On a busy host the kernel itself may take
// longer to end a process and let go of its rings: then it is tried again.
func TestNoticedInTime(t *testing.T) {
	need.BPF(t)
	eachWay(t, func(t *testing.T) {
		took := noticed(t)
		for tries := 1; took > 2*time.Second; tries++ {
			if tries == 10 {
				t.Fatalf("noticed after %v, want within 2 s", took)
			}
			took = noticed(t)
		}
		t.Logf("noticed after %v", took)
	})
}

// noticed is how long after its owner was killed a watch ends.
func noticed(t *testing.T) (took time.Duration) {
	t.Helper()
	owner, id := bpftest.StartOwner(t, "mortal", ownSize)
	src, err := Open(t.Context(), Selector{ID: id}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := sampler.Start(t.Context(), src, sampler.Options{})
	for w.Latest() == nil || w.Latest().Sample.Ring == nil || w.Latest().Sample.Ring.Looked.IsZero() {
		time.Sleep(time.Millisecond)
	}
	owner.Kill(t)
	killed := time.Now()
	<-w.Done()
	took = time.Since(killed)
	if m := w.Latest(); m.Why != model.EndOwnerGone || m.Sample.State != model.Ended {
		t.Errorf("the last moment is in state %d, ended with %q", m.Sample.State, m.Why)
	}
	if isThere(t, id) {
		t.Error("the ring is still in the kernel")
	}
	return took
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
		for range 50 {
			if pace := s.pass(time.Second); pace.Done {
				t.Fatal("called gone, but it is pinned")
			}
			time.Sleep(time.Millisecond)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		s.until("its end", time.Second, func(p sampler.Pace) bool { return p.Done })
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

// TestHiddenHolderBesideAnotherWatch: without the iterators somebody keeps the ring whom nobody finds, and another watch looks at it too. It is
// let go of for a while, some times, in case the other waits for that, and then no more.
func TestHiddenHolderBesideAnotherWatch(t *testing.T) {
	need.BPF(t)
	withoutIterators(t)
	r := hide(t)
	id := r.ID(t)
	viewer := r.StartViewer(t)
	r.Write(t, bpftest.Record{Length: 8})
	r.Close(t)
	s := openStage(t, Selector{ID: id}, Options{})
	s.look()
	s.src.Detail(s.now, model.Focus{Rows: 10})
	s.owned(viewer.PID)
	k := s.kernel()
	times, whole := 0, true
	s.until("the end of letting go", 250*time.Millisecond, func(p sampler.Pace) bool {
		if !k.whole && p.Tick < endedEvery { // each look opens the ring for a moment, and so keeps it
			t.Errorf("it is asked for every %v", p.Tick)
		}
		if whole && !k.whole {
			times++
			if d := s.src.Detail(s.now, model.Focus{Rows: 10}); len(d.Rows) != 1 {
				t.Errorf("while it is let go of %d rows are shown, want the one that stood there", len(d.Rows))
			}
		}
		whole = k.whole
		return times == mostTries && whole
	})
	for range 200 {
		if s.pass(250 * time.Millisecond); !k.whole {
			t.Fatal("it is let go of again")
		}
		time.Sleep(time.Millisecond)
	}
	again := bpftest.Open(t, id)
	again.Write(t, bpftest.Record{Length: 8}, bpftest.Record{Length: 8})
	s.look()
	if s.truth.Records != 2 || s.missed != 0 || len(s.bad) != 0 || s.why != "" {
		t.Errorf("%d records seen, %d bytes missed, %v, ended %q; want 2 and none", s.truth.Records, s.missed, s.bad, s.why)
	}
}

func TestPeersDoNotKeepEachOther(t *testing.T) {
	need.BPF(t)
	owner, id := bpftest.StartOwner(t, "shared", 4096)
	r := bpftest.Open(t, id)
	viewer := r.StartViewer(t)
	r.Close(t)
	s := openStage(t, Selector{ID: id}, Options{})
	s.look()
	s.owned(owner.PID, viewer.PID)
	for range 20 {
		if pace := s.pass(time.Second); pace.Done {
			t.Fatal("called gone while its owner lives")
		}
	}
	owner.Kill(t)
	s.until("its end", 100*time.Millisecond, func(p sampler.Pace) bool { return p.Done })
	viewer.Kill(t)
	if isThere(t, id) {
		t.Error("the ring is still in the kernel")
	}
}

// TestPeerThatLetGo: a peer of the last census let go of the ring and lives, as one that was suspended does. It must not be taken for
// who keeps the ring.
func TestPeerThatLetGo(t *testing.T) {
	need.BPF(t)
	path := filepath.Join(mountBPFFS(t), "pinned")
	r := bpftest.Make(t, "pinned", 4096)
	r.Pin(t, path)
	viewer := r.StartViewer(t)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	r.Close(t)
	s.look()
	s.owned(viewer.PID)
	viewer.Kill(t)
	s.kernel().watcher.peers = []int{os.Getppid()} // lives, and has nothing of the ring
	for range 5 {
		if pace := s.pass(time.Second); pace.Done {
			t.Fatal("called gone, but it is pinned")
		}
		time.Sleep(time.Millisecond)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	s.until("its end", time.Second, func(p sampler.Pace) bool { return p.Done })
}

// otherEnv tells the test binary to be another watch: "iterators" or "proc", and the ring's id.
const otherEnv = "RINGSCOPE_TEST_OTHER_WATCH"

// TestTwoWatchesLetGo: two programs watch one ring. Neither takes the other for who keeps it alive when its owner is gone.
func TestTwoWatchesLetGo(t *testing.T) {
	if how, id, ok := strings.Cut(os.Getenv(otherEnv), " "); ok {
		watchAsAnother(t, how, id)
		return
	}
	need.BPF(t)
	eachWay(t, func(t *testing.T) {
		owner, id := bpftest.StartOwner(t, "shared", 4096)
		other := exec.Command("/proc/self/exe", "-test.run=^TestTwoWatchesLetGo$")
		other.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", otherEnv, filepath.Base(t.Name()), id))
		other.Stderr = os.Stderr
		out, err := other.StdoutPipe()
		if err == nil {
			err = other.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = other.Process.Kill()
			_ = other.Wait()
		})
		lines := bufio.NewScanner(out)
		says := func(want string) {
			t.Helper()
			if !lines.Scan() || lines.Text() != want {
				t.Fatalf("the other watch says %q, want %q", lines.Text(), want)
			}
		}
		says("owned")
		g := watchedID(t, id)
		g.until("the owner and the other watch", func(m *model.Moment) bool {
			return m.Sample.Ring != nil && slices.Equal(pids(m.Sample.Ring.Owners), sorted(owner.PID, other.Process.Pid))
		})
		owner.Kill(t)
		select {
		case <-g.Done():
		case <-time.After(patience):
			t.Fatal("the watch goes on")
		}
		if m := g.Latest(); m.Why != model.EndOwnerGone || !slices.Equal(codesOf(m), []model.Code{model.OwnerGone}) {
			t.Errorf("ended with %q, %v", m.Why, codesOf(m))
		}
		says(model.EndOwnerGone)
		if isThere(t, id) {
			t.Error("the ring is still in the kernel")
		}
	})
}

func sorted(ids ...int) []int {
	slices.Sort(ids)
	return ids
}

// watchAsAnother watches a ring until it ends, and says when it knows its owners, and why it ended.
func watchAsAnother(t *testing.T, how, id string) {
	if how == "proc" {
		withoutIterators(t)
	}
	n, err := strconv.ParseUint(id, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	src, err := Open(t.Context(), Selector{ID: uint32(n)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := sampler.Start(t.Context(), src, sampler.Options{})
	for w.Latest() == nil || w.Latest().Sample.Ring == nil || len(w.Latest().Sample.Ring.Owners) == 0 {
		time.Sleep(time.Millisecond)
	}
	fmt.Println("owned")
	<-w.Done()
	fmt.Println(w.Latest().Why)
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

func TestFollowName(t *testing.T) {
	need.BPF(t)
	s := openStage(t, Selector{Name: "restarting"}, Options{Wait: true})
	s.look()
	if len(s.wait) == 0 || s.wait[0] != "a ring named restarting" {
		t.Fatalf("waits for %q", s.wait)
	}
	for range 2 {
		owner, id := bpftest.StartOwner(t, "restarting", 4096)
		told := len(s.rings)
		s.until("the ring", 100*time.Millisecond, func(sampler.Pace) bool { return len(s.rings) > told })
		if got := s.ring(t).ID; got != id {
			t.Errorf("went on at ring %d, want %d", got, id)
		}
		s.census()
		waits := len(s.wait)
		owner.Kill(t)
		s.until("waiting", 100*time.Millisecond, func(sampler.Pace) bool { return len(s.wait) > waits })
		if isThere(t, id) {
			t.Error("the ring is still in the kernel")
		}
	}
}

// TestFollowHoldsNothingBefore: a watch that is opened and never looked with keeps no ring, and errors come at once.
func TestFollowHoldsNothingBefore(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "unseen", 4096)
	id := r.ID(t)
	openStage(t, Selector{Name: "unseen"}, Options{Wait: true})
	r.Close(t)
	if isThere(t, id) {
		t.Error("the ring is kept")
	}
	taken := bpftest.Make(t, "unseen", 4096)
	taken.StartIdleReader(t)
	if _, err := Open(t.Context(), Selector{Name: "unseen"}, Options{Wait: true, Consume: true}); !errors.Is(err, sampler.ErrBusyReader) {
		t.Errorf("consuming beside a reader: %v", err)
	}
	bpftest.Make(t, "unseen", 4096)
	if _, err := Open(t.Context(), Selector{Name: "unseen"}, Options{Wait: true}); !errors.Is(err, sampler.ErrAmbiguous) {
		t.Errorf("two rings of one name: %v", err)
	}
}

func TestFollowPin(t *testing.T) {
	need.BPF(t)
	path := filepath.Join(mountBPFFS(t), "slot")
	first, second := bpftest.Make(t, "first", 4096), bpftest.Make(t, "second", 8192)
	if err := first.Map.Pin(path); err != nil {
		t.Fatal(err)
	}
	s := openStage(t, Selector{Pin: path}, Options{Wait: true})
	s.look()
	s.census()
	// The first goes on living, but its path names another one.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if s.pass(time.Second); len(s.wait) > 0 {
			t.Fatal("the pin is gone, the ring is not: it should still be watched")
		}
	}
	second.Pin(t, path)
	s.until("the second ring", 100*time.Millisecond, func(sampler.Pace) bool { return s.ring(t).ID == second.ID(t) })
	if s.ring(t).Size() != 8192 {
		t.Errorf("the size is %d, want 8192", s.ring(t).Size())
	}
}

func mkdir(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
}
