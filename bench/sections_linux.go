package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

var sections = []section{
	{"records", records},
	{"watched", watched},
	{"own", own},
	{"viewer", viewer},
}

// machine is the processor and the kernel.
func machine() string {
	cpu := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for _, line := range strings.Split(string(text), "\n") {
			if name, ok := strings.CutPrefix(line, "model name"); ok {
				cpu = strings.TrimLeft(name, "\t :")
				break
			}
		}
	}
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return cpu
	}
	return fmt.Sprintf("%s; Linux %s", cpu, unix.ByteSliceToString(u.Release[:]))
}
