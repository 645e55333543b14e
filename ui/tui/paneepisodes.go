package tui

import (
	"cmp"
	"slices"
	"time"

	"ringscope/model"
)

// episode is one time that a finding stood.
type episode struct {
	episodeKey
	severity model.Severity
	to       time.Time // zero: it stands
	before   bool      // it stood when watching began
	hidden   bool      // it stands, and a cause that is shown explains it
	// finding is its evidence, now or as it stood at its beginning, and sample the reading that belongs to it; nil: not kept.
	finding *model.Finding
	sample  *model.Sample
	mark    *model.Mark // of its beginning; nil: not kept
}

// episodeKey tells episodes apart.
type episodeKey struct {
	code model.Code
	from time.Time // zero: its beginning is not known any more
}

// stands reports whether the finding has not ended.
func (e *episode) stands() bool { return e.to.IsZero() }

// covers reports whether the finding stood at t.
func (e *episode) covers(t time.Time) bool {
	return !t.Before(e.from) && (e.stands() || t.Before(e.to))
}

// lasted is how long it stood, until now if it stands.
func (e *episode) lasted(now time.Time) (time.Duration, bool) {
	if e.from.IsZero() {
		return 0, false
	}
	if !e.stands() {
		now = e.to
	}
	return max(0, now.Sub(e.from)), true
}

// episodes are the findings of a moment: those that stand, the worst first as in line 2, then those that have ended, the newest first.
func episodes(m *model.Moment) []episode {
	if m == nil {
		return nil
	}
	var out []episode
	if m.History != nil {
		for i := range m.History.Marks {
			switch mark := &m.History.Marks[i]; mark.Kind {
			case model.MarkBegan:
				out = append(out, episode{episodeKey: episodeKey{mark.Code, mark.At}, severity: mark.Severity, hidden: true, mark: mark})
			case model.MarkEnded:
				out = end(out, mark)
			}
		}
	}
	for i := range m.Findings {
		out = stand(out, &m.Findings[i], m.Sample)
	}
	for i := range out {
		if e := &out[i]; e.finding == nil {
			e.finding, e.sample = kept(m, e.episodeKey)
			e.before = e.finding != nil && e.finding.Before
		}
	}
	slices.SortStableFunc(out, func(a, b episode) int {
		if a.stands() != b.stands() {
			if a.stands() {
				return -1
			}
			return 1
		}
		if a.stands() && a.hidden != b.hidden {
			if b.hidden {
				return -1
			}
			return 1
		}
		if a.stands() {
			return cmp.Or(cmp.Compare(a.rank(m), b.rank(m)), cmp.Compare(b.severity, a.severity), b.from.Compare(a.from))
		}
		return cmp.Or(b.to.Compare(a.to), b.from.Compare(a.from), cmp.Compare(b.severity, a.severity))
	})
	return out
}

// rank is the place of a finding that stands among those of the moment; behind them all where it is none of them.
func (e *episode) rank(m *model.Moment) int {
	for i := range m.Findings {
		if m.Findings[i].Code == e.code {
			return i
		}
	}
	return len(m.Findings)
}

// end ends the newest open episode of the mark's finding. The mark of its beginning may have been too long ago.
func end(all []episode, mark *model.Mark) []episode {
	for i := len(all) - 1; i >= 0; i-- {
		if e := &all[i]; e.code == mark.Code && e.stands() {
			e.to, e.hidden = mark.At, false
			return all
		}
	}
	return append(all, episode{episodeKey: episodeKey{code: mark.Code}, severity: mark.Severity, to: mark.At})
}

// stand enters a finding that is shown.
func stand(all []episode, f *model.Finding, s *model.Sample) []episode {
	for i := len(all) - 1; i >= 0; i-- {
		if e := &all[i]; e.code == f.Code && e.stands() {
			e.hidden, e.before, e.finding, e.sample = false, f.Before, f, s
			return all
		}
	}
	return append(all, episode{episodeKey: episodeKey{f.Code, f.Since}, severity: f.Severity, before: f.Before, finding: f, sample: s})
}

// kept is a finding as it stood at its beginning, of which the moment was kept.
func kept(m *model.Moment, k episodeKey) (*model.Finding, *model.Sample) {
	if m.History == nil {
		return nil, nil
	}
	for _, at := range slices.Backward(m.History.Kept) {
		for i := range at.Findings {
			if f := &at.Findings[i]; f.Code == k.code && f.Since.Equal(k.from) {
				return f, at.Sample
			}
		}
	}
	return nil, nil
}

// chosen is the index of the selected episode: of k, or the first.
func chosen(all []episode, k episodeKey) int {
	for i := range all {
		if all[i].episodeKey == k {
			return i
		}
	}
	return 0
}
