package ringcore_test

import (
	"testing"

	"ringscope/ringcore"
)

// TestPositionsOfOneMoment lets a producer in overwrite mode write more than a ring between the reading of its position and of the overwrite
// position, which then stands ahead of it. Read again they fit; if that goes on for ever, reading ends all the same.
func TestPositionsOfOneMoment(t *testing.T) {
	for name, c := range map[string]struct{ laps, reads int }{
		"once": {laps: 1, reads: 2}, "twice": {laps: 2, reads: 3}, "for ever": {laps: 100, reads: 3},
	} {
		t.Run(name, func(t *testing.T) {
			ring, w := overwriting(t)
			fillRound(t, w, 63)
			reads := 0
			held := ring.WithPause(func() {
				if reads++; reads <= c.laps {
					fillRound(t, w, 130)
				}
			})
			p := held.ReadPositions()
			if reads != c.reads {
				t.Errorf("read %d times, want %d", reads, c.reads)
			}
			if fits := p.Overwrite <= p.Producer; fits != (c.laps < c.reads) {
				t.Errorf("overwrite position %d, producer position %d", p.Overwrite, p.Producer)
			}
		})
	}
}

// TestFirstLookOfAnOvertakenReader: what still stands is found though the first reading of the positions did not fit together.
func TestFirstLookOfAnOvertakenReader(t *testing.T) {
	ring, w := overwriting(t)
	fillRound(t, w, 63)
	overtaken := false
	o, books := ringcore.NewObserver(ring.WithPause(func() {
		if !overtaken {
			overtaken = true
			fillRound(t, w, 130)
		}
	})), newTally(t, 4096)
	observe(o, books)
	if books.before != 63 || books.corrupt != 0 {
		t.Errorf("%d records of before, %d corrupt; want the 63 that stand", books.before, books.corrupt)
	}
}
