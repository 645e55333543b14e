package demo

import (
	"fmt"
	"strings"
	"time"

	"ringscope/model"
)

// Scenario is a situation that a ring gets into.
type Scenario struct {
	Name     string
	Sentence string        // what happens, for help and completion
	Moment   time.Duration // after the begin: when it is seen best
	Findings []model.Code  // what stands at Moment, headline first; empty: nothing is wrong
	defaults Config
}

// Scenarios lists them, the calmest first.
func Scenarios() []Scenario { return append([]Scenario(nil), scenarios...) }

// Defaults is the configuration of a scenario as it is played without flags.
func Defaults(scenario string) (Config, error) {
	names := make([]string, 0, len(scenarios))
	for _, s := range scenarios {
		if s.Name == scenario {
			c := s.defaults
			c.Scenario, c.Format = s.Name, "linux"
			c.Seed, c.Producers = 1, 4
			c.Payloads = append([]Share(nil), usual...)
			return c, nil
		}
		names = append(names, s.Name)
	}
	return Config{}, fmt.Errorf("%w: no scenario %q, expected one of %s", ErrConfig, scenario, strings.Join(names, ", "))
}

// usual makes records of 80 bytes on average: 64 bytes of payload for exec and exit, 120 for open.
var usual = []Share{{Bytes: 64, Parts: 6}, {Bytes: 120, Parts: 1}}

const (
	kib = 1 << 10
	mib = 1 << 20
)

var scenarios = []Scenario{
	{
		Name: "healthy", Sentence: "the reader keeps up: the ring stays nearly empty",
		Moment: 12 * time.Second,
		defaults: Config{
			Size: 256 * kib, Rate: 5_000, Discard: 0.04,
			ConsumerRate: 50_000, ConsumerEvery: 20 * time.Millisecond,
		},
	},
	{
		Name: "slow-consumer", Sentence: "the reader takes less than the writers bring: the ring fills in about 90 s",
		Moment: 64 * time.Second, Findings: []model.Code{model.ConsumerSlow},
		defaults: Config{
			Size: 8 * mib, Rate: 41_200, Discard: 0.041,
			ConsumerRate: 38_400, ConsumerEvery: 5 * time.Millisecond,
		},
	},
	{
		Name: "stuck-record", Sentence: "now and then a writer reserves a record and finishes it 5 s later: all others wait behind it",
		Moment: 19 * time.Second, Findings: []model.Code{model.HeadBusy},
		defaults: Config{
			Size: 1 * mib, Rate: 1_600, Discard: 0.04,
			StuckEvery: 12 * time.Second, StuckFor: 5 * time.Second,
			ConsumerRate: 8_000, ConsumerEvery: 20 * time.Millisecond,
		},
	},
	{
		Name: "burst", Sentence: "a burst fills most of the ring within half a second, then the reader catches up",
		Moment: 17 * time.Second,
		defaults: Config{
			Size: 8 * mib, Rate: 2_000, Discard: 0.04,
			BurstEvery: 12 * time.Second, BurstFor: 400 * time.Millisecond, BurstRate: 220_000,
			ConsumerRate: 24_000, ConsumerEvery: 5 * time.Millisecond,
		},
	},
	{
		Name: "discard-storm", Sentence: "more than half of the records are discarded after they were reserved",
		Moment: 12 * time.Second,
		defaults: Config{
			Size: 512 * kib, Rate: 10_000, Discard: 0.6,
			ConsumerRate: 6_000, ConsumerEvery: 200 * time.Millisecond,
		},
	},
	{
		Name: "full", Sentence: "the reader is so slow that the ring is full: new records are refused",
		Moment: 12 * time.Second, Findings: []model.Code{model.ConsumerSlow, model.DropsCounted},
		defaults: Config{
			Size: 256 * kib, Rate: 6_000, Discard: 0.04,
			ConsumerRate: 3_000, ConsumerEvery: 5 * time.Millisecond,
		},
	},
}
