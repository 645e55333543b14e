package ringcore_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ringscope/ringcore"
)

// modelRing is a ring as a list of records: what the protocol promises, without a byte of it.
type modelRing struct {
	format    *ringcore.Format
	overwrite bool
	size      uint64
	records   []modelRecord
	producer  ringcore.Pos
	consumer  ringcore.Pos
	oldest    ringcore.Pos // in overwrite mode: the first record that stands
	lost      uint64       // bytes that the consumer did not get before they were overwritten
}

type modelRecord struct {
	pos     ringcore.Pos
	payload []byte
	state   ringcore.State
	held    ringcore.Reservation
}

// span is how far the record behind one of n bytes is away, by each system's rule.
func (m *modelRing) span(n int) uint64 {
	switch m.format.Name {
	case "windows-legacy":
		return uint64(n) + 8
	case "windows-legacy-packed":
		return uint64(n) + 4
	default:
		return uint64(n) + 8 + uint64(-n&7)
	}
}

func (m *modelRing) oldestBusy() ringcore.Pos {
	for _, r := range m.records {
		if r.state == ringcore.Busy {
			return r.pos
		}
	}
	return m.producer
}

func (m *modelRing) refusal(n uint32) error {
	span := m.span(int(n))
	end := m.producer + span
	switch m.format.Name {
	case "windows": // all of it can be in use
		switch {
		case n == 0:
			return ringcore.ErrEmpty
		case span > m.size:
			return ringcore.ErrTooLarge
		case end-m.consumer > m.size:
			return ringcore.ErrFull
		}
	case "windows-legacy", "windows-legacy-packed": // one byte stays free
		switch {
		case span > m.size-1:
			return ringcore.ErrTooLarge
		case end-m.consumer > m.size-1:
			return ringcore.ErrFull
		}
	default: // 8 bytes stay free, behind the oldest busy record too
		switch {
		case span > m.size:
			return ringcore.ErrTooLarge
		case end-m.oldestBusy() > m.size-8:
			return ringcore.ErrPending
		case !m.overwrite && end-m.consumer > m.size-8:
			return ringcore.ErrFull
		}
	}
	return nil
}

// add puts a record behind the others, and in overwrite mode drops the oldest ones that leave it no room.
func (m *modelRing) add(r modelRecord) {
	m.records = append(m.records, r)
	m.producer += m.span(len(r.payload))
	if !m.overwrite {
		return
	}
	for _, r := range m.records {
		if int64(r.pos-m.oldest) >= 0 && m.producer-m.oldest > m.size-8 {
			m.oldest = r.pos + m.span(len(r.payload))
		}
	}
}

// head is the first record that the consumer can still get.
func (m *modelRing) head() ringcore.Pos {
	if m.overwrite && int64(m.oldest-m.consumer) > 0 {
		return m.oldest
	}
	return m.consumer
}

func (m *modelRing) unread(r modelRecord) bool { return int64(r.pos-m.consumer) >= 0 }

// stands reports whether a record can be read: nothing may have been written over it, and where producers of Windows could have without
// telling, an eighth of the ring is left to them.
func (m *modelRing) stands(r modelRecord) bool {
	behind := m.producer - r.pos
	switch {
	case m.overwrite:
		return int64(r.pos-m.oldest) >= 0
	case m.format == ringcore.Linux:
		return behind <= m.size-8
	default:
		return m.unread(r) || behind <= m.size-m.size/8
	}
}

// exact reports whether a record that stands is proven to.
func (m *modelRing) exact(r modelRecord) bool {
	switch {
	case m.overwrite:
		return ringcore.StrongOrder
	case m.format == ringcore.Linux:
		return ringcore.StrongOrder || m.unread(r)
	default:
		return m.unread(r)
	}
}

// readable forgets what a new record has overwritten.
func (m *modelRing) readable() []modelRecord {
	for i, r := range m.records {
		if m.stands(r) {
			return m.records[i:]
		}
	}
	return nil
}

// begin sets all positions of a ring, as one that has run for long.
func begin(t interface{ Fatal(...any) }, g ringcore.Geometry, at ringcore.Pos) (*ringcore.Ring, *ringcore.Producer) {
	r, w := beginOf(t, ringcore.Linux, g, at)
	p, ok := w.(*ringcore.Producer)
	if !ok {
		t.Fatal("not a producer of Linux")
	}
	return r, p
}

