// Package model holds what is known about a ring: its identity, one sample, history, rates and findings.
//
// Everything here is a pure value or function: no I/O, no goroutines, no reading of a clock. Time comes in as a value.
// Names and payloads are raw as the kernel or a file gave them; only ui/text makes them safe to print.
package model
