package ringcore_test

import (
	"testing"

	"ringscope/ringcore"
)

// FuzzObserver lets an observer, and then a consumer, loose on any bytes at any positions, which change between two looks. Whatever
// stands there, the walk ends, stays in its memory, and accounts for every byte.
func FuzzObserver(f *testing.F) {
	f.Add([]byte{64, 0, 0, 0x40, 3, 0, 0, 0}, uint64(0), uint64(72), uint64(144), false)
	f.Add([]byte{0, 0, 0, 0, 3, 0, 0, 0}, uint64(8), uint64(4096), uint64(5000), true)
	f.Add([]byte{0xff}, ^uint64(0), uint64(1)<<40, uint64(1)<<33, true)
	f.Fuzz(func(t *testing.T, noise []byte, consumer, producer, later uint64, narrow bool) {
		g := ringcore.LinuxGeometry(4096, 4096)
		g.Pending = 8
		if narrow {
			g.PosWidth, g.Pending = 4, 4
		}
		ring := heapRing(t, g)
		m := ring.Memory()
		pour := func(at int) {
			for i := range m.Data {
				if len(noise) > 0 {
					m.Data[i] = noise[(i+at)%len(noise)]
				}
			}
		}
		pour(0)
		setPosition(m.Consumer, consumer)
		setPosition(m.Producer, producer)
		o, books := ringcore.NewObserver(ring), newTally(t, g.Size)
		first := observe(o, books)
		pour(1)
		setPosition(m.Producer, later)
		last := observe(o, books)
		if last.Producer%8 == 0 && first.Producer%8 == 0 && last.Producer-first.Producer < 1<<63 && o.Remembered() < ringcore.MaxRemembered {
			books.check(last.Producer - first.Producer)
		}
		o.Unread()
		visited := 0
		o.Walk(last.Consumer, 10, 10, func(ringcore.Seen) bool { visited++; return true })
		o.Walk(last.Producer, 10, 10, func(ringcore.Seen) bool { visited++; return true })
		if visited > 40 {
			t.Fatalf("%d records visited, at most 40 were asked for", visited)
		}
		buf := make([]byte, 64)
		whole := 0
		_, why := o.Whole(func(s ringcore.Seen) bool {
			o.Copy(buf, s.Pos)
			whole++
			return true
		})
		if whole > 4096/8 {
			t.Fatalf("%d records in 4096 bytes (%v)", whole, why)
		}
		if c, err := ringcore.NewConsumer(ring); err == nil {
			n := 0
			for rec := range c.Records() {
				n += 1 + len(rec.Payload)/8
			}
			if n > 4096/8 {
				t.Fatalf("%d words consumed of 4096 bytes", n)
			}
		}
	})
}
