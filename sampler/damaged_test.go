package sampler_test

import (
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// TestHeaderDamagedBeforeTheReader scribbles over a header that was walked and that the reader, who stands, has not taken. Nothing moves any
// more. It is told of at once and for as long as it stands there, and counts once.
func TestHeaderDamagedBeforeTheReader(t *testing.T) {
	for name, c := range map[string]struct {
		change func(h *ringcore.Header)
		why    error
	}{
		"noise":        {func(h *ringcore.Header) { h.PageOffset, h.Length = 0x5a5a, 0x1a5a5a }, ringcore.ErrPageOffset},
		"too long":     {func(h *ringcore.Header) { h.Length = 1 << 20 }, ringcore.ErrPastBoundary},
		"locked again": {func(h *ringcore.Header) { h.Busy = true }, ringcore.ErrRewritten},
	} {
		t.Run(name, func(t *testing.T) {
			s := survive(t, size64(), 1<<20)
			s.healthy()
			s.write(20, 56)
			s.run(300*time.Millisecond, nil)
			s.finds()
			records, at := s.moment.Sample.Totals.Records, s.moment.Sample.Positions.Consumer.V
			right := s.Ring().Header(at)
			h := right
			c.change(&h)
			raw := s.header(at, h)
			s.look()
			s.finds(model.Corrupt)
			found := s.finding(model.Corrupt).At
			s.run(3*time.Minute, nil)
			e := s.finding(model.Corrupt)
			if e.Position != at || e.Raw != model.Of(raw) || e.Why != c.why.Error() || e.Count != 1 || !e.BeforeReader || !e.At.Equal(found) {
				t.Errorf("%d at %d: %+v, %s, at %v, before the reader: %t; want 1 at %d: %016x, %v, at %v", e.Count, e.Position, e.Raw, e.Why, e.At, e.BeforeReader, at, raw, c.why, found)
			}
			if m := s.moment.Sample; m.Totals.Records != records || m.Missed.Resyncs != 0 || m.Missed.Bytes != 0 {
				t.Errorf("%d records more, missed %+v", m.Totals.Records-records, m.Missed)
			}
			s.header(at, right)
			s.read()
			s.run(2*time.Minute, nil)
			s.finds()
			s.adds(0)
		})
	}
}

// TestHeaderThatTheReaderComesTo is told of when the walk comes to it, and no second time when the reader does; then it is the one that is
// shown, though another was found since.
func TestHeaderThatTheReaderComesTo(t *testing.T) {
	s := survive(t, size64(), 1<<20)
	s.healthy()
	first := s.producer()
	s.write(2, 56)
	s.header(first, ringcore.Header{Length: 56, PageOffset: 77})
	s.look()
	second := s.producer()
	s.write(2, 56)
	s.header(second, ringcore.Header{Length: 56, PageOffset: 78})
	s.look()
	s.finds(model.Corrupt)
	s.run(3*time.Minute, nil)
	if e := s.finding(model.Corrupt); e.Position != first || e.Count != 2 || e.Why != ringcore.ErrPageOffset.Error() {
		t.Errorf("%d, shown at %d: %s; want 2 at %d", e.Count, e.Position, e.Why, first)
	}
}
