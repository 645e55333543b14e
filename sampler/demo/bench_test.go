package demo

import (
	"testing"
	"time"

	"ringscope/model"
	"ringscope/sampler"
)

// BenchmarkPlay plays a minute of simulated time, with all that a watch does: an hour is sixty of them.
func BenchmarkPlay(b *testing.B) {
	for _, name := range []string{"unused", "healthy", "noisy", "slow-consumer"} {
		b.Run(name, func(b *testing.B) {
			records := uint64(0)
			for b.Loop() {
				c, err := Defaults(name)
				if err != nil {
					b.Fatal(err)
				}
				c.Simulated = true
				s, err := New(c)
				if err != nil {
					b.Fatal(err)
				}
				m, err := sampler.Play(s, begin, time.Minute, sampler.Options{}, model.Focus{}, nil)
				if err != nil {
					b.Fatal(err)
				}
				records += m.Sample.Totals.Records
			}
			if records > 0 {
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(records), "ns/record")
			}
		})
	}
}
