package report

import (
	"fmt"
	"io"
	"strings"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// Row of a table of rings.
type Row struct {
	Ring      *model.Ring
	Positions model.Positions
	Occupancy model.Occupancy
	Problem   string // why it can't be read; empty: it can
}

// Table writes rings as a table of text, one line each.
func Table(w io.Writer, c text.Charset, rows []Row) error {
	cells := [][]string{{"ID", "SIZE", "FULL", "UNREAD", "NAME", "READER", "OWNERS", "PINS"}}
	for _, r := range rows {
		cells = append(cells, r.cells(c))
	}
	widths := make([]int, len(cells[0]))
	for _, line := range cells {
		for i, s := range line {
			widths[i] = max(widths[i], text.Width(s))
		}
	}
	const numbers = 4 // the first columns stand at the right
	for _, line := range cells {
		for i, s := range line {
			if i < numbers {
				line[i] = c.Right(s, widths[i])
			} else {
				line[i] = c.Left(s, widths[i])
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(strings.Join(line, "  "), " ")); err != nil {
			return fmt.Errorf("write the table: %w", err)
		}
	}
	return nil
}

func (r *Row) cells(c text.Charset) []string {
	id := "-"
	if r.Ring.ID != 0 {
		id = fmt.Sprint(r.Ring.ID)
	}
	name := c.Name(r.Ring.Name)
	if r.Ring.Type == model.TypeUserRingbuf {
		name += " (user)"
	}
	full := text.Figure(c, r.Occupancy.Ratio, text.Percent)
	unread := text.Figure(c, r.Occupancy.Used, text.Bytes)
	if r.Problem != "" {
		full, unread = "?", "?"
	}
	reader := "?"
	if words.IsUserRing(r.Ring) {
		reader = "kernel"
	} else if r.Ring.Readers.Known() {
		reader = Processes(c, r.Ring.ReaderAt)
		if r.Ring.Readers.V == 0 {
			reader = "none"
		}
	}
	owners := "?"
	if !r.Ring.Looked.IsZero() || len(r.Ring.Owners) > 0 {
		owners = Processes(c, r.Ring.Owners)
	}
	pins := make([]string, len(r.Ring.Pins))
	for i, p := range r.Ring.Pins {
		pins[i] = c.Safe(p)
	}
	last := strings.Join(pins, " ")
	if r.Problem != "" {
		last = strings.TrimSpace(last + " " + c.Safe(r.Problem))
	}
	return []string{id, text.Size(r.Ring.Size()), full, unread, name, reader, owners, last}
}

// Processes names processes: `bootstrap[2211] +2`, `none`.
func Processes(c text.Charset, all []model.Process) string {
	switch len(all) {
	case 0:
		return "none"
	case 1:
		return words.Process(c, all[0])
	default:
		return fmt.Sprintf("%s +%d", words.Process(c, all[0]), len(all)-1)
	}
}

// Records writes records as lines of text, the payload in hex below each.
type Records struct {
	w      io.Writer
	c      text.Charset
	ring   *model.Ring
	headed bool
}

// NewRecords writes records of a ring to w, below a line that says which it is.
func NewRecords(w io.Writer, c text.Charset, ring *model.Ring) *Records {
	return &Records{w: w, c: c, ring: ring}
}

// payloadWidth is how wide lines of payload are.
const payloadWidth = 80

// Write writes one record.
func (p *Records) Write(r *model.Row) error {
	var b strings.Builder
	if !p.headed {
		p.headed = true
		fmt.Fprintln(&b, p.c.Spell(Title(p.c, p.ring)))
		fmt.Fprintf(&b, "%20s  %-9s  %-6s  %10s  %10s  %-16s  %s\n", "POSITION", "STATE", "READER", "LENGTH", "SPAN", "PAGE OFFSET", "HEADER")
	}
	reader := "read"
	if r.Unread {
		reader = "unread"
	}
	page := fmt.Sprint(r.Header.PageOffset)
	switch {
	case !r.PageOffsetOK.Known():
		page = p.c.Mark(r.PageOffsetOK.How)
	case r.PageOffsetOK.V:
		page += " ok"
	default:
		page += " wrong"
	}
	line := fmt.Sprintf("%20s  %-9s  %-6s  %10d  %10d  %-16s  %s", text.Count(r.Pos), r.Header.State(), reader, r.Header.Length, r.Span,
		page, text.HeaderBytes(r.Header.Raw, p.ring.Format.HeaderSize))
	if !r.Exact {
		line += "  " + p.c.Mark(model.Sampled) + " not proven: it may have been overwritten while it was read"
	}
	b.WriteString(line + "\n")
	for _, l := range text.HexDump(r.Payload, payloadWidth-8) {
		b.WriteString("        " + l + "\n")
	}
	if more := int64(r.Header.Length) - int64(len(r.Payload)); more > 0 && len(r.Payload) > 0 {
		fmt.Fprintf(&b, "        %s\n", p.c.Spell("… "+text.Plural(uint64(more), "byte")+" more"))
	}
	if _, err := io.WriteString(p.w, b.String()); err != nil {
		return fmt.Errorf("write a record: %w", err)
	}
	return nil
}
