package bpf

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/features"
	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler/bpf/bpftest"
)

// mapOfMaps makes an array or a hash of maps that holds rings.
func mapOfMaps(t *testing.T, kind ebpf.MapType, slots uint32, rings ...*bpftest.Ring) uint32 {
	t.Helper()
	m, err := ebpf.NewMap(&ebpf.MapSpec{
		Name: "outer", Type: kind, KeySize: 4, ValueSize: 4, MaxEntries: slots,
		InnerMap: &ebpf.MapSpec{Type: ebpf.RingBuf, MaxEntries: uint32(rings[0].Size)},
	})
	if err != nil {
		t.Fatalf("make a map of maps: %v", err)
	}
	t.Cleanup(func() { _ = m.Close() })
	for i, r := range rings {
		if err := m.Put(uint32(3*i+1), r.Map); err != nil { // leaves slots empty
			t.Fatalf("put a ring into a map of maps: %v", err)
		}
	}
	info, err := m.Info()
	if err != nil {
		t.Fatal(err)
	}
	id, _ := info.ID()
	return uint32(id)
}

func TestList(t *testing.T) {
	need.BPF(t)
	dir := mountBPFFS(t)
	var rings []*bpftest.Ring
	for i := range 16 {
		name := fmt.Sprintf("list_%d", i)
		if i == 1 {
			name = "list_0"
		}
		rings = append(rings, bpftest.Make(t, name, 4096<<(i%3)))
	}
	user := bpftest.MakeType(t, ebpf.UserRingbuf, "from_user", 4096)
	pinned := filepath.Join(dir, "with space", "deeper")
	mkdir(t, filepath.Dir(pinned))
	rings[2].Pin(t, pinned)
	array := mapOfMaps(t, ebpf.ArrayOfMaps, 16, rings[3], rings[6])
	hash := mapOfMaps(t, ebpf.HashOfMaps, 16, rings[3])
	rings[4].Write(t, bpftest.Record{Length: 56}, bpftest.Record{Length: 8})
	rings[4].Forge(t, 64)
	reader := rings[5].StartReader(t, time.Hour)
	rings[7].NewWriter(t, 8)

	host, err := Look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if host.Maps < 19 {
		t.Errorf("%d maps were looked at, want at least 19", host.Maps)
	}
	byID := make(map[uint32]Listed)
	for i, l := range host.Rings {
		byID[l.Ring.ID] = l
		if i > 0 && l.Ring.ID <= host.Rings[i-1].Ring.ID {
			t.Errorf("ring %d is listed after ring %d", l.Ring.ID, host.Rings[i-1].Ring.ID)
		}
	}
	for i, r := range rings {
		l, ok := byID[r.ID(t)]
		if !ok {
			t.Errorf("ring %d is not listed", i)
			continue
		}
		if l.Err != nil || l.Ring.Name != r.Name || l.Ring.Size() != r.Size || l.Ring.Type != model.TypeRingbuf {
			t.Errorf("ring %d is listed as %+v, %v", i, l.Ring, l.Err)
		}
		if !l.Ring.Readers.Known() || l.Ring.Readers.V != 0 && i != 5 {
			t.Errorf("ring %d has readers %+v, want none", i, l.Ring.Readers)
		}
	}
	at := func(i int) Listed { return byID[rings[i].ID(t)] }
	if got := at(2).Ring.Pins; !slices.Equal(got, []string{pinned}) {
		t.Errorf("pins are %q, want %q", got, pinned)
	}
	if got := at(3).Ring.OuterIDs; !slices.Equal(got, sortedIDs(array, hash)) {
		t.Errorf("the ring in an array and a hash of maps has outer ids %d, want %d and %d", got, array, hash)
	}
	if got := at(6).Ring.OuterIDs; !slices.Equal(got, []uint32{array}) {
		t.Errorf("the second ring of the array of maps has outer ids %d, want %d", got, array)
	}
	if p := at(4).Positions; p.Consumer != 64 || p.Producer != 80 || p.ConsumerFirst != 64 {
		t.Errorf("positions are %+v, want 64 and 80", p)
	}
	if r := at(5).Ring; r.Readers != model.Of(1) || !slices.Equal(pids(r.ReaderAt), []int{reader.PID}) {
		t.Errorf("readers are %+v %+v, want %d", r.Readers, r.ReaderAt, reader.PID)
	}
	if p := at(7).Ring.Programs; len(p) != 1 || p[0].Name != "produce" {
		t.Errorf("programs are %+v", p)
	}
	if u := byID[user.ID(t)]; u.Ring == nil || u.Ring.Type != model.TypeUserRingbuf || u.Ring.Readers.How != model.NotApplicable {
		t.Errorf("the user ring is listed as %+v", u.Ring)
	}
}

