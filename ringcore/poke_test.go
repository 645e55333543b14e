package ringcore_test

import (
	"encoding/binary"

	"ringscope/ringcore"
)

// setPosition writes a position of 8 bytes as another process would.
func setPosition(page []byte, pos ringcore.Pos) { binary.NativeEndian.PutUint64(page, pos) }

// setPosition32 writes one of 4 bytes.
func setPosition32(page []byte, pos ringcore.Pos) { binary.NativeEndian.PutUint32(page, uint32(pos)) }
