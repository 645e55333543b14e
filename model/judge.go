package model

import (
	"cmp"
	"slices"
	"time"
)

// rule decides about one kind of finding. The table's order is that of causes: of findings equally severe, the one further up is the
// headline.
type rule struct {
	code     Code
	severity Severity
	early    bool          // certain at once: said also while LOOKING
	hold     time.Duration // it stays for this long after it last held
	hides    []Code        // what only follows from it; all hides everything else
	all      bool
	holds    func(f *facts) (verdict, bool)
}

// verdict is what a rule found.
type verdict struct {
	since    time.Time
	before   bool // it was so when watching began
	evidence Evidence
}

const ruleCount = 11

// rules, causes first.
var rules = [ruleCount]rule{
	{code: OwnerGone, severity: Warning, early: true, all: true, holds: ownerGone},
	{code: PositionInvalid, severity: Problem, early: true, hold: invalidHold, all: true, holds: positionInvalid},
	{code: Corrupt, severity: Problem, early: true, hides: []Code{ViewGaps}, holds: corrupt},
	{code: ManyReaders, severity: Problem, early: true, holds: manyReaders},
	{code: HeadBusy, severity: Problem, early: true, hold: headBusyHold, hides: []Code{ConsumerStalled, ConsumerSlow}, holds: headBusy},
	{code: NoConsumer, severity: Problem, hold: noConsumerHold, hides: []Code{ConsumerStalled, ConsumerSlow}, holds: noConsumer},
	{code: ConsumerStalled, severity: Problem, hold: stalledHold, hides: []Code{ConsumerSlow}, holds: consumerStalled},
	{code: ConsumerSlow, severity: Problem, hold: slowHold, holds: consumerSlow},
	{code: DropsCounted, severity: Problem, early: true, hides: []Code{DropProne}, holds: drops},
	{code: DropProne, severity: Problem, holds: dropProne},
	{code: ViewGaps, severity: Warning, early: true, holds: viewGaps},
}

// facts are what rules look at: the account and the sample that is about to be published.
type facts struct {
	*Account
	sample *Sample
	at     time.Time // of the newest look
}

// standing is the state of one rule.
type standing struct {
	stands  bool
	last    time.Time // when it last held
	finding Finding
}

// judge keeps which findings stand.
type judge struct {
	of [ruleCount]standing
}

// reset begins anew and returns the ends of what stood.
func (j *judge) reset() (ended []Mark) {
	for i := range j.of {
		if f := &j.of[i].finding; j.of[i].stands {
			ended = append(ended, Mark{Kind: MarkEnded, Code: f.Code, Severity: f.Severity})
		}
	}
	j.of = [ruleCount]standing{}
	return ended
}

// stands reports whether a finding stands, hidden or not.
func (j *judge) stands(c Code) bool {
	for i := range j.of {
		if j.of[i].stands && j.of[i].finding.Code == c {
			return true
		}
	}
	return false
}

// judge looks at all rules and returns what stands, headline first, without what a shown cause explains. What begins or ends is
// marked on the time line.
func (j *judge) judge(f *facts, now time.Time) []Finding {
	looking := f.looks == 0 || f.at.Sub(f.began) < LookingFor
	for i := range rules {
		j.apply(&rules[i], &j.of[i], f, now, looking)
	}
	return j.shown()
}

// apply looks at one rule.
func (j *judge) apply(r *rule, s *standing, f *facts, now time.Time, looking bool) {
	v, holds := verdict{}, false
	if r.early || !looking {
		v, holds = r.holds(f)
	}
	switch {
	case holds:
		if !s.stands {
			s.stands = true
			s.finding = Finding{Code: r.code, Severity: r.severity, Since: v.since, Before: v.before}
			f.line.mark(Mark{At: v.since, Kind: MarkBegan, Code: r.code, Severity: r.severity, ID: f.id()})
		}
		s.finding.Evidence = v.evidence
		s.last = now
	case s.stands && now.Sub(s.last) >= r.hold:
		s.stands = false
		f.line.mark(Mark{At: now, Kind: MarkEnded, Code: r.code, Severity: r.severity, ID: f.id()})
	}
	if s.stands && f.line.begun {
		f.line.severe(r.severity, s.finding.Since)
	}
}

// shown returns what stands and is not hidden.
func (j *judge) shown() []Finding {
	var out []Finding
	for i := range rules {
		if j.of[i].stands && !j.hidden(i) {
			out = append(out, j.of[i].finding)
		}
	}
	// The table is in order of causes, and sorting keeps that.
	slices.SortStableFunc(out, func(a, b Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	return out
}

// hidden reports whether a standing cause explains rule i.
func (j *judge) hidden(i int) bool {
	for k := range rules {
		if k == i || !j.of[k].stands {
			continue
		}
		if rules[k].all && (!rules[i].all || k < i) {
			return true
		}
		if slices.Contains(rules[k].hides, rules[i].code) {
			return true
		}
	}
	return false
}

func (a *Account) id() uint32 {
	if a.ring == nil {
		return 0
	}
	return a.ring.ID
}
