package demo

import (
	"sync"
	"sync/atomic"
	"time"

	"ringscope/sampler"
)

// live plays the schedule in real time: a goroutine for each actor. Each makes all steps that have become due since the last beat and
// sleeps for a beat, because a timer for every record would cost more than the records.
type live struct {
	actors []actor
	beat   time.Duration // shortest sleep
	slack  time.Duration // how late the schedule may be
	guard  func(err *error) func()

	running bool
	at      time.Duration // where the schedule stood when it was paused
	clock   *clock
	stop    chan struct{}
	ended   sync.WaitGroup
	failure atomic.Pointer[error]
}

// Beats and lateness. A person does not see less than longestBeat; slackBeats of them are a hiccup of the machine.
const (
	shortestBeat = time.Millisecond
	longestBeat  = 10 * time.Millisecond
	slackBeats   = 10
)

// clock tells how far the schedule is. When the machine can't keep up, the schedule goes more slowly instead of hurrying after the
// time it lost: the situation stays what it is.
type clock struct {
	begin time.Time
	lost  atomic.Int64 // ns
}

func (c *clock) elapsed() time.Duration {
	return time.Since(c.begin) - time.Duration(c.lost.Load())
}

// keep puts the schedule back so that what is due at due is at most slack late, and returns how far it is now.
func (c *clock) keep(due, slack time.Duration) time.Duration {
	for {
		lost := c.lost.Load()
		now := time.Since(c.begin) - time.Duration(lost)
		late := now - due - slack
		if late <= 0 {
			return now
		}
		if c.lost.CompareAndSwap(lost, lost+int64(late)) {
			return now - late
		}
	}
}

func (l *live) advance(time.Time) (more bool, err error) {
	if failed := l.failure.Load(); failed != nil {
		return false, *failed
	}
	if !l.running {
		l.start()
	}
	return false, nil
}

func (l *live) start() {
	l.running = true
	l.clock = &clock{begin: time.Now().Add(-l.at)}
	l.stop = make(chan struct{})
	for _, a := range l.actors {
		l.ended.Go(func() { l.follow(a) })
	}
}

func (l *live) pause() {
	if !l.running {
		return
	}
	close(l.stop)
	l.ended.Wait()
	l.at, l.running = l.clock.elapsed(), false
}

func (l *live) elapsed() time.Duration {
	if !l.running {
		return l.at
	}
	return l.clock.elapsed()
}

// fail keeps the first error for the goroutine that looks.
func (l *live) fail(a actor, err error) {
	wrapped := error(&actorError{actor: a.String(), at: l.clock.elapsed(), err: err})
	l.failure.CompareAndSwap(nil, &wrapped)
}

// follow makes a's steps in real time until l is paused.
func (l *live) follow(a actor) {
	defer func() {
		if r := recover(); r != nil {
			l.fail(a, sampler.Panicked("making its steps", r))
		}
	}()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-timer.C:
		}
		if err := l.catchUp(a); err != nil {
			l.fail(a, err)
			return
		}
		timer.Reset(max(a.due()-l.clock.elapsed(), l.beat))
	}
}

// catchUp makes the steps that are due. It gives up the processor, and sees whether it should stop, at the latest after one slack.
func (l *live) catchUp(a actor) (err error) {
	defer l.guard(&err)()
	for now := l.clock.keep(a.due(), l.slack); a.due() <= now; {
		if err := a.step(); err != nil {
			return err
		}
	}
	return nil
}
