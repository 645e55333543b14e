// Package need is how a test says what it can't do without.
//
// A test that needs root, BPF, a pseudo-terminal or a compiler calls the function of that name first. Where the capability is
// missing, the test is skipped with the reason. With RINGSCOPE_REQUIRE=all in the environment it fails instead, so that a run
// that is meant to prove everything can't pass by skipping.
package need

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"testing"
)

// Emulator is the environment variable that names a program that runs test binaries of another architecture, as in
// `go test -exec "$RINGSCOPE_EMULATOR"`: a test that runs its own binary again needs it too.
const Emulator = "RINGSCOPE_EMULATOR"

// Env is the environment variable that makes every capability mandatory when it is set to "all".
const Env = "RINGSCOPE_REQUIRE"

// Required tells whether a missing capability fails a test instead of skipping it.
func Required() bool { return os.Getenv(Env) == "all" }

// Linux asks for a Linux kernel.
func Linux(tb testing.TB) {
	tb.Helper()
	if runtime.GOOS != "linux" {
		missing(tb, "needs Linux: this is %s", runtime.GOOS)
	}
}

// Root asks for an effective user id of 0.
func Root(tb testing.TB) {
	tb.Helper()
	if uid := os.Geteuid(); uid != 0 {
		missing(tb, "needs root: the effective user id is %d", uid)
	}
}

// BPF asks for root and a kernel that makes and maps BPF ring buffers and runs BPF programs.
func BPF(tb testing.TB) {
	tb.Helper()
	Linux(tb)
	Root(tb)
	if err := bpfWorks(); err != nil {
		missing(tb, "needs BPF: %v", err)
	}
}

// BPFFS asks for what [BPF] does and a BPF file system at /sys/fs/bpf.
func BPFFS(tb testing.TB) {
	tb.Helper()
	BPF(tb)
	if err := bpffsMounted(); err != nil {
		missing(tb, "needs a BPF file system: %v", err)
	}
}

// PTY asks for pseudo-terminals.
func PTY(tb testing.TB) {
	tb.Helper()
	if err := ptyWorks(); err != nil {
		missing(tb, "needs a pseudo-terminal: %v", err)
	}
}

// Libbpf asks for a C compiler that finds libbpf's headers and library, and returns the compiler's path.
func Libbpf(tb testing.TB) (cc string) {
	tb.Helper()
	Linux(tb)
	cc, err := libbpfCompiles()
	if err != nil {
		missing(tb, "needs cc and libbpf's headers: %v", err)
	}
	return cc
}

// Tool asks for a program in PATH and returns where it is.
func Tool(tb testing.TB, name string) (path string) {
	tb.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(tb, "needs %s: %v", name, err)
	}
	return path
}

// Self is a command that runs the test binary again, with args.
func Self(args ...string) *exec.Cmd {
	if emulator := os.Getenv(Emulator); emulator != "" {
		return exec.Command(emulator, append([]string{os.Args[0]}, args...)...)
	}
	return exec.Command(os.Args[0], args...)
}

// Child starts Self with args, and with variable (NAME=VALUE) in its environment. in is what it reads, out what it writes.
func Child(tb testing.TB, variable string, args ...string) (cmd *exec.Cmd, in io.WriteCloser, out io.ReadCloser) {
	tb.Helper()
	cmd = Self(args...)
	cmd.Env = append(os.Environ(), variable)
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if out, err = cmd.StdoutPipe(); err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	return cmd, in, out
}

// Cores asks for at least n processors, for tests whose parties must really run side by side.
func Cores(tb testing.TB, n int) {
	tb.Helper()
	if got := runtime.NumCPU(); got < n {
		missing(tb, "needs %d processors: there are %d", n, got)
	}
}

// Long marks a test of more than a few seconds: it runs only where everything is required, and never with -short.
func Long(tb testing.TB) {
	tb.Helper()
	if testing.Short() {
		tb.Skip("takes long: -short is set")
	}
	if !Required() {
		tb.Skipf("takes long: runs with %s=all", Env)
	}
}

// missing ends the test: skipped, or failed where everything is required.
func missing(tb testing.TB, format string, args ...any) {
	tb.Helper()
	reason := fmt.Sprintf(format, args...)
	if Required() {
		tb.Fatalf("%s=all, but this test %s", Env, reason)
	} else {
		tb.Skip(reason)
	}
}
