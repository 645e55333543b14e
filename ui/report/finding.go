package report

import (
	"time"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// Finding in JSON. Scripts read Code and Data, never Text.
type Finding struct {
	Code     string         `json:"code"`
	Severity string         `json:"severity"`
	Since    string         `json:"since"`
	Until    *string        `json:"until"` // when it stood last; null: it stands
	Title    string         `json:"title"`
	Text     string         `json:"text"`
	Advice   string         `json:"advice"`
	Data     map[string]any `json:"data"`
}

func newFindings(m *model.Moment) []Finding {
	all := make([]Finding, 0, len(m.Findings))
	for _, f := range m.Findings {
		all = append(all, newFinding(f, m.Sample, m.Sample.At))
	}
	return all
}

// newFinding is f as it stood at now.
func newFinding(f model.Finding, s *model.Sample, now time.Time) Finding {
	t := words.Finding(text.UTF8, f, s, now)
	j := Finding{
		Code: string(f.Code), Severity: f.Severity.String(), Since: stamp(f.Since), Title: t.Title, Text: t.Sentences[0],
		Advice: t.Advice[0], Data: evidence(f, s, now),
	}
	if f.Code == model.OwnerGone {
		j.Advice = words.Left // what it says is for a screen
	}
	return j
}
