package text

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// Hex writes bytes with a space between them: `40 00 00 40`.
func Hex(b []byte) string {
	const digits = "0123456789abcdef"
	if len(b) == 0 {
		return ""
	}
	out := make([]byte, 0, 3*len(b))
	for i, v := range b {
		if i > 0 {
			out = append(out, ' ')
		}
		out = append(out, digits[v>>4], digits[v&15])
	}
	return string(out)
}

// HeaderHex writes a raw header as its size bytes, at most 8, stand in memory on a little-endian host, without spaces: `400000401d010000`.
func HeaderHex(raw uint64, size int) string {
	return hex.EncodeToString(headerBytes(raw, size))
}

// HeaderBytes is [HeaderHex] with a space between the bytes: `40 00 00 40 1d 01 00 00`.
func HeaderBytes(raw uint64, size int) string { return Hex(headerBytes(raw, size)) }

func headerBytes(raw uint64, size int) []byte {
	return binary.LittleEndian.AppendUint64(nil, raw)[:size]
}

// Printable writes each byte as its ASCII character, or as `.`: one cell a byte.
func Printable(b []byte) string {
	out := make([]byte, len(b))
	for i, v := range b {
		if v >= ' ' && v < 0x7f {
			out[i] = v
		} else {
			out[i] = '.'
		}
	}
	return string(out)
}

// PerLine is how many bytes a line of [HexDump] holds in width cells: 8, 16 or 32 where so many fit, at least 1.
func PerLine(width int) int {
	n := (width - 7) / 4 // "0000  " before, 3 a byte in hex but for the last gap, 2 between, 1 a byte printable
	switch {
	case n >= 32:
		return 32
	case n >= 16: // 24 would be addresses that nobody adds up
		return 16
	case n >= 8:
		return 8
	default:
		return max(1, n)
	}
}

// HexDump writes b, of at most 64 KiB, in lines of offset, hex and printable characters, none wider than width where width is at least 11:
//
//	0000  2f 65 74 63 2f 68 6f 73  /etc/hos
func HexDump(b []byte, width int) []string {
	per := PerLine(width)
	lines := make([]string, 0, (len(b)+per-1)/per)
	for at := 0; at < len(b); at += per {
		part := b[at:min(at+per, len(b))]
		lines = append(lines, fmt.Sprintf("%04x  %-*s  %s", at, 3*per-1, Hex(part), Printable(part)))
	}
	return lines
}
