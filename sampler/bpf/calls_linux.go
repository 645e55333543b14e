//go:build linux && !amd64

package bpf

import (
	"runtime"

	"ringscope/model"
)

// olderCalls are those that architectures from before 2012 have beside genericCalls. Their numbers are not known here.
var olderCalls map[uint64]waiting

// otherCalls is how it is known that a thread in any other call does not wait for descriptors.
var otherCalls = func() model.How {
	switch runtime.GOARCH {
	case "arm64", "riscv64", "loong64":
		return model.Exact
	default:
		return model.Unknown
	}
}()
