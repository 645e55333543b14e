package sampler

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"ringscope/model"
)

// errStopped is returned to who asks something of a watch that has ended.
var errStopped = errors.New("the watch has ended")

// watch is the running sampler.
type watch struct {
	source  Source
	options Options
	account *model.Account
	meter   meter

	natural time.Duration // tick that follows from the ring's size and the fastest rate seen
	fastest float64       // bytes per second

	latest atomic.Pointer[model.Moment]
	focus  atomic.Pointer[model.Focus]

	cancel   context.CancelFunc
	requests chan request
	done     chan struct{}
	err      error // written before done is closed
}

// request asks the goroutine to let go of the ring, or to take it up again.
type request struct {
	suspend bool
	answer  chan error
}

// Start runs a sampler on src in a goroutine of its own, until ctx is done, Stop is called, or the ring ends. It owns src from now on.
func Start(ctx context.Context, src Source, o Options) Watch {
	if o.Publish == 0 {
		o.Publish = DefaultPublish
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	ctx, cancel := context.WithCancel(ctx)
	w := &watch{
		source: src, options: o, account: model.NewAccount(), cancel: cancel,
		requests: make(chan request), done: make(chan struct{}),
	}
	w.focus.Store(&model.Focus{})
	go w.run(ctx)
	return w
}

func (w *watch) Latest() *model.Moment { return w.latest.Load() }
func (w *watch) Focus(f model.Focus)   { w.focus.Store(&f) }
func (w *watch) Done() <-chan struct{} { return w.done }

func (w *watch) Err() error {
	select {
	case <-w.done:
		return w.err
	default:
		return nil
	}
}

func (w *watch) Stop() error {
	w.cancel()
	<-w.done
	return w.err
}

func (w *watch) Suspend() error { return w.ask(true) }
func (w *watch) Resume() error  { return w.ask(false) }

func (w *watch) ask(suspend bool) error {
	r := request{suspend: suspend, answer: make(chan error, 1)}
	select {
	case w.requests <- r:
	case <-w.done:
		return errStopped
	}
	select {
	case err := <-r.answer:
		return err
	case <-w.done: // it ended over the request
		return errStopped
	}
}

// run is the goroutine.
func (w *watch) run(ctx context.Context) {
	defer close(w.done)
	defer func() {
		if v := recover(); v != nil {
			w.err = Panicked("sampling", v)
		}
	}()
	defer w.cancel()
	defer func() {
		if err := w.source.Close(); err != nil && w.err == nil {
			w.err = fmt.Errorf("let go of the ring: %w", err)
		}
	}()
	if w.err = w.loop(ctx); errors.Is(w.err, errLetGo) {
		w.err = nil
	}
}

// loop looks, publishes and waits until the watch ends.
func (w *watch) loop(ctx context.Context) error {
	w.meter.begin(time.Now())
	var published, moved time.Time
	for {
		now := time.Now()
		pace, err := w.source.Look(now, w.account)
		if err != nil {
			w.publish(time.Now())
			return err
		}
		w.meter.look(now, pace)
		if pace.Moved {
			moved = now
		}
		if ctx.Err() != nil && !pace.Done {
			return w.finish()
		}
		if pace.Done || now.Sub(published) >= w.options.Publish {
			w.publish(time.Now()) // a look can last
			published = now
		}
		if pace.Done {
			return nil
		}
		asked, err := w.requested(ctx)
		if !asked && !pace.More {
			err = w.rest(ctx, pace, now.Sub(moved) >= idleAfter, published.Add(w.options.Publish).Sub(now))
		}
		if err != nil {
			return err
		}
	}
}

// finish takes the last look and publishes it, so that the last figures are those of the end: what was written before the watch was
// told to stop is in them. A ring that moves faster than we walk does not hold it up: it takes at most the looks that one lap needs.
func (w *watch) finish() error {
	for pace, looks := (Pace{More: true}), 0; pace.More && looks < maxLastLooks; looks++ {
		now := time.Now()
		var err error
		if pace, err = w.source.Look(now, w.account); err != nil {
			w.publish(time.Now())
			return err
		}
		w.meter.look(now, pace)
	}
	w.publish(time.Now())
	return nil
}

// maxLastLooks of 4 MiB are the largest ring.
const maxLastLooks = 512

// rest waits for the next look. A long wait serves requests meanwhile, which end it.
func (w *watch) rest(ctx context.Context, pace Pace, idle bool, frame time.Duration) error {
	if (idle || pace.AtOnce) && pace.Idle != nil && w.options.Interval == 0 {
		pace.Idle(ctx, max(frame, time.Millisecond))
		return nil
	}
	tick := w.tick(pace)
	for left, until := tick, time.Now().Add(tick); left > 0 && ctx.Err() == nil; left = time.Until(until) {
		w.options.Sleep(ctx, min(left, LongestTick), pace.Hurry)
		if left <= LongestTick {
			return nil
		}
		if asked, err := w.requested(ctx); asked || err != nil {
			return err
		}
	}
	return nil
}

// requested serves a request, if there is one.
func (w *watch) requested(ctx context.Context) (asked bool, err error) {
	select {
	case r := <-w.requests:
		return true, w.serve(ctx, r)
	default:
		return false, nil
	}
}

// tick is the time to the next look.
func (w *watch) tick(pace Pace) time.Duration {
	switch {
	case w.options.Interval > 0:
		return w.options.Interval
	case pace.Tick > 0:
		return pace.Tick
	case w.natural > 0:
		return w.natural
	default:
		return ShortestTick // the first look told no size yet
	}
}

// errLetGo ends a watch that is stopped while it has let go of its ring: there is nothing to look at for the last time.
var errLetGo = errors.New("stopped while suspended")

// serve lets go of the ring and waits until it may be taken up again.
func (w *watch) serve(ctx context.Context, r request) error {
	s, can := w.source.(Suspender)
	if !r.suspend || !can {
		r.answer <- nil
		return nil
	}
	refused := s.Suspend()
	r.answer <- refused
	for refused == nil {
		select {
		case <-ctx.Done():
			return errLetGo
		case r := <-w.requests:
			if r.suspend {
				r.answer <- nil
				continue
			}
			err := s.Resume()
			r.answer <- err
			w.meter.begin(time.Now())
			return err
		}
	}
	return nil
}

// publish makes the moment of now and hands it out.
func (w *watch) publish(now time.Time) {
	m := w.account.Publish(now, w.source.Detail(now, *w.focus.Load()), w.meter.observation())
	if s := m.Sample; s.Ring != nil {
		if s.Rates.Bytes.Known() {
			w.fastest = max(w.fastest, s.Rates.Bytes.V)
		}
		w.natural = TickFor(s.Ring.Size(), w.fastest)
	}
	w.latest.Store(m)
	if w.options.Each != nil {
		w.options.Each(m)
	}
}
