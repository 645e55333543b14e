package need

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/rlimit"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// bpfWorks makes a ring, maps its position pages, and runs a program that does nothing.
var bpfWorks = sync.OnceValue(func() (err error) {
	if err := rlimit.RemoveMemlock(); err != nil {
		return fmt.Errorf("raise the limit of locked memory: %w", err)
	}
	page := os.Getpagesize()
	ring, err := ebpf.NewMap(&ebpf.MapSpec{Name: "ringscope_need", Type: ebpf.RingBuf, MaxEntries: uint32(page)})
	if err != nil {
		return fmt.Errorf("make a ring: %w", err)
	}
	defer func() { err = errors.Join(err, ring.Close()) }()
	mem, err := unix.Mmap(ring.FD(), 0, 2*page, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return fmt.Errorf("map a ring: %w", err)
	}
	if err := unix.Munmap(mem); err != nil {
		return fmt.Errorf("unmap a ring: %w", err)
	}
	prog, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Name:         "ringscope_need",
		Type:         ebpf.SocketFilter,
		License:      "Dual MIT/GPL",
		Instructions: asm.Instructions{asm.Mov.Imm(asm.R0, 0), asm.Return()},
	})
	if err != nil {
		return fmt.Errorf("load a program: %w", err)
	}
	defer func() { err = errors.Join(err, prog.Close()) }()
	if _, err := prog.Run(&ebpf.RunOptions{Data: make([]byte, 64)}); err != nil {
		return fmt.Errorf("run a program: %w", err)
	}
	return nil
})

var bpffsMounted = sync.OnceValue(func() error {
	const dir = "/sys/fs/bpf"
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return fmt.Errorf("stat %s: %w", dir, err)
	}
	if uint32(fs.Type) != unix.BPF_FS_MAGIC { // an int32 on some systems
		return fmt.Errorf("%s is not one: mount -t bpf bpf %s", dir, dir)
	}
	return nil
})

var ptyWorks = sync.OnceValue(func() error {
	master, slave, err := pty.Open()
	if err != nil {
		return err
	}
	return errors.Join(slave.Close(), master.Close())
})

var libbpfCompiles = sync.OnceValues(func() (cc string, err error) {
	cc, err = exec.LookPath("cc")
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "ringscope-need-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cmd := exec.Command(cc, "-x", "c", "-", "-o", filepath.Join(dir, "probe"), "-lbpf")
	cmd.Stdin = strings.NewReader("#include <bpf/libbpf.h>\nint main(void) { return libbpf_major_version() < 0; }\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("compile and link a program with libbpf: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return cc, nil
})
