package ringcore_test

import (
	"runtime"
	"sync"
	"testing"

	"ringscope/ringcore"
)

// ahead reserves a record of payload bytes and calls there when its header is written and its position is not published, which never
// happens then.
func ahead(t *testing.T, w *ringcore.WindowsProducer, payload uint32, there func()) {
	t.Helper()
	var one sync.WaitGroup
	one.Go(func() {
		w.OnPause(func(ringcore.Pos, bool) {
			there()
			runtime.Goexit()
		})
		if _, err := w.Reserve(payload); err != nil {
			t.Error(err)
		}
	})
	one.Wait()
}

// consumeAll takes and releases all that is finished.
func consumeAll(t *testing.T, c *ringcore.Consumer) {
	t.Helper()
	for range c.Records() {
	}
	if err := c.Err(); err != nil {
		t.Fatal(err)
	}
	if err := c.Release(); err != nil {
		t.Fatal(err)
	}
}

// TestBusyRecordOfWindowsIsNotTakenForTheNext lets a record that was met busy be finished, released, and overwritten by the header of one
// that is not published: the producer position does not tell.
func TestBusyRecordOfWindowsIsNotTakenForTheNext(t *testing.T) {
	for name, payload := range map[string]uint32{"of the same length": 56, "of another length": 120} {
		t.Run(name, func(t *testing.T) {
			ring, w := windows(t)
			consumer := consumerOf(t, ring)
			o, books := ringcore.NewObserver(ring), newTally(t, 4096)
			books.format = ringcore.Windows
			observe(o, books)
			held := reserve(t, w, 64)
			observe(o, books)
			if o.Remembered() != 1 {
				t.Fatalf("%d busy records are remembered, want 1", o.Remembered())
			}
			w.Submit(held)
			for range 63 {
				w.Submit(reserve(t, w, 64))
			}
			consumeAll(t, consumer)
			ahead(t, w, payload, func() { observe(o, books) })
			if o.Remembered() != 0 || books.corrupt != 0 || books.unresolved != 1 {
				t.Errorf("%d busy records are remembered, %d are unresolved, %d corrupt (%v); want 1 unresolved and no more",
					o.Remembered(), books.unresolved, books.corrupt, books.lastWhy)
			}
		})
	}
}

// TestPayloadOfWindowsIsNotCalledCorrupt: a header of a record to come leads a walk of history astray, until what it takes for the next
// header is payload that the consumer has not passed. That this stood there all the time proves nothing.
func TestPayloadOfWindowsIsNotCalledCorrupt(t *testing.T) {
	ring, w := windows(t)
	consumer := consumerOf(t, ring)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	books.format = ringcore.Windows
	observe(o, books)
	put := func(at ringcore.Pos, length uint32) { // payload that looks like a header
		setHeader(ring.Memory().Data[at:], ringcore.Windows.Encode(ringcore.Header{Length: length}))
	}
	first := reserve(t, w, 1536)
	put(1024, 1536-8)
	w.Submit(first)
	consumeAll(t, consumer)
	second := reserve(t, w, 1536)
	put(2560, 1000)
	w.Submit(second)
	ahead(t, w, 1024-8, func() { // at 3072, and behind it one at 4096: where the first record was
		ahead(t, w, 1024-8, func() {
			observe(o, books)
			if _, why := o.Whole(func(ringcore.Seen) bool { return true }); why != nil {
				t.Errorf("a whole walk ends: %v", why)
			}
		})
	})
	if books.corrupt != 0 || books.records != 1 || books.missed != 1536 {
		t.Errorf("%d corrupt (%v at %d), %d records, missed %d bytes; want the second record only", books.corrupt, books.lastWhy, books.lastCorrupt, books.records, books.missed)
	}
}
