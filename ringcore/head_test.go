package ringcore_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"ringscope/ringcore"
)

// damaged is a ring with twelve records of which one is released and the others were walked, and what is done to it then.
type damaged struct {
	variant
	ring     *ringcore.Ring
	writer   ringcore.Writer
	observer *ringcore.Observer
	books    *tally
}

const (
	damagedRecords = 12
	damagedHead    = 1 // records before it
)

func damage(t *testing.T, v variant) *damaged {
	t.Helper()
	ring, w := beginOf(t, v.format, v.geometry(4096), 0)
	d := &damaged{variant: v, ring: ring, writer: w, observer: ringcore.NewObserver(ring), books: newTally(t, 4096)}
	d.books.format = v.format
	observe(d.observer, d.books)
	for range damagedRecords {
		w.Submit(reserve(t, w, pausedSpan))
	}
	observe(d.observer, d.books)
	setPosition(ring.Memory().Consumer, d.at(damagedHead))
	observe(d.observer, d.books)
	d.isWell(t)
	return d
}

// at is where a record begins.
func (d *damaged) at(n int) ringcore.Pos { return uint64(n) * d.format.Span(pausedSpan-8) }

// put changes the header of a record.
func (d *damaged) put(n int, change func(h *ringcore.Header)) (raw uint64) {
	h := d.ring.Header(d.at(n))
	change(&h)
	raw = d.format.Encode(h)
	hostile := hostile{ring: d.ring}
	hostile.header(d.at(n), raw)
	return raw
}

func (d *damaged) isWell(t *testing.T) {
	t.Helper()
	if w, found := d.observer.CheckHead(); found {
		t.Errorf("the header at %d is called wrong: %016x, %v", w.Pos, w.Raw, w.Why)
	}
}

// isWrong asks for a wrong header, of which nothing is told where nothing can be proven.
func (d *damaged) isWrong(t *testing.T, n int, raw uint64, why error) {
	t.Helper()
	w, found := d.observer.CheckHead()
	if d.overwrite && !ringcore.StrongOrder {
		if found {
			t.Errorf("told of %+v without proof", w)
		}
		return
	}
	if !found || w.Pos != d.at(n) || w.Raw != raw || !errors.Is(w.Why, why) {
		t.Errorf("%+v (found: %t), want %016x at %d: %v", w, found, raw, d.at(n), why)
	}
}

// TestHeadDamagedAfterTheWalk damages headers that were walked, where nothing moves any more, and sets them right again.
func TestHeadDamagedAfterTheWalk(t *testing.T) {
	longer := func(h *ringcore.Header) { h.Length += 8 }
	for name, c := range map[string]struct {
		record int
		change func(h *ringcore.Header)
		why    error
		ok     func(v variant) bool // nil: in every format
	}{
		"far too long":      {damagedHead, func(h *ringcore.Header) { h.Length = 1 << 20 }, ringcore.ErrPastBoundary, nil},
		"wrong page offset": {damagedHead, func(h *ringcore.Header) { h.PageOffset += 9 }, ringcore.ErrPageOffset, variant.hasPageOffset},
		"a little longer":   {damagedHead, longer, ringcore.ErrPastBoundary, nil},
		"behind the head":   {damagedHead + 1, longer, ringcore.ErrPastBoundary, nil},
		"the last one":      {damagedRecords - 1, longer, ringcore.ErrPastProducer, nil},
		"busy again":        {damagedHead, func(h *ringcore.Header) { h.Busy = true }, ringcore.ErrRewritten, variant.isKernels},
		"discarded after all": {
			damagedHead, func(h *ringcore.Header) { h.Discard = true }, ringcore.ErrRewritten, variant.isKernels,
		},
	} {
		for _, v := range variants() {
			if c.ok != nil && !c.ok(v) {
				continue
			}
			t.Run(fmt.Sprintf("%s, %v", name, v), func(t *testing.T) {
				d := damage(t, v)
				right := bytes.Clone(d.ring.Memory().Data)
				raw := d.put(c.record, c.change)
				observe(d.observer, d.books)
				if d.books.corrupt != 0 {
					t.Fatal("the walk has told of it; this test shows nothing")
				}
				for range 2 {
					d.isWrong(t, c.record, raw, c.why)
				}
				copy(d.ring.Memory().Data, right)
				d.isWell(t)
			})
		}
	}
}

// hasPageOffset reports whether a header of this variant tells where it stands; isKernels whether only the kernel writes such headers, and finishes each once.
func (v variant) hasPageOffset() bool {
	return v.format.Fields[len(v.format.Fields)-1].Means == ringcore.MeansPageOffset
}
func (v variant) isKernels() bool { return v.format == ringcore.Linux && !v.user }

