package model

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// plainArrivals keeps every look.
type plainArrivals struct {
	end  []uint64
	seen []time.Time
}

// TestArrivalsKeepTheirBounds compares the log with one that forgets nothing: the look that really was the first to find a position
// must lie within what the log says.
func TestArrivalsKeepTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := uint64(1) << rapid.IntRange(12, 31).Draw(t, "log2 size")
		most := 1 << rapid.IntRange(3, 16).Draw(t, "log2 step")
		calm := rapid.IntRange(1, 2000).Draw(t, "ms")
		looks := rapid.IntRange(1, 30000).Draw(t, "looks")
		seed := rapid.Uint64().Draw(t, "seed")

		var l arrivals
		var plain plainArrivals
		now, prod := begin, uint64(4096)
		l.begin(prod, now)
		plain.end, plain.seen = append(plain.end, prod), append(plain.seen, now)
		x := seed | 1
		rnd := func(n int) int { // xorshift: a draw of rapid for each look would be too slow
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
			return int(x % uint64(n))
		}
		for range looks {
			prev := now
			now = now.Add(time.Duration(rnd(calm)+1) * time.Millisecond)
			if rnd(4) > 0 {
				prod += uint64(rnd(most)+1) * 8
			}
			l.add(prod, now, prev, size)
			plain.end, plain.seen = append(plain.end, prod), append(plain.seen, now)
		}
		i := 0
		for pos := prod - min(size, prod); pos < prod; pos += max(size/997/8*8, 8) {
			for plain.end[i] <= pos {
				i++
			}
			really := plain.seen[i]
			seen, tolerance := l.firstSeen(pos)
			switch seen.How {
			case Exact:
				if !seen.V.Equal(really) {
					t.Fatalf("%d first seen %v, really %v", pos, seen.V.Sub(begin), really.Sub(begin))
				}
				if i > 0 && seen.V.Add(-tolerance).After(plain.seen[i-1]) {
					t.Fatalf("%d: a tolerance of %v leaves out the look before, %v earlier", pos, tolerance, seen.V.Sub(plain.seen[i-1]))
				}
			case Sampled:
				if really.After(seen.V) || really.Before(seen.V.Add(-tolerance)) {
					t.Fatalf("%d first seen %v less %v, really %v", pos, seen.V.Sub(begin), tolerance, really.Sub(begin))
				}
				if age := now.Sub(seen.V); tolerance > age/4 {
					t.Fatalf("%d: tolerance %v at an age of %v", pos, tolerance, age)
				}
			case AtMost:
				if really.After(seen.V) {
					t.Fatalf("%d was there at %v at the latest, really %v", pos, seen.V.Sub(begin), really.Sub(begin))
				}
				if pos >= 4096 && prod-pos < size {
					t.Fatalf("%d of the last lap is forgotten", pos)
				}
			default:
				t.Fatalf("%d is unknown", pos)
			}
		}
		if seen, _ := l.firstSeen(prod); seen.Known() {
			t.Fatalf("what is not written yet was seen at %v", seen.V)
		}
	})
}

// A few records a second in a small ring, for hours: the age of each is known, though they outnumber the log.
func TestArrivalsForHours(t *testing.T) {
	var l arrivals
	now, prod := begin, uint64(0)
	l.begin(prod, now)
	type arrived struct {
		pos uint64
		at  time.Time
	}
	var all []arrived
	for i := range 6 * 36000 { // 6 h of looks every 100 ms, a record of 32 bytes at every third
		prev := now
		now = now.Add(100 * time.Millisecond)
		if i%3 == 0 {
			all = append(all, arrived{prod, now})
			prod += 32
		}
		l.add(prod, now, prev, 256*kib)
	}
	for _, r := range all[len(all)-8191:] {
		seen, tolerance := l.firstSeen(r.pos)
		age := now.Sub(r.at)
		if off := seen.V.Sub(r.at); off < 0 || off > tolerance || tolerance > 100*time.Millisecond+age/finestMerge {
			t.Fatalf("record of age %v: %v off with a tolerance of %v (%v)", age, off, tolerance, seen.How)
		}
	}
}
