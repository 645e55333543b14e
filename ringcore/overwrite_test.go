package ringcore_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"ringscope/ringcore"
)

// overwriting is a ring of 4 KiB in overwrite mode.
func overwriting(t *testing.T) (*ringcore.Ring, ringcore.Writer) {
	t.Helper()
	v := variant{format: ringcore.Linux, overwrite: true}
	return beginOf(t, v.format, v.geometry(4096), 0)
}

// reserve reserves a record of span bytes.
func reserve(t *testing.T, w ringcore.Writer, span uint32) ringcore.Reservation {
	t.Helper()
	v, err := w.Reserve(span - 8)
	if err != nil {
		t.Fatalf("reserve %d bytes: %v", span, err)
	}
	return v
}

func positions(t *testing.T, r *ringcore.Ring, consumer, overwrite, producer ringcore.Pos) {
	t.Helper()
	p := r.ReadPositions()
	if p.Consumer != consumer || p.Overwrite != overwrite || p.Producer != producer {
		t.Errorf("consumer %d, overwrite %d, producer %d; want %d, %d, %d", p.Consumer, p.Overwrite, p.Producer, consumer, overwrite, producer)
	}
}

// TestOverwriteExample is the example of the commit that brought overwrite mode into the kernel (feeaf1346f80): in a ring of 4096 bytes a
// record of 1536 makes two of 512 and 1024 go, and the busy one behind them does not.
func TestOverwriteExample(t *testing.T) {
	ring, w := overwriting(t)
	w.Submit(reserve(t, w, 512))
	w.Submit(reserve(t, w, 1024))
	c := reserve(t, w, 2048)
	positions(t, ring, 0, 0, 3584)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)

	d := reserve(t, w, 1536)
	positions(t, ring, 0, 1536, 5120)
	w.Submit(d)
	if _, err := w.Reserve(512 - 8); !errors.Is(err, ringcore.ErrPending) {
		t.Errorf("a record while the oldest one that stands is busy: %v, want %v", err, ringcore.ErrPending)
	}
	positions(t, ring, 0, 1536, 5120) // a refused one overwrites nothing

	observe(o, books)
	var at []ringcore.Pos
	end, why := o.Whole(func(s ringcore.Seen) bool { at = append(at, s.Pos); return true })
	if len(at) != 2 || at[0] != 1536 || at[1] != 3584 || end != 5120 || why != nil {
		t.Errorf("records at %d up to %d: %v; want 1536 and 3584", at, end, why)
	}
	if n, exact := o.Unread(); n != 2 || !exact {
		t.Errorf("%d unread (exact: %t), want the 2 that stand", n, exact)
	}
	if least, most := o.Last().Unread(4096); least != 5120-1536 || most != least {
		t.Errorf("%d to %d bytes unread, want %d", least, most, 5120-1536)
	}
	if books.missed != 0 || books.records != 1 || books.before != 3 || len(books.busy) != 1 {
		t.Errorf("missed %d bytes, %d and %d records, %d busy", books.missed, books.before, books.records, len(books.busy))
	}

	w.Discard(c)
	w.Submit(reserve(t, w, 512))
	positions(t, ring, 0, 3584, 5632)
	observe(o, books)
	if books.corrupt != 0 || books.records != 2 || len(books.busy) != 0 {
		t.Errorf("%d corrupt, %d records, %d busy", books.corrupt, books.records, len(books.busy))
	}
}

// TestKernelSelftestRingbufOverwriteMode asserts what ringbuf_overwrite_mode_subtest does (tools/testing/selftests/bpf/prog_tests/ringbuf.c),
// with pages of 4096 bytes.
func TestKernelSelftestRingbufOverwriteMode(t *testing.T) {
	ring, w := overwriting(t)
	const (
		size = 4096
		len1 = size / 2
		len2 = size / 4
		len3 = size - len1 - len2 - 3*8
		len4 = len3 - 8
		len5 = len3
	)
	first, second := reserve(t, w, len1+8), reserve(t, w, len2+8)
	if _, err := w.Reserve(len3); err == nil {
		t.Error("a third record that leaves less than 8 bytes was not refused")
	}
	fourth := reserve(t, w, len4+8)
	w.Submit(first)
	w.Submit(second)
	w.Submit(fourth)
	w.Submit(reserve(t, w, len5+8))
	positions(t, ring, 0, len1+8, len1+len2+len4+len5+4*8)
	p := ring.ReadPositions()
	if least, _ := p.Unread(size); least != len2+len4+len5+3*8 {
		t.Errorf("%d bytes available, want %d", least, len2+len4+len5+3*8)
	}
}

