package bpf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// Doctor tells what of that which ringscope needs, or can make use of, works on this host for this user.
func Doctor(ctx context.Context) []Check {
	l, err := kernelLayout()
	return []Check{
		checkKernel(release(), l, err == nil),
		checkTypes(l, err),
		checkListing(ctx),
		checkCapabilities(),
		checkBPFFS(),
		checkIterators(),
		checkWaits(),
		checkNamespace(),
		checkLockdown(),
	}
}

func checkKernel(release string, l layout, types bool) Check {
	if !hasRings(release, l, types) {
		return Check{Name: "kernel", Detail: noRings(release) + ".", Fix: "Boot Linux 5.8 or later. Simulated rings work here: ringscope demo"}
	}
	return Check{Name: "kernel", OK: true, Detail: "Linux " + release + " has ring buffers."}
}

// checkTypes says which positions the kernel keeps.
func checkTypes(l layout, err error) Check {
	c := Check{Name: "kernel types (BTF)"}
	if err != nil {
		c.Detail = fmt.Sprintf("%v. Pending and overwrite position stay unknown, and the iterator programs can't be loaded.", err)
		c.Fix = "A kernel with CONFIG_DEBUG_INFO_BTF"
		return c
	}
	c.OK = true
	var has, lacks []string
	for _, f := range []struct{ member, word string }{{"pending_pos", "pending (6.10)"}, {"overwrite_pos", "overwrite (6.19)"}} {
		if l.has("bpf_ringbuf." + f.member) {
			has = append(has, f.word)
		} else {
			lacks = append(lacks, f.word)
		}
	}
	c.Detail = "Positions: " + strings.Join(append([]string{"consumer, producer"}, has...), ", ") + "."
	if len(lacks) > 0 {
		c.Detail += " This kernel has no " + strings.Join(lacks, " and no ") + "."
	}
	if !overwrites(l) {
		c.Detail += " So no ring of it can be in overwrite mode: ringscope demo overwrite shows one."
	}
	return c
}

// overwrites reports whether the kernel can make rings in overwrite mode.
func overwrites(l layout) bool { return l.has("bpf_ringbuf.overwrite_pos") }

// checkListing counts the rings.
func checkListing(ctx context.Context) Check {
	c := Check{Name: "rings of this host"}
	rings := 0
	maps, err := eachMap(func(_ int, i *mapInfo, err error) {
		if ctx.Err() == nil && err == nil && i.isRing() {
			rings++
		}
	})
	if err != nil {
		c.Detail = fmt.Sprintf("Can't be listed: %v.", sentence(err))
		if isRefused(err) {
			c.Detail = "Can't be listed: CAP_SYS_ADMIN is needed." // what to do follows
			c.Fix = "sudo ringscope, or: sudo setcap cap_sys_admin,cap_bpf,cap_perfmon,cap_sys_ptrace+ep $(command -v ringscope)"
		}
		return c
	}
	c.OK = true
	c.Detail = fmt.Sprintf("%d among %d BPF maps.", rings, maps)
	return c
}

// capabilities that are of use, and for what.
var capabilities = []struct {
	bit  uint
	name string
	what string
}{
	{unix.CAP_SYS_ADMIN, "CAP_SYS_ADMIN", "finding rings and opening them by id or name"},
	{unix.CAP_BPF, "CAP_BPF", "the iterator programs"},
	{unix.CAP_PERFMON, "CAP_PERFMON", "the iterator programs"},
	{unix.CAP_SYS_PTRACE, "CAP_SYS_PTRACE", "processes of other users"},
}

func checkCapabilities() Check {
	c := Check{Name: "capabilities"}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		c.Detail, c.Fix = fmt.Sprintf("Can't be read: %v.", err), "sudo ringscope"
		return c
	}
	effective := uint64(data[0].Effective) | uint64(data[1].Effective)<<32
	has := func(bit uint) bool { return effective>>bit&1 != 0 }
	var missing, fix []string
	for _, p := range capabilities {
		// CAP_SYS_ADMIN holds what CAP_BPF and CAP_PERFMON were split from.
		if has(p.bit) || has(unix.CAP_SYS_ADMIN) && (p.bit == unix.CAP_BPF || p.bit == unix.CAP_PERFMON) {
			continue
		}
		missing = append(missing, fmt.Sprintf("%s (for %s)", p.name, p.what))
		fix = append(fix, strings.ToLower(p.name))
	}
	if len(missing) == 0 {
		c.OK, c.Detail = true, "All that are of use are there."
		return c
	}
	c.Detail = "Missing: " + strings.Join(missing, ", ") + "."
	c.Fix = "sudo ringscope, or: sudo setcap " + strings.Join(fix, ",") + "+ep $(command -v ringscope)"
	return c
}

