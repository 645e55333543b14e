package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/tui/paint"
)

// sum adds up a strip.
func (t *strip) sum() (c model.TapeCell) {
	for i := range t.cells {
		c.Add(&t.cells[i], 1, 1)
	}
	return c
}

// TestTapeAtEveryZoom goes through all zooms at either anchor. As close as every header is read, each byte between what is readable and
// the writer is in one column; farther out the shares are; and always the strip follows what the table does.
func TestTapeAtEveryZoom(t *testing.T) {
	a := answered(t, 120, 36, "slow-consumer", unless(20*time.Second, 5*time.Second))
	v := a.v
	for _, key := range []string{"g", "G"} {
		press(v, key)
		for zoom := 0; ; zoom++ {
			a.settle(t)
			s := &v.tape.strip
			if s.columns != 118 || len(s.cells) != 118 {
				t.Fatalf("%s, zoom %d: %d columns", key, zoom, s.columns)
			}
			_, hasReader := s.at(s.consumer.V)
			if key == "g" && !hasReader {
				t.Errorf("%s, zoom %d: the strip from %d is not at the reader, %d", key, zoom, s.from, s.consumer.V)
			}
			if at, ok := s.at(s.producer.V - 1); key == "G" && (!ok || at < s.columns*3/4) {
				t.Errorf("%s, zoom %d: the newest byte is in column %d", key, zoom, at)
			}
			sum := s.sum()
			want := min(s.from+s.bytes, s.producer.V) - s.from
			if slack := uint64(s.columns * 8); sum.Sum() > want+slack || sum.Sum()+slack < want {
				t.Errorf("%s, zoom %d: %d of %d bytes are in columns", key, zoom, sum.Sum(), want)
			}
			if s.bytes <= model.MaxTapeBytes && (s.sampled() || sum.Sum() != want) {
				t.Errorf("%s, zoom %d: %d of %d bytes, sampled %t, though every header was read", key, zoom, sum.Sum(), want, s.sampled())
			}
			if s.whole() {
				shows(t, v, "the whole ring · 1 column = 69.4 KiB · ~ shares")
				press(v, "Z")
				break
			}
			shows(t, v, "1 column = "+columnSize(columnAt(zoom)), "┌─┐ on the circle")
			press(v, "Z")
		}
		a.settle(t)
		shows(t, v, "the whole ring", "nothing farther")
		for v.tape.zoom > 0 {
			press(v, "z")
			a.settle(t)
		}
		shows(t, v, "1 column = 8 bytes")
		press(v, "z")
		a.settle(t)
		shows(t, v, "1 column = 8 bytes", "nothing closer")
	}
}

