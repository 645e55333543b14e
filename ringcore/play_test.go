package ringcore_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ringscope/ringcore"
	"ringscope/ringcore/shm"
)

// TestRingAgainstModel plays random reserve, submit, discard, consume, release and forged consumer positions on a ring in shared memory
// and on a list, and asks after every step whether positions, headers and payloads, and now and then whether observer, walk and strip,
// tell the same.
func TestRingAgainstModel(t *testing.T) {
	for _, v := range append(variants(), variant{format: ringcore.Linux, user: true}, withoutPageOffsets) {
		for _, size := range []uint64{4 << 10, 16 << 10, 64 << 10} {
			if size < uint64(os.Getpagesize()) {
				continue
			}
			t.Run(fmt.Sprintf("%v, %d KiB", v, size>>10), func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) { playOn(t, v, size) })
			})
		}
	}
}

// play is a ring and what must be true of it.
type play struct {
	*modelRing
	g        ringcore.Geometry
	ring     *ringcore.Ring
	writer   ringcore.Writer
	observer *ringcore.Observer
	books    *tally
	start    ringcore.Pos
	passes0  bool // the positions go over 2^64, which no ring's do: whoever comes after that can't tell

	reader    *ringcore.Consumer
	at        ringcore.Pos // behind what the consumer has taken
	left      ringcore.Pos // where it left the consumer position
	passed    ringcore.Tally
	consuming ringcore.Pos // where it began
	back      bool         // somebody has moved the consumer position back
}

// geometryOf draws where positions begin, how wide they are, and how large pages are.
func geometryOf(t *rapid.T, v variant, size uint64) (g ringcore.Geometry, start ringcore.Pos) {
	page := rapid.SampledFrom([]int{4 << 10, 16 << 10, 64 << 10}).Draw(t, "page size")
	g = v.geometry(size)
	g.PageSize = page
	align := v.format.Align
	behind := align * rapid.Uint64Range(1, 2*size/align).Draw(t, "before")
	switch places := 5; rapid.IntRange(0, places).Draw(t, "positions") {
	case 1:
		start = 1<<40 + behind
	case 2: // shortly before 2^64, which no ring reaches
		start = -behind
	case 3: // shortly before 2^32, which means nothing here
		start = 1<<32 - behind
	case 4: // shortly before 2^31, where differences of 4 bytes change their sign
		start = 1<<31 - behind
		narrow(&g, v)
	case 5: // a 32-bit kernel, shortly before its positions wrap
		start = 1<<32 - behind
		narrow(&g, v)
	}
	return g, start
}

// narrow gives a ring the positions of a 32-bit kernel. Those of Windows are always wide.
func narrow(g *ringcore.Geometry, v variant) {
	if v.format == ringcore.Windows {
		return
	}
	g.PosWidth = 4
	if g.Pending >= 0 {
		g.Pending = 4
	}
	if g.Overwrite >= 0 {
		g.Overwrite = 8
	}
}

func playOn(t *rapid.T, v variant, size uint64) {
	g, start := geometryOf(t, v, size)
	memory, err := shm.Anonymous(size, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := memory.Close(); err != nil {
			t.Error(err)
		}
	}()
	p := &play{
		modelRing: &modelRing{format: v.format, overwrite: v.overwrite, user: v.user, zeros: v.zeros, size: size, producer: start, consumer: start, oldest: start, pending: start},
		g:         g, start: start, at: start, passes0: start > 1<<63,
	}
	p.ring, p.writer = beginIn(t, v.format, g, start, ringcore.Memory{Consumer: memory.Consumer, Producer: memory.Producer, Data: memory.Data})
	p.reopen(t)
	p.observer, p.books = ringcore.NewObserver(p.ring), newTally(t, size)
	p.books.format = v.format
	observe(p.observer, p.books)
	eager := rapid.Bool().Draw(t, "observe every step")
	t.Repeat(map[string]func(*rapid.T){
		"reserve": func(t *rapid.T) { p.reserve(t, p.length(t)) },
		"finish":  p.finish,
		"consume": p.consume,
		"release": p.release,
		"flow":    p.flow,
		"forge":   p.forge,
		"reopen":  p.reopen,
		"late":    p.late,
		"": func(t *rapid.T) {
			p.positions(t)
			p.bytes(t)
			p.waits(t)
			if eager || rapid.IntRange(0, 3).Draw(t, "look") == 0 {
				observe(p.observer, p.books)
				p.books.check(p.producer - p.start)
				p.seen(t)
			}
		},
	})
}

