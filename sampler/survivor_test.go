package sampler_test

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

// survivor is a ring of real bytes with its writer, its consumer, an observer and its account, at simulated times.
type survivor struct {
	*sampler.Observed
	t        *testing.T
	writer   ringcore.Writer
	consumer *ringcore.Consumer
	account  *model.Account
	in       sampler.Intake
	now      time.Time
	start    ringcore.Pos
	moment   *model.Moment
}

// size64 is a ring of 64 KiB as most kernels lay it out.
func size64() ringcore.Geometry {
	g := ringcore.LinuxGeometry(64<<10, 4096)
	g.Pending = 8
	return g
}

// survive makes one whose positions stand at start, and that one process reads.
func survive(t *testing.T, g ringcore.Geometry, start ringcore.Pos) *survivor {
	t.Helper()
	m := ringcore.Memory{Consumer: make([]byte, 64), Producer: make([]byte, 64), Data: make([]byte, 2*g.Size)}
	s := &survivor{t: t, account: model.NewAccount(), start: start, now: time.Date(2026, 9, 1, 2, 14, 7, 0, time.UTC)}
	ring, err := ringcore.NewRing(ringcore.Linux, g, m)
	if err != nil {
		t.Fatal(err)
	}
	s.Observed = sampler.NewObserved(ring, sampler.ObservedOptions{Payload: true})
	s.setPosition(m.Consumer, start)
	s.setPosition(m.Producer, start)
	if g.Pending >= 0 {
		s.setPosition(m.Producer[g.Pending:], start)
	}
	if s.writer, err = ringcore.NewWriter(ring); err != nil {
		t.Fatal(err)
	}
	if s.consumer, err = ringcore.NewConsumer(ring); err != nil {
		t.Fatal(err)
	}
	s.in = s.account
	s.readBy(1)
	s.look()
	return s
}

// readBy says how many processes read the ring.
func (s *survivor) readBy(n int) {
	s.account.Ring(&model.Ring{
		Source: model.SourceBPF, ID: 167, Name: "events", Type: model.TypeRingbuf, Format: ringcore.Linux, Geometry: *s.Ring().Geometry(), Readers: model.Of(n),
	})
}

// setPosition writes a position at the ring's width.
func (s *survivor) setPosition(page []byte, pos ringcore.Pos) {
	if s.Ring().Geometry().PosWidth == 4 {
		binary.NativeEndian.PutUint32(page, uint32(pos))
		return
	}
	binary.NativeEndian.PutUint64(page, pos)
}

// forgeConsumer puts the consumer position anywhere.
func (s *survivor) forgeConsumer(pos ringcore.Pos) { s.setPosition(s.Ring().Memory().Consumer, pos) }

func (s *survivor) producer() ringcore.Pos { return s.Ring().ReadPositions().Producer }

// header puts anything where a header stands.
func (s *survivor) header(pos ringcore.Pos, h ringcore.Header) (raw uint64) {
	raw = ringcore.Linux.Encode(h)
	at := s.Ring().Memory().Data[pos&(s.Ring().Size()-1):]
	binary.NativeEndian.PutUint32(at, uint32(raw))
	binary.NativeEndian.PutUint32(at[4:], uint32(raw>>32))
	return raw
}

// reserve makes room for a payload of n bytes, and fills it.
func (s *survivor) reserve(n uint32) ringcore.Reservation {
	s.t.Helper()
	v, err := s.writer.Reserve(n)
	if err != nil {
		s.t.Fatalf("reserve %d bytes: %v", n, err)
	}
	for i := range v.Payload {
		v.Payload[i] = 0xaa
	}
	return v
}

// write submits records of n bytes.
func (s *survivor) write(records int, n uint32) {
	s.t.Helper()
	for range records {
		s.writer.Submit(s.reserve(n))
	}
}

// read consumes all that is finished.
func (s *survivor) read() {
	s.t.Helper()
	for range s.consumer.Records() {
	}
	if err := errors.Join(s.consumer.Err(), s.consumer.Release()); err != nil {
		s.t.Fatal(err)
	}
}

// look looks at everything there is, publishes, and lets 10 ms pass.
func (s *survivor) look() {
	s.t.Helper()
	for {
		pace, err := s.Look(s.now, s.in)
		if err != nil {
			s.t.Fatal(err)
		}
		if !pace.More {
			break
		}
	}
	s.moment = s.account.Publish(s.now, s.Detail(s.now, model.Focus{Anchor: model.AtReader, Rows: 64}), model.Observation{})
	s.now = s.now.Add(10 * time.Millisecond)
}

// run lets time pass; each comes before every look.
func (s *survivor) run(d time.Duration, each func()) {
	s.t.Helper()
	for end := s.now.Add(d); s.now.Before(end); {
		if each != nil {
			each()
		}
		s.look()
	}
}

// healthy is three seconds in which all is well.
func (s *survivor) healthy() {
	s.t.Helper()
	s.run(3*time.Second, func() { s.write(10, 56); s.read() })
	s.finds()
}

// finds asks for these findings and no others.
func (s *survivor) finds(want ...model.Code) {
	s.t.Helper()
	got := []model.Code{}
	for _, f := range s.moment.Findings {
		got = append(got, f.Code)
	}
	if !slices.Equal(got, append([]model.Code{}, want...)) {
		s.t.Fatalf("findings %v, want %v", got, want)
	}
}

// finding returns the first one, which must be c.
func (s *survivor) finding(c model.Code) model.Evidence {
	s.t.Helper()
	if len(s.moment.Findings) == 0 || s.moment.Findings[0].Code != c {
		s.t.Fatalf("findings %+v, want %s first", s.moment.Findings, c)
	}
	return s.moment.Findings[0].Evidence
}

// adds asks that what was seen and what was missed is what was produced.
func (s *survivor) adds(missed uint64) {
	s.t.Helper()
	m := s.moment.Sample
	if m.Totals.Bytes+missed != s.producer()-s.start || m.Missed.Bytes != missed {
		s.t.Errorf("seen %d, missed %d; want %d in all, %d missed", m.Totals.Bytes, m.Missed.Bytes, s.producer()-s.start, missed)
	}
	if (missed > 0) != (m.Totals.How != model.Exact) {
		s.t.Errorf("missed %d bytes: totals are %v", missed, m.Totals.How)
	}
}
