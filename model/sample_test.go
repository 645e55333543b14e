package model

import (
	"testing"

	"ringscope/ringcore"
)

// TestWritten: the producer position tells how much of the ring was ever written, unless it jumped, and nothing tells it where the ring or
// the position is unknown.
func TestWritten(t *testing.T) {
	ring := &Ring{Format: ringcore.Linux, Geometry: ringcore.LinuxGeometry(4096, 4096)}
	for _, c := range []struct {
		name string
		s    Sample
		want Figure[uint64]
	}{
		{"no ring", Sample{Positions: Positions{Producer: Of[ringcore.Pos](64)}}, Figure[uint64]{}},
		{"no position", Sample{Ring: ring}, Figure[uint64]{}},
		{"nothing", Sample{Ring: ring, Positions: Positions{Producer: Of[ringcore.Pos](0)}}, Of[uint64](0)},
		{"amid the first lap", Sample{Ring: ring, Positions: Positions{Producer: Of[ringcore.Pos](64)}}, Of[uint64](64)},
		{"come round", Sample{Ring: ring, Positions: Positions{Producer: Of[ringcore.Pos](4104)}}, Of[uint64](4096)},
		{"back to the first byte", Sample{Ring: ring, Positions: Positions{Producer: Of[ringcore.Pos](0)}, Missed: Missed{Jumps: 1}}, Of[uint64](4096)},
	} {
		if got := c.s.Written(); got != c.want {
			t.Errorf("%s: %+v, expected %+v", c.name, got, c.want)
		}
	}
}
