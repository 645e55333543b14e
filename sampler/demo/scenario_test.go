package demo

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/sampler"
)

// stands is a stretch of time in which a finding is shown.
type stands struct {
	code     model.Code
	from, to time.Duration
}

func (s stands) String() string { return fmt.Sprintf("%s from %v to %v", s.code, s.from, s.to) }

// findings plays c and returns what is shown when, in the order in which it begins. each is called with every moment.
func findings(t *testing.T, c Config, until time.Duration, each func(at time.Duration, m *model.Moment)) []stands {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	var shown []stands
	open := map[model.Code]int{}
	_, err = sampler.Play(s, begin, until, sampler.Options{}, model.Focus{}, func(m *model.Moment) {
		at := m.Sample.At.Sub(begin)
		each(at, m)
		var now []model.Code
		for _, f := range m.Findings {
			now = append(now, f.Code)
			if _, stood := open[f.Code]; !stood {
				open[f.Code] = len(shown)
				shown = append(shown, stands{code: f.Code, from: at, to: until})
			}
		}
		for code, i := range open {
			if !slices.Contains(now, code) {
				shown[i].to = at
				delete(open, code)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return shown
}

// truths says what each scenario must show in its first two minutes, give or take tolerance: how long a finding takes to be sure
// is for the model to decide. What begins within a second of the end may not be shown yet.
var truths = map[string]struct {
	stands    []stands
	tolerance time.Duration
}{
	"slow-consumer": {[]stands{
		{model.ConsumerSlow, 7 * time.Second, truthFor},
		{model.DropsCounted, 90 * time.Second, truthFor},
	}, 2500 * time.Millisecond},
	"noisy": {[]stands{
		{model.ConsumerSlow, 5 * time.Second, truthFor},
		{model.DropsCounted, 16 * time.Second, truthFor},
	}, 3 * time.Second},
	"full": {[]stands{
		{model.DropsCounted, 1 * time.Second, truthFor},
		{model.ConsumerSlow, 3 * time.Second, truthFor},
	}, 1500 * time.Millisecond},
	"stuck-record": {stuckStands(), 250 * time.Millisecond},
	"stopped": {[]stands{
		{model.ConsumerStalled, 9500 * time.Millisecond, truthFor},
		{model.DropsCounted, 14500 * time.Millisecond, truthFor},
	}, time.Second},
	"asleep": {[]stands{{model.ReaderAsleep, 4 * time.Second, truthFor}, {model.DropsCounted, 47 * time.Second, truthFor}}, 2 * time.Second},
	"no-reader": {[]stands{
		{model.NoConsumer, 2 * time.Second, truthFor},
		{model.DropsCounted, 52 * time.Second, truthFor},
	}, 3 * time.Second},
	"two-readers": {[]stands{{model.ManyReaders, 4 * time.Second, truthFor}}, time.Second},
	"forged":      {[]stands{{model.PositionInvalid, 5 * time.Second, truthFor}}, 250 * time.Millisecond},
	"corrupt":     {[]stands{{model.Corrupt, 5 * time.Second, truthFor}}, 250 * time.Millisecond},
	"gaps":        {[]stands{{model.ViewGaps, 5700 * time.Millisecond, truthFor}}, 250 * time.Millisecond},
	"gone":        {[]stands{{model.OwnerGone, 12 * time.Second, truthFor}}, 250 * time.Millisecond},
	"blocked":     {blockedStands(), time.Second},
	"nearly-full": {[]stands{
		{model.DropProne, 2500 * time.Millisecond, truthFor},
		{model.Undersized, 5500 * time.Millisecond, truthFor},
	}, time.Second},
	"burst":         {[]stands{{model.Burst, 4 * time.Second, truthFor}}, time.Second},
	"overwrite":     {[]stands{{model.Overwritten, 1500 * time.Millisecond, truthFor}}, 500 * time.Millisecond},
	"small":         {[]stands{{model.Undersized, 5500 * time.Millisecond, truthFor}}, time.Second},
	"discard-storm": {[]stands{{model.DiscardHeavy, 5 * time.Second, truthFor}}, time.Second},
	"padded":        {[]stands{{model.OversizedRecord, 2500 * time.Millisecond, truthFor}}, time.Second},
	"wakeups":       {[]stands{{model.WakeupPerRecord, 5 * time.Second, truthFor}}, time.Second},
	"large":         {[]stands{{model.Oversized, 10 * time.Minute, 11 * time.Minute}}, time.Second},
}

const truthFor = 120 * time.Second

// passUnseen are the scenarios in which records do.
var passUnseen = []string{"gaps", "corrupt"}

// stuckStands: shown a tenth of a second after each record got stuck, and until a second after it was submitted.
func stuckStands() []stands {
	var s []stands
	for at := 3 * time.Second; at < truthFor; at += 12 * time.Second {
		s = append(s, stands{model.HeadBusy, at + 100*time.Millisecond, at + 6*time.Second})
	}
	return s
}

// blockedStands: from when the other records have gone once around the ring until the drops are forgotten.
func blockedStands() []stands {
	var s []stands
	for at := 5 * time.Second; at < truthFor; at += 20 * time.Second {
		s = append(s,
			stands{model.ReserveBlocked, at + 700*time.Millisecond, at + 11*time.Second},
			stands{model.DropsCounted, at + 700*time.Millisecond, min(at+20*time.Second, truthFor)})
	}
	return s
}

func checkStands(t *testing.T, what string, got, want []stands, tolerance time.Duration) {
	t.Helper()
	same := func(a, b stands) bool {
		return a.code == b.code && (a.from-b.from).Abs() <= tolerance && (a.to-b.to).Abs() <= tolerance
	}
	if !slices.EqualFunc(got, want, same) {
		t.Errorf("%s shows %v, expected %v ± %v", what, got, want, tolerance)
	}
}

// shownWithin is what of a truth belongs to the first part of it.
func shownWithin(all []stands, until time.Duration) []stands {
	var part []stands
	for _, s := range all {
		if s.from < until {
			part = append(part, stands{s.code, s.from, min(s.to, until)})
		}
	}
	return part
}

func TestScenariosShowTheirTruth(t *testing.T) {
	for _, scenario := range Scenarios() {
		until := max(truthFor, scenario.Moment)
		if raced {
			until = 20 * time.Second
		}
		truth := truths[scenario.Name]
		c := usualConfig(t, scenario.Name)
		pictured := scenario.Moment > until
		var missed model.Missed
		got := findings(t, c, until, func(at time.Duration, m *model.Moment) {
			missed = m.Sample.Missed
			if at >= scenario.Moment && !pictured {
				pictured = true
				checkPicture(t, &c, scenario, m)
			}
		})
		checkStands(t, scenario.Name, got, shownWithin(truth.stands, until), truth.tolerance)
		if slices.Contains(passUnseen, scenario.Name) != (missed.Bytes > 0) || !pictured {
			t.Errorf("%s: missed %+v, compared with its picture: %t", scenario.Name, missed, pictured)
		}
	}
}

// The truth is the scenario's and not the seed's.
func TestScenariosShowTheirTruthWithEverySeed(t *testing.T) {
	seeds, until := uint64(4), 20*time.Second
	if raced {
		seeds, until = 1, 10*time.Second
	}
	for _, scenario := range Scenarios() {
		truth := truths[scenario.Name]
		for seed := range seeds {
			c := usualConfig(t, scenario.Name)
			c.Seed = seed * 0x0123456789abcdef
			got := findings(t, c, until, func(time.Duration, *model.Moment) {})
			checkStands(t, fmt.Sprintf("%s, seed %d", scenario.Name, c.Seed), got, shownWithin(truth.stands, until), truth.tolerance)
		}
	}
}

// checkPicture compares m with what a person should see at the scenario's moment.
func checkPicture(t *testing.T, c *Config, scenario Scenario, m *model.Moment) {
	t.Helper()
	var codes []model.Code
	for _, f := range m.Findings {
		codes = append(codes, f.Code)
	}
	if !slices.Equal(codes, scenario.Findings) {
		t.Errorf("%s shows %v at %v, expected %v", scenario.Name, codes, scenario.Moment, scenario.Findings)
	}
	s := m.Sample
	r := s.Rates
	seen := map[string]float64{
		"full": s.Occupancy.Ratio.V, "worst": float64(s.Occupancy.Peak.V) / float64(c.Size), "full in": s.Occupancy.TimeToFull.V.Seconds(),
		"in": r.Records.V, "in, MiB": r.Bytes.V / mib, "out": r.ConsumedRecords.V, "out, MiB": r.Consumed.V / mib,
		"discarded": r.DiscardRatioRecords.V, "overhead": r.OverheadRatio.V, "lag": s.Lag.Age.V.Seconds(), "unread": float64(s.Lag.Records.V),
		"head": s.Busy.HeadAge.V.Seconds(), "refused": float64(s.Drops.Count.V),
	}
	if threads := s.Reader.Threads; len(threads) > 0 {
		seen["share"], seen["switches"], seen["records a switch"] = threads[0].Share.V, threads[0].Switches.V, threads[0].RecordsPerSwitch.V
		seen["state"] = float64(threads[0].State)
		if threads[0].Waits.V {
			seen["waits"] = 1
		}
	}
	seen["threads"] = float64(len(s.Reader.Threads))
	for what, want := range pictures[scenario.Name] {
		if got := seen[what]; !(got >= want[0] && got <= want[1]) {
			t.Errorf("%s at %v: %s is %v, expected %v to %v", scenario.Name, scenario.Moment, what, got, want[0], want[1])
		}
	}
}

// pictures are what a person sees at a scenario's moment, from and to.
var pictures = map[string]map[string][2]float64{
	"healthy": {"full": {0, 0.04}, "worst": {0.01, 0.05}, "in": {4_700, 5_300}, "out": {4_700, 5_300}, "discarded": {0.03, 0.05}},
	"slow-consumer": {
		"full": {0.69, 0.73}, "full in": {22, 31}, "in": {40_700, 41_700}, "in, MiB": {3.10, 3.18}, "out": {39_600, 40_400}, "out, MiB": {3.02, 3.08},
		"discarded": {0.035, 0.047}, "overhead": {0.09, 0.11}, "lag": {1.7, 2.1}, "unread": {70_000, 80_000},
		"share": {0.99, 1}, "switches": {0, 0}, "state": {'R', 'R'},
	},
	"stuck-record":  {"full": {0.4, 0.6}, "head": {3.8, 4.1}, "in": {1_500, 1_700}, "out": {0, 0}, "unread": {5_500, 7_000}},
	"burst":         {"full": {0.3, 0.5}, "worst": {0.7, 0.85}, "in": {1_900, 2_100}, "out": {23_000, 27_000}},
	"discard-storm": {"full": {0.1, 0.35}, "discarded": {0.57, 0.63}, "in": {9_500, 10_500}},
	"full":          {"full": {0.98, 1}, "refused": {25_000, 40_000}, "out": {2_900, 3_300}},
	"flushing":      {"worst": {0.25, 0.35}, "state": {'S', 'S'}, "waits": {0, 0}, "threads": {2, 2}},
	"quiet":         {"full": {0, 0}, "worst": {0.0001, 0.1}, "in": {0, 0}, "switches": {0, 0}, "state": {'S', 'S'}, "waits": {1, 1}},
	"unused":        {"worst": {0, 0}, "switches": {0, 0}, "waits": {1, 1}},
	"orphaned":      {"full": {0, 0}, "worst": {0.01, 0.1}, "threads": {0, 0}},
	"consuming":     {"in": {4_700, 5_300}, "out": {4_700, 5_300}, "threads": {0, 0}},
	"noisy":         {"full": {0.4, 0.6}, "in": {9_000, 9_600}, "out": {6_800, 7_200}, "share": {0.99, 1}},
	"blocked":       {"full": {0, 0.01}, "in": {0, 0}, "refused": {15_000, 18_000}},
	"stopped":       {"full": {0.8, 0.9}, "out": {0, 0}, "share": {0, 0}, "state": {'T', 'T'}},
	"asleep":        {"full": {0.1, 0.2}, "in": {270, 310}, "out": {0, 0}, "share": {0, 0}, "state": {'S', 'S'}, "waits": {1, 1}},
	"no-reader":     {"full": {0.1, 0.2}, "out": {0, 0}, "threads": {0, 0}},
	"small":         {"worst": {0.85, 0.95}, "refused": {0, 0}},
	"overwrite":     {"full": {0.5, 1}, "refused": {0, 0}, "in": {4_700, 5_300}},
	"nearly-full":   {"worst": {0.98, 1}, "refused": {0, 0}},
	"two-readers":   {"threads": {4, 4}, "in": {1_900, 2_100}},
	"forged":        {"in": {0, 0}},
	"wakeups":       {"records a switch": {0.95, 1.1}, "in": {7_700, 8_300}},
	"padded":        {"worst": {0, 0.05}, "overhead": {0, 0.02}},
	"large":         {"worst": {0, 0.01}},
}
