//go:build linux

package bpftest

import (
	"bytes"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/internal/need"
)

func TestWrite(t *testing.T) {
	need.BPF(t)
	r := Make(t, "rb", 4096)
	if refused := r.Write(t, Record{Length: 0}, Record{Length: 21}, Record{Length: 100, Discard: true}, Record{Length: 4000}); refused != 1 {
		t.Errorf("%d records were refused, want 1: the last does not fit", refused)
	}
	want := Span(0) + Span(21) + Span(100)
	if c, p := r.Positions(t); c != 0 || p != want {
		t.Errorf("positions are %d and %d, want 0 and %d", c, p, want)
	}
	r.Forge(t, 13)
	if c, _ := r.Positions(t); c != 13 {
		t.Errorf("consumer position is %d after forging, want 13", c)
	}
}

func TestProduceIsExact(t *testing.T) {
	need.BPF(t)
	r := Make(t, "rb", 1<<20)
	w := r.NewWriter(t, 64)
	got := w.Produce(t, Load{Records: 20000, DiscardEvery: 4})
	fit := uint64(1<<20-8) / Span(64)
	want := Truth{Records: fit, Discarded: fit / 4, Committed: fit - fit/4, Refused: 20000 - fit, Bytes: fit * 72, Payload: fit * 64}
	if got != want {
		t.Errorf("Produce: %+v, want %+v", got, want)
	}
	if _, p := r.Positions(t); p != want.Bytes {
		t.Errorf("producer position is %d, want %d", p, want.Bytes)
	}
}

func TestWritings(t *testing.T) {
	need.BPF(t)
	r := Make(t, "rb", 4096)
	w := r.NewWriterOf(t, Writing{Length: 100, Zeros: 90, Flags: NoWakeup, File: "open.bpf.c", Line: 23})
	got := w.Produce(t, Load{Records: 50})
	fit := uint64(4096-8) / Span(100)
	if want := (Truth{Records: fit, Committed: fit, Refused: 50 - fit, Bytes: fit * Span(100), Payload: fit * 100}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	mem, err := unix.Mmap(r.Map.FD(), 0, 3*os.Getpagesize(), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer unmap(t, mem)
	second := mem[2*os.Getpagesize()+int(Span(100)):][8:108]
	want := append([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0xa5, 0xa5}, make([]byte, 90)...)
	if !bytes.Equal(second, want) {
		t.Errorf("the second payload is %x, want %x", second, want)
	}
}

func TestPace(t *testing.T) {
	need.BPF(t)
	r := Make(t, "rb", 1<<20)
	reader := r.StartReading(t, Reading{PerSecond: 1 << 20})
	p := r.NewWriter(t, 24).Pace(t, time.Millisecond, Load{Records: 3, DiscardEvery: 3})
	for p.Truth().Records < 60 {
		time.Sleep(time.Millisecond)
	}
	truth := p.Stop(t)
	if truth.Discarded != truth.Records/3 || truth.Refused != 0 {
		t.Errorf("%+v", truth)
	}
	if got, want := reader.Stop(t), (Tally{Records: truth.Records, Discarded: truth.Discarded, Bytes: truth.Bytes}); got != want {
		t.Errorf("the reader took %+v, want %+v", got, want)
	}
}

func TestHold(t *testing.T) {
	need.BPF(t)
	for name, hold := range map[string]func(*Ring) *Held{
		"sleeping": func(r *Ring) *Held { return r.Hold(t, 24) },
		"spinning": func(r *Ring) *Held { return r.HoldSpinning(t, 24) },
	} {
		t.Run(name, func(t *testing.T) {
			r := Make(t, "rb", 4096)
			reader := r.StartReader(t, time.Millisecond)
			h := hold(r)
			r.Write(t, Record{Length: 8})
			if _, p := r.Positions(t); p != Span(24)+Span(8) {
				t.Errorf("producer position is %d, want %d", p, Span(24)+Span(8))
			}
			if c, _ := r.Positions(t); c != 0 {
				t.Errorf("the reader passed the busy record, to %d", c)
			}
			h.Discard(t)
			if got, want := reader.Stop(t), (Tally{Records: 2, Discarded: 1, Bytes: Span(24) + Span(8)}); got != want {
				t.Errorf("the reader took %+v, want %+v", got, want)
			}
		})
	}
}

func TestReader(t *testing.T) {
	need.BPF(t)
	for _, every := range []time.Duration{0, time.Millisecond} {
		r := Make(t, "rb", 1<<24)
		reader := r.StartReader(t, every)
		w := r.NewWriter(t, 64)
		var truth Truth
		for range 10 {
			truth.Add(w.Produce(t, Load{Records: 10000, DiscardEvery: 3}))
		}
		if truth.Records == 0 {
			t.Fatal("nothing was produced")
		}
		if got, want := reader.Stop(t), (Tally{Records: truth.Records, Discarded: truth.Discarded, Bytes: truth.Bytes}); got != want {
			t.Errorf("looking every %v: the reader took %+v, want %+v", every, got, want)
		}
	}
}

func TestProcesses(t *testing.T) {
	need.BPF(t)
	p, id := StartOwner(t, "theirs", 4096)
	r := Open(t, id)
	if r.Size != 4096 {
		t.Errorf("the size is %d, want 4096", r.Size)
	}
	idle := r.StartIdleReader(t)
	r.StartViewer(t)
	r.StartHolder(t)
	idle.Signal(t, unix.SIGSTOP)
	r.Write(t, Record{Length: 8})
	if c, _ := r.Positions(t); c != 0 {
		t.Errorf("the idle reader moved the consumer position to %d", c)
	}
	p.Kill(t)
	p.Kill(t)
}
