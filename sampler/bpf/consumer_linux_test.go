package bpf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
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

func TestConsumeEveryRecordOnce(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "unread", 1<<16)
	r.Write(t, bpftest.Record{Length: 8}, bpftest.Record{Length: 20, Discard: true})
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Consume: true})
	if pace := s.look(); !pace.Consumes {
		t.Error("the look does not say that it consumes")
	}
	if c, p := r.Positions(t); c != p || s.last.Consumer != p {
		t.Errorf("after the first look the consumer position is %d (told as %d), want %d: what stood there is taken at once", c, s.last.Consumer, p)
	}
	w := r.NewWriter(t, 40)
	var want bpftest.Truth
	for range 50 {
		want.Add(w.Produce(t, bpftest.Load{Records: 1200, DiscardEvery: 5}))
		s.look()
	}
	if want.Refused != 0 {
		t.Fatalf("%d records were refused: the ring was not drained", want.Refused)
	}
	if s.truth != want || s.missed != 0 {
		t.Errorf("accounted: %+v, missed %d\nproduced:  %+v", s.truth, s.missed, want)
	}
	tally := s.kernel().consumer.ring.Tally()
	if tally.Committed != want.Committed+1 || tally.Discarded != want.Discarded+1 || tally.Bytes != want.Bytes+bpftest.Span(8)+bpftest.Span(20) {
		t.Errorf("taken: %+v, want what was produced and the two records of before", tally)
	}
	if c, p := r.Positions(t); c != p {
		t.Errorf("the consumer position is %d, want %d", c, p)
	}
}

// TestConsumeFullSpeed: a producer that never waits can't overwrite what was not accounted for.
func TestConsumeFullSpeed(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "flood", 1<<18)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Consume: true})
	s.look()
	w := r.NewWriter(t, 64)
	done := make(chan bpftest.Truth)
	go func() {
		var sum bpftest.Truth
		for sum.Bytes < 64<<18 {
			truth, err := w.Try(bpftest.Load{Records: 100_000, DiscardEvery: 9})
			if err != nil {
				t.Error(err)
				break
			}
			sum.Add(truth)
		}
		done <- sum
	}()
	var want bpftest.Truth
	for producing := true; producing; s.look() { // once more after its end
		select {
		case want = <-done:
			producing = false
		default:
		}
	}
	want.Refused = 0
	if s.truth != want || s.missed != 0 || len(s.bad) != 0 {
		t.Errorf("accounted: %+v, missed %d, %v\nproduced:  %+v", s.truth, s.missed, s.bad, want)
	}
	if tally := s.kernel().consumer.ring.Tally(); tally.Committed != want.Committed || tally.Discarded != want.Discarded {
		t.Errorf("taken: %+v, want %+v", tally, want)
	}
}

func TestConsumeStopsAtBusyHead(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "held", 4096)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Consume: true})
	if pace := s.look(); pace.Idle == nil || !pace.AtOnce {
		t.Error("an empty ring is not waited for")
	}
	r.Write(t, bpftest.Record{Length: 8})
	h := r.Hold(t, 24)
	r.Write(t, bpftest.Record{Length: 8}, bpftest.Record{Length: 8})
	pace := s.look()
	if c, _ := r.Positions(t); c != bpftest.Span(8) {
		t.Errorf("the consumer position is %d, want %d, at the busy record", c, bpftest.Span(8))
	}
	if pace.Idle != nil {
		t.Error("waits for the ring at a busy head: that returns at once, for ever")
	}
	if s.truth.Records != 4 || len(s.busy) != 1 {
		t.Errorf("%d records and %d busy ones are accounted for, want 4 and 1", s.truth.Records, len(s.busy))
	}
	h.Discard(t)
	s.look()
	if c, p := r.Positions(t); c != p {
		t.Errorf("the consumer position is %d, want %d", c, p)
	}
	if pace := s.look(); pace.Idle == nil {
		t.Error("an empty ring is not waited for")
	}
	if err := s.kernel().Suspend(); err == nil {
		t.Error("the only consumer may be stopped by ctrl-z")
	}
}