// length draws the length of a payload: any small one, one that just fits or just does not, and any at all.
func (p *play) length(t *rapid.T) uint32 {
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0:
		return rapid.Uint32Range(uint32(p.size*3/4), uint32(p.size+100)).Draw(t, "many bytes")
	case 1:
		return rapid.Uint32().Draw(t, "any bytes")
	case 2, 3:
		room := int64(p.room()) - int64(p.format.HeaderSize)
		return uint32(max(room-rapid.Int64Range(-9, 9).Draw(t, "to spare"), 0))
	default:
		return rapid.Uint32Range(0, uint32(p.size/6)).Draw(t, "bytes")
	}
}

func (p *play) reserve(t *rapid.T, n uint32) {
	before := p.room()
	want := p.refuse(n)
	v, err := p.writer.Reserve(n)
	if !errors.Is(err, want) || want == nil && err != nil {
		t.Fatalf("reserve %d with room for %d: %v, want %v", n, before, err, want)
	}
	if err != nil {
		return
	}
	if v.Pos-p.start != p.producer-p.start || len(v.Payload) != int(n) {
		t.Fatalf("reserved %d bytes at %d, want %d at %d", len(v.Payload), v.Pos, n, p.producer)
	}
	for i := range v.Payload {
		v.Payload[i] = byte(int(v.Pos/8) + i)
	}
	p.add(modelRecord{p.producer, bytes.Clone(v.Payload), ringcore.Busy, v})
}

func (p *play) finish(t *rapid.T) {
	var busy []int
	for i, r := range p.records {
		if r.state == ringcore.Busy {
			busy = append(busy, i)
		}
	}
	if len(busy) == 0 {
		t.Skip("nothing reserved")
	}
	p.end(&p.records[rapid.SampledFrom(busy).Draw(t, "which")], rapid.IntRange(0, 2).Draw(t, "discard") == 0)
}

func (p *play) end(r *modelRecord, discard bool) {
	if discard {
		p.writer.Discard(r.held)
		r.state = ringcore.Discarded
	} else {
		p.writer.Submit(r.held)
		r.state = ringcore.Committed
	}
}

// flow lets many records pass, so that the ring goes round.
func (p *play) flow(t *rapid.T) {
	if !p.alone() {
		t.Skip("the consumer position was forged")
	}
	for range rapid.IntRange(1, 40).Draw(t, "records") {
		records := len(p.records)
		p.reserve(t, rapid.Uint32Range(0, uint32(p.size/10)).Draw(t, "bytes"))
		if len(p.records) > records {
			p.end(&p.records[records], rapid.IntRange(0, 2).Draw(t, "discard") == 0)
		}
		p.consume(t)
		p.release(t)
	}
}

// alone reports whether nobody but the consumer moved its position.
func (p *play) alone() bool { return p.reader.Alone() }

// consume takes some records, and gives nothing back.
func (p *play) consume(t *rapid.T) {
	if !p.alone() {
		t.Skip("the consumer position was forged")
	}
	most := rapid.IntRange(1, 8).Draw(t, "records")
	var got []ringcore.Record
	for rec := range p.reader.Records() {
		if p.overwrite {
			rec.Payload = bytes.Clone(rec.Payload)
		}
		got = append(got, rec)
		if len(got) == most {
			break
		}
	}
	if err := p.reader.Err(); err != nil {
		t.Fatal(err)
	}
	p.takes(t, got, most)
}

// takes moves the model's consumer over what a consumer must have yielded.
func (p *play) takes(t *rapid.T, got []ringcore.Record, most int) {
	if p.overwrite && int64(p.oldest-p.at) > 0 {
		p.passed.Lost += p.oldest - p.at
		p.at = p.oldest
	}
	n := 0
	for _, r := range p.from(p.at) {
		if r.state == ringcore.Busy || n == most {
			break
		}
		p.at = r.pos + p.span(len(r.payload))
		p.passed.Bytes += p.span(len(r.payload))
		if r.state == ringcore.Discarded {
			p.passed.Discarded++
			continue
		}
		if n >= len(got) {
			t.Fatalf("record at %d was not yielded", r.pos)
		}
		if !p.is(got[n].Pos, r.pos) || !bytes.Equal(got[n].Payload, r.payload) {
			t.Fatalf("yielded %d bytes at %d, want %d at %d", len(got[n].Payload), got[n].Pos, len(r.payload), r.pos)
		}
		p.passed.Committed++
		n++
	}
	if n != len(got) {
		t.Fatalf("%d records yielded, want %d", len(got), n)
	}
	if tally := p.reader.Tally(); tally != p.passed || tally.Bytes+tally.Lost != p.at-p.consuming {
		t.Fatalf("tally %+v, want %+v, %d in all", tally, p.passed, p.at-p.consuming)
	}
}

