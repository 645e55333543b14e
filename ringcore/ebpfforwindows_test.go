package ringcore_test

import (
	"encoding/binary"
	"errors"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringscope/ringcore"
	"ringscope/ringcore/shm"
)

// windowsVariants are the formats that eBPF for Windows has had.
func windowsVariants() []variant {
	return []variant{{format: ringcore.Windows}, {format: ringcore.WindowsLegacy}, {format: ringcore.WindowsLegacyPacked}}
}

// TestEbpfForWindowsRingBufferOutput asserts what ring_buffer_output does (libs/runtime/unit/platform_unit_test.cpp): the first record and its
// positions, a fill until failure, and a record that fills the whole ring; before its new header, all but a byte.
func TestEbpfForWindowsRingBufferOutput(t *testing.T) {
	const size = 64 << 10
	for _, v := range windowsVariants() {
		t.Run(v.String(), func(t *testing.T) {
			p := newPeer(t, v, size)
			if q := p.ring.ReadPositions(); q.Producer != 0 || q.Consumer != 0 {
				t.Fatalf("a new ring has positions %+v", q)
			}
			p.output(pattern(10))
			if q := p.ring.ReadPositions(); q.Producer != v.span(10) || q.Consumer != 0 {
				t.Fatalf("positions %+v, want a producer position of %d", q, v.span(10))
			}
			if h := p.view.Header(0); h.Length != 10 || h.State() != ringcore.Committed || h.PageOffset != 0 {
				t.Errorf("header %+v", h)
			}
			p.available(v.span(10))
			p.takes(pattern(10))
			p.ends()
			if q := p.ring.ReadPositions(); q.Consumer != v.span(10) {
				t.Fatalf("consumer position %d, want %d", q.Consumer, v.span(10))
			}
			written, usable := uint64(0), uint64(size)
			if v.format != ringcore.Windows {
				usable--
			}
			for ; ; written++ {
				r, err := p.writer.Reserve(1023)
				if errors.Is(err, ringcore.ErrFull) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				p.writer.Submit(r)
			}
			if want := usable / v.span(1023); written != want {
				t.Fatalf("%d records of 1,023 bytes fit, want %d", written, want)
			}
			p.saw(1+written, 0)
			for range written {
				p.take()
			}
			p.release()
			p.ends()
			largest := usable - v.span(0)
			p.refuses(uint32(largest)+1, ringcore.ErrTooLarge)
			p.output(make([]byte, largest))
			p.available(usable)
			p.refuses(1, ringcore.ErrFull)
			p.saw(2+written, 0)
			p.takes(make([]byte, largest))
			p.available(0)
			p.output(pattern(1000)) // of two records the second may take what is usable then, and no byte more
			rest := usable - v.span(1000) - v.span(0)
			p.refuses(uint32(rest)+1, ringcore.ErrFull)
			p.output(make([]byte, rest))
			p.available(usable)
		})
	}
}

// TestEbpfForWindowsFullOfSmallRecords fills the ring to its last byte with many.
func TestEbpfForWindowsFullOfSmallRecords(t *testing.T) {
	p := newPeer(t, variant{format: ringcore.Windows}, 64<<10)
	records := uint64(64 << 10 / 24)
	for range records {
		p.output(pattern(10))
	}
	p.output(make([]byte, 64<<10-24*records-8))
	p.available(64 << 10)
	p.refuses(1, ringcore.ErrFull)
	for range records {
		p.takes(pattern(10))
	}
	p.takes(make([]byte, 64<<10-24*records-8))
	p.ends()
	p.saw(records+1, 0)
}

// TestEbpfForWindowsRingBufferReserveSubmitDiscard asserts what ring_buffer_reserve_submit_discard does, and in which state a record is.
func TestEbpfForWindowsRingBufferReserveSubmitDiscard(t *testing.T) {
	const size = 64 << 10
	for _, v := range windowsVariants() {
		t.Run(v.String(), func(t *testing.T) {
			p := newPeer(t, v, size)
			first, second := p.reserve(pattern(10)), p.reserve(pattern(10))
			state := func(r ringcore.Reservation, want ringcore.State) {
				t.Helper()
				if s := p.view.Header(r.Pos).State(); s != want {
					t.Errorf("the record at %d is %v, want %v", r.Pos, s, want)
				}
			}
			state(first, ringcore.Busy)
			state(second, ringcore.Busy)
			p.ends()
			p.writer.Discard(second)
			state(first, ringcore.Busy)
			state(second, ringcore.Discarded)
			p.ends() // the first is in the way
			p.writer.Submit(first)
			state(first, ringcore.Committed)
			for _, n := range []uint32{size + 1, 1 << 30, 1<<32 - 1} {
				p.refuses(n, ringcore.ErrTooLarge)
			}
			if v.format == ringcore.Windows {
				p.refuses(0, ringcore.ErrEmpty)
			}
			p.available(2 * v.span(10))
			p.takes(pattern(10))
			p.ends()
			p.saw(1, 1)
		})
	}
}

