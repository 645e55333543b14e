package ringcore_test

import (
	"encoding/binary"
	"errors"
	"testing"

	"ringscope/ringcore"
)

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
