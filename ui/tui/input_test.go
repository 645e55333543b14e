package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringscope/model"
	"ringscope/ringcore"
)

// shows fails unless every text is on the screen.
func shows(t *testing.T, v *viewer, texts ...string) {
	t.Helper()
	s := screen(v)
	for _, want := range texts {
		if !strings.Contains(s, want) {
			t.Fatalf("%q is not on the screen:\n%s", want, s)
		}
	}
}

// hides fails if any text is on the screen.
func hides(t *testing.T, v *viewer, texts ...string) {
	t.Helper()
	s := screen(v)
	for _, not := range texts {
		if strings.Contains(s, not) {
			t.Fatalf("%q is on the screen:\n%s", not, s)
		}
	}
}

func TestLookingBeforeAnythingIsKnown(t *testing.T) {
	v := still(80, 24, Config{Target: "name:rb"})
	shows(t, v, "LOOKING", "name:rb", "edge-7", "lost", "…", "q quit")
	v = still(80, 24, Config{Target: "demo:healthy"})
	shows(t, v, "LOOKING", "SIMULATED")
	hides(t, v, "edge-7")
}

func TestFreezeHoldsTheViewAndSamplingGoesOn(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	shows(t, v, "● LIVE 9 min", "02:14:07Z")
	press(v, "space")
	advance(v, w, 0, 12*time.Second)
	shows(t, v, "FROZEN 12 s ago (02:14:07), +12.0 k records since · passive · view complete", "space go on")
	hides(t, v, "● LIVE")
	v.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	shows(t, v, "FROZEN 12 s ago (02:14:07), +12.0 k")
	v.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	if v.shown != v.figures || v.shown == w.latest {
		t.Error("the view did not stand still")
	}
	press(v, "space")
	shows(t, v, "● LIVE", "02:14:19Z")
	if v.shown != w.latest {
		t.Error("the view did not go on at the newest moment")
	}
}

func TestFiguresStandStillLongEnoughToBeRead(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	changes, last := 0, v.figures
	for at := frameTime; at <= 10*time.Second; at += frameTime {
		w.latest = later(slow(), at)
		tickAt(v, at)
		if v.shown != w.latest {
			t.Fatal("the circle does not move at the frame rate")
		}
		if v.figures != last {
			changes, last = changes+1, v.figures
		}
	}
	if changes != 20 {
		t.Errorf("figures changed %d times in 10 s, expected 20", changes)
	}
}

func TestNothingChangedIsTheSameString(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	first := v.View().Content
	tickAt(v, frameTime)
	if v.dirty {
		t.Error("a tick without a new moment draws a frame")
	}
	if v.View().Content != first {
		t.Error("the frame changed though nothing did")
	}
}

// TestWhatMovesIsDrawnAlone draws frames of which only a part is new, and the same frames as a whole.
func TestWhatMovesIsDrawnAlone(t *testing.T) {
	for _, size := range sizes {
		for _, keys := range []string{"", "o", "e", "?", "/", "down enter"} {
			v, w := live(t, size[0], size[1], slow())
			press(v, strings.Fields(keys)...)
			alone := 0
			for at := frameTime; at <= 2*time.Second; at += frameTime {
				m := later(slow(), at)
				m.Sample.Positions.Producer.V += uint64(at/time.Millisecond) * 1000
				m.Sample.Positions.Consumer.V += uint64(at/time.Millisecond) * 1500
				w.latest = m
				tickAt(v, at)
				if !v.dirty {
					alone++
				}
				got := v.View().Content
				v.dirty = true
				if whole := v.View().Content; got != whole {
					t.Fatalf("%v after %q, %v: a part drawn alone differs", size, keys, at)
				}
			}
			if alone < 10 {
				t.Errorf("%v after %q: only %d of 20 frames were drawn in part", size, keys, alone)
			}
		}
	}
}

func TestStaleIsSaid(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	for at := frameTime; at <= 3*time.Second; at += frameTime {
		tickAt(v, at)
	}
	shows(t, v, "STALE: nothing new for 3 s")
	hides(t, v, "● LIVE")
}

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

