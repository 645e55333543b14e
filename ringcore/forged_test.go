package ringcore_test

import (
	"errors"
	"testing"

	"ringscope/ringcore"
)

// TestProducerPassesForgedHeaders writes headers over those of a producer, as anybody can who may write the file in which its ring lies:
// lengths that lead beyond the producer position, and to no boundary. It goes on, in a time that follows from the ring's size, and its
// pending position is never ahead of the producer's.
func TestProducerPassesForgedHeaders(t *testing.T) {
	for _, overwrite := range []bool{false, true} {
		for _, forged := range []uint32{1, 57, 4095, 1 << 20, ringcore.MaxLinuxPayload, 1<<30 - 1} {
			g := variant{format: ringcore.Linux, overwrite: overwrite}.geometry(4096)
			g.Pending = 8
			ring, w := beginOf(t, ringcore.Linux, g, 1<<20)
			m := ring.Memory()
			for range 200 {
				v, err := w.Reserve(56)
				if err != nil {
					t.Fatalf("overwrite %t, forged length %d: %v", overwrite, forged, err)
				}
				w.Submit(v)
				setHeader(m.Data[v.Pos&4095:], uint64(forged))
				p := ring.ReadPositions()
				if p.Pending-(1<<20) > p.Producer-(1<<20) || p.HasOverwrite && p.Overwrite-(1<<20) > p.Producer-(1<<20) {
					t.Fatalf("overwrite %t, forged length %d: %+v", overwrite, forged, p)
				}
				setPosition(m.Consumer, p.Producer)
			}
		}
	}
}

// TestProducersOutliveForgedPositions writes every position of a producer's pages meanwhile: none waits for what stands there, and what they
// store is their own.
func TestProducersOutliveForgedPositions(t *testing.T) {
	for _, v := range variants() {
		g := v.geometry(4096)
		ring, w := beginOf(t, v.format, g, 0)
		m, end := ring.Memory(), ringcore.Pos(0)
		for i := range 200 {
			setPosition(m.Consumer, end)
			for _, forged := range []ringcore.Pos{0, 1 << 40, ^ringcore.Pos(0), end - 8, end + 8} {
				setPosition(m.Producer, forged+ringcore.Pos(i))
				if g.Pending >= 0 {
					setPosition(m.Producer[g.Pending:], forged)
				}
				if g.Overwrite >= 0 {
					setPosition(m.Producer[g.Overwrite:], forged)
				}
				r, err := w.Reserve(24)
				if err != nil || r.Pos != end {
					t.Fatalf("%s: reserved at %d, want %d: %v", v, r.Pos, end, err)
				}
				end += v.format.Span(24)
				w.Submit(r)
				if at := ring.ReadPositions().Producer; at != end {
					t.Fatalf("%s: the producer position is %d, want %d", v, at, end)
				}
			}
		}
	}
}

// TestProducerBeginsAtForgedPositions begins where the others stand nowhere near the producer position.
func TestProducerBeginsAtForgedPositions(t *testing.T) {
	const begin = 1 << 40
	for _, forged := range []ringcore.Pos{0, begin + 8, begin - 1<<20, 1 << 60} {
		g := variant{format: ringcore.Linux, overwrite: true}.geometry(4096)
		ring, _ := beginOf(t, ringcore.Linux, g, begin)
		setPosition(ring.Memory().Producer[g.Pending:], forged)
		setPosition(ring.Memory().Producer[g.Overwrite:], forged)
		w, err := ringcore.NewProducer(ring)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := w.Reserve(4096 - 16); err != nil || v.Pos != begin {
			t.Fatalf("%d: reserved at %d, %v", forged, v.Pos, err)
		}
		if p := ring.ReadPositions(); p.Pending != begin || p.Overwrite != begin {
			t.Errorf("%d: %+v", forged, p)
		}
	}
}

// TestProducersRefuseUnalignedPositions asks that no producer goes on where no record can begin, and that a consumer is not led there.
func TestProducersRefuseUnalignedPositions(t *testing.T) {
	for _, v := range variants() {
		ring := heapRingOf(t, v.format, v.geometry(4096))
		m := ring.Memory()
		c := consumerOf(t, ring)
		setPosition(m.Producer, 4097)
		if _, err := ringcore.NewWriter(ring); (err != nil) != (v.format.Align > 1) || err != nil && !errors.Is(err, ringcore.ErrUnaligned) {
			t.Errorf("%s: a producer at 4097: %v", v, err)
		}
		if !v.overwrite {
			continue
		}
		setPosition(m.Producer, 4096)
		setPosition(m.Producer[v.geometry(4096).Overwrite:], 57)
		for rec := range c.Records() {
			t.Errorf("%s: a record at %d", v, rec.Pos)
		}
		if !errors.Is(c.Err(), ringcore.ErrUnaligned) || c.Position() != 0 || c.Waiting() {
			t.Errorf("%s: at %d: %v", v, c.Position(), c.Err())
		}
	}
}
