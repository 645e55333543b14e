package report

import (
	"maps"
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

// evidence is what a finding is concluded from, by code. since_is_lower_bound says that it was so when watching began.
func evidence(f model.Finding, now time.Time) map[string]any {
	e := f.Evidence
	lasted := e.For
	if lasted <= 0 {
		lasted = max(0, now.Sub(f.Since))
	}
	var reader any
	if e.ReaderKnown && e.Reader.PID != 0 {
		reader = Process{PID: e.Reader.PID, Comm: e.Reader.Comm}
	}
	data := map[string]any{"since_is_lower_bound": f.Before}
	with := func(more map[string]any) map[string]any {
		maps.Copy(data, more)
		return data
	}
	switch f.Code {
	case model.ConsumerSlow:
		return with(map[string]any{
			"in_bytes_per_second":  float(e.In),
			"out_bytes_per_second": float(e.Out),
			"seconds_to_full":      seconds(e.Full),
			"seconds":              lasted.Seconds(),
			"full":                 e.RingIsFull,
			"reader":               reader,
		})
	case model.ConsumerStalled:
		return with(map[string]any{
			"waiting_bytes":   e.Waiting,
			"waiting_records": value(e.WaitingR),
			"seconds":         lasted.Seconds(),
			"reader":          reader,
		})
	case model.NoConsumer:
		return with(map[string]any{
			"waiting_bytes":   e.Waiting,
			"waiting_records": value(e.WaitingR),
			"seconds":         lasted.Seconds(),
		})
	case model.HeadBusy:
		return with(map[string]any{
			"position":        e.Position,
			"waiting_bytes":   e.Waiting,
			"waiting_records": value(e.WaitingR),
			"seconds":         lasted.Seconds(),
			"full":            e.RingIsFull,
		})
	case model.DropsCounted:
		return with(map[string]any{
			"count":      e.Count,
			"per_second": float(model.Of(e.PerSecond)),
			"how":        e.How,
		})
	case model.DropProne:
		return with(map[string]any{
			"largest_bytes":  e.Largest,
			"prone_seconds":  e.ProneFor.Seconds(),
			"window_seconds": e.ProneWindow.Seconds(),
		})
	case model.ManyReaders:
		return with(map[string]any{
			"count": e.Count,
		})
	case model.PositionInvalid:
		return with(map[string]any{
			"position":     e.Position,
			"ahead_bytes":  e.Ahead,
			"behind_bytes": e.Waiting,
			"misaligned":   e.Misaligned,
		})
	case model.Corrupt:
		return with(map[string]any{
			"position":   e.Position,
			"header_hex": text.HeaderHex(e.Raw),
			"why":        e.Why,
			"count":      e.Count,
		})
	case model.ViewGaps:
		return with(map[string]any{
			"missed_bytes": e.Missed,
			"last":         since(e.At),
		})
	case model.OwnerGone:
		return with(map[string]any{
			"at": since(e.At),
		})
	default:
		return data
	}
}
