//go:build !linux

package main

import "runtime"

// sections is empty where there are no BPF rings to measure on.
var sections []section

func machine() string {
	return runtime.GOOS + "/" + runtime.GOARCH + ": nothing is measured on this system"
}
