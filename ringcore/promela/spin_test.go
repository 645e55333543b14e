//go:build !race

package promela

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringscope/internal/need"
)

// verdict is what a run of the checker said.
type verdict struct {
	violated string // the assertion that failed, "" if none
	states   int
	took     time.Duration
	unused   []string // statements of parties that ran and never came to it
}

var (
	violation = regexp.MustCompile(`(?m)^pan:1: (.*) \(at depth \d+\)$`)
	stored    = regexp.MustCompile(`(?m)^ *(\d+) states, stored`)
	unreached = regexp.MustCompile(`(?m)^\s+(\S*\.pml:\d+, state \d+, .*)$`)
)

// check has spin explore the model with these macros.
func check(t *testing.T, macros string) verdict {
	t.Helper()
	spin, cc := need.Tool(t, "spin"), need.Tool(t, "cc")
	model, err := filepath.Abs("ring.pml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	run := func(name string, args ...string) []byte {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
		}
		return out
	}
	flags := strings.Fields(macros)
	for i := range flags {
		flags[i] = "-D" + flags[i]
	}
	run(spin, append(flags, "-a", model)...)
	run(cc, "-O2", "-w", "-DSAFETY", "-DMEMLIM=4096", "-o", "pan", "pan.c")
	began := time.Now()
	out := run(filepath.Join(dir, "pan"), "-m1000000", "-w25")
	v := verdict{took: time.Since(began)}
	if m := violation.FindSubmatch(out); m != nil {
		v.violated = string(m[1])
	}
	m := stored.FindSubmatch(out)
	if m == nil || bytes.Contains(out, []byte("max search depth too small")) || v.violated == "" && bytes.Contains(out, []byte("Search not completed")) {
		t.Fatalf("%s: the search was not completed:\n%s", macros, out)
	}
	if v.states, err = strconv.Atoi(string(m[1])); err != nil {
		t.Fatal(err)
	}
	for _, m := range unreached.FindAllSubmatch(out, -1) {
		v.unused = append(v.unused, string(m[1]))
	}
	t.Logf("%q: %d states, %d ms, violated: %q", macros, v.states, v.took.Milliseconds(), v.violated)
	return v
}

// TestModels has every interleaving explored, and asks that no assertion fails and that every statement is reached.
func TestModels(t *testing.T) {
	for _, c := range []struct {
		name, macros string
		quick, end   int // the bound, where not everything is required, and where it is
	}{
		{"linux, a consumer", "", 5, 10},
		{"linux, a consumer that releases in batches", "BATCHED", 5, 9},
		{"linux, an observer beside a consumer", "WATCHED", 4, 6},
		{"linux, an observer beside anybody", "WATCHED ANY_READER", 5, 9},
		{"linux, copies beside anybody", "WATCHED ANY_READER COPY", 5, 8},
		{"overwrite mode, a consumer", "OVERWRITE", 5, 10},
		{"overwrite mode, an observer", "OVERWRITE WATCHED", 5, 8},
		{"overwrite mode, copies", "OVERWRITE WATCHED COPY", 5, 7},
		{"overwrite mode, the overwrite position alone", "OVERWRITE WATCHED OVERWRITE_POS_ONLY", 5, 8},
		{"overwrite mode, the overwrite position stored after the header", "OVERWRITE WATCHED OVERWRITE_POS_ONLY OVERWRITE_POS_LATE=1", 5, 8},
		{"windows, a consumer", "WINDOWS", 6, 16},
		{"windows, an observer beside a consumer", "WINDOWS WATCHED", 6, 10},
		{"windows, copies beside a consumer", "WINDOWS WATCHED COPY", 6, 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			end := c.quick
			if need.Required() && !testing.Short() {
				end = c.end
			}
			v := check(t, c.macros+" END="+strconv.Itoa(end))
			if v.violated != "" {
				t.Errorf("violated: %s", v.violated)
			}
			if end == c.end && len(v.unused) > 0 {
				t.Errorf("never reached:\n%s", strings.Join(v.unused, "\n"))
			}
		})
	}
}

// TestVariants takes one rule after the other away, and asks that the checker finds what that leads to: these are the checks of the
// checker.
func TestVariants(t *testing.T) {
	need.Long(t)
	const (
		torn        = "!(wrong)"         // something was accepted, or yielded, or called busy, that was not what it was taken for
		overwritten = "heldSpan"         // a busy record was overwritten
		nonsense    = "origin["          // the consumer met what is no header
		unordered   = "producer_pos==at" // a reservation was published out of turn
		oversized   = "(producer-at)<="  // a reader met a window larger than the ring
	)
	for _, c := range []struct{ name, macros, want string }{
		{"linux, no re-check", "WATCHED ANY_READER NO_RECHECK", torn},
		{"linux, no re-check of copies", "WATCHED ANY_READER COPY NO_RECHECK", torn},
		{"linux, size in place of size-8", "WATCHED ANY_READER NO_SLACK", torn},
		{"linux, a forged consumer position taken for proof", "WATCHED ANY_READER TRUST_CONSUMER", torn},
		{"linux, published before the header, an observer", "WATCHED ANY_READER PUBLISH_FIRST", torn},
		{"linux, published before the header, a consumer", "PUBLISH_FIRST", nonsense},
		{"linux, no pending rule, a forged consumer position", "WATCHED ANY_READER NO_PENDING", overwritten},
		{"overwrite mode, no re-check", "OVERWRITE WATCHED NO_RECHECK", torn},
		{"overwrite mode, a consumer without re-check", "OVERWRITE NO_RECHECK", torn},
		{"overwrite mode, a consumer position taken for proof", "OVERWRITE WATCHED TRUST_CONSUMER", torn},
		{"overwrite mode, published before the header", "OVERWRITE WATCHED PUBLISH_FIRST", torn},
		{"overwrite mode, busy records not respected", "OVERWRITE WATCHED NO_PENDING", overwritten},
		{"overwrite mode, the overwrite position stored after the header, no slack", "OVERWRITE WATCHED OVERWRITE_POS_ONLY OVERWRITE_POS_LATE=1 NO_SLACK_LEFT", torn},
		{"overwrite mode, the overwrite position stored after the producer position", "OVERWRITE OVERWRITE_POS_LATE=2", oversized},
		{"overwrite mode, the overwrite position stored after the payload", "OVERWRITE WATCHED OVERWRITE_POS_ONLY OVERWRITE_POS_LATE=3", torn},
		{"windows, a store in place of compare-and-swap", "WINDOWS NO_SWAP", overwritten},
		{"windows, not waiting for one's turn", "WINDOWS NO_TURN", unordered},
		{"windows, published before the header", "WINDOWS PUBLISH_FIRST", nonsense},
		{"windows, no re-check", "WINDOWS WATCHED NO_RECHECK", torn},
		{"windows, history taken for exact", "WINDOWS WATCHED HISTORY_IS_EXACT", torn},
		{"windows, busy records proven by the producer position", "WINDOWS WATCHED BUSY_BY_PRODUCER", torn},
		{"windows, a forged consumer position", "WINDOWS WATCHED ANY_READER", torn},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := check(t, c.macros)
			switch {
			case v.violated == "":
				t.Errorf("the checker found nothing in %d states", v.states)
			case !strings.Contains(v.violated, c.want):
				t.Errorf("violated: %s, want %s", v.violated, c.want)
			}
		})
	}
}
