package sampler_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

// fuzzed is a ring whose memory, and whose looks, a script decides about. Until the script forges something it is a ring that works: then
// what is told of it must be the truth.
type fuzzed struct {
	*sampler.Observed
	t       *testing.T
	script  []byte
	account *model.Account
	now     time.Time
	begun   time.Time
	looks   uint64
	g       *ringcore.Geometry
	data    []byte

	start, producer ringcore.Pos
	looked          ringcore.Pos // producer position of the last look
	busy            ringcore.Pos // of the one record that may be busy
	held            ringcore.Header
	records         []ringcore.Pos // whose bytes stand, oldest first
	forged          bool
	before          model.Totals
	missed          model.Missed
}

// byte is the next of the script, 0 behind its end.
func (z *fuzzed) byte() uint64 {
	if len(z.script) == 0 {
		return 0
	}
	b := z.script[0]
	z.script = z.script[1:]
	return uint64(b)
}

func (z *fuzzed) word() (w uint64) {
	for i := range 8 {
		w |= z.byte() << (8 * i)
	}
	return w
}

// far is a number of any size: few bits, at any place, and sometimes one less.
func (z *fuzzed) far() uint64 {
	bits := z.byte()
	return bits<<(z.byte()%64) - bits%2
}

func (z *fuzzed) set(page []byte, pos ringcore.Pos) {
	if z.g.PosWidth == 4 {
		binary.NativeEndian.PutUint32(page, uint32(pos))
		return
	}
	binary.NativeEndian.PutUint64(page, pos)
}

func (z *fuzzed) pages() (consumer, producer []byte) {
	m := z.Ring().Memory()
	return m.Consumer, m.Producer
}

// header writes one at pos, in both views of the data.
func (z *fuzzed) header(pos ringcore.Pos, raw uint64) {
	f := z.Ring().Format()
	var b [8]byte
	binary.NativeEndian.PutUint32(b[:], uint32(raw)) // the length word first, on every host
	binary.NativeEndian.PutUint32(b[4:], uint32(raw>>32))
	for i, v := range b[:f.HeaderSize] {
		at := (pos + uint64(i)) & (z.g.Size - 1)
		z.data[at], z.data[at+z.g.Size] = v, v
	}
}

func (z *fuzzed) headerOf(pos ringcore.Pos, length uint32) ringcore.Header {
	h := ringcore.Header{Length: length}
	h.PageOffset, _ = z.Ring().Format().PageOffset(z.g, pos)
	return h
}

// newFuzzed makes a ring of a format, a size, positions and a width that the script begins with.
func newFuzzed(t *testing.T, script []byte) *fuzzed {
	t.Helper()
	z := &fuzzed{t: t, script: script, account: model.NewAccount(), now: time.Date(2026, 9, 1, 2, 14, 7, 0, time.UTC)}
	f := ringcore.Formats[z.byte()%uint64(len(ringcore.Formats))]
	g := f.Geometry(4096<<(z.byte()%6), 4096)
	if ways := z.byte(); f == ringcore.Linux {
		g.OverwriteMode, g.UserRing = ways%4 == 1, ways%4 == 2
		if ways&4 != 0 {
			g.PosWidth = 4
		}
		if g.OverwriteMode {
			g.Pending, g.Overwrite = int(g.PosWidth), 2*int(g.PosWidth)
		}
	}
	z.start = z.far() &^ (g.Size - 1) // page offsets and records as in a ring that began at 0
	if g.PosWidth == 4 {
		z.start &= 1<<32 - 1
	}
	z.producer = z.start
	z.data = make([]byte, 2*g.Size)
	ring, err := ringcore.NewRing(f, g, ringcore.Memory{Consumer: make([]byte, 64), Producer: make([]byte, 64), Data: z.data})
	if err != nil {
		t.Fatal(err)
	}
	z.Observed, z.g = sampler.NewObserved(ring, sampler.ObservedOptions{Payload: true}), ring.Geometry()
	consumer, producer := z.pages()
	z.set(consumer, z.start)
	z.set(producer, z.start)
	if g.Overwrite >= 0 {
		z.set(producer[g.Pending:], z.start)
		z.set(producer[g.Overwrite:], z.start)
	}
	z.account.Ring(&model.Ring{Source: model.SourceFile, Name: "events", Type: model.TypeRingbuf, Format: f, Geometry: g, Readers: model.Of(1)})
	z.begun = z.now
	z.look()
	return z
}