func sortedIDs(ids ...uint32) []uint32 { slices.Sort(ids); return ids }

// TestProcTellsReaders: without the iterators the shape of mappings tells who reads.
func TestProcTellsReaders(t *testing.T) {
	need.BPF(t)
	withoutIterators(t)
	small, twin, big := bpftest.Make(t, "small", 4096), bpftest.Make(t, "twin", 4096), bpftest.Make(t, "big", ownSize)
	reader, viewer, holder := big.StartReader(t, time.Hour), big.StartViewer(t), big.StartHolder(t)
	other := small.StartReader(t, time.Hour)
	var host Host
	for limit, known := time.Now().Add(patience), false; !known && time.Now().Before(limit); { // on a busy host there can be no time to look at all processes
		var err error
		if host, err = Look(t.Context()); err != nil {
			t.Fatal(err)
		}
		known = slices.ContainsFunc(host.Rings, func(l Listed) bool { return l.Ring.ID == big.ID(t) && l.Ring.Readers.Known() })
	}
	for _, l := range host.Rings {
		switch l.Ring.ID {
		case big.ID(t):
			for _, want := range []int{reader.PID, viewer.PID, holder.PID} {
				if got := pids(l.Ring.Owners); !slices.Contains(got, want) {
					t.Errorf("owners are %v, want %d among them", got, want)
				}
			}
			if l.Ring.Readers != model.Known(1, model.Sampled) || !slices.Equal(pids(l.Ring.ReaderAt), []int{reader.PID}) {
				t.Errorf("readers are %+v %+v, want %d, inferred", l.Ring.Readers, l.Ring.ReaderAt, reader.PID)
			}
		case small.ID(t):
			if !slices.Equal(pids(l.Ring.ReaderAt), []int{other.PID}) {
				t.Errorf("readers of the small ring are %+v, want %d", l.Ring.ReaderAt, other.PID)
			}
		case twin.ID(t):
			if l.Ring.Readers.Known() && l.Ring.Readers.V != 0 {
				t.Errorf("readers of its twin are %+v, want none", l.Ring.Readers)
			}
		}
	}
	if len(host.Notes) == 0 {
		t.Error("nothing says that readers are inferred")
	}
}

