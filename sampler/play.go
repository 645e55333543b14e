package sampler

import (
	"fmt"
	"time"

	"ringscope/model"
)

// Play runs the sampler's loop on simulated time, from begin until begin+until, in the calling goroutine, and returns the last moment.
// What a deterministic source gives is the same every time. each, if not nil, is called with every published moment. Play closes src.
func Play(src Source, begin time.Time, until time.Duration, o Options, f model.Focus, each func(*model.Moment)) (m *model.Moment, err error) {
	defer func() {
		if e := src.Close(); e != nil && err == nil {
			err = fmt.Errorf("end the simulation: %w", e)
		}
	}()
	if o.Publish == 0 {
		o.Publish = DefaultPublish
	}
	w := &watch{source: src, options: o, account: model.NewAccount()}
	w.meter.still = true
	w.focus.Store(&f)
	w.meter.begin(begin)
	end := begin.Add(until)
	published := begin.Add(-o.Publish)
	for now := begin; ; {
		pace, err := src.Look(now, w.account)
		if err != nil {
			return w.Latest(), fmt.Errorf("simulate %v: %w", now.Sub(begin), err)
		}
		w.meter.look(now, pace)
		if pace.More {
			continue
		}
		last := pace.Done || !now.Before(end)
		if last || now.Sub(published) >= o.Publish {
			w.publish(now)
			published = now
			if each != nil {
				each(w.Latest())
			}
		}
		if last {
			return w.Latest(), nil
		}
		if now = now.Add(w.tick(pace)); now.After(end) {
			now = end
		}
	}
}

// Still is a watch of one moment that never changes.
func Still(m *model.Moment) Watch { return still{moment: m, done: make(chan struct{})} }

type still struct {
	moment *model.Moment
	done   chan struct{}
}

func (s still) Latest() *model.Moment { return s.moment }
func (s still) Focus(model.Focus)     {}
func (s still) Done() <-chan struct{} { return s.done }
func (s still) Err() error            { return nil }
func (s still) Stop() error           { return nil }
func (s still) Suspend() error        { return nil }
func (s still) Resume() error         { return nil }
