package bpf

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The bpf system call itself, where cilium/ebpf would do more than is wanted here: it copies the instructions of every program it is
// asked about.

// Map types (include/uapi/linux/bpf.h).
const (
	typeArrayOfMaps = 12
	typeHashOfMaps  = 13
	typeRingbuf     = 27
	typeUserRingbuf = 31
)

const flagOverwrite = 1 << 19 // BPF_F_RB_OVERWRITE

// mapInfo is the beginning of struct bpf_map_info.
type mapInfo struct {
	Type, ID, KeySize, ValueSize, MaxEntries, Flags uint32
	RawName                                         [16]byte
}

func (i *mapInfo) name() string { return cString(i.RawName[:]) }

func (i *mapInfo) isRing() bool { return i.Type == typeRingbuf || i.Type == typeUserRingbuf }

// progInfo is the beginning of struct bpf_prog_info.
type progInfo struct {
	Type, ID              uint32
	Tag                   [8]byte
	JitedLen, XlatedLen   uint32
	Jited, Xlated         uint64
	LoadTime              uint64
	CreatedByUID, NumMaps uint32
	MapIDs                uint64
	RawName               [16]byte
}

func cString(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

// bpf makes the system call with attr, which must not hold pointers that nobody pins.
func bpf[T any](cmd int, attr *T) (int, error) {
	for {
		n, _, errno := unix.Syscall(unix.SYS_BPF, uintptr(cmd), uintptr(unsafe.Pointer(attr)), unsafe.Sizeof(*attr))
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
			continue
		}
		return -1, errno
	}
}

// pinned returns a function that keeps memory in place and gives its address for an attr, until free.
func pinned() (pin func([]byte) uint64, free func()) {
	var p runtime.Pinner
	return func(b []byte) uint64 {
		p.Pin(&b[0])
		return uint64(uintptr(unsafe.Pointer(&b[0])))
	}, p.Unpin
}

// nextID returns the id that follows id, of maps (BPF_MAP_GET_NEXT_ID) or programs (BPF_PROG_GET_NEXT_ID); ENOENT after the last.
func nextID(cmd int, id uint32) (uint32, error) {
	attr := struct{ start, next, flags uint32 }{start: id}
	_, err := bpf(cmd, &attr)
	return attr.next, err
}

// fdByID opens a map (BPF_MAP_GET_FD_BY_ID) or a program (BPF_PROG_GET_FD_BY_ID), a map for reading and writing.
func fdByID(cmd int, id uint32) (int, error) {
	attr := struct{ id, next, flags uint32 }{id: id}
	return bpf(cmd, &attr)
}

// info fills out by BPF_OBJ_GET_INFO_BY_FD.
func info[T any](fd int, out *T) error {
	var pin runtime.Pinner
	defer pin.Unpin()
	pin.Pin(out)
	attr := struct {
		fd, size uint32
		info     uint64
	}{uint32(fd), uint32(unsafe.Sizeof(*out)), uint64(uintptr(unsafe.Pointer(out)))}
	_, err := bpf(unix.BPF_OBJ_GET_INFO_BY_FD, &attr)
	return err
}

// kinds of objects that can be pinned.
type kind string

const (
	kindMap     kind = "map"
	kindProgram kind = "program"
	kindLink    kind = "link"
	kindOther   kind = "object"
)

// openPin opens what is pinned at path, a map for reading and writing.
func openPin(path string) (fd int, k kind, err error) {
	name, err := unix.BytePtrFromString(path)
	if err != nil {
		return -1, "", err
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	pin.Pin(name)
	attr := struct {
		path      uint64
		fd, flags uint32
	}{path: uint64(uintptr(unsafe.Pointer(name)))}
	fd, err = bpf(unix.BPF_OBJ_GET, &attr)
	if err != nil {
		return -1, "", err
	}
	link, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
	if err != nil {
		_ = unix.Close(fd)
		return -1, "", err
	}
	switch link {
	case "anon_inode:bpf-map":
		k = kindMap
	case "anon_inode:bpf-prog":
		k = kindProgram
	case "anon_inode:bpf_link", "anon_inode:bpf-link":
		k = kindLink
	default:
		k = kindOther
	}
	return fd, k, nil
}

// mapByID opens a map by its id.
func mapByID(id uint32) (fd int, i mapInfo, err error) {
	fd, err = fdByID(unix.BPF_MAP_GET_FD_BY_ID, id)
	if err != nil {
		return -1, i, fmt.Errorf("open map %d: %w", id, err)
	}
	if err := info(fd, &i); err != nil {
		_ = unix.Close(fd)
		return -1, i, fmt.Errorf("ask for the info of map %d: %w", id, err)
	}
	return fd, i, nil
}

// eachMap visits the info of every map. Its descriptor is open during the visit only. Maps that end meanwhile are passed over; err of
// visit is a map that could not be opened.
func eachMap(visit func(fd int, i *mapInfo, err error)) (maps int, err error) {
	for id := uint32(0); ; {
		id, err = nextID(unix.BPF_MAP_GET_NEXT_ID, id)
		switch {
		case isGone(err):
			return maps, nil
		case err != nil:
			return maps, fmt.Errorf("ask for the next map: %w", err)
		}
		maps++
		fd, i, err := mapByID(id)
		if err != nil {
			if !isGone(err) {
				i.ID = id
				visit(-1, &i, err)
			}
			continue
		}
		visit(fd, &i, nil)
		if err := unix.Close(fd); err != nil {
			return maps, fmt.Errorf("close map %d: %w", id, err)
		}
	}
}

// eachProgram visits every program with the ids of the maps that it uses.
func eachProgram(visit func(id uint32, name string, maps []uint32)) error {
	ids := make([]uint32, 64)
	for id := uint32(0); ; {
		var err error
		id, err = nextID(unix.BPF_PROG_GET_NEXT_ID, id)
		switch {
		case isGone(err):
			return nil
		case err != nil:
			return fmt.Errorf("ask for the next program: %w", err)
		}
		fd, err := fdByID(unix.BPF_PROG_GET_FD_BY_ID, id)
		if err != nil {
			if isGone(err) {
				continue
			}
			return fmt.Errorf("open program %d: %w", id, err)
		}
		name, n, err := programMaps(fd, &ids)
		_ = unix.Close(fd)
		if err != nil {
			return fmt.Errorf("ask for the info of program %d: %w", id, err)
		}
		visit(id, name, ids[:n])
	}
}

// programMaps fills ids with the ids of the maps that a program uses, and lets it grow as needed.
func programMaps(fd int, ids *[]uint32) (name string, n int, err error) {
	var pin runtime.Pinner
	defer pin.Unpin()
	for {
		pin.Pin(&(*ids)[0])
		i := progInfo{NumMaps: uint32(len(*ids)), MapIDs: uint64(uintptr(unsafe.Pointer(&(*ids)[0])))}
		if err := info(fd, &i); err != nil {
			return "", 0, err
		}
		if int(i.NumMaps) <= len(*ids) {
			return cString(i.RawName[:]), int(i.NumMaps), nil
		}
		*ids = make([]uint32, i.NumMaps)
	}
}
