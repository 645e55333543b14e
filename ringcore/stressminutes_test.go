//go:build linux && (amd64 || arm64)

package ringcore_test

import (
	"flag"
	"testing"
	"time"
)

// stressFor is how long TestStressSteps runs on each format. Five minutes each, with the figures of every step:
//
//	go test ./ringcore -run '^TestStressSteps$' -stress 5m -timeout 1h -v
var stressFor = flag.Duration("stress", 0, "how long TestStressSteps runs on each format; 0: for some records")

// TestStressSteps lets 1, 2, 4 and 8 producers write side by side, as fast as they can, one step after the other on the same ring, beside a
// consumer that stalls and resumes and an observer; then the same again with producers that wait for the observer. What the observer saw and
// what it missed is what was produced, in each step, and it misses nothing of those that wait.
func TestStressSteps(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			const size = 1 << 20
			writable, view := shared(t, v, size)
			for _, writers := range []int{1, 2, 4, 8} {
				for _, paced := range []bool{false, true} {
					s := &stress{producers: writable, consumer: writable, observer: view, writers: writers, stalls: true, paced: paced}
					if s.duration = *stressFor / 8; s.duration == 0 {
						s.records = 20_000
					}
					began := time.Now()
					if err := s.run(t); err != nil {
						t.Fatalf("%d producers: %v", writers, err)
					}
					s.check(t)
					took := time.Since(began).Seconds()
					end := s.producers.ReadPositions().Producer
					t.Logf("%-22s %d producers, paced %-5t %5.1f s: %9d records, %5.2f M/s, refused %9d times; consumer stalled %5d times, got %9d and skipped %9d, lost %11d B; observer saw %12d + missed %12d = produced %12d B, %6d torn, %4d unresolved, %9d payloads checked",
						v, writers, paced, took, s.produced.Load(), float64(s.produced.Load())/took/1e6, s.refused.Load(), s.stalled, s.received, s.skipped, s.lost,
						s.books.bytes, s.books.missed, end-s.begin, s.books.torn, s.books.unresolved, s.verified)
					if s.stalled == 0 || s.books.bytes == 0 || s.received+s.skipped == 0 {
						t.Errorf("%d stalls, %d bytes seen, %d records consumed", s.stalled, s.books.bytes, s.received+s.skipped)
					}
					if paced && s.books.missed != 0 {
						t.Errorf("missed %d bytes, though the producers waited for the observer", s.books.missed)
					}
				}
			}
		})
	}
}

// TestStressHead asks after the head as fast as it can, with looks that are new and looks that grow old meanwhile, beside 8 producers and a
// consumer that stalls: nothing is wrong there, and nothing is called so.
func TestStressHead(t *testing.T) {
	for _, v := range variants() {
		t.Run(v.String(), func(t *testing.T) {
			const size = 1 << 16
			s := &stress{writers: 8, stalls: true, headOnly: true}
			s.producers, s.observer = shared(t, v, size)
			s.consumer = s.producers
			if s.duration = *stressFor / 8; s.duration == 0 {
				s.records = 100_000
			}
			if err := s.run(t); err != nil {
				t.Fatal(err)
			}
			s.check(t)
			t.Logf("%-22s %9d records, the head was looked at %9d times; consumer stalled %5d times; missed %d of %d B", v, s.produced.Load(), s.asked, s.stalled, s.books.missed, s.books.missed+s.books.bytes)
			if s.stalled == 0 || s.asked == 0 {
				t.Errorf("%d stalls, the head was looked at %d times", s.stalled, s.asked)
			}
		})
	}
}
