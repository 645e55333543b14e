package bpf

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"ringscope/ringcore"
)

// geometry is what the kernel's types and a map's info tell of a ring's layout. Where the kernel has no BTF, pending and overwrite
// position stay unknown: on an old kernel their words are always 0, which would look like a value. A ring that was made in overwrite
// mode proves a kernel that has both (6.19).
func geometry(i *mapInfo, l layout, pageSize int, posWidth uint8) ringcore.Geometry {
	g := ringcore.LinuxGeometry(uint64(i.MaxEntries), pageSize)
	g.PosWidth = posWidth
	g.OverwriteMode = i.Flags&flagOverwrite != 0
	if producer, ok := l["bpf_ringbuf.producer_pos"]; ok {
		offset := func(member string) int {
			if at, ok := l["bpf_ringbuf."+member]; ok && at >= producer && at-producer <= pageSize-int(posWidth) {
				return at - producer
			}
			return -1
		}
		g.Pending, g.Overwrite = offset("pending_pos"), offset("overwrite_pos")
	} else if g.OverwriteMode {
		g.Pending, g.Overwrite = int(posWidth), 2*int(posWidth)
	}
	if consumer, ok := l["bpf_ringbuf.consumer_pos"]; ok {
		g.FirstPageOffset = uint32(consumer/pageSize) + 2 // RINGBUF_PGOFF, the consumer page and the producer page
	}
	if i.Type == typeUserRingbuf { // the kernel neither writes nor reads page offsets and these positions there
		g.Pending, g.Overwrite = -1, -1
		g.FirstPageOffset, g.UserRing = 0, true
	}
	return g
}

// hostGeometry is the geometry of a ring of this host.
func hostGeometry(i *mapInfo) ringcore.Geometry {
	l, _ := kernelLayout() // without it positions stay unknown; Doctor says why
	return geometry(i, l, os.Getpagesize(), kernelWidth())
}

// kernelWidth is the size of the kernel's unsigned long in bytes. A 32-bit program can run on a 64-bit kernel.
func kernelWidth() uint8 {
	var u unix.Utsname
	if strconv.IntSize == 64 || unix.Uname(&u) != nil {
		return strconv.IntSize / 8
	}
	switch cString(u.Machine[:]) {
	case "x86_64", "aarch64", "ppc64", "ppc64le", "s390x", "riscv64", "mips64", "loongarch64", "sparc64":
		return 8
	default:
		return 4
	}
}
