package shm

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func serving(t *testing.T, path string) *File {
	t.Helper()
	f, err := Create(path, described(1<<16))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, f) })
	return f
}

func TestFileIsMappedTwiceAndDescribed(t *testing.T) {
	for _, l := range layouts() {
		path := filepath.Join(t.TempDir(), "ring")
		d := described(uint64(l.size))
		d.PageSize = int(l.page)
		server, err := Create(path, d)
		if err != nil {
			t.Fatal(err)
		}
		defer closing(t, server)
		watcher, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer closing(t, watcher)
		checkShape(t, watcher.Mapping, l)
		checkDouble(t, server.Mapping, watcher.Mapping, l)
		if again, err := Open(path); err != nil {
			t.Errorf("the ring's bytes touch its description: %v", err)
		} else {
			closing(t, again)
		}
		d.PID, d.Comm = os.Getpid(), filepath.Base(os.Args[0])[:min(15, len(filepath.Base(os.Args[0])))]
		for what, f := range map[string]*File{"server": server, "watcher": watcher} {
			if diff := cmp.Diff(d, f.Description()); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
			if alive, err := f.Alive(); !alive || err != nil {
				t.Errorf("%s: alive %t, %v", what, alive, err)
			}
			if err := f.Check(); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	ring := filepath.Join(dir, "ring")
	closing(t, serving(t, ring))
	whole, err := os.ReadFile(ring)
	if err != nil {
		t.Fatal(err)
	}
	end := len(whole)
	for what, c := range map[string]struct {
		content []byte
		want    error
		says    []string
	}{
		"empty":            {nil, ErrNotRing, []string{"at least 4096 bytes", "found 0"}},
		"text":             {[]byte("hello"), ErrNotRing, []string{"found 5"}},
		"zeroes":           {make([]byte, end), ErrNotRing, []string{"RINGFILE"}},
		"one page":         {whole[:4096], ErrTruncated, []string{"found 4096"}},
		"one byte less":    {whole[:end-1], ErrTruncated, []string{"expected", "found"}},
		"one byte more":    {append(whole[:end:end], 0), ErrDamaged, []string{"expected", "found"}},
		"block cut short":  {whole[:4095], ErrNotRing, []string{"found 4095"}},
		"two rings in one": {append(whole[:end:end], whole...), ErrDamaged, nil},
	} {
		path := filepath.Join(dir, strings.ReplaceAll(what, " ", "-"))
		if err := os.WriteFile(path, c.content, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", what, err, c.want)
		}
		if f != nil {
			closing(t, f)
			continue
		}
		for _, text := range append(c.says, path) {
			if !strings.Contains(err.Error(), text) {
				t.Errorf("%s: the error does not say %q: %v", what, text, err)
			}
		}
	}
	if _, err := Open(dir); !errors.Is(err, ErrNotRing) {
		t.Errorf("a directory: error %v, want %v", err, ErrNotRing)
	}
	if _, err := Open(filepath.Join(dir, "nothing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing: error %v, want %v", err, fs.ErrNotExist)
	}
}

func TestOpenReadsADeadRing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	server := serving(t, path)
	copy(server.Data, "left behind")
	view, err := server.View()
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, view)
	closing(t, server)
	if err := server.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	watcher, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, watcher)
	for range 2 { // the first look must not leave a lock behind
		if alive, err := watcher.Alive(); alive || err != nil {
			t.Fatalf("alive %t after the server closed, though with a view left: %v", alive, err)
		}
	}
	if got := string(watcher.Data[:11]); got != "left behind" {
		t.Errorf("the ring holds %q", got)
	}
}

func TestCheckNoticesWhatHappensToTheFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows lets nobody rename or cut an open file")
	}
	path := filepath.Join(t.TempDir(), "ring")
	serving(t, path)
	watcher, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, watcher)
	if err := os.Rename(path, path+".moved"); err != nil {
		t.Fatal(err)
	}
	if err := watcher.Check(); !errors.Is(err, ErrRemoved) {
		t.Errorf("moved away: error %v, want %v", err, ErrRemoved)
	}
	if err := os.WriteFile(path, []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := watcher.Check(); !errors.Is(err, ErrReplaced) {
		t.Errorf("replaced: error %v, want %v", err, ErrReplaced)
	}
	if err := os.Rename(path+".moved", path); err != nil {
		t.Fatal(err)
	}
	if err := watcher.Check(); err != nil {
		t.Errorf("moved back: %v", err)
	}
	if err := os.Truncate(path, 8192); err != nil {
		t.Fatal(err)
	}
	if err := watcher.Check(); !errors.Is(err, ErrTruncated) {
		t.Errorf("cut: error %v, want %v", err, ErrTruncated)
	}
}

func TestRemoveTakesTheFileAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	server := serving(t, path)
	watcher, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, watcher)
	if err := server.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file: %v", err)
	}
	if alive, err := watcher.Alive(); alive || err != nil {
		t.Errorf("its ring is alive: %t, %v", alive, err)
	}
	// What somebody else has put there stays.
	server = serving(t, path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := server.Remove(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); string(b) != "mine" {
		t.Errorf("the other file holds %q, %v", b, err)
	}
}
