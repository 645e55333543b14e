package need

import (
	"fmt"
	"testing"
)

// outcome is a testing.TB that notes how a test ended.
type outcome struct {
	testing.TB
	skipped, failed string
}

func (o *outcome) Helper()          {}
func (o *outcome) Skip(args ...any) { o.skipped = fmt.Sprint(args...) }
func (o *outcome) Fatalf(format string, args ...any) {
	o.failed = fmt.Sprintf(format, args...)
}

func TestMissingSkipsOrFails(t *testing.T) {
	t.Setenv(Env, "")
	var o outcome
	missing(&o, "needs %d moons", 2)
	if o.skipped != "needs 2 moons" || o.failed != "" {
		t.Errorf("not required: skipped %q, failed %q, want skipped with the reason", o.skipped, o.failed)
	}

	t.Setenv(Env, "all")
	o = outcome{}
	missing(&o, "needs %d moons", 2)
	if o.skipped != "" || o.failed != "RINGSCOPE_REQUIRE=all, but this test needs 2 moons" {
		t.Errorf("required: skipped %q, failed %q, want failed with the reason", o.skipped, o.failed)
	}
}

// TestCapabilities calls each function once, so that a run with RINGSCOPE_REQUIRE=all names what is missing in one place.
func TestCapabilities(t *testing.T) {
	for name, ask := range map[string]func(testing.TB){
		"Linux":  Linux,
		"Root":   Root,
		"BPF":    BPF,
		"BPFFS":  BPFFS,
		"PTY":    PTY,
		"Libbpf": func(tb testing.TB) { Libbpf(tb) },
		"Cores":  func(tb testing.TB) { Cores(tb, 2) },
	} {
		t.Run(name, func(t *testing.T) { ask(t) })
	}
}
