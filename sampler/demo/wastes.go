package demo

import (
	"time"

	"ringscope/model"
)

// wastes are situations in which nothing is lost, but time or memory.
var wastes = []Scenario{
	{
		Name: "discard-storm", Sentence: "more than half of the records are discarded after all",
		Moment: 12 * time.Second, Findings: []model.Code{model.DiscardHeavy},
		defaults: Config{
			Size: 512 * kib, Rate: 10_000, Discard: 0.6,
			ConsumerRate: 6_000, ConsumerEvery: 200 * time.Millisecond,
		},
	},
	{
		Name: "padded", Sentence: "records have room for the longest path: most of each is zeros",
		Moment: 9 * time.Second, Findings: []model.Code{model.OversizedRecord},
		defaults: Config{
			Size: 2 * mib, Rate: 2_000, Discard: 0.04, Payloads: []Share{{Bytes: fileEvent, Parts: 1}},
			ConsumerRate: 40_000, ConsumerEvery: 20 * time.Millisecond,
			about: about{program: "sim_files", event: eventFile},
		},
	},
	{
		Name: "wakeups", Sentence: "every record wakes the reader",
		Moment: 9 * time.Second, Findings: []model.Code{model.WakeupPerRecord},
		defaults: Config{
			Size: 1 * mib, Rate: 8_000, Discard: 0.04, WakeUp: "forced",
			ConsumerRate: 100_000, ConsumerEvery: shortestNap, Reader: ReaderWaits,
		},
	},
	{
		Name: "large", Sentence: "the ring is far larger than its traffic (told after 10 min)",
		Moment: 11 * time.Minute, Findings: []model.Code{model.Oversized},
		defaults: Config{
			Size: 16 * mib, Rate: 800, Discard: 0.04,
			ConsumerRate: 40_000, ConsumerEvery: 20 * time.Millisecond,
		},
	},
}
