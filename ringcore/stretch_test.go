package ringcore_test

import (
	"testing"

	"ringscope/ringcore"
)

// widest keeps how many bytes the longest batch has.
type widest struct {
	*tally
	bytes uint64
}

func (s *widest) Batch(b *ringcore.Batch) {
	s.bytes = max(s.bytes, b.To-b.From)
	s.tally.Batch(b)
}

// TestStretches asks, in every format, that no more than 64 KiB are read before their proof, and that the largest record is found though
// others follow it.
func TestStretches(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			const size, span, largest = 256 << 10, 1000, 2000
			ring, w := beginOf(t, v.format, v.geometry(size), 0)
			o, books := ringcore.NewObserver(ring), &widest{tally: newTally(t, size)}
			books.format = v.format
			observe(o, books.tally)
			for i := range 200 {
				n := uint32(span)
				if i == 100 {
					n = largest
				}
				w.Submit(reserve(t, w, n))
			}
			for more := true; more; {
				_, more = o.Observe(books)
			}
			if books.records != 200 || books.bytes > 64<<10+largest || books.bytes < 32<<10 {
				t.Errorf("%d records, %d bytes in one batch; want 200, and about 65536 bytes", books.records, books.bytes)
			}
			if want := v.format.Span(largest - 8); books.largest != want {
				t.Errorf("the largest record has %d bytes, want %d", books.largest, want)
			}
		})
	}
}

// TestStripEndsAtAWrongHeader: one that was right when it was walked.
func TestStripEndsAtAWrongHeader(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			ring, w := beginOf(t, v.format, v.geometry(4096), 0)
			o, books := ringcore.NewObserver(ring), newTally(t, 4096)
			books.format = v.format
			var at []ringcore.Pos
			for range 10 {
				r := reserve(t, w, pausedSpan)
				at = append(at, r.Pos)
				w.Submit(r)
			}
			observe(o, books)
			place := ring.Memory().Data[at[5]:][:v.format.HeaderSize]
			for i := range place {
				place[i] = 0xfc
			}
			var got []ringcore.Pos
			o.Strip(0, o.Last().Producer, func(s ringcore.Seen) {
				if got = append(got, s.Pos); len(got) > 10 {
					t.Fatal("a strip of 10 records does not end")
				}
			})
			if len(got) != 5 || got[4] != at[4] {
				t.Errorf("visits %d, want the 5 up to %d", got, at[4])
			}
		})
	}
}

// TestStripIsBounded asks for more than a strip covers.
func TestStripIsBounded(t *testing.T) {
	ring, w := beginOf(t, ringcore.Linux, ringcore.LinuxGeometry(2<<20, 4096), 0)
	o := ringcore.NewObserver(ring)
	for range 1024 {
		w.Submit(reserve(t, w, 1024))
	}
	observe(o, newTally(t, 2<<20))
	n := 0
	o.Strip(0, 1<<20, func(ringcore.Seen) { n++ })
	if n != ringcore.MaxStrip/1024 {
		t.Errorf("visits %d records, want %d", n, ringcore.MaxStrip/1024)
	}
}
