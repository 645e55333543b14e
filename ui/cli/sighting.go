package cli

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"ringscope/model"
	"ringscope/sampler/target"
	"ringscope/ui/report"
	"ringscope/ui/words"
)

// sighting gathers what a check sees of one ring. It is filled by the goroutine that samples, and never waits.
type sighting struct {
	mu    sync.Mutex
	first *model.Sample
	last  *model.Moment
	used  model.Figure[uint64]
	found []report.Seen // in the order in which they were first seen
	ended bool          // the ring: its successor is waited for, or there
}

// settled is how long a finding must be over at the end of a check to count as ended.
const settled = 2 * time.Second

// lookUp is how much longer than it should a ring is watched until owners and readers are known.
const lookUp = 30 * time.Second

// each takes a published moment.
func (s *sighting) each(m *model.Moment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !read(m) {
		s.ended = s.ended || s.last != nil && m != nil && m.Wait != ""
		return
	}
	s.ended = s.ended || s.last != nil && !s.last.Sample.Since.Equal(m.Sample.Since)
	if s.ended {
		return // its successor is another ring
	}
	if s.first == nil {
		s.first = m.Sample
	}
	s.used = widest(s.used, m.Sample.Occupancy.UsedMax)
	for i := range s.found {
		if s.found[i].Until.IsZero() {
			s.found[i].Until = s.last.Sample.At
		}
	}
	for _, f := range m.Findings {
		i := slices.IndexFunc(s.found, func(old report.Seen) bool { return old.Finding.Code == f.Code })
		if i < 0 {
			s.found = append(s.found, report.Seen{Finding: f})
			continue
		}
		s.found[i] = report.Seen{Finding: f}
	}
	// What led to it is not kept: of some hundred rings that would be much.
	s.last = &model.Moment{Sample: m.Sample, Findings: m.Findings, Wait: m.Wait, Why: m.Why}
}

// watched is how long the ring has been watched.
func (s *sighting) watched() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil {
		return 0
	}
	return s.last.Sample.At.Sub(s.last.Sample.Since)
}

// enough reports whether the ring has been watched for d, and it is known who reads it: a verdict before that would call a ring fine that
// nobody reads. On a busy host the processes take their time to be looked through; it is waited for that for lookUp at most.
func (s *sighting) enough(d time.Duration) bool {
	watched := s.watched()
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.last != nil && (s.last.Sample.Ring.Source != model.SourceBPF || !s.last.Sample.Ring.Looked.IsZero())
	return watched >= d && (known || watched >= d+lookUp)
}

// result is what was seen of ring, which is replaced by what the readings told of it. err is why it could not be read.
func (s *sighting) result(ring *model.Ring, err error) *report.Watched {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &report.Watched{Ring: ring, Err: err, Tried: time.Now()}
	if s.last == nil {
		return w
	}
	w.Ring, w.Moment, w.UsedMax = s.last.Sample.Ring, s.last, s.used
	if s.ended {
		last := *s.last.Sample
		last.State = model.Ended
		w.Moment = &model.Moment{Sample: &last, Findings: s.last.Findings, Why: model.EndOwnerGone}
	}
	if s.first.Seq != s.last.Sample.Seq {
		w.Before = s.first
	}
	// Those that stand come in the order of the last moment, which puts causes first; the others after them.
	place := func(f report.Seen) int {
		if i := slices.IndexFunc(s.last.Findings, func(now model.Finding) bool { return now.Code == f.Finding.Code }); i >= 0 {
			return i
		}
		return len(s.last.Findings)
	}
	w.Found = slices.Clone(s.found)
	for i := range w.Found {
		// One that comes and goes has not ended because of the moment in which the check did.
		if until := w.Found[i].Until; !until.IsZero() && s.last.Sample.At.Sub(until) < settled {
			w.Found[i].Until = time.Time{}
			w.Found[i].Finding = words.Over(w.Found[i].Finding) // it may not come to that
		}
	}
	slices.SortStableFunc(w.Found, func(a, b report.Seen) int {
		return cmp.Or(cmp.Compare(b.Finding.Severity, a.Finding.Severity), cmp.Compare(place(a), place(b)))
	})
	return w
}

// resultOf is result of the ring that ref names.
func (s *sighting) resultOf(ref target.Ref, err error) *report.Watched {
	w := s.result(nil, err)
	w.Target, w.File = ref.String(), ref.Kind == target.File
	return w
}

// widest is the larger of two figures.
func widest(a, b model.Figure[uint64]) model.Figure[uint64] {
	switch {
	case !a.Known():
		return b
	case b.Known():
		return model.Known(max(a.V, b.V), model.Weaken(a.How, b.How))
	}
	return a
}

// worstFirst sorts rings for a reader with little time: by severity, those that could not be read between warnings and hints, then by how full they
// were, then by id.
func worstFirst(all []*report.Watched) {
	rank := func(w *report.Watched) int {
		if w.Err != nil && w.Severity() < model.Warning {
			return 2*int(model.Hint) + 1
		}
		return 2 * int(w.Severity())
	}
	worst := func(w *report.Watched) float64 {
		if !w.UsedMax.Known() {
			return 0
		}
		return float64(w.UsedMax.V) / float64(max(1, w.Ring.Size()))
	}
	slices.SortStableFunc(all, func(a, b *report.Watched) int {
		return cmp.Or(cmp.Compare(rank(b), rank(a)), cmp.Compare(worst(b), worst(a)), cmp.Compare(a.Ring.ID, b.Ring.ID))
	})
}
