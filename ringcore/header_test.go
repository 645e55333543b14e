package ringcore_test

import (
	"testing"

	"ringscope/ringcore"
)

func TestHeaderAsTheKernelWritesIt(t *testing.T) {
	// 40 00 00 40 1d 01 00 00 in memory: 64 bytes of payload, discarded, data page 282.
	h := ringcore.Linux.Decode(0x0000011d_40000040)
	want := ringcore.Header{Raw: 0x0000011d_40000040, Length: 64, Stored: 64, PageOffset: 285, Discard: true}
	if h != want {
		t.Errorf("decoded %+v, want %+v", h, want)
	}
	g := ringcore.LinuxGeometry(8<<20, 4096)
	if off, has := ringcore.Linux.PageOffset(&g, 1_158_783_040); !has || off != 285 {
		t.Errorf("page offset %d at 1,158,783,040 of 8 MiB, want 285", off)
	}
	if s := h.State(); s != ringcore.Discarded {
		t.Errorf("state %v", s)
	}
	if s := ringcore.Linux.Decode(0xc0000000).State(); s != ringcore.Busy {
		t.Errorf("busy and discard set is %v, want busy", s)
	}
}

func TestGeometryErrors(t *testing.T) {
	good := ringcore.LinuxGeometry(4096, 4096)
	mem := func(g ringcore.Geometry) ringcore.Memory {
		return ringcore.Memory{Consumer: make([]byte, 4096), Producer: make([]byte, 4096), Data: make([]byte, 2*4096)}
	}
	if _, err := ringcore.NewRing(ringcore.Linux, good, mem(good)); err != nil {
		t.Fatalf("good geometry: %v", err)
	}
	for name, change := range map[string]func(*ringcore.Geometry, *ringcore.Memory){
		"size no power of two":  func(g *ringcore.Geometry, _ *ringcore.Memory) { g.Size = 12288 },
		"size 0":                func(g *ringcore.Geometry, _ *ringcore.Memory) { g.Size = 0 },
		"size above 2 GiB":      func(g *ringcore.Geometry, _ *ringcore.Memory) { g.Size = 1 << 32 },
		"page size":             func(g *ringcore.Geometry, _ *ringcore.Memory) { g.PageSize = 1000 },
		"width":                 func(g *ringcore.Geometry, _ *ringcore.Memory) { g.PosWidth = 2 },
		"pending outside":       func(g *ringcore.Geometry, _ *ringcore.Memory) { g.Pending = 4096 },
		"data once only":        func(_ *ringcore.Geometry, m *ringcore.Memory) { m.Data = m.Data[:4096] },
		"no consumer page":      func(_ *ringcore.Geometry, m *ringcore.Memory) { m.Consumer = nil },
		"unaligned data":        func(_ *ringcore.Geometry, m *ringcore.Memory) { m.Data = make([]byte, 2*4096+8)[4:] },
		"short producer page":   func(g *ringcore.Geometry, m *ringcore.Memory) { g.Pending, m.Producer = 8, m.Producer[:8] },
		"overwrite past a page": func(g *ringcore.Geometry, _ *ringcore.Memory) { g.Overwrite = 1 << 20 },
	} {
		g, m := good, mem(good)
		change(&g, &m)
		if _, err := ringcore.NewRing(ringcore.Linux, g, m); err == nil {
			t.Errorf("%s: no error", name)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
	if _, err := ringcore.NewRing(nil, good, mem(good)); err == nil {
		t.Error("no format: no error")
	}
}
