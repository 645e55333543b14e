//go:build unix

package shm

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"ringscope/internal/faulttest"
)

// TestGuardTellsItsOwnFaults: where the file was cut, touching it is an error; a fault anywhere else is nothing that a guard knows of, and
// any other panic neither.
func TestGuardTellsItsOwnFaults(t *testing.T) {
	open := func() (*File, string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "ring")
		serving(t, path)
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { closing(t, f) })
		return f, path
	}
	read := func(by, of *File) (err error) {
		defer by.Guard(&err)()
		if of.Data[len(of.Data)-1] > 0 {
			t.Error("something stands in an empty ring")
		}
		return nil
	}
	cut, path := open()
	whole, _ := open()
	if err := read(cut, cut); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, int64(2*os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	if err := read(cut, cut); !errors.Is(err, ErrTruncated) {
		t.Errorf("its own: %v, want %v", err, ErrTruncated)
	}
	var err error
	if _, faulted := faulttest.Faults(func() { err = read(whole, cut) }); !faulted || err != nil {
		t.Errorf("another's: %v", err)
	}
	func() {
		defer func() {
			if v := recover(); v != "else" || err != nil {
				t.Errorf("another panic is %v, %v", v, err)
			}
		}()
		defer whole.Guard(&err)()
		panic("else")
	}()
}
