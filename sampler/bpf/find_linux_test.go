package bpf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"golang.org/x/sys/unix"

	"ringscope/internal/need"
	"ringscope/sampler"
	"ringscope/sampler/bpf/bpftest"
)

// mountBPFFS mounts a BPF file system of the test's own.
func mountBPFFS(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for d := dir; d != filepath.Dir(os.TempDir()) && d != "/"; d = filepath.Dir(d) {
		if filepath.Clean(d) == filepath.Clean(os.TempDir()) {
			break
		}
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := unix.Mount("bpf", dir, "bpf", 0, "mode=0755"); err != nil {
		t.Fatalf("mount a BPF file system: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

func TestOpenBySelector(t *testing.T) {
	need.BPF(t)
	dir := mountBPFFS(t)
	r := bpftest.Make(t, "a_name_of_15byt", 4096)
	r.Pin(t, filepath.Join(dir, "pinned"))
	holder := r.StartHolder(t)
	id := r.ID(t)
	for _, sel := range []Selector{
		{ID: id},
		{Name: "a_name_of_15byt"},
		{Name: "a_name_of_15bytes and what the kernel cut off"},
		{Pin: filepath.Join(dir, "pinned")},
		{PID: holder.PID},
	} {
		s := openStage(t, sel, Options{})
		s.look()
		if got := s.ring(t).ID; got != id {
			t.Errorf("%s opened ring %d, want %d", sel, got, id)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	need.BPF(t)
	dir := mountBPFFS(t)
	hash, err := ebpf.NewMap(&ebpf.MapSpec{Name: "no_ring", Type: ebpf.Hash, KeySize: 4, ValueSize: 4, MaxEntries: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = hash.Close() }()
	info, err := hash.Info()
	if err != nil {
		t.Fatal(err)
	}
	hashID, _ := info.ID()
	prog, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Type: ebpf.SocketFilter, License: "GPL", Instructions: asm.Instructions{asm.Mov.Imm(asm.R0, 0), asm.Return()},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = prog.Close() }()
	pinnedProg, pinnedHash := filepath.Join(dir, "prog"), filepath.Join(dir, "hash")
	if err := errors.Join(prog.Pin(pinnedProg), hash.Pin(pinnedHash)); err != nil {
		t.Fatal(err)
	}
	plainFile := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(plainFile, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	gone := bpftest.Make(t, "gone", 4096)
	goneID := gone.ID(t)
	gone.Close(t)
	if isThere(t, goneID) {
		t.Fatal("a ring that was let go of is still in the kernel")
	}

	for _, c := range []struct {
		sel  Selector
		kind error
		says string
	}{
		{Selector{ID: goneID}, sampler.ErrNoSuchRing, fmt.Sprintf("there is no map with id %d", goneID)},
		{Selector{ID: uint32(hashID)}, sampler.ErrNoSuchRing, "is no ring buffer but a hash"},
		{Selector{Name: "no_ring"}, sampler.ErrNoSuchRing, "of that name is a hash"},
		{Selector{Name: "nobody's"}, sampler.ErrNoSuchRing, "no ring is named nobody's"},
		{Selector{Pin: filepath.Join(dir, "nothing")}, sampler.ErrNoSuchRing, "nothing is pinned at"},
		{Selector{Pin: pinnedProg}, sampler.ErrNoSuchRing, "pins a program, not a ring buffer"},
		{Selector{Pin: pinnedHash}, sampler.ErrNoSuchRing, "is no ring buffer but a hash"},
		{Selector{Pin: plainFile}, sampler.ErrNoSuchRing, "is not in a BPF file system"},
		{Selector{Pin: dir}, sampler.ErrNoSuchRing, "is a directory"},
		{Selector{PID: os.Getpid()}, sampler.ErrNoSuchRing, "holds no ring"},
		{Selector{PID: 1 << 22}, sampler.ErrNoSuchRing, "there is no process 4194304; `ringscope list`"},
	} {
		src, err := Open(context.Background(), c.sel, Options{})
		if err == nil {
			t.Errorf("%s: opened", c.sel)
			_ = src.Close()
			continue
		}
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v\nwant it to say %q and to be %q", c.sel, err, c.says, c.kind)
		}
	}
}

func TestAmbiguousNameListsCandidates(t *testing.T) {
	need.BPF(t)
	dir := mountBPFFS(t)
	a, b := bpftest.Make(t, "twin", 4096), bpftest.Make(t, "twin", 1<<20)
	path := filepath.Join(dir, "second")
	b.Pin(t, path)
	holder := a.StartHolder(t)
	_, err := Open(context.Background(), Selector{Name: "twin"}, Options{})
	var amb *AmbiguousError
	if !errors.As(err, &amb) || !errors.Is(err, sampler.ErrAmbiguous) {
		t.Fatalf("%v, want an ambiguous name", err)
	}
	for _, want := range []string{
		fmt.Sprintf("id:%d  4 KiB  ", a.ID(t)), fmt.Sprintf("[%d]", holder.PID), fmt.Sprintf("id:%d  1 MiB", b.ID(t)), "pinned at " + path + "  (the newest)",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q:\n%v", want, err)
		}
	}
	if len(amb.Rings) != 2 || amb.Rings[0].ID != a.ID(t) {
		t.Errorf("candidates: %+v", amb.Rings)
	}
}

// nobodyEnv tells the test binary that it runs as an ordinary user: the directory with two pins, and the id of one of the rings.
const nobodyEnv = "RINGSCOPE_TEST_NOBODY"

// TestNobody is what an ordinary user gets: the test binary runs itself as one.
func TestNobody(t *testing.T) {
	if dir, id, ok := strings.Cut(os.Getenv(nobodyEnv), ","); ok {
		asNobody(t, dir, id)
		return
	}
	need.BPF(t)
	dir := mountBPFFS(t)
	open, shut := bpftest.Make(t, "open", 4096), bpftest.Make(t, "shut", 4096)
	open.Pin(t, filepath.Join(dir, "open"))
	shut.Pin(t, filepath.Join(dir, "shut"))
	open.Write(t, bpftest.Record{Length: 8})

	program := filepath.Join(t.TempDir(), "test")
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(
		os.WriteFile(program, self, 0o755),
		os.Chmod(filepath.Dir(program), 0o755), os.Chmod(filepath.Dir(filepath.Dir(program)), 0o755),
		os.Chmod(filepath.Join(dir, "open"), 0o666), os.Chmod(filepath.Join(dir, "shut"), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-test.run=^TestNobody$", "-test.v")
	cmd.Dir = "/"
	cmd.Env = []string{fmt.Sprintf("%s=%s,%d", nobodyEnv, dir, open.ID(t)), "TMPDIR=/tmp"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestNobody") {
		t.Errorf("as an ordinary user: %v\n%s", err, out)
	}
}

func asNobody(t *testing.T, dir, id string) {
	if os.Geteuid() == 0 {
		t.Fatal("still root")
	}
	if _, err := Look(context.Background()); !errors.Is(err, sampler.ErrNotPermitted) || !strings.Contains(err.Error(), "CAP_SYS_ADMIN is needed") {
		t.Errorf("Look: %v, want not permitted and what is needed", err)
	}
	if c := checkIterators(); c.OK || !strings.Contains(c.Detail, "can't be used: not permitted.") || strings.Contains(c.Detail, "MEMLOCK") {
		t.Errorf("doctor says of the iterator programs: %+v, want plainly that they are not permitted", c)
	}
	n, err := strconv.ParseUint(id, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	for _, sel := range []Selector{{ID: uint32(n)}, {Name: "open"}, {Pin: filepath.Join(dir, "shut")}, {PID: os.Getppid()}} {
		if _, err := Open(context.Background(), sel, Options{}); !errors.Is(err, sampler.ErrNotPermitted) {
			t.Errorf("%s: %v, want not permitted", sel, err)
		}
	}
	var permitted, named bool
	for _, c := range Doctor(context.Background()) {
		t.Logf("%+v", c)
		switch c.Name {
		case "capabilities":
			permitted, named = c.OK, strings.Contains(c.Fix, "cap_sys_admin")
		case "iterator programs":
			if c.OK {
				t.Error("the iterator programs work without any right")
			}
		}
	}
	if permitted || !named {
		t.Error("the doctor finds no capability missing, or does not say which")
	}
	// A pin that everybody may open can be watched; whether it is alive can't be told then, so it is never called gone.
	s := openStage(t, Selector{Pin: filepath.Join(dir, "open")}, Options{})
	s.look()
	ring := s.census()
	if s.before != 1 || ring.Readers.Known() {
		t.Errorf("%d records and readers %+v, want 1 record and nobody known to read", s.before, ring.Readers)
	}
	for range 30 {
		if pace := s.pass(time.Second); pace.Done {
			t.Fatal("called gone")
		}
	}
	if err := s.kernel().Suspend(); err != nil {
		t.Errorf("suspend: %v", err)
	}
	if err := s.kernel().Resume(); err != nil {
		t.Errorf("resume: %v", err)
	}
	if pace := s.pass(time.Second); pace.Done {
		t.Error("gone after suspend and resume")
	}
}
