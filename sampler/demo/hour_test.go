//go:build !race

package demo

import (
	"maps"
	"slices"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/sampler"
)

// times is how often a finding began and ended.
type times struct{ began, ended int }

// hours says what an hour of each scenario marks on the time line. What is calm stands in TestNothingHappensInAnHour.
var hours = map[string]struct {
	smaller uint64 // ring and rates are divided by this, so that it plays sooner
	found   map[model.Code]times
}{
	"flushing":      {4, nil},
	"restart":       {4, nil},
	"gone":          {1, map[model.Code]times{model.OwnerGone: {1, 0}}},
	"orphaned":      {1, nil},
	"consuming":     {8, nil},
	"gaps":          {1, map[model.Code]times{model.ViewGaps: {1, 0}}},
	"slow-consumer": {16, map[model.Code]times{model.ConsumerSlow: {1, 0}, model.DropsCounted: {1, 0}}},
	"noisy":         {16, map[model.Code]times{model.ConsumerSlow: {1, 0}, model.DropsCounted: {1, 0}}},
	"stuck-record":  {4, map[model.Code]times{model.HeadBusy: {300, 300}}}, // one every 12 s
	"blocked":       {4, map[model.Code]times{model.ReserveBlocked: {180, 180}, model.DropsCounted: {180, 179}}},
	"stopped":       {1, map[model.Code]times{model.ConsumerStalled: {1, 0}, model.DropsCounted: {1, 0}}},
	"asleep":        {1, map[model.Code]times{model.ReaderAsleep: {1, 0}, model.DropsCounted: {1, 0}}},
	"no-reader":     {1, map[model.Code]times{model.NoConsumer: {1, 0}, model.DropsCounted: {1, 0}}},
	"full":          {4, map[model.Code]times{model.ConsumerSlow: {1, 0}, model.DropsCounted: {1, 0}}},
	"overwrite":     {1, map[model.Code]times{model.Overwritten: {1, 0}}},
	"nearly-full":   {1, map[model.Code]times{model.DropProne: {1, 0}, model.Undersized: {1, 0}}},
	"burst":         {16, map[model.Code]times{model.Burst: {1, 0}}},
	"small":         {4, map[model.Code]times{model.Undersized: {1, 0}}},
	"two-readers":   {1, map[model.Code]times{model.ManyReaders: {1, 0}, model.Oversized: {1, 0}}},
	"forged":        {1, map[model.Code]times{model.PositionInvalid: {1, 0}}},
	"corrupt":       {8, map[model.Code]times{model.Corrupt: {1, 0}}},
	"discard-storm": {1, map[model.Code]times{model.DiscardHeavy: {1, 0}}},
	"padded":        {4, map[model.Code]times{model.OversizedRecord: {1, 0}, model.Oversized: {1, 0}}},
	"wakeups":       {1, map[model.Code]times{model.WakeupPerRecord: {1, 0}, model.Oversized: {1, 0}}},
	"large":         {1, map[model.Code]times{model.Oversized: {1, 0}}},
}

// TestFindingsStandStill plays an hour of each scenario: a finding begins when there is something to find and ends when it is over,
// and does not come and go in between. Most are played with ring and rates divided, as hours tells, which makes the same shape of fewer
// records: chance weighs more in it than in the scenario itself. What random and bursty traffic may not tell is played by model's
// TestSilence, TestBurstsAreNoSlowReader and TestPollWithATimeout.
func TestFindingsStandStill(t *testing.T) {
	if testing.Short() {
		t.Skip("hours of records take a minute of CPU time")
	}
	for _, scenario := range Scenarios() {
		t.Run(scenario.Name, func(t *testing.T) {
			t.Parallel()
			hour, asked := hours[scenario.Name]
			if !asked {
				if !slices.Contains(calm, scenario.Name) {
					t.Error("nothing is said about an hour of it")
				}
				return
			}
			c := usualConfig(t, scenario.Name)
			shrink(&c, hour.smaller)
			src, err := New(c)
			if err != nil {
				t.Fatal(err)
			}
			found := map[model.Code]times{}
			var counted time.Time
			_, err = sampler.Play(src, begin, time.Hour, sampler.Options{Publish: 200 * time.Millisecond}, model.Focus{}, func(m *model.Moment) {
				for _, mark := range m.History.Marks {
					if !mark.Seen.After(counted) {
						continue
					}
					n := found[mark.Code]
					switch mark.Kind {
					case model.MarkBegan:
						n.began++
					case model.MarkEnded:
						n.ended++
					default:
						continue
					}
					found[mark.Code] = n
				}
				counted = m.Sample.At
			})
			if err != nil {
				t.Fatal(err)
			}
			if !maps.Equal(found, hour.found) {
				t.Errorf("began and ended %v, expected %v", found, hour.found)
			}
		})
	}
}

func shrink(c *Config, by uint64) {
	c.Size, c.Rate, c.BurstRate, c.ConsumerRate = c.Size/by, c.Rate/by, c.BurstRate/by, c.ConsumerRate/by
	c.about.beside = slices.Clone(c.about.beside)
	for i := range c.about.beside {
		c.about.beside[i].rate /= by
	}
}