// TestHeadThatWasNeverSeenRight comes to a wrong header without having looked when it was right.
func TestHeadThatWasNeverSeenRight(t *testing.T) {
	d := damage(t, variant{format: ringcore.Linux})
	const next = damagedHead + 3
	right := bytes.Clone(d.ring.Memory().Data)
	setPosition(d.ring.Memory().Consumer, d.at(next))

	raw := d.put(next, func(h *ringcore.Header) { h.Busy = true })
	observe(d.observer, d.books)
	if ringcore.StrongOrder { // elsewhere the walk proves nothing of what has been released since
		d.isWrong(t, next, raw, ringcore.ErrRewritten)
	}
	copy(d.ring.Memory().Data, right)

	raw = d.put(next, func(h *ringcore.Header) { h.PageOffset = 0 })
	d.isWrong(t, next, raw, ringcore.ErrPageOffset)
}

// TestReaderBetweenRecords puts the consumer position where no record begins: the headers are right, and none of them is called wrong.
func TestReaderBetweenRecords(t *testing.T) {
	d := damage(t, variant{format: ringcore.Linux})
	at := d.at(damagedHead+2) + 16
	setHeader(d.ring.Memory().Data[at:], 0x0123456789abcdef)
	setPosition(d.ring.Memory().Consumer, at)
	observe(d.observer, d.books)
	if w, found := d.observer.CheckHead(); !found || w.Pos != at || !errors.Is(w.Why, ringcore.ErrAstray) {
		t.Errorf("%+v (found: %t), want %v at %d", w, found, ringcore.ErrAstray, at)
	}
}

// TestHeadOverwrittenMeanwhile lets the reader go on and producers reuse the bytes of the head, before they are read and before they are
// proven: what stands there then is no header, and nobody is told so.
func TestHeadOverwrittenMeanwhile(t *testing.T) {
	for _, v := range variants() {
		for _, when := range []ringcore.PausePoint{ringcore.BeforeHeaders, ringcore.BeforeProof} {
			t.Run(fmt.Sprintf("%v, %d", v, when), func(t *testing.T) {
				d := damage(t, v)
				consumer := consumerOf(t, d.ring)
				read := 0
				d.observer.OnPause(func(at ringcore.PausePoint) {
					if at != when {
						return
					}
					read++
					for range 64 {
						consumeAll(t, consumer)
						r, err := d.writer.Reserve(200)
						if err != nil {
							t.Fatal(err)
						}
						for i := range r.Payload {
							r.Payload[i] = 0xee
						}
						d.writer.Submit(r)
					}
				})
				d.isWell(t)
				if read == 0 {
					t.Error("nothing came between")
				}
			})
		}
	}
}

// releasedWindows returns a ring of which an observer has seen 64 records, and called none wrong. Their reader has released them since.
func releasedWindows(t *testing.T) (*ringcore.Ring, *ringcore.WindowsProducer, *ringcore.Observer, *tally) {
	t.Helper()
	ring, w := windows(t)
	consumer := consumerOf(t, ring)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	books.format = ringcore.Windows
	observe(o, books)
	for range 64 {
		w.Submit(reserve(t, w, 64))
	}
	observe(o, books)
	if wrong, found := o.CheckHead(); found {
		t.Fatalf("wrong: %+v", wrong)
	}
	consumeAll(t, consumer)
	return ring, w, o, books
}

// TestHeadOfWindowsIsNotTakenForTheNext lets the header of a record to come, of which no position tells, stand in place of the head, which has
// been released since the last look.
func TestHeadOfWindowsIsNotTakenForTheNext(t *testing.T) {
	_, w, o, _ := releasedWindows(t)
	ahead(t, w, 120, func() {
		if w, found := o.CheckHead(); found {
			t.Errorf("the header at %d is called wrong: %016x, %v", w.Pos, w.Raw, w.Why)
		}
	})
}

// TestHeadOfAnotherLap: positions of 4 bytes go round while nobody looks, and another record stands at the same one.
func TestHeadOfAnotherLap(t *testing.T) {
	g := ringcore.LinuxGeometry(4096, 4096)
	g.PosWidth = 4
	ring, w := beginOf(t, ringcore.Linux, g, 0)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)
	for range damagedRecords {
		w.Submit(reserve(t, w, pausedSpan))
	}
	observe(o, books)
	if w, found := o.CheckHead(); found {
		t.Fatalf("wrong: %+v", w)
	}
	page := uint64(g.FirstPageOffset) << 32
	for at := uint64(0); at < damagedRecords*pausedSpan; at += 2 * pausedSpan { // 4 GiB later
		setHeader(ring.Memory().Data[at:], page|uint64(ringcore.BusyBit)|(2*pausedSpan-8))
	}
	observe(o, books)
	if w, found := o.CheckHead(); found {
		t.Errorf("the header at %d is called wrong: %016x, %v", w.Pos, w.Raw, w.Why)
	}
}

