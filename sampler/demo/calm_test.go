//go:build !race

package demo

import (
	"testing"
	"time"

	"ringscope/model"
	"ringscope/sampler"
)

// calm are the scenarios in which nothing is ever marked.
var calm = []string{"healthy", "quiet", "unused"}

// TestNothingHappensInAnHour: what is calm stays calm: the only mark is that watching began, and nothing is found.
func TestNothingHappensInAnHour(t *testing.T) {
	for _, name := range calm {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := New(usualConfig(t, name))
			if err != nil {
				t.Fatal(err)
			}
			moments := 0
			last, err := sampler.Play(s, begin, time.Hour, sampler.Options{}, model.Focus{}, func(m *model.Moment) {
				moments++
				if len(m.Findings) > 0 || len(m.History.Marks) != 1 || m.History.Marks[0].Kind != model.MarkAttached {
					t.Fatalf("after %v: findings %v, marks %v", m.Sample.At.Sub(begin), m.Findings, m.History.Marks)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if moments < 35_000 || (last.Sample.Totals.Records > 0) == (name == "unused") {
				t.Errorf("%d moments, %d records: nothing was watched", moments, last.Sample.Totals.Records)
			}
		})
	}
}
