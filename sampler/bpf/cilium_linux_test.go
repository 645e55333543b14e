package bpf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

// Names of tests tell where what they assert comes from: cilium/ebpf, ringbuf/reader_test.go. Their reader is here either a consumer with
// mappings of its own, beside which a watch looks on, or the watch itself as the ring's consumer.

// pattern is a payload as the programs of cilium's tests write it.
func pattern(n int) []byte { return bytes.Repeat([]byte{1, 2, 3, 4, 4, 3, 2, 1}, n/8+1)[:n] }

// sample is a record with a pattern.
func sample(n, flags int) bpftest.Record {
	return bpftest.Record{Length: n, Payload: pattern(n), Flags: flags}
}

// available asks how many bytes are unread.
func (s *stage) available(want uint64) {
	s.t.Helper()
	s.look()
	if least, most := s.last.Unread(s.ring(s.t).Size()); least != want || most != want {
		s.t.Errorf("%d to %d bytes available, want %d", least, most, want)
	}
}

// takes takes one record and gives its space back.
func takes(t *testing.T, c *ringcore.Consumer, want []byte) {
	t.Helper()
	var got []byte
	for rec := range c.Records() {
		got = bytes.Clone(rec.Payload)
		break
	}
	if err := c.Err(); err != nil || !bytes.Equal(got, want) {
		t.Errorf("read %x, %v, want %x", got, err, want)
	}
	if err := c.Release(); err != nil {
		t.Error(err)
	}
}

// whileWaiting begins a wait of at most most, runs do once the kernel has it, and reports whether something ended it. On a busy host a
// short one can be over before that is seen: then another one begins, twice as long.
func (s *stage) whileWaiting(ctx context.Context, most time.Duration, do func()) bool {
	s.t.Helper()
	for {
		pace := s.look()
		if pace.Idle == nil {
			s.t.Fatal("the ring can't be waited for")
		}
		thread, done := make(chan int), make(chan struct{})
		go func() {
			defer close(done)
			runtime.LockOSThread()
			thread <- unix.Gettid()
			pace.Idle(ctx, most)
		}()
		if waits(<-thread, done) {
			do()
			<-done
			return s.kernel().waiter.woken
		}
		if s.kernel().waiter.woken {
			s.t.Fatal("something ended the wait before anything happened")
		}
		most *= 2
	}
}

// waits reports whether a thread is seen in ppoll(2) before done is closed.
func waits(thread int, done <-chan struct{}) bool {
	path, call := fmt.Sprintf("/proc/self/task/%d/syscall", thread), fmt.Sprintf("%d ", unix.SYS_PPOLL)
	for {
		if now, err := os.ReadFile(path); err == nil && strings.HasPrefix(string(now), call) {
			return true
		}
		select {
		case <-done:
			return false
		case <-time.After(100 * time.Microsecond):
		}
	}
}

const (
	briefly = 100 * time.Millisecond // a wait that nothing is to end
	forever = 10 * time.Minute       // a wait that something is to end
)

func TestCiliumRingbufReader(t *testing.T) {
	need.BPF(t)
	for name, records := range map[string][]bpftest.Record{
		"one short sample":       {sample(5, 0)},
		"the second discarded":   {sample(5, 0), {Length: 10, Payload: pattern(10), Discard: true}, sample(15, 0)},
		"every second discarded": {sample(5, 0), {Length: 10, Discard: true}, sample(15, 0), {Length: 20, Discard: true}, sample(25, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			r := bpftest.Make(t, "samples", os.Getpagesize())
			reader, err := consumerOf(t, r)
			if err != nil {
				t.Fatal(err)
			}
			s := openStage(t, Selector{ID: r.ID(t)}, Options{Payload: true})
			s.available(0)
			if got := s.ring(t).Size(); got != uint64(os.Getpagesize()) {
				t.Errorf("the ring has %d bytes", got)
			}
			if refused := r.Write(t, records...); refused != 0 {
				t.Fatalf("%d records were refused", refused)
			}
			all := uint64(0)
			var want [][]byte
			for _, rec := range records {
				all += bpftest.Span(rec.Length)
				if !rec.Discard {
					want = append(want, rec.Payload)
				}
			}
			s.available(all)
			var seen [][]byte
			discarded := 0
			err = s.kernel().Dump(64, func(row model.Row) bool {
				if row.Header.State() == ringcore.Discarded {
					discarded++
				} else {
					seen = append(seen, bytes.Clone(row.Payload))
				}
				return true
			})
			if err != nil || !slices.EqualFunc(seen, want, bytes.Equal) || discarded != len(records)-len(want) {
				t.Errorf("the watch sees %x and %d discarded, %v; want %x", seen, discarded, err, want)
			}
			for i, payload := range want {
				takes(t, reader, payload)
				if left := s.last.Producer - reader.Position(); left == 0 != (i == len(want)-1) {
					t.Errorf("%d bytes remain behind record %d of %d", left, i, len(want))
				}
			}
			s.available(0)
		})
	}
}

