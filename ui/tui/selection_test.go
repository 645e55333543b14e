package tui

import (
	"strings"
	"testing"
	"time"

	"ringscope/model"
)

func TestSelectionHoldsTheRecordNotTheRow(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	reader := v.table.reader
	if w.focus.Anchor != model.AtReader || w.focus.Rows < 10 || w.focus.Before == 0 {
		t.Fatalf("focus %+v", w.focus)
	}
	press(v, "down")
	held := v.table.sel
	if held != reader+72 {
		t.Fatalf("down from the oldest unread record at %d selects %d", reader, held)
	}
	if w.focus.Anchor != model.AtPos || w.focus.From != held {
		t.Errorf("focus %+v does not hold %d", w.focus, held)
	}
	shows(t, v, "held, ", "MiB newer", "▸ 1,158,782,912", "record 1,158,782,912")
	counted := later(slow(), textTime)
	counted.Sample.Detail.NewerRecords = model.Of[uint64](4120)
	w.latest = counted
	tickAt(v, textTime)
	shows(t, v, "held, 4,120 newer")
	// The reader goes on: other rows come, the held record stays.
	m := later(slow(), time.Second)
	m.Sample.Detail.Rows = m.Sample.Detail.Rows[2:]
	m.Sample.Positions.Consumer.V += 200
	w.latest = m
	tickAt(v, time.Second)
	if r := v.table.record(); r == nil || r.Pos != held {
		t.Fatalf("selected %+v", r)
	}
	press(v, "up", "up")
	if v.table.sel >= held {
		t.Errorf("up went to %d", v.table.sel)
	}
	press(v, "pgdown")
	if v.table.sel <= held {
		t.Errorf("a page on went to %d", v.table.sel)
	}
	press(v, "G")
	if w.focus.Anchor != model.AtNewest {
		t.Errorf("focus %+v does not follow the newest", w.focus)
	}
	shows(t, v, "follows the newest")
	press(v, "g")
	if w.focus.Anchor != model.AtReader {
		t.Errorf("focus %+v is not at the reader", w.focus)
	}
}

func TestOverwrittenSelectionIsSaid(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	press(v, "down")
	m := slow()
	m.Sample.Detail.Held = false
	m.Sample.Detail.Rows = rowsFrom(1_200_000_000, 1_200_000_000, 12, m.Sample.At)
	for i := range 6 {
		w.latest = later(m, time.Duration(i+1)*textTime)
		tickAt(v, time.Duration(i+1)*textTime)
	}
	shows(t, v, "the held record is overwritten")
	press(v, "down")
	if r := v.table.record(); r == nil || r.Pos < 1_200_000_000 {
		t.Errorf("selected %+v", r)
	}
}

func TestReaderLineStandsWhereTheReaderIs(t *testing.T) {
	for _, at := range []struct {
		name string
		m    *model.Moment
		want string // position below the line; empty: the line is last
	}{{"behind", slow(), "1,158,782,840"}, {"caught up", calm(), ""}} {
		t.Run(at.name, func(t *testing.T) {
			v, _ := live(t, 80, 24, at.m)
			lines := strings.Split(screen(v), "\n")
			for i, l := range lines {
				if !strings.Contains(l, "reader is here") {
					continue
				}
				if at.want != "" && !strings.Contains(lines[i+1], at.want) {
					t.Errorf("below the line stands %q", lines[i+1])
				}
				if at.want == "" && i != len(lines)-2 {
					t.Errorf("the line is followed by %q", lines[i+1])
				}
				return
			}
			t.Error("no line says where the reader is")
		})
	}
}

func TestEnterOpensTheRecordAndEscGoesBack(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	press(v, "down", "enter")
	pos := v.record.Pos
	shows(t, v, "record 1,158,782,912", "page offset", "payload: 120 bytes", "0000  b7 0c", "esc back")
	if f := w.focus; f.Anchor != model.AtPos || f.From != pos || f.Rows != 1 || f.Payload != fullPayload {
		t.Errorf("focus %+v", w.focus)
	}
	press(v, "down")
	if v.record.Pos == pos || !v.open {
		t.Error("down does not open the next record")
	}
	press(v, "up")
	m := later(slow(), time.Second)
	m.Sample.Detail = model.Detail{}
	for i := range 8 {
		w.latest = later(m, time.Duration(i)*textTime)
		tickAt(v, time.Duration(i+1)*textTime)
	}
	shows(t, v, "overwritten since; this is how it was last seen", "0000  b7 0c")
	press(v, "esc")
	shows(t, v, "╭─ ring ", "held")
	press(v, "esc")
	if v.table.anchor != model.AtReader {
		t.Error("esc does not let the record go")
	}
	if msgs := press(v, "esc"); len(msgs) > 0 {
		t.Errorf("esc at the top does %v", msgs)
	}
}

// TestEscLeavesAloneWhatIsNotShown: in another tab it neither lets a record go nor drops the filter, and is not offered.
func TestEscLeavesAloneWhatIsNotShown(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	press(v, "/", "b", "u", "s", "y", "enter", "6")
	hides(t, v, "esc back", "esc all records")
	press(v, "esc")
	if press(v, "1"); !v.table.filter.active() {
		t.Error("the filter of a table that was not shown is gone")
	}
	shows(t, v, "esc all records")
	press(v, "space")
	shows(t, v, "FROZEN", "esc all records")
	press(v, "space", "esc", "down", "4")
	hides(t, v, "esc back")
	press(v, "esc")
	if press(v, "1"); v.table.anchor != model.AtPos {
		t.Error("a table that was not shown moved")
	}
	shows(t, v, "esc back")
}

// TestWhatIsNotThereIsNotOffered: without records none is opened, from no tab, and without findings none is picked or gone back to.
func TestWhatIsNotThereIsNotOffered(t *testing.T) {
	v := still(120, 36, Config{Still: bestMoment(t, "unused")})
	for _, tab := range []string{"1", "2", "3", "4", "6"} {
		press(v, tab)
		hides(t, v, "↑↓ record", "enter open", "enter record", "↑↓ finding", "enter its begin")
	}
	v = still(120, 36, Config{Still: slow()})
	press(v, "4")
	shows(t, v, "enter record")
	press(v, "6")
	shows(t, v, "↑↓ finding", "enter its begin")
}

func TestFreezingAnOpenRecordKeepsTheTable(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	press(v, "down", "enter")
	rows := len(v.table.rows)
	m := later(slow(), time.Second)
	m.Sample.Detail = model.Detail{Rows: []model.Row{v.record}, Held: true} // the answer for one record
	w.latest = m
	tickAt(v, time.Second)
	press(v, "space", "esc")
	if len(v.table.rows) != rows {
		t.Errorf("%d of %d rows are left", len(v.table.rows), rows)
	}
	shows(t, v, "FROZEN", "▸ 1,158,782,912", "1,158,783,040")
}
