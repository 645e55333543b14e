package sampler_test

import (
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

func TestLapped(t *testing.T) {
	s := survive(t, size64(), 0)
	s.healthy()
	for range 300 { // three rings and more, without a look
		s.write(10, 56)
		s.read()
	}
	s.look()
	s.finds(model.ViewGaps)
	if e := s.finding(model.ViewGaps); e.Missed != 300*640 {
		t.Errorf("missed %d bytes, want %d", e.Missed, 300*640)
	}
	if m := s.moment.Sample.Missed; m.Resyncs != 1 || m.Torn != 0 {
		t.Errorf("missed %+v", m)
	}
	s.adds(300 * 640)
	s.run(time.Second, func() { s.write(10, 56); s.read() })
	s.adds(300 * 640)
}

// between is an intake that calls f once, after the first batch of a look: there are more to come.
type between struct {
	*model.Account
	f func()
}

func (b *between) Batch(batch *ringcore.Batch) {
	b.Account.Batch(batch)
	if f := b.f; f != nil {
		b.f = nil
		f()
	}
}

func TestTorn(t *testing.T) {
	g := size64()
	g.Size = 256 << 10
	s := survive(t, g, 0)
	s.healthy()
	s.write(3000, 56) // more than is proven at once
	s.read()
	s.in = &between{s.account, func() { s.write(4000, 56); s.read() }}
	s.look()
	s.finds(model.ViewGaps)
	m := s.moment.Sample
	if m.Missed.Torn != 1 || m.Missed.Resyncs != 1 || m.Missed.Bytes < 3000*64-2*(64<<10) || m.Missed.Bytes > 7000*64 {
		t.Errorf("missed %+v", m.Missed)
	}
	s.adds(m.Missed.Bytes)
	if m.Totals.Committed != m.Totals.Bytes/64 || m.Busy.Now != 0 || m.Totals.Discarded != 0 {
		t.Errorf("what stood where something else was read: %+v, %d busy", m.Totals, m.Busy.Now)
	}
}

// TestFastConsumer releases records before anybody looks.
func TestFastConsumer(t *testing.T) {
	s := survive(t, size64(), 0)
	s.run(5*time.Second, func() { s.write(900, 56); s.read() })
	s.finds()
	s.adds(0)
	if m := s.moment.Sample; m.Totals.Committed != 500*900 || m.Occupancy.Peak.V != 0 || m.Occupancy.PeakBound.V < 900*64 {
		t.Errorf("%d records, at most %+v used, at most %+v between looks", m.Totals.Committed, m.Occupancy.Peak, m.Occupancy.PeakBound)
	}
}
