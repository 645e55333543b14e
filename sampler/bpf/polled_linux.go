package bpf

import (
	"encoding/binary"
	"strconv"

	"golang.org/x/sys/unix"
)

// polled reads which descriptors a thread handed to poll or select, out of its memory; nil: that can't be read, or is too much.
// Nothing else is ever read of the memory of a process.
func polled(pid int, how mechanism, c *call) []int {
	if how == inPoll {
		return pollFDs(pid, c.args[0], c.args[1])
	}
	return selectFDs(pid, c.args[1], c.args[0])
}

// pollFDs reads an array of struct pollfd: descriptor i32, events i16, revents i16.
func pollFDs(pid int, at, n uint64) []int {
	const size = 8
	if n > maxPolled {
		return nil
	}
	raw := make([]byte, size*n)
	if !readMemory(pid, at, raw) {
		return nil
	}
	fds := make([]int, 0, n)
	for ; len(raw) > 0; raw = raw[size:] {
		if fd := int32(binary.NativeEndian.Uint32(raw)); fd >= 0 {
			fds = append(fds, int(fd))
		}
	}
	return fds
}

// selectFDs reads the set of descriptors that are waited for to be readable: bits in words of unsigned long.
func selectFDs(pid int, at, n uint64) []int {
	if at == 0 {
		return []int{}
	}
	if n > maxPolled {
		return nil
	}
	const word = strconv.IntSize / 8
	raw := make([]byte, (n+8*word-1)/(8*word)*word)
	if !readMemory(pid, at, raw) {
		return nil
	}
	fds := []int{}
	for fd := range int(n) {
		w := raw[fd/(8*word)*word:]
		var bits uint64
		switch word {
		case 8:
			bits = binary.NativeEndian.Uint64(w)
		default:
			bits = uint64(binary.NativeEndian.Uint32(w))
		}
		if bits>>(fd%(8*word))&1 != 0 {
			fds = append(fds, fd)
		}
	}
	return fds
}

// readMemory copies out of the memory of another process, which goes on meanwhile.
func readMemory(pid int, at uint64, to []byte) bool {
	if len(to) == 0 {
		return true
	}
	local := []unix.Iovec{{Base: &to[0]}}
	local[0].SetLen(len(to))
	n, err := unix.ProcessVMReadv(pid, local, []unix.RemoteIovec{{Base: uintptr(at), Len: len(to)}}, 0)
	return err == nil && n == len(to)
}
