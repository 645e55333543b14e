package ringcore_test

import (
	"encoding/binary"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"ringscope/ringcore"
)

// script is what a fuzzer says that happens to a ring: numbers, read one after the other, and zeros behind its end.
type script struct{ rest []byte }

func (s *script) byte() byte {
	if len(s.rest) == 0 {
		return 0
	}
	b := s.rest[0]
	s.rest = s.rest[1:]
	return b
}

func (s *script) uint16() uint16 { return uint16(s.byte()) | uint16(s.byte())<<8 }

func (s *script) uint64() (v uint64) {
	for i := range 8 {
		v |= uint64(s.byte()) << (8 * i)
	}
	return v
}

// hostile is a ring whose memory somebody else changes at will.
type hostile struct {
	ring   *ringcore.Ring
	script *script
	// The producer position goes forward only, and from boundary to boundary, as long as the script does not forge it.
	forged bool
}

func hostileRing(t *testing.T, v variant, narrow bool, s *script) *hostile {
	g := v.geometry(4096)
	if narrow && v.format == ringcore.Linux {
		g.PosWidth, g.Pending = 4, 4
		if v.overwrite {
			g.Overwrite = 8
		}
	}
	return &hostile{ring: heapRingOf(t, v.format, g), script: s}
}

// set writes a position of the kernel's width; at: 0 consumer, 1 producer, 2 pending, 3 overwrite.
func (h *hostile) set(at int, pos uint64) {
	g, m := h.ring.Geometry(), h.ring.Memory()
	switch {
	case at == 0:
		setPositionOf(g, m.Consumer, pos)
	case at == 1:
		setPositionOf(g, m.Producer, pos)
	case at == 2 && g.Pending >= 0:
		setPositionOf(g, m.Producer[g.Pending:], pos)
	case at == 3 && g.Overwrite >= 0:
		setPositionOf(g, m.Producer[g.Overwrite:], pos)
	}
}

// header writes a header into both copies of the data area, as it stands in memory that is mapped twice.
func (h *hostile) header(pos ringcore.Pos, raw uint64) {
	r := h.ring
	f, m, size := r.Format(), r.Memory(), r.Size()
	var b [8]byte
	if binary.LittleEndian.PutUint64(b[:], raw); f.Align == 8 {
		setHeader(b[:], raw)
	}
	for i, c := range b[:f.HeaderSize] {
		at := (pos + uint64(i)) % size
		m.Data[at], m.Data[at+size] = c, c
	}
}

// change lets the script change something.
func (h *hostile) change() {
	s, r := h.script, h.ring
	f, p := r.Format(), r.ReadPositions()
	switch s.byte() % 8 {
	case 0, 1, 2: // a record, as a producer would write it
		want := ringcore.Header{Length: uint32(s.uint16() % 600), Busy: s.byte()&1 != 0, Discard: s.byte()&1 != 0}
		want.PageOffset, _ = f.PageOffset(r.Geometry(), p.Producer)
		h.header(p.Producer, f.Encode(want))
		h.set(1, p.Producer+f.Span(want.Length))
	case 3: // any bits anywhere
		h.header(uint64(s.uint16())/f.Align*f.Align, s.uint64())
	case 4: // the consumer goes on
		h.set(0, p.Consumer+uint64(s.uint16()))
	case 5: // a position is forged
		at := int(s.byte() % 4)
		h.forged = h.forged || at == 1
		h.set(at, s.uint64())
	case 6: // the producer position runs ahead of what is written
		h.set(1, p.Producer+uint64(s.uint16())/f.Align*f.Align)
	case 7: // the bits of a header change
		at := uint64(s.uint16()) / f.Align * f.Align
		h.header(at, r.Header(at).Raw^s.uint64()&(f.Busy|f.Drop))
	}
}

// seed writes a script: the changes that a ring undergoes, and after each of them the steps of whom the fuzzer lets look.
type seed []byte

// change is one of hostile.change, told by the step that leads to it.
func (s seed) change(what byte, of ...byte) seed { return append(append(s, 0, what), of...) }

// record is one as a producer would write it.
func (s seed) record(length uint16, busy, discard byte) seed {
	return s.change(0, byte(length), byte(length>>8), busy, discard)
}

// consume has the consumer go on.
func (s seed) consume(by uint16) seed { return s.change(4, byte(by), byte(by>>8)) }

// finish changes the bits of the header at a position.
func (s seed) finish(at uint16, busyBit byte) seed {
	return s.change(7, byte(at), byte(at>>8), 0, 0, 0, busyBit, 0, 0, 0, busyBit)
}

