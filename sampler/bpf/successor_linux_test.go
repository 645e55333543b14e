package bpf

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

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
