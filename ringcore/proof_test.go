package ringcore_test

import (
	"fmt"
	"testing"

	"ringscope/ringcore"
)

// pausedRing is a ring of 4 KiB whose records are all 64 bytes, with an observer that has seen everything.
type pausedRing struct {
	ring     *ringcore.Ring
	producer *ringcore.Producer
	consumer *ringcore.Consumer
	observer *ringcore.Observer
	books    *tally
}

const (
	pausedPayload = 56
	pausedSpan    = 64
)

// paused makes one; its observer believes that capacity bytes can be in use.
func paused(t *testing.T, capacity uint64) *pausedRing {
	t.Helper()
	ring, producer := begin(t, ringcore.LinuxGeometry(4096, 4096), 0)
	consumer := consumerOf(t, ring)
	p := &pausedRing{ring, producer, consumer, ringcore.NewObserver(ring.WithCapacity(capacity)), newTally(t, 4096)}
	p.observer.Observe(p.books)
	p.write(t, 40)
	p.observer.Observe(p.books)
	return p
}

// write writes n records and consumes them.
func (p *pausedRing) write(t *testing.T, n int) {
	t.Helper()
	for range n {
		v, err := p.producer.Reserve(pausedPayload)
		if err != nil {
			t.Fatal(err)
		}
		for i := range v.Payload {
			v.Payload[i] = byte(v.Pos / pausedSpan)
		}
		p.producer.Submit(v)
		for range p.consumer.Records() {
		}
		if err := p.consumer.Release(); err != nil {
			t.Fatal(err)
		}
	}
}

// announce writes the header that a reservation of n bytes would write next, and stops before the producer position is published:
// where a kernel producer can be for any length of time.
func (p *pausedRing) announce(n uint32) {
	pos := p.ring.ReadPositions().Producer
	off, _ := ringcore.Linux.PageOffset(p.ring.Geometry(), pos)
	raw := ringcore.Linux.Encode(ringcore.Header{Length: n, PageOffset: off, Busy: true})
	setHeader(p.ring.Memory().Data[pos%p.ring.Size():], raw)
}

// headerOverwritten lets the producer come round to the observer's cursor between its reading of the positions and of the headers, and
// write one more header without publishing it. It reports what is wrong with the books.
func headerOverwritten(t *testing.T, capacity uint64) error {
	t.Helper()
	p := paused(t, capacity)
	p.write(t, 1) // what the observer will read
	once := false
	p.observer.OnPause(func(at ringcore.PausePoint) {
		if at == ringcore.BeforeHeaders && !once {
			once = true
			p.write(t, 63) // now producer - cursor = 4096, one whole ring
			p.announce(pausedPayload)
		}
	})
	p.observer.Observe(p.books)
	if !once {
		t.Fatal("the observer did not pause")
	}
	p.observer.OnPause(nil)
	p.observer.Observe(p.books)
	if n := len(p.books.busy) + int(p.books.unresolved); n > 0 {
		return fmt.Errorf("%d records are said to have been busy; all were submitted before they could be seen", n)
	}
	if p.books.bytes+p.books.missed != 104*pausedSpan {
		return fmt.Errorf("seen %d + missed %d, produced %d", p.books.bytes, p.books.missed, 104*pausedSpan)
	}
	if p.books.missed == 0 || p.books.torn == 0 {
		return fmt.Errorf("missed %d bytes in %d torn batches; the first record was overwritten before it was read", p.books.missed, p.books.torn)
	}
	return nil
}

// payloadOverwritten lets the producer overwrite a record while its payload is copied.
func payloadOverwritten(t *testing.T, capacity uint64) error {
	t.Helper()
	p := paused(t, capacity)
	var pos ringcore.Pos = 39 * pausedSpan
	p.observer.OnPause(func(at ringcore.PausePoint) {
		if at == ringcore.BeforePayload {
			p.write(t, 65)
		}
	})
	buf := make([]byte, pausedPayload)
	n, _ := p.observer.Copy(buf, pos)
	if n > 0 && buf[n-1] != 39 {
		return fmt.Errorf("payload of record 39 accepted, with bytes of record %d", buf[n-1])
	}
	return nil
}

// never is a capacity that every distance satisfies: an observer without its re-check.
const never = 1 << 62

func TestProofOfHeaders(t *testing.T) {
	if err := headerOverwritten(t, 4096-8); err != nil {
		t.Error(err)
	}
	for name, capacity := range map[string]uint64{"size in place of size-8": 4096, "no re-check": never} {
		if err := headerOverwritten(t, capacity); err == nil {
			t.Errorf("%s: not noticed", name)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
}

func TestProofOfPayloads(t *testing.T) {
	if err := payloadOverwritten(t, 4096-8); err != nil {
		t.Error(err)
	}
	if err := payloadOverwritten(t, never); err == nil {
		t.Error("no re-check: not noticed")
	} else {
		t.Logf("no re-check: %v", err)
	}
}

// TestLookAtBusyWithoutProof holds a record busy until it was met, and then lets it be finished, consumed and overwritten.
func TestUnresolved(t *testing.T) {
	p := paused(t, 4096-8)
	v, err := p.producer.Reserve(pausedPayload)
	if err != nil {
		t.Fatal(err)
	}
	p.observer.Observe(p.books)
	if len(p.books.busy) != 1 {
		t.Fatalf("%d busy, want 1", len(p.books.busy))
	}
	p.producer.Submit(v)
	p.write(t, 70)
	observe(p.observer, p.books)
	if p.books.unresolved != 1 || len(p.books.busy) != 0 {
		t.Errorf("unresolved %d, busy %d, want 1 and 0: how it ended was overwritten", p.books.unresolved, len(p.books.busy))
	}
	p.books.check(111 * pausedSpan)
	if p.books.records != p.books.committed+p.books.discarded+p.books.unresolved {
		t.Errorf("records %d, committed %d, unresolved %d", p.books.records, p.books.committed, p.books.unresolved)
	}
}
