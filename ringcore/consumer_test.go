package ringcore_test

import (
	"encoding/binary"
	"errors"
	"testing"

	"ringscope/ringcore"
)

func TestSecondConsumer(t *testing.T) {
	ring, producer := begin(t, ringcore.LinuxGeometry(4096, 4096), 0)
	ours := consumerOf(t, ring)
	other := consumerOf(t, ring)
	for range 4 {
		v, err := producer.Reserve(8)
		if err != nil {
			t.Fatal(err)
		}
		producer.Submit(v)
	}
	take := func(c *ringcore.Consumer, n int) error {
		for range c.Records() {
			if n--; n == 0 {
				break
			}
		}
		return c.Release()
	}
	if err := take(ours, 1); err != nil {
		t.Fatal(err)
	}
	if err := take(other, 2); !errors.Is(err, ringcore.ErrSecondConsumer) {
		t.Errorf("the other's release: %v", err)
	}
	if p := ring.ReadPositions().Consumer; p != 16 {
		t.Errorf("the failed release moved the consumer position to %d", p)
	}
	if !ours.Alone() || other.Alone() {
		t.Errorf("alone: ours %t, other %t", ours.Alone(), other.Alone())
	}
}

// TestConsumerStaysInItsMemory puts the producer position where no producer can be: what seems to stand between is not all mapped.
func TestConsumerStaysInItsMemory(t *testing.T) {
	ring, producer := begin(t, ringcore.LinuxGeometry(4096, 4096), 0)
	consumer := consumerOf(t, ring)
	v, err := producer.Reserve(8)
	if err != nil {
		t.Fatal(err)
	}
	producer.Submit(v)
	binary.NativeEndian.PutUint32(ring.Memory().Data, 1<<20) // a length that fits a producer position far away
	setPosition(ring.Memory().Producer, 1<<30)
	for rec := range consumer.Records() {
		t.Errorf("yielded %d bytes at %d", len(rec.Payload), rec.Pos)
	}
	if !errors.Is(consumer.Err(), ringcore.ErrTooFar) {
		t.Errorf("error %v", consumer.Err())
	}
}

// TestWaitingLooksAtTheOldestRecord: in overwrite mode another one stands where the reader is, and it is not that one that Records would pass.
func TestWaitingLooksAtTheOldestRecord(t *testing.T) {
	for _, busy := range []bool{false, true} {
		ring, w := overwriting(t)
		consumer := consumerOf(t, ring)
		fillRound(t, w, 1)
		if busy {
			reserve(t, w, pausedSpan)
			fillRound(t, w, 62) // the first one goes, and its finished header stays
		} else {
			fillRound(t, w, 63)
			reserve(t, w, pausedSpan) // stands in place of the first one
		}
		if ring.Header(0).Busy == busy {
			t.Fatalf("busy where the reader is: %t; this test shows nothing", !busy)
		}
		if consumer.Waiting() == busy {
			t.Errorf("a record waits: %t; the oldest one that stands is busy: %t", !busy, busy)
		}
		n := passed(consumer)
		if (n > 0) == busy {
			t.Errorf("%d records read, the oldest one that stands is busy: %t", n, busy)
		}
	}
}

// consumerOf is a new consumer of ring.
func consumerOf(t *testing.T, ring *ringcore.Ring) *ringcore.Consumer {
	t.Helper()
	c, err := ringcore.NewConsumer(ring)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// passed takes all that c comes to, and returns how many records that were.
func passed(c *ringcore.Consumer) (records int) {
	for range c.Records() {
		records++
	}
	return records
}