// TestEbpfForWindowsRingBufferStressTest asserts what ring_buffer_stress_test does in its nine rows, on a ring of 64 KiB: what was
// submitted is what was read, and no record is read that is locked, discarded or empty. What goes on a second there goes on here until
// enough was produced; an observer looks on, and what it saw and what it missed is what was produced.
func TestEbpfForWindowsRingBufferStressTest(t *testing.T) {
	for _, row := range []struct {
		name            string
		producers, size int
		discard         int // percent
		fill            bool
		slowly          bool // the consumer
		seldom          bool // the producers
	}{
		{name: "1 producer", producers: 1, size: 10, fill: true},
		{name: "4 producers", producers: 4, size: 10, fill: true},
		{name: "4 producers, reserve and submit", producers: 4, size: 10, fill: true},
		{name: "1 producer, no copy", producers: 1, size: 10},
		{name: "4 producers, large", producers: 4, size: 1024, fill: true},
		{name: "4 producers, slow consumer", producers: 4, size: 10, fill: true, slowly: true},
		{name: "4 slow producers", producers: 4, size: 10, fill: true, seldom: true},
		{name: "4 producers, half discarded", producers: 4, size: 10, discard: 50},
		{name: "4 producers, all discarded", producers: 4, size: 10, discard: 100},
	} {
		for _, v := range windowsVariants() {
			t.Run(row.name+", "+v.String(), func(t *testing.T) {
				p := newPeer(t, v, 64<<10)
				each := 40_000 / row.producers
				if row.slowly || row.seldom {
					each /= 10
				}
				var submitted, discarded atomic.Uint64
				var writing, reading sync.WaitGroup
				for who := range row.producers {
					writing.Go(func() {
						for i := range each {
							r, err := p.writer.Reserve(uint32(row.size))
							for ; errors.Is(err, ringcore.ErrFull); r, err = p.writer.Reserve(uint32(row.size)) {
								runtime.Gosched()
							}
							if err != nil {
								t.Errorf("reserve: %v", err)
								return
							}
							if row.fill {
								binary.LittleEndian.PutUint64(r.Payload, uint64(who)<<32|uint64(i))
							}
							if i*row.discard/100 != (i+1)*row.discard/100 {
								p.writer.Discard(r)
								discarded.Add(1)
							} else {
								p.writer.Submit(r)
								submitted.Add(1)
							}
							if row.seldom {
								time.Sleep(time.Microsecond)
							}
						}
					})
				}
				var done atomic.Bool
				read := uint64(0)
				reading.Go(func() {
					next := make([]uint64, row.producers)
					for {
						ended := done.Load()
						n := 0
						for rec := range p.consumer.Records() {
							if len(rec.Payload) != row.size {
								t.Errorf("a record of %d bytes was read", len(rec.Payload))
							}
							if row.fill {
								who, i := rec.Payload[4], uint64(binary.LittleEndian.Uint32(rec.Payload))
								if i != next[who] {
									t.Errorf("read record %d of producer %d, want %d", i, who, next[who])
								}
								next[who] = i + 1
							}
							read++
							if n++; row.slowly && n == 16 || n == 100 {
								break
							}
						}
						if err := errors.Join(p.consumer.Err(), p.consumer.Release()); err != nil {
							t.Error(err)
						}
						if t.Failed() || ended && n == 0 {
							return
						}
						if n == 0 {
							runtime.Gosched()
						} else if row.slowly {
							time.Sleep(time.Microsecond)
						}
					}
				})
				reading.Go(func() {
					for {
						ended := done.Load()
						if _, more := p.observer.Observe(p.books); ended && !more {
							return
						}
						runtime.Gosched()
					}
				})
				writing.Wait()
				done.Store(true)
				reading.Wait()
				if read != submitted.Load() || submitted.Load()+discarded.Load() != uint64(row.producers*each) {
					t.Errorf("read %d records; %d were submitted, %d discarded, %d in all", read, submitted.Load(), discarded.Load(), row.producers*each)
				}
				if want := uint64(row.producers * each * row.discard / 100); discarded.Load() != want {
					t.Errorf("%d records were discarded, want %d", discarded.Load(), want)
				}
				q := p.ring.ReadPositions()
				if want := v.span(row.size) * uint64(row.producers*each); q.Producer != want || q.Consumer != want {
					t.Errorf("positions %+v, want %d", q, want)
				}
				p.books.check(q.Producer)
				if tally := p.consumer.Tally(); tally.Discarded != discarded.Load() || tally.Bytes != q.Producer {
					t.Errorf("the consumer passed %+v", tally)
				}
				if p.books.corrupt != 0 || len(p.books.busy) != 0 {
					t.Errorf("the observer found %d corrupt headers (%v at %d), %d busy records", p.books.corrupt, p.books.lastWhy, p.books.lastCorrupt, len(p.books.busy))
				}
			})
		}
	}
}

