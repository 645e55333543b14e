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
	stays    bool // of a file it is true of what its server left, too
	holds    func(f *facts) (verdict, bool)
}

// verdict is what a rule found.
type verdict struct {
	since    time.Time
	before   bool // it was so when watching began
	evidence Evidence
}

const ruleCount = 20

// rules, causes first.
var rules = [ruleCount]rule{
	{code: OwnerGone, severity: Warning, early: true, all: true, holds: ownerGone},
	{code: PositionInvalid, severity: Problem, early: true, hold: invalidHold, all: true, stays: true, holds: positionInvalid},
	{code: Corrupt, severity: Problem, early: true, hides: []Code{ViewGaps}, stays: true, holds: corrupt},
	{code: ManyReaders, severity: Problem, early: true, holds: manyReaders},
	{code: HeadBusy, severity: Problem, early: true, hold: headBusyHold, hides: []Code{ConsumerStalled, ReaderAsleep, ConsumerSlow}, holds: headBusy},
	{code: NoConsumer, severity: Problem, hold: noConsumerHold, hides: []Code{ConsumerStalled, ReaderAsleep, ConsumerSlow}, holds: noConsumer},
	{code: ReaderAsleep, severity: Problem, hold: asleepHold, hides: []Code{ConsumerStalled, ConsumerSlow}, holds: readerAsleep},
	{code: ConsumerStalled, severity: Problem, hold: stalledHold, hides: []Code{ConsumerSlow}, holds: consumerStalled},
	{code: ConsumerSlow, severity: Problem, hold: slowHold, hides: []Code{Undersized}, holds: consumerSlow},
	{code: ReserveBlocked, severity: Problem, early: true, hold: blockedHold, holds: reserveBlocked},
	{code: Overwritten, severity: Problem, early: true, holds: overwritten},
	{code: DropsCounted, severity: Problem, early: true, hides: []Code{DropProne}, holds: drops},
	{code: DropProne, severity: Problem, holds: dropProne},
	{code: Burst, severity: Warning, hides: []Code{Undersized}, holds: burstTooBig},
	{code: Undersized, severity: Warning, holds: undersized},
	{code: ViewGaps, severity: Warning, early: true, holds: viewGaps},
	{code: DiscardHeavy, severity: Hint, hold: hintHold, holds: discardHeavy},
	{code: OversizedRecord, severity: Hint, hold: hintHold, holds: oversizedRecords},
	{code: WakeupPerRecord, severity: Hint, hold: hintHold, holds: wakeupPerRecord},
	{code: Oversized, severity: Hint, holds: oversized},
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
	marked  bool      // it was shown, and its begin stands on the time line
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
		if f := &j.of[i].finding; j.of[i].marked {
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

// judge looks at all rules and returns what stands, headline first, without what a shown cause explains. When that begins and ends is
// marked on the time line; starts are the begins of what is shown for the first time.
func (j *judge) judge(f *facts, now time.Time) (shown []Finding, starts []time.Time) {
	looking := f.looks == 0 || f.at.Sub(f.began) < LookingFor
	for i := range rules {
		j.apply(&rules[i], &j.of[i], f, now, looking)
	}
	for i := range rules {
		s := &j.of[i]
		if !s.stands || j.hidden(i, f.isFile()) {
			continue
		}
		shown = append(shown, s.finding)
		if !s.marked {
			s.marked = true
			starts = append(starts, s.finding.Since)
			f.line.mark(Mark{
				At: s.finding.Since, Seen: now, Kind: MarkBegan, Code: s.finding.Code, Severity: s.finding.Severity, Before: s.finding.Before, ID: f.id(),
			})
		}
		if f.line.begun {
			f.line.severe(s.finding.Severity, s.finding.Since)
		}
	}
	// The table is in order of causes, and sorting keeps that.
	slices.SortStableFunc(shown, func(a, b Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	return shown, starts
}

// apply looks at one rule.
func (j *judge) apply(r *rule, s *standing, f *facts, now time.Time, looking bool) {
	v, holds := verdict{}, false
	if r.early || !looking {
		v, holds = r.holds(f)
	}
	s.finding.Past = !holds
	switch {
	case holds:
		if !s.stands {
			s.stands = true
			s.finding = Finding{Code: r.code, Severity: r.severity, Since: v.since, Before: v.before}
		}
		s.finding.Evidence = v.evidence
		s.last = now
	case s.stands && now.Sub(s.last) >= r.hold:
		if s.marked {
			f.line.mark(Mark{At: now, Kind: MarkEnded, Code: r.code, Severity: r.severity, ID: f.id()})
		}
		s.stands, s.marked = false, false
	}
}

// hidden reports whether a standing cause explains rule i. The memory of a ring whose owner is gone is nobody's concern; a file whose server
// is gone is still read.
func (j *judge) hidden(i int, file bool) bool {
	for k := range rules {
		if k == i || !j.of[k].stands || file && rules[k].code == OwnerGone && rules[i].stays {
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

func (a *Account) isFile() bool { return a.ring != nil && a.ring.Source == SourceFile }

func (a *Account) id() uint32 {
	if a.ring == nil {
		return 0
	}
	return a.ring.ID
}
