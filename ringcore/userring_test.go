package ringcore_test

import (
	"errors"
	"testing"

	"ringscope/ringcore"
)

// TestUserRingIsReadAsItsKernelDoes: nobody reads a page offset there, and a record with the discard bit is skipped though it is busy.
func TestUserRingIsReadAsItsKernelDoes(t *testing.T) {
	g := ringcore.LinuxGeometry(1<<14, 4096)
	g.FirstPageOffset, g.UserRing = 0, true
	ring := heapRing(t, g)
	m := ring.Memory()
	headers := []ringcore.Header{
		{Length: 8, PageOffset: 0xffffffff},
		{Length: 4100, PageOffset: 7},
		{Length: 24, PageOffset: 1, Busy: true, Discard: true},
		{Length: 40, PageOffset: 0x80000000, Busy: true},
		{Length: 56, Discard: true},
	}
	var at ringcore.Pos
	var places []ringcore.Pos
	for _, h := range headers {
		setHeader(m.Data[at:], ringcore.Linux.Encode(h))
		places = append(places, at)
		at += ringcore.Linux.Span(h.Length)
	}
	setPosition(m.Producer, at)
	o, books := ringcore.NewObserver(ring), newTally(t, g.Size)
	setPosition(m.Producer, 0)
	observe(o, books)
	setPosition(m.Producer, at)
	observe(o, books)
	if books.records != 5 || books.discarded != 2 || books.committed != 2 || o.Remembered() != 1 || books.corrupt != 0 {
		t.Errorf("%d records, %d discarded, %d committed, %d busy, %d corrupt (%v); want 5, 2, 2, 1, 0",
			books.records, books.discarded, books.committed, o.Remembered(), books.corrupt, books.lastWhy)
	}
	for i, want := range []ringcore.State{ringcore.Committed, ringcore.Committed, ringcore.Discarded, ringcore.Busy, ringcore.Discarded} {
		if got := ring.Header(places[i]).State(); got != want {
			t.Errorf("the record at %d is %v, want %v", places[i], got, want)
		}
	}
	if n, exact := o.Copy(make([]byte, 64), places[2]); n != 24 || !exact {
		t.Errorf("of the discarded one %d bytes are read (exact: %t), want 24", n, exact)
	}
	if n, _ := o.Copy(make([]byte, 64), places[3]); n != 0 {
		t.Errorf("of the busy one %d bytes are read", n)
	}

	// The busy one is discarded, and its producer writes another page offset meanwhile; the busy bit stays.
	setHeader(m.Data[places[3]:], ringcore.Linux.Encode(ringcore.Header{Length: 40, PageOffset: 9, Busy: true, Discard: true}))
	observe(o, books)
	if books.discarded != 3 || o.Remembered() != 0 || books.corrupt != 0 || books.unresolved != 0 {
		t.Errorf("%d discarded, %d busy, %d corrupt, %d unresolved; want 3, 0, 0, 0", books.discarded, o.Remembered(), books.corrupt, books.unresolved)
	}

	if _, has := ringcore.Linux.PageOffset(&g, 4096); has {
		t.Error("a user ring's page offset is said to mean something")
	}
	g.OverwriteMode, g.Overwrite = true, 16
	if _, err := ringcore.NewRing(ringcore.Linux, g, m); !errors.Is(err, ringcore.ErrGeometry) {
		t.Errorf("a user ring in overwrite mode: %v", err)
	}
	if _, err := ringcore.NewRing(ringcore.Windows, ringcore.Geometry{Size: g.Size, PageSize: 4096, PosWidth: 8, Pending: -1, Overwrite: -1, UserRing: true}, m); !errors.Is(err, ringcore.ErrGeometry) {
		t.Errorf("a user ring of Windows: %v", err)
	}
}

// TestBusyRecordOfAFullUserRing: all of such a ring can be in use, so that the header of the next record can stand in the place of a released
// one before the producer position tells. The consumer position does.
func TestBusyRecordOfAFullUserRing(t *testing.T) {
	g := ringcore.LinuxGeometry(4096, 4096)
	g.FirstPageOffset, g.UserRing = 0, true
	ring := heapRing(t, g)
	m := ring.Memory()
	setPosition(m.Consumer, 1<<20)
	setPosition(m.Producer, 1<<20)
	o, books := ringcore.NewObserver(ring), newTally(t, g.Size)
	observe(o, books)
	busy := ringcore.Linux.Encode(ringcore.Header{Length: 2040, Busy: true})
	setHeader(m.Data, busy)
	setHeader(m.Data[2048:], ringcore.Linux.Encode(ringcore.Header{Length: 2040}))
	setPosition(m.Producer, 1<<20+4096)
	for range 2 {
		if observe(o, books); o.Remembered() != 1 || books.unresolved != 0 {
			t.Fatalf("%d busy, %d unresolved in a full ring; want 1 busy", o.Remembered(), books.unresolved)
		}
	}
	setPosition(m.Consumer, 1<<20+4096)
	if observe(o, books); o.Remembered() != 0 || books.unresolved != 1 || books.corrupt != 0 {
		t.Errorf("%d busy, %d unresolved, %d corrupt once the kernel has passed it; want 1 unresolved", o.Remembered(), books.unresolved, books.corrupt)
	}
}

// TestUserRingPutBack: of a producer position that was put back behind the kernel's consumer position nothing follows about what stands at 0.
func TestUserRingPutBack(t *testing.T) {
	g := ringcore.LinuxGeometry(4096, 4096)
	g.FirstPageOffset, g.UserRing = 0, true
	ring := heapRing(t, g)
	setPosition(ring.Memory().Consumer, 1<<20)
	setPosition(ring.Memory().Producer, 640)
	o, books := ringcore.NewObserver(ring), newTally(t, g.Size)
	if observe(o, books); books.before != 0 || books.corrupt != 0 || books.next != 0 {
		t.Errorf("%d records, %d corrupt; want none", books.before, books.corrupt)
	}
	for _, guess := range ringcore.Detect(ring.Memory(), g) {
		if guess.Format == ringcore.Linux && guess.Records != 0 {
			t.Errorf("%d records are found", guess.Records)
		}
	}
}

// TestNoProducerOfTheKernelWritesAUserRing: it would keep 8 bytes free, and wait behind a busy record.
func TestNoProducerOfTheKernelWritesAUserRing(t *testing.T) {
	g := ringcore.LinuxGeometry(4096, 4096)
	g.FirstPageOffset, g.UserRing = 0, true
	if _, err := ringcore.NewWriter(heapRing(t, g)); !errors.Is(err, ringcore.ErrGeometry) {
		t.Errorf("a writer of a user ring: %v", err)
	}
}
