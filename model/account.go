package model

import (
	"time"

	"ringscope/ringcore"
)

// Account turns what looks at a ring tell into moments. It belongs to one goroutine.
type Account struct {
	ring  *Ring
	state State
	now   time.Time
}

// NewAccount returns an account of no ring yet.
func NewAccount() *Account { return &Account{} }

// Ring gives or replaces the ring's identity.
func (a *Account) Ring(r *Ring) { a.ring = r }

// Wait says that there is no ring now and what is waited for, in the user's words.
func (a *Account) Wait(what string) {}

// Ended says that the ring ended: one of the End reasons.
func (a *Account) Ended(why string) {}

// Drops gives the number of refused reservations since watching began, and where it comes from.
func (a *Account) Drops(count uint64, how string) {}

// SecondReader says that a second consumer was noticed.
func (a *Account) SecondReader(at ringcore.Pos) {}

// Begin starts a look at now.
func (a *Account) Begin(now time.Time) { a.now = now }

// End finishes the look with the positions that were read.
func (a *Account) End(p ringcore.Positions) {}

// Batch implements [ringcore.Sink].
func (a *Account) Batch(b *ringcore.Batch) {}

// Busy implements [ringcore.Sink].
func (a *Account) Busy(pos ringcore.Pos, raw uint64, before bool) {}

// Resolved implements [ringcore.Sink].
func (a *Account) Resolved(pos ringcore.Pos, raw uint64, before bool) {}

// Unresolved implements [ringcore.Sink].
func (a *Account) Unresolved(pos ringcore.Pos, raw uint64, before bool) {}

// Lapped implements [ringcore.Sink].
func (a *Account) Lapped(from, to ringcore.Pos, torn bool) {}

// Corrupt implements [ringcore.Sink].
func (a *Account) Corrupt(pos ringcore.Pos, raw uint64, why error, resumed ringcore.Pos) {}

// FirstSeen tells when a look first found the record at pos, and how much earlier it can have come.
func (a *Account) FirstSeen(pos ringcore.Pos) (Figure[time.Time], time.Duration) {
	return Figure[time.Time]{}, 0
}

// Publish makes the moment of now.
func (a *Account) Publish(now time.Time, d Detail, o Observation) *Moment {
	return &Moment{Sample: &Sample{At: now, Ring: a.ring, State: a.state, Detail: d, Observer: o}, History: &History{}}
}

// RatesBetween gives the rates of the time between two samples of one ring.
func RatesBetween(a, b *Sample) Rates { return Rates{Window: b.At.Sub(a.At)} }
