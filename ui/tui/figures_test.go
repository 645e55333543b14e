package tui

import (
	"image/color"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
)

// figureNames are the names of the rows of the panel, from the top.
var figureNames = []string{"lost", "full", "in", "out", "unread", "busy", "waste", "reader"}

// figuresOf are the rows of the panel of figures as they stand on the screen.
func figuresOf(t *testing.T, v *viewer) []string {
	t.Helper()
	r := v.layout.figures
	if v.layout.boxed {
		r = rect{r.x + 2, r.y + 1, r.w - 4, r.h - 2}
	}
	lines := strings.Split(screen(v), "\n")
	var out []string
	for y := r.y; y < r.y+len(figureNames); y++ {
		cells := []rune(lines[y])
		out = append(out, strings.TrimRight(string(cells[min(r.x, len(cells)):min(r.x+r.w, len(cells))]), " "))
	}
	return out
}

// cutNumber is a text that ends within a number, or before its unit.
var cutNumber = regexp.MustCompile(`[0-9.,]\s*…|[0-9.,]\s*\.\.$`)

// TestNoFigureIsCut looks at the rows of figures of every scenario and of hand-made states: none ends within a number or a word, and each
// begins with its name in the column where it always stands.
func TestNoFigureIsCut(t *testing.T) {
	moments := states()
	for _, s := range scenarios() {
		moments[s.Name] = bestMoment(t, s.Name)
	}
	for name, m := range moments {
		for _, size := range [][2]int{{80, 24}, {100, 30}, {120, 36}, {60, 16}} {
			for i, row := range figuresOf(t, still(size[0], size[1], Config{Still: m, Frozen: true})) {
				if cutNumber.MatchString(row) {
					t.Errorf("%s at %v: %q is cut", name, size, row)
				}
				if strings.HasSuffix(row, "…") && !strings.HasSuffix(row, " …") {
					t.Errorf("%s at %v: %q is cut within a word", name, size, row)
				}
				if !strings.HasPrefix(row, figureNames[i]+" ") {
					t.Errorf("%s at %v: row %d is %q", name, size, i, row)
				}
			}
		}
	}
}

// TestRefusedHasRoomBesideTheChart: what is said of a full ring ends before the line of the last seconds begins.
func TestRefusedHasRoomBesideTheChart(t *testing.T) {
	for _, size := range sizes {
		m := slow()
		s := m.Sample
		s.Rates.Records, s.Occupancy.Used = model.Of(0.0), model.Of(s.Ring.Size()-8)
		if row := figuresOf(t, still(size[0], size[1], Config{Still: m, Frozen: true}))[2]; !strings.Contains(row, "full: refused ") {
			t.Errorf("%v: %q", size, row)
		}
	}
}

// TestNothingReadsTogetherWithTheFigures: two columns stay blank between the circle and the figures where no border parts them.
func TestNothingReadsTogetherWithTheFigures(t *testing.T) {
	for _, s := range scenarios() {
		m := bestMoment(t, s.Name)
		for _, size := range [][2]int{{80, 24}, {99, 40}, {72, 20}} {
			v := still(size[0], size[1], Config{Still: m, Frozen: true})
			at := v.layout.figures
			for y, line := range strings.Split(screen(v), "\n") {
				if cells := []rune(line); y >= at.y && y < at.y+at.h && len(cells) > at.x && strings.TrimSpace(string(cells[at.x-2:at.x])) != "" {
					t.Errorf("%s at %v: %q", s.Name, size, line)
				}
			}
		}
	}
}