func TestShapeOfMappings(t *testing.T) {
	const page = "7f0000000000-7f0000001000 rw-s 00000000 00:0e 12 anon_inode:bpf-map\n"
	const data4 = "7f0000002000-7f0000005000 r--s 00001000 00:0e 12 anon_inode:bpf-map\n" // page and twice 4 KiB
	const data8 = "7f0000002000-7f0000007000 r--s 00001000 00:0e 12 anon_inode:bpf-map\n"
	const whole4 = "7f0000002000-7f0000006000 r--s 00000000 00:0e 12 anon_inode:bpf-map\n"
	const other = "7f0000000000-7f0000001000 rw-p 00000000 00:0e 12 /lib/libc.so\n"
	sizes := map[uint32]uint64{1: 4096, 2: 4096, 3: 8192}
	for _, c := range []struct {
		name   string
		maps   string
		fds    []uint32
		id     uint32
		want   held
		unsure bool
	}{
		{"nothing", other, nil, 1, held{}, false},
		{"holder", other, []uint32{1}, 1, held{fd: true}, false},
		{"reader", page + data4, []uint32{1}, 1, held{fd: true, mapped: true, writable: true}, false},
		{"reader with the descriptor of another", page + data4, []uint32{1, 3}, 1, held{fd: true, mapped: true, writable: true}, false},
		{"not of this size", page + data4, []uint32{3}, 3, held{fd: true}, false},
		{"viewer", whole4, []uint32{1}, 1, held{fd: true, mapped: true}, false},
		{"one of two", page + data4, []uint32{1, 2}, 1, held{fd: true}, true},
		{"both of two", page + data4 + page + data4, []uint32{1, 2}, 2, held{fd: true, mapped: true, writable: true}, false},
		{"reads one, looks at the other", page + data4 + whole4, []uint32{1, 2}, 1, held{fd: true, mapped: true, writable: true}, true},
		{"no descriptor left", page + data4, nil, 1, held{}, true},
		{"no descriptor left, of all of that size", page + data4 + page + data4, nil, 1, held{mapped: true, writable: true}, false},
		{"no descriptor left, of the only one of that size", page + data8, nil, 3, held{mapped: true, writable: true}, false},
		{"its own twice", page + data4 + page + data4, []uint32{1}, 2, held{}, false},
		{"another ring's reader", page + data4, []uint32{1}, 2, held{}, false},
	} {
		fds := make(map[uint32]uint64)
		for _, id := range c.fds {
			fds[id] = sizes[id]
		}
		got, unsure := parseMaps([]byte(c.maps)).holds(c.id, sizes[c.id], fds, sizes)
		if got != c.want || unsure != c.unsure {
			t.Errorf("%s: %+v, unsure %v; want %+v, %v", c.name, got, unsure, c.want, c.unsure)
		}
	}
}

func TestParseMounts(t *testing.T) {
	const mountinfo = `22 1 0:20 / / rw - ext4 /dev/root rw
30 22 0:26 / /sys/fs/bpf rw,relatime shared:9 - bpf bpf rw,mode=700
31 22 0:26 / /a/longer/place rw - bpf bpf rw
32 22 0:26 /sub /elsewhere rw - bpf bpf rw
33 22 0:31 / /mnt/with\040space\134x rw - bpf none rw
broken - bpf
`
	if got, want := parseMounts(mountinfo), []string{"/elsewhere", `/mnt/with space\x`, "/sys/fs/bpf"}; !slices.Equal(got, want) {
		t.Errorf("mounts are %q, want %q", got, want)
	}
}

func TestKernelTooOld(t *testing.T) {
	yes, no := layout{"bpf_ringbuf.producer_pos": 8192}, layout{"file.f_op": 8}
	for _, c := range []struct {
		release string
		layout  layout
		types   bool
		want    bool
	}{
		{"5.4.0-42-generic", nil, false, false},
		{"5.7", nil, false, false},
		{"5.8.0", nil, false, true},
		{"6.1.0-rc1", nil, false, true},
		{"4.18.0-553.el8", yes, true, true}, // carried back
		{"5.7", no, true, false},
		{"strange", nil, false, true},
	} {
		if got := hasRings(c.release, c.layout, c.types); got != c.want {
			t.Errorf("%s (types %v): %v, want %v", c.release, c.types, got, c.want)
		}
	}
}

// TestSearchesAreBounded: a search that may not go on says so.
func TestSearchesAreBounded(t *testing.T) {
	need.BPF(t)
	path := filepath.Join(mountBPFFS(t), "pinned")
	r := bpftest.Make(t, "bounded", 4096)
	r.Pin(t, path)
	r.StartHolder(t)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if found, cut := pins(over); len(found[r.ID(t)]) != 0 || cut == "" {
		t.Errorf("pins beyond the bound: %v, %q; want none and why", found, cut)
	}
	if found, cut := pins(t.Context()); !slices.Equal(found[r.ID(t)], []string{path}) || cut != "" {
		t.Errorf("pins: %v, %q; want %s", found, cut, path)
	}
	sizes := map[uint32]uint64{r.ID(t): r.Size}
	if found, _, cut := holdersByProc(over, sizes); len(found) != 0 || cut == "" {
		t.Errorf("holders beyond the bound: %v, %q; want none and why", found, cut)
	}
}

