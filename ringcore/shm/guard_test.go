//go:build unix

package shm

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"ringscope/internal/need"
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
	passed := func(by *File, err *error) (v any) {
		defer func() { v = recover() }()
		*err = read(by, cut)
		return nil
	}
	var err error
	told, _ := passed(whole, &err).(interface{ Addr() uintptr })
	if err != nil {
		t.Errorf("another's: %v", err)
	}
	switch v := passed(cut, &err); {
	case told != nil && cut.Holds(told.Addr()):
		if v != nil || !errors.Is(err, ErrTruncated) {
			t.Errorf("its own: %v, %v; want %v", v, err, ErrTruncated)
		}
	case os.Getenv(need.Emulator) == "":
		t.Errorf("the fault is told to be elsewhere: %v", told)
	case v == nil: // an emulator tells of a fault, and not where
		t.Error("a fault that may be anybody's is taken for one of its own")
	}
	err = nil
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
