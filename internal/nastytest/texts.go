// Package nastytest has the nastiest texts and figures that a ring, a host or a file can put before ringscope, fills values with them, and
// tells whether what came of them on a screen or in a report is harmless.
package nastytest

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"ringscope/ui/text"
)

// Text is one nasty text.
type Text struct{ Name, Text string }

// longest is as long as a path can be, and so as long as anything foreign that is shown as text gets; names of maps, programs, processes
// and threads have 15 bytes at most.
const longest = 4096

// Texts are the nastiest texts. None holds U+FFFD: where that is shown, something was replaced that should have been made visible.
func Texts() []Text {
	return []Text{
		{"clear screen", "rb\x1b[2J\x1b[H\x1b[3J\x1bcowned"},
		{"title", "\x1b]0;owned\x07\x1b]2;owned\x1b\\"},
		{"clipboard", "\x1b]52;c;b3duZWQ=\x07"},
		{"link", "\x1b]8;;http://localhost/\x1b\\click\x1b]8;;\x1b\\"},
		{"questions", "\x1b[6n\x1b[c\x1bZ\x05\x1b[>q\x1b]11;?\x07"}, // the terminal would type the answers
		{"strings", "\x1bPq#0;2;0;0;0#0!10~\x1b\\\x1b_Ga=T;AAAA\x1b\\\x1b^x\x1b\\\x1bXy\x1b\\"},
		{"unfinished", "\x1b]0;\x1b[38;5;"},
		{"modes", "\x1b[?1049l\x1b[?25h\x1b[?1003h\x1b[4h\x1b[20h\x1b(0lqqk\x0e"},
		{"one byte", "\x9b2J\x9d0;x\x9c\x90q\x85"},
		{"C1 in UTF-8", "\u009b2J\u009d0;x\u009c\u0085"},
		{"lines", "one\r\ntwo\rthree\nfour\x0bfive\x0csix\u2028seven\u2029eight"},
		{"steps back", "fine\b\b\b\b\x7f\x7f\tbad\x00\x07"},
		{"right to left", "\u202egnorw\u202c\u2066x\u2069\u061c\u200f"},
		{"letters from right to left", "שלום العربية"},
		{"nothing to see", "a\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u115f\u3164b"},
		{"stacked", "Z" + strings.Repeat("\u0300\u036f\u0489\u20dd", 60)},
		{"joined", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466\U0001f1e9\U0001f1ea\U0001f44d\U0001f3ff\u2764\ufe0f#\ufe0f\u20e3"},
		{"wide", strings.Repeat("漢字", 30)},
		{"unassigned", "\ue000\ufdd0\ufffe\U0010ffff\U000e0041\U000e0100\u0378"},
		{"no UTF-8", "\xff\xfe\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2(\xa1\xf0\x28\x8c\x28\xe6"},
		{"syntax", `","x":1}]\"'` + "`" + `$(x);=cmd()|'a,b` + "\n" + `<b>{{.}}</b>%s%d%n%!\x1b\u001b`},
		{"our own words", "● NOTHING WRONG SEEN · SIMULATED ▲"},
		{"blank", "   \u00a0\u3000\u2800"},
		{"empty", ""},
		{"huge", strings.Repeat("x\x1b[31m\n", longest/7)},
		{"huge and plain", strings.Repeat("A", longest)},
	}
}

// Harmless says what in written would do more to a terminal than show characters from the left to the right: nil is nothing. Line feeds
// and, with colours, sequences that set nothing but those (SGR) are let be.
func Harmless(set text.Charset, written string, colours bool) error {
	for i := 0; i < len(written); {
		if n := sgr(written[i:]); n > 0 && colours {
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(written[i:])
		switch {
		case r == '\n':
		case r == utf8.RuneError:
			return fmt.Errorf("a replacement or broken UTF-8 at byte %d: %s", i, around(written, i))
		case !set.Fits(r):
			return fmt.Errorf("%U at byte %d: %s", r, i, around(written, i))
		case unicode.Is(unicode.Bidi_Control, r):
			return fmt.Errorf("%U turns round what follows: %s", r, around(written, i))
		}
		i += n
	}
	return nil
}

// sgr is how many bytes a sequence that sets colours takes at the beginning of s.
func sgr(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case c != ';' && (c < '0' || c > '9'):
			return 0
		}
	}
	return 0
}

func around(s string, i int) string { return fmt.Sprintf("%q", s[max(0, i-30):min(len(s), i+30)]) }
