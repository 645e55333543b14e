package demo

import (
	"time"

	"ringscope/model"
)

// faults are situations in which events come late or are lost. Each begins well, and is told within 10 s.
var faults = []Scenario{
	{
		Name: "slow-consumer", Sentence: "the reader takes less than comes in: the ring fills in 90 s",
		Moment: 64 * time.Second, Findings: []model.Code{model.ConsumerSlow},
		defaults: Config{
			Size: 8 * mib, Rate: 41_200, Discard: 0.041,
			ConsumerRate: 38_400, ConsumerEvery: 5 * time.Millisecond,
		},
	},
	{
		Name: "noisy", Sentence: "after 2 s a noisy program begins to write beside a quiet one",
		Moment: 9 * time.Second, Findings: []model.Code{model.ConsumerSlow},
		defaults: Config{
			Size: 8 * mib, Rate: 300, Discard: 0.04, Producers: 2,
			ConsumerRate: 7_000, ConsumerEvery: 5 * time.Millisecond,
			about: about{beside: []workload{{
				program: "sim_syscalls", event: eventCall, producers: 4, rate: 9_000, payloads: []Share{{Bytes: callEvent, Parts: 1}},
				wakeUp: model.WakeAdaptive, from: 2 * time.Second,
			}}},
		},
	},
	{
		Name: "stuck-record", Sentence: "now and then a record is held for 5 s: all wait behind it",
		Moment: 19 * time.Second, Findings: []model.Code{model.HeadBusy},
		defaults: Config{
			Size: 1 * mib, Rate: 1_600, Discard: 0.04,
			StuckEvery: 12 * time.Second, StuckFor: 5 * time.Second,
			ConsumerRate: 8_000, ConsumerEvery: 20 * time.Millisecond,
		},
	},
	{
		Name: "blocked", Sentence: "a broken reader passes a record that is held: there is no room",
		Moment: 9 * time.Second, Findings: []model.Code{model.ReserveBlocked, model.DropsCounted},
		defaults: Config{
			Size: 256 * kib, Rate: 5_000, Discard: 0.04,
			StuckEvery: 20 * time.Second, StuckFor: 10 * time.Second,
			ConsumerRate: 50_000, ConsumerEvery: 20 * time.Millisecond, Reader: ReaderSkips,
		},
	},
	{
		Name: "stopped", Sentence: "after 3 s the reader's process is stopped, as with ctrl-z",
		Moment: 13 * time.Second, Findings: []model.Code{model.ConsumerStalled},
		defaults: Config{
			Size: 4 * mib, Rate: 4_500, Discard: 0.04,
			ConsumerRate: 50_000, ConsumerEvery: 20 * time.Millisecond, Reader: ReaderStops, ReaderFrom: 3 * time.Second,
		},
	},
	{
		Name: "asleep", Sentence: "a program begins that wakes nobody: the reader sleeps on",
		Moment: 9 * time.Second, Findings: []model.Code{model.ReaderAsleep},
		defaults: Config{
			Size: 1 * mib, Rate: 250, Discard: 0.04, Payloads: []Share{{Bytes: 64, Parts: 1}},
			ConsumerRate: 50_000, ConsumerEvery: time.Millisecond, Reader: ReaderWaits,
			about: about{beside: []workload{{
				program: "sim_open", producers: 1, rate: 40, payloads: []Share{{Bytes: 120, Parts: 1}}, discard: 0.04, wakeUp: model.WakeNone,
				from: 3 * time.Second,
			}}},
		},
	},
	{
		Name: "no-reader", Sentence: "nobody reads: the ring fills in about 50 s",
		Moment: 9 * time.Second, Findings: []model.Code{model.NoConsumer},
		defaults: Config{Size: 4 * mib, Rate: 1_000, Discard: 0.04},
	},
	{
		Name: "full", Sentence: "the reader is so slow that the ring is full: records are lost",
		Moment: 12 * time.Second, Findings: []model.Code{model.ConsumerSlow, model.DropsCounted},
		defaults: Config{
			Size: 256 * kib, Rate: 6_000, Discard: 0.04,
			ConsumerRate: 3_000, ConsumerEvery: 5 * time.Millisecond,
		},
	},
	{
		Name: "overwrite", Sentence: "old records make room for new ones: a slow reader misses some",
		Moment: 12 * time.Second, Findings: []model.Code{model.Overwritten},
		defaults: Config{
			Size: 256 * kib, Rate: 5_000, Discard: 0.04, Overwrite: true,
			ConsumerRate: 50_000, ConsumerEvery: 900 * time.Millisecond,
		},
	},
	{
		Name: "nearly-full", Sentence: "the ring is full at times, and nobody counts what it refuses",
		Moment: 12 * time.Second, Findings: []model.Code{model.DropProne, model.Undersized},
		defaults: Config{
			Size: 256 * kib, Rate: 5_000, Discard: 0.04,
			ConsumerRate: 100_000, ConsumerEvery: 700 * time.Millisecond, Uncounted: true,
		},
	},
	{
		Name: "burst", Sentence: "a burst fills most of the ring; then the reader catches up",
		Moment: 17 * time.Second, Findings: []model.Code{model.Burst},
		defaults: Config{
			Size: 8 * mib, Rate: 2_000, Discard: 0.04,
			BurstEvery: 12 * time.Second, BurstFor: 400 * time.Millisecond, BurstRate: 220_000,
			ConsumerRate: 24_000, ConsumerEvery: 5 * time.Millisecond,
		},
	},
	{
		Name: "small", Sentence: "the ring just holds what comes between two reads",
		Moment: 12 * time.Second, Findings: []model.Code{model.Undersized},
		defaults: Config{
			Size: 256 * kib, Rate: 5_000, Discard: 0.04,
			ConsumerRate: 100_000, ConsumerEvery: 580 * time.Millisecond,
		},
	},
	{
		Name: "two-readers", Sentence: "after 4 s a second process begins to read the same ring",
		Moment: 9 * time.Second, Findings: []model.Code{model.ManyReaders},
		defaults: Config{
			Size: 1 * mib, Rate: 2_000, Discard: 0.04,
			ConsumerRate: 40_000, ConsumerEvery: 20 * time.Millisecond, Reader: ReaderTwo, ReaderFrom: 4 * time.Second,
		},
	},
	{
		Name: "forged", Sentence: "after 5 s the reader writes a position that is none",
		Moment: 9 * time.Second, Findings: []model.Code{model.PositionInvalid},
		defaults: Config{
			Size: 256 * kib, Rate: 5_000, Discard: 0.04,
			ConsumerRate: 50_000, ConsumerEvery: 20 * time.Millisecond, Reader: ReaderForges, ReaderFrom: 5 * time.Second,
		},
	},
	{
		Name: "corrupt", Sentence: "a record's header is overwritten with something else",
		Moment: 9 * time.Second, Findings: []model.Code{model.Corrupt},
		defaults: Config{
			Size: 256 * kib, Rate: 5_000, Discard: 0.04,
			ConsumerRate: 50_000, ConsumerEvery: 20 * time.Millisecond,
			about: about{rubbishAt: 5 * time.Second},
		},
	},
}
