package demo

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

// Source is a simulated ring. The schedule begins with the first Look.
type Source struct {
	*run
	config   Config
	rings    int           // that there were before this one
	ended    time.Time     // when the program ended; zero: it runs
	identity time.Duration // after the begin of the run: when the ring's identity changes; never: it does not
	threads  time.Time     // when they were last looked at
	fault    error         // memory that was mapped is not there any more
}

// run is one ring and who writes and reads it, from its begin to its end.
type run struct {
	*sampler.Observed
	player  player
	tick    time.Duration
	late    time.Duration // when the next look comes too late
	writers []*writer
	reader  *reader // nil: nobody reads
	other   *reader // a second one, or nil
	memory  memory
	begun   bool
}

// How often a source looks: a simulated ring is not filled faster than its schedule says.
const longestTick = 10 * time.Millisecond

// New makes a simulated ring; the caller closes it. Errors wrap [ErrConfig], or are those of shm.Create.
func New(c Config) (*Source, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	r, err := newRun(&c)
	if err != nil {
		return nil, err
	}
	return &Source{run: r, config: c}, nil
}

func newRun(c *Config) (r *run, err error) {
	m, err := newMemory(c)
	if err != nil {
		return nil, fmt.Errorf("memory for a simulated ring: %w", err)
	}
	func() {
		defer m.guard(&err)()
		r, err = runIn(c, m)
	}()
	if err != nil {
		return nil, errors.Join(err, m.close())
	}
	return r, nil
}

// runIn makes a ring in m, with everybody who is there.
func runIn(c *Config, m memory) (*run, error) {
	format := ringcore.FormatByName(c.Format)
	g := c.geometry()
	ring, err := ringcore.NewRing(format, g, m.writable)
	if err != nil {
		return nil, fmt.Errorf("simulated ring: %w", err)
	}
	view, err := ringcore.NewRing(format, g, m.view)
	if err != nil {
		return nil, fmt.Errorf("view of the simulated ring: %w", err)
	}
	producer, err := ringcore.NewWriter(ring)
	if err != nil {
		return nil, fmt.Errorf("simulated producers: %w", err)
	}
	r := &run{Observed: sampler.NewObserved(view, sampler.ObservedOptions{Payload: !c.NoPayload}), memory: m, late: c.about.lateAt}
	var actors []actor
	for _, load := range c.workloads() {
		for range load.producers {
			w := newWriter(c.Seed, &load, len(r.writers), producer, format)
			r.writers, actors = append(r.writers, w), append(actors, w)
		}
	}
	readers, err := r.read(c, ring)
	if err != nil {
		return nil, err
	}
	actors = append(actors, readers...)
	if every := c.about.rubbishAt; every > 0 {
		actors = append(actors, &rubbish{memory: &r.memory, view: ring, producer: producer, every: every, next: every})
	}
	// An eighth of the time in which the producers fill the ring.
	eighth := longestTick
	if peak := c.fullSpeed(format); peak > 0 {
		eighth = time.Duration(c.Size * 1e9 / 8 / peak)
	}
	r.tick = min(max(eighth, sampler.ShortestTick), longestTick)
	if c.Simulated {
		r.player = newSimulation(actors)
		return r, nil
	}
	beat := min(max(eighth/2, shortestBeat), longestBeat)
	r.player = &live{actors: actors, guard: m.guard, beat: beat, slack: slackBeats * beat}
	return r, nil
}

// read gives the ring its readers.
func (r *run) read(c *Config, ring *ringcore.Ring) (actors []actor, err error) {
	if c.ConsumerRate == 0 {
		return nil, nil
	}
	if r.reader, err = newReader(c, &r.memory, ring, simReader); err != nil {
		return nil, err
	}
	actors = append(actors, r.reader)
	if c.Reader == ReaderTwo {
		if r.other, err = newOther(c, &r.memory, ring); err != nil {
			return nil, err
		}
		actors = append(actors, r.other)
	}
	if c.Reader == ReaderWaits {
		for _, w := range r.writers {
			w.wakes = r.reader
		}
	}
	return actors, nil
}

