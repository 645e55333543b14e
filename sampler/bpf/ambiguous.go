package bpf

import (
	"fmt"
	"strings"

	"ringscope/model"
	"ringscope/sampler"
)

// AmbiguousError says that several rings are meant; it is a sampler.ErrAmbiguous.
type AmbiguousError struct {
	Selector Selector
	Rings    []*model.Ring // candidates by id, with owners and pins
}

// Error lists the candidates, a line each. Names of processes and pins are quoted where they hold more than plain characters, line feeds
// among them: [AmbiguousError.Lines] tells which are its own.
func (e *AmbiguousError) Error() string { return strings.Join(e.Lines(), "\n") }

// Lines are those of [AmbiguousError.Error].
func (e *AmbiguousError) Lines() []string {
	lines := []string{fmt.Sprintf("%s is %s: %d rings are meant. Say which one by its id:", e.Selector, sampler.ErrAmbiguous, len(e.Rings))}
	newest := uint32(0) // the kernel gives ids in rising order
	for _, r := range e.Rings {
		newest = max(newest, r.ID)
	}
	for _, r := range e.Rings {
		var b strings.Builder
		fmt.Fprintf(&b, "  id:%d  %s", r.ID, sizeWord(r.Size()))
		for _, p := range r.Owners {
			fmt.Fprintf(&b, "  %s[%d]", plain(p.Comm), p.PID)
		}
		for _, p := range r.Pins {
			fmt.Fprintf(&b, "  pinned at %s", plain(p))
		}
		if r.ID == newest {
			b.WriteString("  (the newest)")
		}
		lines = append(lines, b.String())
	}
	return lines
}

// Is makes errors.Is find sampler.ErrAmbiguous.
func (e *AmbiguousError) Is(target error) bool { return target == sampler.ErrAmbiguous }

// plain quotes a name that holds more than plain characters. What a terminal would act on stays in it: whoever writes the sentence makes that
// harmless, once.
func plain(s string) string {
	if q := fmt.Sprintf("%+q", s); q[1:len(q)-1] != s || s == "" {
		return `"` + s + `"`
	}
	return s
}

// sizeWord says a ring's size, which is a power of two.
func sizeWord(n uint64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 1<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	default:
		return fmt.Sprintf("%d KiB", n>>10)
	}
}