// beginOf is begin for any format.
func beginOf(t interface{ Fatal(...any) }, f *ringcore.Format, g ringcore.Geometry, at ringcore.Pos) (*ringcore.Ring, ringcore.Writer) {
	m := ringcore.Memory{Consumer: make([]byte, 4096), Producer: make([]byte, 4096), Data: make([]byte, 2*g.Size)}
	setPositionOf(&g, m.Consumer, at)
	setPositionOf(&g, m.Producer, at)
	if g.Pending >= 0 {
		setPositionOf(&g, m.Producer[g.Pending:], at)
	}
	if g.Overwrite >= 0 {
		setPositionOf(&g, m.Producer[g.Overwrite:], at)
	}
	r, err := ringcore.NewRing(f, g, m)
	if err != nil {
		t.Fatal(err)
	}
	w, err := ringcore.NewWriter(r)
	if err != nil {
		t.Fatal(err)
	}
	return r, w
}

// variant is a ring of some format, with or without overwrite mode.
type variant struct {
	format    *ringcore.Format
	overwrite bool
}

func (v variant) String() string {
	if v.overwrite {
		return v.format.Name + " overwriting"
	}
	return v.format.Name
}

// geometry is that of a ring of size bytes of the variant.
func (v variant) geometry(size uint64) ringcore.Geometry {
	g := v.format.Geometry(size, 4096)
	if v.format == ringcore.Linux {
		g.Pending = 8
	}
	if v.overwrite {
		g.Overwrite, g.OverwriteMode = 16, true
	}
	return g
}

// variants are all of them.
func variants() []variant {
	all := []variant{{format: ringcore.Linux, overwrite: true}}
	for _, f := range ringcore.Formats {
		all = append(all, variant{format: f})
	}
	return all
}

// TestRingAgainstModel plays random reserve, submit, discard, consume and forged consumer positions on a ring and on a list, and asks
// at every step whether consumer, observer, walk and refusals tell the same.
func TestRingAgainstModel(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) { againstModel(t, v) })
	}
}

func againstModel(t *testing.T, v variant) {
	rapid.Check(t, func(t *rapid.T) {
		g, align := v.geometry(4096), v.format.Align
		start := uint64(0)
		places := 3
		if v.format == ringcore.Linux {
			places = 4
		}
		switch rapid.IntRange(0, places-1).Draw(t, "positions") {
		case 1:
			start = 1<<40 + align*rapid.Uint64Range(0, 1000).Draw(t, "start")
		case 2: // shortly before 2^64, which no ring reaches
			start = -(align * rapid.Uint64Range(1, 400).Draw(t, "before the end"))
		case 3: // a 32-bit kernel, shortly before its positions wrap
			g.PosWidth, g.Pending = 4, 4
			if v.overwrite {
				g.Overwrite = 8
			}
			start = 1<<32 - 8*rapid.Uint64Range(1, 400).Draw(t, "before the wrap")
		}
		ring, producer := beginOf(t, v.format, g, start)
		m := &modelRing{format: v.format, overwrite: v.overwrite, size: g.Size, producer: start, consumer: start, oldest: start}
		consumer, err := ringcore.NewConsumer(ring)
		if err != nil {
			t.Fatal(err)
		}
		observer := ringcore.NewObserver(ring)
		books := newTally(t, g.Size)
		books.format = v.format
		observe(observer, books)
		var taken, thrown uint64
		alone := true // the consumer position was not forged
		eager := rapid.Bool().Draw(t, "observe every step")

		step := map[string]func(*rapid.T){
			"reserve": func(t *rapid.T) {
				n := rapid.Uint32Range(0, 700).Draw(t, "bytes")
				if rapid.IntRange(0, 9).Draw(t, "large") == 0 {
					n = rapid.Uint32Range(3000, 4200).Draw(t, "many bytes")
				}
				v, err := producer.Reserve(n)
				if want := m.refusal(n); !errors.Is(err, want) {
					t.Fatalf("reserve %d: %v, want %v", n, err, want)
				}
				if err != nil {
					return
				}
				if v.Pos-start != m.producer-start || len(v.Payload) != int(n) {
					t.Fatalf("reserved %d bytes at %d, want %d at %d", len(v.Payload), v.Pos, n, m.producer)
				}
				for i := range v.Payload {
					v.Payload[i] = byte(int(v.Pos/8) + i)
				}
				m.add(modelRecord{m.producer, bytes.Clone(v.Payload), ringcore.Busy, v})
			},
			"finish": func(t *rapid.T) {
				var busy []int
				for i, r := range m.records {
					if r.state == ringcore.Busy {
						busy = append(busy, i)
					}
				}
				if len(busy) == 0 {
					t.Skip("nothing reserved")
				}
				r := &m.records[rapid.SampledFrom(busy).Draw(t, "which")]
				if rapid.IntRange(0, 2).Draw(t, "discard") == 0 {
					producer.Discard(r.held)
					r.state = ringcore.Discarded
				} else {
					producer.Submit(r.held)
					r.state = ringcore.Committed
				}
			},
			"consume": func(t *rapid.T) {
				if !alone {
					t.Skip("the consumer position was forged")
				}
				most := rapid.IntRange(1, 8).Draw(t, "records")
				var got []ringcore.Record
				for rec := range consumer.Records() {
					if v.overwrite {
						rec.Payload = bytes.Clone(rec.Payload)
					}
					got = append(got, rec)
					if len(got) == most {
						break
					}
				}
				m.takes(t, got, most, &taken, &thrown)
				if err := consumer.Err(); err != nil {
					t.Fatal(err)
				}
				if err := consumer.Release(); err != nil {
					t.Fatal(err)
				}
				if got := consumer.Tally(); got.Committed != taken || got.Discarded != thrown || got.Lost != m.lost || got.Bytes+got.Lost != m.consumer-start {
					t.Fatalf("tally %+v, want %d and %d, %d lost, %d in all", got, taken, thrown, m.lost, m.consumer-start)
				}
			},
			"forge consumer": func(t *rapid.T) {
				boundaries := []ringcore.Pos{m.producer}
				if v.format != ringcore.Linux { // nothing holds a producer of Windows up behind a busy record but its reader
					boundaries[0] = m.oldestBusy()
				}
				for _, r := range m.readable() {
					if int64(r.pos-m.consumer) >= 0 && int64(r.pos-boundaries[0]) < 0 {
						boundaries = append(boundaries, r.pos)
					}
				}
				to := rapid.SampledFrom(boundaries).Draw(t, "to")
				if to != m.consumer {
					alone = false
				}
				m.consumer = to
				setPositionOf(&g, ring.Memory().Consumer, to)
			},
			"": func(t *rapid.T) {
				if !eager && rapid.IntRange(0, 3).Draw(t, "look") != 0 {
					return
				}
				observe(observer, books)
				books.check(m.producer - start)
				m.compare(t, observer, books, start)
			},
		}
		t.Repeat(step)
	})
}