// is reports whether a position of the ring is want, as far as its width tells.
func (p *play) is(pos, want ringcore.Pos) bool {
	if p.g.PosWidth == 4 {
		return uint32(pos) == uint32(want)
	}
	return pos == want
}

// release gives back what was taken; it fails, and changes nothing, if somebody else moved the position.
func (p *play) release(t *rapid.T) {
	err := p.reader.Release()
	switch {
	case p.at == p.left:
		if err != nil {
			t.Fatalf("nothing to release: %v", err)
		}
	case p.reader.Alone():
		if err != nil {
			t.Fatal(err)
		}
		p.consumer, p.left = p.at, p.at
	default:
		if !errors.Is(err, ringcore.ErrSecondConsumer) {
			t.Fatalf("release: %v, though the position stands at %d, and not at %d", err, p.consumer, p.left)
		}
	}
	if !p.is(p.reader.Released(), p.left) || !p.is(p.reader.Position(), p.at) {
		t.Fatalf("at %d, released %d; want %d, %d", p.reader.Position(), p.reader.Released(), p.at, p.left)
	}
}

// forge moves the consumer position to another boundary, ahead or back.
func (p *play) forge(t *rapid.T) {
	end := p.producer
	if !p.heldUp() { // nothing holds a producer up behind a busy record but its reader
		end = p.oldestBusy()
	}
	boundaries := []ringcore.Pos{end}
	for _, r := range p.readable() {
		if int64(r.pos-end) < 0 {
			boundaries = append(boundaries, r.pos)
		}
	}
	to := rapid.SampledFrom(boundaries).Draw(t, "to")
	p.back = p.back || int64(to-p.consumer) < 0
	p.consumer = to
	setPositionOf(&p.g, p.ring.Memory().Consumer, p.consumer)
	if p.reader.Alone() != p.is(p.consumer, p.left) {
		t.Fatalf("alone: %t, the position is %d, it was left at %d", p.reader.Alone(), p.consumer, p.left)
	}
}

// reopen is another reader, who takes the place of the first one.
func (p *play) reopen(t *rapid.T) {
	var err error
	if p.reader, err = ringcore.NewConsumer(p.ring); err != nil {
		t.Fatal(err)
	}
	at := p.consumer
	p.at, p.left, p.consuming, p.passed = at, at, at, ringcore.Tally{}
}

// late is somebody who comes now: all that was ever written while nothing is overwritten, else what is unread or still stands.
func (p *play) late(t *rapid.T) {
	if p.passes0 {
		t.Skip("it can't tell")
	}
	begin := p.consumer
	switch {
	case p.overwrite:
		begin = p.oldest
	case p.start == 0 && p.g.PosWidth == 8 && p.producer <= p.kept():
		begin = 0
	}
	want := p.from(begin)
	o, books := ringcore.NewObserver(p.ring), newTally(t, p.size)
	books.format = p.format
	for _, started := range []bool{false, true} {
		var got []ringcore.Pos
		if _, why := o.Whole(func(s ringcore.Seen) bool { got = append(got, s.Pos); return true }); why != nil {
			t.Fatal(why)
		}
		if !slices.EqualFunc(got, want, func(pos ringcore.Pos, r modelRecord) bool { return p.is(pos, r.pos) }) {
			t.Fatalf("who comes now (started: %t) finds records at %d, want %d from %d", started, got, len(want), begin)
		}
		observe(o, books)
	}
	busy := 0
	for _, r := range want {
		if r.state == ringcore.Busy {
			busy++
		}
	}
	if books.before != uint64(len(want)) || books.records != 0 || books.missed != 0 || books.corrupt != 0 || len(books.busy) != busy {
		t.Fatalf("who comes now counts %d records of before, %d of after, %d busy, %d corrupt; want %d, 0, %d, 0",
			books.before, books.records, len(books.busy), books.corrupt, len(want), busy)
	}
}

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

// seen asks the observer about everything.
func (p *play) seen(t *rapid.T) {
	books := p.books
	if books.corrupt != 0 {
		t.Fatalf("corrupt at %d: %v", books.lastCorrupt, books.lastWhy)
	}
	if p.observer.Remembered() != len(books.busy) {
		t.Fatalf("%d busy records remembered, %d told", p.observer.Remembered(), len(books.busy))
	}
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
