package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// test names one test; Name is empty for a package as a whole.
type test struct{ pkg, name string }

// event is one line of `go test -json` (go doc test2json, and go help buildjson for what the compiler says).
type event struct {
	Action     string
	Package    string
	ImportPath string // in place of Package where the build speaks
	Test       string
	Elapsed    float64 // seconds
	Output     string
}

// log follows the events of one run.
type log struct {
	out      *bufio.Writer
	said     map[test][]string // output of tests that have not ended
	packages []string          // the result lines, in the order in which they came
	passed   int               // tests, subtests included
	failed   []test
	skipped  map[test]string // with what the test said last
	broken   bool            // a package failed, or did not build
}

func newLog(out *bufio.Writer) *log {
	return &log{out: out, said: map[test][]string{}, skipped: map[test]string{}}
}

// read takes in the whole stream. Lines that are no events, as the go command prints them about the command line, are passed on.
func (l *log) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var e event
			if bad := json.Unmarshal(line, &e); bad != nil {
				l.print(string(line))
			} else {
				l.take(e)
			}
			if err := l.out.Flush(); err != nil {
				return fmt.Errorf("print: %w", err)
			}
		}
		if err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("read the events: %w", err)
		}
	}
}

func (l *log) take(e event) {
	t := test{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		l.print(e.Output)
	case "build-fail":
		l.broken = true
	case "output":
		l.said[t] = append(l.said[t], e.Output)
	case "pass":
		if t.name != "" {
			l.passed++
		}
		l.end(t, "PASS", e.Elapsed, false)
	case "skip":
		if t.name != "" {
			l.skipped[t] = reason(l.said[t])
		}
		l.end(t, "SKIP", e.Elapsed, t.name != "")
	case "fail":
		if t.name != "" {
			l.failed = append(l.failed, t)
		} else {
			l.broken = true
			l.abandon(t.pkg)
		}
		l.end(t, "FAIL", e.Elapsed, true)
	}
}

// abandon takes the tests of a package that never ended as failed, and prints what they said: a panic, or a time that was up, ends the package
// amid a test, and what go test says of it belongs to that test.
func (l *log) abandon(pkg string) {
	var open []test
	for t := range l.said {
		if t.pkg == pkg && t.name != "" {
			open = append(open, t)
		}
	}
	slices.SortFunc(open, func(a, b test) int { return strings.Compare(a.name, b.name) })
	for _, t := range open {
		l.print(fmt.Sprintf("--- DID NOT END: %s\n", t.name))
		l.failed = append(l.failed, t)
		l.end(t, "FAIL", 0, true)
	}
}

// end prints how a test or a package ended; with all, everything that it said. Subtests show only then.
func (l *log) end(t test, how string, seconds float64, all bool) {
	said := l.said[t]
	delete(l.said, t)
	if t.name == "" {
		l.endPackage(said, all)
		return
	}
	if all {
		for _, line := range said {
			if !strings.HasPrefix(line, "=== ") {
				l.print(line)
			}
		}
		return
	}
	if !strings.Contains(t.name, "/") {
		l.print(fmt.Sprintf("--- %s: %s (%.2fs)\n", how, t.name, seconds))
	}
}

// endPackage prints the result line of a package; with all, also what it said outside of its tests.
func (l *log) endPackage(said []string, all bool) {
	for _, line := range said {
		result := false
		for _, start := range []string{"ok  \t", "FAIL\t", "?   \t"} {
			result = result || strings.HasPrefix(line, start)
		}
		if result {
			l.packages = append(l.packages, line)
		}
		if result || all {
			l.print(line)
		}
	}
}

// summary repeats the packages' results and says what was skipped and why; ok is what the program exits on.
func (l *log) summary(allowed map[test]string) (ok bool) {
	ok = !l.broken && len(l.failed) == 0 && l.passed > 0
	l.print("\n")
	for _, line := range l.packages {
		l.print(line)
	}
	var skipped []test
	for t := range l.skipped {
		skipped = append(skipped, t)
	}
	slices.SortFunc(skipped, func(a, b test) int { return strings.Compare(a.pkg+" "+a.name, b.pkg+" "+b.name) })
	for _, t := range skipped {
		if why, known := allowed[t]; known {
			l.print(fmt.Sprintf("skipped, allowed: %s %s: %s\n", t.pkg, t.name, why))
			continue
		}
		ok = false
		l.print(fmt.Sprintf("SKIPPED, and not on the list: %s %s: %s\n", t.pkg, t.name, l.skipped[t]))
	}
	for _, t := range l.failed {
		l.print(fmt.Sprintf("FAILED: %s %s\n", t.pkg, t.name))
	}
	l.print(fmt.Sprintf("%d tests passed, %d failed, %d skipped\n", l.passed, len(l.failed), len(skipped)))
	return ok
}

// reason is what a skipped test said last before its result.
func reason(said []string) string {
	for _, line := range slices.Backward(said) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "--- ") && !strings.HasPrefix(line, "=== ") {
			return line
		}
	}
	return "without a reason"
}

// print leaves errors to the next Flush, which bufio reports them from.
func (l *log) print(s string) { _, _ = l.out.WriteString(s) }
