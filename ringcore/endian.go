package ringcore

import (
	"math/bits"
	"runtime"
)

// hostBigEndian is true where the length word of a header, which stands first in memory, is the high half of a 64-bit load.
const hostBigEndian = runtime.GOARCH == "s390x" || runtime.GOARCH == "ppc64" || runtime.GOARCH == "mips" || runtime.GOARCH == "mips64"

// lengthFirst moves the length word of a header loaded as 64 bits into the low half.
func lengthFirst(loaded uint64) uint64 {
	if hostBigEndian {
		return bits.RotateLeft64(loaded, 32)
	}
	return loaded
}
