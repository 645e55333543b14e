// Command testlog reads the output of `go test -json` and prints what a person wants to see of it: a line for each test and package
// as `go test` itself prints them, everything that a failed test said, and the reason of each skipped one.
//
// It exits with 1 when a test failed, when no test ran, or when one was skipped that the list of allowed skips does not name.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	list := flag.String("allow", "", "`file` of allowed skips, a line each: package, test, reason")
	flag.Parse()
	ok, err := run(os.Stdin, os.Stdout, *list)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testlog:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer, list string) (ok bool, err error) {
	allowed := map[test]string{}
	if list != "" {
		if allowed, err = readAllowed(list); err != nil {
			return false, err
		}
	}
	w := bufio.NewWriter(out)
	log := newLog(w)
	if err := log.read(in); err != nil {
		return false, err
	}
	ok = log.summary(allowed)
	if err := w.Flush(); err != nil {
		return false, fmt.Errorf("print the summary: %w", err)
	}
	return ok, nil
}

// readAllowed reads the list of allowed skips; # starts a comment line.
func readAllowed(path string) (map[test]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the allowed skips: %w", err)
	}
	allowed := map[test]string{}
	for n, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) < 3 {
			return nil, fmt.Errorf("%s:%d: expected package, test and reason, found %q", path, n+1, line)
		}
		allowed[test{fields[0], fields[1]}] = strings.Join(fields[2:], " ")
	}
	return allowed, nil
}
