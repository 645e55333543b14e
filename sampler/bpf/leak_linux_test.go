package bpf

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ringscope/internal/need"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

// holdings are this process's descriptors and mappings of BPF maps.
func holdings(t *testing.T) (descriptors, mappings int) {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	return len(fds), strings.Count(string(maps), "\n")
}

// TestNothingLeaks opens, watches and closes in every way, and counts what is left.
func TestNothingLeaks(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "leaky", 1<<16)
	r.StartHolder(t)
	sel := Selector{ID: r.ID(t)}
	once := func(i int) {
		src, err := Open(context.Background(), sel, Options{Payload: true, Consume: i%2 == 0})
		if err != nil {
			t.Fatal(err)
		}
		w := sampler.Start(context.Background(), src, sampler.Options{})
		for i%3 == 0 && (w.Latest() == nil || w.Latest().Sample.Ring == nil || w.Latest().Sample.Ring.Looked.IsZero()) {
			time.Sleep(time.Millisecond)
		}
		if i%2 == 1 {
			if err := w.Suspend(); err != nil {
				t.Fatal(err)
			}
			if err := w.Resume(); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Stop(); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []Selector{{Name: "nobody's"}, {Pin: "/nowhere"}, {PID: 1 << 22}} {
			if _, err := Open(context.Background(), bad, Options{}); err == nil {
				t.Fatal("opened")
			}
		}
		if _, err := Look(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 6 {
		once(i) // the iterator programs and the runtime's own descriptors
	}
	running := goleak.IgnoreCurrent()
	fds, maps := holdings(t)
	for i := range 30 {
		once(i)
	}
	goleak.VerifyNone(t, running)
	fdsAfter, mapsAfter := holdings(t)
	if fdsAfter > fds || mapsAfter > maps+10 { // the Go heap grows by a mapping now and then
		t.Errorf("30 watches left %d descriptors and %d mappings", fdsAfter-fds, mapsAfter-maps)
	}
}
