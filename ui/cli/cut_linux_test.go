package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"ringscope/internal/need"
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

// TestRingFileFaultsWhileItIsOpened opens a ring file whose first page alone can be read: the rest are holes that its file system, which is
// full, can't fill. Nothing in its size or its describing block tells, so that the first byte that is read of the ring faults.
func TestRingFileFaultsWhileItIsOpened(t *testing.T) {
	need.Root(t)
	path, server := served(t, "--size", "1MiB")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	server.signal(unix.SIGTERM)
	server.rest()
	page := os.Getpagesize()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", page)); err != nil {
		t.Fatalf("mount a file system of one page: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	path = filepath.Join(dir, "ring")
	if err := os.WriteFile(path, whole[:page], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"stat"}, {"stat", "--json"}, {"stat", "--format", "linux"}, {"check"}, {"dump"}, {"dump", "--no-payload"}, {"watch"}, {"watch", "--format", "windows"},
	} {
		args = append(args, "file:"+path)
		const why = "ringscope: truncated ring file: a part of %s that is mapped is gone: it was cut and has grown since, or its file system can't give it; serve the ring anew"
		want := fmt.Sprintf(why, path)
		if args[0] == "watch" {
			code, text := terminalFor(t, nil, args...).ends()
			// The terminal folds the line, and beside it the answers can stand to what the viewer asked before it left.
			bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
			if code != ExitFailed || !strings.Contains(bare(text), bare(want)) {
				t.Errorf("%q: exit code %d, %s", args, code, text)
			}
			continue
		}
		if code, _, stderr := start(t, nil, args...).rest(); code != ExitFailed || stderr != want+"\n" {
			t.Errorf("%q: exit code %d, %s", args, code, stderr)
		}
	}
}
