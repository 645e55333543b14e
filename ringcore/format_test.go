package ringcore_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ringscope/ringcore"
)

// TestBytesOfAHeader puts a header into a ring as the bytes that a little-endian host of its system has in memory. A big-endian one has
// the bytes of both words of Linux the other way round; Windows had no such host.
func TestBytesOfAHeader(t *testing.T) {
	for name, c := range map[string]struct {
		bytes   []byte
		pos     ringcore.Pos
		length  uint32
		stored  uint32
		page    uint32
		discard bool
		busy    bool
		span    uint64
	}{
		// 64 bytes of payload, discarded, on the second page of the data area.
		"linux":   {bytes: []byte{0x40, 0, 0, 0x40, 4, 0, 0, 0}, pos: 4096, length: 64, stored: 64, page: 4, discard: true, span: 72},
		"windows": {bytes: []byte{0x40, 0, 0, 0x40, 1, 0, 0, 0}, pos: 4096, length: 64, stored: 64, page: 1, discard: true, span: 72},
		// 65 bytes, reserved; what stands in the padding means nothing.
		"windows-legacy":        {bytes: []byte{0xfd, 0xaa, 0xbb, 0xcc, 73, 0, 0, 0xc0}, pos: 4097, length: 65, stored: 73, busy: true, span: 73},
		"windows-legacy-packed": {bytes: []byte{69<<2&0xff | 1, 69 << 2 >> 8, 0, 0}, pos: 4099, length: 65, stored: 69, busy: true, span: 69},
	} {
		t.Run(name, func(t *testing.T) {
			f := ringcore.FormatByName(name)
			ring := heapRingOf(t, f, f.Geometry(8192, 4096))
			if f.Align == 8 && binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
				slices.Reverse(c.bytes[:4])
				slices.Reverse(c.bytes[4:])
			}
			copy(ring.Memory().Data[c.pos:], c.bytes)
			h := ring.Header(c.pos)
			if h.Length != c.length || h.Stored != c.stored || h.PageOffset != c.page || h.Discard != c.discard || h.Busy != c.busy || f.Span(h.Length) != c.span {
				t.Errorf("%+v, span %d; want %+v", h, f.Span(h.Length), c)
			}
			for _, field := range f.Fields {
				want := map[ringcore.Meaning]uint64{
					ringcore.MeansLength: uint64(h.Stored), ringcore.MeansPageOffset: uint64(h.PageOffset),
					ringcore.MeansBusy: bit(h.Busy), ringcore.MeansDiscard: bit(h.Discard),
				}
				if v, known := want[field.Means]; known && field.Of(h.Raw) != v {
					t.Errorf("field %s is %d, want %d", field.Name, field.Of(h.Raw), v)
				}
			}
		})
	}
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// TestFieldsCoverTheHeader asks that the fields lie side by side, and say what the walks rely on.
func TestFieldsCoverTheHeader(t *testing.T) {
	for _, f := range ringcore.Formats {
		next := 0
		for _, field := range f.Fields {
			if int(field.Low) != next || field.Bits == 0 || field.Name == "" {
				t.Errorf("%s: field %q from bit %d, want %d", f.Name, field.Name, field.Low, next)
			}
			next += int(field.Bits)
		}
		if next != 8*f.HeaderSize {
			t.Errorf("%s: fields of %d bits in a header of %d bytes", f.Name, next, f.HeaderSize)
		}
		busy, _ := f.Field(ringcore.MeansBusy)
		drop, _ := f.Field(ringcore.MeansDiscard)
		if f.Busy != 1<<busy.Low || f.Drop != 1<<drop.Low || busy.Bits != 1 || drop.Bits != 1 {
			t.Errorf("%s: busy %x, discard %x; the fields say bits %d and %d", f.Name, f.Busy, f.Drop, busy.Low, drop.Low)
		}
		g := f.Geometry(4096, 4096)
		if _, has := f.Field(ringcore.MeansPageOffset); has != hasPageOffset(f, &g) {
			t.Errorf("%s: page offset in the header: %t", f.Name, has)
		}
		if ringcore.FormatByName(f.Name) != f || !slices.Contains(ringcore.FormatNames(), f.Name) {
			t.Errorf("%s is not found by its name", f.Name)
		}
	}
	if ringcore.FormatByName("tomorrow") != nil {
		t.Error("a format that there is not was found")
	}
}

func hasPageOffset(f *ringcore.Format, g *ringcore.Geometry) bool {
	_, has := f.PageOffset(g, 0)
	return has
}

