package bpf

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

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
	s.endsWithItsPin(path, 5)
}

// endsWithItsOwner watches a ring that its owner and another watch, pid, hold, and expects the watch to end with the owner.
func endsWithItsOwner(t *testing.T, id uint32, owner *bpftest.Process, pid int) {
	t.Helper()
	g := watchedID(t, id)
	g.until("the owner and the other watch", func(m *model.Moment) bool {
		return m.Sample.Ring != nil && slices.Equal(pids(m.Sample.Ring.Owners), sorted(owner.PID, pid))
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
		endsWithItsOwner(t, id, owner, other.Process.Pid)
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