func TestConsumeBesideAReader(t *testing.T) {
	need.BPF(t)
	eachWay(t, func(t *testing.T) {
		r := bpftest.Make(t, "taken", 4096)
		reader := r.StartIdleReader(t)
		sel := Selector{ID: r.ID(t)}
		_, err := Open(context.Background(), sel, Options{Consume: true})
		if !errors.Is(err, sampler.ErrBusyReader) || !strings.Contains(err.Error(), fmt.Sprintf("[%d]", reader.PID)) {
			t.Fatalf("%v, want it refused, with the reader's name", err)
		}
		if c, _ := r.Positions(t); c != 0 {
			t.Errorf("the refused consumer moved the position to %d", c)
		}
		r.Write(t, bpftest.Record{Length: 8})
		s := openStage(t, sel, Options{Consume: true, Steal: true})
		s.look()
		if c, p := r.Positions(t); c != p {
			t.Errorf("stealing took nothing: consumer position %d of %d", c, p)
		}
	})
}

// TestConsumeBesideAViewer: a viewer and a holder are no readers.
func TestConsumeBesideAViewer(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "looked_at", 4096)
	r.StartViewer(t)
	r.StartHolder(t)
	r.StartIdleReader(t).Kill(t)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Consume: true})
	s.look()
	if ring := s.census(); ring.Readers != model.Of(0) {
		t.Errorf("readers beside us are %+v, want none", ring.Readers)
	}
}

func TestSecondConsumerIsNoticed(t *testing.T) {
	need.BPF(t)
	for _, c := range []struct {
		name string
		pos  uint64
	}{{"took a record", 16}, {"went back", 0}} {
		t.Run(c.name, func(t *testing.T) {
			r := bpftest.Make(t, "contended", 4096)
			if c.pos == 0 {
				r.Write(t, bpftest.Record{Length: 8})
			}
			s := openStage(t, Selector{ID: r.ID(t)}, Options{Consume: true})
			s.look()
			r.Write(t, bpftest.Record{Length: 8}, bpftest.Record{Length: 8})
			r.Forge(t, c.pos)
			pace := s.look()
			if s.second != 1 || pace.Consumes {
				t.Errorf("noticed %d times, still consuming: %v; want once and no more", s.second, pace.Consumes)
			}
			s.pass(time.Second)
			if got, _ := r.Positions(t); got != c.pos {
				t.Errorf("the consumer position is %d, want it left at %d", got, c.pos)
			}
			if s.second != 1 {
				t.Errorf("noticed %d times, want once", s.second)
			}
		})
	}
}

// TestSecondConsumerOfAnEmptyRing: there is nothing to release, so no swap fails.
func TestSecondConsumerOfAnEmptyRing(t *testing.T) {
	need.BPF(t)
	r := bpftest.Make(t, "contended", 4096)
	r.Write(t, bpftest.Record{Length: 8})
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Consume: true})
	s.look()
	r.Forge(t, 0)
	if pace := s.look(); s.second != 1 || pace.Consumes {
		t.Errorf("noticed %d times, still consuming: %v; want once and no more", s.second, pace.Consumes)
	}
}

// TestConsumeGoesOnAfterLettingGo: without the iterators nobody is found who keeps the ring, because it is this process, so it is let
// go of for a moment.
func TestConsumeGoesOnAfterLettingGo(t *testing.T) {
	need.BPF(t)
	withoutIterators(t)
	r := bpftest.Make(t, "kept", ownSize)
	s := openStage(t, Selector{ID: r.ID(t)}, Options{Consume: true, Steal: true})
	s.look()
	k := s.kernel()
	was := k.consumer
	pace := s.until("letting go", time.Second, func(sampler.Pace) bool { return k.consumer != was })
	if k.consumer == nil || !pace.Consumes {
		t.Fatal("no longer the consumer of a ring that lives")
	}
	r.Write(t, bpftest.Record{Length: 8}, bpftest.Record{Length: 8})
	s.look()
	if c, p := r.Positions(t); c != 32 || p != 32 || s.second != 0 {
		t.Errorf("the consumer position is %d of %d, want 32 of 32; %d other readers", c, p, s.second)
	}
	left := k.consumer.position()
	if err := k.letGo(); err != nil {
		t.Fatal(err)
	}
	r.Forge(t, 16)
	if still, err := k.takeUp(); !still || err != nil {
		t.Fatalf("take up again: %v, %v", still, err)
	}
	if err := k.consumeAgain(left, s.recorder); err != nil || k.consumer != nil || s.second != 1 {
		t.Errorf("somebody took our place: %v, still consuming %v, noticed %d times", err, k.consumer != nil, s.second)
	}
}