// TestWriterOfAUserRingTakesBack: nothing forbids a process to discard what it has submitted, while the kernel has not taken it.
func TestWriterOfAUserRingTakesBack(t *testing.T) {
	g := ringcore.LinuxGeometry(4096, 4096)
	g.FirstPageOffset, g.UserRing = 0, true
	ring := heapRing(t, g)
	w := &userWriter{ring: ring}
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)
	var held []ringcore.Reservation
	for range 4 {
		r, err := w.Reserve(56)
		if err != nil {
			t.Fatal(err)
		}
		w.Submit(r)
		held = append(held, r)
	}
	check := func(want error) {
		t.Helper()
		observe(o, books)
		if got, found := o.CheckHead(); found != (want != nil) || !errors.Is(got.Why, want) {
			t.Errorf("%+v (found: %t), want %v", got, found, want)
		}
	}
	check(nil)
	w.Discard(held[0])
	check(nil)
	setHeader(ring.Memory().Data, 0xffff<<32|56) // another page offset, which nobody reads
	check(nil)
	setHeader(ring.Memory().Data, 48)
	check(ringcore.ErrRewritten)
	setHeader(ring.Memory().Data, 64)
	check(ringcore.ErrPastBoundary)
}

// TestHeadThatMayBeReused: once nothing proves that the bytes of the head were not reused, nothing is told of them.
func TestHeadThatMayBeReused(t *testing.T) {
	for _, v := range variants() {
		if v.format.ProvenHistory && !v.overwrite && ringcore.StrongOrder {
			continue // the producer position proves it
		}
		t.Run(v.String(), func(t *testing.T) {
			d := damage(t, v)
			d.observer.OnPause(func(at ringcore.PausePoint) {
				if at != ringcore.BeforeHeaders {
					return
				}
				setPosition(d.ring.Memory().Consumer, d.at(damagedHead+1))
				if v.overwrite {
					setPosition(d.ring.Memory().Producer[d.ring.Geometry().Overwrite:], d.at(damagedHead+1))
				}
				d.put(damagedHead, func(h *ringcore.Header) { h.Length = 1 << 20 })
			})
			d.isWell(t)
		})
	}
}

// TestBusyHeadOfAGap is reserved in what the walk left out, so that it was never met: that it is busy is no change.
func TestBusyHeadOfAGap(t *testing.T) {
	ring, w := begin(t, ringcore.LinuxGeometry(4096, 4096), 0)
	o, books := ringcore.NewObserver(ring), newTally(t, 4096)
	observe(o, books)
	for range 2 {
		w.Submit(reserve(t, w, pausedSpan))
	}
	setHeader(ring.Memory().Data, ^uint64(0))
	busy := reserve(t, w, pausedSpan)
	observe(o, books)
	if books.corrupt != 1 || o.Remembered() != 0 {
		t.Fatalf("%d corrupt, %d busy; want 1, 0", books.corrupt, o.Remembered())
	}
	setPosition(ring.Memory().Consumer, busy.Pos)
	observe(o, books)
	if got, found := o.CheckHead(); found {
		t.Errorf("the header at %d is called wrong: %016x, %v", got.Pos, got.Raw, got.Why)
	}
}

// TestHeadWhereNoneCanBegin reads nothing at a position that is no multiple of 8.
func TestHeadWhereNoneCanBegin(t *testing.T) {
	d := damage(t, variant{format: ringcore.Linux})
	setPosition(d.ring.Memory().Consumer, d.at(damagedHead)+4)
	observe(d.observer, d.books)
	d.isWell(t)
}

// TestHeadIsKnown asks whether the head is a boundary, with consumer positions that are none.
func TestHeadIsKnown(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			d := damage(t, v)
			for _, c := range []struct {
				consumer ringcore.Pos
				known    bool
			}{
				{d.at(damagedHead), true},
				{d.at(5), true},
				{d.at(damagedRecords), true},
				{d.at(5) + 8, false},
				{d.at(damagedRecords) + 64, false},
			} {
				setPosition(d.ring.Memory().Consumer, c.consumer)
				observe(d.observer, d.books)
				if known := d.observer.HeadIsKnown(); known != c.known {
					t.Errorf("consumer position %d: known: %t", c.consumer, known)
				}
			}
		})
	}
}

// TestHeadOfAReaderThatWentBack has a reader put the consumer position back while producers, who have read the one before, are ahead of the
// producer position: what stands at the head then is their header, of which no position tells yet.
func TestHeadOfAReaderThatWentBack(t *testing.T) {
	ring, w, o, books := releasedWindows(t)
	observe(o, books)
	asked := 0
	ahead(t, w, 120, func() {
		setPosition(ring.Memory().Consumer, 0)
		observe(o, books)
		if p := o.Last(); p.Producer != 4096 || p.Consumer != 0 {
			t.Fatalf("%+v, want nothing published", p)
		}
		if w, found := o.CheckHead(); found {
			t.Errorf("the header at %d is called wrong: %016x, %v", w.Pos, w.Raw, w.Why)
		}
		asked++
	})
	if asked == 0 {
		t.Error("nobody was ahead")
	}
}
