package paint

// Attr is a set of text attributes.
type Attr uint8

// Attributes that every terminal shows in some way.
const (
	Bold Attr = 1 << iota
	Faint
	Italic
	Underline
	Reverse
)

// Style is how a cell looks. The zero value is plain text in the terminal's own colours.
type Style struct {
	FG, BG Color
	Attr   Attr
}

// With is s with more attributes.
func (s Style) With(a Attr) Style {
	s.Attr |= a
	return s
}
