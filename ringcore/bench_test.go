package ringcore_test

import (
	"fmt"
	"testing"

	"ringscope/ringcore"
)

// heapRing is a ring in plain memory: twice the size, so that a record that starts in the first half is whole.
func heapRing(tb testing.TB, g ringcore.Geometry) *ringcore.Ring {
	tb.Helper()
	return heapRingOf(tb, ringcore.Linux, g)
}

func heapRingOf(tb testing.TB, f *ringcore.Format, g ringcore.Geometry) *ringcore.Ring {
	tb.Helper()
	r, err := ringcore.NewRing(f, g, ringcore.Memory{
		Consumer: make([]byte, g.PageSize), Producer: make([]byte, g.PageSize), Data: make([]byte, 2*g.Size),
	})
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func fill(tb testing.TB, r *ringcore.Ring, payload uint32) (records int) {
	tb.Helper()
	p, err := ringcore.NewProducer(r)
	if err != nil {
		tb.Fatal(err)
	}
	for {
		v, err := p.Reserve(payload)
		if err != nil {
			return records
		}
		p.Submit(v)
		records++
	}
}

type nothing struct{}

func (nothing) Batch(*ringcore.Batch)                                   {}
func (nothing) Busy(ringcore.Pos, uint64, bool)                         {}
func (nothing) Resolved(ringcore.Pos, uint64, bool)                     {}
func (nothing) Unresolved(ringcore.Pos, uint64, bool)                   {}
func (nothing) Lapped(_, _ ringcore.Pos, _, _ bool)                     {}
func (nothing) Corrupt(ringcore.Pos, uint64, error, ringcore.Pos, bool) {}

// BenchmarkObserver walks a full ring with full accounting.
func BenchmarkObserver(b *testing.B) {
	for _, size := range []uint64{256 << 10, 16 << 20} {
		for _, payload := range []uint32{8, 64, 256, 1024} {
			b.Run(fmt.Sprintf("size=%d/payload=%d", size, payload), func(b *testing.B) {
				r := heapRing(b, ringcore.LinuxGeometry(size, 4096))
				n := fill(b, r, payload)
				b.ResetTimer()
				for b.Loop() {
					b.StopTimer()
					o := ringcore.NewObserver(r)
					b.StartTimer()
					for more := true; more; {
						_, more = o.Observe(nothing{})
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/record")
			})
		}
	}
}

// BenchmarkConsumer passes a full ring without copying.
func BenchmarkConsumer(b *testing.B) {
	for _, size := range []uint64{256 << 10, 16 << 20} {
		for _, payload := range []uint32{8, 64, 256, 1024} {
			b.Run(fmt.Sprintf("size=%d/payload=%d", size, payload), func(b *testing.B) {
				r := heapRing(b, ringcore.LinuxGeometry(size, 4096))
				n := fill(b, r, payload)
				b.ResetTimer()
				var sum int
				for b.Loop() {
					b.StopTimer()
					c, err := ringcore.NewConsumer(r)
					if err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
					for rec := range c.Records() {
						sum += len(rec.Payload)
					}
				}
				if sum == 0 {
					b.Fatal("nothing consumed")
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/record")
			})
		}
	}
}

// BenchmarkCheckHead looks again at what is unread.
func BenchmarkCheckHead(b *testing.B) {
	for _, c := range []struct {
		payload uint32
		unread  uint64
	}{{56, 0}, {56, 64}, {56, 64 << 10}, {8, 4 << 10}, {8, 64 << 10}, {8, 1 << 20}} {
		b.Run(fmt.Sprintf("payload=%d/unread=%d", c.payload, c.unread), func(b *testing.B) {
			r := heapRing(b, ringcore.LinuxGeometry(2<<20, 4096))
			fill(b, r, c.payload)
			p := r.ReadPositions()
			setPosition(r.Memory().Consumer, p.Producer-c.unread/uint64(c.payload+8)*uint64(c.payload+8))
			o := ringcore.NewObserver(r)
			for more := true; more; {
				_, more = o.Observe(nothing{})
			}
			for b.Loop() {
				if w, found := o.CheckHead(); found {
					b.Fatalf("%+v is called wrong", w)
				}
			}
		})
	}
}
