package ringcore_test

import (
	"bytes"
	"errors"
	"testing"

	"ringscope/ringcore"
)

// stopsAt asks that whoever comes now reads records up to a header that can't be one, and no further: a whole walk and a consumer.
func stopsAt(t *testing.T, ring *ringcore.Ring, pos ringcore.Pos, records int, why error) {
	t.Helper()
	if end, got := ringcore.NewObserver(ring).Whole(func(ringcore.Seen) bool { return true }); end != pos || !errors.Is(got, why) {
		t.Errorf("a whole walk ends at %d: %v; want %d: %v", end, got, pos, why)
	}
	consumer := consumerOf(t, ring)
	n := passed(consumer)
	if n != records || !errors.Is(consumer.Err(), ringcore.ErrBadHeader) || !errors.Is(consumer.Err(), why) {
		t.Errorf("the consumer passed %d records, want %d: %v, want %v", n, records, consumer.Err(), why)
	}
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
			setHeader(ring.Memory().Data[5*64:], c.raw)
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
			stopsAt(t, ring, 5*64, 5, c.why)
		})
	}
}

// TestWrongHeaderOfBefore finds nonsense among the records of before watching began, when more have come since: those count.
func TestWrongHeaderOfBefore(t *testing.T) {
	const size, before, wrong, after = 8 << 20, 5 << 10, 4608, 10
	ring, producer := begin(t, ringcore.LinuxGeometry(size, 4096), 0)
	write := func(n int) {
		for range n {
			producer.Submit(reserve(t, producer, 1024))
		}
	}
	write(before)
	setHeader(ring.Memory().Data[wrong*1024:], ^uint64(0))
	o, books := ringcore.NewObserver(ring), newTally(t, size)
	if _, more := o.Observe(books); !more {
		t.Fatal("one look walked everything")
	}
	write(after)
	observe(o, books)
	if books.corrupt != 1 || books.lastCorrupt != wrong*1024 || books.lastResumed != before*1024 {
		t.Errorf("%d corrupt, the last at %d, resumed at %d; want 1 at %d, resumed at %d",
			books.corrupt, books.lastCorrupt, books.lastResumed, wrong*1024, before*1024)
	}
	if books.before != wrong || books.records != after || books.missed != 0 {
		t.Errorf("%d records of before, %d since, %d bytes missed; want %d, %d, 0", books.before, books.records, books.missed, wrong, after)
	}
	books.check(after * 1024)
}

// told keeps the word that was told of a wrong header.
type told struct {
	*tally
	raw uint64
}

func (s *told) Corrupt(pos ringcore.Pos, raw uint64, why error, resumed ringcore.Pos, before bool) {
	s.raw = raw
	s.tally.Corrupt(pos, raw, why, resumed, before)
}

// TestWrongHeaderIsToldAsJudged sets a wrong header right once it has been read: what is told is the word that was wrong.
func TestWrongHeaderIsToldAsJudged(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			ring, w := beginOf(t, v.format, v.geometry(4096), 0)
			o, books := ringcore.NewObserver(ring), &told{tally: newTally(t, 4096)}
			books.format = v.format
			observe(o, books.tally)
			w.Submit(reserve(t, w, pausedSpan))
			bad := reserve(t, w, pausedSpan)
			w.Submit(bad)
			place := ring.Memory().Data[bad.Pos:][:v.format.HeaderSize]
			right := bytes.Clone(place)
			for i := range place {
				place[i] = 0xfc // neither locked nor discarded in any format, and too long
			}
			want := ring.Header(bad.Pos).Raw
			o.OnPause(func(at ringcore.PausePoint) {
				if at == ringcore.BeforeProof {
					copy(place, right)
				}
			})
			o.Observe(books)
			if v.overwrite && !ringcore.StrongOrder { // what can't be proven there is called missed, and not wrong
				if books.corrupt != 0 || books.torn != 1 {
					t.Errorf("%d corrupt, %d torn; want 0 and 1", books.corrupt, books.torn)
				}
				return
			}
			if books.corrupt != 1 || books.lastCorrupt != bad.Pos || books.raw != want {
				t.Errorf("%d corrupt, the last at %d: %016x; want 1 at %d: %016x", books.corrupt, books.lastCorrupt, books.raw, bad.Pos, want)
			}
		})
	}
}
