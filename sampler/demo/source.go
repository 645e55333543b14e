package demo

import (
	"errors"
	"fmt"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

// name is what the simulated ring is called, in a ring file too.
const name = "events"

// Source is a simulated ring. The schedule begins with the first Look.
type Source struct {
	*sampler.Observed
	ring    *model.Ring
	player  player
	tick    time.Duration
	writers []*writer
	reader  *reader // nil: nobody reads
	memory  func() error
	begun   bool
}

// How often a source looks: a simulated ring is not filled faster than its schedule says.
const longestTick = 10 * time.Millisecond

// New makes a simulated ring; the caller closes it. Errors wrap [ErrConfig], or are those of shm.Create.
func New(c Config) (*Source, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	m, err := newMemory(&c)
	if err != nil {
		return nil, fmt.Errorf("memory for a simulated ring: %w", err)
	}
	s, err := newSource(&c, m)
	if err != nil {
		return nil, errors.Join(err, m.close())
	}
	return s, nil
}

func newSource(c *Config, m memory) (*Source, error) {
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
	producer, err := ringcore.NewProducer(ring)
	if err != nil {
		return nil, fmt.Errorf("simulated producers: %w", err)
	}
	s := &Source{
		Observed: sampler.NewObserved(view, sampler.ObservedOptions{Payload: !c.NoPayload}),
		ring:     identity(c, format, g),
		memory:   m.close,
	}
	var actors []actor
	for i := range c.Producers {
		w := newWriter(c, i, producer, format)
		s.writers, actors = append(s.writers, w), append(actors, w)
	}
	if c.ConsumerRate > 0 {
		consumer, err := ringcore.NewConsumer(ring)
		if err != nil {
			return nil, fmt.Errorf("simulated consumer: %w", err)
		}
		s.reader = newReader(c, consumer)
		actors = append(actors, s.reader)
	}
	// An eighth of the time in which the producers fill the ring.
	eighth := longestTick
	if peak := max(c.Rate, c.BurstRate) * c.span(format); peak > 0 {
		eighth = time.Duration(c.Size * 1e9 / 8 / peak)
	}
	s.tick = min(max(eighth, sampler.ShortestTick), longestTick)
	if c.Simulated {
		s.player = &simulation{actors: actors}
		return s, nil
	}
	beat := min(max(eighth/2, shortestBeat), longestBeat)
	s.player = &live{actors: actors, beat: beat, slack: slackBeats * beat}
	return s, nil
}

// identity says what is simulated, and nothing that could be taken for a process of this host: its names begin with "sim-".
func identity(c *Config, format *ringcore.Format, g ringcore.Geometry) *model.Ring {
	r := &model.Ring{
		Source: model.SourceDemo, Name: name, Type: model.TypeRingbuf, Format: format, Geometry: g,
		Owners: []model.Process{{PID: 2210, Comm: "sim-loader"}}, Readers: model.Of(0), Made: model.Of(c.made()),
	}
	if c.ConsumerRate > 0 {
		reader := model.Process{PID: 2211, Comm: "sim-reader"}
		r.Owners, r.Readers, r.ReaderAt = []model.Process{reader}, model.Of(1), []model.Process{reader}
	}
	return r
}

// Look makes the schedule go on, and tells in what can be seen of it. The first look finds the ring as it was made, so that nothing
// was there before watching began.
func (s *Source) Look(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	if !s.begun {
		return s.begin(now, in)
	}
	more, err := s.player.advance(now)
	if err != nil {
		return sampler.Pace{}, err
	}
	pace, err := s.look(now, in)
	pace.More = pace.More || more
	return pace, err
}

func (s *Source) begin(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	ring := *s.ring
	ring.Looked = now
	in.Ring(&ring)
	pace, err := s.look(now, in)
	if err != nil {
		return pace, err
	}
	s.begun = true
	_, err = s.player.advance(now)
	return pace, err
}

func (s *Source) look(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	pace, err := s.Observed.Look(now, in)
	in.Drops(s.refused(), "simulated")
	pace.Tick = s.tick
	return pace, err
}

// refused counts the reservations that the ring had no room for.
func (s *Source) refused() uint64 {
	var n uint64
	for _, w := range s.writers {
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

// Close ends the schedule and lets go of the ring. A ring file stays, as its producers left it.
func (s *Source) Close() error {
	s.player.pause()
	return s.memory()
}
