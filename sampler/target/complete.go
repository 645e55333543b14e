package target

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ringscope/sampler/demo"
)

// Candidate is a target that fits what has been typed.
type Candidate struct {
	Target string
	About  string // what it is, in a few words
}

// Complete lists the targets that begin with prefix: rings of this host as far as they may be listed, and the simulated ones. Names
// that can't be typed are left out. Paths of files are left to the shell.
func Complete(ctx context.Context, prefix string) []Candidate {
	var all []Candidate
	if h, err := List(ctx, time.Now()); err == nil { // without privileges nothing can be listed, and a completion can't say so
		for _, l := range h.Rings {
			all = append(all, candidates(l)...)
		}
	}
	all = append(all, Candidate{"demo", "a simulated ring"})
	for _, s := range demo.Scenarios() {
		all = append(all, Candidate{"demo:" + s.Name, s.Sentence})
	}
	fits := slices.DeleteFunc(all, func(c Candidate) bool { return !strings.HasPrefix(c.Target, prefix) || !typeable(c.Target) })
	slices.SortStableFunc(fits, func(a, b Candidate) int { return strings.Compare(a.Target, b.Target) })
	return slices.CompactFunc(fits, func(a, b Candidate) bool { return a.Target == b.Target })
}

func candidates(l Listed) []Candidate {
	size := fmt.Sprintf("%d KiB", l.Ring.Size()>>10)
	id := Ref{Kind: ID, Number: l.Ring.ID}.String()
	about := size
	if typeable(l.Ring.Name) {
		about = l.Ring.Name + ", " + size
	}
	all := []Candidate{{id, about}}
	if l.Ring.Name != "" {
		all = append(all, Candidate{Ref{Kind: Name, Text: l.Ring.Name}.String(), id + ", " + size})
	}
	for _, p := range l.Ring.Pins {
		all = append(all, Candidate{Ref{Kind: Pin, Text: p}.String(), id + ", " + about})
	}
	for _, p := range l.Ring.Owners {
		if p.PID > 0 {
			all = append(all, Candidate{Ref{Kind: PID, Number: uint32(p.PID)}.String(), id + ", " + about})
		}
	}
	return all
}

// typeable reports whether a shell takes s as one word without quotes.
func typeable(s string) bool {
	for i := range len(s) {
		c := s[i]
		ok := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_-.,:/@%+", c) >= 0
		if !ok {
			return false
		}
	}
	return s != ""
}
