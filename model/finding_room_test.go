package model

import (
	"math/rand/v2"
	"testing"
	"time"

	"ringscope/ringcore"
)

// passed is a world whose consumer position can be ahead of a busy record, and that has pending and overwrite positions.
type passed struct {
	*world
	cons, over uint64
	overwrites bool
	older      bool // a kernel without pending position: it lets producers lap an old record
}

func (p *passed) look() {
	p.a.Begin(p.now)
	p.tell()
	p.a.End(ringcore.Positions{
		ConsumerFirst: p.cons, Consumer: p.cons, Producer: p.prod, Pending: 0, HasPending: !p.older,
		OverwriteFirst: p.over, Overwrite: p.over, HasOverwrite: p.overwrites,
	})
}

func (p *passed) run(d time.Duration, each func()) {
	for end := p.now.Add(d); p.now.Before(end); p.now = p.now.Add(p.tick) {
		if each != nil {
			each()
		}
		p.look()
		if p.moment == nil || p.now.Sub(p.published) >= 100*time.Millisecond {
			p.publish()
		}
	}
	p.publish()
}

func (p *passed) want(t *testing.T, want ...Code) {
	t.Helper()
	if got := p.codes(); len(got) != len(want) || len(want) > 0 && got[0] != want[0] {
		t.Fatalf("at %v: got %v, want %v", p.now.Sub(begin), got, want)
	}
}

func TestReserveBlocked(t *testing.T) {
	p := &passed{world: newWorld(64 * kib)}
	pos := uint64(0)
	p.run(3*time.Second, func() { p.put(100); p.take(p.size); p.cons = p.prod })
	pos = p.reserve(100).pos
	put := func() {
		if p.prod-pos+512 <= p.size-8 { // as the kernel refuses it
			p.records = append(p.records, record{pos: p.prod, length: 500})
			p.prod += 512
		}
		p.cons = p.prod
		p.world.cons = p.prod
	}
	p.run(1200*time.Millisecond, put)
	p.want(t)
	p.run(400*time.Millisecond, put)
	p.want(t, ReserveBlocked)
	f := p.finding(t, ReserveBlocked)
	if e := f.Evidence; e.Position != pos || e.For < secs(1.5) || e.For > secs(1.7) || e.Used != 0 || e.Largest != 512 || f.Since.Sub(begin) < secs(4.2) {
		t.Errorf("%+v", f)
	}
	p.run(20*time.Second, put)
	p.want(t, ReserveBlocked)
	p.submit(pos)
	p.run(900*time.Millisecond, nil)
	p.want(t, ReserveBlocked) // held
	p.run(300*time.Millisecond, nil)
	p.want(t)
}

// An old record that leaves room blocks nobody, nor does one at which the reader waits: that is head_busy.
func TestOldRecordThatBlocksNobody(t *testing.T) {
	p := &passed{world: newWorld(64 * kib)}
	p.run(3*time.Second, func() { p.put(100); p.take(p.size); p.cons = p.prod })
	pos := p.reserve(100).pos
	p.run(5*time.Second, func() {
		if p.prod-pos < p.size/2 {
			p.put(100)
		}
		p.cons, p.world.cons = p.prod, p.prod
	})
	p.want(t)
	p = &passed{world: newWorld(64 * kib), older: true}
	p.run(3*time.Second, func() { p.put(100); p.take(p.size); p.cons = p.prod })
	pos = p.reserve(100).pos
	p.run(5*time.Second, func() {
		if p.prod-pos < p.size-600 {
			p.records = append(p.records, record{pos: p.prod, length: 500})
			p.prod += 512
		}
		p.cons, p.world.cons = p.prod, p.prod
	})
	p.want(t)
	p = &passed{world: newWorld(64 * kib)}
	p.run(3*time.Second, func() { p.put(100); p.take(p.size); p.cons = p.prod })
	p.cons = p.reserve(100).pos
	p.run(8*time.Second, func() { p.put(100) })
	p.want(t, HeadBusy, DropProne)
}

