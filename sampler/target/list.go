package target

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler/bpf"
)

// Listed is a ring of this host as one look found it.
type Listed struct {
	Ring      *model.Ring
	Positions model.Positions // all unknown with Err
	Occupancy model.Occupancy // only what one look tells: Used and Ratio
	Err       error           // why the positions could not be read
}

// Host is what one look at this host found.
type Host struct {
	Rings []Listed // by id
	Maps  int      // maps of all kinds that were looked at
	Notes []string // what could not be looked at, a sentence each
}

// Check is one thing that ringscope needs or can make use of on this host.
type Check = bpf.Check

// Doctor tells what works on this host.
func Doctor(ctx context.Context) []Check { return append(bpf.Doctor(ctx), formats()) }

// formats tells which record formats can be read, and where each is found.
func formats() Check {
	var other []string
	for _, f := range ringcore.Formats {
		if f != ringcore.Linux {
			other = append(other, f.Name)
		}
	}
	return Check{Name: "record formats", OK: true, Detail: fmt.Sprintf("%s for rings of a kernel. In ring files and simulations also %s: a file's format is what it "+
		"says if its records agree, or else what they tell, or --format. Those were tried on rings that ringscope's own writers made, never on a Windows host.", ringcore.Linux.Name, strings.Join(other, ", "))}
}

// List finds the kernel rings of this host. Errors wrap those of package sampler.
func List(ctx context.Context, now time.Time) (Host, error) {
	found, err := bpf.Look(ctx)
	if err != nil {
		return Host{}, err // a sentence that says what to do
	}
	h := Host{Maps: found.Maps, Notes: found.Notes, Rings: make([]Listed, 0, len(found.Rings))}
	for _, l := range found.Rings {
		h.Rings = append(h.Rings, listed(l, now))
	}
	return h, nil
}

// listed judges positions as every other reading does.
func listed(l bpf.Listed, now time.Time) Listed {
	r := Listed{Ring: l.Ring, Err: l.Err}
	if l.Err == nil {
		r.Positions, r.Occupancy = once(l.Ring, l.Positions, now)
	}
	return r
}

// once is what a single reading of the positions tells.
func once(ring *model.Ring, p ringcore.Positions, now time.Time) (model.Positions, model.Occupancy) {
	a := model.NewAccount()
	a.Ring(ring)
	a.Begin(now)
	a.End(p)
	s := a.Publish(now, model.Detail{}, model.Observation{}).Sample
	return s.Positions, model.Occupancy{Used: s.Occupancy.Used, Ratio: s.Occupancy.Ratio}
}