func checkBPFFS() Check {
	c := Check{Name: "BPF file systems"}
	mounts, err := bpffsMounts()
	switch {
	case err != nil:
		c.Detail, c.Fix = fmt.Sprintf("%v.", err), "mount -t proc proc /proc"
	case len(mounts) == 0:
		c.Detail, c.Fix = "None is mounted: pinned rings can't be opened by their path.", "mount -t bpf bpf /sys/fs/bpf"
	default:
		c.OK, c.Detail = true, "Mounted at "+strings.Join(mounts, ", ")+"."
	}
	return c
}

func checkIterators() Check {
	c := Check{Name: "iterator programs"}
	names := strings.Join([]string{progMaps, progFDs, progVMAs}, ", ")
	it, err := loadIterators()
	if err == nil {
		_, err = it.kept()
	}
	if err != nil {
		why := err.Error()
		if isRefused(err) {
			why = "not permitted" // the library's own words guess at limits of locked memory
		}
		c.Detail = fmt.Sprintf("%s can't be used: %s. Readers and the end of a ring are then inferred from /proc, or unknown.", names, why)
		c.Fix = "Linux 5.12 with BTF, CAP_BPF and CAP_PERFMON, and no lockdown for confidentiality"
		return c
	}
	c.OK = true
	c.Detail = names + ": loaded after the first look at a ring, read-only, gone when ringscope ends. They tell who holds and reads a ring exactly."
	return c
}

// checkWaits says how it is known who waits, and what is looked at of the processes that read.
func checkWaits() Check {
	c := Check{Name: "threads that wait"}
	if _, err := os.ReadFile("/proc/self/syscall"); err != nil {
		c.Detail = fmt.Sprintf("Can't be told: %v.", err)
		c.Fix = "A kernel with CONFIG_HAVE_ARCH_TRACEHOOK, and /proc mounted"
		return c
	}
	c.OK = true
	c.Detail = "Read two to four times a second from /proc/PID/task of the processes that read, the call that each thread sleeps in (syscall) too, for " +
		"which the kernel asks as if a debugger were attached. "
	if comparesEpoll() {
		c.Detail += "kcmp tells whether an epoll set holds the ring. "
	} else {
		c.Detail += fmt.Sprintf("This kernel has no kcmp for epoll sets: their fdinfo is read, of processes with at most %d descriptors. ", maxShown)
	}
	c.Detail += "Only for a thread in poll or select whose process can wait for other things than the ring, the list of descriptors is copied out " +
		"of its memory (process_vm_readv)."
	return c
}

func checkNamespace() Check {
	if initialPIDNamespace() {
		return Check{Name: "PID namespace", OK: true, Detail: "The host's own: all processes can be seen."}
	}
	return Check{
		Name: "PID namespace", Detail: "Not the host's: owners and readers outside of it can't be named.",
		Fix: "Run it on the host, or in a container with the host's PID namespace",
	}
}

func checkLockdown() Check {
	c := Check{Name: "lockdown", OK: true}
	raw, err := os.ReadFile("/sys/kernel/security/lockdown")
	switch {
	case errors.Is(err, os.ErrNotExist):
		c.Detail = "Not told by this kernel (securityfs is not mounted, or there is no lockdown)."
	case err != nil:
		c.Detail = fmt.Sprintf("Can't be read: %v.", err)
	default:
		_, after, _ := strings.Cut(string(raw), "[")
		mode, _, _ := strings.Cut(after, "]")
		c.Detail = "Mode: " + mode + "."
		if mode == "confidentiality" {
			c.OK, c.Fix = false, "Boot without lockdown=confidentiality"
			c.Detail += " The kernel may refuse the iterator programs."
		}
	}
	return c
}
