package ringcore_test

import (
	"testing"

	"ringscope/ringcore"
)

// FuzzObserver lets an observer, and then a consumer, loose on any bytes at any positions, in any format, which change between two looks
// and within them. Whatever stands there, the walk ends, stays in its memory, and accounts for every byte.
func FuzzObserver(f *testing.F) {
	for which := range variants() {
		f.Add([]byte{64, 0, 0, 0x40, 3, 0, 0, 0}, uint64(0), uint64(72), uint64(144), uint64(0), uint8(which), uint8(0))
		f.Add([]byte{0, 0, 0, 0, 3, 0, 0, 0}, uint64(8), uint64(4096), uint64(5000), uint64(2000), uint8(which), uint8(1))
		f.Add([]byte{0xff}, ^uint64(0), uint64(1)<<40, uint64(1)<<33, uint64(1)<<33-100, uint8(which), uint8(3))
		f.Add([]byte{2, 0, 0, 0, 8, 0, 0, 0}, uint64(16), uint64(4000), uint64(4400), uint64(400), uint8(which), uint8(2))
	}
	f.Fuzz(func(t *testing.T, noise []byte, consumer, producer, later, over uint64, which, ways uint8) {
		v := variants()[int(which)%len(variants())]
		g := v.geometry(4096)
		if ways&1 != 0 && v.format == ringcore.Linux {
			g.PosWidth, g.Pending = 4, 4
			if v.overwrite {
				g.Overwrite = 8
			}
		}
		ring := heapRingOf(t, v.format, g)
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
		if v.overwrite {
			setPosition(m.Producer[g.Overwrite:], over)
		}
		o, books := ringcore.NewObserver(ring), newTally(t, g.Size)
		books.format = v.format
		first := observe(o, books)
		pour(1)
		setPosition(m.Producer, later)
		if ways&2 != 0 {
			paused := 0
			o.OnPause(func(ringcore.PausePoint) {
				if paused++; paused%2 == 0 && paused < 40 {
					pour(paused)
				}
			})
		}
		last := observe(o, books)
		align := v.format.Align
		if last.Producer%align == 0 && first.Producer%align == 0 && last.Producer-first.Producer < 1<<63 && o.Remembered() < ringcore.MaxRemembered {
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
		if whole > 4096/v.format.HeaderSize {
			t.Fatalf("%d records in 4096 bytes (%v)", whole, why)
		}
		strip := 0
		o.Strip(last.Producer-3000, last.Producer, func(ringcore.Seen) { strip++ })
		if strip > 4096/v.format.HeaderSize {
			t.Fatalf("%d records in a strip of 3000 bytes", strip)
		}
		if c, err := ringcore.NewConsumer(ring); err == nil {
			n := 0
			for rec := range c.Records() {
				n += v.format.HeaderSize + len(rec.Payload)
			}
			if n > 4096 {
				t.Fatalf("%d bytes consumed of 4096", n)
			}
		}
	})
}
