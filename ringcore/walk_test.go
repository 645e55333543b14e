package ringcore_test

import (
	"encoding/binary"
	"testing"

	"ringscope/ringcore"
)

// TestWalkThatLosesItsWay overwrites the records from which a walk finds its way, between the choice of where it begins and the reading of
// headers: the new record that stands there is of another length, and leads into the payload of old ones, which look like headers.
func TestWalkThatLosesItsWay(t *testing.T) {
	for _, v := range variants() {
		if v.format.Align != 8 {
			continue
		}
		t.Run(v.String(), func(t *testing.T) {
			ring, w := beginOf(t, v.format, v.geometry(4096), 0)
			consumer := consumerOf(t, ring)
			first, _ := v.format.PageOffset(ring.Geometry(), 0)
			write := func(span uint32) {
				r := reserve(t, w, span)
				for at := 0; at < len(r.Payload); at += 8 {
					setHeader(r.Payload[at:], v.format.Encode(ringcore.Header{Length: pausedPayload, PageOffset: first}))
				}
				w.Submit(r)
				consumeAll(t, consumer)
			}
			o, books := ringcore.NewObserver(ring), newTally(t, 4096)
			books.format = v.format
			for range 40 {
				write(pausedSpan)
			}
			observe(o, books)
			const from = 8 * pausedSpan
			times := 0
			o.OnPause(func(at ringcore.PausePoint) {
				if times++; times > 1 || at != ringcore.BeforeHeaders {
					return
				}
				for range 27 { // up to where the walk begins, a lap later
					write(pausedSpan)
				}
				write(pausedSpan + 8)
			})
			seen := 0
			held := o.Walk(from, 4, 20, func(s ringcore.Seen) bool {
				seen++
				if s.Pos%pausedSpan != 0 || s.Raw != v.format.Encode(ringcore.Header{Length: pausedPayload, PageOffset: first}) {
					t.Errorf("a record at %d (%d and %d bytes), exact: %t; none began there", s.Pos, s.Pos/pausedSpan*pausedSpan, s.Pos%pausedSpan, s.Exact)
				}
				return true
			})
			want := 3 + 20 // the fourth one before is gone
			if v.format == ringcore.Windows {
				want = 0 // so much that was released is not taken to stand
			}
			if times < 2 || seen != want || held != (want > 0) {
				t.Errorf("%d records seen (held: %t) past %d pause points, want %d", seen, held, times, want)
			}
		})
	}
}

// TestCountsNoFurtherBackThanTheRing asks how many records there are from a consumer position on that somebody moved back by many laps: what
// stood there is gone, and looking for it would take a step for each mark of each lap.
func TestCountsNoFurtherBackThanTheRing(t *testing.T) {
	ring, w := beginOf(t, ringcore.Linux, ringcore.LinuxGeometry(4096, 4096), 0)
	consumer := consumerOf(t, ring)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	for range 40 * 4096 / pausedSpan {
		w.Submit(reserve(t, w, pausedSpan))
		consumeAll(t, consumer)
		observe(o, books)
	}
	if n, exact := o.RecordsFrom(0); n != 0 || exact {
		t.Errorf("%d records from 0 on (exact: %t), want none", n, exact)
	}
	p := o.Last().Producer
	if n, exact := o.RecordsFrom(p - 4096 + pausedSpan); n != 4096/pausedSpan-1 || !exact {
		t.Errorf("%d records of the last lap (exact: %t), want %d", n, exact, 4096/pausedSpan-1)
	}
}

// TestBusyAndDiscardedIsBusy sets both bits of a header, which no producer does before it is done with the record: its reader waits.
func TestBusyAndDiscardedIsBusy(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			ring, w := beginOf(t, v.format, v.geometry(4096), 0)
			consumer := consumerOf(t, ring)
			o, books := ringcore.NewObserver(ring), newTally(t, 4096)
			books.format = v.format
			observe(o, books)
			w.Discard(reserve(t, w, pausedSpan))
			both := reserve(t, w, pausedSpan)
			w.Submit(reserve(t, w, pausedSpan))
			place := ring.Memory().Data[both.Pos:]
			raw := v.format.Encode(ringcore.Header{Length: uint32(len(both.Payload)), PageOffset: ring.Header(both.Pos).PageOffset, Busy: true, Discard: true})
			switch v.format {
			case ringcore.WindowsLegacy:
				binary.LittleEndian.PutUint64(place, raw)
			case ringcore.WindowsLegacyPacked:
				binary.LittleEndian.PutUint32(place, uint32(raw))
			default:
				setHeader(place, raw)
			}
			observe(o, books)
			if books.records != 3 || books.committed != 1 || books.discarded != 1 || books.discardedBytes != both.Pos || o.Remembered() != 1 {
				t.Errorf("%d records, %d committed, %d discarded of %d bytes, %d busy; want 3, 1, 1 of %d, 1",
					books.records, books.committed, books.discarded, books.discardedBytes, o.Remembered(), both.Pos)
			}
			for range consumer.Records() {
				t.Error("a record is read from behind a busy one")
			}
			if got := consumer.Tally(); got.Discarded != 1 || got.Committed != 0 || consumer.Err() != nil {
				t.Errorf("%+v, %v; want 1 discarded", got, consumer.Err())
			}
		})
	}
}