func TestCiliumReaderBlocking(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "blocking", os.Getpagesize())
	r.Write(t, sample(5, 0))
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Consume: true})
	s.available(0) // the first is taken
	if s.whileWaiting(t.Context(), briefly, func() {}) {
		t.Error("a wait for an empty ring ended by itself")
	}
	if !s.whileWaiting(t.Context(), forever, func() { r.Write(t, sample(5, 0)) }) {
		t.Error("a record did not end the wait")
	}
	s.available(0)
	if got, _ := r.Positions(t); got != 2*bpftest.Span(5) {
		t.Errorf("the consumer position is %d", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if !s.whileWaiting(ctx, forever, cancel) {
		t.Error("the end of the watch did not end the wait")
	}
	for range 2 {
		if err := s.src.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
}

func TestCiliumReaderNoWakeup(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "quiet", os.Getpagesize())
	reader, err := consumerOf(t, r)
	if err != nil {
		t.Fatal(err)
	}
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	s.available(0)
	r.Write(t, sample(5, bpftest.NoWakeup), sample(7, bpftest.NoWakeup))
	s.available(32)
	takes(t, reader, pattern(5))
	s.available(16)
	takes(t, reader, pattern(7))
	s.available(0)
	for range reader.Records() {
		t.Error("a third record was read")
	}
	if s.whileWaiting(t.Context(), briefly, func() {}) {
		t.Error("the wait did not last until its deadline")
	}
}

// TestCiliumReaderFlushPendingEvents: records that wake nobody are there when a wait is ended.
func TestCiliumReaderFlushPendingEvents(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "flushed", os.Getpagesize())
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Consume: true})
	if s.whileWaiting(t.Context(), briefly, func() { r.Write(t, sample(5, bpftest.NoWakeup), sample(7, bpftest.NoWakeup)) }) {
		t.Error("records without wake-up ended a wait")
	}
	s.look()
	if s.truth.Committed != 2 || s.truth.Payload != 12 {
		t.Errorf("after the wait %+v were taken, want 2 records of 12 bytes", s.truth)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if !s.whileWaiting(ctx, forever, func() { r.Write(t, sample(5, bpftest.NoWakeup)); cancel() }) {
		t.Error("the wait was not ended")
	}
	s.look()
	if s.look(); s.truth.Committed != 3 {
		t.Errorf("%d records were taken, want 3", s.truth.Committed)
	}
}

func TestCiliumReaderSetDeadline(t *testing.T) {
	need.BPF(t)
	s := openStage(t, Selector{ID: bpftest.Make(t, "deadline", os.Getpagesize()).ID(t)}, Options{})
	pace := s.look()
	for range 2 {
		for _, past := range []time.Duration{-time.Second, 0} {
			pace.Idle(t.Context(), past) // would not come back
			if s.kernel().waiter.woken {
				t.Errorf("something ended a wait of %v", past)
			}
		}
	}
}

// TestCiliumReadAfterClose stops a watch: what it saw last stays, and nothing hangs.
func TestCiliumReadAfterClose(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "closed", os.Getpagesize())
	r.Write(t, sample(5, 0), sample(5, 0))
	src, err := Open(t.Context(), Selector{ID: r.ID(t)}, Options{Consume: true})
	if err != nil {
		t.Fatal(err)
	}
	w := sampler.Start(t.Context(), src, sampler.Options{})
	for range 2 {
		if err := w.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	}
	<-w.Done()
	if m := w.Latest(); m == nil || w.Err() != nil {
		t.Errorf("after the end: %v, %v", m, w.Err())
	}
	was, produced := r.Positions(t)
	if was != produced {
		t.Errorf("%d of %d bytes were taken before the end", was, produced)
	}
	r.Write(t, sample(5, 0))
	w.Focus(model.Focus{})
	if now, _ := r.Positions(t); now != was {
		t.Errorf("a record was taken after the end: the consumer position went from %d to %d", was, now)
	}
}

