package ringcore_test

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"ringscope/ringcore"
)

func windows(t *testing.T) (*ringcore.Ring, *ringcore.WindowsProducer) {
	t.Helper()
	ring, w := beginOf(t, ringcore.Windows, ringcore.Windows.Geometry(4096, 4096), 0)
	p, ok := w.(*ringcore.WindowsProducer)
	if !ok {
		t.Fatalf("writer %T", w)
	}
	return ring, p
}

// TestPageOffsetsOfWindows count from the data area, those of Linux from the kernel's struct.
func TestPageOffsetsOfWindows(t *testing.T) {
	ring, w := beginOf(t, ringcore.Windows, ringcore.Windows.Geometry(16<<10, 4096), 1<<20)
	for page := range uint32(4) {
		v := reserve(t, w, 4096)
		if h := ring.Header(v.Pos); h.PageOffset != page {
			t.Errorf("page offset %d at %d, want %d", h.PageOffset, v.Pos, page)
		}
	}
}

// TestCompareAndSwapDecides lets a second producer reserve where the first has found its place and not taken it yet.
func TestCompareAndSwapDecides(t *testing.T) {
	places := func(hook func(*ringcore.WindowsProducer, func())) (first, second ringcore.Pos) {
		_, w := windows(t)
		nested, done := false, false
		hook(w, func() {
			if !nested {
				nested = true
				second = reserve(t, w, 64).Pos
				done = true
			}
		})
		w.OnPause(func(at ringcore.Pos, published bool) {
			if first = at; done && !published && at == second {
				runtime.Goexit() // its turn has passed
			}
		})
		var outer sync.WaitGroup
		outer.Go(func() { first = reserve(t, w, 64).Pos })
		outer.Wait()
		return first, second
	}
	if first, second := places((*ringcore.WindowsProducer).BeforeSwap); first != 64 || second != 0 {
		t.Errorf("reserved at %d and %d, want 64 and 0", first, second)
	}
	if first, second := places((*ringcore.WindowsProducer).Race); first != second {
		t.Errorf("without it: reserved at %d and %d; this test shows nothing", first, second)
	}
}

// TestProducersPublishInTurn holds a producer up before it publishes: who reserved after it waits, and nobody sees either.
func TestProducersPublishInTurn(t *testing.T) {
	ring, w := windows(t)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)
	held, go1 := make(chan struct{}), make(chan struct{})
	reserved := make(chan ringcore.Pos, 4)
	w.OnPause(func(at ringcore.Pos, published bool) {
		switch {
		case published:
			reserved <- at
		case at == 0:
			close(held)
			<-go1
		default:
			held <- struct{}{}
		}
	})
	var both sync.WaitGroup
	both.Go(func() { w.Submit(reserve(t, w, 64)) })
	<-held
	held = make(chan struct{})
	both.Go(func() { w.Submit(reserve(t, w, 128)) })
	<-held
	if observe(o, books); books.records != 0 || books.corrupt != 0 || ring.ReadPositions().Producer != 0 {
		t.Errorf("%d records seen, %d corrupt, while nothing is published", books.records, books.corrupt)
	}
	close(go1)
	both.Wait()
	if a, b := <-reserved, <-reserved; a != 0 || b != 64 {
		t.Errorf("published %d, then %d", a, b)
	}
	if observe(o, books); books.records != 2 || books.committed+uint64(len(books.busy)) != 2 {
		t.Errorf("%d records seen, %d committed", books.records, books.committed)
	}
}

// TestProducersSleepUntilTheirTurn holds a producer up for long: those behind it use no processor, and go on in the order of their places.
func TestProducersSleepUntilTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ring, w := windows(t)
		held := make(chan struct{})
		var published []ringcore.Pos
		w.OnPause(func(at ringcore.Pos, done bool) {
			switch {
			case done:
				published = append(published, at)
			case at == 0:
				<-held
			}
		})
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() { w.Submit(reserve(t, w, 64)) })
		}
		synctest.Wait() // returns when all of them are blocked
		if len(published) > 0 || ring.ReadPositions().Producer != 0 {
			t.Errorf("%v are published before the first", published)
		}
		close(held)
		all.Wait()
		if want := []ringcore.Pos{0, 64, 128, 192}; !slices.Equal(published, want) || ring.ReadPositions().Producer != 256 {
			t.Errorf("published %v up to %d, want %v", published, ring.ReadPositions().Producer, want)
		}
	})
}

