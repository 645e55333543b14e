package target

import (
	"context"
	"fmt"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
	"ringscope/sampler/demo"
)

// Simulation says what a simulated ring does.
type Simulation = demo.Config

// Scenario is a situation that a simulated ring gets into.
type Scenario = demo.Scenario

// Groups of scenarios: nothing is wrong with the ring, events come late or are lost, or time or memory is wasted.
const (
	States = demo.States
	Faults = demo.Faults
	Waste  = demo.Waste
)

// ReaderSteady is the reader of a simulation that does nothing strange.
const ReaderSteady = demo.ReaderSteady

// Scenarios lists them by group, the calmest first.
func Scenarios() []Scenario { return demo.Scenarios() }

// Formats are the names of the record formats.
func Formats() []string { return ringcore.FormatNames() }

// DefaultScenario is what plain `demo` plays.
const DefaultScenario = "healthy"

// NewSimulation is a scenario as it is played without flags; the empty name is [DefaultScenario]. Errors wrap [ErrTarget].
func NewSimulation(scenario string) (Simulation, error) {
	if scenario == "" {
		scenario = DefaultScenario
	}
	c, err := demo.Defaults(scenario)
	if err != nil {
		return Simulation{}, configError{err}
	}
	return c, nil
}

// ParsePayloads sets the payload sizes of c: `64`, `64,120`, or `64x6,120` for six of 64 bytes to one of 120. Errors wrap [ErrTarget].
func ParsePayloads(c *Simulation, s string) error {
	shares, err := demo.ParseShares(s)
	if err != nil {
		return configError{err}
	}
	c.Payloads = shares
	return nil
}

// Simulate opens a simulated ring. Errors wrap [ErrTarget] where c can't be played.
func Simulate(c Simulation) (sampler.Source, error) {
	s, err := demo.New(c)
	if err != nil {
		return nil, simulationError(err)
	}
	return s, nil
}

// simulationBegin is when simulated time begins: always the same, so that pictures are.
var simulationBegin = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// Moment plays c on simulated time and returns what shows at into it. each, if not nil, is called with every moment that is published
// meanwhile. When ctx is done the error is its cause.
func Moment(ctx context.Context, c Simulation, at time.Duration, o sampler.Options, f model.Focus, each func(*model.Moment)) (*model.Moment, error) {
	c.Simulated, c.File = true, ""
	s, err := demo.New(c)
	if err != nil {
		return nil, simulationError(err)
	}
	m, err := sampler.Play(interruptible{s, ctx}, simulationBegin, at, o, f, each)
	if err != nil {
		return nil, fmt.Errorf("play the simulation: %w", err)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return m, nil
}

// moment is where a scenario is seen best.
func moment(scenario string) time.Duration {
	for _, s := range demo.Scenarios() {
		if s.Name == scenario {
			return s.Moment
		}
	}
	return 0
}

// BestMoment is how long after its begin a scenario is seen best.
func BestMoment(c Simulation) time.Duration { return moment(c.Scenario) }

// keptOpen lets a played source live on, so that its records can be read.
type keptOpen struct{ sampler.Source }

func (keptOpen) Close() error { return nil }

// OpenToDump opens a ring whose records are to be read once: it has been looked at, and a simulated one stands at the moment in
// which it is seen best.
func OpenToDump(ctx context.Context, r Ref, o Options) (s sampler.Source, ring *model.Ring, err error) {
	if r.Kind != Demo {
		if s, err = Open(ctx, r, o); err != nil {
			return nil, nil, err
		}
		return looked(s)
	}
	if err := o.format(r); err != nil {
		return nil, nil, err
	}
	c, err := o.simulation(r)
	if err != nil {
		return nil, nil, err
	}
	c.Simulated = true
	played, err := demo.New(c)
	if err != nil {
		return nil, nil, simulationError(err)
	}
	m, err := sampler.Play(keptOpen{played}, simulationBegin, BestMoment(c), sampler.Options{}, model.Focus{}, nil)
	if err != nil {
		return nil, nil, closing(played, fmt.Errorf("play the simulation: %w", err))
	}
	return played, m.Sample.Ring, nil
}

// interruptible is a source that comes to its end when ctx is done.
type interruptible struct {
	sampler.Source
	ctx context.Context //nolint:containedctx // that of the play: Look has none
}

// Look looks no more after the end.
func (i interruptible) Look(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	if i.ctx.Err() != nil {
		return sampler.Pace{Done: true}, nil //nolint:nilerr // it is the play that ends, and whoever ended it knows why
	}
	return i.Source.Look(now, in)
}

// Play plays c on simulated time for until, or until ctx is done, and calls each with every moment that is published meanwhile.
func Play(ctx context.Context, c Simulation, until time.Duration, o sampler.Options, each func(*model.Moment)) error {
	c.Simulated, c.File = true, ""
	s, err := demo.New(c)
	if err != nil {
		return simulationError(err)
	}
	if _, err := sampler.Play(interruptible{s, ctx}, simulationBegin, until, o, model.Focus{}, each); err != nil {
		return fmt.Errorf("play the simulation: %w", err)
	}
	return nil
}
