package ringcore_test

import (
	"encoding/binary"
	"testing"

	"ringscope/ringcore"
)

func TestObserveAllocatesNothing(t *testing.T) {
	ring, producer := begin(t, ringcore.LinuxGeometry(1<<20, 4096), 0)
	consumer := consumerOf(t, ring)
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

// TestRecordsOfBeforeEndWhereWatchingBegan writes while the first look has not come to its end yet: what was there before counts on one side,
// what came on the other.
func TestRecordsOfBeforeEndWhereWatchingBegan(t *testing.T) {
	const size, before, after = 8 << 20, 5<<10 + 7, 10
	ring, producer := begin(t, ringcore.LinuxGeometry(size, 4096), 0)
	write := func(n int) {
		for range n {
			v, err := producer.Reserve(1024 - 8)
			if err != nil {
				t.Fatal(err)
			}
			producer.Submit(v)
		}
	}
	write(before)
	o, books := ringcore.NewObserver(ring), newTally(t, size)
	if _, more := o.Observe(books); !more {
		t.Fatal("one look walked everything")
	}
	write(after)
	observe(o, books)
	if books.before != before || books.records != after {
		t.Errorf("%d records of before, %d since; want %d and %d", books.before, books.records, before, after)
	}
	books.check(after * 1024)
}

// TestHistoryToTheLastByte fills a ring to the last byte that can be in use, and takes it all: who comes now finds everything. One byte of
// header more, and the first record may be gone.
func TestHistoryToTheLastByte(t *testing.T) {
	ring, producer := begin(t, ringcore.LinuxGeometry(4096, 4096), 0)
	fillRound(t, producer, 63)
	producer.Submit(reserve(t, producer, 4096-8-63*pausedSpan))
	consumer := consumerOf(t, ring)
	consumeAll(t, consumer)
	for _, want := range []uint64{64, 1} {
		o, books := ringcore.NewObserver(ring), newTally(t, 4096)
		if observe(o, books); books.before != want || books.corrupt != 0 {
			t.Errorf("%d records, %d corrupt; want %d", books.before, books.corrupt, want)
		}
		producer.Submit(reserve(t, producer, 8))
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
			// Nothing has been reused: who comes now finds everything.
			late, lateBooks := ringcore.NewObserver(ring), newTally(t, 4096)
			observe(late, lateBooks)
			if lateBooks.before != 10 || lateBooks.corrupt != 0 {
				t.Errorf("who comes now finds %d records, %d corrupt; want 10", lateBooks.before, lateBooks.corrupt)
			}
			if first := ringcore.Detect(ring.Memory(), *ring.Geometry())[0]; first.Format != ringcore.Linux || first.Records != 10 {
				t.Errorf("found as %+v", first)
			}
		})
	}
}

// TestRingWithoutSlack fills a user ring to the last byte. All of it stands as long as the reader has taken nothing; then the next header
// may be written over the first before the producer position tells.
func TestRingWithoutSlack(t *testing.T) {
	const begun = 1 << 20
	fillUp := func() *ringcore.Ring {
		g := ringcore.LinuxGeometry(4096, 4096)
		g.FirstPageOffset, g.UserRing = 0, true
		ring := heapRing(t, g)
		setPosition(ring.Memory().Consumer, begun)
		setPosition(ring.Memory().Producer, begun)
		binary.NativeEndian.PutUint32(ring.Memory().Data, 2040)
		binary.NativeEndian.PutUint32(ring.Memory().Data[2048:], 2040)
		return ring
	}
	whole := func(o *ringcore.Observer) (n int) {
		if end, why := o.Whole(func(ringcore.Seen) bool { n++; return true }); end != begun+4096 || why != nil {
			t.Errorf("a whole walk ends at %d: %v", end, why)
		}
		return n
	}
	ring := fillUp()
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)
	setPosition(ring.Memory().Producer, begun+4096)
	observe(o, books)
	if n, exact := o.Unread(); books.records != 2 || books.missed != 0 || n != 2 || !exact {
		t.Errorf("%d records seen, %d bytes missed, %d unread (exact: %t); want 2, 0, 2", books.records, books.missed, n, exact)
	}
	late, lateBooks := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(late, lateBooks)
	if n, all := whole(late), whole(ringcore.NewObserver(ring)); lateBooks.before != 2 || n != 2 || all != 2 {
		t.Errorf("who comes late sees %d records, then %d, at once %d; want 2", lateBooks.before, n, all)
	}
	setPosition(ring.Memory().Consumer, begun+2048)
	if n := whole(late); n != 1 {
		t.Errorf("%d records after the first was taken, want 1", n)
	}

	ring = fillUp()
	o, books = ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)
	setPosition(ring.Memory().Producer, begun+4096)
	setPosition(ring.Memory().Consumer, begun+2048)
	observe(o, books)
	if books.records != 1 || books.missed != 2048 {
		t.Errorf("%d records seen, %d bytes missed; want 1, and 2048 of the record that was taken", books.records, books.missed)
	}
}
