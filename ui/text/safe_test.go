package text

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestSafe(t *testing.T) {
	for _, c := range []struct{ in, utf8, ascii string }{
		{"events", "events", "events"},
		{"a\x1b[31mred", `a\x1b[31mred`, `a\x1b[31mred`},
		{"\x1b]0;title\x07", `\x1b]0;title\x07`, `\x1b]0;title\x07`},
		{"c1 \u009b31m", `c1 \u009b31m`, `c1 \u009b31m`},
		{"raw \x9b31m", `raw \x9b31m`, `raw \x9b31m`},
		{"\u202eevil", `\u202eevil`, `\u202eevil`},
		{"a\u200bb", `a\u200bb`, `a\u200bb`},
		{"e\u0301", `e\u0301`, `e\u0301`},
		{"\xff\xfe", `\xff\xfe`, `\xff\xfe`},
		{"tab\there\nnow\r", `tab\x09here\x0anow\x0d`, `tab\x09here\x0anow\x0d`},
		{`back\slash`, `back\\slash`, `back\\slash`},
		{"größe 漢字", "größe 漢字", `gr\u00f6\u00dfe \u6f22\u5b57`},
		{"שלום", `\u05e9\u05dc\u05d5\u05dd`, `\u05e9\u05dc\u05d5\u05dd`},
		{"\U0001f1e9\U0001f1ea", `\U0001f1e9\U0001f1ea`, `\U0001f1e9\U0001f1ea`},
		{"\U000e0041", `\U000e0041`, `\U000e0041`},
		{"nul\x00l", `nul\x00l`, `nul\x00l`},
		{"del\x7f", `del\x7f`, `del\x7f`},
		{"", "", ""},
	} {
		if got := UTF8.Safe(c.in); got != c.utf8 {
			t.Errorf("%q in UTF-8: %q, want %q", c.in, got, c.utf8)
		}
		if got := ASCII.Safe(c.in); got != c.ascii {
			t.Errorf("%q in ASCII: %q, want %q", c.in, got, c.ascii)
		}
	}
	for in, want := range map[string]string{"rb\x00junk": "rb", "": "(no name)", "\x00": "(no name)", "a\nb": `a\x0ab`} {
		if got := UTF8.Name(in); got != want {
			t.Errorf("name %q is shown %q, want %q", in, got, want)
		}
	}
}

// safe fails if s could do anything to a terminal but fill as many cells as Width says.
func safe(t interface{ Fatalf(string, ...any) }, c Charset, in, s string) {
	if !utf8.ValidString(s) {
		t.Fatalf("%q became %q, which is not UTF-8", in, s)
	}
	sum := 0
	for _, r := range s {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.M, unicode.Co, unicode.Bidi_Control) {
			t.Fatalf("%q became %q, which holds %U", in, s, r)
		}
		if c == ASCII && r > 0x7e {
			t.Fatalf("%q became %q in ASCII", in, s)
		}
		sum += ansi.StringWidth(string(r))
	}
	if w := ansi.StringWidth(s); w != sum || w != ansi.StringWidthWc(s) {
		t.Fatalf("%q became %q: %d cells by clusters, %d by runes, %d rune by rune", in, s, w, ansi.StringWidthWc(s), sum)
	}
	if ansi.Strip(s) != s {
		t.Fatalf("%q became %q, which holds an escape sequence", in, s)
	}
}

// TestSafeEveryRune puts every rune there is beside letters, wide letters and itself.
func TestSafeEveryRune(t *testing.T) {
	shown := 0
	for r := rune(utf8.RuneSelf); r <= unicode.MaxRune; r++ {
		if !UTF8.Fits(r) {
			continue // written as an escape, as TestSafe and FuzzSafe check
		}
		shown++
		if alike(r) && r%64 != 0 {
			continue
		}
		in := "a" + string(r) + string(r) + "漢" + string(r) + "가" + string(r) + "क" + string(r)
		out := UTF8.Safe(in)
		if out != in {
			t.Fatalf("%q became %q", in, out)
		}
		safe(t, UTF8, in, out)
	}
	if shown < 80_000 {
		t.Errorf("only %d runes beyond ASCII are shown: letters are lost", shown)
	}
}

// alike reports whether r is one of the many ideographs and syllables that all behave as their neighbours do.
func alike(r rune) bool {
	return r >= 0x3400 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7a3 || r >= 0x20000
}

func FuzzSafe(f *testing.F) {
	for _, s := range []string{"events", "\x1b[2J", "\u202e", "\xc3\x28", "👩‍👩‍👧", "🇩🇪🇫🇷", "각", "क्षि", "\u1100\u1161", `\x1b`} {
		f.Add(s, 10)
	}
	f.Fuzz(func(t *testing.T, in string, width int) {
		for _, c := range []Charset{UTF8, ASCII} {
			s := c.Safe(in)
			safe(t, c, in, s)
			checkFit(t, c, s, width%300)
			safe(t, c, in, c.Glimpse([]byte(in), uint32(len(in))+uint32(width&1), width%300))
			for _, line := range HexDump([]byte(in), 80) {
				safe(t, ASCII, in, line)
			}
		}
	})
}