// seeds are scripts in which records are busy at one look and finished or overwritten at another, laps, and all that an observer can be asked
// between them.
func seeds() (all []seed) {
	ask := seed{9, 0, 1, 10, 11, 0, 4, 12, 13, 0, 0, 8}
	busy := seed{}.record(40, 1, 0).record(56, 0, 1).record(100, 0, 0)
	busy = append(append(busy, 8, 12), ask...)
	all = append(all, append(append(append(seed{}, busy...).finish(0, 0xff), 8), ask...)) // finished
	lap := append(seed{}, busy...)
	for range 3 {
		for range 7 {
			lap = append(lap.record(500, 0, 0).consume(508), 8)
		}
		lap = append(lap, ask...)
	}
	all = append(all, lap) // overwritten
	for range 20 {
		busy = busy.record(500, 0, 0).consume(512)
	}
	return append(all, append(append(busy, 8), ask...)) // lapped between two looks
}

// bounded lets a test fail that does not come to an end, where the fuzzer would wait for it.
func bounded(t *testing.T) {
	limit := time.AfterFunc(2*time.Minute, func() {
		stacks := make([]byte, 1<<16)
		panic("it does not end:\n" + string(stacks[:runtime.Stack(stacks, true)]))
	})
	t.Cleanup(func() { limit.Stop() })
}

// FuzzObserverOfChangingMemory plays a script of changes and looks on a ring, in which changes also come between the steps of one look.
// Whatever stands there, every look ends, stays in its memory, hands out records in order, and accounts for every byte.
func FuzzObserverOfChangingMemory(f *testing.F) {
	for which := range variants() {
		for ways := range uint8(4) {
			f.Add([]byte{0, 40, 0, 0, 0, 8, 0, 40, 0, 1, 0, 8, 4, 48, 0, 6, 0, 2, 8, 9, 10, 11, 12, 13}, uint8(which), ways)
			f.Add([]byte{0, 40, 0, 1, 0, 8, 7, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 8, 8, 5, 1, 0xf0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 8, 9, 10, 11, 12, 13}, uint8(which), ways)
			f.Add([]byte{6, 0, 16, 8, 1, 1, 1, 0, 0, 8, 5, 3, 0, 8, 0, 0, 0, 0, 0, 0, 6, 0, 16, 13, 1, 2, 12, 3, 8, 8}, uint8(which), ways)
			for _, s := range seeds() {
				f.Add([]byte(s), uint8(which), ways)
			}
		}
	}
	f.Fuzz(func(t *testing.T, bytes []byte, which, ways uint8) {
		bounded(t)
		v := variants()[int(which)%len(variants())]
		h := hostileRing(t, v, ways&1 != 0, &script{bytes})
		r, most := h.ring, int(4096)/v.format.HeaderSize
		o, books := ringcore.NewObserver(r), newTally(t, r.Size())
		books.format = v.format
		first := observe(o, books)
		if ways&2 != 0 {
			o.OnPause(func(ringcore.PausePoint) {
				if len(h.script.rest) > 0 && h.script.byte()%2 == 0 {
					h.change()
				}
			})
		}
		inOrder := func(what string) func(ringcore.Seen) bool {
			n, last := 0, ringcore.Pos(0)
			return func(s ringcore.Seen) bool {
				if n++; n > most || n > 1 && int64(s.Pos-last) <= 0 {
					t.Fatalf("%s: record %d at %d comes after the one at %d", what, n, s.Pos, last)
				}
				last = s.Pos
				return true
			}
		}
		buf := make([]byte, 64)
		for range 200 {
			if len(h.script.rest) == 0 {
				break
			}
			last := o.Last()
			switch h.script.byte() % 14 {
			default:
				h.change()
			case 8:
				o.Observe(books)
			case 9:
				visited, check := 0, inOrder("walk")
				o.Walk(last.Producer-uint64(h.script.uint16()), 10, 10, func(s ringcore.Seen) bool { visited++; return check(s) })
				if visited > 20 {
					t.Fatalf("%d records visited, at most 20 were asked for", visited)
				}
			case 10:
				check := inOrder("whole walk")
				_, _ = o.Whole(func(s ringcore.Seen) bool {
					if n, _ := o.Copy(buf, s.Pos); n > len(buf) {
						t.Fatalf("%d bytes copied into %d", n, len(buf))
					}
					return check(s)
				})
			case 11:
				from := last.Producer - uint64(h.script.uint16())
				check := inOrder("strip")
				o.Strip(from, last.Producer, func(s ringcore.Seen) { check(s) })
			case 12:
				if n, exact := o.RecordsFrom(last.Consumer); exact && n > uint64(most) {
					t.Fatalf("%d records are unread", n)
				}
				o.Unread()
				if w, found := o.CheckHead(); found && (w.Why == nil || w.Pos-last.Head() >= r.Size()) {
					t.Fatalf("wrong header %+v, the head is at %d", w, last.Head())
				}
			case 13:
				o.Copy(buf, uint64(h.script.uint16())/v.format.Align*v.format.Align)
			}
		}
		o.OnPause(nil)
		end := observe(o, books)
		// What was lapped twice between two looks at positions of 4 bytes is not told; here nothing goes that far.
		if !h.forged && end.Producer%v.format.Align == 0 && o.Remembered() < ringcore.MaxRemembered {
			books.check(end.Producer - first.Producer)
		}
	})
}

