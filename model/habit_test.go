package model

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestBatchesOfAQuarterOfAMinute: after a while it is known that the reader always comes.
func TestBatchesOfAQuarterOfAMinute(t *testing.T) {
	w := newWorld(256 * kib)
	in := &stream{rate: 1 * kib}
	each := func() {
		w.produce(in, 100)
		if w.now.Sub(begin)%(14*time.Second) < w.tick {
			w.take(w.size)
		}
	}
	w.run(30*time.Minute, each)
	if n := w.began(ConsumerStalled); n > 2 {
		t.Errorf("stalled %d times", n)
	}
	scene(t, w, []act{
		{lasts: secs(12), each: func() { w.produce(in, 100) }},
		{lasts: secs(15), each: func() { w.produce(in, 100) }, want: []Code{ConsumerStalled}},
	})
}

// TestPollWithATimeout: nobody is woken, the reader takes what is there whenever its poll times out. That is how it works, however
// seldom and irregularly something comes.
func TestPollWithATimeout(t *testing.T) {
	for name, play := range map[string]struct {
		timeout, traffic, quiet time.Duration
		rate                    float64 // records per second
		known                   bool    // how long the poll lasts at most
		most                    int
	}{
		"0.1 a second, 3 s":                 {timeout: 3 * time.Second, rate: 0.1, known: true},
		"0.3 a second, 3 s":                 {timeout: 3 * time.Second, rate: 0.3, known: true},
		"0.02 a second, 3 s":                {timeout: 3 * time.Second, rate: 0.02, known: true},
		"0.1 a second, 1.5 s":               {timeout: 1500 * time.Millisecond, rate: 0.1, known: true},
		"0.1 a second, 12 s":                {timeout: 12 * time.Second, rate: 0.1, known: true, most: 0},
		"traffic, then quiet, 3 s":          {timeout: 3 * time.Second, rate: 100, traffic: 20 * time.Second, quiet: 35 * time.Second, known: true},
		"traffic, then quiet, 5 s":          {timeout: 5 * time.Second, rate: 100, traffic: 20 * time.Second, quiet: 35 * time.Second, known: true},
		"0.1 a second, 3 s, unknown":        {timeout: 3 * time.Second, rate: 0.1, most: 2},
		"0.3 a second, 3 s, unknown":        {timeout: 3 * time.Second, rate: 0.3, most: 2},
		"traffic, then quiet, 3 s, unknown": {timeout: 3 * time.Second, rate: 100, traffic: 20 * time.Second, quiet: 35 * time.Second, most: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(3, 4))
			w := newWorld(256 * kib)
			w.tick = 50 * time.Millisecond
			look := w.threads(func() []Thread {
				p := poller(true)
				if play.known {
					p.Timeout = Of(play.timeout)
				}
				return []Thread{p}
			})
			began := 0
			for range 30 {
				w.run(2*time.Minute, func() {
					look()
					d := w.now.Sub(begin)
					if play.traffic == 0 || d%(play.traffic+play.quiet) < play.traffic {
						for at := rnd.ExpFloat64() / play.rate; at < w.tick.Seconds(); at += rnd.ExpFloat64() / play.rate {
							w.put(64)
						}
					}
					if d%play.timeout < w.tick {
						w.take(w.size)
					}
				})
				began = max(began, w.began(ReaderAsleep)+w.began(ConsumerStalled))
			}
			if began > play.most {
				t.Errorf("told %d times in an hour", began)
			}
			// An edge that was not drained: it wakes, and takes nothing.
			stuck := func() { look(); w.put(64) }
			w.run(2*play.timeout+2*time.Second, stuck)
			w.finding(t, ReaderAsleep)
		})
	}
}

// TestPausesThatWereTold: who stopped once is told as soon again.
func TestPausesThatWereTold(t *testing.T) {
	w := newWorld(256 * kib)
	in := &stream{rate: kib}
	both := func() { w.produce(in, 64); w.take(w.size) }
	stopped := func() { w.produce(in, 64) }
	scene(t, w, []act{
		{lasts: secs(5), each: both},
		{lasts: secs(60), each: stopped, want: []Code{ConsumerStalled}},
		{lasts: secs(40), each: both},
		{lasts: secs(10.5), each: stopped, want: []Code{ConsumerStalled}},
	})
}