// TestRingThatCannotBeMapped is listed with the reason.
func TestRingThatCannotBeMapped(t *testing.T) {
	need.BPF(t)
	hash, err := ebpf.NewMap(&ebpf.MapSpec{Type: ebpf.Hash, KeySize: 4, ValueSize: 4, MaxEntries: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = hash.Close() }()
	if _, err := readPositions(hash.FD(), hostGeometry(&mapInfo{Type: typeRingbuf, MaxEntries: 4096})); err == nil || !strings.Contains(err.Error(), "map 8192 bytes of the ring") {
		t.Errorf("%v, want which step failed", err)
	}
}

// needLinux skips a test on kernels before major.minor, of which why tells what it can't do there.
func needLinux(t *testing.T, major, minor uint32, why string) {
	t.Helper()
	v, err := features.LinuxVersionCode()
	if err != nil {
		t.Fatal(err)
	}
	if v < major<<16|minor<<8 {
		t.Skipf("needs Linux %d.%d: %s", major, minor, why)
	}
}

// TestSaysWhichSlotsItLeftOut: an array of maps with more slots than are looked into.
func TestSaysWhichSlotsItLeftOut(t *testing.T) {
	need.BPF(t)
	needLinux(t, 6, 8, "before, each look into a slot waits for a grace period of RCU")
	r := bpftest.Make(t, "inner", 4096)
	outer, err := ebpf.NewMap(&ebpf.MapSpec{
		Name: "long", Type: ebpf.ArrayOfMaps, KeySize: 4, ValueSize: 4, MaxEntries: maxInner + 8,
		InnerMap: &ebpf.MapSpec{Type: ebpf.RingBuf, MaxEntries: 4096},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = outer.Close() }()
	if err := outer.Put(uint32(maxInner-1), r.Map); err != nil {
		t.Fatal(err)
	}
	info, err := outer.Info()
	if err != nil {
		t.Fatal(err)
	}
	id, _ := info.ID()
	found, cut, err := outers(t.Context(), map[uint32]uint64{r.ID(t): r.Size})
	if err != nil || !slices.Contains(found[r.ID(t)], uint32(id)) {
		t.Errorf("in the last slot that is looked into: %v, %v", found, err)
	}
	if !strings.Contains(cut, "65536") || !strings.Contains(cut, fmt.Sprint(uint32(id))) {
		t.Errorf("of what was left out it says %q", cut)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if found, cut, err := outers(over, map[uint32]uint64{r.ID(t): r.Size}); err != nil || len(found) != 0 || !strings.Contains(cut, "time") || !strings.Contains(cut, fmt.Sprint(uint32(id))) {
		t.Errorf("when its time is over: %v, %q, %v; want nothing and why", found, cut, err)
	}
	defer func(usual time.Duration) { maxInnerTime = usual }(maxInnerTime)
	maxInnerTime = 0
	c := takeCensus(t.Context(), map[uint32]uint64{r.ID(t): r.Size})
	if late := func(note string) bool { return strings.HasPrefix(note, "The time for it ended") }; len(c.outers) != 0 || !slices.ContainsFunc(c.notes, late) {
		t.Errorf("a census without time for it: %v, %q; want nothing and why", c.outers, c.notes)
	}
}

// TestAMapThatCanNotBeLookedThrough is not told as one without rings. A ring has no keys to ask for.
func TestAMapThatCanNotBeLookedThrough(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "keyless", 4096)
	for what, fd := range map[string]int{"a ring": r.Map.FD(), "no descriptor": -1} {
		if ids, all, err := innerIDs(t.Context(), fd, &mapInfo{KeySize: 4, MaxEntries: 4}, nil); err == nil || all {
			t.Errorf("%s: %v, all of it: %v, %v; want an error", what, ids, all, err)
		}
	}
}