// TestEbpfForWindowsRingBufferSyncQuery asserts what ring_buffer_async_query and ring_buffer_sync_query do
// (libs/execution_context/unit/execution_context_unit_test.cpp): a value that was written is read through the mapped positions, from a
// record that is neither locked nor discarded.
func TestEbpfForWindowsRingBufferSyncQuery(t *testing.T) {
	for _, v := range windowsVariants() {
		for _, value := range []byte{1, 42} {
			p := newPeer(t, v, 64<<10)
			p.output([]byte{value, 0, 0, 0, 0, 0, 0, 0})
			q := p.view.ReadPositions()
			if h := p.view.Header(q.Consumer); h.Busy || h.Discard || h.Length != 8 || q.Producer != v.span(8) {
				t.Errorf("%v: header %+v, positions %+v", v, h, q)
			}
			buf := make([]byte, 8)
			if n, exact := p.observer.Copy(buf, q.Consumer); n != 8 || !exact || buf[0] != value {
				t.Errorf("%v: copied %d bytes, %x, exact: %t", v, n, buf, exact)
			}
		}
	}
}

// TestEbpfForWindowsMappings asserts what ring_buffer_map_unmap_remap, ring_buffer_get_user_mapping_handle and the memory mapping APIs of
// tests/unit/libbpf_test.cpp do: a ring can be mapped again after it was unmapped, mappings are distinct and show the same, the consumer
// page is exactly one, and a new ring's positions are 0.
func TestEbpfForWindowsMappings(t *testing.T) {
	m, err := shm.Anonymous(64<<10, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}()
	var views []*shm.Mapping
	for range 3 {
		v, err := m.View()
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Consumer) != os.Getpagesize() || v.Writable || &v.Consumer[0] == &m.Consumer[0] {
			t.Fatalf("a view has a consumer page of %d bytes, writable: %t", len(v.Consumer), v.Writable)
		}
		if q := ringOf(t, variant{format: ringcore.Windows}, 64<<10, v).ReadPositions(); q.Consumer != 0 || q.Producer != 0 {
			t.Errorf("positions of a new ring: %+v", q)
		}
		views = append(views, v)
	}
	if &views[0].Data[0] == &views[1].Data[0] {
		t.Error("two views are one")
	}
	if err := views[0].Close(); err != nil {
		t.Fatal(err)
	}
	w, err := ringcore.NewWriter(ringOf(t, variant{format: ringcore.Windows}, 64<<10, m))
	if err != nil {
		t.Fatal(err)
	}
	w.Submit(reserve(t, w, 24))
	if views[0], err = m.View(); err != nil {
		t.Fatal(err)
	}
	for _, v := range views {
		if q := ringOf(t, variant{format: ringcore.Windows}, 64<<10, v).ReadPositions(); q.Producer != 24 {
			t.Errorf("a view shows %+v", q)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestEbpfForWindowsRingBufferMmapConsumer asserts what ring_buffer_mmap_consumer does (tests/api_test/api_test.cpp): a reader for whom
// nothing but the consumer page is writable reads two records, and the next one goes on where it ended, with what it had not given back.
func TestEbpfForWindowsRingBufferMmapConsumer(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			p := newPeer(t, v, 64<<10)
			mem := p.view.Memory()
			mem.Consumer = p.ring.Memory().Consumer
			var err error
			if p.ring, err = ringcore.NewRing(v.format, *p.ring.Geometry(), mem); err != nil {
				t.Fatal(err)
			}
			p.reopen()
			p.ends()
			first, second := []byte("Hello, Ring Buffer!"), []byte("Second record")
			p.output(first)
			p.output(second)
			p.takes(first)
			p.takes(second)
			p.ends()
			p.output(first)
			p.output(second)
			p.takes(first)
			if got := string(p.take()); got != string(second) {
				t.Fatalf("read %q", got)
			}
			p.reopen() // the reader ended before it gave the second one back
			p.takes(second)
			p.ends()
			p.saw(4, 0)
		})
	}
}

