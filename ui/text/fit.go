package text

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width is how many cells s takes.
func Width(s string) int { return ansi.StringWidth(s) }

// Ellipsis says that something was cut off.
func (c Charset) Ellipsis() string { return c.Spell("…") }

// Cut shortens s to at most width cells; `…` at the end (`..` in ASCII) says that it was cut.
func (c Charset) Cut(s string, width int) string {
	if width <= 0 {
		return ""
	}
	if Width(s) <= width {
		return s
	}
	e := c.Ellipsis()
	if Width(e) > width {
		return e[:width] // only ".." can be too wide, and it is ASCII
	}
	return ansi.Truncate(s, width, e)
}

// CutHead is [Charset.Cut] that keeps the end, for paths. s is text without escape sequences.
func (c Charset) CutHead(s string, width int) string {
	if width <= 0 {
		return ""
	}
	if Width(s) <= width {
		return s
	}
	e := c.Ellipsis()
	room := width - Width(e)
	if room <= 0 {
		return c.Cut(s, width)
	}
	r := []rune(s)
	i := len(r)
	for ; i > 0; i-- {
		w := Width(string(r[i-1]))
		if w > room {
			break
		}
		room -= w
	}
	return e + string(r[i:])
}

// Left gives s exactly width cells, at the left, cut where it is too long.
func (c Charset) Left(s string, width int) string {
	s = c.Cut(s, width)
	return s + strings.Repeat(" ", max(0, width-Width(s)))
}

// Right gives s exactly width cells, at the right, cut where it is too long.
func (c Charset) Right(s string, width int) string {
	s = c.Cut(s, width)
	return strings.Repeat(" ", max(0, width-Width(s))) + s
}

// Fold breaks s at spaces into lines of at most width cells, where its words allow that: a longer word is left whole, so that nothing is lost
// and a path can be copied. All lines but the first begin with hang spaces; with few, where these would take more than half of a narrow line.
// Without width s stays one line.
func Fold(s string, width, hang int) []string {
	if 2*hang > width {
		hang = width / 8
	}
	var lines []string
	for width > 0 && Width(s) > width {
		words := len(s) - len(strings.TrimLeft(s, " ")) // where the first one begins
		at := 0
		for i := words; i < len(s); i++ {
			if s[i] != ' ' || s[i-1] == ' ' {
				continue
			}
			if at > 0 && Width(s[:i]) > width {
				break
			}
			at = i
		}
		rest := strings.TrimLeft(s[at:], " ")
		if at == 0 || rest == "" {
			break
		}
		lines = append(lines, s[:at])
		s = strings.Repeat(" ", hang) + rest
	}
	return append(lines, s)
}

// Wrap breaks words into lines of at most width cells at spaces; a longer word is cut. It returns no line for no words.
func (c Charset) Wrap(s string, width int) []string {
	if width <= 0 {
		return nil
	}
	var lines []string
	line, used := "", 0
	for _, w := range strings.Fields(s) {
		n := Width(w)
		if n > width {
			w, n = c.Cut(w, width), min(n, width)
		}
		switch {
		case line == "":
			line, used = w, n
		case used+1+n <= width:
			line, used = line+" "+w, used+1+n
		default:
			lines = append(lines, line)
			line, used = w, n
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
