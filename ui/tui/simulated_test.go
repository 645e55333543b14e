package tui

import (
	"testing"
	"time"

	"ringscope/model"
	"ringscope/sampler"
	"ringscope/sampler/target"
)

// scenarios are those that are simulated: all, and with the race detector those that are soon at their moment.
func scenarios() (some []target.Scenario) {
	for _, s := range target.Scenarios() {
		if !raced || s.Moment <= 10*time.Second {
			some = append(some, s)
		}
	}
	return some
}

// unless is how long or how much without the race detector, and with it.
func unless[T any](usual, detecting T) T {
	if raced {
		return detecting
	}
	return usual
}

// bestMoments keeps what was simulated once: some scenarios take minutes of their own time.
var bestMoments = map[string]*model.Moment{}

// bestMoment is the moment at which a scenario shows what it is about.
func bestMoment(t *testing.T, scenario string) *model.Moment {
	t.Helper()
	if m := bestMoments[scenario]; m != nil {
		return m
	}
	config, err := target.NewSimulation(scenario)
	if err != nil {
		t.Fatal(err)
	}
	focus := model.Focus{Anchor: model.AtReader, Before: 64, Rows: 256, Payload: tablePayload}
	m, err := target.Moment(t.Context(), config, target.BestMoment(config), sampler.Options{}, focus, nil)
	if err != nil {
		t.Fatal(err)
	}
	if pos, there := InTheWay(m); there {
		focus.Anchor, focus.From = model.AtPos, pos
		if m, err = target.Moment(t.Context(), config, target.BestMoment(config), sampler.Options{}, focus, nil); err != nil {
			t.Fatal(err)
		}
	}
	bestMoments[scenario] = m
	return m
}

// simulated is a source of a scenario on simulated time.
func simulated(t testing.TB, scenario string, change ...func(*target.Simulation)) sampler.Source {
	t.Helper()
	config, err := target.NewSimulation(scenario)
	if err != nil {
		t.Fatal(err)
	}
	config.Simulated = true
	for _, f := range change {
		f(&config)
	}
	source, err := target.Simulate(config)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// play plays a scenario on simulated time, which begins with the tests' own, and returns the last moment.
func play(t *testing.T, scenario string, until time.Duration, each func(*model.Moment), change ...func(*target.Simulation)) *model.Moment {
	t.Helper()
	source := simulated(t, scenario, change...)
	focus := model.Focus{Anchor: model.AtReader, Before: 64, Rows: 128, Payload: tablePayload}
	m, err := sampler.Play(source, begin, until, sampler.Options{}, focus, each)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// shared is how long the scenario lasts that most tests play, and part of it.
const shared = 40 * time.Second

// sharedMoments are those of slow-consumer, once they were played.
var sharedMoments []*model.Moment

// played is every moment of a scenario until then.
func played(t *testing.T, scenario string, until time.Duration, change ...func(*target.Simulation)) (all []*model.Moment) {
	t.Helper()
	keep := func(m *model.Moment) { all = append(all, m) }
	if scenario != "slow-consumer" || until > shared || len(change) > 0 {
		play(t, scenario, until, keep, change...)
		return all
	}
	if sharedMoments == nil {
		play(t, scenario, shared, keep)
		sharedMoments = all
	}
	for i, m := range sharedMoments {
		if when(m).Sub(begin) > until {
			return sharedMoments[:i:i]
		}
	}
	return sharedMoments
}
