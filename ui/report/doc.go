// Package report writes what is known about rings as JSON, CSV and text lines, for scripts, tickets and pipes.
//
// The JSON is a contract: fields are only ever added. Names are snake_case with their unit, numbers are never strings, and what is
// not known is null, never 0.
package report