// fillRound writes n records of 64 bytes.
func fillRound(t *testing.T, w ringcore.Writer, n int) {
	t.Helper()
	for range n {
		v := reserve(t, w, pausedSpan)
		for i := range v.Payload {
			v.Payload[i] = byte(v.Pos / pausedSpan)
		}
		w.Submit(v)
	}
}

// TestOverwrittenWhileWeSlept lets more than a ring pass between two looks: the walk goes on at the oldest record that stands.
func TestOverwrittenWhileWeSlept(t *testing.T) {
	ring, w := overwriting(t)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)
	fillRound(t, w, 100)
	p := observe(o, books)
	stand := int((p.Producer - p.Overwrite) / pausedSpan)
	if stand != 63 || books.records != 63 || books.missed != 37*pausedSpan || books.lapped != 1 {
		t.Errorf("%d stand; %d seen, %d bytes missed in %d gaps; want 63, 63, %d, 1", stand, books.records, books.missed, books.lapped, 37*pausedSpan)
	}
	books.check(100 * pausedSpan)
	n := 0
	if end, why := ringcore.NewObserver(ring).Whole(func(ringcore.Seen) bool { n++; return true }); n != 63 || end != p.Producer || why != nil {
		t.Errorf("who comes now finds %d records up to %d (%v), want 63 up to %d", n, end, why, p.Producer)
	}
}

// overwrittenWhileRead lets records be overwritten between the reading of their headers and the proof. It reports what is wrong with the
// books of an observer of ring.
func overwrittenWhileRead(t *testing.T, change func(*ringcore.Ring) *ringcore.Ring) error {
	t.Helper()
	ring, w := overwriting(t)
	o, books := ringcore.NewObserver(change(ring)), newTally(t, 4096)
	o.Observe(books)
	fillRound(t, w, 62)
	once := false
	o.OnPause(func(at ringcore.PausePoint) {
		if at == ringcore.BeforeHeaders && !once {
			once = true
			for range 40 { // other records, so that what follows from the first header is something else
				v := reserve(t, w, 96)
				w.Discard(v)
			}
		}
	})
	observe(o, books)
	observe(o, books) // what came meanwhile
	produced := ring.ReadPositions().Producer
	if books.bytes+books.missed != produced {
		return fmt.Errorf("seen %d + missed %d, produced %d", books.bytes, books.missed, produced)
	}
	if books.corrupt > 0 {
		return fmt.Errorf("corrupt at %d: %w", books.lastCorrupt, books.lastWhy)
	}
	if books.torn == 0 || books.missed == 0 {
		return fmt.Errorf("%d torn batches, %d bytes missed; the first records were overwritten before they were read", books.torn, books.missed)
	}
	return nil
}

func TestProofInOverwriteMode(t *testing.T) {
	if err := overwrittenWhileRead(t, func(r *ringcore.Ring) *ringcore.Ring { return r }); err != nil {
		t.Error(err)
	}
	if err := overwrittenWhileRead(t, (*ringcore.Ring).WithoutProof); err == nil {
		t.Error("without the look at the overwrite position: not noticed")
	} else {
		t.Logf("without the look at the overwrite position: %v", err)
	}
}

// TestOvertakenForEver writes a whole ring before every proof: a look ends all the same, and what passed is counted.
func TestOvertakenForEver(t *testing.T) {
	ring, w := overwriting(t)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	o.Observe(books)
	fillRound(t, w, 63)
	tries := 0
	o.OnPause(func(at ringcore.PausePoint) {
		if at == ringcore.BeforeProof {
			tries++
			fillRound(t, w, 70)
		}
	})
	if _, more := o.Observe(books); !more || tries == 0 || tries > 100 {
		t.Errorf("%d tries in one look (more: %t)", tries, more)
	}
	o.OnPause(nil)
	observe(o, books)
	books.check(ring.ReadPositions().Producer)
	if books.missed == 0 || books.records == 0 {
		t.Errorf("missed %d bytes, saw %d records", books.missed, books.records)
	}
}

