package sampler_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

// scripted is a source on a ring in plain memory that does what the test says at each look.
type scripted struct {
	*sampler.Observed
	producer  *ringcore.Producer
	ring      *model.Ring
	told      bool
	looks     atomic.Int64
	closed    int
	suspended int
	resumed   int
	refuse    error
	at        func(look int, s *scripted, in sampler.Intake) (sampler.Pace, error)
}

func newScripted(t testing.TB, size uint64) *scripted {
	t.Helper()
	g := ringcore.LinuxGeometry(size, 4096)
	r, err := ringcore.NewRing(ringcore.Linux, g, ringcore.Memory{
		Consumer: make([]byte, 4096), Producer: make([]byte, 4096), Data: make([]byte, 2*size),
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := ringcore.NewProducer(r)
	if err != nil {
		t.Fatal(err)
	}
	return &scripted{
		Observed: sampler.NewObserved(r, sampler.ObservedOptions{Payload: true}), producer: p,
		ring: &model.Ring{Source: model.SourceDemo, Name: "scripted", Type: model.TypeRingbuf, Format: ringcore.Linux, Geometry: g},
	}
}

func (s *scripted) Look(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	look := int(s.looks.Add(1))
	if !s.told {
		s.told = true
		in.Ring(s.ring)
	}
	pace, err := s.Observed.Look(now, in)
	if err != nil || s.at == nil {
		return pace, err
	}
	more, err := s.at(look, s, in)
	more.Moved, more.More, more.Hurry = pace.Moved, pace.More, pace.Hurry
	return more, err
}

func (s *scripted) write(t testing.TB, n int) {
	t.Helper()
	for range n {
		v, err := s.producer.Reserve(56)
		if err != nil {
			t.Fatal(err)
		}
		s.producer.Submit(v)
	}
}

func (s *scripted) Close() error { s.closed++; return nil }

func (s *scripted) Suspend() error { s.suspended++; return s.refuse }
func (s *scripted) Resume() error  { s.resumed++; return nil }

// settle lets simulated time pass until everybody waits again.
func settle(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func onTimer() sampler.Options { return sampler.Options{Sleep: sampler.SleepOnTimer} }
