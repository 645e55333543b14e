package shm

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestCreateIsForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	serving(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
	if want := int64(2*os.Getpagesize() + 1<<16); info.Size() != want {
		t.Errorf("%d bytes, want %d", info.Size(), want)
	}
}

// TestCreateOverwritesNothing holds what stands at a path against Create.
func TestCreateOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	dead := filepath.Join(dir, "dead")
	closing(t, serving(t, dead))
	whole, err := os.ReadFile(dead)
	if err != nil {
		t.Fatal(err)
	}
	for what, content := range map[string][]byte{
		"empty": {}, "text": []byte("a letter"), "cut": whole[:len(whole)-1], "long": append(whole[:len(whole):len(whole)], 1),
	} {
		path := filepath.Join(dir, what)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		refuse(t, path, fs.ErrExist)
		if got, err := os.ReadFile(path); err != nil || string(got) != string(content) {
			t.Errorf("%s: the file was changed: %d bytes, %v", what, len(got), err)
		}
	}
	link := filepath.Join(dir, "link")
	refuse(t, dir, fs.ErrExist)
	if runtime.GOOS == "windows" {
		return // symbolic links are for administrators there
	}
	if err := os.Symlink(dead, link); err != nil {
		t.Fatal(err)
	}
	refuse(t, link, fs.ErrExist)
	if got, err := os.ReadFile(dead); err != nil || string(got) != string(whole) {
		t.Errorf("a dead ring was changed through a link: %v", err)
	}
}

func refuse(t *testing.T, path string, want error) {
	t.Helper()
	f, err := Create(path, described(1<<16))
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want %v", filepath.Base(path), err, want)
	}
	if f != nil {
		closing(t, f)
	}
}

func TestCreateLeavesALivingRingAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	server := serving(t, path)
	copy(server.Data, "alive")
	refuse(t, path, ErrServed)
	_, err := Create(path, described(1<<16))
	if err == nil || !strings.Contains(err.Error(), server.Description().Comm) {
		t.Errorf("the error does not say who serves it: %v", err)
	}
	if err := server.Check(); err != nil || string(server.Data[:5]) != "alive" {
		t.Errorf("it was touched: %v", err)
	}
}

func TestCreateLeavesNothingBehindWhenItFails(t *testing.T) {
	dir := t.TempDir()
	d := described(1 << 16)
	d.Size = 3000
	if _, err := Create(filepath.Join(dir, "ring"), d); !errors.Is(err, ErrLayout) {
		t.Errorf("error %v, want %v", err, ErrLayout)
	}
	if _, err := Create(filepath.Join(dir, "no", "ring"), described(1<<16)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want %v", err, fs.ErrNotExist)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestCreateTakesTheNameOfADeadRing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ring")
	first := serving(t, path)
	copy(first.Data, "first")
	watcher, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, watcher)
	closing(t, first)
	if runtime.GOOS == "windows" {
		closing(t, watcher) // what is open keeps its name there
	}
	second := serving(t, path)
	copy(second.Data, "second")
	if runtime.GOOS != "windows" {
		if got := string(watcher.Data[:5]); got != "first" {
			t.Errorf("who watched the dead ring sees %q", got)
		}
		if err := watcher.Check(); !errors.Is(err, ErrReplaced) {
			t.Errorf("error %v, want %v", err, ErrReplaced)
		}
		if alive, err := watcher.Alive(); alive || err != nil {
			t.Errorf("the dead ring's server: alive %t, %v", alive, err)
		}
	}
	next, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, next)
	if alive, err := next.Alive(); !alive || err != nil || string(next.Data[:6]) != "second" {
		t.Errorf("alive %t, %v, the ring holds %q", alive, err, next.Data[:6])
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("in the directory: %v, %v", left, err)
	}
}

// TestOnlyOneTakesTheNameOfADeadRing lets many try at once. Locks belong to open files, so goroutines compete as processes do.
func TestOnlyOneTakesTheNameOfADeadRing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	for range 20 {
		closing(t, serving(t, path))
		var won atomic.Pointer[File]
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				f, err := Create(path, described(1<<16))
				switch {
				case err == nil:
					if !won.CompareAndSwap(nil, f) {
						t.Error("two serve the same path")
						closing(t, f)
					}
				case !errors.Is(err, ErrServed) && !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist):
					t.Errorf("a loser was told: %v", err)
				}
			})
		}
		all.Wait()
		f := won.Load()
		if f == nil {
			t.Fatal("nobody serves the path")
		}
		if err := f.Check(); err != nil {
			t.Errorf("the winner's file: %v", err)
		}
		closing(t, f)
	}
}