// TestPanicPassesTheTurn: who panics while it publishes gives the turn on to those that sleep behind it.
func TestPanicPassesTheTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ring, w := windows(t)
		held := make(chan struct{})
		w.OnPause(func(at ringcore.Pos, done bool) {
			switch {
			case at == 0 && !done:
				<-held
			case at == 0:
				synctest.Wait()
				if p := ring.ReadPositions().Producer; p != 64 {
					t.Errorf("published up to %d before the turn is passed, want 64", p)
				}
				panic("amid publishing")
			}
		})
		var panics atomic.Int64
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				defer func() {
					if recover() != nil {
						panics.Add(1)
					}
				}()
				w.Submit(reserve(t, w, 64))
			})
		}
		synctest.Wait() // returns when all of them are blocked
		close(held)
		all.Wait()
		if p := ring.ReadPositions().Producer; panics.Load() != 1 || p != 256 {
			t.Errorf("%d panics, published up to %d, want 1 and 256", panics.Load(), p)
		}
	})
}

// unpublished is a ring of 4 KiB, half read, of which producers have reserved the released half, and published nothing of that.
func unpublished(t *testing.T, proof bool) (*ringcore.Observer, *tally) {
	t.Helper()
	ring, w := windows(t)
	consumer := consumerOf(t, ring)
	watched := ring
	if !proof {
		watched = ring.WithCapacity(never)
	}
	o, books := ringcore.NewObserver(watched), newTally(t, 4096)
	books.format = ringcore.Windows
	observe(o, books)
	for range 64 {
		w.Discard(reserve(t, w, 64))
	}
	for range consumer.Records() {
	}
	if err := consumer.Release(); err != nil {
		t.Fatal(err)
	}
	// What was released is written over, by as many as reserve side by side.
	hold := make(chan struct{})
	var there, all sync.WaitGroup
	there.Add(20)
	var once sync.Once
	w.OnPause(func(_ ringcore.Pos, published bool) {
		if !published {
			there.Done()
			<-hold
		}
	})
	for range 20 {
		all.Go(func() {
			if _, err := w.Reserve(96 - 8); err != nil {
				t.Error(err)
			}
		})
	}
	there.Wait()
	t.Cleanup(func() { once.Do(func() { close(hold) }); all.Wait() })
	return o, books
}

// TestHistoryOfWindowsIsNotBelieved: headers that nobody has published stand where released records were. What was never walked before is
// missed, and not called corrupt.
func TestHistoryOfWindowsIsNotBelieved(t *testing.T) {
	o, books := unpublished(t, true)
	observe(o, books)
	if books.corrupt != 0 || books.records != 0 || books.missed != 4096 || len(books.busy) != 0 {
		t.Errorf("%d corrupt, %d records, %d busy, %d bytes missed; want nothing but 4096 missed", books.corrupt, books.records, len(books.busy), books.missed)
	}
	n := 0
	if _, why := o.Whole(func(ringcore.Seen) bool { n++; return true }); why != nil || n != 0 {
		t.Errorf("a whole walk visits %d records: %v", n, why)
	}
	o, books = unpublished(t, false)
	observe(o, books)
	if books.corrupt == 0 && len(books.busy) == 0 {
		t.Error("without proof: not noticed")
	}
}

// TestHistoryOfWindowsIsNotExact: what the consumer has released can be read, for the most part, but is never proven.
func TestHistoryOfWindowsIsNotExact(t *testing.T) {
	ring, w := windows(t)
	consumer := consumerOf(t, ring)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)
	for range 48 {
		w.Submit(reserve(t, w, 64))
	}
	observe(o, books)
	n := 0
	for range consumer.Records() {
		if n++; n == 40 {
			break
		}
	}
	if err := consumer.Release(); err != nil {
		t.Fatal(err)
	}
	if books.inexact != 0 {
		t.Errorf("%d batches of unread records are not exact", books.inexact)
	}
	var exact, seen int
	_, why := o.Whole(func(s ringcore.Seen) bool {
		if seen++; s.Exact {
			exact++
		}
		if _, ok := o.Copy(make([]byte, 8), s.Pos); ok != s.Exact || s.Exact != s.Unread {
			t.Errorf("record at %d: unread %t, exact %t, its payload %t", s.Pos, s.Unread, s.Exact, ok)
		}
		return true
	})
	if why != nil || seen != 48 || exact != 8 {
		t.Errorf("%d records, %d exact: %v; want 48 and 8", seen, exact, why)
	}
	late, lateBooks := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(late, lateBooks)
	if lateBooks.inexact != lateBooks.batches {
		t.Errorf("%d of %d batches that began with released records are exact", lateBooks.batches-lateBooks.inexact, lateBooks.batches)
	}
}

// TestRoomIsAskedForAgain lets a faster producer take the last room, and the reader give back some: whoever was slower finds that.
func TestRoomIsAskedForAgain(t *testing.T) {
	ring, w := windows(t)
	nested := false
	w.BeforeSwap(func() {
		if !nested {
			nested = true
			reserve(t, w, 4096)
			setPosition(ring.Memory().Consumer, 2048)
		}
	})
	if v, err := w.Reserve(64 - 8); err != nil || v.Pos != 4096 {
		t.Errorf("reserved at %d: %v; want 4096", v.Pos, err)
	}
}
