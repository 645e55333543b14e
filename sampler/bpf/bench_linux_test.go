package bpf

import (
	"testing"
	"time"

	"ringscope/internal/need"
	"ringscope/sampler/bpf/bpftest"
)

// BenchmarkOpen is what stands before the first frame: opening and the first look. The kernel's types are read once.
func BenchmarkOpen(b *testing.B) {
	need.BPF(b)
	for _, size := range []int{1 << 12, 1 << 24, 1 << 28} {
		b.Run(sizeWord(uint64(size)), func(b *testing.B) {
			r := bpftest.Make(b, "bench", size)
			sel := Selector{ID: r.ID(b)}
			for b.Loop() {
				s, err := Open(b.Context(), sel, Options{})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := s.Look(time.Now(), &recorder{}); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

// BenchmarkKept is what asking who keeps the ring alive costs, once a second.
func BenchmarkKept(b *testing.B) {
	need.BPF(b)
	bpftest.Make(b, "bench", 4096)
	it, err := loadIterators()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := it.kept(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCensus is what the goroutine beside the looks does every ten seconds.
func BenchmarkCensus(b *testing.B) {
	need.BPF(b)
	r := bpftest.Make(b, "bench", 4096)
	sizes := map[uint32]uint64{r.ID(b): 4096}
	b.Run("iterators", func(b *testing.B) {
		for b.Loop() {
			takeCensus(b.Context(), sizes)
		}
	})
	b.Run("proc", func(b *testing.B) {
		for b.Loop() {
			holdersByProc(b.Context(), sizes)
		}
	})
}

// BenchmarkLook is a tick on a ring in which nothing happens.
func BenchmarkLook(b *testing.B) {
	need.BPF(b)
	r := bpftest.Make(b, "bench", 1<<20)
	s, err := Open(b.Context(), Selector{ID: r.ID(b)}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	in := &recorder{}
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(2 * time.Millisecond)
		if _, err := s.Look(now, in); err != nil {
			b.Fatal(err)
		}
	}
}
