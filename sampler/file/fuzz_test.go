package file

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ringcore/shm"
	"ringscope/sampler"
)

// Where what a fuzzer changes stands in a ring file with pages of 4096 bytes; see package shm.
const (
	blockAt   = 4096 - 512
	blockSize = 512
	sumAt     = 16
	sizeAt    = 24
	pageAt    = 32
)

// What a ring file that is fuzzed is made to be.
const (
	askFormat  = 1 << iota // the format is not looked for but asked for
	keepLength             // the file is as long as it would be without what is changed in its description
	keepSum                // its checksum is wrong
	cutLater               // it is cut while it is mapped
)

// mostFuzzed is the largest data area that is looked at.
const mostFuzzed = 64 << 10

// usualFile is the content of a ring file of one page that nothing stands in.
func usualFile(f *testing.F) []byte {
	f.Helper()
	path := filepath.Join(f.TempDir(), "ring")
	file, err := shm.Create(path, description("linux", 4096))
	if err != nil {
		f.Fatal(err)
	}
	if err := file.Close(); err != nil {
		f.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	return content
}

// forge changes the description in the usual content, makes the content as long as it says then, and fills the data area with noise. Each
// change is the offset of 8 bytes, in 2, and what they are combined with.
func forge(usual, changes, noise []byte, ways uint8) []byte {
	content := slices.Clone(usual)
	block := content[blockAt : blockAt+blockSize]
	for ; len(changes) >= 10; changes = changes[10:] {
		at := block[binary.LittleEndian.Uint16(changes)%(blockSize-7):]
		binary.NativeEndian.PutUint64(at, binary.NativeEndian.Uint64(at)^binary.NativeEndian.Uint64(changes[2:]))
	}
	if ways&keepSum == 0 {
		clear(block[sumAt : sumAt+4])
		binary.NativeEndian.PutUint32(block[sumAt:], crc32.ChecksumIEEE(block))
	}
	size, page := binary.NativeEndian.Uint64(block[sizeAt:]), uint64(binary.NativeEndian.Uint32(block[pageAt:]))
	if ways&keepLength == 0 && size <= mostFuzzed && page <= mostFuzzed {
		content = append(content, make([]byte, 2*page+size)...)[:max(2*page+size, 4096)]
	}
	if 2*page < uint64(len(content)) {
		pour(content[2*page:], noise, 0)
	}
	return content
}

// pour fills data with noise, again and again.
func pour(data, noise []byte, at int) {
	for i := range data {
		if len(noise) > 0 {
			data[i] = noise[(i+at)%len(noise)]
		}
	}
}

// FuzzRingFile opens whatever stands in a file, finds out its format, looks at it, shows it and dumps it, while it changes and is cut. All
// of that ends, stays in its memory, and accounts for every byte.
func FuzzRingFile(f *testing.F) {
	usual := usualFile(f)
	path := filepath.Join(f.TempDir(), "forged")
	change := func(at uint16, from, to uint32) []byte {
		b := binary.LittleEndian.AppendUint16(nil, at)
		return append(binary.NativeEndian.AppendUint32(b, from^to), 0, 0, 0, 0)
	}
	linux := []byte{56, 0, 0, 0, 3, 0, 0, 0}
	for len(linux) < 64 {
		linux = append(linux, 0xaa)
	}
	f.Add([]byte{}, linux, uint64(0), uint64(640), uint64(1280), uint8(0))
	f.Add([]byte{}, linux, uint64(0), uint64(4032), uint64(9000*64), uint8(cutLater))
	f.Add([]byte{}, linux, uint64(0), uint64(2048), uint64(4096), uint8(cutLater))
	f.Add([]byte{}, linux, uint64(2048), uint64(4096), uint64(8192), uint8(cutLater))
	f.Add(change(64, 0, 0xffffffff), []byte{0}, uint64(0), uint64(0), uint64(0), uint8(0))
	f.Add(change(64, 0, 0xffffffff), []byte{1}, uint64(0), uint64(4096), uint64(0), uint8(0))
	f.Add(change(sizeAt, 4096, 64<<10), linux, uint64(64), uint64(1<<32-64), uint64(1<<32+64), uint8(0))
	f.Add(change(pageAt, uint32(os.Getpagesize()), 64<<10), linux, uint64(640), uint64(64), uint64(0), uint8(0))
	f.Add(change(36, 8, 4), linux, uint64(0), uint64(1<<32-64), uint64(64), uint8(0))                                           // the width of positions
	f.Add(append(change(20, 0, 1), change(48, ^uint32(0), 16)...), linux, uint64(0), uint64(1<<20), uint64(1<<20+64), uint8(0)) // overwrite mode
	f.Add(change(8, 0x01020304, 0x04030201), linux, uint64(0), uint64(0), uint64(0), uint8(0))
	f.Add(change(64, 0, 0xffffffff), []byte{2, 0, 0, 0, 16, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}, uint64(16), uint64(160), uint64(320), uint8(0)) // the format's name
	f.Add([]byte{}, []byte{9, 0, 0, 0}, uint64(3), uint64(4000), uint64(5000), uint8(askFormat|3<<6))
	f.Add(change(0, 0, 1), linux, uint64(0), uint64(64), uint64(64), uint8(0))
	f.Add([]byte{}, linux, uint64(0), uint64(64), uint64(64), uint8(keepSum))
	f.Add(change(sizeAt, 4096, 1<<31), linux, uint64(0), uint64(64), uint64(64), uint8(keepLength))
	f.Fuzz(func(t *testing.T, changes, noise []byte, consumer, producer, later uint64, ways uint8) {
		content := forge(usual, changes, noise, ways)
		page := uint64(binary.NativeEndian.Uint32(content[blockAt+pageAt:]))
		put := func(at, pos uint64) {
			if at+8 <= uint64(len(content)) {
				binary.NativeEndian.PutUint64(content[at:], pos)
			}
		}
		put(0, consumer)
		put(page, producer)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		o := Options{Payload: true}
		if ways&askFormat != 0 {
			o.Format = ringcore.Formats[ways>>6].Name
		}
		s, err := Open(path, o)
		if err != nil {
			opens(t, err)
			return
		}
		defer closing(t, s)
		a := &audit{t: t, s: s, account: model.NewAccount(), now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
		if err := a.look(); err != nil {
			t.Fatalf("the first look: %v", err)
		}
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer closing(t, file)
		goOn := func(pos uint64, shift int) {
			put(page, pos)
			if 2*page < uint64(len(content)) {
				pour(content[2*page:], noise, shift)
			}
			if _, err := file.WriteAt(content, 0); err != nil {
				t.Fatal(err)
			}
		}
		goOn(later, 1)
		if err := a.look(); err != nil {
			t.Fatalf("the second look: %v", err)
		}
		if ways&cutLater == 0 {
			return
		}
		goOn(later+64, 0)
		if err := file.Truncate(int64(later % uint64(len(content)))); err != nil {
			t.Fatal(err)
		}
		for range 2 { // it stays an error
			if err := a.look(); err != nil && !errors.Is(err, shm.ErrTruncated) {
				t.Fatalf("after it was cut: %v", err)
			}
		}
	})
}

// opens asks for errors that say what is wrong with a file.
func opens(t *testing.T, err error) {
	t.Helper()
	for _, known := range []error{
		shm.ErrNotRing, shm.ErrVersion, shm.ErrDamaged, shm.ErrTruncated, shm.ErrLayout, ringcore.ErrGeometry, sampler.ErrAmbiguous, sampler.ErrUnsupported,
	} {
		if errors.Is(err, known) {
			return
		}
	}
	t.Fatalf("an error of no kind: %v", err)
}

// audit looks at a source and checks what it tells.
type audit struct {
	t       *testing.T
	s       *Source
	account *model.Account
	now     time.Time
	begun   bool
	first   ringcore.Pos // the producer position of the first look
}

// adds asks that what was seen and what was missed is what was produced since the first look, where the producer position can be one.
func (a *audit) adds(m *model.Sample) {
	a.t.Helper()
	at := m.Positions.Producer.V
	if !a.begun {
		a.begun, a.first = true, at
	}
	align := a.s.observed.Ring().Format().Align
	if at%align != 0 || a.first%align != 0 || at-a.first >= 1<<63 {
		return
	}
	if got := m.Totals.Bytes + m.Missed.Bytes; got != at-a.first {
		a.t.Fatalf("seen %d, missed %d; %d were produced", m.Totals.Bytes, m.Missed.Bytes, at-a.first)
	}
}

// look takes looks until all is told, shows the ring from every anchor, and dumps it.
func (a *audit) look() error {
	ring := a.s.observed.Ring()
	most := int(ring.Size()) / ring.Format().HeaderSize
	for n := 0; ; n++ {
		a.now = a.now.Add(time.Millisecond)
		pace, err := a.s.Look(a.now, a.account)
		if err != nil {
			return err
		}
		if !pace.More {
			break
		}
		if n > 4 {
			a.t.Fatalf("%d looks at a ring of %d bytes are not enough", n, ring.Size())
		}
	}
	p := ring.ReadPositions()
	for _, f := range []model.Focus{
		{Anchor: model.AtReader, Before: 64, Rows: model.MaxRows, Payload: model.MaxRowPayload},
		{Anchor: model.AtNewest, Rows: 10, Payload: 16, Tape: model.TapeFocus{Anchor: model.AtNewest, Before: 16, Column: 8, Columns: model.MaxTape}},
		{Anchor: model.AtPos, From: p.Producer - 100, Before: 10, Rows: 10, Tape: model.TapeFocus{Anchor: model.AtReader, Column: 64, Columns: 100}},
	} {
		d := a.s.Detail(a.now, f)
		if len(d.Rows) > model.MaxRows || len(d.Rows) > 2*most || len(d.Tape.Cells) > model.MaxTape {
			a.t.Fatalf("%d rows and %d cells of tape", len(d.Rows), len(d.Tape.Cells))
		}
		m := a.account.Publish(a.now, d, model.Observation{}).Sample
		a.adds(m)
		if m.Occupancy.Used.V > ring.Size() {
			a.t.Fatalf("%d bytes of %d are used", m.Occupancy.Used.V, ring.Size())
		}
	}
	if a.s.fault != nil {
		return a.s.fault
	}
	rows := 0
	err := a.s.Dump(model.MaxRowPayload, func(r model.Row) bool {
		if rows++; uint64(len(r.Payload)) > ring.Size() {
			a.t.Fatalf("a payload of %d bytes in a ring of %d", len(r.Payload), ring.Size())
		}
		return true
	})
	if rows > most {
		a.t.Fatalf("%d records in %d bytes", rows, ring.Size())
	}
	var bad *sampler.BadHeaderError
	var misplaced *sampler.BadPositionsError
	if err != nil && !errors.As(err, &bad) && !errors.As(err, &misplaced) {
		return err
	}
	return nil
}