// TestNumbersStandStill: of a number that grows or shrinks, the last digit and what follows stay where they are.
func TestNumbersStandStill(t *testing.T) {
	row := func(change func(*model.Sample), n int) string {
		m := slow()
		change(m.Sample)
		return figuresOf(t, still(80, 24, Config{Still: m}))[n]
	}
	for _, test := range []struct {
		row     int
		at      string
		changes []func(*model.Sample)
	}{
		{1, " % of 8 MiB", []func(*model.Sample){
			func(s *model.Sample) { s.Occupancy.Ratio.V = 0.0123 }, func(s *model.Sample) { s.Occupancy.Ratio.V = 0.999 },
			func(s *model.Sample) { s.Occupancy.Ratio.V = 1 }, func(s *model.Sample) { s.Occupancy.Ratio.V = 0.5 },
		}},
		{1, "full in ", []func(*model.Sample){
			func(s *model.Sample) { s.Occupancy.Peak.V = 9 }, func(s *model.Sample) { s.Occupancy.Peak.V = 8 * mib * 999 / 1000 },
		}},
		{4, " record", []func(*model.Sample){
			func(s *model.Sample) { s.Lag.Records.V = 1 }, func(s *model.Sample) { s.Lag.Records.V = 70 }, func(s *model.Sample) { s.Lag.Records.V = 123456 },
		}},
		{4, "the oldest", []func(*model.Sample){
			func(s *model.Sample) { s.Lag.Records.V = 1 }, func(s *model.Sample) { s.Lag.Records.V = 70 }, func(s *model.Sample) { s.Lag.Records.V = 123456 },
		}},
		{4, " s", []func(*model.Sample){
			func(s *model.Sample) { s.Lag.Age.V = 9870 * time.Millisecond }, func(s *model.Sample) { s.Lag.Age.V = 62 * time.Second },
		}},
	} {
		want := -1
		for i, change := range test.changes {
			got := row(change, test.row)
			at := strings.LastIndex(got, test.at)
			if at < 0 || want >= 0 && at != want {
				t.Errorf("change %d moves %q: %q", i, test.at, got)
			}
			want = at
		}
	}
}

// TestWhatHasEndedIsNotShownAsIfItLived: the figures of a ring that is gone say that they are what was seen last.
func TestWhatHasEndedIsNotShownAsIfItLived(t *testing.T) {
	for _, m := range []*model.Moment{states()["gone"], bestMoment(t, "gone")} {
		seen := "last seen " + text.Clock(when(m))
		for _, size := range sizes[:2] {
			v := still(size[0], size[1], Config{Still: m, Frozen: true})
			shows(t, v, seen, "as last seen", "reader was here")
			hides(t, v, "sleeping", "running", "takes records", "at the reader ·", "at the reader ─", "reader is here")
			v.Update(tea.ColorProfileMsg{Profile: colorprofile.TrueColor})
			v.Update(tea.BackgroundColorMsg{Color: color.Black})
			screen(v)
			if v.theme.Dim == v.theme.Text {
				t.Fatal("this terminal can't tell")
			}
			x, y := v.layout.figures.x+shortColumn, v.layout.figures.y+1
			if v.layout.boxed {
				x, y = v.layout.figures.x+2+leftColumn, y+1
			}
			for v.grid.At(x, y).Rune == ' ' {
				x++
			}
			if got := v.grid.At(x, y).Style; got != v.theme.Dim {
				t.Errorf("%v: its figures look like those of a live ring: %v", size, got)
			}
		}
	}
	v := still(80, 24, Config{Still: bestMoment(t, "gone"), Frozen: true})
	shows(t, v, "gone △")
}

// TestWaitingShowsNoRing: while there is no ring, none of its figures, shapes and rates are shown.
func TestWaitingShowsNoRing(t *testing.T) {
	m := bestMoment(t, "restart")
	for _, size := range sizes[:2] {
		v := still(size[0], size[1], Config{Still: m, Frozen: true})
		shows(t, v, "WAITING", "there is no ring now")
		hides(t, v, "rates over", "of a core", "discarded", "headers and padding", "kernel count", "keeps no count", "unread █", "P writer", "▪ worst")
		for i, row := range figuresOf(t, v) {
			if said := strings.TrimSpace(strings.ReplaceAll(strings.TrimPrefix(row, figureNames[i]), "…", "")); said != "" {
				t.Errorf("%v: %q", size, row)
			}
		}
	}
}

