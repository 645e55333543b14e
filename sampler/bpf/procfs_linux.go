package bpf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/model"
)

// maxProcTime bounds a search through /proc.
const maxProcTime = 2 * time.Second

// holdersByProc tells who holds the rings of sizes (bytes, by map id) from /proc alone. A mapping there has no map id; who reads is
// inferred from its shape, and unknown where that leaves a doubt. cut tells why it is not everybody; empty: it is.
func holdersByProc(ctx context.Context, sizes map[uint32]uint64) (found map[uint32]map[int]held, doubt map[uint32]bool, cut string) {
	found, doubt = make(map[uint32]map[int]held), make(map[uint32]bool)
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return found, doubt, err.Error()
	}
	host, err := ringSizes()
	if err != nil { // then only these can be told apart
		host = sizes
	}
	until, self, hidden := time.Now().Add(maxProcTime), os.Getpid(), 0
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == self {
			continue
		}
		if time.Now().After(until) || ctx.Err() != nil {
			return found, doubt, "Not all processes were looked at: it took too long."
		}
		fds, err := ringFDs(pid)
		if err != nil {
			if errors.Is(err, fs.ErrPermission) {
				hidden++
			}
			continue
		}
		maps, err := os.ReadFile("/proc/" + e.Name() + "/maps")
		if err != nil {
			if errors.Is(err, fs.ErrPermission) && len(fds) > 0 { // a reader without a descriptor would be a rarity
				hidden++
			}
			continue
		}
		shape := parseMaps(maps)
		for id, size := range sizes {
			h, unsure := shape.holds(id, size, fds, host)
			if h != (held{}) {
				if found[id] == nil {
					found[id] = make(map[int]held)
				}
				found[id][pid] = h
			}
			doubt[id] = doubt[id] || unsure
		}
	}
	if hidden > 0 {
		cut = fmt.Sprintf("%d processes could not be looked at: CAP_SYS_PTRACE is needed.", hidden)
	}
	return found, doubt, cut
}

// ringSizes tells the size of every ring of this host, in bytes by map id.
func ringSizes() (map[uint32]uint64, error) {
	sizes := make(map[uint32]uint64)
	_, err := eachMap(func(_ int, i *mapInfo, err error) {
		if err == nil && i.isRing() {
			sizes[i.ID] = uint64(i.MaxEntries)
		}
	})
	return sizes, err
}

// ringFDs tells which rings a process has a descriptor of: bytes by map id.
func ringFDs(pid int) (map[uint32]uint64, error) {
	dir := "/proc/" + strconv.Itoa(pid) + "/"
	d, err := os.Open(dir + "fd")
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	rings := make(map[uint32]uint64)
	for _, n := range names {
		if to, err := os.Readlink(dir + "fd/" + n); err != nil || to != "anon_inode:bpf-map" {
			continue
		}
		raw, err := os.ReadFile(dir + "fdinfo/" + n)
		if err != nil {
			continue // closed meanwhile
		}
		id, told := fdinfoMapID(raw)
		if size, sized := fdinfoNumber(raw, "max_entries:"); told && sized && isRingInfo(raw) {
			rings[id] = uint64(size)
		}
	}
	return rings, nil
}

// fdinfoMapID finds the line "map_id:	12".
func fdinfoMapID(fdinfo []byte) (uint32, bool) { return fdinfoNumber(fdinfo, "map_id:") }

// fdinfoNumber finds the line that begins with a label.
func fdinfoNumber(fdinfo []byte, label string) (uint32, bool) {
	for line := range bytes.Lines(fdinfo) {
		if rest, ok := bytes.CutPrefix(line, []byte(label)); ok {
			n, err := strconv.ParseUint(string(bytes.TrimSpace(rest)), 10, 32)
			return uint32(n), err == nil
		}
	}
	return 0, false
}

// ringsOf counts the rings that a process maps as libbpf and cilium/ebpf do, producer page and data from the second page on: no other
// BPF map is mapped from there.
func ringsOf(pid int) model.Figure[int] {
	maps, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/maps")
	if err != nil {
		return model.Figure[int]{}
	}
	n, from := 0, fmt.Sprintf("%08x", os.Getpagesize())
	for line := range bytes.Lines(maps) {
		if f := bytes.Fields(line); len(f) >= 6 && bytes.HasPrefix(f[5], []byte("anon_inode:bpf-map")) && string(f[2]) == from {
			n++
		}
	}
	if n == 0 { // mapped in another way
		return model.Figure[int]{}
	}
	return model.Known(n, model.Sampled)
}

// shape is what a process maps of BPF maps.
type shape struct {
	consumers int            // writable mappings of one page at offset 0: consumer pages, or an array's data
	data      map[uint64]int // mappings of producer page and data, by the size of the ring that they fit
}