// TestWalkBehindAnUnpublishedRecord holds a producer in overwrite mode up where it has stored the overwrite position, and the producer position
// not yet: what makes room is gone, though it is less than a ring away.
func TestWalkBehindAnUnpublishedRecord(t *testing.T) {
	ring, w := overwriting(t)
	fillRound(t, w, 62)
	o := ringcore.NewObserver(ring)
	observe(o, newTally(t, 4096))
	const stands, from = 9 * pausedSpan, 20 * pausedSpan
	setPosition(ring.Memory().Producer[ring.Geometry().Overwrite:], stands)
	var at []ringcore.Pos
	held := o.Walk(from, 20, 5, func(s ringcore.Seen) bool { at = append(at, s.Pos); return true })
	if !held || len(at) != 16 || at[0] != stands {
		t.Errorf("held: %t, records at %d; want 16 from %d on", held, at, stands)
	}
}

// TestExactBehindTheConsumerPosition asks which records of a walk are proven where what was released proves nothing: those from the consumer
// position on, if the walk came to it. If it did not, it may have lost its way before.
func TestExactBehindTheConsumerPosition(t *testing.T) {
	const first, last = 25, 39 // near enough to what is published to be taken to stand
	for name, c := range map[string]struct {
		consumer ringcore.Pos
		exact    int // the first record that is
	}{
		"a boundary":   {consumer: 30 * pausedSpan, exact: 30},
		"none":         {consumer: 30*pausedSpan + 8, exact: last + 1},
		"behind":       {consumer: 20 * pausedSpan, exact: first},
		"all released": {consumer: 40 * pausedSpan, exact: last + 1},
	} {
		t.Run(name, func(t *testing.T) {
			ring, w := beginOf(t, ringcore.Windows, ringcore.Windows.Geometry(4096, 4096), 0)
			o, books := ringcore.NewObserver(ring), newTally(t, 4096)
			books.format = ringcore.Windows
			for range last + 1 {
				w.Submit(reserve(t, w, pausedSpan))
			}
			observe(o, books)
			setPosition(ring.Memory().Consumer, c.consumer)
			observe(o, books)
			at := ringcore.Pos(first)
			o.Walk(first*pausedSpan, 0, 100, func(s ringcore.Seen) bool {
				if s.Pos != at*pausedSpan || s.Unread != (s.Pos >= c.consumer) || s.Exact != (at >= ringcore.Pos(c.exact)) {
					t.Errorf("record %d (want %d) unread: %t, exact: %t; want exact ones from %d on", s.Pos/pausedSpan, at, s.Unread, s.Exact, c.exact)
				}
				at++
				return true
			})
			if at != last+1 {
				t.Errorf("%d records seen, want %d", at-first, last+1-first)
			}
		})
	}
}

// TestExactInOverwriteMode: the consumer position proves nothing there, because no producer reads it; so records are exact where the order of
// stores shows, and nowhere else.
func TestExactInOverwriteMode(t *testing.T) {
	ring, w := overwriting(t)
	fillRound(t, w, 10)
	o := ringcore.NewObserver(ring)
	observe(o, newTally(t, 4096))
	n := 0
	o.Walk(0, 0, 10, func(s ringcore.Seen) bool {
		if n++; s.Exact != ringcore.StrongOrder {
			t.Errorf("the record at %d is exact: %t, the order of stores shows: %t", s.Pos, s.Exact, ringcore.StrongOrder)
		}
		return true
	})
	if n != 10 {
		t.Errorf("%d records, want 10", n)
	}
}
