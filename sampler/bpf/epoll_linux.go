package bpf

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"

	"ringscope/model"
)

const (
	maxNested   = 2   // epoll sets within epoll sets
	maxSets     = 64  // epoll sets of a process that are looked for in others
	maxAlike    = 8   // entries of an epoll set for the same descriptor number, which was closed and used again
	maxShown    = 256 // descriptors of a process whose epoll sets the kernel may be asked to show entry by entry
	kcmpEpollFD = 7   // KCMP_EPOLL_TFD (include/uapi/linux/kcmp.h)
)

// descriptor is one of another process.
type descriptor struct{ pid, fd int }

// holds tells whether an epoll set holds the ring, or a set that does.
func (b *blocked) holds(pid, set int, d *descriptors, nested int) model.Figure[bool] {
	at := descriptor{pid, set}
	if is, ok := b.sets[at]; ok {
		return is
	}
	is := b.search(pid, set, d, nested)
	if nested == maxNested || is.Known() && is.V { // further in it was not searched to the end
		b.sets[at] = is
	}
	return is
}

func (b *blocked) search(pid, set int, d *descriptors, nested int) model.Figure[bool] {
	if !d.told || len(d.rings) == 0 { // a set keeps what is mapped, even if its descriptor was closed
		return model.Figure[bool]{}
	}
	all := model.Of(false)
	for _, fd := range d.rings {
		switch has := b.inSet(pid, set, fd, d); {
		case !has.Known():
			all = has
		case has.V:
			return has
		}
	}
	for i, inner := range d.sets {
		if i == maxSets {
			return model.Figure[bool]{}
		}
		if inner == set {
			continue
		}
		switch has := b.inSet(pid, set, inner, d); {
		case !has.Known():
			all = has
		case has.V && nested == 0:
			return model.Figure[bool]{}
		case has.V:
			if is := b.holds(pid, inner, d, nested-1); !is.Known() || is.V {
				return is
			}
		}
	}
	return all
}

// inSet tells whether an epoll set holds a descriptor of the same process. kcmp finds one entry; to read the set's fdinfo would show all
// of them, and who wants to change the set waits until that is done (ep_show_fdinfo, fs/eventpoll.c).
func (b *blocked) inSet(pid, set, fd int, d *descriptors) model.Figure[bool] {
	if b.uncompared {
		return b.shown(pid, set, fd, d)
	}
	for n := range uint32(maxAlike) {
		same, err := compare(pid, set, fd, n)
		switch err {
		case 0:
			if same {
				return model.Of(true)
			}
		case unix.ENOENT: // no more of that number
			return model.Of(false)
		case unix.ENOSYS, unix.EOPNOTSUPP: // not built in
			b.uncompared = true
			return b.shown(pid, set, fd, d)
		case unix.EPERM: // a filter of system calls, for instance a container's
			return b.shown(pid, set, fd, d)
		default: // closed meanwhile
			return model.Figure[bool]{}
		}
	}
	return model.Figure[bool]{}
}

// compare asks kcmp(2) whether the n-th entry of an epoll set for the number fd is the file that fd is now.
func compare(pid, set, fd int, n uint32) (same bool, err unix.Errno) {
	slot := struct{ set, fd, n uint32 }{uint32(set), uint32(fd), n}
	var pin runtime.Pinner
	defer pin.Unpin()
	pin.Pin(&slot)
	order, _, err := unix.Syscall6(unix.SYS_KCMP, uintptr(pid), uintptr(pid), kcmpEpollFD, uintptr(fd), uintptr(unsafe.Pointer(&slot)), 0)
	return order == 0, err
}

// comparesEpoll reports whether kcmp tells of epoll sets here.
func comparesEpoll() bool {
	set, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return false
	}
	defer func() { _ = unix.Close(set) }()
	_, errno := compare(os.Getpid(), set, set, 0)
	return errno == unix.ENOENT
}

// shown is inSet without kcmp. A process with few descriptors has no large epoll sets.
func (b *blocked) shown(pid, set, fd int, d *descriptors) model.Figure[bool] {
	if d.all > maxShown {
		return model.Figure[bool]{}
	}
	raw, err := b.read("/proc/" + strconv.Itoa(pid) + "/fdinfo/" + strconv.Itoa(set))
	if err != nil {
		return model.Figure[bool]{}
	}
	for _, has := range epollFDs(raw) {
		if has == fd {
			return model.Of(true)
		}
	}
	return model.Of(false)
}

// epollFDs reads the lines "tfd:        5 events: …" of an epoll set's fdinfo.
func epollFDs(fdinfo []byte) (fds []int) {
	for line := range bytes.Lines(fdinfo) {
		rest, ok := bytes.CutPrefix(line, []byte("tfd:"))
		if !ok {
			continue
		}
		if f := bytes.Fields(rest); len(f) > 0 {
			if fd, err := strconv.Atoi(string(f[0])); err == nil {
				fds = append(fds, fd)
			}
		}
	}
	return fds
}