func TestConsumeRefusesWhatCannotBe(t *testing.T) {
	need.BPF(t)
	user := bpftest.MakeType(t, ebpf.UserRingbuf, "from_user", 4096)
	forged := bpftest.Make(t, "forged", 4096)
	forged.Forge(t, 13)
	frozen := bpftest.Make(t, "frozen", 4096)
	if err := frozen.Map.Freeze(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		ring *bpftest.Ring
		kind error
		says string
	}{
		{user, sampler.ErrUnsupported, "the kernel consumes it"},
		{frozen, sampler.ErrNotPermitted, "frozen"},
		{forged, nil, "consumer position 13"},
	} {
		_, err := Open(context.Background(), Selector{ID: c.ring.ID(t)}, Options{Consume: true})
		if err == nil || c.kind != nil && !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want it to say %q", c.ring.Name, err, c.says)
		}
	}
	s := openStage(t, Selector{ID: frozen.ID(t)}, Options{})
	s.look() // looking is not refused
}

// consumeEnv tells the test binary to consume the ring of that id until it is killed.
const consumeEnv = "RINGSCOPE_TEST_CONSUME"

// TestKilledConsumer: kill -9 leaves the position on a record boundary, nothing is skipped, and at most one batch comes again.
func TestKilledConsumer(t *testing.T) {
	if id := os.Getenv(consumeEnv); id != "" {
		consumeForever(id)
		return
	}
	need.BPF(t)
	for round := range 5 {
		r := bpftest.Make(t, "orphaned", 1<<20)
		cmd := exec.Command("/proc/self/exe", "-test.run=^TestKilledConsumer$")
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", consumeEnv, r.ID(t)))
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		w := r.NewWriter(t, 24)
		var truth bpftest.Truth
		for i := 0; ; i++ {
			truth.Add(w.Produce(t, bpftest.Load{Records: 1000, DiscardEvery: 3}))
			if c, _ := r.Positions(t); c > 1<<20 && i > 100*round {
				break
			}
			if i > 1<<20 {
				t.Fatal("the consumer takes nothing")
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		left, _ := r.Positions(t)
		if left%bpftest.Span(24) != 0 {
			t.Fatalf("the consumer position is %d, within a record", left)
		}
		// The next consumer goes on exactly there: records carry their number.
		reader, err := consumerOf(t, r)
		if err != nil {
			t.Fatal(err)
		}
		next := left / bpftest.Span(24)
		for rec := range reader.Records() {
			n := rec.Pos / bpftest.Span(24)
			for ; next < n; next++ {
				if next%3 != 2 { // the writer discards each third, counted from 1
					t.Fatalf("record %d was skipped", next)
				}
			}
			next++
		}
		if err := reader.Err(); err != nil || next < truth.Records-1 {
			t.Errorf("read up to record %d of %d: %v", next, truth.Records, err)
		}
	}
}

// consumerOf is a consumer of the test's own.
func consumerOf(t *testing.T, r *bpftest.Ring) (*ringcore.Consumer, error) {
	t.Helper()
	m, err := reserve(r.Size)
	if err != nil {
		return nil, err
	}
	if err := m.attachAll(r.Map.FD()); err != nil {
		return nil, err
	}
	page, err := unix.Mmap(r.Map.FD(), 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		if err := errors.Join(unix.Munmap(page), m.release()); err != nil {
			t.Error(err)
		}
	})
	mem := m.memory()
	mem.Consumer = page
	ring, err := ringcore.NewRing(ringcore.Linux, ringcore.LinuxGeometry(r.Size, os.Getpagesize()), mem)
	if err != nil {
		return nil, err
	}
	return ringcore.NewConsumer(ring)
}

func consumeForever(id string) {
	var n uint32
	if _, err := fmt.Sscan(id, &n); err != nil {
		panic(err)
	}
	src, err := Open(context.Background(), Selector{ID: n}, Options{Consume: true})
	if err != nil {
		panic(err)
	}
	w := sampler.Start(context.Background(), src, sampler.Options{})
	<-w.Done()
	panic(fmt.Sprint("the watch ended: ", w.Err()))
}
