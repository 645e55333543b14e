package bpf

import (
	"errors"
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler/bpf/bpftest"
)

// The tests of this file assert what those of the kernel's tools/testing/selftests/bpf/prog_tests/user_ringbuf.c do, whose names they
// have, of the kernel and of who watches.

// watchedUser makes a user ring and watches it from its begin.
func watchedUser(t *testing.T, size int) (*bpftest.UserRing, *stage) {
	t.Helper()
	need.BPF(t)
	u := bpftest.MakeUser(t, "from_user", size)
	s := openStage(t, Selector{ID: u.ID(t)}, Options{Payload: true})
	s.look()
	return u, s
}

// valid reports whether the positions of the last look can be those of a ring.
func (s *stage) valid() bool {
	s.t.Helper()
	p := s.last
	return p.Producer%8 == 0 && p.Consumer <= p.Producer && p.Producer-p.Consumer <= s.ring(s.t).Size()
}

// rightly fails if something seemed wrong or was missed.
func (s *stage) rightly() {
	s.t.Helper()
	if len(s.bad) > 0 || s.missed > 0 || !s.valid() {
		s.t.Errorf("bad headers %v, %d bytes missed, positions %+v", s.bad, s.missed, s.last)
	}
}

// TestUserRingbufMappings: test_user_ringbuf_mappings.
func TestUserRingbufMappings(t *testing.T) {
	u, s := watchedUser(t, 4096)
	page := os.Getpagesize()
	if _, err := unix.Mmap(u.Map.FD(), 0, page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != unix.EPERM {
		t.Errorf("map the consumer page writable: %v, want %v", err, unix.EPERM)
	}
	// The producer page and the data were mapped writable by MakeUser. Ours can't be made so.
	m := s.kernel().mem.memory()
	for name, part := range map[string][]byte{"consumer page": m.Consumer, "producer page": m.Producer, "data": m.Data[:page]} {
		for _, more := range []int{unix.PROT_READ | unix.PROT_WRITE, unix.PROT_READ | unix.PROT_EXEC} {
			if err := unix.Mprotect(part, more); err != unix.EACCES {
				t.Errorf("protect our mapping of the %s as %d: %v, want %v", name, more, err, unix.EACCES)
			}
		}
	}
}

// TestUserRingbufPostMisaligned: test_user_ringbuf_post_misaligned.
func TestUserRingbufPostMisaligned(t *testing.T) {
	u, s := watchedUser(t, 4096)
	u.Publish(1<<12 - 1)
	if d := u.Drain(t, 0); d.Err != unix.EINVAL || d.Seen != 0 {
		t.Errorf("the kernel says %v after %d samples, want %v", d.Err, d.Seen, unix.EINVAL)
	}
	s.look()
	if s.valid() || s.truth.Records != 0 || len(s.bad) != 0 {
		t.Errorf("positions %+v, %d records, bad headers %v; want invalid positions and nothing walked", s.last, s.truth.Records, s.bad)
	}
}

// TestUserRingbufPostProducerWrongOffset: test_user_ringbuf_post_producer_wrong_offset.
func TestUserRingbufPostProducerWrongOffset(t *testing.T) {
	u, s := watchedUser(t, 4096)
	length, _ := u.Header(0)
	length.Store(24)
	u.Publish(8)
	if d := u.Drain(t, 0); d.Err != unix.EINVAL || u.Consumed() != 0 {
		t.Errorf("the kernel says %v and stands at %d, want %v at 0", d.Err, u.Consumed(), unix.EINVAL)
	}
	s.look()
	if len(s.bad) != 1 || !errors.Is(s.bad[0], ringcore.ErrPastProducer) || s.truth.Records != 0 {
		t.Errorf("bad headers %v, %d records; want one that reaches past the producer", s.bad, s.truth.Records)
	}
}

// TestUserRingbufPostLargerThanRing: test_user_ringbuf_post_larger_than_ringbuf_sz.
func TestUserRingbufPostLargerThanRing(t *testing.T) {
	u, s := watchedUser(t, 4096)
	length, _ := u.Header(0)
	length.Store(8192 - 8)
	u.Publish(8192)
	if d := u.Drain(t, 0); d.Err != unix.E2BIG || u.Consumed() != 0 {
		t.Errorf("the kernel says %v and stands at %d, want %v at 0", d.Err, u.Consumed(), unix.E2BIG)
	}
	s.look()
	if s.truth.Records != 0 || s.missed != 8192 || s.valid() {
		t.Errorf("%d records, %d bytes missed, positions %+v; want none, 8192, and more in use than the ring has", s.truth.Records, s.missed, s.last)
	}
}

// TestUserRingbufBasic: test_user_ringbuf_basic.
func TestUserRingbufBasic(t *testing.T) {
	u, s := watchedUser(t, 4096)
	for i := range 2 {
		if err := u.Write(32, uint64(40+i)); err != nil {
			t.Fatal(err)
		}
	}
	if d := u.Drain(t, 0); d.Result != 2 || d.Seen != 2 || d.Sum != 81 {
		t.Errorf("%+v, want 2 samples with 40 and 41", d)
	}
	s.look()
	if want := (bpftest.Truth{Records: 2, Committed: 2, Bytes: 80, Payload: 64}); s.truth != want || s.last.Consumer != 80 || s.last.Producer != 80 {
		t.Errorf("seen %+v with positions %+v, want %+v", s.truth, s.last, want)
	}
	d := s.src.Detail(s.now, model.Focus{Anchor: model.AtNewest, Rows: 10, Payload: 8})
	if len(d.Rows) != 2 || d.Rows[1].Payload[0] != 41 || d.Rows[1].Unread || d.Rows[1].PageOffsetOK.How != model.NotApplicable {
		t.Errorf("rows are %+v, want 2 that were read, without a check of their page offset", d.Rows)
	}
	s.rightly()
}

// TestUserRingbufSampleFullRingBuffer: test_user_ringbuf_sample_full_ring_buffer.
func TestUserRingbufSampleFullRingBuffer(t *testing.T) {
	u, s := watchedUser(t, 4096)
	if err := u.Write(4096-8, 1); err != nil {
		t.Fatal(err)
	}
	s.look()
	if _, used := s.last.Unread(u.Size); used != 4096 || s.truth.Records != 1 {
		t.Errorf("%d bytes in use, %d records; want 4096 and 1", used, s.truth.Records)
	}
	s.rightly()
	if d := u.Drain(t, 0); d.Result != 1 {
		t.Errorf("%+v, want 1 sample", d)
	}
}

// TestUserRingbufPostAlignmentAutoadjust: test_user_ringbuf_post_alignment_autoadjust.
func TestUserRingbufPostAlignmentAutoadjust(t *testing.T) {
	u, s := watchedUser(t, 4096)
	if err := u.Write(13, 7); err != nil {
		t.Fatal(err)
	}
	if d := u.Drain(t, 0); d.Result != 1 || d.Sum != 7 || u.Consumed() != 24 {
		t.Errorf("%+v, the kernel stands at %d; want 1 sample, and 24", d, u.Consumed())
	}
	s.look()
	if s.truth.Payload != 13 || s.truth.Bytes != 24 {
		t.Errorf("%d bytes of payload in %d were seen, want 13 in 24", s.truth.Payload, s.truth.Bytes)
	}
	s.rightly()
}

// TestUserRingbufOverfill: test_user_ringbuf_overfill.
func TestUserRingbufOverfill(t *testing.T) {
	u, s := watchedUser(t, 4096)
	const fit = 4096 / 64
	wrote := 0
	for range 5 * fit {
		if err := u.Write(56, 1); errors.Is(err, bpftest.ErrNoSpace) {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		wrote++
	}
	s.look()
	if d := u.Drain(t, 0); wrote != fit || d.Result != fit || s.truth.Records != fit {
		t.Errorf("%d written, %d drained, %d seen; want %d", wrote, d.Result, s.truth.Records, fit)
	}
	s.rightly()
}

// TestUserRingbufDiscardsProperlyIgnored: test_user_ringbuf_discards_properly_ignored.
func TestUserRingbufDiscardsProperlyIgnored(t *testing.T) {
	u, s := watchedUser(t, 4096)
	n := uint64(0)
	for ; ; n++ {
		pos, err := u.Reserve(56)
		if err != nil {
			break
		}
		u.Discard(pos)
	}
	s.look()
	if d := u.Drain(t, 0); d.Result != 0 || d.Seen != 0 {
		t.Errorf("%+v, want no sample", d)
	}
	s.look()
	if s.truth.Discarded != n || s.truth.Records != n || s.last.Consumer != s.last.Producer {
		t.Errorf("%+v with positions %+v, want %d discarded and space again", s.truth, s.last, n)
	}
	s.rightly()

	// What the kernel does with a header that has both bits no library writes: it skips it.
	pos, err := u.Reserve(56)
	if err != nil {
		t.Fatal(err)
	}
	length, offset := u.Header(pos)
	length.Store(length.Load() | 1<<30)
	offset.Store(0xdeadbeef)
	if d := u.Drain(t, 0); d.Result != 0 || u.Consumed() != pos+64 {
		t.Errorf("%+v, the kernel stands at %d; want it behind a busy record that is discarded, at %d", d, u.Consumed(), pos+64)
	}
	s.look()
	if s.truth.Discarded != n+1 || len(s.busy) != 0 {
		t.Errorf("%+v, busy %v; want one more discarded", s.truth, s.busy)
	}
	s.rightly()
}

// TestUserRingbufLoop: test_user_ringbuf_loop.
func TestUserRingbufLoop(t *testing.T) {
	u, s := watchedUser(t, 1<<16)
	const samples = 8192
	drained := 0
	for i := range samples {
		for errors.Is(u.Write(24, uint64(i)), bpftest.ErrNoSpace) {
			s.look()
			drained += u.Drain(t, 0).Result
		}
	}
	s.look()
	drained += u.Drain(t, 0).Result
	if drained != samples || s.truth.Records != samples || s.truth.Payload != 24*samples {
		t.Errorf("%d drained, %+v seen; want %d samples", drained, s.truth, samples)
	}
	s.rightly()
}

// TestUserRingbufMsgProtocol: test_user_ringbuf_msg_protocol.
func TestUserRingbufMsgProtocol(t *testing.T) {
	u, s := watchedUser(t, 4096)
	const messages, each = 64, 8
	sum := uint64(0)
	for sent := uint64(0); sent < messages; {
		for range each {
			if err := u.Write(16, sent); err != nil {
				t.Fatal(err)
			}
			sent++
		}
		d := u.Drain(t, each)
		if d.Result != each {
			t.Fatalf("%+v after %d messages, want %d", d, sent, each)
		}
		sum += d.Sum
		s.look()
		if s.truth.Records != sent || s.last.Consumer != 24*sent {
			t.Fatalf("%+v seen, the kernel at %d, after %d messages", s.truth, s.last.Consumer, sent)
		}
	}
	if sum != messages*(messages-1)/2 {
		t.Errorf("the kernel read values that sum up to %d", sum)
	}
	s.rightly()
}

// TestUserRingbufBlockingReserve: test_user_ringbuf_blocking_reserve. Who waits for room in a full ring waits until its time is over, and
// is woken by a drain; the watch waits for nothing there, because a drain wakes producers.
func TestUserRingbufBlockingReserve(t *testing.T) {
	u, s := watchedUser(t, 4096)
	if pace := s.look(); pace.Idle != nil {
		t.Error("the watch waits for an empty user ring")
	}
	for u.Write(56, 1) == nil { //nolint:revive // until it is full
	}
	room := func(most time.Duration) (bool, error) {
		for {
			left := unix.NsecToTimespec(most.Nanoseconds())
			n, err := unix.Ppoll([]unix.PollFd{{Fd: int32(u.Map.FD()), Events: unix.POLLOUT}}, &left, nil)
			if err != unix.EINTR { // a signal of the Go runtime
				return n == 1, err
			}
		}
	}
	if there, err := room(briefly); there || err != nil {
		t.Errorf("a full ring says that it has room: %t, %v", there, err)
	}
	if pace := s.look(); pace.Idle != nil {
		t.Error("the watch waits for a full user ring")
	}
	thread, done := make(chan int), make(chan struct{})
	var woken bool
	var failed error
	go func() {
		defer close(done)
		runtime.LockOSThread()
		thread <- unix.Gettid()
		woken, failed = room(forever)
	}()
	if !waits(<-thread, done) {
		t.Fatalf("a wait for room did not last: %t, %v", woken, failed)
	}
	d := u.Drain(t, 1)
	<-done
	if d.Result != 1 || !woken || failed != nil {
		t.Errorf("%+v, woken: %t, %v; want 1 sample drained, and room", d, woken, failed)
	}
	if err := u.Write(56, 1); err != nil {
		t.Errorf("after a drain: %v", err)
	}
	if err := u.Write(56, 1); !errors.Is(err, bpftest.ErrNoSpace) {
		t.Errorf("one sample was drained and two are written: %v", err)
	}
	s.look()
	s.rightly()
}

// TestUserRingDamagedBeforeItIsDrained scribbles over a header that was walked and that the kernel has not taken. Where its length reaches past
// the producer position the kernel refuses it too.
func TestUserRingDamagedBeforeItIsDrained(t *testing.T) {
	u, s := watchedUser(t, 4096)
	for i := range 10 {
		if err := u.Write(56, uint64(i)); err != nil {
			t.Fatal(err)
		}
	}
	if d := u.Drain(t, 0); d.Seen != 10 {
		t.Fatalf("%+v, want 10 samples", d)
	}
	for i := range 10 {
		if err := u.Write(56, uint64(i)); err != nil {
			t.Fatal(err)
		}
	}
	wrong := func() *ringcore.Wrong {
		s.look()
		return s.src.Detail(s.now, model.Focus{}).Wrong
	}
	if w := wrong(); w != nil {
		t.Fatalf("%+v is called wrong", w)
	}
	at := u.Consumed()
	length, _ := u.Header(at)
	for _, c := range []struct {
		length uint32
		why    error
	}{{48, ringcore.ErrRewritten}, {1 << 20, ringcore.ErrPastBoundary}} {
		length.Store(c.length)
		if w := wrong(); w == nil || w.Pos != at || uint32(w.Raw) != c.length || !errors.Is(w.Why, c.why) {
			t.Errorf("length %d: %+v, want %v at %d", c.length, w, c.why, at)
		}
	}
	if d := u.Drain(t, 0); d.Err != unix.EINVAL || u.Consumed() != at {
		t.Errorf("the kernel says %v and stands at %d, want %v at %d", d.Err, u.Consumed(), unix.EINVAL, at)
	}
	length.Store(56)
	if w := wrong(); w != nil {
		t.Errorf("%+v is called wrong, and was set right", w)
	}
	if d := u.Drain(t, 0); d.Seen != 10 {
		t.Errorf("%+v, want 10 samples", d)
	}
	if w := wrong(); w != nil {
		t.Errorf("%+v is called wrong, and nothing is unread", w)
	}
	s.rightly()
}
