package demo

import (
	"time"

	"ringscope/model"
)

// states are situations in which nothing is wrong with the ring.
var states = []Scenario{
	{
		Name: "healthy", Sentence: "the reader keeps up: the ring stays nearly empty",
		Moment: 12 * time.Second,
		defaults: Config{
			Size: 256 * kib, Rate: 5_000, Discard: 0.04,
			ConsumerRate: 50_000, ConsumerEvery: 20 * time.Millisecond,
		},
	},
	{
		Name: "flushing", Sentence: "the reader comes every 3 s and takes everything: late but right",
		Moment: 17 * time.Second,
		defaults: Config{
			Size: 4 * mib, Rate: 5_000, Discard: 0.04,
			ConsumerRate: 200_000, ConsumerEvery: 3 * time.Second,
		},
	},
	{
		Name: "quiet", Sentence: "after 5 s nothing is written any more",
		Moment: 65 * time.Second,
		defaults: Config{
			Size: 256 * kib, Rate: 400, Discard: 0.04,
			ConsumerRate: 50_000, ConsumerEvery: 20 * time.Millisecond, Reader: ReaderWaits,
			about: about{until: 5 * time.Second},
		},
	},
	{
		Name: "unused", Sentence: "nothing was ever written",
		Moment: 12 * time.Second,
		defaults: Config{
			Size: 256 * kib, ConsumerRate: 50_000, ConsumerEvery: 20 * time.Millisecond, Reader: ReaderWaits,
		},
	},
	{
		Name: "restart", Sentence: "the program ends, and is back 5 s later with a new ring",
		Moment: 14 * time.Second,
		defaults: Config{
			Size: 256 * kib, Rate: 5_000, Discard: 0.04,
			ConsumerRate: 50_000, ConsumerEvery: 20 * time.Millisecond,
			EndsAfter: 12 * time.Second, BackAfter: 5 * time.Second,
		},
	},
	{
		Name: "gone", Sentence: "the program ends after 12 s, and its ring with it",
		Moment: 12 * time.Second, Findings: []model.Code{model.OwnerGone},
		defaults: Config{
			Size: 256 * kib, Rate: 5_000, Discard: 0.04,
			ConsumerRate: 50_000, ConsumerEvery: 20 * time.Millisecond,
			EndsAfter: 12 * time.Second,
		},
	},
	{
		Name: "orphaned", Sentence: "the program ends after 6 s, but something out of sight holds it",
		Moment: 12 * time.Second,
		defaults: Config{
			Size: 256 * kib, Rate: 5_000, Discard: 0.04,
			ConsumerRate: 50_000, ConsumerEvery: 20 * time.Millisecond,
			about: about{until: 5900 * time.Millisecond, orphanAfter: 6 * time.Second},
		},
	},
	{
		Name: "consuming", Sentence: "ringscope itself takes the records, as with --consume",
		Moment: 12 * time.Second,
		defaults: Config{
			Size: 256 * kib, Rate: 5_000, Discard: 0.04,
			ConsumerRate: 500_000, ConsumerEvery: 5 * time.Millisecond,
			about: about{consumes: true},
		},
	},
	{
		Name: "gaps", Sentence: "now and then our look comes so late that records pass unseen",
		Moment: 9 * time.Second, Findings: []model.Code{model.ViewGaps},
		defaults: Config{
			Size: 64 * kib, Rate: 3_000, Discard: 0.04,
			ConsumerRate: 100_000, ConsumerEvery: 20 * time.Millisecond,
			about: about{lateAt: 5 * time.Second, lateFor: 700 * time.Millisecond},
		},
	},
}