// FuzzObserverBesideNoise looks while another goroutine writes a script over the ring, again and again, with nothing to hold it back.
func FuzzObserverBesideNoise(f *testing.F) {
	for which := range variants() {
		f.Add([]byte{64, 0, 0, 0x40, 3, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 16, 0, 0, 0x80, 3, 0, 0, 0}, uint8(which))
		f.Add([]byte{0, 16, 0, 0, 0, 0, 0, 0}, uint8(which))
		f.Add([]byte{0xff}, uint8(which))
	}
	f.Fuzz(func(t *testing.T, noise []byte, which uint8) {
		bounded(t)
		v := variants()[int(which)%len(variants())]
		h := hostileRing(t, v, false, &script{noise})
		r, m := h.ring, h.ring.Memory()
		words := []*atomic.Uint64{}
		for _, part := range [][]byte{m.Consumer[:24], m.Producer[:24], m.Data} {
			for at := 0; at < len(part); at += 8 {
				words = append(words, (*atomic.Uint64)(unsafe.Pointer(&part[at])))
			}
		}
		var stop atomic.Bool
		var writing sync.WaitGroup
		writing.Go(func() {
			s := &script{noise}
			for n := 0; !stop.Load(); n++ {
				if len(s.rest) == 0 {
					s.rest = noise
				}
				word := words[n%6]
				if n%4 != 0 {
					word = words[n*7%len(words)]
				}
				word.Store(s.uint64())
			}
		})
		o, books := ringcore.NewObserver(r), newTally(t, r.Size())
		books.format = v.format
		buf, most := make([]byte, 64), 2*4096/v.format.HeaderSize
		for range 20 {
			p, _ := o.Observe(books)
			visited := 0
			visit := func(s ringcore.Seen) bool { visited++; return true }
			o.Walk(p.Consumer, 10, 10, visit)
			_, _ = o.Whole(visit)
			o.Strip(p.Producer-3000, p.Producer, func(s ringcore.Seen) { visit(s) })
			o.Unread()
			o.CheckHead()
			if !raceEnabled { // the detector would report the payload, which is read plainly and proven then
				o.Copy(buf, p.Producer&^7)
			}
			if visited > 20+2*most*4 {
				t.Errorf("%d records visited in 4096 bytes", visited)
				break
			}
		}
		stop.Store(true)
		writing.Wait()
	})
}

