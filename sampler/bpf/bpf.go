package bpf

import (
	"strconv"

	"ringscope/model"
	"ringscope/ringcore"
)

// MaxName is how much of a map's name the kernel keeps, in bytes.
const MaxName = 15

// Selector says which ring is meant. Exactly one field is set.
type Selector struct {
	ID   uint32 // kernel's map id
	Name string // name of the map; of a longer one the kernel kept the first MaxName bytes, and those decide
	Pin  string // path below a bpffs
	PID  int    // the only ring that this process holds
}

// String spells the selector as a target.
func (s Selector) String() string {
	switch {
	case s.Name != "":
		return "name:" + s.Name
	case s.Pin != "":
		return "pin:" + s.Pin
	case s.PID != 0:
		return "pid:" + strconv.Itoa(s.PID)
	default:
		return "id:" + strconv.FormatUint(uint64(s.ID), 10)
	}
}

// Options of opening a ring.
type Options struct {
	Consume bool // become the ring's consumer: takes its records
	Steal   bool // with Consume: also beside a reader
	Wait    bool // with a name or a pin: wait for the ring, and follow its successor
	Payload bool // payloads may be read
}

// Listed is one ring of this host as one look found it.
type Listed struct {
	Ring      *model.Ring
	Positions ringcore.Positions // means nothing with Err
	Err       error              // why its positions could not be read; the identity is then what the kernel told all the same
}

// Host is what one look at all rings of this host found.
type Host struct {
	Rings []Listed // by id
	Maps  int      // BPF maps of all types that were looked at
	Notes []string // what could not be looked at or was cut short, a sentence each
}

// Check is one thing that ringscope needs or can make use of on this host.
type Check struct {
	Name   string
	OK     bool
	Detail string // what was found
	Fix    string // what would make it work; empty with OK
}
