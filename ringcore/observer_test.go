package ringcore_test

import (
	"encoding/binary"
	"errors"
	"fmt"
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

// TestManyBusy reserves more records than an observer remembers: so many that they fill whole stretches, and that the last one ends within.
func TestManyBusy(t *testing.T) {
	for _, c := range []struct {
		format *ringcore.Format
		span   uint32
	}{{ringcore.Linux, 16}, {ringcore.Linux, 24}, {ringcore.Windows, 24}, {ringcore.WindowsLegacy, 17}} {
		t.Run(fmt.Sprintf("%s, %d bytes each", c.format.Name, c.span), func(t *testing.T) {
			ring, producer := beginOf(t, c.format, c.format.Geometry(1<<20, 4096), 0)
			o, books := ringcore.NewObserver(ring), newTally(t, 1<<20)
			books.format = c.format
			observe(o, books)
			const n = ringcore.MaxRemembered + 1000
			var held []ringcore.Reservation
			for range n {
				held = append(held, reserve(t, producer, c.span))
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
			books.check(n * uint64(c.span))
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

// userRing is a ring as the processes that write a user ring see it, whose every byte and position they can forge: zeros are records
// there, without payload.
func userRing(t *testing.T, consumer, producer ringcore.Pos) *ringcore.Ring {
	t.Helper()
	g := ringcore.LinuxGeometry(4096, 4096)
	g.FirstPageOffset = 0
	ring := heapRing(t, g)
	setPosition(ring.Memory().Consumer, consumer)
	setPosition(ring.Memory().Producer, producer)
	return ring
}

// TestProducerGoesBack asks that nothing is walked beyond the producer position, between looks or within one, and that boundaries of
// before are forgotten.
func TestProducerGoesBack(t *testing.T) {
	const begun, back = 1 << 20, 1<<19 - 8
	for _, within := range []bool{false, true} {
		ring := userRing(t, begun, begun)
		o, books := ringcore.NewObserver(ring), newTally(t, 4096)
		observe(o, books)
		if within {
			setPosition(ring.Memory().Producer, begun+640)
			o.OnPause(func(at ringcore.PausePoint) {
				if at == ringcore.BeforeProof && ring.ReadPositions().Producer == begun+640 {
					setPosition(ring.Memory().Producer, back)
				}
			})
		} else {
			setPosition(ring.Memory().Producer, back)
		}
		observe(o, books)
		if books.corrupt != 1 || !errors.Is(books.lastWhy, ringcore.ErrWentBack) || books.lapped != 0 || books.next != back {
			t.Errorf("within a look %t: %d corrupt (%v), %d lapped, goes on at %d", within, books.corrupt, books.lastWhy, books.lapped, books.next)
		}
		setPosition(ring.Memory().Producer, back+64)
		observe(o, books)
		if books.records != 8 || books.before != 0 || books.corrupt != 1 || books.lapped != 0 || books.next != back+64 {
			t.Errorf("within a look %t: then %d records, %d of before, %d corrupt, %d lapped, up to %d; want 8 and no more",
				within, books.records, books.before, books.corrupt, books.lapped, books.next)
		}
	}
}

// TestBusyRecordsOfBeforeGoingBack puts the producer position back to a busy record, and forward again: it is met once more, and not
// remembered twice.
func TestBusyRecordsOfBeforeGoingBack(t *testing.T) {
	ring := userRing(t, 0, 0)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)
	setHeader(ring.Memory().Data, uint64(ringcore.BusyBit|56))
	for _, at := range []ringcore.Pos{64, 0, 64} {
		setPosition(ring.Memory().Producer, at)
		observe(o, books)
	}
	if books.unresolved != 1 || len(books.busy) != 1 || o.Remembered() != 1 || books.corrupt != 1 {
		t.Errorf("%d unresolved, %d busy, %d remembered, %d corrupt; want 1 of each", books.unresolved, len(books.busy), o.Remembered(), books.corrupt)
	}
}

// TestProducerLeaps puts the producer position so far ahead, again and again, that it comes round to where watching began: nothing is walked
// beyond it.
func TestProducerLeaps(t *testing.T) {
	ring := userRing(t, 0, 0)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)
	at := ringcore.Pos(0)
	for range 3 {
		at += 1 << 62
		setPosition(ring.Memory().Producer, at)
		observe(o, books)
	}
	seen := books.bytes
	at += 640
	setPosition(ring.Memory().Producer, at)
	observe(o, books)
	if books.next != at || books.bytes-seen != 640 {
		t.Errorf("walked up to %d, the producer position is %d; %d bytes seen, want 640", books.next, at, books.bytes-seen)
	}
}

// TestMarksOfBeforeGoingBack writes other records over those whose boundaries were known.
func TestMarksOfBeforeGoingBack(t *testing.T) {
	ring := userRing(t, 0, 0)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)
	setPosition(ring.Memory().Producer, 1024)
	observe(o, books)
	setPosition(ring.Memory().Producer, 0)
	observe(o, books)
	for at := 0; at < 1024; at += 512 {
		binary.NativeEndian.PutUint32(ring.Memory().Data[at:], 504)
	}
	setPosition(ring.Memory().Producer, 1024)
	observe(o, books)
	var at []ringcore.Pos
	o.Walk(600, 0, 10, func(s ringcore.Seen) bool { at = append(at, s.Pos); return true })
	if len(at) != 1 || at[0] != 512 {
		t.Errorf("a walk from 600 finds records at %d, want one at 512", at)
	}
	if n, exact := o.RecordsFrom(0); n != 2 || !exact {
		t.Errorf("%d records from 0 (exact: %t), want 2", n, exact)
	}
}

// TestWholeAfterGoingBack: neither mark, consumer position nor cursor is left to begin at.
func TestWholeAfterGoingBack(t *testing.T) {
	ring := userRing(t, 1<<20, 1<<20)
	o := ringcore.NewObserver(ring)
	o.Observe(nothing{})
	setPosition(ring.Memory().Consumer, 1)
	setPosition(ring.Memory().Producer, 8)
	visited := 0
	end, why := o.Whole(func(ringcore.Seen) bool { visited++; return visited < 10_000 })
	if visited != 0 || end != 8 || why != nil {
		t.Errorf("%d records visited up to %d: %v", visited, end, why)
	}
}

// TestMisalignedProducer asks that no header is read where none can begin.
func TestMisalignedProducer(t *testing.T) {
	begins := func(books *tally, what string) {
		t.Helper()
		if books.next%8 != 0 || books.lastCorrupt%8 != 0 {
			t.Errorf("%s: walked to %d, corrupt at %d", what, books.next, books.lastCorrupt)
		}
	}
	ring := userRing(t, 1<<20+1, 1<<20+3)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)
	setPosition(ring.Memory().Producer, 1<<20+64)
	observe(o, books)
	setPosition(ring.Memory().Producer, 1<<20+128)
	observe(o, books)
	begins(books, "at first")
	if books.records != 8 || books.corrupt != 0 {
		t.Errorf("%d records, %d corrupt after it was set right; want 8 and 0", books.records, books.corrupt)
	}
	lapping := true
	o.OnPause(func(at ringcore.PausePoint) {
		if at == ringcore.BeforeProof && lapping {
			lapping = false
			setPosition(ring.Memory().Producer, 1<<21+5)
		}
	})
	setPosition(ring.Memory().Producer, 1<<20+192)
	observe(o, books)
	begins(books, "torn")
	setPosition(ring.Memory().Producer, 1<<21+64)
	observe(o, books)
	begins(books, "set right")
	setPosition(ring.Memory().Consumer, books.next-63)
	observe(o, books)
	if n, exact := o.Unread(); n != 0 || exact {
		t.Errorf("%d records counted from a position that is none (exact: %t)", n, exact)
	}
}

// TestBusyAndDiscarded sets the discard bit of a record that stays busy.
func TestBusyAndDiscarded(t *testing.T) {
	ring := userRing(t, 0, 16)
	length := ring.Memory().Data
	binary.NativeEndian.PutUint32(length, ringcore.BusyBit|8)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)
	binary.NativeEndian.PutUint32(length, ringcore.BusyBit|ringcore.DiscardBit|8)
	observe(o, books)
	if o.Remembered() != 1 {
		t.Error("a busy record was called resolved")
	}
	binary.NativeEndian.PutUint32(length, ringcore.DiscardBit|8)
	observe(o, books)
	if o.Remembered() != 0 || books.unresolved != 0 {
		t.Errorf("%d remembered, %d unresolved after it was discarded", o.Remembered(), books.unresolved)
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
