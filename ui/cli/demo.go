package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/target"
	"ringscope/ui/text"
	"ringscope/ui/tui"
)

// simulation are the flags of demo. Those that are not given leave the scenario as it is.
type simulation struct {
	format        string
	overwrite     bool
	size          string
	seed          uint64
	producers     int
	rate          uint64
	payload       string
	discard       float64
	stuckEvery    time.Duration
	stuckFor      time.Duration
	burstEvery    time.Duration
	burstFor      time.Duration
	burstRate     uint64
	consumerRate  uint64
	consumerEvery time.Duration
	reader        string
	readerFrom    time.Duration
	wakeUp        string
	endsAfter     time.Duration
	backAfter     time.Duration
	uncounted     bool
	noPayload     bool
	file          string
	at            time.Duration
	frozen        bool
	interval      time.Duration
}

func (a *app) demo() *cobra.Command {
	var s simulation
	c := &cobra.Command{
		Use:   "demo [SCENARIO]",
		Short: "a simulated ring in the viewer; needs no root and no kernel",
		Long:  "A simulated ring in the viewer. It needs no root and no kernel; SIMULATED stands in place of the\nhost's name.\n\n" + scenarioList(),
		Example: `  ringscope demo
  ringscope demo slow-consumer
  ringscope demo --size 64KiB --rate 20000 --consumer-rate 0
  ringscope demo burst --at 3.5s --frozen   exactly that moment
  ringscope demo --file /dev/shm/ring       elsewhere: ringscope watch file:/dev/shm/ring`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef(c, "one SCENARIO is wanted, not %d arguments", len(args))
			}
			return nil
		},
		ValidArgsFunction: completeScenario,
		RunE: func(c *cobra.Command, args []string) error {
			scenario := ""
			if len(args) == 1 {
				scenario = args[0]
			}
			config, err := s.config(c, scenario)
			if err != nil {
				return usage(c, err)
			}
			return a.runDemo(c, &s, config)
		},
	}
	f := c.Flags()
	f.Var(format{&s.format}, "format", "record `format`: "+strings.Join(target.Formats(), ", "))
	f.BoolVar(&s.overwrite, "overwrite", false, "old records make room for new ones (overwrite mode); format linux only")
	f.StringVar(&s.size, "size", "", "`size` of the ring, a power of two from 4KiB to 2GiB")
	f.Uint64Var(&s.seed, "seed", 0, "seed of the schedule: the same seed, the same records")
	f.IntVar(&s.producers, "producers", 0, "how many writers there are")
	f.Uint64Var(&s.rate, "rate", 0, "`records` per second that all writers ask for together")
	f.StringVar(&s.payload, "payload", "", "payload `sizes` in bytes, such as 64 or 64x6,120 for six of 64 to one of 120")
	f.Float64Var(&s.discard, "discard", 0, "`share` of the records that are discarded, 0 to 1")
	f.Var(setDuration(&s.stuckEvery, 0), "stuck-every", "how often a record gets stuck")
	f.Var(setDuration(&s.stuckFor, 0), "stuck-for", "how long it is stuck")
	f.Var(setDuration(&s.burstEvery, 0), "burst-every", "how often a burst comes")
	f.Var(setDuration(&s.burstFor, 0), "burst-for", "how long it lasts")
	f.Uint64Var(&s.burstRate, "burst-rate", 0, "`records` per second meanwhile")
	f.Uint64Var(&s.consumerRate, "consumer-rate", 0, "`records` per second that the reader can take; 0: nobody reads")
	f.Var(setDuration(&s.consumerEvery, 0), "consumer-every", "how long the reader waits before it looks again")
	f.StringVar(&s.reader, "reader", "", "what the reader `does`: steady, waits (to be woken), stops, skips (busy records), forges (its position), or two")
	f.Var(setDuration(&s.readerFrom, 0), "reader-from", "since when it does that; before, it is steady")
	f.StringVar(&s.wakeUp, "wake-up", "", "`how` the writers wake the reader: adaptive, none or forced")
	f.Var(setDuration(&s.endsAfter, 0), "ends-after", "when the program ends, and its ring with it")
	f.Var(setDuration(&s.backAfter, 0), "back-after", "how long after that it is back, with a new ring")
	f.BoolVar(&s.uncounted, "uncounted", false, "do not tell what the ring refuses, as a kernel does not")
	f.BoolVar(&s.noPayload, "no-payload", false, "leave payloads unread when records are shown")
	f.StringVar(&s.file, "file", "", "put the ring into a file at this `path`, for other processes, until this one ends; without a terminal only serve it")
	f.Var(setDuration(&s.at, 0), "at", "with --frozen: how long after the begin (default: when the scenario is seen best)")
	f.BoolVar(&s.frozen, "frozen", false, "show one moment of the simulation, and nothing moves")
	f.Var(setDuration(&s.interval, 0), "interval", "time between looks at the ring (default: follows from its size and rate)")
	return c
}

