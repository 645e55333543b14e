package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// unfit are runes that are printable by category and still change what stands beside them: strong right-to-left letters turn a
// row of a table round, the others join their neighbours into one cell, or show nothing at all.
var unfit = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x0590, Hi: 0x08ff, Stride: 1}, // Hebrew, Arabic, Syriac, Thaana, NKo, Samaritan, Mandaic
		{Lo: 0x0d4e, Hi: 0x0d4e, Stride: 1}, // joins the next letter
		{Lo: 0x0e33, Hi: 0x0e33, Stride: 1}, // joins the letter before it
		{Lo: 0x0eb3, Hi: 0x0eb3, Stride: 1},
		{Lo: 0x1100, Hi: 0x11ff, Stride: 1}, // conjoining jamo
		{Lo: 0x2800, Hi: 0x2800, Stride: 1}, // blank Braille
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, // Hangul filler
		{Lo: 0xa960, Hi: 0xa97f, Stride: 1}, // conjoining jamo
		{Lo: 0xd7b0, Hi: 0xd7ff, Stride: 1}, // conjoining jamo
		{Lo: 0xfb1d, Hi: 0xfdff, Stride: 1}, // Hebrew and Arabic presentation forms
		{Lo: 0xfe70, Hi: 0xfeff, Stride: 1}, // Arabic presentation forms, byte order mark
		{Lo: 0xff9e, Hi: 0xffa0, Stride: 1}, // halfwidth sound marks join, the filler is blank
		{Lo: 0xfffc, Hi: 0xfffc, Stride: 1}, // object replacement
	},
	R32: []unicode.Range32{
		{Lo: 0x10800, Hi: 0x10fff, Stride: 1}, // right-to-left scripts
		{Lo: 0x110bd, Hi: 0x110cd, Stride: 1},
		{Lo: 0x111c2, Hi: 0x111c3, Stride: 1},
		{Lo: 0x113d1, Hi: 0x113d1, Stride: 1},
		{Lo: 0x1193f, Hi: 0x11941, Stride: 1},
		{Lo: 0x11a3a, Hi: 0x11a3a, Stride: 1},
		{Lo: 0x11a84, Hi: 0x11a89, Stride: 1},
		{Lo: 0x11d46, Hi: 0x11d46, Stride: 1},
		{Lo: 0x11f02, Hi: 0x11f02, Stride: 1},
		{Lo: 0x1d159, Hi: 0x1d159, Stride: 1}, // null notehead
		{Lo: 0x1e800, Hi: 0x1efff, Stride: 1}, // right-to-left scripts
		{Lo: 0x1f1e6, Hi: 0x1f1ff, Stride: 1}, // regional indicators pair up
		{Lo: 0x1f3fb, Hi: 0x1f3ff, Stride: 1}, // skin tones join what precedes
	},
}

// Fits reports whether r may reach a terminal as it is: it fills one or two cells of its own, whatever stands beside it and
// however the terminal counts.
func (c Charset) Fits(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= ' ' && r < 0x7f
	}
	if c == ASCII || !unicode.IsPrint(r) || unicode.Is(unicode.M, r) || unicode.Is(unfit, r) {
		return false
	}
	s := string(r)
	w := ansi.StringWidth(s)
	return w >= 1 && w <= 2 && w == ansi.StringWidthWc(s)
}

// Safe makes foreign bytes harmless and visible: what could move the cursor, hide, turn or join its neighbours, and what is not
// UTF-8, is written as `\x1b`, `\u202e` or `\U000e0001`, a backslash as `\\`. In the result one rune is one cell or two, and
// [Width] is exact on every terminal. Different inputs give different results.
func (c Charset) Safe(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] >= ' ' && s[i] < 0x7f && s[i] != '\\'
	}
	if plain {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\\':
			b.WriteString(`\\`)
		case c.Fits(r):
			b.WriteRune(r)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += n
	}
	return b.String()
}

// Name is [Charset.Safe] for names: up to the first zero byte, and `(no name)` for an empty one.
func (c Charset) Name(s string) string {
	if i := strings.IndexByte(s, 0); i >= 0 {
		s = s[:i]
	}
	if s == "" {
		return "(no name)"
	}
	return c.Safe(s)
}
