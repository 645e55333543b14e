// Package faulttest tells a test whether memory was touched that can't be: what was made PROT_NONE, or is mapped read-only and was written.
package faulttest

import (
	"runtime"
	"runtime/debug"
)

// Faults does what is to be done in this goroutine, up to a fault; it returns whether there was one, and the address that was touched. Every
// other panic passes.
func Faults(do func()) (at uintptr, faulted bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch v := recover().(type) {
		case nil:
		case interface {
			runtime.Error
			Addr() uintptr
		}:
			at, faulted = v.Addr(), true
		default:
			panic(v)
		}
	}()
	do()
	return 0, false
}
