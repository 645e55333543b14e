package text

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Sizes of a glimpse.
const (
	minRun    = 4  // characters in a row that count as text where a zero byte ends them; fewer stand together by chance
	freeRun   = 5  // without one
	leadBytes = 4  // shown in hex before the first text
	leadWidth = 24 // cells from which on there is room for them
)

// Glimpse shows the start of a payload in at most width cells. Where there are at least 5 printable characters in a row, or 4 before
// a zero byte, these are quoted, with the first bytes before them: `1e 5b f4 06 … "cron" … "/etc/hosts"`. Anything else is hex. It never invents a
// meaning: without a type, bytes are bytes. whole is the payload's length, which can be more than b holds; zero bytes at the end
// are not mentioned after a text.
func (c Charset) Glimpse(b []byte, whole uint32, width int) string {
	if whole == 0 {
		return c.Cut("(empty)", width)
	}
	if len(b) == 0 || width <= 0 {
		return ""
	}
	more := uint64(whole) > uint64(len(b))
	if p := c.pieces(b, more, width >= leadWidth); p != nil {
		return c.line(p, width)
	}
	room := (width + 1) / 3
	if room < len(b) || more {
		room = (width - Width(c.Ellipsis())) / 3
		return c.Cut(strings.TrimSpace(Hex(b[:min(room, len(b))])+" "+c.Ellipsis()), width)
	}
	return Hex(b)
}

// pieces are the texts in b, quoted, what stands before the first one, and ellipses for what is left out; nil where there is no text.
func (c Charset) pieces(b []byte, more, lead bool) []string {
	var out []string
	shown := 0 // bytes told so far
	for from, to := c.run(b, 0); from < to; from, to = c.run(b, to) {
		if shown == 0 && from > 0 && lead {
			shown = min(from, leadBytes)
			out = append(out, Hex(b[:shown]))
		}
		if shown < from {
			out = append(out, c.Ellipsis())
		}
		out = append(out, `"`+strings.ReplaceAll(c.Safe(string(b[from:to])), `"`, `\"`)+`"`)
		shown = to
	}
	if out != nil && (more || len(bytes.TrimRight(b[shown:], "\x00")) > 0) {
		out = append(out, c.Ellipsis())
	}
	return out
}

// run is the first stretch of b from at on that counts as text, without blanks round it; empty where there is none.
func (c Charset) run(b []byte, at int) (from, to int) {
	for at < len(b) {
		from, n := at, 0
		for at < len(b) {
			r, size := utf8.DecodeRune(b[at:])
			if r == utf8.RuneError && size <= 1 || !c.Fits(r) {
				break
			}
			at, n = at+size, n+1
		}
		text := bytes.TrimLeft(b[from:at], " ")
		from = at - len(text)
		text = bytes.TrimRight(text, " ")
		least := freeRun
		if at < len(b) && b[at] == 0 {
			least = minRun
		}
		if utf8.RuneCount(text) >= least {
			return from, from + len(text)
		}
		if n == 0 {
			at++
		}
	}
	return len(b), len(b)
}

// line joins as many pieces as fit; the last one may be a text that is cut.
func (c Charset) line(pieces []string, width int) string {
	e := c.Ellipsis()
	whole := strings.Join(pieces, " ")
	if Width(whole) <= width {
		return whole
	}
	for k := len(pieces) - 1; k > 0; k-- {
		s := strings.Join(pieces[:k], " ")
		room := width - Width(s) - 1
		if strings.HasPrefix(pieces[k], `"`) && room >= 1+minRun+Width(e) {
			return s + " " + c.Cut(pieces[k], room)
		}
		if pieces[k-1] != e {
			s += " " + e
		}
		if Width(s) <= width {
			return s
		}
	}
	return c.Cut(whole, width)
}