// TestHeaderRoundTrip encodes any header that can be, and decodes it.
func TestHeaderRoundTrip(t *testing.T) {
	for _, f := range ringcore.Formats {
		t.Run(f.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				want := ringcore.Header{
					Length:  rapid.Uint32Range(f.MinLength, f.MaxLength).Draw(t, "length"),
					Busy:    rapid.Bool().Draw(t, "busy"),
					Discard: rapid.Bool().Draw(t, "discard"),
				}
				if _, has := f.Field(ringcore.MeansPageOffset); has {
					want.PageOffset = rapid.Uint32().Draw(t, "page offset")
				}
				got := f.Decode(f.Encode(want))
				want.Raw, want.Stored = f.Encode(want), want.Length
				if f.CountsHeader {
					want.Stored += uint32(f.HeaderSize)
				}
				if got != want {
					t.Fatalf("%+v, want %+v", got, want)
				}
				span, least := f.Span(want.Length), uint64(want.Length)+uint64(f.HeaderSize)
				if span%f.Align != 0 || span < least || span >= least+f.Align {
					t.Fatalf("span %d of %d bytes", span, want.Length)
				}
			})
		})
	}
}

// FuzzHeader decodes any bits.
func FuzzHeader(f *testing.F) {
	for which := range ringcore.Formats {
		f.Add(uint64(0x0000011d_40000040), uint8(which))
		f.Add(^uint64(0), uint8(which))
		f.Add(uint64(0), uint8(which))
	}
	f.Fuzz(func(t *testing.T, raw uint64, which uint8) {
		format := ringcore.Formats[int(which)%len(ringcore.Formats)]
		h := format.Decode(raw)
		if h.Length > h.Stored || h.Busy != (raw&format.Busy != 0) || h.Discard != (raw&format.Drop != 0) {
			t.Fatalf("%s: %016x decoded to %+v", format.Name, raw, h)
		}
		if format.Span(h.Length) < uint64(format.HeaderSize) {
			t.Fatalf("%s: span of %d bytes is %d", format.Name, h.Length, format.Span(h.Length))
		}
		if int(h.Stored) < format.HeaderSize && format.CountsHeader {
			return // no header
		}
		if again := format.Decode(format.Encode(h)); again.Length != h.Length || again.State() != h.State() || again.PageOffset != h.PageOffset {
			t.Fatalf("%s: %016x decoded to %+v, and encoded and decoded again to %+v", format.Name, raw, h, again)
		}
	})
}

// TestWrongHeaderOfEachFormat asks for the reason.
func TestWrongHeaderOfEachFormat(t *testing.T) {
	for name, c := range map[string]struct {
		raw uint64
		why error
	}{
		"linux":                 {raw: 3<<32 | 5000, why: ringcore.ErrPastProducer},
		"windows":               {raw: 0, why: ringcore.ErrNoPayload},
		"windows-legacy":        {raw: 7 << 32, why: ringcore.ErrTooShort},
		"windows-legacy-packed": {raw: 3 << 2, why: ringcore.ErrTooShort},
	} {
		t.Run(name, func(t *testing.T) {
			f := ringcore.FormatByName(name)
			ring, w := beginOf(t, f, f.Geometry(4096, 4096), 0)
			o, books := ringcore.NewObserver(ring), newTally(t, 4096)
			books.format = f
			observe(o, books)
			var third ringcore.Pos
			for i := range 5 {
				v, err := w.Reserve(33)
				if err != nil {
					t.Fatal(err)
				}
				w.Submit(v)
				if i == 2 {
					third = v.Pos
				}
			}
			var b [8]byte
			binary.LittleEndian.PutUint64(b[:], c.raw)
			if f.HeaderSize == 8 && f.Align == 8 {
				binary.NativeEndian.PutUint32(b[:], uint32(c.raw))
				binary.NativeEndian.PutUint32(b[4:], uint32(c.raw>>32))
			}
			copy(ring.Memory().Data[third:], b[:f.HeaderSize])
			observe(o, books)
			if books.corrupt != 1 || !errors.Is(books.lastWhy, c.why) || books.lastCorrupt != third || books.records != 2 {
				t.Errorf("%d corrupt, the last at %d: %v; %d records; want 1 at %d: %v; 2 records",
					books.corrupt, books.lastCorrupt, books.lastWhy, books.records, third, c.why)
			}
			stopsAt(t, ring, third, 2, c.why)
		})
	}
}