// TestTapeSelects steps along the tape and clicks on it: table, tape and circle hold the same record.
func TestTapeSelects(t *testing.T) {
	a := answered(t, 120, 36, "slow-consumer", 20*time.Second, slowly)
	v := a.v
	held := func(what string) ringcore.Pos {
		t.Helper()
		a.settle(t)
		r := v.table.record()
		if v.table.anchor != model.AtPos || r == nil || r.Pos != v.table.sel {
			t.Fatalf("%s: no record is held: %+v at %d", what, r, v.table.sel)
		}
		s := &v.tape.strip
		x, ok := s.at(r.Pos)
		if !ok || s.column == headerBytes && s.cells[x].Headers != 1 {
			t.Fatalf("%s: the record at %d does not begin in column %d: %+v", what, r.Pos, x, s.cells[x])
		}
		panel := v.ringPanel()
		if f := panel.frame(v.set); !f.HasSelected || f.Selected != r.Pos {
			t.Fatalf("%s: the circle shows %d", what, f.Selected)
		}
		shows(t, v, "▴")
		return r.Pos
	}
	press(v, ".")
	at := held("a column on")
	for range 10 { // as close as this, each step is the next record
		next := at + v.table.record().Span
		press(v, ".")
		if at = held("the next"); at != next {
			t.Fatalf("the record at %d follows, want %d", at, next)
		}
	}
	press(v, ",")
	back := held("a column back")
	if back >= at || back+v.table.record().Span != at {
		t.Fatalf("%d comes before %d", back, at)
	}
	press(v, ">")
	if on := held("ten columns on"); on <= back || on > back+10*headerBytes {
		t.Fatalf("ten columns on of %d is %d", back, on)
	}

	// The strip stands still while the selection moves in it, and the column that is clicked is the one that is selected.
	from := v.tape.strip.from
	r := v.layout.tape.inner()
	for _, x := range []int{20, 90, 50} {
		v.clickAt(r.x+x, r.y)
		pos := held("a click")
		if v.tape.strip.from != from {
			t.Fatalf("the strip jumps from %d to %d", from, v.tape.strip.from)
		}
		clicked := from + uint64(x)*headerBytes
		if row := v.table.record(); clicked < pos || clicked >= pos+row.Span {
			t.Errorf("a click on %d selects %d of %d bytes", clicked, pos, row.Span)
		}
	}

	// Far out, a click leads to somewhere that no row of the table reached.
	press(v, "Z", "Z", "Z", "Z")
	a.settle(t)
	if !v.tape.strip.whole() {
		t.Fatal("the strip is not the whole ring")
	}
	for x := 0; x < 118; x += 12 {
		s := &v.tape.strip
		lo, hi := s.edge(x), s.edge(x+1)
		if s.cells[x].Sum() == 0 || lo < s.oldest()+s.bytes/8 {
			continue
		}
		v.clickAt(r.x+x, r.y)
		if pos := held("a click far out"); pos+v.table.record().Span <= lo || pos >= hi {
			t.Errorf("a click on column %d, %d to %d, selects %d", x, lo, hi, pos)
		}
	}
	press(v, "esc")
	a.settle(t)
	hides(t, v, "▴")
}

// TestTapeWhereThereIsNoRoom asks for it at 80x24, and for what is even less.
func TestTapeWhereThereIsNoRoom(t *testing.T) {
	a := answered(t, 80, 24, "slow-consumer", 10*time.Second)
	v := a.v
	hides(t, v, "── tape")
	if f := a.focus.Tape; f.Columns != 0 {
		t.Errorf("a tape that is not shown is asked for: %+v", f)
	}
	press(v, "z")
	a.settle(t)
	shows(t, v, "── tape", "1 column = 8 bytes", "C reader is here", "RECORDS")
	if v.layout.records.h < minTable {
		t.Errorf("%d rows are left of the table", v.layout.records.h)
	}
	press(v, "Z")
	a.settle(t)
	shows(t, v, "1 column = 64 bytes", "z zooms, esc closes")
	press(v, "esc")
	hides(t, v, "── tape")
	v.Update(tea.WindowSizeMsg{Width: 60, Height: 16})
	press(v, "Z")
	shows(t, v, "no room for the tape here")
	press(v, ".")
	if v.table.anchor == model.AtPos || v.tape.asked {
		t.Error("a tape that has no room selects")
	}
}

// TestTapeOfAFrozenMoment zooms and selects in a moment that does not come again.
func TestTapeOfAFrozenMoment(t *testing.T) {
	a := answered(t, 120, 36, "slow-consumer", 10*time.Second)
	v := a.v
	press(v, "space")
	at := v.figures
	for range 6 {
		press(v, "Z")
		a.settle(t)
		if v.figures != at || len(v.tape.strip.cells) == 0 || v.tape.strip.sum() == (model.TapeCell{}) {
			t.Fatalf("zoom %d: %d columns", v.tape.zoom, len(v.tape.strip.cells))
		}
	}
	r := v.layout.tape.inner()
	v.clickAt(r.x+60, r.y)
	shows(t, v, "this moment kept only the records around the table")
	if v.table.anchor == model.AtPos {
		t.Errorf("a record that the moment did not keep is selected: %d", v.table.sel)
	}
	press(v, "z", "z", "z", "z", "z", "down")
	shows(t, v, "held · ┌─┐", "1 column = 8 bytes")
	press(v, ".")
	if v.table.anchor != model.AtPos || v.table.record() == nil {
		t.Error("a record that the moment kept is not selected")
	}
}

