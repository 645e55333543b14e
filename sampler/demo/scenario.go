package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// Scenario is a situation that a ring gets into.
type Scenario struct {
	Name     string
	Group    string        // one of the groups
	Sentence string        // what happens, for help and completion
	Moment   time.Duration // after the begin: when it is seen best
	Findings []model.Code  // what stands at Moment, headline first; empty: nothing is wrong
	defaults Config
}

// Groups of scenarios.
const (
	States = "states" // nothing is wrong with the ring
	Faults = "faults" // events come late or are lost
	Waste  = "waste"  // nothing is lost, but time or memory
)

// Scenarios lists them by group, the calmest first.
func Scenarios() []Scenario { return append([]Scenario(nil), scenarios...) }

// Defaults is the configuration of a scenario as it is played without flags.
func Defaults(scenario string) (Config, error) {
	names := make([]string, 0, len(scenarios))
	for _, s := range scenarios {
		if s.Name == scenario {
			c := s.defaults
			c.Scenario, c.Format = s.Name, "linux"
			c.Seed = 1
			c.Producers = cmp.Or(c.Producers, 4)
			c.Reader, c.WakeUp = cmp.Or(c.Reader, ReaderSteady), cmp.Or(c.WakeUp, "adaptive")
			if c.Payloads == nil {
				c.Payloads = usual
			}
			c.Payloads = append([]Share(nil), c.Payloads...)
			return c, nil
		}
		names = append(names, s.Name)
	}
	return Config{}, fmt.Errorf("%w: no scenario \"%s\", expected one of %s", ErrConfig, scenario, strings.Join(names, ", "))
}

// SetFormat has the ring played in another format. Where that does not align records, each of the usual ones takes a byte less than in linux:
// else all would stand at multiples of 8, as if they were aligned.
func (c *Config) SetFormat(name string) {
	c.Format = name
	f := ringcore.FormatByName(name)
	if f == nil || f.Align > 1 || !slices.Equal(c.Payloads, usual) {
		return
	}
	c.Payloads = slices.Clone(c.Payloads) // another configuration may share them
	for i := range c.Payloads {
		c.Payloads[i].Bytes += uint32(ringcore.Linux.HeaderSize-f.HeaderSize) - 1
	}
}

// usual makes records of 80 bytes on average: 64 bytes of payload for exec and exit, 120 for open.
var usual = []Share{{Bytes: 64, Parts: 6}, {Bytes: 120, Parts: 1}}

const (
	kib = 1 << 10
	mib = 1 << 20
)

// scenarios are all of them.
var scenarios = slices.Concat(grouped(States, states), grouped(Faults, faults), grouped(Waste, wastes))

func grouped(group string, some []Scenario) []Scenario {
	for i := range some {
		some[i].Group = group
	}
	return some
}