func TestSafeKeepsDifferentNamesApart(t *testing.T) {
	unit := rapid.SampledFrom([]string{"\\", "x", "1", "b", "\x1b", "u", "0", "\u202e", "2", "\xff", "é"})
	rapid.Check(t, func(t *rapid.T) {
		a := strings.Join(rapid.SliceOfN(unit, 0, 8).Draw(t, "a"), "")
		b := strings.Join(rapid.SliceOfN(unit, 0, 8).Draw(t, "b"), "")
		if a != b && UTF8.Safe(a) == UTF8.Safe(b) {
			t.Fatalf("%q and %q are both shown as %q", a, b, UTF8.Safe(a))
		}
	})
}

func checkFit(t interface{ Fatalf(string, ...any) }, c Charset, s string, width int) {
	if got := c.Cut(s, width); Width(got) > max(0, width) || (Width(s) <= width && got != s) {
		t.Fatalf("Cut(%q, %d) = %q, %d cells", s, width, got, Width(got))
	}
	if got := c.CutHead(s, width); Width(got) > max(0, width) || (Width(s) <= width && got != s) {
		t.Fatalf("CutHead(%q, %d) = %q, %d cells", s, width, got, Width(got))
	}
	for _, got := range []string{c.Left(s, width), c.Right(s, width)} {
		if Width(got) != max(0, width) {
			t.Fatalf("%q has %d cells, not %d", got, Width(got), width)
		}
	}
	for _, line := range c.Wrap(s, width) {
		if Width(line) > width {
			t.Fatalf("Wrap(%q, %d) has line %q", s, width, line)
		}
	}
}

func TestFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom([]Charset{UTF8, ASCII}).Draw(t, "charset")
		checkFit(t, c, c.Safe(rapid.String().Draw(t, "s")), rapid.IntRange(-2, 40).Draw(t, "width"))
	})
	for _, c := range []struct{ got, want string }{
		{UTF8.Cut("READER TOO SLOW", 8), "READER …"},
		{ASCII.Cut("READER TOO SLOW", 8), "READER.."},
		{UTF8.Cut("漢字漢字", 4), "漢…"},
		{ASCII.Cut("abc", 1), "."},
		{UTF8.CutHead("/sys/fs/bpf/events", 8), "…/events"},
		{UTF8.Right("12", 4), "  12"},
		{UTF8.Left("12", 4), "12  "},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	got := UTF8.Wrap("one two  three extraordinary", 8)
	if want := []string{"one two", "three", "extraor…"}; strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("wrapped to %q, want %q", got, want)
	}
}

func TestFoldLosesNothing(t *testing.T) {
	for _, c := range []struct {
		s           string
		width, hang int
		want        []string
	}{
		{"", 10, 2, []string{""}},
		{"one two three", 0, 2, []string{"one two three"}},
		{"one two three", 13, 2, []string{"one two three"}},
		{"one two three", 12, 2, []string{"one two", "  three"}},
		{"  ▲ TITLE says  more than fits", 14, 4, []string{"  ▲ TITLE says", "    more than", "    fits"}},
		{"  ▲ TITLE says  more", 80, 4, []string{"  ▲ TITLE says  more"}},
		{"a /path/that/is/longer/than/a/line end", 10, 4, []string{"a", "    /path/that/is/longer/than/a/line", "    end"}},
		{"/path/that/is/longer/than/a/line", 10, 4, []string{"/path/that/is/longer/than/a/line"}},
		{"   /path/that/is/longer   ", 10, 4, []string{"   /path/that/is/longer   "}},
		{"a b c", 1, 4, []string{"a", "b", "c"}},
		{"✓ name      what is said", 20, 12, []string{"✓ name      what is", "  said"}},
		{"✓ name      what is said", 20, 10, []string{"✓ name      what is", "          said"}},
		{"日本語 日本語 日本語", 13, 2, []string{"日本語 日本語", "  日本語"}},
		{"日本語 日本語 日本語", 12, 2, []string{"日本語", "  日本語", "  日本語"}},
		{`\x1b[31m \u202e \x07`, 4, 0, []string{`\x1b[31m`, `\u202e`, `\x07`}},
	} {
		got := Fold(c.s, c.width, c.hang)
		if !slices.Equal(got, c.want) {
			t.Errorf("Fold(%q, %d, %d) = %q, want %q", c.s, c.width, c.hang, got, c.want)
		}
		if words := strings.Fields(strings.Join(got, " ")); !slices.Equal(words, strings.Fields(c.s)) {
			t.Errorf("Fold(%q, %d, %d) has the words %q", c.s, c.width, c.hang, words)
		}
	}
}
