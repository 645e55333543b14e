package text

import (
	"strings"

	"ringscope/model"
)

// Charset is what the terminal can show.
type Charset uint8

// Charsets.
const (
	UTF8  Charset = iota
	ASCII         // LANG=C, or --ascii
)

// Mark is the mark of certainty of a figure that was obtained as h says: nothing for an exact one, `~` for a sampled or inferred
// one, `≥` and `≤` for bounds (`>=` and `<=` in ASCII). For the others it stands in place of the figure: `?` unknown, `…` not
// measured yet (`..`), `-` does not apply.
func (c Charset) Mark(h model.How) string {
	var m string
	switch h {
	case model.Exact:
		return ""
	case model.Sampled:
		return "~"
	case model.AtLeast:
		m = "≥"
	case model.AtMost:
		m = "≤"
	case model.Unmeasured:
		m = "…"
	case model.NotApplicable:
		return "-"
	default:
		return "?"
	}
	return c.Spell(m)
}

// Shapes that are no severity of a finding.
const (
	ShapeUnknown = "?"
	ShapeLooking = "◌"
)

// Shape is the shape of a severity: ▲ problem, △ warning, ○ hint, ● fine; in ASCII `!!`, `!`, `i`, `ok`.
func (c Charset) Shape(s model.Severity) string {
	switch s {
	case model.Problem:
		return c.Spell("▲")
	case model.Warning:
		return c.Spell("△")
	case model.Hint:
		return c.Spell("○")
	default:
		return c.Spell("●")
	}
}

// ascii is what stands in ASCII for the symbols that ringscope itself uses.
var ascii = strings.NewReplacer(
	"≥", ">=", "≤", "<=", "…", "..", "▲", "!!", "△", "!", "○", "i", "●", "ok", "◌", "..",
	"·", "-", "×", "x", "−", "-", "µ", "u", "±", "+-", "←", "<-", "→", "->", "↑", "up", "↓", "down",
	"▸", ">", "◂", "<", "✓", "ok", "✗", "bad", "◆", "*", "▪", "w", "█", "#", "▒", "%", "━", "-", "╍", ".",
	"─", "-", "│", "|", "┄", "=", "┃", "|", "▴", "^", "–", "-", "“", `"`, "”", `"`, "’", "'",
)

// Spell gives ringscope's own words in this charset. It does not make foreign bytes safe.
func (c Charset) Spell(s string) string {
	if c == UTF8 {
		return s
	}
	return ascii.Replace(s)
}

// Figure is a figure with its mark: format is called only for a value that there is.
func Figure[T any](c Charset, f model.Figure[T], format func(T) string) string {
	if !f.Known() {
		return c.Mark(f.How)
	}
	return c.Mark(f.How) + c.Spell(format(f.V))
}