// TestOvertakenNowAndThen lets a producer write a record for every 4 KiB that are walked, into a ring that is full: what begins at the oldest
// record is torn unless it is short.
func TestOvertakenNowAndThen(t *testing.T) {
	const size = 1 << 20
	v := variant{format: ringcore.Linux, overwrite: true}
	ring, w := beginOf(t, v.format, v.geometry(size), 0)
	o, books := ringcore.NewObserver(ring), newTally(t, size)
	fillRound(t, w, size/pausedSpan+10)
	walked, written := uint64(0), uint64(0)
	o.OnPause(func(at ringcore.PausePoint) {
		if at == ringcore.BeforeProof {
			for walked += o.Reach(); written < walked/4096; written++ {
				fillRound(t, w, 1)
			}
		}
	})
	o.Observe(books)
	if books.before < size/pausedSpan/2 || books.torn == 0 {
		t.Errorf("saw %d of %d records, torn %d times", books.before, size/pausedSpan, books.torn)
	}
}

// TestConsumerInOverwriteMode reads late, and is overtaken while it works on a record.
func TestConsumerInOverwriteMode(t *testing.T) {
	ring, w := overwriting(t)
	consumer := consumerOf(t, ring)
	fillRound(t, w, 100)
	n := 0
	for rec := range consumer.Records() {
		at := rec.Pos / pausedSpan
		if n++; n == 5 {
			fillRound(t, w, 70)
		}
		if rec.Payload[0] != byte(at) || rec.Payload[pausedPayload-1] != byte(at) {
			t.Fatalf("record %d holds %x", at, rec.Payload)
		}
	}
	if err := errors.Join(consumer.Err(), consumer.Release()); err != nil {
		t.Fatal(err)
	}
	tally := consumer.Tally()
	if n == 0 || tally.Lost == 0 || tally.Bytes+tally.Lost != consumer.Position() || tally.Committed != uint64(n) {
		t.Errorf("%d records, tally %+v at %d", n, tally, consumer.Position())
	}
	if consumer.Waiting() {
		t.Error("a record waits behind what was read")
	}
	held := reserve(t, w, 64)
	for range consumer.Records() {
		t.Error("a busy record was yielded")
	}
	w.Submit(held)
	if !consumer.Waiting() {
		t.Error("no record waits")
	}
}

// TestConsumerDoubtsAWrongHeader shows a consumer what a weakly ordered CPU may: the payload of a later record in place of the header that it
// reads, before the overwrite position that tells of it. One that stays is wrong there too.
func TestConsumerDoubtsAWrongHeader(t *testing.T) {
	for name, c := range map[string]struct {
		weak  bool
		shows int // the look during which the record shows that the payload is of; 0: never, the header is wrong
	}{
		"weak, for a moment": {weak: true, shows: 10}, "weak, for good": {weak: true}, "strong, for good": {}, "overwritten meanwhile": {shows: 1},
	} {
		t.Run(name, func(t *testing.T) {
			ring, w := overwriting(t)
			fillRound(t, w, 63)
			consumer := consumerOf(t, ring)
			data := ring.Memory().Data
			right := binary.NativeEndian.Uint64(data)
			binary.NativeEndian.PutUint64(data, ^uint64(0))
			looks := 0
			consumer.OnPause(func() {
				if looks++; looks == c.shows {
					binary.NativeEndian.PutUint64(data, right)
					fillRound(t, w, 1)
				}
			})
			if c.weak {
				consumer.Weak()
			}
			n := passed(consumer)
			wrong := errors.Is(consumer.Err(), ringcore.ErrBadHeader)
			if wrong != (c.shows == 0) || wrong != (n == 0) {
				t.Errorf("%d records: %v", n, consumer.Err())
			}
			if once := looks == 1; wrong && once != (!c.weak && ringcore.StrongOrder) {
				t.Errorf("believed after %d looks", looks)
			}
		})
	}
}

