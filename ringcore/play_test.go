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
			p.headStands(t)
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
