package bpf

import (
	"errors"
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/ringcore"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

// The tests of this file assert of a kernel ring what the raw reader of cilium/ebpf promises (ringbuf/raw_reader.go, raw_reader_test.go).

// TestCiliumRawReaderLease: what is read takes room in the kernel's ring until it is committed; then all of it is free at once.
func TestCiliumRawReaderLease(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "leased", 4096)
	reader, err := consumerOf(t, r)
	if err != nil {
		t.Fatal(err)
	}
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Payload: true})
	s.look()
	n := uint64(0)
	for ; r.Write(t, sample(248, 0)) == 0; n++ { //nolint:revive // until it is full
	}
	var leased [][]byte
	for rec := range reader.Records() {
		leased = append(leased, rec.Payload)
	}
	if uint64(len(leased)) != n || n != 4096/256-1 {
		t.Fatalf("%d records of %d were read", len(leased), n)
	}
	if refused := r.Write(t, sample(248, 0)); refused != 1 {
		t.Error("a record got the room of one that is leased")
	}
	if got := r.Query(t, 0); got != 256*n {
		t.Errorf("the kernel says that %d bytes are unread, want %d", got, 256*n)
	}
	s.available(256 * n)
	for i, payload := range leased {
		if string(payload) != string(pattern(248)) {
			t.Errorf("record %d is %x", i, payload)
		}
	}
	if err := reader.Release(); err != nil {
		t.Fatal(err)
	}
	if refused := r.Write(t, sample(5, 0), sample(5, 0)); refused != 0 {
		t.Error("there is no room after a commit")
	}
	s.available(2 * bpftest.Span(5))
	s.rightly()
}

// TestCiliumRawReaderConcurrent: of two that read a kernel ring the one that commits second is told, and changes nothing.
func TestCiliumRawReaderConcurrent(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "contended", 4096)
	var readers [2]*ringcore.Consumer
	for i := range readers {
		var err error
		if readers[i], err = consumerOf(t, r); err != nil {
			t.Fatal(err)
		}
	}
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Payload: true})
	s.look()
	r.Write(t, sample(5, 0), sample(7, 0), sample(9, 0))
	takes(t, readers[0], pattern(5))
	for range readers[1].Records() { // all three
	}
	if err := readers[1].Release(); !errors.Is(err, ringcore.ErrSecondConsumer) {
		t.Errorf("the second one to commit is told %v", err)
	}
	if got := r.Query(t, 2); got != bpftest.Span(5) {
		t.Errorf("the kernel's consumer position is %d", got)
	}
	takes(t, readers[0], pattern(7))
	s.available(bpftest.Span(9))
	s.rightly()
}

// TestCiliumRawReaderClose: a reader is closed while it reads and records come. What it has read is committed whole, nothing is taken
// afterwards, and the next one goes on there.
func TestCiliumRawReaderClose(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	const length = 40
	r := bpftest.Make(t, "closed_amid", 1<<16)
	pace := r.NewWriter(t, length).Pace(t, time.Millisecond, bpftest.Load{Records: 50, DiscardEvery: 3})
	limit := time.Now().Add(patience)
	moves := func(what string, done func(consumer, producer uint64) bool) {
		t.Helper()
		for !done(r.Positions(t)) {
			if time.Now().After(limit) {
				t.Fatalf("%s did not happen", what)
			}
			time.Sleep(time.Millisecond)
		}
	}
	for range 5 {
		src, err := Open(t.Context(), Selector{ID: r.ID(t)}, Options{Consume: true})
		if err != nil {
			t.Fatal(err)
		}
		k, ok := src.(*source)
		if !ok {
			t.Fatalf("the source is a %T", src)
		}
		from, taker := k.consumer.position(), k.consumer
		w := sampler.Start(t.Context(), src, sampler.Options{})
		moves("reading", func(consumer, _ uint64) bool { return consumer > from+1<<16 })
		if err := w.Stop(); err != nil {
			t.Fatal(err)
		}
		left, produced := r.Positions(t)
		if left%bpftest.Span(length) != 0 || left > produced {
			t.Fatalf("the consumer position is %d of %d, want the end of a record", left, produced)
		}
		if took := taker.ring.Tally().Bytes; took != left-from {
			t.Errorf("%d bytes were taken, from %d to %d", took, from, left)
		}
		if missed := w.Latest().Sample.Missed; missed.Bytes != 0 {
			t.Errorf("the only reader missed %+v", missed)
		}
		moves("producing", func(_, producer uint64) bool {
			return producer > produced || producer-left > 1<<16-2*bpftest.Span(length)
		})
		if now, _ := r.Positions(t); now != left {
			t.Errorf("after the end the consumer position went from %d to %d", left, now)
		}
	}
	wrote := pace.Stop(t)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Consume: true})
	s.look()
	if c, p := r.Positions(t); c != p || p != wrote.Bytes {
		t.Errorf("%d of %d bytes were taken, %d were written", c, p, wrote.Bytes)
	}
}