func TestOverwritten(t *testing.T) {
	start := func(readers int) *passed {
		p := &passed{world: newWorld(64 * kib), overwrites: true}
		p.ring.Geometry.OverwriteMode, p.ring.Readers = true, Of(readers)
		p.a.Ring(p.ring)
		p.run(3*time.Second, nil)
		return p
	}
	write := func(p *passed, reads uint64) func() {
		return func() {
			p.cons = max(p.cons, p.over) // it skips what is gone
			p.cons = min(p.cons+reads, p.prod)
			p.world.cons = p.cons
			p.records, p.told = append(p.records[:0], record{pos: p.prod, length: 1016}), 0
			p.prod += 1024
			if p.prod > p.size {
				p.over = p.prod - p.size
			}
		}
	}
	p := start(1)
	p.run(3*time.Second, write(p, 1024))
	p.want(t) // it keeps up
	p.run(3*time.Second, write(p, 512))
	p.want(t, Overwritten)
	e := p.finding(t, Overwritten).Evidence
	// It takes half of what comes, once it has fallen behind by a ring.
	if most := p.prod / 2; e.Lost < most/4 || e.Lost > most {
		t.Errorf("lost %d of %d", e.Lost, p.prod)
	}
	p.cons, p.world.cons = p.prod, p.prod
	p.run(9*time.Second, write(p, 1024))
	p.want(t, Overwritten) // held
	p.run(2*time.Second, write(p, 1024))
	p.want(t)
	for readers := range 2 { // a flight recorder, without a reader and with one that has nothing to look for yet
		p = start(readers)
		p.run(20*time.Second, func() {
			write(p, 0)()
			p.cons, p.world.cons = 0, 0
		})
		p.want(t)
		s := p.moment.Sample
		if s.Totals.Overwritten != p.over || s.Rates.ConsumedRecords != Of(0.0) {
			t.Errorf("overwritten %d, consumed %v; want %d and 0", s.Totals.Overwritten, s.Rates.ConsumedRecords, p.over)
		}
	}
	p = start(0) // its reader has ended
	p.run(3*time.Second, write(p, 1024))
	p.run(3*time.Second, write(p, 0))
	p.want(t)
}

// TestWindowOfOverwriteMode asks where what is unread begins, once the reader is behind what stands and once it is not.
func TestWindowOfOverwriteMode(t *testing.T) {
	p := &passed{world: newWorld(64 * kib), overwrites: true}
	p.ring.Geometry.OverwriteMode, p.ring.Readers = true, Of(1)
	p.a.Ring(p.ring)
	put := func() {
		p.records, p.told = append(p.records[:0], record{pos: p.prod, length: 1016}), 0
		p.prod += 1024
		if p.prod > p.size {
			p.over = p.prod - p.size + 1024
		}
	}
	p.run(time.Second, put)
	s := p.moment.Sample
	if want := p.prod - p.over; s.Occupancy.Used != Of(want) || s.Lag.Bytes != Of(want) || !s.Positions.Valid() {
		t.Errorf("used %v, lag %v, positions %+v; want %d", s.Occupancy.Used, s.Lag.Bytes, s.Positions, want)
	}
	if age := s.Lag.Age; !age.Known() || age.V > 63*p.tick+p.tick {
		t.Errorf("the oldest record that stands is %v old, after 63 ticks of %v", age, p.tick)
	}
	before := s.Totals.Consumed
	p.cons = p.prod - 2048
	p.run(p.tick, nil)
	s = p.moment.Sample
	stood := p.prod - 2048 - p.over
	if s.Occupancy.Used != Of[uint64](2048) || s.Totals.Consumed-before != stood || s.Totals.MaybeSkipped != 0 || s.Rates.Consumed.How != Exact {
		t.Errorf("used %v, consumed %d of the %d that stood, %d of them perhaps not (%+v)",
			s.Occupancy.Used, s.Totals.Consumed-before, stood, s.Totals.MaybeSkipped, s.Rates.Consumed)
	}
	// Between two looks a whole ring comes, and the reader is behind its first half: it read that, or was overtaken.
	before = s.Totals.Consumed
	for range p.size / 1024 {
		put()
	}
	p.cons = p.prod - p.size/2
	p.run(p.tick, nil)
	s = p.moment.Sample
	if got := s.Totals.Consumed - before; got != 2048+p.size/2 || s.Totals.MaybeSkipped != 2048+1024 || s.Rates.Consumed.How != AtMost {
		t.Errorf("%d bytes consumed, of which %d perhaps not (%+v); want %d, 3072, at most", got, s.Totals.MaybeSkipped, s.Rates.Consumed, 2048+p.size/2)
	}
	p.over = p.prod + 1<<40
	p.run(p.tick, nil)
	if s := p.moment.Sample; s.Positions.Valid() || s.Positions.Ahead != 1<<40 || s.Positions.Wrong != OverwritePosition {
		t.Errorf("an overwrite position that is none: %+v", s.Positions)
	}
	lost, right := s.Totals.Overwritten, p.prod-p.size+1024
	p.over = right + 4
	p.run(p.tick, nil)
	if e := p.finding(t, PositionInvalid).Evidence; !e.Misaligned || e.Wrong != OverwritePosition || e.Position != right+4 {
		t.Errorf("an overwrite position between records: %+v", e)
	}
	p.over = right
	p.run(p.tick, nil)
	if s := p.moment.Sample; !s.Positions.Valid() || s.Totals.Overwritten != lost {
		t.Errorf("positions %+v; %d bytes overwritten, %d before there was none", s.Positions, s.Totals.Overwritten, lost)
	}
	p.over = 0
	p.run(p.tick, nil)
	if s := p.moment.Sample; s.Positions.Valid() || !s.Positions.TooFar || s.Positions.Wrong != OverwritePosition {
		t.Errorf("an overwrite position that is too far behind: %+v", s.Positions)
	}
}

