package report

import (
	"fmt"
	"io"
	"strings"

	"ringscope/ringcore"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// Format is a line of `formats --json`: one record as one format would have it. What is null does not exist there.
type Format struct {
	Schema          int     `json:"schema"`
	Format          string  `json:"format"`
	Pos             uint64  `json:"pos"`
	State           string  `json:"state"`
	Length          uint32  `json:"length"` // of the payload, in bytes
	Error           *string `json:"error"`  // why the format can't have this record; null: it can
	HeaderHex       *string `json:"header_hex"`
	LengthField     *uint32 `json:"length_field"` // as the header stores it
	PageOffset      *uint32 `json:"page_offset"`
	Span            *uint64 `json:"span"`
	Fields          []Field `json:"fields"` // from the lowest bit
	HeaderBytes     int     `json:"header_bytes"`
	CountsHeader    bool    `json:"length_counts_header"`
	AlignBytes      uint64  `json:"align_bytes"`
	SizeBytes       uint64  `json:"size_bytes"` // of the ring
	FullBytes       uint64  `json:"full_bytes"` // so many can be in use at most
	MinLength       uint32  `json:"min_length"`
	MaxLength       uint32  `json:"max_length"`
	FirstPageOffset *uint32 `json:"first_page_offset"`
}

// Field is some bits of a header in JSON.
type Field struct {
	Name   string  `json:"name"`
	LowBit uint8   `json:"low_bit"`
	Bits   uint8   `json:"bits"`
	Means  string  `json:"means"`
	Value  *uint64 `json:"value"`
}

// NewFormats is a comparison, format by format.
func NewFormats(x words.Comparison) []Format {
	all := make([]Format, 0, len(x.All))
	for _, s := range x.All {
		f := s.Format
		j := Format{
			Schema: Schema, Format: f.Name, Pos: x.Pos, State: x.Header.State().String(), Length: x.Header.Length, HeaderBytes: f.HeaderSize,
			CountsHeader: f.CountsHeader, AlignBytes: f.Align, SizeBytes: x.Size, FullBytes: f.Capacity(&s.Geometry), MinLength: f.MinLength, MaxLength: f.MaxLength,
		}
		_, paged := f.Field(ringcore.MeansPageOffset)
		if paged {
			j.FirstPageOffset = ptr(s.Geometry.FirstPageOffset)
		}
		if s.Err != nil {
			j.Error = ptr(s.Err.Error())
		} else {
			j.HeaderHex, j.LengthField, j.Span = ptr(text.HeaderHex(s.Header.Raw, f.HeaderSize)), ptr(s.Header.Stored), ptr(s.Span)
			if paged {
				j.PageOffset = ptr(s.Header.PageOffset)
			}
		}
		for _, c := range f.Fields {
			field := Field{Name: c.Name, LowBit: c.Low, Bits: c.Bits, Means: strings.ReplaceAll(string(c.Means), " ", "_")}
			if s.Err == nil {
				field.Value = ptr(c.Of(s.Header.Raw))
			}
			j.Fields = append(j.Fields, field)
		}
		all = append(all, j)
	}
	return all
}

// Formats writes a comparison as text, of at most width columns. Formats whose records begin elsewhere are named.
func Formats(w io.Writer, c text.Charset, x words.Comparison, width int) error {
	var b strings.Builder
	head := fmt.Sprintf("a record of %s, %s, at position %s of a ring of %s", text.Plural(uint64(x.Header.Length), "byte"), x.Header.State(), text.Count(x.Pos), text.Size(x.Size))
	var elsewhere []string
	for _, s := range x.All {
		if x.Pos%s.Format.Align != 0 {
			elsewhere = append(elsewhere, s.Format.Name)
		}
	}
	if len(elsewhere) > 0 {
		head += "; none of " + strings.Join(elsewhere, " or ") + " can begin there"
	}
	b.WriteString(strings.Join(c.Wrap(head, width), "\n") + "\n\n")
	for _, l := range x.Lines(c, width) {
		b.WriteString(l.Text + "\n")
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the formats: %w", err)
	}
	return nil
}
