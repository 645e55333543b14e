package ringcore_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"ringscope/ringcore"
)

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
