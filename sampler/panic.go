package sampler

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// PanicError is a panic of a goroutine of ours, turned into the error that ends what the goroutine was for.
type PanicError struct {
	While string // what was being done, as in "sampling"
	Value any    // what was panicked with
	Stack []byte // of the goroutine, as [debug.Stack] formats it
}

// Panicked is the error of a panic with value v while something was being done. It is called by the deferred function that recovered v:
// there the stack is still that of the panic.
func Panicked(while string, v any) *PanicError {
	return &PanicError{While: while, Value: v, Stack: debug.Stack()}
}

func (e *PanicError) Error() string { return strings.Join(e.Lines(), "\n") }

// Lines are those of [PanicError.Error]: what happened, and behind it where. What was panicked with stays on the first one.
func (e *PanicError) Lines() []string {
	return append([]string{fmt.Sprintf("panic while %s: %v", e.While, e.Value)}, strings.Split(strings.TrimSpace(string(e.Stack)), "\n")...)
}
