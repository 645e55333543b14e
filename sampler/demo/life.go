package demo

import (
	"errors"
	"time"

	"ringscope/model"
	"ringscope/sampler"
)

// waitTick is how often a ring that has ended is looked for.
const waitTick = 100 * time.Millisecond

// end makes the program end: nobody writes or reads any more. The last look has been made.
func (s *Source) end(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	s.player.pause()
	s.ended = now
	if s.config.BackAfter == 0 {
		in.Ended(model.EndOwnerGone)
		return sampler.Pace{Moved: true, Done: true}, nil
	}
	in.Wait(waitsFor)
	return sampler.Pace{Moved: true, Tick: waitTick}, nil
}

// waitsFor is what a restart is waited for with.
const waitsFor = "a ring named " + name

// wait looks whether the program is back.
func (s *Source) wait(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	if now.Sub(s.ended) < s.config.BackAfter {
		in.Begin(now)
		in.Wait(waitsFor)
		return sampler.Pace{Tick: waitTick}, nil
	}
	s.rings++
	again := s.config
	again.Seed += uint64(s.rings)
	r, err := newRun(&again)
	if err != nil {
		return sampler.Pace{}, err
	}
	before := s.run
	s.run, s.ended, s.threads = r, time.Time{}, time.Time{}
	pace, err := s.begin(now, in)
	return pace, errors.Join(err, before.memory.close())
}

// Detail reads the records of f, while there is a ring.
func (s *Source) Detail(now time.Time, f model.Focus) model.Detail {
	if s.fault != nil || !s.ended.IsZero() && s.config.BackAfter > 0 {
		return model.Detail{}
	}
	defer s.memory.guard(&s.fault)()
	return s.Observed.Detail(now, f)
}

// changes is when the identity of a ring changes next, after at.
func (c *Config) changes(at time.Duration) time.Duration {
	next := never
	if c.Reader == ReaderTwo && at < c.ReaderFrom {
		next = c.ReaderFrom
	}
	if after := c.about.orphanAfter; after > 0 && at < after {
		next = min(next, after)
	}
	return next
}