// oldestBusy is where the busy record stands, or the producer position.
func (z *fuzzed) oldestBusy() ringcore.Pos {
	if z.held.Busy {
		return z.busy
	}
	return z.producer
}

// write appends a record, as a producer would, to a ring whose reader has made room.
func (z *fuzzed) write(length uint32, busy, discard bool) {
	f := z.Ring().Format()
	length = max(length, f.MinLength)
	span := f.Span(length)
	end := z.producer + span
	if end-z.oldestBusy() > f.Capacity(z.g) || busy && z.held.Busy || !z.tellable(end) {
		return
	}
	for len(z.records) > 0 && end-z.records[0] > f.Capacity(z.g) {
		z.records = z.records[1:]
	}
	consumer, producer := z.pages()
	z.set(consumer, z.oldestBusy()) // it has read all it can
	h := z.headerOf(z.producer, length)
	h.Busy, h.Discard = busy, discard && !busy
	z.header(z.producer, f.Encode(h))
	if busy {
		z.busy, z.held = z.producer, h
	}
	z.records = append(z.records, z.producer)
	if z.g.OverwriteMode {
		z.set(producer[z.g.Overwrite:], z.records[0])
	}
	z.producer = end
	z.set(producer, z.producer)
}

// finish submits or discards the busy record.
func (z *fuzzed) finish(discard bool) {
	if !z.held.Busy {
		return
	}
	z.held.Busy, z.held.Discard = false, discard
	z.header(z.busy, z.Ring().Format().Encode(z.held))
	if z.g.OverwriteMode { // the reader stays behind
		return
	}
	consumer, _ := z.pages()
	z.set(consumer, z.producer)
}

// tellable reports whether a producer position can be told from that of the last look: one of 4 bytes passes 0 again after 4 GiB.
func (z *fuzzed) tellable(pos ringcore.Pos) bool {
	return z.g.PosWidth == 8 || z.forged || pos-z.looked < 1<<32
}

// laps lets whole laps of records pass, at most 2 GB/s of them, and as much time as that takes.
func (z *fuzzed) laps(n uint64) {
	if z.finish(false); len(z.records) == 0 {
		return
	}
	by := n * z.g.Size
	if !z.tellable(z.producer + by) {
		return
	}
	z.producer += by
	for i := range z.records {
		z.records[i] += by
	}
	consumer, producer := z.pages()
	z.set(consumer, z.producer)
	if z.g.OverwriteMode {
		z.set(producer[z.g.Overwrite:], z.records[0])
	}
	z.set(producer, z.producer)
	z.now = z.now.Add(time.Duration(by / 2))
}

// step does one thing that the script says.
func (z *fuzzed) step() {
	consumer, producer := z.pages()
	switch z.byte() % 12 {
	case 0, 1, 2:
		for range z.byte() % 32 {
			z.write(uint32(z.byte()*z.byte())%uint32(z.g.Size/2), false, z.byte()%4 == 0)
		}
	case 3:
		z.write(uint32(z.byte()), true, false)
	case 4:
		z.finish(z.byte()%2 == 0)
	case 5:
		z.laps(z.far() % (1 << 40 / z.g.Size))
	case 6, 7:
		z.now = z.now.Add(time.Duration(z.far() % uint64(time.Hour)))
		z.look()
	case 8: // from here on it lies
		z.forged = true
		z.producer += z.far()
		z.set(producer, z.producer)
	case 9:
		z.forged = true
		z.set(consumer, z.producer-z.far())
	case 10:
		z.forged = true
		pos := z.producer - z.far()
		z.header(pos, z.word())
	default:
		z.forged = true
		z.producer -= z.far()
		z.set(producer, z.producer)
		if z.g.Overwrite >= 0 {
			z.set(producer[z.g.Overwrite:], z.producer-z.far())
		}
	}
}

