package demo

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// usualConfig is a configuration that tests change.
func usualConfig(t *testing.T, scenario string) Config {
	t.Helper()
	c, err := Defaults(scenario)
	if err != nil {
		t.Fatal(err)
	}
	c.Simulated = true
	return c
}

// scriptOf is the script of one of the producers that the flags describe.
func scriptOf(c *Config, producer int) *script {
	return newScript(c.Seed, &c.workloads()[0], producer)
}

// acts is what all producers of c do before until, in the order of each.
func acts(c *Config, until time.Duration) []act {
	var all []act
	producer := 0
	for _, w := range c.workloads() {
		for range w.producers {
			s := newScript(c.Seed, &w, producer)
			for a := s.next(); a.at < until; a = s.next() {
				all = append(all, a)
			}
			producer++
		}
	}
	return all
}

func TestScriptKeepsTheRate(t *testing.T) {
	for _, rate := range []uint64{1, 3, 40, 5_000, 41_200, 3_000_000} {
		for _, producers := range []int{1, 4, 64} {
			c := usualConfig(t, "healthy")
			c.Rate, c.Producers = rate, producers
			until := 10 * time.Second
			if rate < 1000 {
				until = 100 * time.Second
			}
			if rate > 1_000_000 {
				until = 500 * time.Millisecond
			}
			want := float64(rate) * until.Seconds()
			got := float64(len(acts(&c, until)))
			// Distances are drawn from half to one and a half, so that their sum spreads by the root of a twelfth of their number.
			if tolerance := float64(producers) + 4*math.Sqrt(want/12); got < want-tolerance || got > want+tolerance {
				t.Errorf("%d/s by %d producers: %v records in %v, expected %v ± %.0f", rate, producers, got, until, want, tolerance)
			}
		}
	}
}

func TestScriptIsRestlessWithinASecond(t *testing.T) {
	c := usualConfig(t, "slow-consumer")
	var piece [80]int
	for _, a := range acts(&c, 10*time.Second) {
		piece[a.at/wobble]++
	}
	least, most := piece[0], piece[0]
	for i := 0; i < len(piece); i += 2 {
		least, most = min(least, piece[i], piece[i+1]), max(most, piece[i], piece[i+1])
		if both, want := piece[i]+piece[i+1], int(c.Rate)/4; both < want*99/100 || both > want*101/100 {
			t.Errorf("%d records in two pieces from %v on, expected %d", both, time.Duration(i)*wobble, want)
		}
	}
	if most*100 < least*110 {
		t.Errorf("the busiest piece has %d records and the calmest %d: a chart of them is a straight line", most, least)
	}
}

func TestScriptDrawsPayloadsAndDiscards(t *testing.T) {
	c := usualConfig(t, "discard-storm")
	c.Payloads = []Share{{Bytes: 8, Parts: 1}, {Bytes: 0, Parts: 2}, {Bytes: 500, Parts: 1}}
	sizes := map[uint32]int{}
	discards := 0
	all := acts(&c, 10*time.Second)
	for _, a := range all {
		sizes[a.length]++
		if a.discard {
			discards++
		}
	}
	for size, want := range map[uint32]float64{8: 0.25, 0: 0.5, 500: 0.25} {
		if got := float64(sizes[size]) / float64(len(all)); got < want-0.01 || got > want+0.01 {
			t.Errorf("payload of %d bytes: share %.3f, expected %.2f", size, got, want)
		}
	}
	if got := float64(discards) / float64(len(all)); got < 0.59 || got > 0.61 {
		t.Errorf("%.3f of the records are discarded, expected 0.6", got)
	}
	for _, share := range []float64{0, 1} {
		c.Discard = share
		for _, a := range acts(&c, time.Second) {
			if a.discard != (share == 1) {
				t.Fatalf("share %v: record at %v discarded: %t", share, a.at, a.discard)
			}
		}
	}
}

func TestScriptBursts(t *testing.T) {
	c := usualConfig(t, "burst")
	inside, outside := 0, 0
	for _, a := range acts(&c, 24*time.Second) {
		since := a.at - 3*time.Second
		if since >= 0 && since%(12*time.Second) < 400*time.Millisecond {
			inside++
		} else {
			outside++
		}
	}
	if want := 2 * 88_000; inside < want*95/100 || inside > want*105/100 {
		t.Errorf("%d records in two bursts, expected %d", inside, want)
	}
	if want := 2_000 * 232 / 10; outside < want*95/100 || outside > want*105/100 {
		t.Errorf("%d records beside the bursts, expected %d", outside, want)
	}
	c.Rate = 0
	for _, a := range acts(&c, 24*time.Second) {
		if since := a.at - 3*time.Second; since < 0 || since%(12*time.Second) >= 400*time.Millisecond {
			t.Fatalf("a record at %v, though nothing is asked for but in bursts", a.at)
		}
	}
}

func TestScriptHoldsOneRecordAtATime(t *testing.T) {
	c := usualConfig(t, "stuck-record")
	var stuck []act
	for _, a := range acts(&c, 60*time.Second) {
		switch {
		case a.hold == c.StuckFor:
			stuck = append(stuck, a)
		case a.hold > longestHold:
			t.Errorf("record at %v is held for %v", a.at, a.hold)
		}
	}
	if len(stuck) != 5 {
		t.Fatalf("%d records are stuck in 60 s, expected 5", len(stuck))
	}
	for i, a := range stuck {
		want := 3*time.Second + time.Duration(i)*12*time.Second
		if a.discard || a.at < want || a.at > want+10*time.Millisecond {
			t.Errorf("stuck record %d is reserved at %v (discarded: %t), expected it from %v on", i, a.at, a.discard, want)
		}
	}
}

func TestScriptOfNothing(t *testing.T) {
	c := usualConfig(t, "stuck-record")
	c.Rate = 0
	for i := range 3 {
		if a := scriptOf(&c, i).next(); a.at != never {
			t.Errorf("producer %d reserves at %v, though nothing is asked for", i, a.at)
		}
	}
}

func TestScriptRunsForAHundredYears(t *testing.T) {
	const century = 100 * 365 * 24 * time.Hour
	c := usualConfig(t, "burst")
	c.StuckEvery, c.StuckFor = time.Second, time.Millisecond
	s := scriptOf(&c, 0)
	s.at = century
	last := s.at
	for range 1000 {
		a := s.next()
		if a.at < last || a.at > century+time.Hour {
			t.Fatalf("record at %v after one at %v", a.at, last)
		}
		last = a.at
	}
}

func TestScriptsDiffer(t *testing.T) {
	c := usualConfig(t, "healthy")
	other := c
	other.Seed++
	drawn := func(s *script) string {
		var b strings.Builder
		for range 100 {
			a := s.next()
			fmt.Fprint(&b, a.length, a.discard, a.hold, " ")
		}
		return b.String()
	}
	first := drawn(scriptOf(&c, 0))
	if again := drawn(scriptOf(&c, 0)); again != first {
		t.Error("the same seed and producer drew other records")
	}
	for what, s := range map[string]*script{"seed": scriptOf(&other, 0), "producer": scriptOf(&c, 1)} {
		if drawn(s) == first {
			t.Errorf("another %s drew the same records", what)
		}
	}
}
