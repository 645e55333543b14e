package file

import (
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

// notes is an intake that writes down what it is told.
type notes struct {
	looks, records, discarded, busy, bytes, before, missed uint64

	rings     []*model.Ring
	positions ringcore.Positions
	ended     []string
	strange   []string // what no test here expects
}

func (n *notes) Begin(time.Time)          { n.looks++ }
func (n *notes) End(p ringcore.Positions) { n.positions = p }
func (n *notes) Ring(r *model.Ring)       { n.rings = append(n.rings, r) }
func (n *notes) Ended(why string)         { n.ended = append(n.ended, why) }

func (n *notes) Batch(b *ringcore.Batch) {
	if b.Before {
		n.before += b.Records
		return
	}
	n.records += b.Records
	n.discarded += b.Discarded
	n.busy += b.Busy
	n.bytes += b.To - b.From
}

func (n *notes) Busy(ringcore.Pos, uint64, bool) {}

func (n *notes) Resolved(_ ringcore.Pos, _ uint64, before bool) {
	if !before {
		n.busy--
	}
}

func (n *notes) Unresolved(ringcore.Pos, uint64, bool) { n.strange = append(n.strange, "unresolved") }

func (n *notes) Lapped(from, to ringcore.Pos, _, _ bool) { n.missed += to - from }

func (n *notes) Corrupt(_ ringcore.Pos, _ uint64, why error, _ ringcore.Pos, _ bool) {
	n.strange = append(n.strange, why.Error())
}

func (n *notes) Wait(what string)             { n.strange = append(n.strange, "wait for "+what) }
func (n *notes) Drops(uint64, string)         { n.strange = append(n.strange, "drops") }
func (n *notes) Readership(model.Readership)  {}
func (n *notes) SecondReader(at ringcore.Pos) { n.strange = append(n.strange, "second reader") }

// clock is simulated time.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

// look looks until everything there is was told.
func (c *clock) look(t *testing.T, s *Source, n *notes) sampler.Pace {
	t.Helper()
	for {
		c.now = c.now.Add(time.Millisecond)
		pace, err := s.Look(c.now, n)
		if err != nil {
			t.Fatal(err)
		}
		if !pace.More {
			return pace
		}
	}
}

func open(t *testing.T, path string) *Source {
	t.Helper()
	s, err := Open(path, Options{Payload: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, s) })
	return s
}

func closing(t *testing.T, c interface{ Close() error }) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}
