package shm

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// held counts this process's descriptors, and the mappings whose name holds one of names.
func held(t *testing.T, names ...string) (descriptors, mappings int) {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(maps)) {
		for _, name := range names {
			if strings.Contains(line, name) {
				mappings++
			}
		}
	}
	return len(fds), mappings
}

func TestNothingLeaks(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ring")
	serving(t, path)
	bad := filepath.Join(dir, "bad")
	if err := os.WriteFile(bad, make([]byte, 1<<16), 0o600); err != nil {
		t.Fatal(err)
	}
	round := func() []closer {
		m, err := Anonymous(1<<16, 0)
		if err != nil {
			t.Fatal(err)
		}
		v, err := m.View()
		if err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Create(filepath.Join(dir, "other"), described(1<<16))
		if err != nil {
			t.Fatal(err)
		}
		return []closer{m, v, f, s}
	}
	for _, c := range round() { // the first use of files opens the runtime's own descriptors
		closing(t, c)
	}
	fds, maps := held(t, "memfd:ringscope", dir)
	all := round()
	if _, during := held(t, "memfd:ringscope", dir); during != maps+2*len(all) {
		t.Errorf("%d mappings while %d rings are open, %d before: this test does not see mappings", during, len(all), maps)
	}
	for _, c := range all {
		closing(t, c)
	}
	for range 50 {
		for _, c := range round() {
			closing(t, c)
		}
		for _, wrong := range []string{bad, dir, filepath.Join(dir, "nothing")} {
			if _, err := Open(wrong); err == nil {
				t.Fatalf("%s was opened", wrong)
			}
		}
		refuse(t, path, ErrServed)
		refuse(t, bad, os.ErrExist)
	}
	if fdsNow, mapsNow := held(t, "memfd:ringscope", dir); fdsNow != fds || mapsNow != maps {
		t.Errorf("%d descriptors and %d mappings, %d and %d before", fdsNow, mapsNow, fds, maps)
	}
}

func TestAnonymousKeepsItsSize(t *testing.T) {
	m, err := Anonymous(1<<16, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer closing(t, m)
	for _, size := range []int64{0, 4096, 1 << 20} {
		if err := m.backing.f.Truncate(size); err == nil {
			t.Errorf("the memory was resized to %d bytes", size)
		}
	}
}

func TestOpenDoesNotWaitForAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	refuse(t, path, os.ErrExist)
	if f, err := Open(path); err == nil {
		closing(t, f)
		t.Error("a pipe was opened")
	} else if !strings.Contains(err.Error(), "a pipe") {
		t.Errorf("the error does not say what it is: %v", err)
	}
}

// TestFileHasItsBlocks holds that no store to a new ring can find the disk full.
func TestFileHasItsBlocks(t *testing.T) {
	f := serving(t, filepath.Join(t.TempDir(), "ring"))
	var stat unix.Stat_t
	if err := unix.Fstat(int(f.f.Fd()), &stat); err != nil {
		t.Fatal(err)
	}
	if got := stat.Blocks * 512; got < stat.Size {
		t.Errorf("%d bytes have blocks, of %d", got, stat.Size)
	}
}
