package text

import (
	"strings"
	"testing"
)

func TestGlimpse(t *testing.T) {
	exec := append([]byte{0x1e, 0x5b, 0xf4, 0x06, 0, 0, 0, 1}, "cron\x00\x00\x00\x00/etc/hosts\x00\x00"...)
	for _, at := range []struct {
		name  string
		c     Charset
		b     string
		whole uint32
		width int
		want  string
	}{
		{"empty", UTF8, "", 0, 20, "(empty)"},
		{"not read", UTF8, "", 8, 20, ""},
		{"a text", UTF8, "/etc/hosts\x00\x00", 12, 20, `"/etc/hosts"`},
		{"a text that goes on", UTF8, "/etc/hosts", 64, 20, `"/etc/hosts" …`},
		{"hex", UTF8, "\x01\x02\x03", 3, 8, "01 02 03"},
		{"hex that does not fit", UTF8, "\x01\x02\x03", 3, 7, "01 02 …"},
		{"hex that goes on", UTF8, "\x01\x02\x03", 9, 20, "01 02 03 …"},
		{"hex in ASCII", ASCII, "\x01\x02\x03", 9, 20, "01 02 03 .."},
		{"texts", UTF8, string(exec), 26, 40, `1e 5b f4 06 … "cron" … "/etc/hosts"`},
		{"texts, the last cut", UTF8, string(exec), 26, 34, `1e 5b f4 06 … "cron" … "/etc/host…`},
		{"texts, the last left out", UTF8, string(exec), 26, 26, `1e 5b f4 06 … "cron" …`},
		{"texts, no room for hex", UTF8, string(exec), 26, 22, `… "cron" … "/etc/host…`},
		{"texts in ASCII", ASCII, string(exec), 26, 50, `1e 5b f4 06 .. "cron" .. "/etc/hosts"`},
		{"texts, hardly any room", UTF8, string(exec), 26, 5, `…`},
		{"texts, one cell", UTF8, string(exec), 26, 1, `…`},
		{"bytes after a text", UTF8, "\x01reads\x02\x03", 8, 40, `01 "reads" …`},
		{"four characters without an end are chance", UTF8, "\x01m#4~\x02\x03", 7, 40, "01 6d 23 34 7e 02 03"},
		{"three characters are chance", UTF8, "\x01abc\x02", 5, 40, "01 61 62 63 02"},
		{"blanks are no text", UTF8, "\x01      \x02", 8, 40, "01 20 20 20 20 20 20 02"},
		{"blanks round a text", UTF8, "  read  \x00", 9, 40, `20 20 "read" …`},
		{"an escape sequence", UTF8, "ab\x1b[2Jcdefgh", 12, 40, `61 62 1b "[2Jcdefgh"`},
		{"quotes and backslashes", UTF8, `say "a\b"`, 9, 40, `"say \"a\\b\""`},
		{"other alphabets", UTF8, "\x01größe\x00", 9, 40, `01 "größe"`},
		{"other alphabets in ASCII", ASCII, "\x01größe\x00", 9, 40, "01 67 72 c3 b6 c3 9f 65 00"},
		{"broken UTF-8 ends a text", UTF8, "\x01crond\xc3(", 8, 40, `01 "crond" …`},
	} {
		t.Run(at.name, func(t *testing.T) {
			if got := at.c.Glimpse([]byte(at.b), at.whole, at.width); got != at.want {
				t.Errorf("got  %s\nwant %s", got, at.want)
			}
		})
	}
}

// FuzzGlimpse checks that a glimpse is harmless and as wide as it says, and that what it quotes stands in the payload in this order.
func FuzzGlimpse(f *testing.F) {
	for _, s := range []string{"", "cron\x00\x00/etc/hosts", "\x1b]0;title\x07\u202eabcd", "\x01\x02", `"\\"\"`, "ab  cd\xff\xfeefgh ijkl"} {
		f.Add([]byte(s), uint8(40), uint32(0), false)
	}
	f.Fuzz(func(t *testing.T, b []byte, width uint8, beyond uint32, only bool) {
		c := UTF8
		if only {
			c = ASCII
		}
		whole := uint32(len(b)) + beyond%3*1000
		got := c.Glimpse(b, whole, int(width))
		if Width(got) > int(width) {
			t.Fatalf("%q has %d cells of %d", got, Width(got), width)
		}
		for _, r := range got {
			if !c.Fits(r) && r != '…' {
				t.Fatalf("%q has %U", got, r)
			}
		}
		rest := string(b)
		for quoted := range texts(c.Glimpse(b, whole, 1<<20)) {
			_, after, found := strings.Cut(rest, quoted)
			if !found {
				t.Fatalf("%q does not stand in %q", quoted, rest)
			}
			rest = after
		}
	})
}

// texts undoes the quotes of a glimpse that has room for everything.
func texts(s string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for {
			_, after, found := strings.Cut(s, `"`)
			if !found {
				return
			}
			var b strings.Builder
			i := 0
			for ; i < len(after) && after[i] != '"'; i++ {
				if after[i] == '\\' {
					i++
				}
				b.WriteByte(after[i])
			}
			s = after[i+1:]
			if !yield(b.String()) {
				return
			}
		}
	}
}
