package tui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringscope/sampler"
)

// openedMsg is the answer to Config.Open.
type openedMsg struct {
	watch sampler.Watch
	err   error
}

// opening runs Config.Open once, beside the screen, and sees to it that what it opened is stopped, also when the program ends
// before it returns.
type opening struct {
	open    func(context.Context) (sampler.Watch, error)
	done    chan struct{} // closed when open has returned
	started bool          // written before the program's first command runs
	watch   sampler.Watch // valid after done
}

var errNoWatch = errors.New("opening the ring: nothing came back")

// cmd is the command that opens the ring; nil where there is nothing to open.
func (o *opening) cmd(ctx context.Context) tea.Cmd {
	if o.open == nil || o.started {
		return nil
	}
	o.started, o.done = true, make(chan struct{})
	return guarded("opening the ring", func() tea.Msg {
		defer close(o.done)
		w, err := o.open(ctx)
		if err == nil && w == nil {
			err = errNoWatch
		}
		o.watch = w
		return openedMsg{w, err}
	})
}

// patience is how long an Open that was told to stop may take to do so.
const patience = 3 * time.Second

// end stops the watch. The context of Open is done before.
func (o *opening) end() error {
	if !o.started {
		return nil
	}
	select {
	case <-o.done:
	case <-time.After(patience):
		return errors.New("opening the ring did not stop when told to")
	}
	if o.watch == nil {
		return nil
	}
	return o.watch.Stop()
}
