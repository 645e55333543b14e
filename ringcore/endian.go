package ringcore

import (
	"math/bits"
	"unsafe"
)

// hostBigEndian is true where the length word of a header, which stands first in memory, is the high half of a 64-bit load.
var hostBigEndian = func() bool {
	word := uint16(1)
	return *(*byte)(unsafe.Pointer(&word)) == 0
}()

// lengthFirst moves the length word of a header loaded as 64 bits into the low half.
func lengthFirst(loaded uint64) uint64 {
	if hostBigEndian {
		return bits.RotateLeft64(loaded, 32)
	}
	return loaded
}