// TestNobodyReads: without a reader nothing is said to be at the reader.
func TestNobodyReads(t *testing.T) {
	m := bestMoment(t, "no-reader")
	for _, size := range sizes[:2] {
		v := still(size[0], size[1], Config{Still: m, Frozen: true})
		shows(t, v, "── consumer position ─", " at the consumer", "none")
		hides(t, v, "reader is here", "at the reader", "reader at the top")
	}
}

// TestTheTableBeginsAtWhatIsInTheWay: where writers are blocked by a record that the reader has passed, the table shows that record, until
// the user goes elsewhere or it is there no more.
func TestTheTableBeginsAtWhatIsInTheWay(t *testing.T) {
	m := bestMoment(t, "blocked")
	for _, size := range sizes[:2] {
		v := still(size[0], size[1], Config{Still: m, Frozen: true})
		r := v.table.record()
		if r == nil || !r.Header.Busy || r.Pos != m.Findings[0].Evidence.Position {
			t.Fatalf("%v: the table begins at %+v", size, r)
		}
		shows(t, v, "in the way", "reserved, not finished", "the reader has passed it")
		hides(t, v, "none at the head")
	}
}

// TestTheTableFollowsWhatIsInTheWay plays it live.
func TestTheTableFollowsWhatIsInTheWay(t *testing.T) {
	all := played(t, "blocked", 9*time.Second)
	v, w := live(t, 80, 24, all[0])
	replay(v, w, all[1:])
	pos, there := InTheWay(all[len(all)-1])
	if !there || v.table.anchor != model.AtPos || v.table.sel != pos || !v.table.pointed {
		t.Fatalf("%v, %v: the table is %v at %d", pos, there, v.table.anchor, v.table.sel)
	}
	press(v, "g")
	replay(v, w, all[len(all)-20:])
	if v.table.anchor != model.AtReader {
		t.Error("g does not stay at the reader")
	}
	tab := table{anchor: model.AtReader}
	if !tab.pointAt(100, true) || tab.pointAt(100, true) || tab.sel != 100 || !tab.pointAt(0, false) || tab.anchor != model.AtReader {
		t.Errorf("it does not go back: %+v", tab)
	}
	if tab.pointAt(100, true) {
		t.Error("the same record is pointed at twice")
	}
	tab = table{anchor: model.AtPos, sel: 5}
	if tab.pointAt(ringcore.Pos(100), true) || tab.pointAt(0, false) || tab.sel != 5 {
		t.Error("what the user selected is lost")
	}
}

// TestTheLegendNamesTheLetters: at 80 columns it always does, and whatever else is drawn is named where there is room.
func TestTheLegendNamesTheLetters(t *testing.T) {
	for _, s := range scenarios() {
		m := bestMoment(t, s.Name)
		if state(m) == model.Waiting {
			continue
		}
		for _, turned := range []bool{false, true} {
			v := still(80, 24, Config{Still: m, Frozen: true})
			v.byteZero = turned
			line := strings.Split(screen(v), "\n")[v.layout.legend.y]
			if !regexp.MustCompile(`C (reader|consumer).* P writer`).MatchString(line) || !strings.Contains(line, "unread") || !strings.Contains(line, "free") {
				t.Errorf("%s: %q", s.Name, line)
			}
			if p := v.ringPanel(); p.firstLap() != strings.Contains(line, "never written") {
				t.Errorf("%s: %q", s.Name, line)
			}
		}
	}
}

// TestTheLegendNamesTheOldest: in overwrite mode O is drawn from the first byte on, and is never without its name.
func TestTheLegendNamesTheOldest(t *testing.T) {
	for _, reads := range []bool{false, true} {
		m := *bestMoment(t, "unused")
		s, r := *m.Sample, *m.Sample.Ring
		r.Geometry.OverwriteMode, s.Ring, m.Sample = true, &r, &s
		s.Positions.Overwrite = model.Of[ringcore.Pos](0)
		letter := "C reader"
		if !reads {
			r.ReaderAt, r.Readers, letter = nil, model.Of(0), "C consumer"
		}
		shows(t, still(80, 24, Config{Still: &m, Frozen: true}), letter+", O oldest, P writer", "never written")
	}
}

