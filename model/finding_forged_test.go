package model

import (
	"slices"
	"testing"
	"time"

	"ringscope/ringcore"
)

func TestForgedPositions(t *testing.T) {
	for name, forge := range map[string]func(p *ringcore.Positions){
		"ahead by 4096":   func(p *ringcore.Positions) { p.Consumer = p.Producer + 4096 },
		"ahead by 2^40":   func(p *ringcore.Positions) { p.Consumer = p.Producer + 1<<40 },
		"ahead by 2^63":   func(p *ringcore.Positions) { p.Consumer = p.Producer + 1<<63 },
		"misaligned":      func(p *ringcore.Positions) { p.Consumer += 13 },
		"all ones":        func(p *ringcore.Positions) { p.Consumer = 1<<64 - 1 },
		"too far behind":  func(p *ringcore.Positions) { p.Consumer = p.Producer - 256*kib - 8 },
		"producer by one": func(p *ringcore.Positions) { p.Producer++ },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(256 * kib)
			in, out := &stream{rate: 200 * kib}, &stream{rate: 199 * kib}
			w.run(5*time.Second, func() { w.produce(in, 100); w.consume(out) })
			consumed := w.publish().Sample.Totals.Consumed
			p := w.positions()
			forge(&p)
			p.ConsumerFirst = p.Consumer
			for range 3 {
				w.a.Begin(w.now)
				w.tell()
				w.a.End(p)
				w.publish()
				w.now = w.now.Add(w.tick)
				if got := w.codes(); !slices.Equal(got, []Code{PositionInvalid}) {
					t.Fatalf("got %v", got)
				}
				s := w.moment.Sample
				if r := s.Occupancy.Ratio; !r.Known() || r.V < 0 || r.V > 1 || s.Occupancy.Used.How == Exact {
					t.Errorf("ratio %+v", r)
				}
				if s.Positions.Valid() || s.Lag.Bytes.Known() || s.Occupancy.Used.V > w.size {
					t.Errorf("valid %v, lag %+v", s.Positions.Valid(), s.Lag)
				}
			}
			w.run(1500*time.Millisecond, nil)
			if got := w.codes(); !slices.Equal(got, []Code{PositionInvalid}) {
				t.Errorf("not held: %v", got)
			}
			w.run(time.Second, nil)
			if got := w.codes(); len(got) > 0 {
				t.Errorf("still %v after positions make sense again", got)
			}
			if got := w.moment.Sample.Totals.Consumed; got > consumed {
				t.Errorf("the forged position counts as consumed: %d after %d", got, consumed)
			}
		})
	}
}

// A consumer position that is only ahead of a producer position read before it is no forgery.
func TestReaderPassesBetweenReads(t *testing.T) {
	w := newWorld(256 * kib)
	w.run(3*time.Second, nil)
	w.a.Begin(w.now)
	w.a.End(ringcore.Positions{ConsumerFirst: 0, Producer: 800, Consumer: 1600})
	w.publish()
	s := w.moment.Sample
	if !s.Positions.Valid() || s.Occupancy.Used != Known(uint64(0), Sampled) || len(w.codes()) > 0 {
		t.Errorf("%+v %+v %v", s.Positions, s.Occupancy.Used, w.codes())
	}
}