// TestUnknownIsNotBlank looks at bytes before those that were watched: they are readable, but nobody knows what stands there.
func TestUnknownIsNotBlank(t *testing.T) {
	m := slow()
	c := m.Sample.Positions.Consumer.V
	m.Sample.Detail.Tape = model.Tape{From: c - 1024, Column: 8, Cells: make([]model.TapeCell, 512)}
	for i := range m.Sample.Detail.Tape.Cells {
		if pos := c - 1024 + uint64(i)*8; pos >= c {
			m.Sample.Detail.Tape.Cells[i] = model.TapeCell{Unread: 8, How: model.Exact}
		}
	}
	for _, ascii := range []bool{false, true} {
		v := still(120, 36, Config{Still: m, ASCII: ascii})
		sign := "·"
		if ascii {
			sign = "?"
		}
		shows(t, v, strings.Repeat(sign, 19))
	}
}

// TestTapeOfAReaderThatMakesNoSense: nothing stands where it says it is, so the strip shows what was written last.
func TestTapeOfAReaderThatMakesNoSense(t *testing.T) {
	a := answered(t, 120, 36, "forged", 9*time.Second)
	v := a.v
	if v.figures.Sample.Positions.Valid() {
		t.Fatal("the positions make sense")
	}
	shows(t, v, "follows the newest · ┌─┐")
	s := &v.tape.strip
	if at, ok := s.at(s.producer.V - 1); !ok || s.cells[at].Sum() == 0 {
		t.Errorf("column %d of the newest record is blank", at)
	}
}

// TestNamesOfTheTape gives places to a strip of 40 columns and reads what stands below.
func TestNamesOfTheTape(t *testing.T) {
	for _, test := range []struct {
		name           string
		reader, writer int // columns
		selected       int // -1: none
		want           string
	}{
		{"apart", 2, 30, -1, "  C reader is here            P"},
		{"at the end", 2, 39, -1, "  C reader is here      writer is here P"},
		{"together", 10, 10, -1, "          CP reader and writer are here"},
		{"together at the end", 39, 39, -1, "           reader and writer are here CP"},
		{"side by side", 20, 21, -1, "     reader is here CP writer is here"},
		{"selected where the reader is", 4, 39, 4, "   ▴C reader is here    writer is here P"},
		{"selected in the first column", 0, 20, 0, "C▴ selected         P writer is here"},
		{"too near for words", 18, 22, 20, "   reader is here C ▴ P writer is here"},
	} {
		v := still(120, 36, Config{Still: slow()})
		at := func(x int) model.Figure[ringcore.Pos] { return model.Of(ringcore.Pos(8 * x)) }
		s := &strip{scope: scope{bytes: 320, columns: 40, column: 8}, size: 1 << 20, consumer: at(test.reader), producer: at(test.writer)}
		if test.selected >= 0 {
			v.table.anchor, v.table.sel = model.AtPos, ringcore.Pos(8*test.selected)
		}
		g := paint.NewGrid(40, 2)
		v.drawNames(canvas{Area: g.All(), th: v.theme, set: v.set}, s)
		if got := strings.Split(g.String(), "\n")[1]; got != test.want {
			t.Errorf("%s:\n%q, want\n%q", test.name, got, test.want)
		}
	}
}

// TestTapeNamesTheOldest: in overwrite mode the strip of the whole ring begins where the oldest record that stands does; elsewhere there is no
// such place.
func TestTapeNamesTheOldest(t *testing.T) {
	for overwrite, scenario := range map[bool]string{true: "overwrite", false: "full"} {
		v := answered(t, 120, 36, scenario, 5*time.Second)
		for range 6 {
			press(v.v, "Z")
			v.settle(t)
		}
		if overwrite {
			shows(t, v.v, "O oldest that stands", "C reader is here")
		} else {
			hides(t, v.v, "oldest that stands")
		}
	}
}
