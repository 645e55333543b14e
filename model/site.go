package model

// Program is one loaded BPF program.
type Program struct {
	ID    uint32
	Name  string // raw bytes, at most 15
	Sites []Site // where it calls a ring's helpers, in order of its instructions; nil: not looked at, or not permitted
}

// Site is a place in a program that calls a helper or kfunc of this ring.
type Site struct {
	Call   string         // "reserve", "submit", "discard" or "output"
	Bytes  Figure[uint32] // payload that it asks for, where that is a constant; else unknown
	WakeUp WakeUp         // of submit, discard and output
	File   string         // source file and line as the program's BTF tells them, raw bytes; empty: unknown
	Line   int
}

// WakeUp is what a call says about waking the reader (BPF_RB_NO_WAKEUP, BPF_RB_FORCE_WAKEUP; include/uapi/linux/bpf.h).
type WakeUp uint8

// Wake-ups of a Site.
const (
	WakeUnknown  WakeUp = iota // the flags are no constant, or the call wakes nobody
	WakeAdaptive               // only a reader that has caught up
	WakeNone                   // BPF_RB_NO_WAKEUP
	WakeForced                 // BPF_RB_FORCE_WAKEUP
)
