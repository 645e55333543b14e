package ringcore_test

import (
	"encoding/binary"
	"errors"
	"testing"

	"ringscope/ringcore"
)

func TestSecondConsumer(t *testing.T) {
	ring, producer := begin(t, ringcore.LinuxGeometry(4096, 4096), 0)
	ours, err := ringcore.NewConsumer(ring)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ringcore.NewConsumer(ring)
	if err != nil {
		t.Fatal(err)
	}
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
	consumer, err := ringcore.NewConsumer(ring)
	if err != nil {
		t.Fatal(err)
	}
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