// TestEbpfForWindowsRingBufferSyncConsume asserts what ring_buffer_sync_consume and ring_buffer_sync_multiple_maps do: all messages in
// their order, each from its own ring; and consuming nothing is no error.
func TestEbpfForWindowsRingBufferSyncConsume(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			rings := []*peer{newPeer(t, v, 32<<10), newPeer(t, v, 32<<10)}
			messages := []string{"First message", "Second message", "Third message"}
			for i, p := range rings {
				p.ends()
				for _, m := range messages {
					p.output([]byte(m + " " + string(rune('A'+i))))
				}
			}
			for i, p := range rings {
				for _, m := range messages {
					p.takes([]byte(m + " " + string(rune('A'+i))))
				}
				p.ends()
				p.saw(3, 0)
			}
		})
	}
}

// TestEbpfForWindowsConcurrentWraparound asserts what test_ringbuffer_concurrent_wraparound does: threads on all CPUs write ten times what
// fits, and every event arrives.
func TestEbpfForWindowsConcurrentWraparound(t *testing.T) {
	const size, payload = 64 << 10, "api_test.exe"
	for _, v := range variants() {
		if v.overwrite {
			continue // what is not read in time is overwritten
		}
		t.Run(v.String(), func(t *testing.T) {
			p := newPeer(t, v, size)
			events := 10 * size / len(payload)
			var left atomic.Int64
			left.Store(int64(events))
			var writing sync.WaitGroup
			for range max(runtime.NumCPU(), 2) {
				writing.Go(func() {
					for left.Add(-1) >= 0 {
						r, err := p.writer.Reserve(uint32(len(payload)))
						for ; errors.Is(err, ringcore.ErrFull) || errors.Is(err, ringcore.ErrPending); r, err = p.writer.Reserve(uint32(len(payload))) {
							runtime.Gosched()
						}
						if err != nil {
							t.Error(err)
							return
						}
						copy(r.Payload, payload)
						p.writer.Submit(r)
					}
				})
			}
			for got := 0; got < events && !t.Failed(); {
				n := 0
				for rec := range p.consumer.Records() {
					if string(rec.Payload) != payload {
						t.Fatalf("event %d is %q", got, rec.Payload)
					}
					if n++; n == 100 {
						break
					}
				}
				if err := errors.Join(p.consumer.Err(), p.consumer.Release()); err != nil {
					t.Fatal(err)
				}
				if got += n; n == 0 {
					runtime.Gosched()
				}
			}
			writing.Wait()
			p.ends()
			if q := p.ring.ReadPositions(); q.Producer != uint64(events)*v.span(len(payload)) {
				t.Errorf("producer position %d after %d events", q.Producer, events)
			}
		})
	}
}

// TestEbpfForWindowsWraparound asserts what test_ringbuffer_wraparound does: two laps in a ring of one page, each record consumed at once.
func TestEbpfForWindowsWraparound(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			p := newPeer(t, v, 0)
			payload := []byte("api_test.exe")
			records := p.ring.Size() / v.span(len(payload)) * 2
			for range records {
				p.output(payload)
				q := p.ring.ReadPositions()
				if q.Consumer > q.Producer || q.Producer-q.Consumer >= p.ring.Size() {
					t.Fatalf("positions %+v", q)
				}
				p.takes(payload) // also the one that goes across the end of the data
				p.available(0)
			}
			p.saw(records, 0)
		})
	}
}

// TestEbpfForWindowsCreateRingbuf asserts what "libbpf create ringbuf" does of sizes (tests/unit/libbpf_test.cpp): 1,024 bytes are too
// few, 128 KiB are fine.
func TestEbpfForWindowsCreateRingbuf(t *testing.T) {
	for _, v := range variants() {
		for size, want := range map[uint64]error{1024: ringcore.ErrGeometry, 128 << 10: nil, 128<<10 + 4096: ringcore.ErrGeometry} {
			mem := ringcore.Memory{Consumer: make([]byte, 4096), Producer: make([]byte, 4096), Data: make([]byte, 2*size)}
			if _, err := ringcore.NewRing(v.format, v.geometry(size), mem); !errors.Is(err, want) {
				t.Errorf("%v: a ring of %d bytes: %v, want %v", v, size, err, want)
			}
		}
	}
	if m, err := shm.Anonymous(1024, 0); !errors.Is(err, shm.ErrLayout) {
		t.Errorf("1,024 bytes of memory for a ring: %v, %v", m, err)
	}
}
