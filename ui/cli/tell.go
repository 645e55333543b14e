package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"ringscope/ui/text"
)

// tell writes err for a person. A line begins where one of several errors does, or where an error has lines of its own: never where a line
// feed stands in a path or in an argument.
func (a *app) tell(err error) {
	if silent(err) {
		return
	}
	var b strings.Builder
	width := columns(a.err)
	for i, line := range errorLines(err) {
		if line = a.set().Safe(line); i == 0 {
			line = "ringscope: " + line
		}
		b.WriteString(strings.Join(text.Fold(line, width, 4), "\n") + "\n")
	}
	var usage *usageError
	if errors.As(err, &usage) && usage.command != "" {
		fmt.Fprintf(&b, "%s --help tells more.\n", usage.command)
	}
	if _, err := io.WriteString(a.err, b.String()); err != nil {
		return // nobody is left to tell
	}
}

// errorLines are the lines of err's text that it means as lines, at least one. Any of them can still hold a line feed of somebody else's.
func errorLines(err error) []string {
	said := err.Error()
	switch e := err.(type) { //nolint:errorlint // it goes down the tree itself
	case interface{ Lines() []string }:
		if lines := e.Lines(); strings.Join(lines, "\n") == said {
			return lines
		}
	case interface{ Unwrap() []error }:
		var lines, each []string
		for _, one := range e.Unwrap() {
			lines, each = append(lines, errorLines(one)...), append(each, one.Error())
		}
		if len(lines) > 0 && strings.Join(each, "\n") == said {
			return lines
		}
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			if before, wraps := strings.CutSuffix(said, inner.Error()); wraps {
				lines := errorLines(inner)
				lines[0] = before + lines[0]
				return lines
			}
		}
	}
	return []string{said}
}