// TestBusyInOverwriteMode: a record that stays busy holds up the producers once the ring has come round to it, and a reader if there is one.
func TestBusyInOverwriteMode(t *testing.T) {
	for readers, want := range map[int][]Code{0: {ReserveBlocked}, 1: {HeadBusy, ReserveBlocked}} {
		p := &passed{world: newWorld(64 * kib), overwrites: true}
		p.ring.Geometry.OverwriteMode, p.ring.Readers = true, Of(readers)
		p.a.Ring(p.ring)
		p.run(3*time.Second, nil)
		p.reserve(100)
		p.run(5*time.Second, func() {
			for p.prod+1024 <= p.size-8 {
				p.records = append(p.records, record{pos: p.prod, length: 1016})
				p.prod += 1024
			}
		})
		p.want(t, want...)
	}
}

func TestBurst(t *testing.T) {
	w := newWorld(1 * mib)
	in, out := &stream{}, &stream{rate: 300 * kib}
	each := func() {
		in.rate = 20 * kib
		if at := w.now.Sub(begin); at >= 5*time.Second && (at-5*time.Second)%(12*time.Second) < 300*time.Millisecond && at < time.Minute {
			in.rate = 3 * mib
		}
		w.produce(in, 1016)
		w.consume(out)
	}
	scene(t, w, []act{
		{lasts: secs(5.35), each: each},
		{lasts: secs(0.65), each: each, want: []Code{Burst}},
	})
	f := w.finding(t, Burst)
	e := f.Evidence
	if came, within := float64(e.Came)/mib, e.Within; came < 0.85 || came > 1 || within < 250*time.Millisecond || within > 400*time.Millisecond {
		t.Errorf("%.2f MiB within %v", came, within)
	}
	if e.Needed != 2*mib || float64(e.Peak) < 0.8*mib || f.Since.Sub(begin) < secs(4.85) || f.Since.Sub(begin) > secs(5.1) || e.Count != 1 {
		t.Errorf("%+v", f)
	}
	scene(t, w, []act{
		{lasts: secs(48), each: each, want: []Code{Burst}}, // the last one at 53 s
		{lasts: secs(28), each: each, want: []Code{Burst}},
		{lasts: secs(3), each: each},
	})
	n := 0
	for _, m := range w.moment.History.Marks {
		if m.Code == Burst {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d marks", n)
	}
}

// TestNoBurst plays what also fills most of a ring in a second.
func TestNoBurst(t *testing.T) {
	for name, play := range map[string]func(w *world) func(){
		"steady, read every second": func(w *world) func() {
			in := &stream{rate: 180 * kib}
			return func() {
				w.produce(in, 100)
				if w.now.Sub(begin)%time.Second < w.tick {
					w.take(w.size)
				}
			}
		},
		"a reader that was stopped takes everything at once": func(w *world) func() {
			in := &stream{rate: 60 * kib}
			return func() {
				w.produce(in, 1000)
				at := w.now.Sub(begin)
				if at == 32*time.Second+10*time.Millisecond {
					w.put(40) // what fits in the rest makes this the fullest moment
				}
				if at < 15*time.Second || at >= 32*time.Second+50*time.Millisecond {
					w.take(w.size)
				}
			}
		},
		"half full": func(w *world) func() {
			in, out := &stream{}, &stream{rate: 60 * kib}
			return func() {
				in.rate = 5 * kib
				if w.now.Sub(begin)%(12*time.Second) < 300*time.Millisecond {
					in.rate = 450 * kib
				}
				w.produce(in, 100)
				w.consume(out)
			}
		},
		"slowly": func(w *world) func() {
			in, out := &stream{}, &stream{rate: 60 * kib}
			return func() {
				in.rate = 5 * kib
				if w.now.Sub(begin)%(20*time.Second) < 4*time.Second {
					in.rate = 105 * kib
				}
				w.produce(in, 100)
				w.consume(out)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(256 * kib)
			w.run(time.Minute, play(w))
			for _, m := range w.moment.History.Marks {
				if m.Code == Burst {
					t.Errorf("%+v at %v", m, m.Seen.Sub(begin))
				}
			}
		})
	}
}

func TestUndersized(t *testing.T) {
	flush := func(w *world, in *stream) func() {
		return func() {
			w.produce(in, 100)
			if w.now.Sub(begin)%(1500*time.Millisecond) < w.tick {
				w.take(w.size)
			}
		}
	}
	w := newWorld(256 * kib)
	in := &stream{rate: 155 * kib} // 91 % by then
	each := flush(w, in)
	scene(t, w, []act{
		{lasts: secs(6), each: each},
		{lasts: secs(1.5), each: each, want: []Code{Undersized}},
	})
	f := w.finding(t, Undersized)
	if e := f.Evidence; e.Needed != 512*kib || e.Peak < 225*kib || e.Peak > 240*kib || e.Peak+e.Largest > 256*kib || f.Since.Sub(begin) > secs(1.6) {
		t.Errorf("%+v", f)
	}
	in.rate = 50 * kib
	scene(t, w, []act{
		{lasts: 9 * time.Minute, each: each, want: []Code{Undersized}},
		{lasts: 2 * time.Minute, each: each},
	})
	w = newWorld(256 * kib)
	in = &stream{rate: 140 * kib} // 82 %
	scene(t, w, []act{{lasts: secs(20), each: flush(w, in)}})

	// A stop explains a full ring, also after it.
	w = newWorld(256 * kib)
	in, out := &stream{rate: 100 * kib}, &stream{rate: 110 * kib}
	both := func() { w.consume(out); w.produce(in, 100) }
	scene(t, w, []act{
		{lasts: secs(5), each: both},
		{lasts: secs(4), each: func() { w.produce(in, 100) }, want: []Code{ConsumerStalled, DropProne}},
		{lasts: secs(8), each: both, want: []Code{DropProne}},
		{lasts: secs(30), each: both},
	})
	// A slow reader that was not known to be one when it was said.
	w = newWorld(256 * kib)
	for w.put(100) {
	}
	k := 0
	scene(t, w, []act{{lasts: secs(20), each: func() {
		w.produce(in, 100)
		if k++; k%80 == 0 {
			w.take(30 * kib)
		}
	}, want: []Code{ConsumerSlow, DropProne}}})
}

func TestOversized(t *testing.T) {
	run := func(size uint64, rate float64, d time.Duration) *world {
		w := newWorld(size)
		w.tick = 50 * time.Millisecond
		in := &stream{rate: rate}
		w.run(d, func() { w.take(w.size); w.produce(in, 100) })
		return w
	}
	w := run(8*mib, 20*kib, 598*time.Second)
	if got := w.codes(); len(got) != 0 {
		t.Fatal(got)
	}
	in := &stream{rate: 20 * kib}
	scene(t, w, []act{{lasts: secs(3), each: func() { w.take(w.size); w.produce(in, 100) }, want: []Code{Oversized}}})
	if e := w.finding(t, Oversized).Evidence; e.Needed != 64*kib || e.Peak == 0 || e.Peak > 2*kib || e.For < 10*time.Minute {
		t.Errorf("%+v", e)
	}
	for w.used() < w.size/20+1000 { // once is enough
		w.put(1000)
	}
	w.look()
	scene(t, w, []act{{lasts: secs(2), each: func() { w.take(w.size) }}})
	if got := run(256*kib, 20*kib, 11*time.Minute).codes(); len(got) != 0 {
		t.Errorf("192 KiB are not worth a word: %v", got)
	}
	if got := run(8*mib, 50, 11*time.Minute).codes(); len(got) != 0 {
		t.Errorf("half a record a second is no traffic: %v", got)
	}
}

// TestRareLargeRecord: a large record now and then does not make a ring too small, nor mostly empty.
func TestRareLargeRecord(t *testing.T) {
	w := newWorld(256 * kib)
	w.tick = 50 * time.Millisecond
	in, rnd, k := &stream{rate: 7 * kib}, rand.New(rand.NewPCG(5, 6)), 0
	w.run(9*time.Minute, func() {
		w.produce(in, 64)
		if k++; k%(20*60) == 300+rnd.IntN(2) {
			w.put(150 * kib)
		}
		w.look()
		w.take(w.size)
	})
	for _, m := range w.moment.History.Marks {
		if m.Kind == MarkBegan {
			t.Errorf("%s at %v", m.Code, m.At.Sub(begin))
		}
	}
}
