package words

import (
	"strings"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
)

// stopped is a moment nine minutes after watching began, at which the reader has stopped for the n-th time; once an earlier ring's did.
func stopped(n int, stands bool) *model.Moment {
	begin := time.Date(2026, 11, 22, 2, 5, 0, 0, time.UTC)
	now := begin.Add(9 * time.Minute)
	m := &model.Moment{
		Sample: &model.Sample{At: now, Since: begin, State: model.Live, Ring: &model.Ring{Geometry: ringcore.Geometry{Size: 1 << 20}}},
		History: &model.History{Marks: []model.Mark{
			{At: begin.Add(-time.Minute), Kind: model.MarkBegan, Code: model.ConsumerStalled, Severity: model.Problem},
			{At: begin.Add(time.Minute), Kind: model.MarkBegan, Code: model.Burst, Severity: model.Warning},
		}},
	}
	m.Sample.Positions.Producer = model.Of[uint64](1)
	for i := range n {
		at := now.Add(-time.Duration(n-i) * 90 * time.Second)
		m.History.Marks = append(m.History.Marks, model.Mark{At: at, Kind: model.MarkBegan, Code: model.ConsumerStalled, Severity: model.Problem})
		if i < n-1 || !stands {
			end := model.Mark{At: at.Add(5 * time.Second), Kind: model.MarkEnded, Code: model.ConsumerStalled, Severity: model.Problem}
			m.History.Marks = append(m.History.Marks, end)
		} else {
			m.Findings = []model.Finding{{
				Code: model.ConsumerStalled, Severity: model.Problem, Since: at, Evidence: model.Evidence{For: 3 * time.Second, Waiting: 1 << 20},
			}}
		}
	}
	return m
}

func TestTheVerdictCountsWhatComesAgain(t *testing.T) {
	for _, at := range []struct {
		times  int
		stands bool
		want   string
	}{
		{1, true, ""},
		{2, true, "2nd time in 3 min"},
		{3, true, "3rd time in 4 min 30 s"},
		{1, false, ""},
		{3, false, "3 times in 4 min 30 s"},
	} {
		m := stopped(at.times, at.stands)
		said := Judge(text.UTF8, m, m.Sample.At, 200).Second()
		if at.want == "" && strings.Contains(said, " time") || !strings.Contains(said, at.want) {
			t.Errorf("%d times, stands %v: %q, want %q in it", at.times, at.stands, said, at.want)
		}
		for width := 20; width < 200; width++ {
			narrow := Judge(text.UTF8, m, m.Sample.At, width).Second()
			if text.Width(narrow) > width && width > 40 {
				t.Fatalf("%d cells: %q", width, narrow)
			}
		}
	}
}

func TestOrdinals(t *testing.T) {
	for n, want := range map[int]string{2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 22: "22nd", 111: "111th", 128: "128th"} {
		if got := ordinal(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