// parseMaps reads the lines of /proc/PID/maps that are about BPF maps.
func parseMaps(maps []byte) shape {
	s := shape{data: make(map[uint64]int)}
	page := uint64(os.Getpagesize())
	for line := range bytes.Lines(maps) {
		if !bytes.Contains(line, []byte("anon_inode:bpf-map")) {
			continue
		}
		f := strings.Fields(string(line))
		if len(f) < 6 {
			continue
		}
		lo, hi, _ := strings.Cut(f[0], "-")
		from, err1 := strconv.ParseUint(lo, 16, 64)
		to, err2 := strconv.ParseUint(hi, 16, 64)
		offset, err3 := strconv.ParseUint(f[2], 16, 64)
		if err1 != nil || err2 != nil || err3 != nil {
			continue
		}
		length := to - from
		switch {
		case offset == 0 && length == page && strings.HasPrefix(f[1], "rw"):
			s.consumers++
		case offset == page && length > page: // as libbpf maps it, and cilium/ebpf
			s.data[(length-page)/2]++
		case offset == 0 && length > 2*page: // in one piece, as ringscope maps it
			s.data[(length-2*page)/2]++
		}
	}
	return s
}

// holds tells how a process of this shape, with descriptors of the rings fds, holds a ring; host are the sizes of all rings. What it maps of
// that size is of the rings of its descriptors; only without such a descriptor it can be of a ring that was closed after it was mapped. It
// maps the ring for sure if it maps as many as there are that it can be; unsure tells that it may read this ring or another.
func (s shape) holds(id uint32, size uint64, fds, host map[uint32]uint64) (h held, unsure bool) {
	_, h.fd = fds[id]
	theirs, all := sameSize(fds, size), 0
	for _, n := range s.data {
		all += n
	}
	switch mapped := s.data[size]; {
	case mapped == 0 || !h.fd && theirs > 0:
		return h, false
	case h.fd && mapped >= theirs, !h.fd && mapped >= sameSize(host, size):
		h.mapped, h.writable = true, s.consumers > 0
		return h, s.consumers > 0 && s.consumers < all
	default:
		return h, s.consumers > 0
	}
}

// sameSize counts the rings of a size.
func sameSize(rings map[uint32]uint64, size uint64) (n int) {
	for _, is := range rings {
		if is == size {
			n++
		}
	}
	return n
}

// process is a process with what its files tell; all of it is unknown when it has ended.
func process(pid int) model.Process {
	dir := "/proc/" + strconv.Itoa(pid)
	p := model.Process{PID: pid}
	if comm, err := os.ReadFile(dir + "/comm"); err == nil {
		p.Comm = string(bytes.TrimSuffix(comm, []byte("\n")))
	}
	if stat, err := os.ReadFile(dir + "/stat"); err == nil {
		p.Began = began(stat, bootTime())
	}
	var st unix.Stat_t
	if unix.Stat(dir, &st) == nil {
		p.User = strconv.FormatUint(uint64(st.Uid), 10)
		if u, err := user.LookupId(p.User); err == nil {
			p.User = u.Username
		}
	}
	return p
}

// ticksPerSecond is USER_HZ, in which /proc/PID/stat counts (include/asm-generic/param.h); it is part of the ABI.
const ticksPerSecond = 100

// began is the time of a process's start, field 22 of /proc/PID/stat: ticks since the host booted; zero if either is unknown.
func began(stat []byte, boot time.Time) time.Time {
	end := bytes.LastIndexByte(stat, ')') // the name before it may hold blanks
	if end < 0 || boot.IsZero() {
		return time.Time{}
	}
	f := bytes.Fields(stat[end+1:])
	if len(f) < 20 {
		return time.Time{}
	}
	ticks, err := strconv.ParseInt(string(f[19]), 10, 64)
	if err != nil {
		return time.Time{}
	}
	return boot.Add(time.Duration(ticks/ticksPerSecond) * time.Second)
}

// bootTime is when the host booted, as /proc/stat tells; zero: it does not.
var bootTime = sync.OnceValue(func() time.Time {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return time.Time{}
	}
	for line := range bytes.Lines(stat) {
		if rest, ok := bytes.CutPrefix(line, []byte("btime ")); ok {
			if n, err := strconv.ParseInt(string(bytes.TrimSpace(rest)), 10, 64); err == nil {
				return time.Unix(n, 0)
			}
		}
	}
	return time.Time{}
})

// initialPIDNamespace reports whether process ids here are the kernel's own, which the iterators tell.
func initialPIDNamespace() bool {
	ns, err := os.Readlink("/proc/self/ns/pid")
	return err == nil && ns == "pid:[4026531836]" // PROC_PID_INIT_INO
}