// FuzzConsumerOfChangingMemory reads a ring that a script changes between two records. Every payload lies in the ring, and what was passed is
// accounted for.
func FuzzConsumerOfChangingMemory(f *testing.F) {
	for which := range variants() {
		for ways := range uint8(2) {
			f.Add([]byte{0, 40, 0, 0, 0, 0, 50, 0, 0, 1, 8, 9, 0, 30, 0, 0, 0, 8, 5, 0, 9, 9, 8, 9}, uint8(which), ways)
			f.Add([]byte{6, 0, 16, 8, 3, 0, 0, 1, 2, 3, 0x80, 1, 0, 0, 0, 8, 5, 3, 0xff, 8, 9}, uint8(which), ways)
		}
	}
	f.Fuzz(func(t *testing.T, bytes []byte, which, ways uint8) {
		bounded(t)
		v := variants()[int(which)%len(variants())]
		h := hostileRing(t, v, ways&1 != 0, &script{bytes})
		m, most := h.ring.Memory(), 65*4096/v.format.HeaderSize // in overwrite mode a call begins anew at most 64 times
		c := consumerOf(t, h.ring)
		begin, end := uintptr(unsafe.Pointer(&m.Data[0])), uintptr(unsafe.Pointer(&m.Data[0]))+uintptr(len(m.Data))
		for range 200 {
			if len(h.script.rest) == 0 {
				break
			}
			switch h.script.byte() % 10 {
			default:
				h.change()
			case 8:
				n := 0
				for rec := range c.Records() {
					at := uintptr(unsafe.Pointer(unsafe.SliceData(rec.Payload)))
					if len(rec.Payload) > 4096 || !v.overwrite && (at < begin || at+uintptr(len(rec.Payload)) > end) {
						t.Fatalf("a payload of %d bytes at %d lies outside of the ring", len(rec.Payload), rec.Pos)
					}
					if n++; n > most {
						t.Fatalf("%d records in 4096 bytes", n)
					}
					if h.script.byte()%2 == 0 {
						h.change()
					}
				}
				if err := c.Err(); err != nil && !errors.Is(err, ringcore.ErrBadHeader) && !errors.Is(err, ringcore.ErrTooFar) && !errors.Is(err, ringcore.ErrUnaligned) {
					t.Fatal(err)
				}
				if at := c.Position(); at%v.format.Align != 0 {
					t.Fatalf("it stands at %d, where no record begins", at)
				}
			case 9:
				stood := h.ring.ReadPositions().Consumer
				if err := c.Release(); err != nil && !errors.Is(err, ringcore.ErrSecondConsumer) {
					t.Fatal(err)
				} else if now := h.ring.ReadPositions().Consumer; err != nil && now != stood {
					t.Fatalf("a second consumer stands at %d, and was put back to %d", stood, now)
				}
			}
			if tally := c.Tally(); tally.Bytes+tally.Lost != c.Position() {
				t.Fatalf("%d bytes passed and %d lost up to %d", tally.Bytes, tally.Lost, c.Position())
			}
			c.Waiting()
			c.Alone()
		}
	})
}

// FuzzWritersOnChangingMemory has records reserved and finished in a ring that a script changes in between. Every reservation lies in the ring,
// none is waited for, and they follow each other.
func FuzzWritersOnChangingMemory(f *testing.F) {
	for which := range variants() {
		for ways := range uint8(2) {
			f.Add([]byte{8, 40, 0, 8, 0, 1, 8, 0, 2, 9, 0, 10, 0, 3, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 0, 3, 9, 0, 8, 1, 0}, uint8(which), ways)
			f.Add([]byte{5, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 8, 40, 0, 8, 0, 8, 5, 2, 0, 0, 0, 1, 0, 0, 0, 0, 8, 9, 0}, uint8(which), ways)
		}
	}
	f.Fuzz(func(t *testing.T, bytes []byte, which, ways uint8) {
		bounded(t)
		v := variants()[int(which)%len(variants())]
		h := hostileRing(t, v, ways&1 != 0, &script{bytes})
		for range ways >> 4 { // what stands there before
			h.change()
		}
		w, err := ringcore.NewWriter(h.ring)
		if err != nil {
			if !errors.Is(err, ringcore.ErrUnaligned) {
				t.Fatal(err)
			}
			return
		}
		m, next := h.ring.Memory(), ringcore.Pos(0)
		begin := uintptr(unsafe.Pointer(&m.Data[0]))
		var held []ringcore.Reservation
		for i := range 200 {
			if len(h.script.rest) == 0 {
				break
			}
			switch h.script.byte() % 11 {
			default:
				h.change()
			case 8:
				n := uint32(h.script.uint16()) % 4200
				r, err := w.Reserve(n)
				if err != nil {
					if !errors.Is(err, ringcore.ErrFull) && !errors.Is(err, ringcore.ErrPending) && !errors.Is(err, ringcore.ErrTooLarge) && !errors.Is(err, ringcore.ErrEmpty) {
						t.Fatal(err)
					}
					continue
				}
				want := begin + uintptr(r.Pos%h.ring.Size()) + uintptr(v.format.HeaderSize)
				if at := uintptr(unsafe.Pointer(unsafe.SliceData(r.Payload))); at != want || len(r.Payload) != int(n) || r.Pos%v.format.Align != 0 {
					t.Fatalf("%d bytes were reserved at %d: %d bytes at %#x, want %#x", n, r.Pos, len(r.Payload), at, want)
				}
				if i > 0 && len(held) > 0 && int64(r.Pos-next) < 0 {
					t.Fatalf("reserved at %d, behind which others go to %d", r.Pos, next)
				}
				next = r.Pos + v.format.Span(n)
				for k := range r.Payload {
					r.Payload[k] = 0xaa
				}
				held = append(held, r)
			case 9, 10:
				if len(held) > 0 {
					k := int(h.script.byte()) % len(held)
					w.Submit(held[k])
					held = append(held[:k], held[k+1:]...)
				}
			}
		}
		for _, r := range held {
			w.Discard(r)
		}
	})
}
