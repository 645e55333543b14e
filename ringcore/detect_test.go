package ringcore_test

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ringscope/ringcore"
)

// written is a ring of a variant with n records of random payloads, of which some are busy and some discarded, behind others that were read.
func written(t interface{ Fatal(...any) }, v variant, size uint64, passed, n int, random *rand.Rand) *ringcore.Ring {
	next := func() uint32 { return 1 + random.Uint32N(120) }
	return pouredRing(t, v, size, passed, n, next, contents["noise"], random)
}

// TestDetect finds every format by its records alone, wherever its positions stand.
func TestDetect(t *testing.T) {
	for _, v := range append(variants(), withoutPageOffsets) {
		t.Run(v.String(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
				passed := rapid.SampledFrom([]int{0, 10, 400, 2000}).Draw(t, "passed")
				ring := written(t, v, 32<<10, passed, rapid.IntRange(4, 200).Draw(t, "records"), random)
				g := *ring.Geometry()
				if !v.overwrite { // what a wrong description says
					g.FirstPageOffset, g.Pending = rapid.SampledFrom([]uint32{0, 3, 7}).Draw(t, "first page offset"), -1
				}
				guesses := ringcore.Detect(ring.Memory(), g)
				first := guesses[0]
				if len(guesses) != len(ringcore.Formats) || first.Format != v.format || first.Certainty != ringcore.Sure || !first.EndsOn || first.Why != nil {
					t.Fatalf("%+v", guesses)
				}
				if again, err := ringcore.NewRing(first.Format, first.Geometry, ring.Memory()); err != nil {
					t.Fatal(err)
				} else if _, why := ringcore.NewObserver(again).Whole(func(ringcore.Seen) bool { return true }); why != nil {
					t.Fatalf("as it was found it can't be read: %v", why)
				}
				for _, g := range guesses[1:] {
					if g.Certainty != ringcore.RuledOut || g.Why == nil {
						t.Fatalf("%s is %v: %v", g.Format.Name, g.Certainty, g.Why)
					}
				}
			})
		})
	}
}

