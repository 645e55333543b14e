package tui

import (
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ui/tui/circle"
)

// TestCircleSelects clicks all over the circle of a ring that is half full.
func TestCircleSelects(t *testing.T) {
	a := answered(t, 120, 36, "slow-consumer", 20*time.Second, slowly)
	v := a.v
	panel := v.ringPanel()
	at := panel.place(&v.layout)
	selected := 0
	for y := range at.h {
		for x := range at.w {
			turn, ok := v.circle.Locate(x, y)
			if !ok || (x+y)%13 != 0 {
				continue
			}
			panel = v.ringPanel()
			f := panel.frame(v.set)
			v.clickAt(at.x+x, at.y+y)
			if v.mode != browsing {
				t.Fatalf("a click on the band at %d,%d explains", x, y)
			}
			a.settle(t)
			if v.table.lost {
				continue // overwritten meanwhile
			}
			r := v.table.record()
			if v.table.anchor != model.AtPos || r == nil {
				t.Fatalf("a click at %d,%d selects nothing", x, y)
			}
			selected++
			if apart := circle.Apart(f.Turn(r.Pos), turn); apart > v.circle.Near() {
				t.Errorf("a click at %.3f selects a record at %.3f", turn, f.Turn(r.Pos))
			}
		}
	}
	if selected < 20 {
		t.Errorf("%d clicks selected a record", selected)
	}
	press(v, "esc")
	v.clickAt(at.x+at.w/2, at.y+at.h/2-1)
	if v.mode != explaining {
		t.Error("a click in the middle of the circle does not explain it")
	}
}

// TestBusyIsWhatAClickMeans clicks near the one record that is stuck.
func TestBusyIsWhatAClickMeans(t *testing.T) {
	a := answered(t, 120, 36, "stuck-record", 17*time.Second)
	v := a.v
	busy := busyAt(v.shown)
	if len(busy) != 1 {
		t.Fatalf("%d records are busy", len(busy))
	}
	press(v, "G", "Z", "Z", "Z", "Z", "Z") // the whole ring
	a.settle(t)
	s := &v.tape.strip
	x, ok := s.at(busy[0])
	if !ok || s.cells[x].Busy == 0 {
		t.Fatalf("the busy record is not on the tape: column %d of %d", x, s.columns)
	}
	r := v.layout.tape.inner()
	v.clickAt(r.x+x, r.y)
	a.settle(t)
	if row := v.table.record(); row == nil || row.Pos != busy[0] || !row.Header.Busy {
		t.Errorf("a click on the tape selects %+v, want the one at %d", row, busy[0])
	}
	press(v, "esc")
	panel := v.ringPanel()
	f := panel.frame(v.set)
	at := panel.place(&v.layout)
	for y := range at.h {
		for x := range at.w {
			if v.grid.At(at.x+x, at.y+y).Rune == '◆' {
				v.clickAt(at.x+x, at.y+y)
			}
		}
	}
	a.settle(t)
	if v.table.anchor != model.AtPos || v.table.sel != busy[0] {
		t.Errorf("a click on the diamond at %.3f selects %d, want %d", f.Turn(busy[0]), v.table.sel, busy[0])
	}
}
