package bpftest

import (
	"sync"
	"testing"
	"time"
)

// Pace is a writer that goes on beside the test. What it missed on a busy machine it does not make up for.
type Pace struct {
	stop chan struct{}
	done chan struct{}
	once sync.Once
	err  error

	mu    sync.Mutex
	truth Truth
}

// Pace runs l now and then every so often, until it is stopped or the test ends. The writer must not be used meanwhile.
func (w *Writer) Pace(tb testing.TB, every time.Duration, l Load) *Pace {
	tb.Helper()
	p := &Pace{stop: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(p.done)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for p.err == nil {
			var t Truth
			t, p.err = w.Try(l)
			p.mu.Lock()
			p.truth.Add(t)
			p.mu.Unlock()
			select {
			case <-tick.C:
			case <-p.stop:
				return
			}
		}
	}()
	tb.Cleanup(func() { p.Stop(tb) })
	return p
}

// Truth is what was written until now.
func (p *Pace) Truth() Truth {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.truth
}

// Stop ends it and tells what it wrote. Stopping twice is fine.
func (p *Pace) Stop(tb testing.TB) Truth {
	tb.Helper()
	p.once.Do(func() { close(p.stop) })
	<-p.done
	if p.err != nil {
		tb.Error(p.err)
	}
	return p.Truth()
}