// TestConsumerIsOvertaken lets a whole ring pass between the reading of a record and its proof: a consumer begins anew, but not for ever.
func TestConsumerIsOvertaken(t *testing.T) {
	for name, times := range map[string]int{"ten times": 10, "for ever": 1 << 30} {
		t.Run(name, func(t *testing.T) {
			ring, w := overwriting(t)
			fillRound(t, w, 63)
			consumer := consumerOf(t, ring)
			looks := 0
			consumer.OnPause(func() {
				if looks++; looks <= times {
					fillRound(t, w, 70)
				}
			})
			n := passed(consumer)
			if want := 63 * (10 / times); n != want || consumer.Err() != nil || looks > 1000 {
				t.Errorf("%d records in %d looks: %v; want %d", n, looks, consumer.Err(), want)
			}
			if tally := consumer.Tally(); tally.Lost == 0 || tally.Lost+tally.Bytes != consumer.Position() {
				t.Errorf("%+v at %d", tally, consumer.Position())
			}
		})
	}
}

// TestReaderFarBehindInOverwriteMode: nothing keeps the producer near a reader that does not read.
func TestReaderFarBehindInOverwriteMode(t *testing.T) {
	for _, width := range []uint8{4, 8} {
		v := variant{format: ringcore.Linux, overwrite: true}
		g := v.geometry(4096)
		const at ringcore.Pos = 3 << 30
		g.PosWidth, g.Pending, g.Overwrite = width, int(width), 2*int(width)
		ring, w := beginOf(t, v.format, g, at)
		setPositionOf(&g, ring.Memory().Consumer, 0)
		fillRound(t, w, 100)
		consumer := consumerOf(t, ring)
		n := passed(consumer)
		if tally := consumer.Tally(); n != 63 || tally.Lost != at+37*pausedSpan {
			t.Errorf("positions of %d bytes: %d records, %d bytes lost; want 63, %d", width, n, tally.Lost, at+37*pausedSpan)
		}
	}
}

// TestOverwritingAWrongHeader: a producer ends its walk over old records whatever stands there.
func TestOverwritingAWrongHeader(t *testing.T) {
	ring, w := overwriting(t)
	fillRound(t, w, 60)
	binary.NativeEndian.PutUint32(ring.Memory().Data, ringcore.BusyBit-1)
	fillRound(t, w, 10)
	p := ring.ReadPositions()
	if behind := p.Producer - p.Overwrite; p.Overwrite == 0 || behind > 4096-8 || behind%pausedSpan != 0 {
		t.Errorf("overwrite %d, producer %d", p.Overwrite, p.Producer)
	}
}

// TestOverwritePositionWhereNoRecordBegins is found by a producer that goes on in a file: no header is read there.
func TestOverwritePositionWhereNoRecordBegins(t *testing.T) {
	ring, w := overwriting(t)
	fillRound(t, w, 63)
	setPosition(ring.Memory().Producer[ring.Geometry().Overwrite:], 13)
	next, err := ringcore.NewWriter(ring)
	if err != nil {
		t.Fatal(err)
	}
	fillRound(t, next, 10)
	if p := ring.ReadPositions(); p.Overwrite != 63*pausedSpan {
		t.Errorf("overwrite position %d, want %d: where the producer found its own", p.Overwrite, 63*pausedSpan)
	}
}

func TestOverwriteModeNeedsItsPosition(t *testing.T) {
	v := variant{format: ringcore.Linux, overwrite: true}
	g := v.geometry(4096)
	mem := ringcore.Memory{Consumer: make([]byte, 4096), Producer: make([]byte, 4096), Data: make([]byte, 2*4096)}
	if _, err := ringcore.NewRing(ringcore.Windows, g, mem); !errors.Is(err, ringcore.ErrGeometry) {
		t.Errorf("a Windows ring in overwrite mode: %v", err)
	}
	g.Overwrite = -1
	if _, err := ringcore.NewRing(v.format, g, mem); !errors.Is(err, ringcore.ErrGeometry) {
		t.Errorf("without a position: %v", err)
	}
}
