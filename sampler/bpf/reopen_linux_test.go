package bpf

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

// TestEbpfForWindowsRingBufferReopen asserts what ring_buffer_async_reopen, ring_buffer_sync_reopen and
// ring_buffer_mmap_process_exit_reopen are about (tests/api_test/api_test.cpp), of a kernel ring and real processes: a reader ends, asked or
// killed, while records come; nobody is told as its reader then, and nothing is taken; the next one takes what stands there, all of it once,
// and is woken by what comes. A watch that stands by all the time misses nothing.
func TestEbpfForWindowsRingBufferReopen(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	for name, how := range map[string]bpftest.Reading{
		"async": {},                            // woken
		"sync":  {Every: time.Millisecond},     // it looks by itself
		"poll":  {Wait: bpftest.Poll, Work: 1}, // woken, and gives back one by one
	} {
		for _, killed := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, killed: %t", name, killed), func(t *testing.T) {
				const each, length = 20, 24
				r := bpftest.Make(t, "reopened", 4096)
				w := r.NewWriter(t, length)
				s := openStage(t, Selector{ID: r.ID(t)}, Options{})
				s.look()
				var written bpftest.Truth
				write := func() {
					t.Helper()
					written.Add(w.Produce(t, bpftest.Load{Records: each, DiscardEvery: 4}))
					s.look()
				}
				for round := range 4 {
					before := s.last.Consumer
					p := r.StartReading(t, how)
					s.censusWhere("the reader", func(r *model.Ring) bool {
						return r.Readers == model.Of(1) && slices.Equal(pids(r.ReaderAt), []int{p.PID})
					})
					write()
					s.until("reading", 0, func(sampler.Pace) bool { return s.last.Consumer == written.Bytes })
					if killed {
						p.Kill(t)
					} else if took := p.Stop(t); took.Bytes != written.Bytes-before {
						t.Errorf("round %d: the reader took %+v, want %d bytes", round, took, written.Bytes-before)
					}
					s.censusWhere("no reader", func(r *model.Ring) bool { return r.Readers == model.Of(0) })
					write()
					if unread := uint64(each) * bpftest.Span(length); s.last.Consumer != written.Bytes-unread {
						t.Fatalf("round %d: without a reader the consumer position went to %d of %d", round, s.last.Consumer, written.Bytes)
					}
					s.available(each * bpftest.Span(length))
				}
				if s.truth != written || written.Refused != 0 {
					t.Errorf("seen %+v, want %+v", s.truth, written)
				}
				s.rightly()
			})
		}
	}
}

// TestEbpfForWindowsRingBufferMmapProcessExitReopen kills readers in the midst of their work: what they gave back does not come again, all
// else does.
func TestEbpfForWindowsRingBufferMmapProcessExitReopen(t *testing.T) {
	need.BPF(t)
	t.Parallel()
	const records, length = 2000, 24
	r := bpftest.Make(t, "exited", 1<<16)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	s.look()
	written := r.NewWriter(t, length).Produce(t, bpftest.Load{Records: records, DiscardEvery: 3})
	var was uint64
	for range 3 {
		p := r.StartReading(t, bpftest.Reading{PerSecond: 20})
		s.until("reading", 0, func(sampler.Pace) bool { return s.last.Consumer > was })
		p.Kill(t)
		s.look()
		if was = s.last.Consumer; was%bpftest.Span(length) != 0 || was > written.Bytes {
			t.Fatalf("the consumer position is %d, within a record or past %d", was, written.Bytes)
		}
	}
	left := records - was/bpftest.Span(length)
	if left == 0 {
		t.Fatal("all was read before a reader was killed; this test shows nothing")
	}
	last := r.StartReader(t, 0)
	if took := last.Stop(t); took.Records != left || took.Bytes != written.Bytes-was {
		t.Errorf("the last reader took %+v, want %d records of %d bytes", took, left, written.Bytes-was)
	}
	s.available(0)
	if s.truth != written {
		t.Errorf("seen %+v, want %+v", s.truth, written)
	}
	s.rightly()
}

