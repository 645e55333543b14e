//go:build linux && (amd64 || arm64)

package shmtest

import (
	"bytes"
	"os"
	"runtime"
	"testing"
)

func TestMain(m *testing.M) {
	if what := os.Getenv(playEnv); what != "" {
		play(what)
		return
	}
	os.Exit(m.Run())
}

func TestTrackedIsTheSameMemory(t *testing.T) {
	const size = 1 << 16
	page := os.Getpagesize()
	tracked, view := Tracked(t, size, page)
	if !tracked.Writable || view.Writable {
		t.Errorf("tracked writable %t, view writable %t", tracked.Writable, view.Writable)
	}
	for _, m := range []int{len(tracked.Consumer), len(tracked.Producer), len(view.Consumer), len(view.Producer)} {
		if m != page {
			t.Errorf("a position page of %d bytes, want %d", m, page)
		}
	}
	runtime.GC()
	copy(tracked.Consumer, "consumer")
	copy(tracked.Producer, "producer")
	copy(tracked.Data[size-4:], "overseam")
	runtime.GC()
	for _, c := range []struct {
		what, want string
		got        []byte
	}{
		{"consumer page", "consumer", view.Consumer},
		{"producer page", "producer", view.Producer},
		{"end of the data", "overseam", view.Data[size-4:]},
		{"start of the data", "seam", view.Data},
		{"start of the data, tracked", "seam", tracked.Data},
		{"end of the second copy", "over", view.Data[2*size-4:]},
		{"end of the second copy, tracked", "over", tracked.Data[2*size-4:]},
	} {
		if !bytes.HasPrefix(c.got, []byte(c.want)) {
			t.Errorf("%s: found %q, want %q", c.what, c.got[:min(8, len(c.got))], c.want)
		}
	}
}
