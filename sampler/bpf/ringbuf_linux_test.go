package bpf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
	"unsafe"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

// The tests of this file assert what those of the kernel's tools/testing/selftests/bpf/prog_tests/ringbuf.c and ringbuf_multi.c do, whose
// names they have, of the kernel and of who watches. That of overwrite mode stands in overwrite_linux_test.go.

// sampleSpan is what a sample of those tests takes: a process, a number, a value, a name, and the header.
const sampleSpan = 40

// sampleOf is the payload of one.
func sampleOf(number uint32, value uint64) []byte {
	s := binary.NativeEndian.AppendUint32(nil, uint32(os.Getpid()))
	s = binary.NativeEndian.AppendUint32(s, number)
	s = binary.NativeEndian.AppendUint64(s, value)
	return append(s, "selftest\x00\x00\x00\x00\x00\x00\x00\x00"...)
}

func valueOf(payload []byte) uint64 { return binary.NativeEndian.Uint64(payload[8:]) }

// trigger writes two samples with 333 and 777, and between them a record that is discarded.
func trigger(t *testing.T, r *bpftest.Ring, flags int) {
	t.Helper()
	refused := r.Write(t,
		bpftest.Record{Length: 32, Flags: flags, Payload: sampleOf(0, 333)},
		bpftest.Record{Length: 32, Flags: flags, Payload: sampleOf(1, 777), Discard: true},
		bpftest.Record{Length: 32, Flags: flags, Payload: sampleOf(1, 777)})
	if refused != 0 {
		t.Fatalf("%d records were refused", refused)
	}
}

// takeUntil has the reader take up to most records, or those up to the one with the value last, and tells their values.
func takeUntil(t *testing.T, c *ringcore.Consumer, most int, last uint64) (values []uint64) {
	t.Helper()
	for rec := range c.Records() {
		values = append(values, valueOf(rec.Payload))
		if v := values[len(values)-1]; v == last || len(values) == most {
			break
		}
	}
	if err := c.Err(); err != nil {
		t.Error(err)
	}
	if err := c.Release(); err != nil {
		t.Error(err)
	}
	return values
}

// TestRingbufPermissions: test_ringbuf, who may map what. Ours is only to be read.
func TestRingbufPermissions(t *testing.T) {
	need.BPF(t)
	page := uintptr(os.Getpagesize())
	r := bpftest.Make(t, "permissions", int(page))
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Payload: true})
	s.look()
	mapped := func(at, n uintptr, prot int) (unsafe.Pointer, error) {
		p, err := unix.MmapPtr(r.Map.FD(), int64(at), nil, n, prot, unix.MAP_SHARED)
		if err == nil {
			t.Cleanup(func() { _ = unix.MunmapPtr(p, n) })
		}
		return p, err
	}
	fixed := func(what string, p unsafe.Pointer, n uintptr, prots ...int) {
		t.Helper()
		for _, prot := range prots {
			if err := unix.Mprotect(unsafe.Slice((*byte)(p), n), prot); err != unix.EACCES {
				t.Errorf("protect %s as %d: %v, want %v", what, prot, err, unix.EACCES)
			}
		}
		if _, err := unix.MremapPtr(p, n, nil, n+page, unix.MREMAP_MAYMOVE); err != unix.EFAULT {
			t.Errorf("grow %s: %v, want %v", what, err, unix.EFAULT)
		}
	}
	own, err := mapped(0, page, unix.PROT_READ|unix.PROT_WRITE)
	if err != nil {
		t.Fatalf("map the consumer page writable: %v", err)
	}
	fixed("the consumer page", own, page, unix.PROT_READ|unix.PROT_WRITE|unix.PROT_EXEC)
	for what, at := range map[string]uintptr{"the producer page": page, "the data": 2 * page} {
		if _, err := mapped(at, page, unix.PROT_READ|unix.PROT_WRITE); !errors.Is(err, unix.EPERM) {
			t.Errorf("map %s writable: %v, want %v", what, err, unix.EPERM)
		}
	}
	for at := uintptr(0); at <= page; at += page {
		n := 4*page - at
		p, err := mapped(at, n, unix.PROT_READ)
		if err != nil {
			t.Fatalf("map %d bytes from %d: %v", n, at, err)
		}
		fixed(fmt.Sprintf("what is only read from %d on", at), p, n, unix.PROT_READ|unix.PROT_WRITE, unix.PROT_READ|unix.PROT_EXEC)
	}
	m := s.kernel().mem
	if m.attached != 4*page {
		t.Errorf("%d bytes are mapped to watch, want %d", m.attached, 4*page)
	}
	fixed("what is mapped to watch", m.base, m.attached, unix.PROT_READ|unix.PROT_WRITE, unix.PROT_READ|unix.PROT_EXEC)
	trigger(t, r, 0)
	if s.look(); s.truth.Records != 3 {
		t.Errorf("after all that %d records are seen, want 3", s.truth.Records)
	}
}

