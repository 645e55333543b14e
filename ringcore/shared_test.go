package ringcore_test

import (
	"os"
	"testing"

	"ringscope/ringcore"
	"ringscope/ringcore/shm"
)

// shared is a ring in shared memory: the writers' view, and a read-only one.
func shared(t *testing.T, v variant, size uint64) (writable, readOnly *ringcore.Ring) {
	t.Helper()
	m, err := shm.Anonymous(size, os.Getpagesize())
	if err != nil {
		t.Fatal(err)
	}
	view, err := m.View()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, m := range []*shm.Mapping{view, m} {
			if err := m.Close(); err != nil {
				t.Error(err)
			}
		}
	})
	return ringOf(t, v, size, m), ringOf(t, v, size, view)
}

func ringOf(t failer, v variant, size uint64, m *shm.Mapping) *ringcore.Ring {
	g := v.geometry(size)
	g.PageSize = os.Getpagesize()
	r, err := ringcore.NewRing(v.format, g, ringcore.Memory{Consumer: m.Consumer, Producer: m.Producer, Data: m.Data})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return r
}
