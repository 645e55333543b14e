package ringcore_test

import (
	"encoding/binary"
	"errors"
	"testing"

	"ringscope/ringcore"
)

func TestObserveAllocatesNothing(t *testing.T) {
	ring, producer := begin(t, ringcore.LinuxGeometry(1<<20, 4096), 0)
	consumer, err := ringcore.NewConsumer(ring)
	if err != nil {
		t.Fatal(err)
	}
	o := ringcore.NewObserver(ring)
	held, err := producer.Reserve(64)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	allocs := testing.AllocsPerRun(50, func() {
		for i := range uint32(100) {
			v, err := producer.Reserve(i)
			if err != nil {
				t.Fatal(err)
			}
			producer.Submit(v)
		}
		o.Observe(nothing{})
		for rec := range consumer.Records() {
			seen += len(rec.Payload)
		}
		if err := consumer.Release(); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a look, want 0", allocs)
	}
	producer.Submit(held)
}

// TestALookIsBounded asks for a look at 64 MiB of records to end early, and for one beside a stuck record to pass only what is new.
func TestALookIsBounded(t *testing.T) {
	ring := heapRing(t, ringcore.LinuxGeometry(64<<20, 4096))
	fill(t, ring, 1000)
	o, books := ringcore.NewObserver(ring), newTally(t, 64<<20)
	looks := 1
	for {
		before := books.before
		_, more := o.Observe(books)
		if walked := (books.before - before) * 1008; walked > 4<<20+64<<10 {
			t.Fatalf("one look walked %d bytes", walked)
		}
		if !more {
			break
		}
		looks++
	}
	if looks < 16 {
		t.Errorf("64 MiB walked in %d looks", looks)
	}
}

// TestBusyHeadCostsNothing holds a record busy with many behind it: a look with nothing new must walk nothing.
func TestBusyHeadCostsNothing(t *testing.T) {
	ring, producer := begin(t, ringcore.LinuxGeometry(32<<20, 4096), 0)
	o, books := ringcore.NewObserver(ring), newTally(t, 32<<20)
	observe(o, books)
	held, err := producer.Reserve(64)
	if err != nil {
		t.Fatal(err)
	}
	for range 200_000 {
		v, err := producer.Reserve(64)
		if err != nil {
			t.Fatal(err)
		}
		producer.Submit(v)
	}
	observe(o, books)
	if len(books.busy) != 1 || books.records != 200_001 {
		t.Fatalf("%d busy, %d records", len(books.busy), books.records)
	}
	batches := books.batches
	for range 10 {
		o.Observe(books)
	}
	if books.batches != batches {
		t.Errorf("%d batches walked behind a stuck record, want 0", books.batches-batches)
	}
	if n, exact := o.Unread(); !exact || n != 200_001 {
		t.Errorf("%d unread, exact %t", n, exact)
	}
	producer.Discard(held)
	observe(o, books)
	if books.discarded != 1 || books.committed != 200_000 || len(books.busy) != 0 {
		t.Errorf("after the discard: %d discarded, %d committed, %d busy", books.discarded, books.committed, len(books.busy))
	}
}

// TestManyBusy reserves more records than an observer remembers.
func TestManyBusy(t *testing.T) {
	ring, producer := begin(t, ringcore.LinuxGeometry(1<<20, 4096), 0)
	o, books := ringcore.NewObserver(ring), newTally(t, 1<<20)
	observe(o, books)
	const n = ringcore.MaxRemembered + 1000
	var held []ringcore.Reservation
	for range n {
		v, err := producer.Reserve(8)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, v)
	}
	observe(o, books)
	if o.Remembered() != ringcore.MaxRemembered || books.records != ringcore.MaxRemembered {
		t.Errorf("remembers %d, passed %d, want %d", o.Remembered(), books.records, ringcore.MaxRemembered)
	}
	for _, v := range held {
		producer.Submit(v)
	}
	observe(o, books)
	if books.records != n || books.committed != n || o.Remembered() != 0 {
		t.Errorf("at the end %d records, %d committed, %d remembered", books.records, books.committed, o.Remembered())
	}
	books.check(n * 16)
}

