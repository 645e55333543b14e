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
