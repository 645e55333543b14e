package demo

import (
	"testing"
	"time"

	"ringscope/ringcore"
)

func TestReaderTakesWorksAndWaits(t *testing.T) {
	c := usualConfig(t, "healthy")
	c.ConsumerRate, c.ConsumerEvery = 10_000, time.Second
	m := heap(c.Size)
	ring, err := ringcore.NewRing(ringcore.Linux, c.geometry(), m.writable)
	if err != nil {
		t.Fatal(err)
	}
	producer, err := ringcore.NewProducer(ring)
	if err != nil {
		t.Fatal(err)
	}
	r, err := newReader(&c, &m, ring, simReader)
	if err != nil {
		t.Fatal(err)
	}
	write := func(n int, finish func(ringcore.Reservation)) ringcore.Reservation {
		t.Helper()
		var v ringcore.Reservation
		for range n {
			if v, err = producer.Reserve(8); err != nil {
				t.Fatal(err)
			}
			finish(v)
		}
		return v
	}
	// Every step, and where reader and consumer position stand after it.
	now := func(what string, due time.Duration, released uint64) {
		t.Helper()
		if err := r.step(); err != nil {
			t.Fatal(err)
		}
		if got := ring.ReadPositions().Consumer; r.due() != due || got != released*16 {
			t.Errorf("%s: due at %v with %d records released, expected %v and %d", what, r.due(), got/16, due, released)
		}
	}
	now("finds nothing", time.Second, 0)
	write(19, producer.Submit)
	write(5, producer.Discard)
	now("takes sixteen", 1001600*time.Microsecond, 0)
	now("gives sixteen back and goes on", 1001600*time.Microsecond, 16)
	now("takes three and passes the discarded", 1001900*time.Microsecond, 16)
	now("gives them back and waits", 2001900*time.Microsecond, 24)
	write(40, producer.Discard)
	now("passes discarded ones for nothing", 3001900*time.Microsecond, 64)
	stuck := write(1, func(ringcore.Reservation) {})
	write(3, producer.Submit)
	now("waits behind a busy record", 4001900*time.Microsecond, 64)
	producer.Submit(stuck)
	now("takes four", 4002300*time.Microsecond, 64)
	now("gives four back", 5002300*time.Microsecond, 68)
}

func TestReaderKeepsItsRate(t *testing.T) {
	for _, rate := range []uint64{1, 50, 3_000, 38_400} {
		c := usualConfig(t, "slow-consumer")
		c.ConsumerRate = rate
		s := newSourceFor(t, c)
		l := &ledger{}
		lookOften(t, s, begin, 5*time.Second, l)
		got, want := s.reader.ring.Tally().Committed, 5*rate
		// What it works on is taken already; the first wait is lost.
		if got > want+mostTaken || got+mostTaken+rate/100 < want {
			t.Errorf("a reader of %d records/s took %d in 5 s", rate, got)
		}
	}
}
