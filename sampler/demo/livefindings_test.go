package demo

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ringscope/model"
	"ringscope/sampler"
)

// In real time every scenario shows at its moment what it shows on simulated time.
func TestLiveShowsTheSame(t *testing.T) {
	longest := 20 * time.Second
	if raced {
		longest = 9 * time.Second
	}
	for _, scenario := range Scenarios() {
		if scenario.Moment > longest {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			c := usualConfig(t, scenario.Name)
			c.Simulated = false
			s, err := New(c)
			if err != nil {
				t.Fatal(err)
			}
			w := sampler.Start(t.Context(), s, sampler.Options{Sleep: sampler.SleepOnTimer})
			time.Sleep(scenario.Moment + 250*time.Millisecond)
			m := w.Latest()
			if err := w.Stop(); err != nil {
				t.Fatalf("%s: %v", scenario.Name, err)
			}
			var codes []model.Code
			for _, f := range m.Findings {
				codes = append(codes, f.Code)
			}
			if !slices.Equal(codes, scenario.Findings) {
				t.Errorf("%s shows %v after %v, expected %v", scenario.Name, codes, scenario.Moment, scenario.Findings)
			}
			if waits := scenario.Name == "restart"; (m.Sample.State == model.Waiting) != waits {
				t.Errorf("%s: state %v", scenario.Name, m.Sample.State)
			}
		})
	}
}
