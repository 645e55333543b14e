package bpf

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/internal/need"
	"ringscope/sampler/bpf/bpftest"
)

// another builds ringscope once more, under another name.
func another(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "something")
	build := exec.Command(need.Tool(t, "go"), "build", "-ldflags=-s -w", "-o", path, "ringscope")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

// TestAnotherRingscopeLetsGo: another build of ringscope watches the ring too. Neither takes the other for who keeps it alive.
func TestAnotherRingscopeLetsGo(t *testing.T) {
	need.BPF(t)
	path := another(t)
	eachWay(t, func(t *testing.T) {
		owner, id := bpftest.StartOwner(t, "shared", 4096)
		other := exec.Command(path, "stat", fmt.Sprintf("id:%d", id), "--json", "-i", "100ms")
		other.Stdout, other.Stderr = io.Discard, os.Stderr
		if err := other.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			_ = other.Wait() // its exit code tells
			close(ended)
		}()
		t.Cleanup(func() { _ = other.Process.Kill() })
		endsWithItsOwner(t, id, owner, other.Process.Pid)
		select {
		case <-ended:
		case <-time.After(patience):
			t.Fatal("the other ringscope goes on")
		}
		if other.ProcessState.ExitCode() != 5 {
			t.Errorf("the other ringscope ended with exit code %d, want 5: the ring ended", other.ProcessState.ExitCode())
		}
		if isThere(t, id) {
			t.Error("the ring is still in the kernel")
		}
	})
}

// kinEnv tells the test binary to be a process that waits.
const kinEnv = "RINGSCOPE_TEST_KIN"

// TestKin: what a process runs decides, not what that is called.
func TestKin(t *testing.T) {
	if os.Getenv(kinEnv) != "" {
		_, _ = io.Copy(io.Discard, os.Stdin)
		return
	}
	need.Linux(t)
	dir := t.TempDir()
	copied := func(from, name string) string {
		t.Helper()
		whole, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), whole, 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
		return filepath.Join(dir, name)
	}
	runs := func(k kin, path string, args ...string) bool {
		t.Helper()
		cmd := exec.Command(path, args...)
		cmd.Env = append(os.Environ(), kinEnv+"=1")
		if _, err := cmd.StdinPipe(); err != nil { // nothing comes there
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		defer func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}()
		return k.runs(cmd.Process.Pid)
	}
	ringscope, cat := another(t), need.Tool(t, "cat")
	k := make(kin)
	for range 2 { // the second time from memory
		if !runs(k, ringscope, "stat", "demo") {
			t.Error("another build of ringscope is not known")
		}
		if runs(k, copied(cat, "ringscope")) {
			t.Error("cat is taken for ringscope because of its name")
		}
		if runs(k, copied("/proc/self/exe", "test"), "-test.run=^TestKin$") {
			t.Error("another program of the module is taken for ringscope")
		}
	}
	same := copied(ringscope, "same")
	if !runs(k, same, "stat", "demo") {
		t.Error("a copy of ringscope is not known")
	}
	if writtenOver(t, same, cat); runs(k, same) {
		t.Error("cat is taken for the ringscope that stood in its file before")
	}
	if !k.runs(os.Getpid()) {
		t.Error("this program is not known to be what it is")
	}
	if k.runs(1<<31 - 1) {
		t.Error("no process is taken for ringscope")
	}
	if len(k) < 2 || len(k) > maxKin {
		t.Errorf("%d executables are remembered", len(k))
	}
}

// writtenOver writes a program into the file of another, as long as that was. It is the same file then but for its ctime, which moves in steps.
func writtenOver(t *testing.T, path, program string) {
	t.Helper()
	var before, after unix.Stat_t
	whole, err := os.ReadFile(program)
	if err == nil {
		err = unix.Stat(path, &before)
	}
	if err != nil {
		t.Fatal(err)
	}
	whole = append(whole, make([]byte, before.Size-int64(len(whole)))...)
	for end := time.Now().Add(patience); after.Ctim == (unix.Timespec{}) || after.Ctim == before.Ctim; {
		err := os.WriteFile(path, whole, 0o755)
		if err == nil {
			err = unix.Stat(path, &after)
		}
		if err != nil || time.Now().After(end) {
			t.Fatalf("%v, changed at %v, before at %v", err, after.Ctim, before.Ctim)
		}
	}
	if after.Ino != before.Ino || after.Size != before.Size {
		t.Fatalf("another file: %+v, before %+v", after, before)
	}
}
