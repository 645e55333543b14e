package ringcore_test

import "ringscope/ringcore"

// modelRing is a ring as a list of records: what the protocol promises, without a byte of it.
type modelRing struct {
	format    *ringcore.Format
	overwrite bool
	user      bool // a user ring
	zeros     bool // headers carry 0 in place of a page offset
	size      uint64
	records   []modelRecord
	producer  ringcore.Pos
	consumer  ringcore.Pos // as the ring has it, whoever wrote it
	oldest    ringcore.Pos // in overwrite mode: the first record that stands
	pending   ringcore.Pos // the oldest busy record when something was reserved last
}

type modelRecord struct {
	pos     ringcore.Pos
	payload []byte
	state   ringcore.State
	held    ringcore.Reservation
}

// span is how far the record behind one of n bytes is away, by each system's rule.
func (m *modelRing) span(n int) uint64 { return m.spanOf(uint64(n)) }

// spanOf is span for lengths that an int of 4 bytes can't hold.
func (m *modelRing) spanOf(n uint64) uint64 {
	switch m.format.Name {
	case "windows-legacy":
		return n + 8
	case "windows-legacy-packed":
		return n + 4
	default:
		return n + 8 + -n&7
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

// refuse is why a reservation of n bytes must fail. Trying it moves the pending position.
func (m *modelRing) refuse(n uint32) error {
	span := m.spanOf(uint64(n))
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
	default: // 8 bytes stay free, behind the oldest busy record too; in a user ring none, and nobody looks at busy ones
		if m.user {
			switch {
			case n >= 1<<30 || span > m.size:
				return ringcore.ErrTooLarge
			case end-m.consumer > m.size:
				return ringcore.ErrFull
			}
			return nil
		}
		if n >= 1<<30 || span > m.size {
			return ringcore.ErrTooLarge
		}
		m.pending = m.oldestBusy()
		switch {
		case span > m.size-8:
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
		return behind <= m.size-8 || m.user && m.unread(r)
	default:
		return m.unread(r) || behind <= m.size-m.size/8
	}
}

// capacity is how many bytes can be in use.
func (m *modelRing) capacity() uint64 {
	switch {
	case m.user || m.format == ringcore.Windows:
		return m.size
	case m.format == ringcore.Linux:
		return m.size - 8
	default:
		return m.size - 1
	}
}

// heldUp reports whether producers are held up by the oldest busy record, and not by their reader alone.
func (m *modelRing) heldUp() bool { return m.format == ringcore.Linux && !m.user }

// room is how many bytes the next record can take.
func (m *modelRing) room() uint64 {
	behind := m.consumer
	if m.overwrite || m.heldUp() && int64(m.consumer-m.oldestBusy()) > 0 {
		behind = m.oldestBusy()
	}
	return m.capacity() - (m.producer - behind)
}

// pageOffset is what the header at pos carries, where it carries any.
func (m *modelRing) pageOffset(pos ringcore.Pos, page int) uint32 {
	switch name := m.format.Name; {
	case m.zeros:
		return 0
	case name == "linux":
		return 3 + uint32(pos%m.size/uint64(page))
	case name == "windows":
		return uint32(pos % m.size / uint64(page))
	default:
		return 0
	}
}

// from is the records that begin at pos and behind it.
func (m *modelRing) from(pos ringcore.Pos) []modelRecord {
	for i, r := range m.records {
		if int64(r.pos-pos) >= 0 {
			return m.records[i:]
		}
	}
	return nil
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
	return beginIn(t, f, g, at, ringcore.Memory{Consumer: make([]byte, 4096), Producer: make([]byte, 4096), Data: make([]byte, 2*g.Size)})
}

// beginIn is beginOf in memory that is there.
func beginIn(
	t interface{ Fatal(...any) }, f *ringcore.Format, g ringcore.Geometry, at ringcore.Pos, m ringcore.Memory,
) (*ringcore.Ring, ringcore.Writer) {
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
	if g.UserRing {
		return r, &userWriter{r, at}
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
	user      bool // a user ring, of which ringcore has no producer
	zeros     bool // every page offset is 0
}

func (v variant) String() string {
	if v.user {
		return v.format.Name + " user ring"
	}
	if v.overwrite {
		return v.format.Name + " overwriting"
	}
	if v.zeros {
		return v.format.Name + " without page offsets"
	}
	return v.format.Name
}

// geometry is that of a ring of size bytes of the variant.
func (v variant) geometry(size uint64) ringcore.Geometry {
	g := v.format.Geometry(size, 4096)
	if v.format == ringcore.Linux && !v.user {
		g.Pending = 8
	}
	g.UserRing, g.ZeroPageOffsets = v.user, v.zeros
	if v.overwrite {
		g.Overwrite, g.OverwriteMode = 16, true
	}
	return g
}

// withoutPageOffsets are the rings of eBPF for Windows before v1.0.
var withoutPageOffsets = variant{format: ringcore.Windows, zeros: true}

// variants are those that differ in more than the page offsets they carry.
func variants() []variant {
	all := []variant{{format: ringcore.Linux, overwrite: true}}
	for _, f := range ringcore.Formats {
		all = append(all, variant{format: f})
	}
	return all
}
