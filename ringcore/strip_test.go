package ringcore_test

import (
	"encoding/binary"
	"fmt"
	"testing"

	"ringscope/ringcore"
)

// write puts n records of 56 bytes into a ring whose consumer follows at once.
func write(tb testing.TB, r *ringcore.Ring, p *ringcore.Producer, n int) {
	tb.Helper()
	for range n {
		v, err := p.Reserve(56)
		if err != nil {
			tb.Fatal(err)
		}
		p.Submit(v)
		setPosition(r.Memory().Consumer, v.Pos+64)
	}
}

// TestStripIsProven lets a producer overtake the walk before each of its proofs: nothing that it has reused may be visited, and what
// still stands must be.
func TestStripIsProven(t *testing.T) {
	const size = 64 << 10
	ring, producer := begin(t, ringcore.LinuxGeometry(size, 4096), 0)
	o := ringcore.NewObserver(ring)
	observe(o, newTally(t, size))
	write(t, ring, producer, 1000)
	observe(o, newTally(t, size))
	write(t, ring, producer, 500)
	observe(o, newTally(t, size))
	end := ring.ReadPositions().Producer
	for overtakes := range 3 {
		left, now := overtakes, ring.ReadPositions().Producer
		o.OnPause(func(at ringcore.PausePoint) {
			if at == ringcore.BeforeProof && left > 0 {
				left--
				write(t, ring, producer, 64) // a sixteenth of the ring
			}
		})
		var got []ringcore.Pos
		o.Strip(end-size, end, func(s ringcore.Seen) {
			if reused := ring.ReadPositions().Producer - s.Pos; reused > size-8 {
				t.Errorf("%d overtakes: visits %d, overwritten", overtakes, s.Pos)
			}
			got = append(got, s.Pos)
		})
		o.OnPause(nil)
		for i := range got {
			if i > 0 && got[i] != got[i-1]+64 {
				t.Errorf("%d overtakes: %d follows %d", overtakes, got[i], got[i-1])
			}
		}
		// A sixteenth of the ring may be given up for lost behind what is.
		if lost := ring.ReadPositions().Producer - now; len(got) == 0 || got[len(got)-1] != end-64 || end-got[0] < size-lost-2*size/16 {
			t.Errorf("%d overtakes: %d records from %d on, of a ring that reaches from %d to %d", overtakes, len(got), got[0], now+lost-size, end)
		}
	}
}

// TestStripOfWhatIsNotKnown asks for strips of bytes that nobody walked or that are overwritten.
func TestStripOfWhatIsNotKnown(t *testing.T) {
	const size = 64 << 10
	ring, producer := begin(t, ringcore.LinuxGeometry(size, 4096), 1<<20)
	write(t, ring, producer, 700)
	o := ringcore.NewObserver(ring)
	o.Strip(1<<20, 1<<20+size, func(s ringcore.Seen) { t.Errorf("before the first look: visits %d", s.Pos) })
	observe(o, newTally(t, size))
	o.Strip(1<<20, 1<<20+700*64, func(s ringcore.Seen) { t.Errorf("read before watching began: visits %d", s.Pos) })
	write(t, ring, producer, 10)
	observe(o, newTally(t, size))
	n := 0
	o.Strip(1<<20, 1<<21, func(s ringcore.Seen) { n++ })
	if n != 10 {
		t.Errorf("visits %d records, want the 10 that came while watching", n)
	}
	o.Strip(1<<40, 1<<41, func(s ringcore.Seen) { t.Errorf("far ahead: visits %d", s.Pos) })
	o.Strip(0, 1<<10, func(s ringcore.Seen) { t.Errorf("long overwritten: visits %d", s.Pos) })
	o.Strip(1<<21, 1<<20, func(s ringcore.Seen) { t.Errorf("backwards: visits %d", s.Pos) })
	for off := ringcore.Pos(0); off < 3*size; off += 64 { // where what is walked lies behind the begin, and before the end
		from := 1<<20 - size + off + 1<<63
		binary.NativeEndian.PutUint64(ring.Memory().Consumer, from) // as user space can: it is no boundary that helps
		observe(o, newTally(t, size))
		o.Strip(from, from+8, func(s ringcore.Seen) { t.Errorf("half of all positions away, from %d: visits %d", from, s.Pos) })
	}
}