// TestEbpfForWindowsBindmonitorRingbuf asserts what bindmonitor-ringbuf of tests/end_to_end, ringbuf_api_jit and ringbuf_api_interpret do:
// of ten events five stand there when a reader comes, each further one ends its wait, all ten come once, as they were written; and a second
// and a third reader of the same ring fare likewise.
func TestEbpfForWindowsBindmonitorRingbuf(t *testing.T) {
	need.BPF(t)
	const events = 10
	r := bpftest.Make(t, "bindmonitor", 16*os.Getpagesize())
	for round := range 3 {
		names := make([]string, events)
		bind := func(i int) {
			t.Helper()
			names[i] = fmt.Sprintf("fake_app%d.%d", round, i)
			if refused := r.Write(t, bpftest.Record{Length: len(names[i]), Payload: []byte(names[i])}); refused != 0 {
				t.Fatalf("%s was refused", names[i])
			}
		}
		for i := range events / 2 {
			bind(i)
		}
		s := openStage(t, Selector{ID: r.ID(t)}, Options{Consume: true, Payload: true})
		s.look()
		for i := events / 2; i < events; i++ {
			if !s.whileWaiting(t.Context(), forever, func() { bind(i) }) {
				t.Errorf("%s did not end the wait", names[i])
			}
			s.look()
		}
		if taken := s.kernel().consumer.ring.Tally(); taken.Committed != events || taken.Discarded != 0 {
			t.Errorf("round %d: taken %+v, want %d", round, taken, events)
		}
		rows := s.src.Detail(s.now, model.Focus{Anchor: model.AtNewest, Rows: events, Payload: 32}).Rows
		var shown []string
		for _, row := range rows {
			shown = append(shown, string(row.Payload[:row.Header.Length]))
		}
		if !slices.Equal(shown, names) {
			t.Errorf("round %d: %q are shown, want %q", round, shown, names)
		}
		s.available(0)
		s.rightly()
		if err := s.src.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestEbpfForWindowsCreateRingbuf asserts what "libbpf create ringbuf" does (tests/unit/libbpf_test.cpp), of the kernel's rings, and that a
// watch is none the worse for it: a ring has no keys, no 1,024 bytes, and nothing can be looked up, put or deleted in it.
func TestEbpfForWindowsCreateRingbuf(t *testing.T) {
	need.BPF(t)
	for _, spec := range []struct{ kind, keySize, valueSize, entries uint32 }{
		{typeRingbuf, 4, 0, 4096}, {typeRingbuf, 0, 4, 4096}, {typeRingbuf, 0, 0, 1024}, {typeRingbuf, 0, 0, 0},
	} {
		if fd, err := bpf(unix.BPF_MAP_CREATE, &spec); !errors.Is(err, unix.EINVAL) {
			t.Errorf("make a ring of %+v: %d, %v, want %v", spec, fd, err, unix.EINVAL)
			_ = unix.Close(fd)
		}
	}
	r := bpftest.Make(t, "created", 4096)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{})
	s.look()
	const notSupported = unix.Errno(524) // ENOTSUPP of the kernel's include/linux/errno.h
	for _, ask := range []struct {
		cmd   int
		where bool // a value, or a place for the next key
	}{{unix.BPF_MAP_LOOKUP_ELEM, true}, {unix.BPF_MAP_UPDATE_ELEM, true}, {unix.BPF_MAP_DELETE_ELEM, false}, {unix.BPF_MAP_GET_NEXT_KEY, true}} {
		attr := struct {
			fd, _             uint32
			key, value, flags uint64 // a key of no bytes has no address
		}{fd: uint32(r.Map.FD())}
		pin, free := pinned()
		if ask.where {
			attr.value = pin(make([]byte, 8))
		}
		if _, err := bpf(ask.cmd, &attr); !errors.Is(err, notSupported) {
			t.Errorf("command %d: %v, want %v", ask.cmd, err, notSupported)
		}
		free()
	}
	trigger(t, r, 0)
	if s.look(); s.truth.Records != 3 {
		t.Errorf("after all that %d records are seen, want 3", s.truth.Records)
	}
	s.rightly()
}