// TestDetectSaysHowSure asks what is said of rings that tell little.
func TestDetectSaysHowSure(t *testing.T) {
	linux := variant{format: ringcore.Linux}
	random := rand.New(rand.NewPCG(1, 2))
	best := func(r *ringcore.Ring, g ringcore.Geometry) (first ringcore.Guess, fit []string) {
		guesses := ringcore.Detect(r.Memory(), g)
		for _, g := range guesses {
			if g.Fits() {
				fit = append(fit, g.Format.Name)
			}
		}
		return guesses[0], fit
	}
	empty := heapRing(t, linux.geometry(4096))
	if first, fit := best(empty, *empty.Geometry()); first.Certainty != ringcore.Possible || len(fit) != len(ringcore.Formats) {
		t.Errorf("an empty ring: %v, fits %v", first.Certainty, fit)
	}
	for records, want := range map[int]ringcore.Certainty{2: ringcore.Likely, 3: ringcore.Likely, 4: ringcore.Sure} {
		few := written(t, linux, 8192, 0, records, random)
		if first, fit := best(few, *few.Geometry()); first.Certainty != want || first.Format != ringcore.Linux {
			t.Errorf("%d records: %s %v, fits %v; want %v", records, first.Format.Name, first.Certainty, fit, want)
		}
	}
	// A user ring of one page, in which the page offset is always 0, looks like one of Windows.
	page := written(t, variant{format: ringcore.Windows}, 4096, 0, 20, random)
	g := ringcore.LinuxGeometry(4096, 4096)
	g.FirstPageOffset = 0
	if first, fit := best(page, g); first.Certainty != ringcore.Possible || !slices.Equal(fit, []string{"linux", "windows"}) {
		t.Errorf("a ring that two formats fit: %s %v, fits %v", first.Format.Name, first.Certainty, fit)
	}
	// A cleared header is none in windows. It would be one of a user ring, and the zeros behind it more of them.
	cleared := written(t, variant{format: ringcore.Windows}, 4096, 0, 20, random)
	span := ringcore.Windows.Span(cleared.Header(0).Length)
	clear(cleared.Memory().Data[:span])
	if first, fit := best(cleared, g); first.Certainty != ringcore.Possible || !first.Blank || !slices.Equal(fit, []string{"linux"}) {
		t.Errorf("a ring of Windows with a cleared record: %s %v, fits %v", first.Format.Name, first.Certainty, fit)
	}
	torn := written(t, linux, 32<<10, 0, 200, random)
	binary.NativeEndian.PutUint64(torn.Memory().Data[8192&^7:], ^uint64(0))
	end := ringcore.Pos(0)
	if _, why := ringcore.NewObserver(torn).Whole(func(s ringcore.Seen) bool { end = s.Pos; return true }); why == nil {
		binary.NativeEndian.PutUint64(torn.Memory().Data[end:], ^uint64(0)) // that was no header
	}
	if first, fit := best(torn, *torn.Geometry()); first.Certainty != ringcore.Likely || first.Format != ringcore.Linux || first.Why == nil || len(fit) != 0 {
		t.Errorf("a ring with a wrong header: %s %v (%v), fits %v", first.Format.Name, first.Certainty, first.Why, fit)
	}
	// Few records before a wrong header tell nothing, and many nothing where they are as many in another format.
	for records, told := range map[int]ringcore.Geometry{10: linux.geometry(4096), 30: g} {
		v := linux
		if records == 30 {
			v.format = ringcore.Windows
		}
		wrong := written(t, v, 4096, 0, records, random)
		setHeader(wrong.Memory().Data[lastOf(t, wrong):], ^uint64(0))
		if first, fit := best(wrong, told); first.Certainty != ringcore.RuledOut || first.Records != uint64(records-1) || len(fit) != 0 {
			t.Errorf("%d records before a wrong header: %s %v of %d, fits %v", records-1, first.Format.Name, first.Certainty, first.Records, fit)
		}
	}
	noise := heapRing(t, linux.geometry(4096))
	for i := range noise.Memory().Data {
		noise.Memory().Data[i] = byte(random.Uint32())
	}
	setPosition(noise.Memory().Producer, 4000)
	if first, fit := best(noise, *noise.Geometry()); first.Certainty != ringcore.RuledOut || len(fit) != 0 {
		t.Errorf("noise: %s %v, fits %v", first.Format.Name, first.Certainty, fit)
	}
	setPosition(noise.Memory().Consumer, 13)
	for _, g := range ringcore.Detect(noise.Memory(), *noise.Geometry()) {
		if g.Format.Align > 1 && !errors.Is(g.Why, ringcore.ErrUnaligned) {
			t.Errorf("%s from a position where none can begin: %v", g.Format.Name, g.Why)
		}
	}
	setPosition(noise.Memory().Producer, 4001)
	for _, g := range ringcore.Detect(noise.Memory(), *noise.Geometry()) {
		if g.Format.Align > 1 && !errors.Is(g.Why, ringcore.ErrUnaligned) {
			t.Errorf("%s at a position where none can begin: %v", g.Format.Name, g.Why)
		}
	}
}

// TestDetectAfterPositionsWrapped: on a 32-bit kernel a small producer position does not tell that the ring is new, and position 0 lies within
// a record here.
func TestDetectAfterPositionsWrapped(t *testing.T) {
	g := ringcore.LinuxGeometry(4096, 4096)
	g.PosWidth = 4
	ring, w := beginOf(t, ringcore.Linux, g, 1<<32-3*72)
	for range 8 {
		v, err := w.Reserve(100)
		if err != nil {
			t.Fatal(err)
		}
		for i := range v.Payload {
			v.Payload[i] = 0xa5
		}
		w.Submit(v)
	}
	first := ringcore.Detect(ring.Memory(), g)[0]
	if first.Format != ringcore.Linux || first.Certainty != ringcore.Sure || first.Records != 8 {
		t.Errorf("%+v", first)
	}
}

// lastOf is where the last record of a ring stands that has not been overwritten.
func lastOf(t *testing.T, r *ringcore.Ring) (at ringcore.Pos) {
	t.Helper()
	if _, why := ringcore.NewObserver(r).Whole(func(s ringcore.Seen) bool { at = s.Pos; return true }); why != nil {
		t.Fatal(why)
	}
	return at
}

// TestDetectInOverwriteMode reads what still stands, though its reader has passed it; and where nobody says that it is overwrite mode, nothing
// is where positions say.
func TestDetectInOverwriteMode(t *testing.T) {
	ring, w := overwriting(t)
	fillRound(t, w, 200)
	g := *ring.Geometry()
	setPosition(ring.Memory().Consumer, ring.ReadPositions().Producer)
	if first := ringcore.Detect(ring.Memory(), g)[0]; first.Format != ringcore.Linux || first.Certainty != ringcore.Sure || first.Records != 63 {
		t.Errorf("%+v", first)
	}
	setPosition(ring.Memory().Consumer, 0)
	g.OverwriteMode = false
	for _, guess := range ringcore.Detect(ring.Memory(), g) {
		if guess.Certainty != ringcore.RuledOut || !errors.Is(guess.Why, ringcore.ErrTooFar) {
			t.Errorf("%s: %v, %v", guess.Format.Name, guess.Certainty, guess.Why)
		}
	}
}