// takes moves the model's consumer over what a consumer must have yielded.
func (m *modelRing) takes(t *rapid.T, got []ringcore.Record, most int, taken, thrown *uint64) {
	n := 0
	m.lost += m.head() - m.consumer
	m.consumer = m.head()
	for _, r := range m.records {
		if int64(r.pos-m.consumer) < 0 {
			continue
		}
		if r.state == ringcore.Busy || n == most {
			break
		}
		m.consumer = r.pos + m.span(len(r.payload))
		if r.state == ringcore.Discarded {
			*thrown++
			continue
		}
		if n >= len(got) {
			t.Fatalf("record at %d was not yielded", r.pos)
		}
		if uint32(got[n].Pos) != uint32(r.pos) || !bytes.Equal(got[n].Payload, r.payload) {
			t.Fatalf("yielded %d at %d, want %d bytes at %d", len(got[n].Payload), got[n].Pos, len(r.payload), r.pos)
		}
		*taken++
		n++
	}
	if n != len(got) {
		t.Fatalf("%d records yielded, want %d", len(got), n)
	}
}

// compare asks the observer about every readable record.
func (m *modelRing) compare(t *rapid.T, o *ringcore.Observer, books *tally, start ringcore.Pos) {
	if books.corrupt != 0 {
		t.Fatalf("corrupt at %d: %v", books.lastCorrupt, books.lastWhy)
	}
	if books.missed == 0 {
		var committed, discarded, busy, payload uint64
		for _, r := range m.records {
			payload += uint64(len(r.payload))
			switch r.state {
			case ringcore.Committed:
				committed++
			case ringcore.Discarded:
				discarded++
			case ringcore.Busy:
				busy++
			}
		}
		if books.records != uint64(len(m.records)) || books.payload != payload || books.bytes != m.producer-start {
			t.Fatalf("saw %d records of %d bytes in %d, want %d, %d, %d", books.records, books.payload, books.bytes, len(m.records), payload, m.producer-start)
		}
		if books.unresolved == 0 && (books.committed != committed || books.discarded != discarded || uint64(len(books.busy)) != busy) {
			t.Fatalf("saw %d committed, %d discarded, %d busy, want %d, %d, %d", books.committed, books.discarded, len(books.busy), committed, discarded, busy)
		}
	}
	var unread uint64
	for _, r := range m.records {
		if int64(r.pos-m.head()) >= 0 {
			unread++
		}
	}
	if n, exact := o.Unread(); exact && n != unread {
		t.Fatalf("%d unread, want %d", n, unread)
	} else if !exact && books.missed == 0 {
		t.Fatalf("unread records unknown, though nothing was missed")
	}
	m.compareWalk(t, o, books.missed == 0)
}

