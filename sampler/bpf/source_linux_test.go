package bpf

import (
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

func TestWatchIsExactAndPassive(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "watched", 1<<20)
	var records []bpftest.Record
	for i := range 700 {
		records = append(records, bpftest.Record{Length: []int{0, 8, 21, 64, 100}[i%5], Discard: i%3 == 0})
	}
	r.Write(t, records...)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Payload: true})
	s.look()
	if s.before != 700 {
		t.Errorf("%d records of before were seen, want 700", s.before)
	}
	var want bpftest.Truth
	w := r.NewWriter(t, 48)
	for range 20 {
		r.Forge(t, s.last.Producer) // a reader that keeps up
		want.Add(w.Produce(t, bpftest.Load{Records: 5000, DiscardEvery: 7}))
		s.look()
	}
	if s.truth != want {
		t.Errorf("seen:     %+v\nproduced: %+v", s.truth, want)
	}
	if s.missed != 0 || len(s.bad) != 0 {
		t.Errorf("missed %d bytes, bad headers %v", s.missed, s.bad)
	}
	if ring := s.ring(t); ring.Name != "watched" || ring.Size() != 1<<20 || ring.Type != model.TypeRingbuf || ring.ID != r.ID(t) {
		t.Errorf("the ring was told as %+v", ring)
	}
	page := s.kernel().mem.memory().Consumer
	if err := unix.Mprotect(page, unix.PROT_READ|unix.PROT_WRITE); err != unix.EACCES {
		t.Errorf("make the mapping writable: %v, want %v", err, unix.EACCES)
	}
}

func TestOwnersReadersPrograms(t *testing.T) {
	need.BPFFS(t)
	r := bpftest.Make(t, "known", 4096)
	pin := fmt.Sprintf("/sys/fs/bpf/ringscope_test_known_%d", os.Getpid())
	r.Pin(t, pin)
	r.NewWriter(t, 8)
	holder, reader := r.StartHolder(t), r.StartReader(t, time.Hour)
	s := openStage(t, Selector{Name: "known"}, Options{})
	if pace := s.look(); pace.Done {
		t.Fatal("ended at once")
	}
	if ring := s.ring(t); !ring.Looked.IsZero() || ring.Readers.Known() {
		t.Errorf("owners stand in the first identity, before the first frame: %+v", ring)
	}
	ring := s.owned(holder.PID, reader.PID)
	if got := pids(ring.ReaderAt); !slices.Equal(got, []int{reader.PID}) || ring.Readers != model.Of(1) {
		t.Errorf("readers are %v, %+v, want %d alone", got, ring.Readers, reader.PID)
	}
	if !slices.Equal(ring.Pins, []string{pin}) {
		t.Errorf("pins are %q", ring.Pins)
	}
	if len(ring.Programs) != 1 || ring.Programs[0].Name != "produce" {
		t.Errorf("programs are %+v, want one called produce", ring.Programs)
	}
	reader.Kill(t)
	s.until("the reader's end", 100*time.Millisecond, func(sampler.Pace) bool { return s.ring(t).Readers == model.Of(0) })
	s.owned(holder.PID)
}

// TestUserRing watches a ring that user space writes and the kernel drains: its headers have no page offset.
func TestUserRing(t *testing.T) {
	need.BPF(t)
	const size = 4 * 4096
	r := bpftest.MakeType(t, ebpf.UserRingbuf, "from_user", size)
	page := os.Getpagesize()
	consumer, err := unix.Mmap(r.Map.FD(), 0, page, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Munmap(consumer) }()
	rest, err := unix.Mmap(r.Map.FD(), int64(page), page+2*size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Munmap(rest) }()

	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	if pace := s.look(); pace.Idle != nil {
		t.Error("a user ring is waited for: it wakes its producer, not us")
	}
	if got := s.ring(t).Geometry.PageSize; got != page {
		t.Errorf("the page size is told as %d, want %d", got, page)
	}
	g := ringcore.Geometry{Size: size, PageSize: size, PosWidth: 8, Pending: -1, Overwrite: -1} // as if it were one page: offset 0
	ring, err := ringcore.NewRing(ringcore.Linux, g, ringcore.Memory{Consumer: consumer, Producer: rest[:page], Data: rest[page:]})
	if err != nil {
		t.Fatal(err)
	}
	p, err := ringcore.NewProducer(ring)
	if err != nil {
		t.Fatal(err)
	}
	const records = size/72 - 1 // across all pages
	for i := range records {
		res, err := p.Reserve(64)
		if err != nil {
			t.Fatal(err)
		}
		if i%4 == 0 {
			p.Discard(res)
		} else {
			p.Submit(res)
		}
	}
	s.look()
	if s.truth.Records != records || s.truth.Discarded != (records+3)/4 || len(s.bad) != 0 || s.missed != 0 {
		t.Errorf("seen: %+v, bad headers %v, missed %d; want %d records", s.truth, s.bad, s.missed, records)
	}
	if ring := s.census(); ring.Readers.How != model.NotApplicable {
		t.Errorf("readers are %+v: the kernel reads it", ring.Readers)
	}

	// The last record takes what is left, to the last byte.
	at := s.last.Producer
	binary.NativeEndian.PutUint32(rest[page+int(at):], uint32(size-at-8))
	binary.NativeEndian.PutUint64(rest, size)
	late := openStage(t, Selector{ID: r.ID(t)}, Options{})
	late.look()
	if late.before != records+1 || late.missed != 0 || len(late.bad) != 0 {
		t.Errorf("in the full ring %d records were seen, %d bytes missed, bad headers %v; want %d", late.before, late.missed, late.bad, records+1)
	}
}