// TestLegacyFull leaves one byte free.
func TestLegacyFull(t *testing.T) {
	for _, f := range []*ringcore.Format{ringcore.WindowsLegacy, ringcore.WindowsLegacyPacked} {
		ring, w := beginOf(t, f, f.Geometry(4096, 4096), 0)
		header := uint32(f.HeaderSize)
		for n, want := range map[uint32]error{4096 - header: ringcore.ErrTooLarge, 1 << 30: ringcore.ErrTooLarge} {
			if _, err := w.Reserve(n); !errors.Is(err, want) {
				t.Errorf("%s: reserve %d: %v, want %v", f.Name, n, err, want)
			}
		}
		v, err := w.Reserve(4095 - 2*header) // an empty record fits behind it
		if err != nil {
			t.Fatal(err)
		}
		w.Submit(v)
		behind := ring.Memory().Data[4095:4104] // the free byte, and where the next lap goes on
		for i := range behind {
			behind[i] = 0xee
		}
		empty, err := w.Reserve(0)
		if err != nil || len(empty.Payload) != 0 {
			t.Fatalf("%s: an empty record: %v", f.Name, err)
		}
		if !bytes.Equal(behind, bytes.Repeat([]byte{0xee}, len(behind))) {
			t.Errorf("%s: the header of the last record reaches into what is behind it: % x", f.Name, behind)
		}
		w.Discard(empty)
		if p := ring.ReadPositions(); p.Producer != 4095 {
			t.Errorf("%s: %d bytes in use, want 4095", f.Name, p.Producer)
		}
		if _, err := w.Reserve(0); !errors.Is(err, ringcore.ErrFull) {
			t.Errorf("%s: one more: %v", f.Name, err)
		}
	}
}

// TestWritersOfOtherFormats asks that no producer writes what it does not know.
func TestWritersOfOtherFormats(t *testing.T) {
	for _, f := range ringcore.Formats {
		ring := heapRingOf(t, f, f.Geometry(4096, 4096))
		_, linux := ringcore.NewProducer(ring)
		_, windows := ringcore.NewWindowsProducer(ring)
		_, legacy := ringcore.NewLegacyProducer(ring)
		refused := 0
		for _, err := range []error{linux, windows, legacy} {
			if err != nil {
				refused++
			}
		}
		if refused != 2 {
			t.Errorf("%s: refused by %d of three producers: %v, %v, %v", f.Name, refused, linux, windows, legacy)
		}
	}
}

// FuzzHeaderInMemory reads a header from any bytes at any place, and compares it with what the declarations of each system say of those
// bytes.
func FuzzHeaderInMemory(f *testing.F) {
	for which := range ringcore.Formats {
		f.Add(uint64(0x0000011d_40000040), uint16(4093), uint8(which))
		f.Add(^uint64(0), uint16(9), uint8(which))
	}
	f.Fuzz(func(t *testing.T, word uint64, at uint16, which uint8) {
		format := ringcore.Formats[int(which)%len(ringcore.Formats)]
		ring := heapRingOf(t, format, format.Geometry(4096, 4096))
		data, pos := ring.Memory().Data, uint64(at)%4096/format.Align*format.Align
		for i := range data { // whatever stands around it
			data[i] = byte(i) ^ byte(word>>32)
		}
		binary.LittleEndian.PutUint64(data[pos:], word)
		b := data[pos:]
		u32 := binary.NativeEndian.Uint32 // of Linux and today's Windows; the legacy ones had little-endian hosts only
		var want ringcore.Header
		switch header := uint32(format.HeaderSize); format.Name {
		case "linux", "windows":
			n := u32(b)
			want = ringcore.Header{Stored: n & 0x3fffffff, Length: n & 0x3fffffff, Discard: n>>30&1 == 1, Busy: n>>31 == 1, PageOffset: u32(b[4:])}
		case "windows-legacy":
			want = ringcore.Header{Stored: binary.LittleEndian.Uint32(b[4:]) & 0x3fffffff, Busy: b[0]&1 == 1, Discard: b[0]&2 == 2}
			want.Length = max(want.Stored, header) - header
		default:
			want = ringcore.Header{Stored: binary.LittleEndian.Uint32(b) >> 2, Busy: b[0]&1 == 1, Discard: b[0]&2 == 2}
			want.Length = max(want.Stored, header) - header
		}
		got := ring.Header(pos)
		if want.Raw = got.Raw; got != want {
			t.Fatalf("%s: % x at %d: %+v, want %+v", format.Name, b[:8], pos, got, want)
		}
	})
}