func (m *modelRing) compareWalk(t *rapid.T, o *ringcore.Observer, complete bool) {
	want := m.readable()
	var got []ringcore.Seen
	if end, why := o.Whole(func(s ringcore.Seen) bool { got = append(got, s); return true }); why != nil {
		t.Fatalf("whole walk ends at %d: %v", end, why)
	}
	if len(got) > len(want) {
		t.Fatalf("whole walk visits %d records, %d are readable", len(got), len(want))
	}
	left := want[:len(want)-len(got)]
	for _, r := range left {
		if bucket := m.size / ringcore.Buckets; complete && r.pos/bucket != left[0].pos/bucket && m.stands(r) {
			t.Fatalf("whole walk visits %d records, %d are readable, the first at %d and %d", len(got), len(want), left[0].pos, r.pos)
		}
	}
	want = want[len(want)-len(got):]
	for i, s := range got {
		m.compareSeen(t, o, s, want[i])
	}
	m.compareStrip(t, o, got)
	if len(got) == 0 {
		return
	}
	at := rapid.IntRange(0, len(got)-1).Draw(t, "walk from")
	before := rapid.IntRange(0, 5).Draw(t, "before")
	var walked []ringcore.Pos
	if !o.Walk(got[at].Pos, before, 3, func(s ringcore.Seen) bool { walked = append(walked, s.Pos); return true }) {
		if complete {
			t.Fatalf("record at %d not found", got[at].Pos)
		}
		return
	}
	first, last := max(0, at-before), min(len(got), at+3)
	if complete && len(walked) != last-first {
		t.Fatalf("walk visits %d records, want %d", len(walked), last-first)
	}
	for i, pos := range walked {
		if pos != got[last-len(walked)+i].Pos {
			t.Fatalf("walk visits %d, want %d", pos, got[last-len(walked)+i].Pos)
		}
	}
}

// compareStrip asks for a strip anywhere around what is readable.
func (m *modelRing) compareStrip(t *rapid.T, o *ringcore.Observer, readable []ringcore.Seen) {
	from := m.producer - m.size - 104 + rapid.Uint64Range(0, m.size+208).Draw(t, "strip from")
	to := from + rapid.Uint64Range(0, m.size).Draw(t, "strip of")
	var want, got []ringcore.Seen
	for _, s := range readable {
		if end := s.Pos + m.format.Span(m.format.Decode(s.Raw).Length); int64(end-from) > 0 && int64(s.Pos-to) < 0 {
			want = append(want, s)
		}
	}
	o.Strip(from, to, func(s ringcore.Seen) { got = append(got, s) })
	if !slices.Equal(got, want) {
		t.Fatalf("strip from %d to %d visits %+v, want %+v", from, to, got, want)
	}
}

func (m *modelRing) compareSeen(t *rapid.T, o *ringcore.Observer, s ringcore.Seen, want modelRecord) {
	h := m.format.Decode(s.Raw)
	if s.Pos != want.pos || int(h.Length) != len(want.payload) || h.State() != want.state || s.Exact != m.exact(want) {
		t.Fatalf("walk visits %+v at %d (exact: %t), want %v of %d bytes at %d", h, s.Pos, s.Exact, want.state, len(want.payload), want.pos)
	}
	if s.Unread != (int64(s.Pos-m.consumer) >= 0) {
		t.Fatalf("record at %d unread %t, consumer at %d", s.Pos, s.Unread, m.consumer)
	}
	buf := make([]byte, 4096)
	n, exact := o.Copy(buf, s.Pos)
	if want.state == ringcore.Busy {
		if exact || n != 0 {
			t.Fatalf("payload of a busy record copied")
		}
		return
	}
	if exact != m.exact(want) || !bytes.Equal(buf[:n], want.payload) {
		t.Fatalf("payload of the record at %d: %d bytes, exact %t, want %d", s.Pos, n, exact, len(want.payload))
	}
}
