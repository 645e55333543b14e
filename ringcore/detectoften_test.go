package ringcore_test

import (
	"encoding/binary"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"ringscope/ringcore"
)

// contents are payloads that rings hold.
var contents = map[string]func(p []byte, random *rand.Rand){
	"noise": func(p []byte, random *rand.Rand) {
		for i := range p {
			p[i] = byte(random.Uint32())
		}
	},
	"zeros": func(p []byte, _ *rand.Rand) { clear(p) },
	// Small numbers of 4 bytes, of which many are lengths, page offsets or flags in one format or another.
	"small": func(p []byte, random *rand.Rand) {
		for i := 0; i+4 <= len(p); i += 4 {
			binary.LittleEndian.PutUint32(p[i:], random.Uint32N(16))
		}
	},
}

// lengths are how long the payloads of a ring's records are.
var lengths = map[string]func(random *rand.Rand) func() uint32{
	"any": func(random *rand.Rand) func() uint32 { return func() uint32 { return 1 + random.Uint32N(60) } },
	"one": func(random *rand.Rand) func() uint32 {
		n := 1 + random.Uint32N(120)
		return func() uint32 { return n }
	},
}

// TestDetectOften detects thousands of rings and counts, by how many records stand there, how often it is right, undecided and wrong. It is
// never wrong, and from as many records on as make it sure never undecided. Their seeds are fixed: what it counts is the same every time.
func TestDetectOften(t *testing.T) {
	rings := 150
	if testing.Short() {
		rings = 15
	}
	type count struct{ rings, sure, likely, undecided, wrong int }
	counts := map[int]*count{}
	for _, records := range []int{1, 2, 3, 4, 8, 64} {
		counted := &count{}
		counts[records] = counted
		for content, pour := range contents {
			for length, next := range lengths {
				for _, v := range append(variants(), withoutPageOffsets) {
					random := rand.New(rand.NewPCG(uint64(records), 7))
					for range rings {
						ring := pouredRing(t, v, 16<<10, random.IntN(600), records, next(random), pour, random)
						g := *ring.Geometry()
						if !v.overwrite { // what a wrong description says
							g.FirstPageOffset, g.Pending = []uint32{0, 3}[random.IntN(2)], -1
						}
						first := ringcore.Detect(ring.Memory(), g)[0]
						counted.rings++
						switch {
						case first.Certainty < ringcore.Likely:
							if counted.undecided++; records >= 4 {
								t.Errorf("%d records of %s, payloads of %s length full of %s: undecided", records, v, length, content)
							}
						case first.Format != v.format:
							counted.wrong++
							t.Errorf("%d records of %s, payloads of %s length full of %s: %s is %v", records, v, length, content, first.Format.Name, first.Certainty)
						case first.Certainty == ringcore.Sure:
							counted.sure++
						default:
							counted.likely++
						}
					}
				}
			}
		}
	}
	for _, records := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%2d records: %+v", records, *counts[records])
	}
}

// pouredRing is a ring of a variant with n records, as long as next says, that hold what pour gives, behind others that were read.
func pouredRing(
	t interface{ Fatal(...any) }, v variant, size uint64, passed, n int, next func() uint32, pour func([]byte, *rand.Rand), random *rand.Rand,
) *ringcore.Ring {
	ring, w := beginOf(t, v.format, v.geometry(size), 0)
	consumer, err := ringcore.NewConsumer(ring)
	if err != nil {
		t.Fatal(err)
	}
	for i := range passed + n {
		r, err := w.Reserve(next())
		if err != nil {
			t.Fatal(err)
		}
		pour(r.Payload, random)
		switch {
		case i >= passed && random.IntN(8) == 0: // busy
		case random.IntN(4) == 0:
			w.Discard(r)
		default:
			w.Submit(r)
		}
		if i < passed {
			for range consumer.Records() {
			}
			if err := consumer.Release(); err != nil {
				t.Fatal(err)
			}
		}
	}
	return ring
}
