package paint

import (
	"strconv"
	"unicode/utf8"
)

// Render is the grid as text: h lines of at most w columns, joined by newlines, each in the terminal's own colours
// at its end. Blanks at the end of a line that show nothing are left out.
func (g *Grid) Render() string {
	out := g.out[:0]
	for y := range g.h {
		if y > 0 {
			out = append(out, '\n')
		}
		out = appendLine(out, g.cells[y*g.w:(y+1)*g.w], g.block())
	}
	g.out = out
	return string(out)
}

// visibleOnBlank are the attributes that show on a space.
const visibleOnBlank = Underline | Reverse

// block is what stands for a blank with a background; 0: the blank itself.
func (g *Grid) block() rune {
	switch {
	case !g.Blocks:
		return 0
	case g.ASCII:
		return Fold('█')
	}
	return '█'
}

func appendLine(out []byte, row []Cell, block rune) []byte {
	end := len(row)
	for end > 0 && row[end-1].Rune == ' ' && row[end-1].Style.BG == Default && row[end-1].Style.Attr&visibleOnBlank == 0 {
		end--
	}
	var cur Style
	for i := range row[:end] {
		c := &row[i]
		if c.Width == 0 {
			continue
		}
		want, r := c.Style, c.Rune
		if block != 0 && r == ' ' && want.BG != Default {
			r, want.FG, want.BG = block, want.BG, Default
			want.Attr &^= visibleOnBlank
		}
		if r == ' ' && (want.Attr|cur.Attr)&visibleOnBlank == 0 {
			// A blank shows its background only: keep the rest, and save the sequence.
			want.FG, want.Attr = cur.FG, cur.Attr
		}
		if want != cur {
			out = appendSGR(out, cur, want)
			cur = want
		}
		out = utf8.AppendRune(out, r)
		out = append(out, c.Rest...)
	}
	if cur != (Style{}) {
		out = append(out, "\x1b[m"...)
	}
	return out
}

// appendSGR appends the shortest sequence that turns style from into to.
func appendSGR(out []byte, from, to Style) []byte {
	if to == (Style{}) {
		return append(out, "\x1b[m"...)
	}
	out = append(out, "\x1b["...)
	start := len(out)
	if gone := from.Attr &^ to.Attr; gone != 0 {
		if gone&(Bold|Faint) != 0 {
			// 22 ends both bold and faint, so the one that stays is set again below.
			out = append(out, "22;"...)
			from.Attr &^= Bold | Faint
		}
		out = appendAttr(out, gone, Italic, "23;")
		out = appendAttr(out, gone, Underline, "24;")
		out = appendAttr(out, gone, Reverse, "27;")
	}
	come := to.Attr &^ from.Attr
	out = appendAttr(out, come, Bold, "1;")
	out = appendAttr(out, come, Faint, "2;")
	out = appendAttr(out, come, Italic, "3;")
	out = appendAttr(out, come, Underline, "4;")
	out = appendAttr(out, come, Reverse, "7;")
	if from.FG != to.FG {
		out = appendColor(out, to.FG, 30)
	}
	if from.BG != to.BG {
		out = appendColor(out, to.BG, 40)
	}
	if len(out) > start && out[len(out)-1] == ';' {
		out = out[:len(out)-1]
	}
	return append(out, 'm')
}

func appendAttr(out []byte, set, one Attr, code string) []byte {
	if set&one != 0 {
		return append(out, code...)
	}
	return out
}

// appendColor appends the parameters for c with a trailing semicolon; base is 30 for the foreground, 40 for the background.
func appendColor(out []byte, c Color, base int) []byte {
	switch c >> kindShift {
	case kindIndex:
		i := int(c & 0xff)
		switch {
		case i < 8:
			out = strconv.AppendInt(out, int64(base+i), 10)
		case i < 16:
			out = strconv.AppendInt(out, int64(base+60+i-8), 10)
		default:
			out = strconv.AppendInt(out, int64(base+8), 10)
			out = append(out, ";5;"...)
			out = strconv.AppendInt(out, int64(i), 10)
		}
	case kindRGB:
		out = strconv.AppendInt(out, int64(base+8), 10)
		out = append(out, ";2;"...)
		for shift := 16; shift >= 0; shift -= 8 {
			out = strconv.AppendInt(out, int64(c>>shift&0xff), 10)
			if shift > 0 {
				out = append(out, ';')
			}
		}
	default:
		out = strconv.AppendInt(out, int64(base+9), 10)
	}
	return append(out, ';')
}

// String is the text alone, without styles, as [Grid.Render] lays it out.
func (g *Grid) String() string {
	var out []byte
	for y := range g.h {
		if y > 0 {
			out = append(out, '\n')
		}
		row := g.cells[y*g.w : (y+1)*g.w]
		start := len(out)
		for i := range row {
			if row[i].Width > 0 {
				out = utf8.AppendRune(out, row[i].Rune)
				out = append(out, row[i].Rest...)
			}
		}
		for len(out) > start && out[len(out)-1] == ' ' {
			out = out[:len(out)-1]
		}
	}
	return string(out)
}