// look looks at everything there is, at something of which the script decides, and checks what is told.
func (z *fuzzed) look() {
	z.t.Helper()
	for n := 0; ; n++ {
		pace, err := z.Look(z.now, z.account)
		if err != nil {
			z.t.Fatal(err)
		}
		z.looks++
		if !pace.More {
			break
		}
		if n > 2 { // of 4 MiB each, 30 times the largest ring
			z.t.Fatal("a look does not end")
		}
	}
	f := model.Focus{
		Anchor: model.Anchor(z.byte() % 3), From: z.producer - z.far(), Before: int(z.byte()) - 8, Rows: int(z.byte()) - 8, Payload: int(z.byte()),
		Tape: model.TapeFocus{
			Anchor: model.Anchor(z.byte() % 3), From: z.producer - z.far(), Before: int(z.byte()) - 8, After: int(z.byte()) - 8,
			Column: z.far(), Columns: int(z.byte()) - 8,
		},
	}
	if z.byte()%4 == 0 {
		f.Match = func(r *model.Row) bool { return r.Span%3 != 0 }
	}
	d := z.Detail(z.now, f)
	m := z.account.Publish(z.now, d, model.Observation{})
	z.looked = z.producer
	z.tape(&d.Tape)
	z.rows(d.Rows)
	z.figures(m)
	z.sums(m)
	z.finite(reflect.ValueOf(m.Sample).Elem(), "sample")
	z.finite(reflect.ValueOf(m.Findings), "findings")
}

// sums checks that seen and missed are what was produced: of a ring that works, of what its producer wrote; else of what is said to have
// been produced, which is never more than memory takes.
func (z *fuzzed) sums(m *model.Moment) {
	z.t.Helper()
	now, missed := m.Sample.Totals, m.Sample.Missed
	if !z.forged {
		if got := now.Bytes + missed.Bytes; got != z.producer-z.start || now.Produced != got || missed.Jumps != 0 {
			z.t.Fatalf("seen %d and missed %d of %d produced (%+v)", now.Bytes, missed.Bytes, z.producer-z.start, missed)
		}
		for _, f := range m.Findings {
			if f.Code == model.PositionInvalid || f.Code == model.Corrupt || f.Code == model.ManyReaders {
				z.t.Fatalf("%+v of a ring that works", f)
			}
		}
	}
	if ahead := now.Produced - now.Bytes - missed.Bytes; ahead > z.g.Size {
		z.t.Fatalf("produced %d, seen %d, missed %d", now.Produced, now.Bytes, missed.Bytes)
	}
	if now.Records < now.Committed+now.Discarded+now.Unresolved || now.Bytes < now.ResolvedBytes || now.Bytes < now.DiscardedB || now.Bytes < now.Payload {
		z.t.Fatalf("%+v", now)
	}
	for _, c := range [][2]uint64{
		{z.before.Records, now.Records},
		{z.before.Bytes, now.Bytes},
		{z.before.Consumed, now.Consumed},
		{z.before.Overwritten, now.Overwritten},
		{z.before.Committed, now.Committed},
		{z.before.Discarded, now.Discarded},
		{z.missed.Bytes, missed.Bytes},
		{z.missed.Jumps, missed.Jumps},
	} {
		if c[1] < c[0] {
			z.t.Fatalf("%+v after %+v, missed %+v after %+v", now, z.before, missed, z.missed)
		}
	}
	z.before, z.missed = now, missed
	most := z.most()
	for name, n := range map[string]uint64{
		"missed": missed.Bytes, "produced": now.Produced, "consumed": now.Consumed, "overwritten": now.Overwritten, "seen": now.Bytes,
	} {
		if float64(n) > most {
			z.t.Fatalf("%s %d bytes, of at most %.0f in %v", name, n, most, z.now.Sub(z.begun))
		}
	}
	for _, slots := range [][]model.Slot{m.History.Fine, m.History.Coarse, m.History.Long} {
		for _, s := range slots {
			if float64(s.Bytes) > most || float64(s.Consumed) > most || s.UsedMax > z.g.Size {
				z.t.Fatalf("%+v, of at most %.0f bytes", s, most)
			}
		}
	}
}

// most is what memory takes in the time that has passed, with what each look is given for its grain, in bytes; of records that fill the
// ring and stay unwritten more can pass.
func (z *fuzzed) most() float64 {
	rate := max(1<<40, float64(z.g.Size)*1e8)
	looks := float64(z.looks + 1)
	return rate*(z.now.Sub(z.begun).Seconds()+looks/1000) + 2*looks*float64(z.g.Size)
}

