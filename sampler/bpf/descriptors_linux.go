package bpf

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// descriptors are those of a process that have to do with waiting for a ring.
type descriptors struct {
	rings  []int // of the ring
	sets   []int // epoll sets
	others bool  // others than the ring's can be waited for, or nobody knows
	all    int
	told   bool // false: they can't be listed
}

// of returns the descriptors of a process, as they were when it was asked first.
func (b *blocked) of(pid int) *descriptors {
	d, ok := b.known[pid]
	if !ok {
		d = b.list(pid)
		b.known[pid] = d
	}
	return d
}

// list looks at what each descriptor is. That takes 5 µs for each, and nobody waits for it.
func (b *blocked) list(pid int) *descriptors {
	d := &descriptors{}
	dir := "/proc/" + strconv.Itoa(pid) + "/"
	f, err := os.Open(dir + "fd")
	if err != nil {
		return d
	}
	defer func() { _ = f.Close() }()
	names, err := f.Readdirnames(-1)
	if err != nil {
		return d
	}
	d.told, d.all = true, len(names)
	for _, name := range names {
		fd, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		path := dir + "fd/" + name
		link, err := os.Readlink(path)
		if err != nil {
			continue // closed meanwhile
		}
		switch link {
		case "anon_inode:bpf-map":
			raw, err := b.read(dir + "fdinfo/" + name)
			if err != nil {
				continue // closed meanwhile
			}
			id, ok := fdinfoMapID(raw)
			if ok && id == b.ring {
				d.rings = append(d.rings, fd)
			} else {
				d.others = d.others || !ok || isRingInfo(raw)
			}
		case "anon_inode:[eventpoll]":
			d.sets, d.others = append(d.sets, fd), true
		default:
			d.others = d.others || !alwaysReady(path, link)
		}
	}
	return d
}

// isRingInfo tells whether the fdinfo of a map is that of a ring. Other maps can't be waited for (bpf_map_poll, kernel/bpf/syscall.c).
func isRingInfo(fdinfo []byte) bool {
	n, told := fdinfoNumber(fdinfo, "map_type:")
	return !told || n == typeRingbuf || n == typeUserRingbuf
}

// alwaysReady tells of a descriptor's link that poll never sleeps over it.
func alwaysReady(path, link string) bool {
	switch {
	case link == "anon_inode:bpf-prog", link == "anon_inode:btf", link == os.DevNull:
		return true
	case !filepath.IsAbs(link), strings.HasPrefix(link, "/proc/"), strings.HasPrefix(link, "/sys/"), strings.HasPrefix(link, "/dev/"):
		return false
	}
	to, err := os.Stat(path)
	return err == nil && to.Mode().IsRegular()
}
