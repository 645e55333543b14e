// Package bpftest makes kernel rings for tests: real BPF ring buffers, written by real BPF programs, read and held by real
// processes.
//
// The programs are of type BPF_PROG_TYPE_SYSCALL, which user space runs with BPF_PROG_TEST_RUN: nothing is attached to the kernel.
// Other processes are the test binary started again (see [Ring.StartReader], [Ring.StartHolder] and [StartOwner]); they end with
// the test at the latest.
//
// It exists on Linux only. A test that uses it calls need.BPF first.
package bpftest