// figures checks those with bounds of their own.
func (z *fuzzed) figures(m *model.Moment) {
	z.t.Helper()
	s, o := m.Sample, m.Sample.Occupancy
	for name, n := range map[string]uint64{
		"used": o.Used.V, "used at most": o.UsedMax.V, "peak": o.Peak.V, "peak at most": o.PeakBound.V, "waiting": s.Lag.Bytes.V,
		"behind a busy head": s.Busy.Blocked, "largest": s.Largest.V, "unread records": s.Lag.Records.V,
	} {
		if n > z.g.Size {
			z.t.Fatalf("%s: %d of a ring of %d", name, n, z.g.Size)
		}
	}
	r := &s.Rates
	for name, f := range map[string]model.Figure[float64]{
		"used": o.Ratio, "discarded records": r.DiscardRatioRecords, "discarded bytes": r.DiscardRatioBytes, "overhead": r.OverheadRatio, "zeros": s.Zeros,
	} {
		if f.V > 1 {
			z.t.Fatalf("%s: a share of %f", name, f.V)
		}
	}
	most := z.most()
	for name, f := range map[string]model.Figure[float64]{"bytes": r.Bytes, "consumed": r.Consumed, "payload": r.Payload, "records": r.Records} {
		if f.V*r.Window.Seconds() > most*1.001 {
			z.t.Fatalf("%s: %f a second over %v, of at most %.0f", name, f.V, r.Window, most)
		}
	}
	for i := range s.Buckets {
		if b := &s.Buckets[i]; b.Discarded > b.Bytes {
			z.t.Fatalf("bucket %d: %+v", i, *b)
		}
	}
}

// tape checks that every byte of a column is in one state at most.
func (z *fuzzed) tape(t *model.Tape) {
	z.t.Helper()
	if len(t.Cells) > model.MaxTape || uint64(len(t.Cells))*t.Column > model.MaxTapeBytes {
		z.t.Fatalf("%d columns of %d bytes", len(t.Cells), t.Column)
	}
	f := z.Ring().Format()
	headers := t.Column / uint64(f.HeaderSize)
	if f.Align == 1 { // they begin anywhere
		headers++
	}
	for i := range t.Cells {
		if c := &t.Cells[i]; c.Sum() > t.Column || uint64(c.Headers) > headers {
			z.t.Fatalf("column %d of %d bytes from %d: %+v", i, t.Column, t.From, *c)
		}
	}
}

// rows checks that a table is in order of position.
func (z *fuzzed) rows(rows []model.Row) {
	z.t.Helper()
	if len(rows) > 2*model.MaxRows {
		z.t.Fatalf("%d rows", len(rows))
	}
	for i := range rows {
		if i > 0 && int64(rows[i].Pos-rows[i-1].Pos) < int64(rows[i-1].Span) {
			z.t.Fatalf("row %d at %d after one of %d bytes at %d", i, rows[i].Pos, rows[i-1].Span, rows[i-1].Pos)
		}
	}
}

var (
	durations = reflect.TypeFor[time.Duration]()
	times     = reflect.TypeFor[time.Time]()
)

// finite checks that there is neither a number that JSON can't express nor a rate, a share or a time below 0 anywhere in v.
func (z *fuzzed) finite(v reflect.Value, path string) {
	switch {
	case v.Type() == durations:
		if v.Int() < 0 {
			z.t.Fatalf("%s is %v", path, time.Duration(v.Int()))
		}
		return
	case v.Type() == times:
		return
	}
	switch v.Kind() {
	case reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) || f < 0 {
			z.t.Fatalf("%s is %f", path, f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			z.finite(v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice, reflect.Array:
		if k := v.Type().Elem().Kind(); k != reflect.Struct && k != reflect.Float64 && k != reflect.Array {
			return
		}
		for i := range v.Len() {
			z.finite(v.Index(i), fmt.Sprint(path, " ", i))
		}
	default: // identity, counts and states: any value is one
	}
}

// FuzzFigures has anything written into the positions and headers of a ring of any format between looks at any time.
func FuzzFigures(f *testing.F) {
	for format := range byte(4) {
		for ways := range byte(8) {
			f.Add([]byte{format, 3, ways, 0, 0, 0, 5, 30, 4, 1, 30, 2, 6, 1, 24, 0, 0, 3, 20, 6, 3, 25, 5, 7, 20, 6, 1, 30, 4, 1, 6, 1, 30})
			f.Add([]byte{format, 1, ways, 1, 63, 2, 9, 9, 9, 6, 1, 20, 8, 1, 60, 9, 0, 0, 6, 1, 20, 8, 4, 40, 6, 1, 20, 11, 1, 60, 6, 1, 30})
		}
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) > 4096 {
			return
		}
		z := newFuzzed(t, script)
		for len(z.script) > 0 {
			z.step()
		}
		z.look()
	})
}