// TestRingbuf: test_ringbuf, two samples and one that is discarded, twice.
func TestRingbuf(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "ringbuf", 4096)
	reader, err := consumerOf(t, r)
	if err != nil {
		t.Fatal(err)
	}
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Payload: true})
	s.look()
	for round := uint64(1); round <= 2; round++ {
		was, now := 3*sampleSpan*(round-1), 3*sampleSpan*round
		trigger(t, r, 0)
		for what, want := range []uint64{3 * sampleSpan, 4096, was, now} {
			if got := r.Query(t, what); got != want {
				t.Errorf("round %d: bpf_ringbuf_query(%d) is %d, want %d", round, what, got, want)
			}
		}
		s.available(3 * sampleSpan)
		if s.last.Consumer != was || s.last.Producer != now || s.ring(t).Size() != 4096 {
			t.Errorf("round %d: positions %+v of a ring of %d, want %d and %d of 4096", round, s.last, s.ring(t).Size(), was, now)
		}
		var unread []uint64
		if err := s.kernel().Dump(32, func(row model.Row) bool {
			if row.Unread && !row.Header.Discard {
				unread = append(unread, valueOf(row.Payload))
			}
			return true
		}); err != nil {
			t.Fatal(err)
		}
		if want := []uint64{333, 777}; !slices.Equal(unread, want) {
			t.Errorf("round %d: samples %d are shown as unread, want %d", round, unread, want)
		}
		for _, want := range [][]uint64{{333, 777}, nil} {
			if got := takeUntil(t, reader, 0, 777); !slices.Equal(got, want) {
				t.Errorf("round %d: the reader takes %d, want %d", round, got, want)
			}
		}
		s.available(0)
		want := bpftest.Truth{Records: 3 * round, Committed: 2 * round, Discarded: round, Bytes: now, Payload: 96 * round}
		if s.truth != want || s.last.Consumer != now {
			t.Errorf("round %d: %+v with the reader at %d, want %+v and %d", round, s.truth, s.last.Consumer, want, now)
		}
		s.rightly()
	}
}

// TestRingbufBackgroundPoll: test_ringbuf, a reader that waits hears of nothing without wake-up, of nothing while it is behind, and of what
// is forced. The watch sees all of it meanwhile, and says that the reader sleeps.
func TestRingbufBackgroundPoll(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	const glance = 50 * time.Millisecond // in which a wake-up that should not be would show; none decides that the test passes
	r := bpftest.Make(t, "background", 4096)
	p := r.StartReading(t, bpftest.Reading{})
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Payload: true})
	g := watched(t, r)
	sleeps := func() {
		t.Helper()
		s.readership("the reader waits", func(now model.Readership) bool {
			waits, unknown := waitersOf(now, p.PID)
			return waits == 1 && unknown == 0
		})
	}
	sleeps()
	for i, flags := range []int{bpftest.NoWakeup, 0} {
		trigger(t, r, flags)
		time.Sleep(glance)
		sleeps()
		s.available(3 * sampleSpan * uint64(i+1))
		if s.last.Consumer != 0 {
			t.Fatalf("a record with flags %d woke the reader: it stands at %d", flags, s.last.Consumer)
		}
	}
	f, _ := g.finding(model.ReaderAsleep, nil)
	if f.Evidence.Thread.Process.PID != p.PID {
		t.Errorf("%+v sleeps, want a thread of process %d", f.Evidence.Thread, p.PID)
	}
	r.Write(t, bpftest.Record{Length: 32, Payload: sampleOf(0, 333)})
	r.Write(t,
		bpftest.Record{Length: 32, Payload: sampleOf(1, 777), Discard: true, Flags: bpftest.ForceWakeup},
		bpftest.Record{Length: 32, Payload: sampleOf(1, 777), Flags: bpftest.ForceWakeup})
	s.until("reading", 0, func(sampler.Pace) bool { return s.last.Consumer == 9*sampleSpan })
	if took, want := p.Stop(t), (bpftest.Tally{Records: 9, Discarded: 3, Bytes: 9 * sampleSpan}); took != want {
		t.Errorf("the reader took %+v, want %+v: 3 rounds of 2 samples", took, want)
	}
	if want := (bpftest.Truth{Records: 9, Committed: 6, Discarded: 3, Bytes: 9 * sampleSpan, Payload: 9 * 32}); s.truth != want {
		t.Errorf("seen %+v, want %+v", s.truth, want)
	}
	s.rightly()
	g.until("an end of the finding", func(m *model.Moment) bool {
		return m.Sample.Totals.Records == 9 && m.Sample.Lag.Bytes.V == 0 && !slices.Contains(codesOf(m), model.ReaderAsleep)
	})
}