// TestOverwrittenIsBesideWhatIsRefused: where new records took the place of unread ones, "0 refused" alone would read as if nothing was
// lost. Who never reads misses nothing.
func TestOverwrittenIsBesideWhatIsRefused(t *testing.T) {
	for _, size := range sizes[:2] {
		for _, counted := range []bool{false, true} {
			m := *bestMoment(t, "overwrite")
			s, r := *m.Sample, *m.Sample.Ring
			m.Sample, s.Ring = &s, &r
			if !counted {
				s.Drops = model.Drops{How: "unknown"}
			}
			shows(t, still(size[0], size[1], Config{Still: &m, Frozen: true}), "≥1.11 MiB overwritten unread")
			r.ReaderAt, r.Readers = nil, model.Of(0)
			hides(t, still(size[0], size[1], Config{Still: &m, Frozen: true}), "overwritten unread")
		}
	}
}

// TestTheKeyLineOffersNoRecordWhereThereIsNone: neither on an empty ring nor in a moment whose records were not kept; what selects one
// says why.
func TestTheKeyLineOffersNoRecordWhereThereIsNone(t *testing.T) {
	hides(t, still(80, 24, Config{Still: bestMoment(t, "unused"), Frozen: true}), "↑↓ record", "enter open")
	m := *slow()
	m.Past, m.Sample = time.Second, slow().Sample
	m.Sample.Detail = model.Detail{}
	v := still(80, 24, Config{Still: &m, Frozen: true})
	hides(t, v, "↑↓ record", "enter open")
	press(v, ",")
	shows(t, v, keptOnly)
	hides(t, v, "no record is readable now")
}

// TestTheKeyLineNamesTheTabsThatExist.
func TestTheKeyLineNamesTheTabsThatExist(t *testing.T) {
	v := still(80, 24, Config{Still: slow()})
	for _, tab := range v.tabs() {
		if tab == tabSizing || tab == tabWriters {
			t.Fatalf("tab %d is there, and this test is about gaps between the numbers", tab)
		}
	}
	const want = "1,3,4,6"
	if got := v.tabKeys(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	shows(t, still(80, 24, Config{Still: bestMoment(t, "healthy")}), "1-4,6 pane")
	shows(t, v, want+" pane")
}

// TestZerosAreWaste: where payloads are mostly zeros at the end, the row of what is waste says so.
func TestZerosAreWaste(t *testing.T) {
	for _, size := range sizes[:2] {
		shows(t, still(size[0], size[1], Config{Still: bestMoment(t, "padded"), Frozen: true}), "~94 % zeros")
		v := still(size[0], size[1], Config{Still: bestMoment(t, "healthy"), Frozen: true})
		hides(t, v, " zeros")
	}
}

// TestTheChartNamesItself: without a border, the strip says what it shows and where its scale ends, unless bars stand there.
func TestTheChartNamesItself(t *testing.T) {
	for _, s := range scenarios() {
		shows(t, still(80, 24, Config{Still: bestMoment(t, s.Name), Frozen: true}), "100 %")
	}
	burst := still(80, 24, Config{Still: bestMoment(t, "burst"), Frozen: true})
	shows(t, burst, "full, up to 100 %", "△ burst 00:00:", "━━━━━")
}

// TestTheSpanIsNotCut: the figure that matters of a record's length is there at every length, also where the panel is narrowest.
func TestTheSpanIsNotCut(t *testing.T) {
	for n := uint32(1); n < 1<<22; n = n*3 + 1 {
		m := slow()
		for i := range m.Sample.Detail.Rows {
			r := &m.Sample.Detail.Rows[i]
			r.Header.Length, r.Header.Stored, r.Span = n, n, ringcore.Linux.Span(n)
		}
		shows(t, still(120, 36, Config{Still: m}), "length "+text.Count(uint64(n)), "span "+text.Count(ringcore.Linux.Span(n))+")")
	}
	shows(t, still(120, 36, Config{Still: bestMoment(t, "padded"), Frozen: true}), "23.2 KiB of 2 MiB")
}
