package cli

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFilesThatAreNoRing: whatever the path names, each command says in one line what was expected, what was found and what to do, and none of
// them waits for it.
func TestFilesThatAreNoRing(t *testing.T) {
	dir := t.TempDir()
	named := func(name string) string { return filepath.Join(dir, name) }
	if err := unix.Mkfifo(named("pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", named("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for name, content := range map[string]string{"empty": "", "byte": "x", "two\nlines": "x", "noise": strings.Repeat("noise", 2000)} {
		if err := os.WriteFile(named(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for path, found := range map[string]string{
		dir: "found a directory", "/dev/null": "found a device", "/dev/zero": "found a device", named("pipe"): "found a pipe", named("socket"): "found a socket",
		named("empty"): "found 0", named("byte"): "found 1", named("two\nlines"): "found 1", named("noise"): "found the bytes ",
	} {
		for _, command := range []string{"stat", "check", "dump"} {
			for _, form := range []string{"--no-payload", "--json"} {
				code, out, stderr := here(command, form, "file:"+path)
				if code != ExitFailed || out != "" || strings.Count(stderr, "\n") != 1 {
					t.Errorf("%s %s %q: exit code %d, %q, %q", command, form, path, code, out, stderr)
				}
				for _, want := range []string{"no ring file: ", ": expected ", found, "; give the path of a file that "} {
					if !strings.Contains(stderr, want) {
						t.Errorf("%s %s %q does not say %q: %s", command, form, path, want, stderr)
					}
				}
			}
		}
	}
}
