package words

import (
	"math"
	"strings"
	"testing"

	"ringscope/ringcore"
	"ringscope/ui/text"
)

func comparedText(x Comparison, c text.Charset, width int) string {
	var b strings.Builder
	for _, l := range x.Lines(c, width) {
		b.WriteString(l.Text + "\n")
	}
	return b.String()
}

// TestOneRecordInEveryFormat has a discarded record of 61 bytes, where padding and counted headers show.
func TestOneRecordInEveryFormat(t *testing.T) {
	want := `            linux           windows         windows-legacy  windows-legacy
                                                            -packed
used by     Linux           eBPF f. Windows eBPF f. Windows dumps on Linux
versions    5.8 on          v0.21 on        to v0.20        -
bytes 0-3   3d 00 00 40     3d 00 00 40     02 00 00 00     06 01 00 00
bytes 4-7   1d 01 00 00     1a 01 00 00     45 00 00 00     the payload
length      61 payload      61 payload      69 with header  65 with header
page offset 285 = 3 + 282   282             none            none
span        72 = 8 + 61 + 3 72 = 8 + 61 + 3 69 = 8 + 61     65 = 4 + 61
busy bit    31 busy         31 locked       0 locked        0 locked
discard bit 30 discard      30 discarded    1 discarded     1 discarded
begins at   multiples of 8  multiples of 8  any byte        any byte
full at     8,388,600       8,388,608       8,388,607       8,388,607
no payload  allowed         refused         allowed         allowed

bits, the highest of each word first: B busy, D discard, - not used
linux    0 1 000000000000000000000000111101  00000000000000000000000100011101
         B D length 61                       page offset 285
windows  0 1 000000000000000000000000111101  00000000000000000000000100011010
         B D length 61                       page offset 282
legacy   000000000000000000000000000000 1 0  00 000000000000000000000001000101
         ------------------------------ D B  -- length 69
packed   000000000000000000000001000001 1 0
         length 65                      D B
`
	x := Compare(ringcore.Header{Length: 61, Discard: true}, 1_158_783_040, 8<<20, 4096)
	got := comparedText(x, text.UTF8, ComparedWidth)
	if !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s", got)
	}
	for _, part := range []string{"issue 4241", "two flags that work", "a page offset", "8-byte alignment", "one reader for both systems", "here 72 bytes in place of 69", "overwrite mode"} {
		if !strings.Contains(got, part) {
			t.Errorf("nothing says %q", part)
		}
	}
}

// TestAComparisonFits asks for records of every size and state in both widths and charsets, and in less than is wanted, where things are cut.
func TestAComparisonFits(t *testing.T) {
	for _, width := range []int{1, 5, 12, 16, 43, 58, ComparedWidth, 96, 116} {
		for _, length := range []uint32{0, 1, 61, 1 << 20, 1<<30 - 13, 1<<30 - 1, 1 << 30, math.MaxUint32} {
			for _, size := range []uint64{4096, 2 << 30} {
				for _, c := range []text.Charset{text.UTF8, text.ASCII} {
					x := Compare(ringcore.Header{Length: length, Busy: true}, size/2, size, 4096)
					for _, l := range x.Lines(c, width) {
						if text.Width(l.Text) > width || width >= ComparedWidth && strings.Contains(l.Text, c.Ellipsis()) {
							t.Errorf("%d bytes, %d columns: %q", length, width, l.Text)
						}
						if l.Label > text.Width(l.Text) || l.Label > 0 && !l.Heads && l.Topic == "" {
							t.Errorf("a label of %d columns about %q: %q", l.Label, l.Topic, l.Text)
						}
					}
				}
			}
		}
	}
}

// TestARingOfItsOwnKindIsCompared: a user ring is of the format linux, but can be full, and has no page offset.
func TestARingOfItsOwnKindIsCompared(t *testing.T) {
	x := Compare(ringcore.Header{Length: 61}, 4096, 8192, 4096)
	g := ringcore.LinuxGeometry(8192, 4096)
	g.UserRing, g.FirstPageOffset = true, 0
	x.Stands(ringcore.Linux, g)
	got := comparedText(x, text.UTF8, ComparedWidth)
	for _, want := range []string{"page offset 0               1 ", "full at     8,192           8,192 ", "span        72 = 8 + 61 + 3 72"} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in\n%s", want, got)
		}
	}
}

// TestARingInOverwriteModeIsCompared: nothing is refused because it is full.
func TestARingInOverwriteModeIsCompared(t *testing.T) {
	x := Compare(ringcore.Header{Length: 61}, 4096, 8192, 4096)
	g := ringcore.LinuxGeometry(8192, 4096)
	g.OverwriteMode, g.Overwrite = true, 16
	x.Stands(ringcore.Linux, g)
	for width, want := range map[int]string{ComparedWidth: "full at     old make room   8,192 ", 116: "full at       never: old make room     8,192 "} {
		for _, c := range []text.Charset{text.UTF8, text.ASCII} {
			if got := comparedText(x, c, width); !strings.Contains(got, want) {
				t.Errorf("there is no %q in\n%s", want, got)
			}
		}
	}
}

// TestAComparisonWithoutRoom: a terminal can be of any width while the comparison is open.
func TestAComparisonWithoutRoom(t *testing.T) {
	x := Compare(ringcore.Header{Length: 61}, 0, 4096, 4096)
	for width := -20; width < ComparedWidth; width++ {
		for _, c := range []text.Charset{text.UTF8, text.ASCII} {
			got := comparedText(x, c, width)
			if width >= 16 && (!strings.Contains(got, "used by") || !strings.Contains(got, "legacy")) {
				t.Errorf("%d columns:\n%s", width, got)
			}
			for _, line := range strings.Split(got, "\n") {
				if text.Width(line) > max(0, width) {
					t.Errorf("%d columns: %q", width, line)
				}
			}
		}
	}
}

func TestAComparisonSaysWhatIsNotPossible(t *testing.T) {
	for length, want := range map[uint32]string{0: "windows  not possible: record without payload", 4085: "linux    not possible: record larger than the ring"} {
		got := comparedText(Compare(ringcore.Header{Length: length}, 0, 4096, 4096), text.UTF8, ComparedWidth)
		if !strings.Contains(got, want) || strings.Count(got, "not possible") != 2*strings.Count(got, "not possible:") {
			t.Errorf("%d bytes: nothing says %q:\n%s", length, want, got)
		}
	}
}