// Look makes the schedule go on, and tells in what can be seen of it. The first look finds the ring as it was made, so that nothing
// was there before watching began.
func (s *Source) Look(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	switch {
	case s.fault != nil:
		return sampler.Pace{}, s.fault
	case !s.ended.IsZero():
		return s.wait(now, in)
	case !s.begun:
		return s.begin(now, in)
	}
	more, err := s.player.advance(now)
	if err != nil {
		return sampler.Pace{}, err
	}
	at := s.player.elapsed()
	if at >= s.identity {
		s.identify(now, at, in)
	}
	pace, err := s.look(now, in)
	pace.More = pace.More || more
	switch {
	case err != nil || pace.More:
	case s.config.EndsAfter > 0 && at >= s.config.EndsAfter:
		return s.end(now, in)
	case s.late > 0 && at >= s.late:
		s.late += s.config.about.lateAt
		pace.Tick = s.config.about.lateFor
	}
	return pace, err
}

func (s *Source) begin(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	s.identify(now, 0, in)
	pace, err := s.look(now, in)
	if err != nil {
		return pace, err
	}
	s.begun = true
	_, err = s.player.advance(now)
	return pace, err
}

// identify tells whose ring it is, at a time after the begin.
func (s *Source) identify(now time.Time, at time.Duration, in sampler.Intake) {
	view := s.Ring()
	ring := s.config.identity(view.Format(), *view.Geometry(), s.rings, at)
	ring.Looked = now
	if s.rings == 0 {
		s.config.began(ring, now.Add(-at))
	}
	in.Ring(ring)
	s.identity = s.config.changes(at)
}

func (s *Source) look(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	pace, err := s.observe(now, in)
	if !s.config.Uncounted {
		in.Drops(s.refused(), "simulated")
	}
	if s.threads.IsZero() || now.Sub(s.threads) >= readershipEvery {
		s.threads = now
		in.Readership(readership(now, s.seen()))
	}
	pace.Tick = s.tick
	pace.Consumes = s.config.about.consumes
	return pace, err
}

// observe is what the observer tells in. Where it faulted it may have been amid anything: then it is not asked again.
func (s *Source) observe(now time.Time, in sampler.Intake) (pace sampler.Pace, err error) {
	defer func() { err = cmp.Or(s.fault, err) }()
	defer s.memory.guard(&s.fault)()
	return s.Observed.Look(now, in)
}

// Dump reads every record that can be read now; see [sampler.Observed.Dump].
func (s *Source) Dump(payload int, visit func(model.Row) bool) (err error) {
	if s.fault != nil {
		return s.fault
	}
	defer s.memory.guard(&err)()
	return s.Observed.Dump(payload, visit)
}

// seen are the readers that others than ourselves can see.
func (s *Source) seen() (readers []*reader) {
	at := s.player.elapsed()
	if s.reader == nil || s.config.about.consumes || s.config.orphaned(at) {
		return nil
	}
	readers = append(readers, s.reader)
	if s.config.twoReaders(at) {
		readers = append(readers, s.other)
	}
	return readers
}

// refused counts the reservations that the ring had no room for.
func (r *run) refused() uint64 {
	var n uint64
	for _, w := range r.writers {
		n += w.tally.refused.Load()
	}
	return n
}

// Suspend makes the schedule stand still; the next Look after Resume goes on with it.
func (s *Source) Suspend() error {
	s.player.pause()
	return nil
}

// Resume lets the schedule go on.
func (s *Source) Resume() error { return nil }

// Close ends the schedule and lets go of the ring. A ring file is removed, as nobody is there any more who serves it.
func (s *Source) Close() error {
	s.player.pause()
	return s.memory.close()
}
