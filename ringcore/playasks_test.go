package ringcore_test

import (
	"bytes"

	"pgregory.net/rapid"

	"ringscope/ringcore"
)

// What is asked of a ring and a list of records that were played with together: they must tell the same.

// kept is how many bytes before the producer position stand though the consumer has released them.
func (p *play) kept() uint64 {
	if p.format == ringcore.Linux {
		return p.size - 8
	}
	return p.size - p.size/8
}

// positions compares what stands in the position pages.
func (p *play) positions(t *rapid.T) {
	q := p.ring.ReadPositions()
	if !p.is(q.Producer, p.producer) || !p.is(q.Consumer, p.consumer) || q.ConsumerFirst != q.Consumer {
		t.Fatalf("positions %+v, want consumer %d, producer %d", q, p.consumer, p.producer)
	}
	if q.HasPending != p.heldUp() || q.HasPending && !p.is(q.Pending, p.pending) {
		t.Fatalf("pending %d, want %d", q.Pending, p.pending)
	}
	if q.HasOverwrite != p.overwrite || p.overwrite && (!p.is(q.Overwrite, p.oldest) || !p.is(q.Head(), p.head())) {
		t.Fatalf("overwrite %d, head %d, want %d, %d", q.Overwrite, q.Head(), p.oldest, p.head())
	}
	unread := p.producer - p.head()
	if least, most := q.Unread(p.size); least != unread || most != unread {
		t.Fatalf("%d to %d bytes unread, want %d", least, most, unread)
	}
	if !p.overwrite && unread > p.capacity() {
		t.Fatalf("%d bytes unread in a ring of %d", unread, p.size)
	}
}

// bytes compares the header and the payload of every record that stands.
func (p *play) bytes(t *rapid.T) {
	for _, r := range p.readable() {
		h := p.ring.Header(r.pos)
		if int(h.Length) != len(r.payload) || h.State() != r.state || !p.user && h.PageOffset != p.pageOffset(r.pos, p.g.PageSize) {
			t.Fatalf("header at %d: %+v, want %v, %d bytes, page offset %d", r.pos, h, r.state, len(r.payload), p.pageOffset(r.pos, p.g.PageSize))
		}
		if want, has := p.format.PageOffset(&p.g, r.pos); has && want != p.pageOffset(r.pos, p.g.PageSize) {
			t.Fatalf("the page offset at %d is said to be %d, want %d", r.pos, want, p.pageOffset(r.pos, p.g.PageSize))
		}
		begin := r.pos%p.size + uint64(p.format.HeaderSize)
		if !bytes.Equal(p.ring.Memory().Data[begin:begin+uint64(len(r.payload))], r.payload) {
			t.Fatalf("the payload of the record at %d is not what was written", r.pos)
		}
	}
}

// waits asks whether the consumer knows that there is something to take.
func (p *play) waits(t *rapid.T) {
	if !p.alone() {
		return
	}
	at := p.at
	if p.overwrite && int64(p.oldest-at) > 0 {
		at = p.oldest
	}
	next := p.from(at)
	if want := len(next) > 0 && next[0].state != ringcore.Busy; p.reader.Waiting() != want {
		t.Fatalf("the consumer at %d says that a record waits: %t", p.at, !want)
	}
}

// headStands asks that nothing at the head is called wrong, however long ago the last look was.
func (p *play) headStands(t *rapid.T) {
	if w, found := p.observer.CheckHead(); found {
		t.Fatalf("the header at %d is called wrong: %016x, %v", w.Pos, w.Raw, w.Why)
	}
}

