package bpftest

import (
	"fmt"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// fork makes a child that shares nothing, inherits everything and sleeps until the calling thread ends. Of the Go runtime only this one
// thread is there in the child: it calls the kernel and nothing else.
//
//go:norace
func fork() error {
	child, _, errno := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
	if errno != 0 {
		return fmt.Errorf("fork: %w", errno)
	}
	if child != 0 {
		return nil
	}
	_, _, _ = unix.RawSyscall6(unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0, 0) // can't fail with a signal's number
	for {
		_, _, _ = unix.RawSyscall6(unix.SYS_PPOLL, 0, 0, 0, 0, 0, 0) // ends with a signal at the latest
	}
}

// spawn starts other programs one after the other, as package os/exec does it: by vfork and exec.
func spawn() {
	for {
		if err := exec.Command("true").Run(); err != nil {
			fmt.Fprintf(os.Stderr, "start a program: %v\n", err)
			return
		}
	}
}
