package demo

import (
	"fmt"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// ledger is an intake that counts.
type ledger struct {
	ring                                   *model.Ring
	committed, discarded, unresolved, busy int
	bytes, missed                          uint64
	busyMost                               int
	bad                                    []error
	drops                                  uint64
	how                                    string
	positions                              ringcore.Positions
	looks                                  int
}

func (l *ledger) Batch(b *ringcore.Batch) {
	if b.Before {
		l.bad = append(l.bad, fmt.Errorf("%d records were there before watching began", b.Records))
	}
	l.committed += int(b.Committed())
	l.discarded += int(b.Discarded)
	l.busy += int(b.Busy)
	l.bytes += b.To - b.From
	l.busyMost = max(l.busyMost, l.busy)
}

func (l *ledger) Busy(ringcore.Pos, uint64, bool) {}

func (l *ledger) Resolved(_ ringcore.Pos, raw uint64, _ bool) {
	l.busy--
	if ringcore.Linux.Decode(raw).Discard {
		l.discarded++
	} else {
		l.committed++
	}
}

func (l *ledger) Unresolved(ringcore.Pos, uint64, bool) { l.busy--; l.unresolved++ }

func (l *ledger) Lapped(from, to ringcore.Pos, _, _ bool) { l.missed += to - from }

func (l *ledger) Corrupt(_ ringcore.Pos, _ uint64, why error, _ ringcore.Pos, _ bool) {
	l.bad = append(l.bad, why)
}

func (l *ledger) Begin(time.Time)             { l.looks++ }
func (l *ledger) End(p ringcore.Positions)    { l.positions = p }
func (l *ledger) Ring(r *model.Ring)          { l.ring = r }
func (l *ledger) Wait(string)                 {}
func (l *ledger) Ended(string)                {}
func (l *ledger) Drops(n uint64, how string)  { l.drops, l.how = n, how }
func (l *ledger) SecondReader(ringcore.Pos)   {}
func (l *ledger) Readership(model.Readership) {}

// records is all that were seen.
func (l *ledger) records() int { return l.committed + l.discarded + l.unresolved + l.busy }

// produced is what the producers say that they did; the schedule must stand still.
type produced struct{ reserved, submitted, discarded, refused, bytes uint64 }

func producedBy(s *Source) produced {
	var p produced
	for _, w := range s.writers {
		p.reserved += w.tally.reserved.Load()
		p.submitted += w.tally.submitted.Load()
		p.discarded += w.tally.discarded.Load()
		p.refused += w.tally.refused.Load()
		p.bytes += w.tally.bytes.Load()
	}
	return p
}

// look looks until everything is told; the schedule must stand still, or be simulated.
func look(t *testing.T, s *Source, now time.Time, l *ledger) {
	t.Helper()
	for {
		pace, err := s.Look(now, l)
		if err != nil {
			t.Fatal(err)
		}
		if !pace.More {
			return
		}
	}
}

// lookOften looks at a simulated schedule every 10 ms.
func lookOften(t *testing.T, s *Source, from time.Time, d time.Duration, l *ledger) {
	t.Helper()
	for at := time.Duration(0); at <= d; at += 10 * time.Millisecond {
		look(t, s, from.Add(at), l)
	}
}

// agree compares what was seen with what was produced.
func agree(t *testing.T, l *ledger, p produced) {
	t.Helper()
	if l.missed != 0 || len(l.bad) > 0 || l.unresolved != 0 {
		t.Errorf("missed %d bytes, %d unresolved, bad headers %v", l.missed, l.unresolved, l.bad)
	}
	if uint64(l.records()) != p.reserved || uint64(l.committed) != p.submitted || uint64(l.discarded) != p.discarded || l.bytes != p.bytes {
		t.Errorf("seen %d records, %d committed, %d discarded, %d bytes; produced %+v", l.records(), l.committed, l.discarded, l.bytes, p)
	}
	if l.drops != p.refused || l.how != "simulated" {
		t.Errorf("told %d drops (%s), refused %d", l.drops, l.how, p.refused)
	}
}

func newSourceFor(t *testing.T, c Config) *Source {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
