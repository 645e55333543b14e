package report

import (
	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// Finding in JSON. Scripts read Code and Data, never Text.
type Finding struct {
	Code     string         `json:"code"`
	Severity string         `json:"severity"`
	Since    string         `json:"since"`
	Title    string         `json:"title"`
	Text     string         `json:"text"`
	Advice   string         `json:"advice"`
	Data     map[string]any `json:"data"`
}

func newFindings(m *model.Moment) []Finding {
	all := make([]Finding, 0, len(m.Findings))
	for _, f := range m.Findings {
		t := words.Finding(text.UTF8, f, m.Sample, m.Sample.At)
		all = append(all, Finding{
			Code: string(f.Code), Severity: f.Severity.String(), Since: stamp(f.Since), Title: t.Title, Text: t.Sentences[0],
			Advice: t.Advice[0], Data: evidence(f, m.Sample.At),
		})
	}
	return all
}