func scenarioList() string {
	var b strings.Builder
	group := ""
	for _, s := range target.Scenarios() {
		if s.Group != group {
			group = s.Group
			fmt.Fprintf(&b, "\nScenarios %s:\n", groups[group])
		}
		for i, line := range text.UTF8.Wrap(s.Sentence, 63) {
			name := s.Name
			if i > 0 {
				name = ""
			}
			fmt.Fprintf(&b, "  %-14s %s\n", name, line)
		}
	}
	return strings.Trim(b.String(), "\n")
}

// groups are the headings of the scenarios.
var groups = map[string]string{
	target.States: "in which nothing is wrong with the ring",
	target.Faults: "in which events come late or are lost",
	target.Waste:  "in which time or memory is wasted",
}

func completeScenario(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var all []string
	if len(args) == 0 {
		for _, s := range target.Scenarios() {
			all = append(all, cobra.CompletionWithDesc(s.Name, s.Sentence))
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

// config is the scenario with what the flags change of it.
func (s *simulation) config(c *cobra.Command, scenario string) (target.Simulation, error) {
	config, err := target.NewSimulation(scenario)
	if err != nil {
		return config, err
	}
	given := c.Flags().Changed
	if given("format") {
		config.SetFormat(s.format)
	}
	set(given("overwrite"), &config.Overwrite, s.overwrite)
	set(given("seed"), &config.Seed, s.seed)
	set(given("producers"), &config.Producers, s.producers)
	set(given("rate"), &config.Rate, s.rate)
	set(given("discard"), &config.Discard, s.discard)
	set(given("stuck-every"), &config.StuckEvery, s.stuckEvery)
	set(given("stuck-for"), &config.StuckFor, s.stuckFor)
	set(given("burst-every"), &config.BurstEvery, s.burstEvery)
	set(given("burst-for"), &config.BurstFor, s.burstFor)
	set(given("burst-rate"), &config.BurstRate, s.burstRate)
	set(given("consumer-rate"), &config.ConsumerRate, s.consumerRate)
	set(given("consumer-every"), &config.ConsumerEvery, s.consumerEvery)
	set(given("wake-up"), &config.WakeUp, s.wakeUp)
	set(given("ends-after"), &config.EndsAfter, s.endsAfter)
	set(given("back-after"), &config.BackAfter, s.backAfter)
	set(given("uncounted"), &config.Uncounted, s.uncounted)
	set(given("reader"), &config.Reader, s.reader)
	set(given("reader") && !given("reader-from"), &config.ReaderFrom, 0)
	set(given("reader-from"), &config.ReaderFrom, s.readerFrom)
	set(config.ConsumerRate == 0 && !given("reader"), &config.Reader, target.ReaderSteady)
	config.NoPayload, config.File = s.noPayload, s.file
	if given("size") {
		if config.Size, err = parseSize(s.size); err != nil {
			return config, fmt.Errorf("--size %w", err)
		}
	}
	if given("payload") {
		if err := target.ParsePayloads(&config, s.payload); err != nil {
			return config, err
		}
	}
	switch {
	case given("file") && s.file == "":
		return config, fmt.Errorf("--file is empty, expected a path such as /dev/shm/ring")
	case given("at") && !s.frozen:
		return config, fmt.Errorf("--at means something with --frozen only")
	case s.frozen && s.file != "":
		return config, fmt.Errorf("a frozen moment can't be served in a file")
	case s.at < 0 || s.at > longestPlay:
		return config, fmt.Errorf("--at can't be %v, expected 0 to %v", s.at, longestPlay)
	case s.interval < 0:
		return config, fmt.Errorf("--interval can't be %v, expected a time such as 1ms", s.interval)
	}
	return config, nil
}

// longestPlay bounds what is simulated before a moment is shown.
const longestPlay = 24 * time.Hour

func set[T any](given bool, field *T, v T) {
	if given {
		*field = v
	}
}

func (a *app) runDemo(c *cobra.Command, s *simulation, config target.Simulation) error {
	ctx := c.Context()
	o := sampler.Options{Interval: s.interval}
	cfg := a.screen(target.Ref{Kind: target.Demo, Text: config.Scenario}.String())
	switch {
	case s.frozen:
		if !c.Flags().Changed("at") {
			s.at = target.BestMoment(config)
		}
		m, err := a.moment(ctx, s.at, config, o)
		if err != nil {
			return err
		}
		cfg.Still, cfg.Frozen = m, true
	case s.file != "" && !terminal(a.out):
		return a.serve(ctx, config, o)
	default:
		return a.play(ctx, cfg, config, o)
	}
	return tui.Run(ctx, cfg)
}

// moment is what a still picture shows of a simulation, at after its begin. Who waits long for it sees how far it is.
func (a *app) moment(ctx context.Context, at time.Duration, config target.Simulation, o sampler.Options) (*model.Moment, error) {
	p := a.playing(at)
	defer p.clear()
	m, err := target.Moment(ctx, config, at, o, wholeTable, p.tell)
	if err != nil {
		return nil, err
	}
	if pos, there := tui.InTheWay(m); there { // its table begins elsewhere
		focus := wholeTable
		focus.Anchor, focus.From = model.AtPos, pos
		p.what = "playing it once more, for its table"
		return target.Moment(ctx, config, at, o, focus, p.tell)
	}
	return m, nil
}

// play shows a simulation. It is made before the screen is, so that what can't be played is told without one.
func (a *app) play(ctx context.Context, cfg tui.Config, config target.Simulation, o sampler.Options) error {
	source, err := target.Simulate(config)
	if err != nil {
		return err
	}
	var opened atomic.Bool
	cfg.Open = func(ctx context.Context) (sampler.Watch, error) {
		opened.Store(true)
		return sampler.Start(ctx, source, o), nil
	}
	err = tui.Run(ctx, cfg)
	if !opened.Load() {
		err = errors.Join(err, source.Close())
	}
	return err
}

// wholeTable is what a still picture can show of the records.
var wholeTable = model.Focus{
	Anchor: model.AtReader, Before: 64, Rows: model.MaxRows - 64, Payload: 256,
	Tape: model.TapeFocus{Anchor: model.AtReader, Before: model.MaxTape / 4, Column: 8, Columns: model.MaxTape},
}

// serve plays a simulation in a file until a signal comes.
func (a *app) serve(ctx context.Context, config target.Simulation, o sampler.Options) error {
	source, err := target.Simulate(config)
	if err != nil {
		return err
	}
	w := sampler.Start(ctx, source, o)
	if _, err := fmt.Fprintf(a.out, "serving a simulated ring; watch it with: ringscope watch file:%s\nctrl-c ends it and removes the file\n", a.set().Safe(config.File)); err != nil {
		return errors.Join(err, w.Stop())
	}
	select {
	case <-ctx.Done():
	case <-w.Done():
	}
	if err := w.Stop(); err != nil {
		return fmt.Errorf("serve the simulated ring: %w", err)
	}
	return context.Cause(ctx)
}
