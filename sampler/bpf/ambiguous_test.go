package bpf

import (
	"strings"
	"testing"

	"ringscope/model"
	"ringscope/ringcore"
)

// TestCandidatesAreNamedAsTheyAre: what a terminal would act on is made harmless where the error is written, and only there.
func TestCandidatesAreNamedAsTheyAre(t *testing.T) {
	g := ringcore.LinuxGeometry(4096, 4096)
	e := &AmbiguousError{Selector: Selector{Name: "rb"}, Rings: []*model.Ring{
		{ID: 7, Geometry: g, Owners: []model.Process{{PID: 1, Comm: "plain"}, {PID: 2, Comm: "a\x1b[31m\n\xff"}}},
		{ID: 9, Geometry: g, Pins: []string{"/sys/fs/bpf/two words"}},
	}}
	lines := e.Lines()
	if len(lines) != 3 || lines[1] != "  id:7  4 KiB  plain[1]  \"a\x1b[31m\n\xff\"[2]" || lines[2] != "  id:9  4 KiB  pinned at /sys/fs/bpf/two words  (the newest)" {
		t.Errorf("%q", lines)
	}
	if e.Error() != strings.Join(lines, "\n") {
		t.Errorf("it says %q", e.Error())
	}
}
