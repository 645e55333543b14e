package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRingFileIsCut cuts the file of a ring under the program that serves it and those that look at it: to nothing, to the positions, and
// amid the records. Each of them ends by itself and says why in a sentence; the viewer shows it.
func TestRingFileIsCut(t *testing.T) {
	page := int64(os.Getpagesize())
	for _, left := range []int64{0, 2 * page, 5 * page} {
		path, server := served(t, "--size", "4MiB", "--rate", "5000")
		stat := start(t, nil, "stat", "file:"+path, "--json", "-i", "100ms")
		check := start(t, nil, "check", "file:"+path, "--for", "1h")
		viewer := terminalFor(t, nil, "watch", "file:"+path)
		viewer.shows("SIMULATED")
		for seen := uint64(0); seen < 10_000; {
			seen = stat.stat().Totals.Records
		}
		dump := start(t, nil, "dump", "file:"+path)
		dump.line() // its output fills a pipe, and there it waits
		check.looksAt(path)
		if err := os.Truncate(path, left); err != nil {
			t.Fatal(err)
		}
		for what, p := range map[string]*program{"server": server, "stat": stat, "check": check, "dump": dump} {
			code, stdout, stderr := p.rest()
			said, unfit := map[string]string{"stat": `"reason":"error","error":"`, "check": "do: serve the ring anew"}[what], "doctor"
			if what == "check" && strings.Contains(stdout, "STUCK BEHIND ONE RECORD") {
				said = "▲ " // a busy machine kept the server from finishing a record, and that is what check tells of
			}
			if !strings.Contains(stdout, said) || strings.Contains(stdout, unfit) {
				t.Errorf("%d bytes left, %s does not say %q, or says %q: %s", left, what, said, unfit, stdout)
			}
			if code != ExitFailed || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "ringscope: ") ||
				!strings.Contains(stderr, path) || !strings.Contains(stderr, "cut") {
				t.Errorf("%d bytes left, %s: exit code %d, %s", left, what, code, stderr)
			}
		}
		viewer.shows("cut", filepath.Base(path))
		viewer.types("q")
		if code, text := viewer.ends(); code != ExitFailed || !strings.Contains(text, "was cut") {
			t.Errorf("%d bytes left, watch: exit code %d\n%s", left, code, text)
		}
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%d bytes left: the server leaves the file: %v", left, err)
		}
	}
}
