package tui

import (
	"strconv"
	"strings"
	"testing"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// rowOf is a record of a format at pos of a ring of 8 MiB.
func rowOf(f *ringcore.Format, pos ringcore.Pos, h ringcore.Header) (*model.Row, *model.Ring) {
	g := f.Geometry(8*mib, 4096)
	var has bool
	if h.PageOffset, has = f.PageOffset(&g, pos); !has {
		h.PageOffset = 0
	}
	r := &model.Row{Pos: pos, Header: f.Decode(f.Encode(h)), Span: f.Span(h.Length), FirstSeen: model.Of(begin), Exact: true}
	if has {
		r.PageOffsetOK = model.Of(true)
	}
	ring := ringOf(8 * mib)
	ring.Format, ring.Geometry = f, g
	return r, ring
}

// headers are those of every state, with short and long payloads.
func headers(f *ringcore.Format) (all []ringcore.Header) {
	for _, length := range []uint32{f.MinLength, 1, 61, 64, 65535, 1_048_576, f.MaxLength} {
		for flags := range 4 {
			all = append(all, ringcore.Header{Length: length, Busy: flags&1 != 0, Discard: flags&2 != 0})
		}
	}
	return all
}

// TestBitsAreThoseOfTheHeader reads the header back from the bits that are drawn, and asks that what hangs from a field begins below it.
func TestBitsAreThoseOfTheHeader(t *testing.T) {
	for _, f := range ringcore.Formats {
		for _, h := range headers(f) {
			for _, whole := range []bool{false, true} {
				r, ring := rowOf(f, 1_158_783_040, h)
				lines := bits{r, ring}.lines(text.UTF8, whole)
				raw, n := uint64(0), 0
				for i, l := range lines {
					if text.Width(l.text) > bitsWidth {
						t.Errorf("%s %+v: %d columns: %q", f.Name, h, text.Width(l.text), l.text)
					}
					if !l.strong {
						continue
					}
					v, err := strconv.ParseUint(strings.ReplaceAll(l.text, " ", ""), 2, 64)
					if err != nil {
						t.Fatalf("%s: bits %q: %v", f.Name, l.text, err)
					}
					raw |= v << (wordBits * n)
					for _, p := range (bits{r, ring}).runs(n) {
						if got := strings.ReplaceAll(l.text, " ", ""); len(got) != wordBits {
							t.Errorf("%s: a word of %d bits", f.Name, len(got))
						}
						hangs(t, lines[i+1:], p, whole)
					}
					n++
				}
				if raw != r.Header.Raw {
					t.Errorf("%s %+v: the bits are those of %#x, not %#x", f.Name, h, raw, r.Header.Raw)
				}
			}
		}
	}
}

// hangs wants one line for a field below its bits, with lines of the fields that come later passing by.
func hangs(t *testing.T, lines []bitLine, p placed, whole bool) {
	t.Helper()
	if p.Means == ringcore.MeansNothing && p.Bits < fewBits && !whole {
		return
	}
	for _, l := range lines {
		under := []rune(l.text)
		if p.mark >= len(under) {
			t.Errorf("%s: nothing is below column %d in %q", p.Name, p.mark, l.text)
			return
		}
		switch under[p.mark] {
		case '│':
		case '└', '┘':
			want := map[ringcore.Meaning]string{
				ringcore.MeansLength: "length ", ringcore.MeansBusy: p.Name + ": ", ringcore.MeansDiscard: p.Name + ": ",
				ringcore.MeansPageOffset: "page offset ", ringcore.MeansNothing: "not used",
			}[p.Means]
			if !strings.Contains(l.text, want) && (p.Means != ringcore.MeansLength || !strings.Contains(l.text, ", span ")) {
				t.Errorf("%q stands under %s", l.text, p.Name)
			}
			return
		default:
			t.Errorf("%s: %q is below column %d", p.Name, l.text, p.mark)
			return
		}
	}
	t.Errorf("%s is not explained", p.Name)
}

// TestBitsWithoutPageOffset says why all page offsets of a ring are 0.
func TestBitsWithoutPageOffset(t *testing.T) {
	r, ring := rowOf(ringcore.Windows, 1_158_783_040, ringcore.Header{Length: 61})
	r.Header.PageOffset, ring.Geometry.ZeroPageOffsets = 0, true
	for _, set := range []text.Charset{text.UTF8, text.ASCII} {
		if got, want := (bits{r, ring}).pageOffset(set), "page offset 0: none before v1.0  ✓"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestBitsOfEveryFormat has the breakdown of the same record in each format, as it stands beside the table.
func TestBitsOfEveryFormat(t *testing.T) {
	for name, want := range map[string]string{
		"linux": `31 30 29                           0
 0  1 000000000000000000000000111101
 │  │ └ length 61 (+ 8 header = span 72)
 │  └ discard: the reader will skip it
 └ busy: no, it is finished
00000000000000000000000100011101
└ page offset 285 = 3 + data page 282  ✓
bytes  3d 00 00 40 1d 01 00 00`,
		"windows": `31 30 29                           0
 0  1 000000000000000000000000111101
 │  │ └ length 61 (+ 8 header = span 72)
 │  └ discarded: the reader will skip it
 └ locked: no, it is finished
00000000000000000000000100011010
└ page offset 282 = data page 282  ✓
bytes  3d 00 00 40 1a 01 00 00`,
		"windows-legacy": `31                           2 1 0
000000000000000000000000000000 1 0
└ not used                     │ │
      discarded: to be skipped ┘ │
      locked: no, it is finished ┘
00 000000000000000000000001000101
   └ length 69 = span (8 header + 61)
bytes  02 00 00 00 45 00 00 00`,
		"windows-legacy-packed": `31                           2 1 0
000000000000000000000001000001 1 0
└ length 65 = span (4 + 61)    │ │
      discarded: to be skipped ┘ │
      locked: no, it is finished ┘
bytes  06 01 00 00`,
	} {
		r, ring := rowOf(ringcore.FormatByName(name), 1_158_783_040, ringcore.Header{Length: 61, Discard: true})
		var got []string
		lines := bits{r, ring}.lines(text.UTF8, false)
		for _, l := range lines[:len(lines)-1] {
			got = append(got, l.text)
		}
		if all := strings.Join(got, "\n"); all != want {
			t.Errorf("%s:\n%s", name, all)
		}
		if len(lines) > 9 {
			t.Errorf("%s: %d lines; beside the table there is room for 9", name, len(lines))
		}
	}
}

// TestALengthBelowItsHeader has a header that counts itself and says less than its own size.
func TestALengthBelowItsHeader(t *testing.T) {
	f := ringcore.WindowsLegacy
	r, ring := rowOf(f, 64, ringcore.Header{Length: 1})
	r.Header = f.Decode(3 << 32)
	lines := bits{r, ring}.lines(text.UTF8, false)
	for _, l := range lines {
		if l.topic == words.TopicLength {
			if want := "length 3: less than its header"; !strings.Contains(l.text, want) {
				t.Errorf("%q does not say %q", l.text, want)
			}
			return
		}
	}
	t.Error("no line is about the length")
}
