package file

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringscope/model"
	"ringscope/ringcore/shm"
	"ringscope/sampler"
)

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("no ring"), 0o600); err != nil {
		t.Fatal(err)
	}
	unknown := filepath.Join(dir, "unknown")
	f, err := shm.Create(unknown, description("tomorrow", size))
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, f)
	for path, c := range map[string]struct {
		want error
		says string
	}{
		filepath.Join(dir, "nothing"): {sampler.ErrNoSuchRing, "demo --file"},
		text:                          {shm.ErrNotRing, "expected at least"},
		dir:                           {shm.ErrNotRing, "a directory"},
		unknown:                       {sampler.ErrAmbiguous, `calls its format "tomorrow", which is none of linux, windows`},
	} {
		s, err := Open(path, Options{Payload: true})
		if s != nil {
			closing(t, s)
		}
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v, want %v that says %q and the path", filepath.Base(path), err, c.want, c.says)
		}
	}
}

// TestAnotherFileAtThePathEndsTheWatch replaces the file under a living server, which nothing but force can do.
func TestAnotherFileAtThePathEndsTheWatch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	server := start(t, path)
	s, n, c := open(t, path), &notes{}, newClock()
	c.look(t, s, n)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	start(t, path)
	if _, err := s.Look(c.now.Add(checkEvery), n); !errors.Is(err, shm.ErrReplaced) {
		t.Errorf("error %v, want %v", err, shm.ErrReplaced)
	}
	server.kill()
	if pace, err := s.Look(c.now.Add(2*checkEvery), n); err != nil || !pace.Done {
		t.Errorf("pace %+v, %v; the dead ring is still mapped and can be looked at", pace, err)
	}
}

// TestCutFileIsAnError cuts the file while it is mapped: touching what was cut off faults, and must not end the program.
func TestCutFileIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	server := start(t, path)
	server.do("produce 100")
	s, n, c := open(t, path), &notes{}, newClock()
	c.look(t, s, n)
	server.do("produce 100")
	if err := os.Truncate(path, int64(2*os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	// Between two checks the fault itself tells.
	if _, err := s.Look(c.now.Add(1), n); !errors.Is(err, shm.ErrTruncated) {
		t.Errorf("look: error %v, want %v", err, shm.ErrTruncated)
	}
	if err := s.Dump(100, func(model.Row) bool { return true }); !errors.Is(err, shm.ErrTruncated) {
		t.Errorf("dump: error %v, want %v", err, shm.ErrTruncated)
	}
}

// TestCutFileIsNoticedByWhoShowsIt cuts a ring in which nothing moves, so that looks touch only the position pages, which are left.
func TestCutFileIsNoticedByWhoShowsIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	start(t, path).do("produce 100")
	s, n, c := open(t, path), &notes{}, newClock()
	c.look(t, s, n)
	if err := os.Truncate(path, int64(2*os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	c.look(t, s, n)
	if d := s.Detail(c.now, model.Focus{Rows: 10, Payload: 10}); len(d.Rows) != 0 {
		t.Errorf("%d rows of a file that is cut", len(d.Rows))
	}
	if _, err := s.Look(c.now.Add(1), n); !errors.Is(err, shm.ErrTruncated) {
		t.Errorf("error %v, want %v", err, shm.ErrTruncated)
	}
}

func TestCutFileIsNoticedWithoutTouchingIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	start(t, path)
	s, n, c := open(t, path), &notes{}, newClock()
	c.look(t, s, n)
	if err := os.Truncate(path, int64(2*os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Look(c.now.Add(checkEvery), n); !errors.Is(err, shm.ErrTruncated) {
		t.Errorf("error %v, want %v", err, shm.ErrTruncated)
	}
}

func TestOtherPanicsPass(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	start(t, path).do("produce 1")
	s := open(t, path)
	newClock().look(t, s, &notes{})
	defer func() {
		if r := recover(); r != "mine" {
			t.Errorf("recovered %v", r)
		}
	}()
	err := s.Dump(0, func(model.Row) bool { panic("mine") })
	t.Errorf("a panic was swallowed: %v", err)
}