// TestRingbufN: test_ringbuf_n, a reader takes four of 32 samples at a time.
func TestRingbufN(t *testing.T) {
	need.BPF(t)
	const samples, each = 32, 4
	r := bpftest.Make(t, "ringbuf_n", 4096)
	reader, err := consumerOf(t, r)
	if err != nil {
		t.Fatal(err)
	}
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	s.look()
	var records []bpftest.Record
	for i := range samples {
		records = append(records, bpftest.Record{Length: 32, Payload: sampleOf(uint32(i), 42)})
	}
	r.Write(t, records...)
	for left := uint64(samples); left > 0; {
		s.available(left * sampleSpan)
		if got := takeUntil(t, reader, each, 0); len(got) != each || slices.ContainsFunc(got, func(v uint64) bool { return v != 42 }) {
			t.Fatalf("with %d left the reader took %d, want %d times 42", left, got, each)
		}
		left -= each
		if s.look(); s.last.Consumer != (samples-left)*sampleSpan {
			t.Fatalf("with %d left the reader is seen at %d", left, s.last.Consumer)
		}
	}
	s.available(0)
	if s.truth.Committed != samples || s.truth.Records != samples {
		t.Errorf("seen %+v, want %d samples", s.truth, samples)
	}
	s.rightly()
}

// TestRingbufMapKey: test_ringbuf_map_key, a record's memory is the key and the value of a hash. The payload that is shown is that key.
func TestRingbufMapKey(t *testing.T) {
	need.BPF(t)
	needLinux(t, 6, 2, "before, its verifier lets no ring's memory be the key of a map")
	r := bpftest.Make(t, "map_key", 4096)
	hash, err := ebpf.NewMap(&ebpf.MapSpec{Name: "keys", Type: ebpf.Hash, KeySize: 32, ValueSize: 4, MaxEntries: 1000})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = hash.Close() }()
	reader, err := consumerOf(t, r)
	if err != nil {
		t.Fatal(err)
	}
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Payload: true})
	s.look()
	const number = 7
	key := sampleOf(number, 42)
	for round, want := range []uint32{0, number} { // the second time it is known
		if found, did := r.WriteKey(t, hash, key, 4); found != want || did != bpftest.Submitted {
			t.Errorf("record %d: found %d (%d), want %d", round, found, did, want)
		}
	}
	s.look()
	rows := s.src.Detail(s.now, model.Focus{Anchor: model.AtNewest, Rows: 10, Payload: 32}).Rows
	if len(rows) != 2 {
		t.Fatalf("%d rows are shown, want 2", len(rows))
	}
	for _, row := range rows {
		var value uint32
		if err := hash.Lookup(row.Payload, &value); err != nil || value != number {
			t.Errorf("the payload %x that is shown is the key of %d, %v; want %d", row.Payload, value, err, number)
		}
	}
	if got := takeUntil(t, reader, 0, 0); !slices.Equal(got, []uint64{42, 42}) {
		t.Errorf("the reader takes %d, want 42 twice", got)
	}
	s.available(0)
	s.rightly()
}