// TestWrongHeader puts nonsense where a header should be, and asks for the place, the reason, and that the walk goes on.
func TestWrongHeader(t *testing.T) {
	for name, c := range map[string]struct {
		raw uint64
		why error
	}{
		"too long":          {raw: uint64(3)<<32 | 100_000, why: ringcore.ErrPastProducer},
		"wrong page offset": {raw: uint64(9)<<32 | 56, why: ringcore.ErrPageOffset},
		"all ones":          {raw: ^uint64(0), why: ringcore.ErrPageOffset},
	} {
		t.Run(name, func(t *testing.T) {
			ring, producer := begin(t, ringcore.LinuxGeometry(4096, 4096), 0)
			o, books := ringcore.NewObserver(ring), newTally(t, 4096)
			observe(o, books)
			write := func(n int) {
				for range n {
					v, err := producer.Reserve(56)
					if err != nil {
						t.Fatal(err)
					}
					producer.Submit(v)
				}
			}
			write(10)
			binary.NativeEndian.PutUint64(ring.Memory().Data[5*64:], c.raw)
			observe(o, books)
			if books.corrupt != 1 || !errors.Is(books.lastWhy, c.why) || books.lastCorrupt != 5*64 || books.lastResumed != 10*64 {
				t.Errorf("%d corrupt, the last at %d: %v, resumed at %d", books.corrupt, books.lastCorrupt, books.lastWhy, books.lastResumed)
			}
			if books.records != 5 {
				t.Errorf("%d records before the wrong header, want 5", books.records)
			}
			write(3)
			observe(o, books)
			if books.records != 8 || books.corrupt != 1 {
				t.Errorf("%d records, %d corrupt after going on", books.records, books.corrupt)
			}
			books.check(13 * 64)
			if end, why := ringcore.NewObserver(ring).Whole(func(ringcore.Seen) bool { return true }); !errors.Is(why, c.why) || end != 5*64 {
				t.Errorf("a whole walk ends at %d: %v", end, why)
			}
			consumer, err := ringcore.NewConsumer(ring)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for range consumer.Records() {
				n++
			}
			if n != 5 || !errors.Is(consumer.Err(), ringcore.ErrBadHeader) || !errors.Is(consumer.Err(), c.why) {
				t.Errorf("the consumer passed %d records: %v", n, consumer.Err())
			}
		})
	}
}

// TestForgedConsumer writes what a reader must never write, and asks that the observer goes on undisturbed.
func TestForgedConsumer(t *testing.T) {
	for name, forged := range map[string]ringcore.Pos{
		"ahead by 4096": 10*64 + 4096, "ahead by 2^40": 10*64 + 1<<40, "misaligned by 13": 13, "all ones": ^uint64(0), "far behind": 1 << 63,
	} {
		t.Run(name, func(t *testing.T) {
			ring, producer := begin(t, ringcore.LinuxGeometry(4096, 4096), 0)
			o, books := ringcore.NewObserver(ring), newTally(t, 4096)
			observe(o, books)
			for range 10 {
				v, err := producer.Reserve(56)
				if err != nil {
					t.Fatal(err)
				}
				producer.Submit(v)
			}
			setPosition(ring.Memory().Consumer, forged)
			p := observe(o, books)
			least, most := p.Unread(4096)
			if least > 4096 || most > 4096 {
				t.Errorf("unread %d to %d of 4096", least, most)
			}
			if books.records != 10 || books.corrupt != 0 {
				t.Errorf("%d records, %d corrupt", books.records, books.corrupt)
			}
			if n, exact := o.Unread(); exact {
				t.Errorf("%d unread are called exact", n)
			}
			if o.Walk(p.Consumer, 3, 10, func(ringcore.Seen) bool { return true }) && name != "misaligned by 13" {
				t.Error("a walk from there found something")
			}
			if _, err := ringcore.NewConsumer(ring); err == nil {
				t.Error("a consumer would start there")
			}
		})
	}
}

func TestSecondConsumer(t *testing.T) {
	ring, producer := begin(t, ringcore.LinuxGeometry(4096, 4096), 0)
	ours, err := ringcore.NewConsumer(ring)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ringcore.NewConsumer(ring)
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		v, err := producer.Reserve(8)
		if err != nil {
			t.Fatal(err)
		}
		producer.Submit(v)
	}
	take := func(c *ringcore.Consumer, n int) error {
		for range c.Records() {
			if n--; n == 0 {
				break
			}
		}
		return c.Release()
	}
	if err := take(ours, 1); err != nil {
		t.Fatal(err)
	}
	if err := take(other, 2); !errors.Is(err, ringcore.ErrSecondConsumer) {
		t.Errorf("the other's release: %v", err)
	}
	if p := ring.ReadPositions().Consumer; p != 16 {
		t.Errorf("the failed release moved the consumer position to %d", p)
	}
	if !ours.Alone() || other.Alone() {
		t.Errorf("alone: ours %t, other %t", ours.Alone(), other.Alone())
	}
}

// TestTornBusy changes the length of a record that is busy, which no producer does.
func TestBusyRecordThatChanges(t *testing.T) {
	ring, producer := begin(t, ringcore.LinuxGeometry(4096, 4096), 0)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)
	if _, err := producer.Reserve(56); err != nil {
		t.Fatal(err)
	}
	observe(o, books)
	binary.NativeEndian.PutUint32(ring.Memory().Data, 57)
	observe(o, books)
	if books.corrupt != 1 || !errors.Is(books.lastWhy, ringcore.ErrChanged) || books.unresolved != 1 || o.Remembered() != 0 {
		t.Errorf("%d corrupt (%v), %d unresolved, %d remembered", books.corrupt, books.lastWhy, books.unresolved, o.Remembered())
	}
}
