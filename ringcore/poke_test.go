package ringcore_test

import (
	"encoding/binary"

	"ringscope/ringcore"
)

// setPosition writes a position of 8 bytes as another process would.
func setPosition(page []byte, pos ringcore.Pos) { binary.NativeEndian.PutUint64(page, pos) }

// setPositionOf writes one at the width of the ring's kernel.
func setPositionOf(g *ringcore.Geometry, page []byte, pos ringcore.Pos) {
	if g.PosWidth == 4 {
		binary.NativeEndian.PutUint32(page, uint32(pos))
		return
	}
	setPosition(page, pos)
}

// setHeader writes a header of Linux, of which the length word stands first on every host.
func setHeader(data []byte, raw uint64) {
	binary.NativeEndian.PutUint32(data, uint32(raw))
	binary.NativeEndian.PutUint32(data[4:], uint32(raw>>32))
}