func TestBackLeavesOnlyWhereThereIsSomethingToGoBackTo(t *testing.T) {
	v := still(120, 36, Config{Still: slow(), Back: true})
	shows(t, v, "esc back")
	if msgs := press(v, "esc"); len(msgs) != 1 || !v.back {
		t.Errorf("esc answers %v", msgs)
	}
	hides(t, still(120, 36, Config{Still: slow()}), "esc back")
}

func TestTurn(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	before := screen(v)
	press(v, "o")
	shows(t, v, "byte 0 at the top")
	if screen(v) == before {
		t.Error("the circle did not turn")
	}
	press(v, "o")
	shows(t, v, "reader at the top")
}

func TestFilter(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	press(v, "/")
	shows(t, v, "len>64", "! negates")
	for _, r := range "discarded q" {
		press(v, map[bool]string{true: "space", false: string(r)}[r == ' '])
	}
	press(v, "backspace", "backspace", "enter")
	shows(t, v, "[discarded]", "esc all records")
	hides(t, v, "unread      ", "unread   1")
	if w.focus.Match == nil {
		t.Error("the sampler is not told what to look for")
	}
	for _, r := range v.table.rows {
		if r.Header.State() != ringcore.Discarded {
			t.Errorf("%d passed the filter", r.Pos)
		}
	}
	if w.focus.MatchPayload {
		t.Error("payloads are copied for a filter that does not look at them")
	}
	press(v, "/", "space", "c", "r", "o", "n", "enter")
	if !w.focus.MatchPayload {
		t.Error("a filter that looks for a text gets no payload")
	}
	press(v, "/")
	press(v, "ctrl+u", "l", "e", "n", ">", "x", "enter")
	shows(t, v, "a length is a number of bytes")
	press(v, "ctrl+w", "b", "u", "s", "y", "enter")
	shows(t, v, "no record around here is busy")
	press(v, "/", "ctrl+w", "D", "i", "s", "c")
	shows(t, v, "to ask for the state, type discarded")
	press(v, "ctrl+w", "\"", "d", "i", "s", "c", "\"") // a text and nothing else
	shows(t, v, "no record around here is \"disc\"; esc shows all")
	press(v, "esc")
	hides(t, v, "[busy]")
	if len(v.table.rows) != 24 {
		t.Errorf("%d rows after esc", len(v.table.rows))
	}
}

func TestQuitKeysCanBeTypedIntoAFilter(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	if msgs := press(v, "/", "q", "Q", "?", "e", "space"); len(msgs) != 0 {
		t.Errorf("typing answers %v", msgs)
	}
	if v.prompt.text() != "qQ?e " {
		t.Errorf("typed %q", v.prompt.text())
	}
}

func TestHelpHasEveryKey(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	press(v, "?")
	var all strings.Builder
	for range 8 {
		all.WriteString(screen(v))
		press(v, "pgdown")
	}
	for _, group := range v.keys.FullHelp() {
		for _, b := range group {
			if !strings.Contains(all.String(), b.Help().Desc) {
				t.Errorf("%q is not on the page of keys", b.Help().Desc)
			}
		}
	}
	for _, want := range []string{"unread: waits for the reader", "not measured yet"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("%q is not in the legend", want)
		}
	}
	press(v, "?")
	hides(t, v, "keys and signs")
}

func TestMouse(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	if v.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is on at the start: text can't be selected")
	}
	press(v, "m")
	if v.View().MouseMode != tea.MouseModeCellMotion {
		t.Error("m does not turn it on")
	}
	press(v, "x")
	y := 0
	for i, l := range strings.Split(screen(v), "\n") {
		if strings.Contains(l, "1,158,783,040") {
			y = i
		}
	}
	v.Update(tea.MouseClickMsg{X: 10, Y: y, Button: tea.MouseLeft})
	shows(t, v, "▸ 1,158,783,040")
	v.Update(tea.MouseWheelMsg{Button: tea.MouseWheelUp})
	shows(t, v, "▸ 1,158,782,912")
	v.Update(tea.MouseClickMsg{X: 50, Y: 4, Button: tea.MouseLeft})
	shows(t, v, "until the program or a probe counts")
	press(v, "esc", "m")
	if v.View().MouseMode != tea.MouseModeNone {
		t.Error("m does not turn it off")
	}
}

