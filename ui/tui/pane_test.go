package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"ringscope/model"
	"ringscope/ui/words"
)

// eventful is the moment of the documentation with what went before: a burst that is over, and a finding that the reader's slowness hides.
func eventful() *model.Moment {
	m := slow()
	began := m.Findings[0].Since
	burst := model.Finding{
		Code: model.Burst, Severity: model.Warning, Since: begin.Add(362 * time.Second),
		Evidence: model.Evidence{Came: 51 * mib / 10, Within: 400 * time.Millisecond, Needed: 16 * mib, Size: 8 * mib},
	}
	at := slow()
	at.Sample.At = burst.Since
	at.Findings = []model.Finding{burst}
	m.History.Kept = []*model.Moment{at}
	m.History.Marks = []model.Mark{
		{At: begin, Kind: model.MarkAttached, ID: 167},
		{At: begin.Add(200 * time.Second), Kind: model.MarkEnded, Code: model.HeadBusy, Severity: model.Problem},
		{At: burst.Since, Kind: model.MarkBegan, Code: burst.Code, Severity: burst.Severity},
		{At: burst.Since.Add(19 * time.Second), Kind: model.MarkEnded, Code: burst.Code, Severity: burst.Severity},
		{At: began, Kind: model.MarkBegan, Code: model.ConsumerSlow, Severity: model.Problem},
		{At: began.Add(2 * time.Second), Kind: model.MarkBegan, Code: model.Undersized, Severity: model.Warning},
	}
	return m
}

// threaded is the moment of the documentation with the threads of its reader: one that works all the time, and one that sleeps.
func threaded() *model.Moment {
	m := eventful()
	now := m.Sample.At
	p := model.Process{PID: 2211, Comm: "bootstrap", User: "root", Began: begin.Add(-4 * time.Minute)}
	m.Sample.Ring.ReaderAt = []model.Process{p}
	m.Sample.Ring.Owners = []model.Process{{PID: 2200, Comm: "loader", User: "root", Began: begin.AddDate(0, 0, -3)}, p}
	m.Sample.Reader = model.ReaderNow{
		At: now, Window: time.Second, Waiters: model.Known(0, model.AtLeast),
		Threads: []model.ThreadNow{
			{
				Thread: model.Thread{Process: p, TID: 2215, Name: "rb-poll", State: 'R', Core: 3, Waits: model.Of(false)},
				Since:  now.Add(-62 * time.Second), Share: model.Known(0.99, model.Sampled), Switches: model.Of(0.0),
				RecordsPerSwitch: model.Figure[float64]{How: model.NotApplicable},
			},
			{
				Thread: model.Thread{Process: p, TID: 2211, Name: "bootstrap", State: 'S', Core: 0},
				Since:  begin, Share: model.Known(0.0, model.Sampled), Switches: model.Of(0.2),
				RecordsPerSwitch: model.Known(200000.0, model.Sampled),
			},
		},
	}
	s := m.Sample
	s.Ring.Programs = []model.Program{
		{ID: 314, Name: "handle_exec", Sites: []model.Site{
			{Call: "reserve", Bytes: model.Of[uint32](64), File: "src/exec.bpf.c", Line: 41},
			{Call: "submit", WakeUp: model.WakeAdaptive, File: "src/exec.bpf.c", Line: 60},
		}},
		{ID: 315, Name: "handle_exit", Sites: []model.Site{
			{Call: "reserve", Bytes: model.Of[uint32](64), File: "src/exec.bpf.c", Line: 88},
			{Call: "discard", File: "src/exec.bpf.c", Line: 90},
			{Call: "submit", WakeUp: model.WakeForced, File: "src/exec.bpf.c", Line: 93},
		}},
		{ID: 316, Name: "handle_open\x1b[2J", Sites: []model.Site{
			{Call: "output", Bytes: model.Of[uint32](120), WakeUp: model.WakeNone, File: "/home/build/\x1b[2J/very/long/path/to/a/source/with_a_long_name_indeed.bpf.c", Line: 12345},
			{Call: "output", WakeUp: model.WakeAdaptive},
		}},
		{ID: 400, Name: "other"},
	}
	s.Lengths[5], s.Lengths[7], s.LengthBytes[5], s.LengthBytes[7] = 1_040_000, 21_500_000, 24*1_040_000, 83*21_500_000
	s.Rates.Lengths[5], s.Rates.Lengths[7] = 1900, 39300
	s.Busy.Mean = model.Known(20*time.Microsecond, model.Sampled)
	s.Busy.Twice = model.BusyTwice{Records: 31, Median: model.Known(3*time.Millisecond, model.Sampled), Longest: model.Known(4100*time.Millisecond, model.Sampled)}
	s.Detail.Excerpt = model.Excerpt{
		Lengths: []model.LengthCount{{Length: 64, Records: 40}, {Length: 120, Records: 17}, {Length: 24, Records: 7}}, Records: 64,
		Read: 16, Bytes: 1200, Zeros: 72,
	}
	s.Zeros, s.ZerosRead = model.Known(0.06, model.Sampled), 820
	return m
}

