package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/target"
	"ringscope/ui/report"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// mappedAtOnce bounds the bytes of the rings that are watched side by side; a larger one is watched alone.
const mappedAtOnce = 512 << 20

// checkPoll is how often a check of all rings looks whether one of them has been watched for long enough.
const checkPoll = 50 * time.Millisecond

// patrol watches all rings of a host, some at a time.
type patrol struct {
	k      *checkup
	open   func(context.Context, target.Ref) (sampler.Source, error)
	sleep  func(ctx context.Context, d time.Duration, hurry bool) // nil: the system's own way
	active []*post
	mapped uint64
	done   []*report.Watched
}

// post is one ring that is being watched.
type post struct {
	ring  *model.Ring
	watch sampler.Watch
	seen  sighting
}

// checkHost watches all rings of this host.
func (a *app) checkHost(ctx context.Context, k *checkup, least model.Severity) error {
	h, err := target.List(ctx, time.Now())
	if err != nil {
		return err
	}
	if err := a.notes(h.Notes); err != nil {
		return err
	}
	if len(h.Rings) == 0 && !k.json {
		_, err := fmt.Fprintln(a.out, words.NoRings(a.set(), a.host().Name, h.Maps).Why)
		return err
	}
	p := patrol{k: k, open: func(ctx context.Context, r target.Ref) (sampler.Source, error) {
		return target.Open(ctx, r, k.target())
	}}
	told := a.progress(len(h.Rings), k)
	left := p.walk(ctx, h.Rings, told.tell)
	told.clear()
	worstFirst(p.done)
	var unread []error
	worst := model.Fine
	for _, w := range p.done {
		if err := a.tellChecked(k, w); err != nil {
			return err
		}
		worst = max(worst, w.Severity())
		if w.Err != nil {
			unread = append(unread, w.Err)
		}
	}
	if left > 0 {
		if err := a.notes([]string{text.Plural(uint64(left), "ring") + " of " + text.Count(uint64(len(h.Rings))) + " not looked at"}); err != nil {
			return err
		}
	}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case least != model.Fine && worst >= least:
		return errFound
	case len(unread) > 0:
		return &unreadError{rings: len(h.Rings), why: unread}
	}
	return nil
}

// unreadError says how many rings could not be read; their reasons decide about the exit code.
type unreadError struct {
	rings int
	why   []error
}

func (e *unreadError) Error() string {
	return fmt.Sprintf("%d of %s could not be read", len(e.why), text.Plural(uint64(e.rings), "ring"))
}

func (e *unreadError) Unwrap() []error { return e.why }

// walk watches rings until each has been watched for as long as is wanted, or ctx is done, and returns how many it did not come to.
func (p *patrol) walk(ctx context.Context, rings []target.Listed, tell func(done, active int)) (left int) {
	for len(p.active) > 0 || len(rings) > 0 {
		for len(rings) > 0 && ctx.Err() == nil && p.room(rings[0].Ring) {
			p.begin(ctx, rings[0])
			rings = rings[1:]
		}
		tell(len(p.done), len(p.active))
		if len(p.active) > 0 && ctx.Err() == nil {
			sampler.SleepOnTimer(ctx, checkPoll, false)
		}
		p.collect(ctx)
		if ctx.Err() != nil && len(p.active) == 0 {
			return len(rings)
		}
	}
	return 0
}

// room reports whether one more ring may be watched.
func (p *patrol) room(r *model.Ring) bool {
	return len(p.active) == 0 || len(p.active) < p.k.atOnce && p.mapped+r.Size() <= mappedAtOnce
}

// begin watches a ring, or notes why it can't be.
func (p *patrol) begin(ctx context.Context, l target.Listed) {
	source, err := p.open(ctx, target.Ref{Kind: target.ID, Number: l.Ring.ID})
	switch {
	case errors.Is(err, sampler.ErrNoSuchRing):
		return // it has ended since it was listed
	case err != nil:
		p.done = append(p.done, &report.Watched{Ring: l.Ring, Err: err, Tried: time.Now()})
		return
	}
	s := &post{ring: l.Ring}
	s.watch = sampler.Start(ctx, source, sampler.Options{Interval: p.k.tick, Each: s.seen.each, Sleep: p.sleep})
	p.active = append(p.active, s)
	p.mapped += l.Ring.Size()
}

// collect ends what has been watched for long enough.
func (p *patrol) collect(ctx context.Context) {
	still := p.active[:0]
	for _, s := range p.active {
		ended := false
		select {
		case <-s.watch.Done():
			ended = true
		default:
		}
		if !ended && ctx.Err() == nil && !s.seen.enough(p.k.lasts) {
			still = append(still, s)
			continue
		}
		p.done = append(p.done, s.seen.result(s.ring, s.watch.Stop()))
		p.mapped -= s.ring.Size()
	}
	clear(p.active[len(still):])
	p.active = still
}
