package text

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestBytesShown(t *testing.T) {
	const raw = 0x0000011d_40000040
	for _, c := range []struct{ got, want string }{
		{HeaderHex(raw, 8), "400000401d010000"},
		{HeaderHex(raw, 4), "40000040"},
		{HeaderBytes(raw, 8), "40 00 00 40 1d 01 00 00"},
		{HeaderBytes(raw, 4), "40 00 00 40"},
		{Hex(nil), ""},
		{Printable([]byte("a\x00\x1b\xffz")), "a...z"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	got := strings.Join(HexDump([]byte("/etc/hosts\x00\x01"), 44), "\n")
	want := "0000  2f 65 74 63 2f 68 6f 73  /etc/hos\n0008  74 73 00 01              ts.."
	if got != want {
		t.Errorf("dumped as\n%s\nwant\n%s", got, want)
	}
}

func TestHexDumpLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "payload")
		width := rapid.IntRange(11, 200).Draw(t, "width")
		var back []byte
		for _, line := range HexDump(b, width) {
			if Width(line) > width {
				t.Fatalf("%q is wider than %d", line, width)
			}
			digits := line[6 : 6+3*PerLine(width)-1]
			part, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			back = append(back, part...)
		}
		if !bytes.Equal(back, b) {
			t.Fatalf("%x came back as %x", b, back)
		}
	})
}