func TestTurningTheLowerPane(t *testing.T) {
	v := still(120, 36, Config{Still: eventful()})
	shows(t, v, "╭─ 1 RECORDS  ", "6 findings ▲1 ")
	press(v, "6")
	shows(t, v, " 1 records ", "6 FINDINGS ▲1 ", "▸ ▲  02:13:05 - now")
	press(v, "tab")
	shows(t, v, "1 RECORDS", "6 findings ▲1")
	v.Update(tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift})
	shows(t, v, "6 FINDINGS")
	press(v, "5")
	shows(t, v, "6 FINDINGS", "5 sizing: what another size would have held is not known")
	press(v, "2")
	shows(t, v, "6 FINDINGS", "2 writers: where programs write this ring is not known")
	press(v, "g")
	shows(t, v, "1 RECORDS")
}

// keepPane compares the lower pane with the one that is kept; -update keeps the new one.
func keepPane(t *testing.T, v *viewer) {
	t.Helper()
	lines, at := strings.Split(screen(v), "\n"), v.place()
	golden.RequireEqual(t, []byte(strings.Join(lines[at.y:min(at.y+at.h, len(lines))], "\n")+"\n"))
}

// paneSizes are those at which every tab is kept: with boxes, without, and where it takes the whole page.
var paneSizes = [][2]int{{120, 36}, {80, 24}, {60, 16}}

// TestPanes keeps the picture of every tab in the states that matter to it.
func TestPanes(t *testing.T) {
	states := states()
	for name, m := range map[string]*model.Moment{
		"slow": threaded(), "sleeping": sleeping(), "never": states["never"], "waiting": states["waiting"], "gone": states["gone"],
		"consuming": states["consuming"], "gaps": states["gaps"], "hostile": states["hostile"], "nonsense": states["nonsense"],
	} {
		for _, key := range []string{"1", "2", "3", "4", "6"} {
			for _, size := range paneSizes {
				t.Run(fmt.Sprintf("%s-%s-%dx%d", name, key, size[0], size[1]), func(t *testing.T) {
					v := still(size[0], size[1], Config{Still: m})
					press(v, key)
					keepPane(t, v)
				})
			}
		}
	}
	for _, key := range []string{"1", "2", "3", "4", "6"} {
		t.Run("ascii-"+key, func(t *testing.T) {
			v := still(80, 24, Config{Still: threaded(), ASCII: true})
			press(v, key)
			keepPane(t, v)
		})
	}
}

// TestPanesOfScenarios keeps the pages of what the simulation shows.
func TestPanesOfScenarios(t *testing.T) {
	for _, s := range scenarios() {
		m := bestMoment(t, s.Name)
		for _, key := range []string{"2", "3", "4", "6"} {
			for _, size := range paneSizes[:2] {
				t.Run(fmt.Sprintf("%s-%s-%dx%d", s.Name, key, size[0], size[1]), func(t *testing.T) {
					v := still(size[0], size[1], Config{Still: m})
					press(v, key)
					keepPane(t, v)
				})
			}
		}
	}
}

func TestEverySpotOfThePanesHasAnExplanation(t *testing.T) {
	for _, m := range []*model.Moment{threaded(), sleeping(), states()["never"]} {
		for _, size := range append(paneSizes, [2]int{200, 50}) {
			for _, key := range []string{"1", "2", "3", "4", "5", "6"} {
				v := still(size[0], size[1], Config{Still: m})
				press(v, key)
				for _, s := range v.spots() {
					if _, ok := words.Explain(v.set, s.topic, ring(v.figures)); !ok {
						t.Errorf("%dx%d, %s: nothing is said about %q", size[0], size[1], key, s.topic)
					}
				}
			}
		}
	}
}

func TestAPaneWithoutPlaceTakesThePage(t *testing.T) {
	v, _ := live(t, 60, 16, slow())
	hides(t, v, "RECORDS")
	press(v, "1")
	shows(t, v, "1 RECORDS", "position", "READER TOO SLOW", "esc back")
	press(v, "down", "enter")
	shows(t, v, "page offset")
	press(v, "esc")
	shows(t, v, "1 RECORDS")
	press(v, "esc", "esc")
	shows(t, v, "unread")
	hides(t, v, "RECORDS")
}

func TestALongPageScrolls(t *testing.T) {
	v := still(80, 24, Config{Still: threaded()})
	press(v, "2")
	shows(t, v, "program ", "1-6 of ")
	hides(t, v, "told apart")
	press(v, "pgdown", "pgdown", "pgdown", "down")
	shows(t, v, "told apart", "computes its length")
	hides(t, v, "program ")
	press(v, "up")
	hides(t, v, "computes its length")
	press(v, "pgup", "pgup", "pgup")
	shows(t, v, "program ")
	v.Update(tea.WindowSizeMsg{Width: 120, Height: 60})
	shows(t, v, "program ", "told apart")
}

func TestWideScreensShowOtherPagesBesideThePane(t *testing.T) {
	v := still(200, 50, Config{Still: threaded()})
	shows(t, v, "1 RECORDS", "╭─ 3 reader ─", "╭─ 6 findings ─", "rb-poll", "READER TOO SLOW")
	press(v, "3")
	shows(t, v, "3 READER", "╭─ 6 findings ─", "╭─ 4 lengths ─", "31 30 29")
	hides(t, v, "╭─ 3 reader ─")
	at := v.layout.beside[1]
	v.Update(tea.MouseClickMsg{X: at.x + 5, Y: at.y, Button: tea.MouseLeft})
	shows(t, v, "4 LENGTHS", "╭─ 3 reader ─", "╭─ 6 findings ─")
	hides(t, still(120, 36, Config{Still: threaded()}), "╭─ 3 reader ─")
}
