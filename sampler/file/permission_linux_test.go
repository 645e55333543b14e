package file

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"ringscope/sampler"
)

// TestOpenIsNotPermitted opens the file of one user as another one.
func TestOpenIsNotPermitted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	start(t, path)
	if os.Geteuid() == 0 {
		// The user whom the file system sees, on this thread only: root may read everything.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		const nobody = 65534
		if err := unix.Setfsuid(nobody); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := unix.Setfsuid(0); err != nil {
				t.Error(err)
			}
		}()
	} else if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	s, err := Open(path, Options{})
	if s != nil {
		closing(t, s)
	}
	if !errors.Is(err, sampler.ErrNotPermitted) {
		t.Errorf("error %v, want %v", err, sampler.ErrNotPermitted)
	}
}