// TestStripGoesOnWhereTheLastOneBegan counts what a strip reads of a ring whose marks are far apart.
func TestStripGoesOnWhereTheLastOneBegan(t *testing.T) {
	const size = 64 << 20 // 64 KiB between marks
	ring := heapRing(t, ringcore.LinuxGeometry(size, 4096))
	fill(t, ring, 0)
	o := ringcore.NewObserver(ring)
	for more := true; more; {
		_, more = o.Observe(nothing{})
	}
	walked := func(from ringcore.Pos) (headers int) {
		begin, ok := o.StripBegin(from, from+64)
		if !ok {
			t.Fatalf("no boundary is known before %d", from)
		}
		o.Strip(from, from+64, func(s ringcore.Seen) {
			if s.Pos < from || s.Pos >= from+64 {
				t.Errorf("the strip from %d visits %d", from, s.Pos)
			}
		})
		return int(from-begin) / 8
	}
	at := ringcore.Pos(32<<20 + 60<<10)
	if n := walked(at); n < 1000 {
		t.Fatalf("%d headers lead to the first strip: the marks are too near for this test", n)
	}
	for _, on := range []ringcore.Pos{0, 8, 800, 3000} {
		at += on
		if n := walked(at); n > int(on/8) {
			t.Errorf("%d bytes on, %d headers lead to the strip", on, n)
		}
	}
	if n := walked(at - 800); n < 100 {
		t.Errorf("%d headers lead to a strip further back", n)
	}
}

// BenchmarkStrip is what a tape costs a frame.
func BenchmarkStrip(b *testing.B) {
	for _, payload := range []uint32{0, 56, 248} {
		r := heapRing(b, ringcore.LinuxGeometry(16<<20, 4096))
		fill(b, r, payload)
		o := ringcore.NewObserver(r)
		for more := true; more; {
			_, more = o.Observe(nothing{})
		}
		for _, bytes := range []uint64{118 * 8, 118 * 512, 118 * 4096} {
			b.Run(fmt.Sprintf("payload=%d/bytes=%d", payload, bytes), func(b *testing.B) {
				n := 0
				b.ReportAllocs()
				for b.Loop() {
					n = 0
					o.Strip(8<<20, 8<<20+bytes, func(ringcore.Seen) { n++ })
				}
				b.ReportMetric(float64(n), "records")
			})
		}
	}
}

// TestStripBeginsAtTheOverwritePosition asks for a strip that begins before what stands, in a ring where that begins between two marks: the
// boundary before it is overwritten, and the one behind it is too late.
func TestStripBeginsAtTheOverwritePosition(t *testing.T) {
	const size = 1 << 20
	ring, w := beginOf(t, ringcore.Linux, variant{format: ringcore.Linux, overwrite: true}.geometry(size), 0)
	o := ringcore.NewObserver(ring)
	observe(o, newTally(t, size))
	for n := range 3 * size / 2 / 72 {
		w.Submit(reserve(t, w, 72))
		if n%1000 == 0 {
			observe(o, newTally(t, size))
		}
	}
	for range 8 {
		w.Submit(reserve(t, w, 72))
		observe(o, newTally(t, size))
		c := o.Last().Overwrite
		var visited []ringcore.Pos
		o.Strip(c-500, c+5000, func(s ringcore.Seen) { visited = append(visited, s.Pos) })
		if len(visited) == 0 || visited[0] != c {
			t.Errorf("the strip visits %v, want it to begin at %d", visited[:min(len(visited), 3)], c)
		}
	}
}
