//go:build !linux

package bpf

import (
	"context"
	"fmt"
	"runtime"

	"ringscope/sampler"
)

var errNotLinux = fmt.Errorf("BPF rings exist on Linux only, this is %s: %w", runtime.GOOS, sampler.ErrUnsupported)

// Look finds every ring of this host; on this system it fails with sampler.ErrUnsupported.
func Look(context.Context) (Host, error) { return Host{}, errNotLinux }

// Open opens a ring; on this system it fails with sampler.ErrUnsupported.
func Open(context.Context, Selector, Options) (sampler.Source, error) { return nil, errNotLinux }

// Doctor tells what works on this host.
func Doctor(context.Context) []Check {
	return []Check{{Name: "kernel", Detail: errNotLinux.Error(), Fix: "Simulated rings and rings in files work here: ringscope demo"}}
}