// TestDetectIsBounded cuts the walk of a large ring.
func TestDetectIsBounded(t *testing.T) {
	ring := heapRing(t, ringcore.LinuxGeometry(16<<20, 4096))
	fill(t, ring, 8)
	first := ringcore.Detect(ring.Memory(), *ring.Geometry())[0]
	if !first.Cut || first.Records != 1<<16 || first.Certainty != ringcore.Sure || first.Format != ringcore.Linux {
		t.Errorf("%+v", first)
	}
}

// FuzzDetect guesses whatever stands there.
func FuzzDetect(f *testing.F) {
	f.Add([]byte{64, 0, 0, 0x40, 3, 0, 0, 0}, uint64(0), uint64(72), uint8(0))
	f.Add([]byte{0, 0, 0, 0, 8, 0, 0, 0}, uint64(3), uint64(4000), uint8(1))
	f.Add([]byte{16, 0, 0, 0}, ^uint64(0), uint64(1)<<40, uint8(7))
	f.Fuzz(func(t *testing.T, noise []byte, consumer, producer uint64, ways uint8) {
		g := ringcore.LinuxGeometry(4096, 4096)
		if ways&1 != 0 {
			g.PosWidth = 4
		}
		if ways&2 != 0 {
			g.OverwriteMode, g.Overwrite = true, 16
		}
		if ways&6 == 4 {
			g.FirstPageOffset, g.UserRing = uint32(ways), true
		}
		ring := heapRing(t, g)
		m := ring.Memory()
		for i := range m.Data {
			if len(noise) > 0 {
				m.Data[i] = noise[i%len(noise)]
			}
		}
		setPosition(m.Consumer, consumer)
		setPosition(m.Producer, producer)
		last := ringcore.Sure
		for _, guess := range ringcore.Detect(m, g) {
			if guess.Certainty > last || guess.Records > 1024 || guess.Fits() == (guess.Certainty == ringcore.RuledOut) && guess.Fits() {
				t.Fatalf("%+v", guess)
			}
			last = guess.Certainty
		}
	})
}

// TestRingWithoutPageOffsets reads a ring of eBPF for Windows before v1.0, which left 0 in the header of every record, also beyond the first
// page. Those of no other format were ever left out.
func TestRingWithoutPageOffsets(t *testing.T) {
	ring := written(t, withoutPageOffsets, 32<<10, 400, 200, rand.New(rand.NewPCG(1, 2)))
	g := *ring.Geometry()
	g.ZeroPageOffsets = false
	first := ringcore.Detect(ring.Memory(), g)[0]
	if first.Format != ringcore.Windows || first.Certainty != ringcore.Sure || !first.Geometry.ZeroPageOffsets {
		t.Fatalf("found as %s, %v, %+v: %v", first.Format.Name, first.Certainty, first.Geometry, first.Why)
	}
	for _, zeros := range []bool{true, false} {
		g.ZeroPageOffsets = zeros
		read, err := ringcore.NewRing(ringcore.Windows, g, ring.Memory())
		if err != nil {
			t.Fatal(err)
		}
		records := 0
		_, why := ringcore.NewObserver(read).Whole(func(ringcore.Seen) bool { records++; return true })
		if right := why == nil && records >= 200; right != zeros {
			t.Errorf("without page offsets: %t; %d records are read, %v", zeros, records, why)
		}
		want, has := ringcore.Windows.PageOffset(&g, 8192)
		if !has || zeros != (want == 0) {
			t.Errorf("without page offsets: %t; that at 8192 must be %d (there is one: %t)", zeros, want, has)
		}
	}
	for _, f := range ringcore.Formats {
		g := f.Geometry(32<<10, 4096)
		g.ZeroPageOffsets = true
		if _, err := ringcore.NewRing(f, g, ring.Memory()); (err == nil) != (f == ringcore.Windows) || err != nil && !errors.Is(err, ringcore.ErrGeometry) {
			t.Errorf("%s without page offsets: %v", f.Name, err)
		}
	}
}