// TestRingbufWrite: test_ringbuf_write (CVE-2024-41009). The consumer position is forged so that the ring seems to have room for a second
// record, which would lie over the first: it is refused. The watch says that the position is wrong, and then what blocks the ring.
func TestRingbufWrite(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	const half = 0x30000
	r := bpftest.Make(t, "ringbuf_write", 1<<18)
	g := watched(t, r)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	s.look()
	r.Forge(t, half)
	if f, _ := g.finding(model.PositionInvalid, nil); f.Severity != model.Problem {
		t.Errorf("%+v", f)
	}
	for n := uint64(1); n <= 2; n++ {
		first := r.Hold(t, half)
		if refused := r.Write(t, bpftest.Record{Length: half, Discard: true}); refused != 1 {
			t.Fatalf("round %d: a record lies over a busy one", n)
		}
		if s.look(); !s.busy[(n-1)*(half+8)] || len(s.busy) != 1 {
			t.Errorf("round %d: busy are %v, want the record at %d", n, s.busy, (n-1)*(half+8))
		}
		if n == 1 { // the reader is past it
			f, _ := g.finding(model.ReserveBlocked, nil)
			if e := f.Evidence; e.Position != 0 || e.Largest != half+8 || f.Severity != model.Problem {
				t.Errorf("%+v", f)
			}
		}
		first.Discard(t)
		s.look()
		if want := (bpftest.Truth{Records: n, Discarded: n, Bytes: n * (half + 8), Payload: n * half}); s.truth != want || s.missed != 0 || len(s.bad) != 0 {
			t.Errorf("round %d: seen %+v, %d bytes missed, bad headers %v; want %+v", n, s.truth, s.missed, s.bad, want)
		}
		// The next record takes the place of this one; what became of it is to be seen before.
		g.until("the discarded record", func(m *model.Moment) bool { return m.Sample.Totals.Discarded == n })
	}
	g.until("an end of the findings", func(m *model.Moment) bool {
		codes := codesOf(m)
		return !slices.Contains(codes, model.ReserveBlocked) && !slices.Contains(codes, model.PositionInvalid)
	})
}

// TestRingbufMulti: test_ringbuf_multi, a program writes rings that it takes from a map of maps. Each is watched by itself.
func TestRingbufMulti(t *testing.T) {
	need.BPF(t)
	for name, kind := range map[string]ebpf.MapType{"array": ebpf.ArrayOfMaps, "hash": ebpf.HashOfMaps} {
		t.Run(name, func(t *testing.T) {
			outer, err := ebpf.NewMap(&ebpf.MapSpec{
				Name: "outer", Type: kind, KeySize: 4, ValueSize: 4, MaxEntries: 4,
				InnerMap: &ebpf.MapSpec{Type: ebpf.RingBuf, MaxEntries: 4096},
			})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = outer.Close() }()
			values := map[uint32]uint64{0: 333, 1: 555, 2: 777}
			stages, readers := make(map[uint32]*stage), make(map[uint32]*ringcore.Consumer)
			for slot := uint32(0); slot <= 2; slot += 2 {
				r := bpftest.Make(t, fmt.Sprint("multi", slot), 4096)
				if err := outer.Put(slot, r.Map); err != nil {
					t.Fatal(err)
				}
				if readers[slot], err = consumerOf(t, r); err != nil {
					t.Fatal(err)
				}
				stages[slot] = openStage(t, Selector{ID: r.ID(t)}, Options{Payload: true})
				stages[slot].look()
			}
			for slot := range uint32(3) {
				want := bpftest.Submitted
				if stages[slot] == nil {
					want = bpftest.Skipped
				}
				if got := bpftest.WriteInner(t, outer, slot, sampleOf(slot, values[slot])); got != want {
					t.Errorf("slot %d: %d, want %d", slot, got, want)
				}
			}
			for slot, s := range stages {
				s.available(sampleSpan)
				rows := s.src.Detail(s.now, model.Focus{Anchor: model.AtNewest, Rows: 10, Payload: 32}).Rows
				if len(rows) != 1 || valueOf(rows[0].Payload) != values[slot] {
					t.Errorf("slot %d: %+v is shown, want one sample with %d", slot, rows, values[slot])
				}
				if got := takeUntil(t, readers[slot], 0, 0); !slices.Equal(got, []uint64{values[slot]}) {
					t.Errorf("slot %d: the reader takes %d, want %d", slot, got, values[slot])
				}
				s.available(0)
				s.rightly()
			}
		})
	}
}