// seen asks the observer about everything.
func (p *play) seen(t *rapid.T) {
	books := p.books
	if books.corrupt != 0 {
		t.Fatalf("corrupt at %d: %v", books.lastCorrupt, books.lastWhy)
	}
	if p.observer.Remembered() != len(books.busy) {
		t.Fatalf("%d busy records remembered, %d told", p.observer.Remembered(), len(books.busy))
	}
	p.headStands(t)
	complete := books.missed == 0
	if complete {
		var committed, discarded, busy, payload uint64
		for _, r := range p.records {
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
		if books.records != uint64(len(p.records)) || books.payload != payload || books.bytes != p.producer-p.start {
			t.Fatalf("saw %d records of %d bytes in %d, want %d, %d, %d", books.records, books.payload, books.bytes, len(p.records), payload, p.producer-p.start)
		}
		if books.unresolved == 0 && (books.committed != committed || books.discarded != discarded || uint64(len(books.busy)) != busy) {
			t.Fatalf("saw %d committed, %d discarded, %d busy, want %d, %d, %d", books.committed, books.discarded, len(books.busy), committed, discarded, busy)
		}
	}
	p.counts(t, p.observer.Unread, p.head(), complete)
	if standing := p.readable(); len(standing) > 0 {
		pos := standing[rapid.IntRange(0, len(standing)-1).Draw(t, "count from")].pos
		p.counts(t, func() (uint64, bool) { return p.observer.RecordsFrom(p.observer.Last().Producer - (p.producer - pos)) }, pos, complete)
	}
	p.walks(t, complete)
}

// counts asks for the number of records from a boundary on.
func (p *play) counts(t *rapid.T, count func() (uint64, bool), from ringcore.Pos, complete bool) {
	want := uint64(len(p.from(from)))
	if n, exact := count(); exact && n != want {
		t.Fatalf("%d records from %d on, want %d", n, from, want)
	} else if !exact && complete {
		t.Fatalf("records from %d on unknown, though nothing was missed", from)
	}
}

func (p *play) walks(t *rapid.T, complete bool) {
	want := p.readable()
	var got []ringcore.Seen
	if end, why := p.observer.Whole(func(s ringcore.Seen) bool { got = append(got, s); return true }); why != nil {
		t.Fatalf("whole walk ends at %d: %v", end, why)
	}
	if len(got) > len(want) {
		t.Fatalf("whole walk visits %d records, %d are readable", len(got), len(want))
	}
	left := want[:len(want)-len(got)]
	for _, r := range left {
		if bucket := p.size / ringcore.Buckets; complete && r.pos/bucket != left[0].pos/bucket && p.stands(r) {
			t.Fatalf("whole walk visits %d records, %d are readable, the first at %d and %d", len(got), len(want), left[0].pos, r.pos)
		}
	}
	want = want[len(want)-len(got):]
	for i, s := range got {
		p.isSeen(t, s, want[i])
		p.copied(t, s, want[i])
	}
	p.strip(t, got, complete)
	if len(got) == 0 {
		return
	}
	at := rapid.IntRange(0, len(got)-1).Draw(t, "walk from")
	before := rapid.IntRange(0, 5).Draw(t, "before")
	var walked []ringcore.Pos
	if !p.observer.Walk(got[at].Pos, before, 3, func(s ringcore.Seen) bool { walked = append(walked, s.Pos); return true }) {
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

// strip asks for a strip anywhere around what is readable. It visits what the whole walk does, and goes on from where the last one began:
// so it may visit records that stand in the same bucket as the first overwritten one, too. In front of a gap the consumer position is not
// taken for a boundary: whoever moved it back there may have put it anywhere.
func (p *play) strip(t *rapid.T, whole []ringcore.Seen, complete bool) {
	from := p.producer - p.size - 104 + rapid.Uint64Range(0, p.size+208).Draw(t, "strip from")
	to := from + rapid.Uint64Range(0, p.size).Draw(t, "strip of")
	touches := func(pos ringcore.Pos, length int) bool {
		return from != to && int64(pos+p.span(length)-from) > 0 && int64(pos-to) < 0
	}
	least := 0
	for _, s := range whole {
		if touches(s.Pos, int(p.format.Decode(s.Raw).Length)) {
			least++
		}
	}
	if !complete && p.back {
		least = 0
	}
	var want []modelRecord
	for _, r := range p.readable() {
		if touches(r.pos, len(r.payload)) {
			want = append(want, r)
		}
	}
	var got []ringcore.Seen
	p.observer.Strip(from, to, func(s ringcore.Seen) { got = append(got, s) })
	if len(got) < least || len(got) > len(want) {
		t.Fatalf("strip from %d to %d visits %d records, a whole walk %d, %d can be read", from, to, len(got), least, len(want))
	}
	for i, s := range got {
		p.isSeen(t, s, want[len(want)-len(got)+i])
	}
}

// isSeen asks whether a record was seen as it is.
func (p *play) isSeen(t *rapid.T, s ringcore.Seen, want modelRecord) {
	h := p.format.Decode(s.Raw)
	if s.Pos != want.pos || int(h.Length) != len(want.payload) || h.State() != want.state || s.Exact != p.exact(want) {
		t.Fatalf("walk visits %+v at %d (exact: %t), want %v of %d bytes at %d", h, s.Pos, s.Exact, want.state, len(want.payload), want.pos)
	}
	if s.Unread != p.unread(want) {
		t.Fatalf("record at %d unread %t, consumer at %d", s.Pos, s.Unread, p.consumer)
	}
}

// copied asks for the payload of a record that can be read.
func (p *play) copied(t *rapid.T, s ringcore.Seen, want modelRecord) {
	buf := make([]byte, len(want.payload)+1)
	n, exact := p.observer.Copy(buf, s.Pos)
	if want.state == ringcore.Busy {
		if exact || n != 0 {
			t.Fatalf("payload of a busy record copied")
		}
		return
	}
	if exact != p.exact(want) || !bytes.Equal(buf[:n], want.payload) {
		t.Fatalf("payload of the record at %d: %d bytes, exact %t, want %d", s.Pos, n, exact, len(want.payload))
	}
}
