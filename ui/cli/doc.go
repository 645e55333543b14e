// Package cli is the command line: it parses what was asked, opens rings through sampler/target, and hands them to the screen or to
// a report. Exit codes are part of its contract.
package cli