// TestEbpfForWindowsRingBufferNotify asserts what ring_buffer_notify does (libs/runtime/unit/platform_unit_test.cpp) of a ring of Linux: by
// default each record ends the wait of a reader that caught up, without wake-up none does, a forced one always, discarded ones as well; and
// discarded ones are passed over.
func TestEbpfForWindowsRingBufferNotify(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "notify", 16*os.Getpagesize())
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Consume: true})
	wakes := []bpftest.Record{{}, {}, {}, {Flags: bpftest.ForceWakeup}, {Discard: true}, {Flags: bpftest.ForceWakeup, Discard: true}}
	silent := []bpftest.Record{{Flags: bpftest.NoWakeup}, {Flags: bpftest.NoWakeup, Discard: true}}
	var committed, discarded uint64
	for i, rec := range wakes {
		quiet := silent[i%len(silent)]
		quiet.Length, rec.Length = 10, 10
		for _, c := range []struct {
			bpftest.Record
			wakes bool
			most  time.Duration
		}{{rec, true, forever}, {quiet, false, briefly}} {
			if got := s.whileWaiting(t.Context(), c.most, func() { r.Write(t, c.Record) }); got != c.wakes {
				t.Errorf("%+v ended a wait: %t, want %t", c.Record, got, c.wakes)
			}
			if c.Discard {
				discarded++
			} else {
				committed++
			}
			s.look()
			if taken := s.kernel().consumer.ring.Tally(); taken.Committed != committed || taken.Discarded != discarded {
				t.Errorf("taken: %+v, want %d and %d", taken, committed, discarded)
			}
		}
	}
	s.available(0)
}

// TestEbpfForWindowsRingBufferSyncApi asserts what ring_buffer_sync_api and ring_buffer_sync_multiple_maps do (tests/api_test/api_test.cpp):
// an event ends the wait and can be consumed, further ones come by polling, and each ring has its own.
func TestEbpfForWindowsRingBufferSyncApi(t *testing.T) {
	need.BPF(t)
	const events = 10
	stages, rings := make([]*stage, 2), make([]*bpftest.Ring, 2)
	for i := range stages {
		rings[i] = bpftest.Make(t, fmt.Sprint("sync", i), 8*os.Getpagesize())
		stages[i] = openStage(t, Selector{ID: rings[i].ID(t)}, Options{Consume: true})
	}
	for i, s := range stages {
		if !s.whileWaiting(t.Context(), forever, func() { rings[i].Write(t, sample(24, 0)) }) {
			t.Error("an event did not end the wait")
		}
		if s.look(); s.truth.Committed != 1 {
			t.Errorf("%d events after the first", s.truth.Committed)
		}
	}
	for n := uint64(2); n <= events; n++ {
		for i, s := range stages {
			rings[i].Write(t, sample(24, 0))
			if s.look(); s.truth.Committed != n || s.missed != 0 {
				t.Errorf("%d events of %d", s.truth.Committed, n)
			}
		}
	}
	for i, s := range stages {
		s.available(0)
		if c, p := rings[i].Positions(t); c != p || p != events*bpftest.Span(24) {
			t.Errorf("positions %d and %d", c, p)
		}
	}
}

// TestEbpfForWindowsNegativeRingBuffer asserts what negative_ring_buffer_test does (tests/end_to_end), and what the negative cases
// EBPF_OPERATION_MAP_QUERY_BUFFER and EBPF_OPERATION_MAP_ASYNC_QUERY do (execution_context_unit_test.cpp): a map of another type is refused,
// and so is one that there is not.
func TestEbpfForWindowsNegativeRingBuffer(t *testing.T) {
	need.BPF(t)
	var gone uint32
	for kind, says := range map[ebpf.MapType]string{ebpf.Array: "is no ring buffer but an array", ebpf.Hash: "is no ring buffer but a hash"} {
		m, err := ebpf.NewMap(&ebpf.MapSpec{Name: "no_ring", Type: kind, KeySize: 4, ValueSize: 4, MaxEntries: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = m.Close() }()
		info, err := m.Info()
		if err != nil {
			t.Fatal(err)
		}
		id, _ := info.ID()
		gone = uint32(id) + 1<<20 // ids are given in turn
		for _, o := range []Options{{}, {Consume: true}} {
			if _, err := Open(t.Context(), Selector{ID: uint32(id)}, o); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("open a map of type %v: %v", kind, err)
			}
		}
	}
	for _, o := range []Options{{}, {Consume: true}} {
		if _, err := Open(t.Context(), Selector{ID: gone}, o); !errors.Is(err, sampler.ErrNoSuchRing) {
			t.Errorf("open a map that there is not: %v", err)
		}
	}
}
