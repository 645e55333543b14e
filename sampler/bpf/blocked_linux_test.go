package bpf

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/internal/need"
	"ringscope/model"
	"ringscope/sampler/bpf/bpftest"
)

// epollSet makes an epoll set of descriptors.
func epollSet(t *testing.T, fds ...int) int {
	t.Helper()
	set, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(set) })
	for _, fd := range fds {
		if err := unix.EpollCtl(set, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)}); err != nil {
			t.Fatal(err)
		}
	}
	return set
}

// again makes another descriptor of the same ring; it is closed by the test.
func again(t *testing.T, r *bpftest.Ring) int {
	t.Helper()
	fd, err := unix.FcntlInt(uintptr(r.Map.FD()), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	return fd
}

// TestEpollSets: what a set holds is told without having the kernel show the set, which stalls those who change it; only where that
// can't be, and the process has few descriptors, it is shown.
func TestEpollSets(t *testing.T) {
	need.BPF(t)
	r, other := bpftest.Make(t, "inside", 4096), bpftest.Make(t, "outside", 4096)
	inner := epollSet(t, r.Map.FD())
	middle := epollSet(t, inner)
	left := again(t, r)
	closed := epollSet(t, left)
	if err := unix.Close(left); err != nil {
		t.Fatal(err)
	}
	sets := map[string]struct {
		fd   int
		want model.Figure[bool]
	}{
		"itself":        {inner, model.Of(true)},
		"among others":  {epollSet(t, other.Map.FD(), r.Map.FD()), model.Of(true)},
		"nested":        {middle, model.Of(true)},
		"nested twice":  {epollSet(t, middle), model.Of(true)},
		"deeper":        {epollSet(t, epollSet(t, middle)), model.Figure[bool]{}},
		"another":       {epollSet(t, other.Map.FD()), model.Of(false)},
		"empty":         {epollSet(t), model.Of(false)},
		"number closed": {closed, model.Of(false)}, // under a number that is no descriptor of the ring now
	}
	self := os.Getpid()
	for name, c := range sets {
		b := blocked{ring: r.ID(t)}
		b.forget()
		d := b.of(self)
		if d.all = maxShown + 1; !slices.Contains(d.rings, r.Map.FD()) || !d.told {
			t.Fatalf("the ring is not found among %+v", d)
		}
		if got := b.holds(self, c.fd, d, maxNested); got != c.want || b.uncompared {
			t.Errorf("%s: %+v, want %+v; without kcmp %v", name, got, c.want, b.uncompared)
		}
	}
	for _, c := range []struct {
		all  int
		want model.Figure[bool]
	}{{maxShown, model.Of(true)}, {maxShown + 1, model.Figure[bool]{}}} {
		b := blocked{ring: r.ID(t), uncompared: true}
		b.forget()
		d := b.of(self)
		d.all = c.all
		if got := b.holds(self, inner, d, maxNested); got != c.want {
			t.Errorf("without kcmp, %d descriptors: %+v, want %+v", c.all, got, c.want)
		}
	}
}

// TestMemoryIsReadOnlyInDoubt: what a thread in poll or select sleeps over is told by the descriptors of its process where they can. The
// memory that these calls point to can't be read.
func TestMemoryIsReadOnlyInDoubt(t *testing.T) {
	const ring, nowhere = 3, 8
	self := os.Getpid()
	only, none := &descriptors{rings: []int{ring}, told: true}, &descriptors{others: true, told: true}
	among := &descriptors{rings: []int{ring}, others: true, told: true}
	for _, c := range []struct {
		name string
		d    *descriptors
		how  mechanism
		args [6]uint64
		want model.Figure[bool]
	}{
		{"poll, no other", only, inPoll, [6]uint64{nowhere, 1}, model.Of(true)},
		{"select, no other", only, inSelect, [6]uint64{4, nowhere}, model.Of(true)},
		{"poll, no ring", none, inPoll, [6]uint64{nowhere, 1}, model.Of(false)},
		{"poll of nothing", among, inPoll, [6]uint64{nowhere, 0}, model.Of(false)},
		{"select, to write", only, inSelect, [6]uint64{4, 0, nowhere}, model.Of(false)},
		{"poll, others", among, inPoll, [6]uint64{nowhere, 1}, model.Figure[bool]{}},
		{"select, others", among, inSelect, [6]uint64{4, nowhere}, model.Figure[bool]{}},
		{"poll, not told", &descriptors{}, inPoll, [6]uint64{nowhere, 1}, model.Figure[bool]{}},
	} {
		b := blocked{}
		b.forget()
		b.known[self] = c.d
		if got := b.sleepsOn(self, c.how, &call{args: c.args}); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// TestDescriptorsOfAProcess: what else can be waited for is told of a real process.
func TestDescriptorsOfAProcess(t *testing.T) {
	need.BPF(t)
	r, other := bpftest.Make(t, "given", 4096), bpftest.Make(t, "other", 4096)
	// What this process inherited, its children shall not.
	if err := unix.CloseRange(3, 1<<30, unix.CLOSE_RANGE_CLOEXEC); err != nil {
		t.Skipf("mark descriptors: %v", err)
	}
	file, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = errors.Join(file.Close(), in.Close(), out.Close()) }()
	ofRing := func(r *bpftest.Ring) *os.File {
		f := os.NewFile(uintptr(again(t, r)), "ring")
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	for name, c := range map[string]struct {
		files  []*os.File
		rings  []int
		others bool
	}{
		"ring alone":    {[]*os.File{ofRing(r)}, []int{3}, false},
		"and a file":    {[]*os.File{file, ofRing(r)}, []int{4}, false},
		"and a pipe":    {[]*os.File{in, ofRing(r)}, []int{4}, true},
		"and a ring":    {[]*os.File{ofRing(r), ofRing(other)}, []int{3}, true},
		"another alone": {[]*os.File{ofRing(other)}, nil, true},
	} {
		p := exec.Command("sleep", "1000")
		p.ExtraFiles = c.files
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		b := blocked{ring: r.ID(t)}
		d := b.list(p.Process.Pid)
		for until := time.Now().Add(patience); d.all != 3+len(c.files) && time.Now().Before(until); { // its loader opens libraries first
			time.Sleep(time.Millisecond)
			d = b.list(p.Process.Pid)
		}
		if !d.told || !slices.Equal(d.rings, c.rings) || d.others != c.others || d.all != 3+len(c.files) || d.sets != nil {
			t.Errorf("%s: %+v", name, d)
		}
		_ = p.Process.Kill()
		_ = p.Wait() // says "signal: killed"
	}
}

// TestTimeoutOfAWait: it stands in an argument, or in memory, which is not read for it.
func TestTimeoutOfAWait(t *testing.T) {
	const forever = uint64(0xffffffff) // -1, as the kernel shows an int
	for _, c := range []struct {
		number uint64
		args   [6]uint64
		want   model.Figure[time.Duration]
	}{
		{unix.SYS_EPOLL_PWAIT, [6]uint64{3: 3000}, model.Of(3 * time.Second)},
		{unix.SYS_EPOLL_PWAIT, [6]uint64{3: forever}, model.Of(noLimit)},
		{unix.SYS_EPOLL_PWAIT2, [6]uint64{3: 0x7ffe0000}, model.Figure[time.Duration]{}},
		{unix.SYS_EPOLL_PWAIT2, [6]uint64{}, model.Of(noLimit)},
		{unix.SYS_PPOLL, [6]uint64{2: 0x7ffe0000}, model.Figure[time.Duration]{}},
		{unix.SYS_PPOLL, [6]uint64{}, model.Of(noLimit)},
		{unix.SYS_PSELECT6, [6]uint64{4: 0x7ffe0000}, model.Figure[time.Duration]{}},
	} {
		if got := genericCalls[c.number].limit(&call{args: c.args}); got != c.want {
			t.Errorf("call %d with %v: %+v, want %+v", c.number, c.args, got, c.want)
		}
	}
}