func TestQuitLeaveInterrupt(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	for _, at := range []struct {
		key   string
		want  tea.Msg
		leave bool
	}{{"q", tea.QuitMsg{}, false}, {"ctrl+c", tea.InterruptMsg{}, false}, {"Q", tea.QuitMsg{}, true}} {
		msgs := press(v, at.key)
		if len(msgs) != 1 || fmt.Sprintf("%T", msgs[0]) != fmt.Sprintf("%T", at.want) || v.leave != at.leave {
			t.Errorf("%s answers %v, leave %v", at.key, msgs, v.leave)
		}
	}
}

func TestSuspendLetsGoOfTheRing(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	msgs := press(v, "ctrl+z")
	if w.suspended != 1 || len(msgs) != 1 {
		t.Fatalf("suspended %d times, answer %v", w.suspended, msgs)
	}
	_, cmd := v.Update(msgs[0])
	if _, ok := cmd().(tea.SuspendMsg); !ok {
		t.Fatal("the program is not suspended after the ring was let go of")
	}
	_, cmd = v.Update(tea.ResumeMsg{})
	if msg := cmd(); msg != (resumedMsg{}) || w.resumed != 1 {
		t.Errorf("resumed %d times, answer %v", w.resumed, msg)
	}
	_, cmd = v.Update(resumedMsg{errors.New("it is gone")})
	if cmd == nil || v.fatal == nil {
		t.Error("a ring that does not come back does not end the program")
	}
}

func TestSuspendIsRefusedWhileConsuming(t *testing.T) {
	m := slow()
	m.Sample.Observer.Consumes = true
	v, w := live(t, 120, 36, m)
	if msgs := press(v, "ctrl+z"); len(msgs) != 0 || w.suspended != 0 {
		t.Fatalf("suspended: %v", msgs)
	}
	shows(t, v, "a stopped consumer stops the ring", "CONSUMING: ringscope takes the records of this ring")
	for x := range 120 {
		if v.grid.At(x, 0).Style.Attr == 0 {
			t.Fatalf("column %d of line 1 is not in reverse", x)
		}
	}
}

func TestWatchErrorEndsTheProgram(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	w.end(errors.New("panic while sampling: boom"))
	_, cmd := v.Update(tickMsg(begin.Add(time.Second)))
	if _, ok := cmd().(tea.QuitMsg); !ok || v.fatal == nil {
		t.Errorf("fatal %v", v.fatal)
	}
}

func TestAnEndedRingStaysOnTheScreen(t *testing.T) {
	m := slow()
	m.Sample.State, m.Why = model.Ended, model.EndOwnerGone
	m.Findings = []model.Finding{{Code: model.OwnerGone, Severity: model.Warning, Since: m.Sample.At}}
	v, w := live(t, 120, 36, m)
	w.end(nil)
	for at := frameTime; at < 5*time.Second; at += frameTime {
		if cmd := v.frame(begin.Add(at)); cmd != nil {
			t.Fatal("the program ends with its ring")
		}
	}
	shows(t, v, "GONE", "ENDED", "1,158,782,840")
	hides(t, v, "STALE")
}

func TestASuccessorBeginsAtItsReader(t *testing.T) {
	v, w := live(t, 120, 36, slow())
	press(v, "down", "enter")
	m := calm()
	m.Sample.Ring.ID = 171
	w.latest = m
	tickAt(v, time.Second)
	if v.open || v.table.anchor != model.AtReader || w.focus.Anchor != model.AtReader {
		t.Errorf("open %v, anchor %v, focus %+v", v.open, v.table.anchor, w.focus)
	}
	shows(t, v, "id 171")
	// The same ring with other owners is still the same ring.
	press(v, "down")
	m = later(m, time.Second)
	again := *m.Sample.Ring
	again.Owners = nil
	m.Sample.Ring = &again
	w.latest = m
	tickAt(v, 2*time.Second)
	if v.table.anchor != model.AtPos {
		t.Error("a held record is let go though the ring is the same")
	}
}
