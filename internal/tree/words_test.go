package tree

import (
	"regexp"
	"strings"
	"testing"
)

// forbidden is what no file of the tree says. The patterns are put together so that this file does not say it either.
var forbidden = map[string]*regexp.Regexp{
	"a path of one machine":     regexp.MustCompile(`(^|[^a-zA-Z0-9.])/(` + `work|farm|root` + `)/[a-z.]`),
	"a mark of unfinished work": regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX)\b`),
}

func TestWords(t *testing.T) {
	for _, f := range files(t) {
		for n, line := range strings.Split(string(f.text), "\n") {
			for what, pattern := range forbidden {
				if pattern.MatchString(line) {
					t.Errorf("%s:%d holds %s: %s", f.path, n+1, what, strings.TrimSpace(line))
				}
			}
		}
	}
}

func TestForbidden(t *testing.T) {
	for line, want := range map[string]bool{
		"see /ro" + "ot/go/bin":           true,
		`path := "/wo` + `rk/main"`:       true,
		"// TO" + "DO: later":             true,
		"https://example.org/work/of/art": false,
		"/sys/fs/bpf/root/rb":             false,
		"mastodon":                        false,
	} {
		got := false
		for _, pattern := range forbidden {
			got = got || pattern.MatchString(line)
		}
		if got != want {
			t.Errorf("%q: forbidden %t, want %t", line, got, want)
		}
	}
}

// TestCharmPaths holds that a reader of go.mod learns what each charm.land module is: the path alone does not say.
func TestCharmPaths(t *testing.T) {
	found := 0
	for _, f := range files(t) {
		if f.path != "go.mod" {
			continue
		}
		for _, line := range strings.Split(string(f.text), "\n") {
			if !strings.Contains(line, "charm.land/") {
				continue
			}
			found++
			if _, comment, _ := strings.Cut(line, "//"); !strings.Contains(comment, "github.com/charmbracelet/") {
				t.Errorf("go.mod: no comment says which project this is: %s", strings.TrimSpace(line))
			}
		}
	}
	if found == 0 {
		t.Error("go.mod names no charm.land module")
	}
}

// TestReadme holds that the README's first screenful has the two commands that .ci/run and TestDemoDraws run for it.
func TestReadme(t *testing.T) {
	for _, f := range files(t) {
		if f.path != "README.md" {
			continue
		}
		lines := strings.Split(string(f.text), "\n")
		first := strings.Join(lines[:min(len(lines), 60)], "\n")
		for _, command := range []string{"go run . demo", "go test ./..."} {
			if !strings.Contains(first, command) {
				t.Errorf("the first %d lines of README.md do not say %q", min(len(lines), 60), command)
			}
		}
		return
	}
	t.Error("there is no README.md")
}
