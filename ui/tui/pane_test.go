package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/tui/paint"
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

// sleeping is a ring whose reader sleeps on it between portions.
func sleeping() *model.Moment {
	m := calm()
	now := m.Sample.At
	p := model.Process{PID: 2211, Comm: "bootstrap", User: "root", Began: begin.Add(-4 * time.Minute)}
	m.Sample.Ring.ReaderAt, m.Sample.Ring.Owners = []model.Process{p}, []model.Process{p}
	m.Sample.Ring.Pins = []string{"/sys/fs/bpf/ev\x1b[2J", "/sys/fs/bpf/rb"}
	m.Sample.Ring.OuterIDs = []uint32{42}
	m.Sample.Rates.ConsumedRecords = model.Of(4000.0)
	m.Sample.Reader = model.ReaderNow{
		At: now, Window: time.Second, Waiters: model.Known(1, model.AtLeast), More: 14,
		Threads: []model.ThreadNow{{
			Thread: model.Thread{Process: p, TID: 4194304, Name: "\x1b[31mworker", State: 'S', Core: 127, Waits: model.Of(true)},
			Since:  now.Add(-300 * time.Millisecond), Share: model.Known(0.021, model.Sampled), Switches: model.Of(331.0),
			RecordsPerSwitch: model.Known(12.1, model.Sampled),
		}},
	}
	return m
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

func TestEnterVisitsTheBeginningOfAFinding(t *testing.T) {
	all := played(t, "slow-consumer", 40*time.Second)
	v, _ := watched(t, 120, 36, all)
	press(v, "6")
	listed := episodes(v.figures)
	if len(listed) == 0 || listed[0].mark == nil {
		t.Fatalf("%d findings", len(listed))
	}
	shows(t, v, " - now ", "enter its begin")
	press(v, "enter")
	if !v.frozen() || v.shown == v.held || len(v.shown.Sample.Detail.Rows) == 0 {
		t.Fatalf("frozen %v, at %v with %d records", v.frozen(), when(v.shown), len(v.shown.Sample.Detail.Rows))
	}
	if at := listed[0].mark.Seen; when(v.shown).Sub(at).Abs() > textTime {
		t.Errorf("at %v, it was seen at %v", when(v.shown), at)
	}
	shows(t, v, " - then", "6 FINDINGS", "FROZEN")
	hides(t, v, " - still")
	for _, e := range episodes(v.timeline().m) {
		if lasted, ok := e.lasted(when(v.timeline().m)); e.from.After(when(v.shown)) || ok && lasted > when(v.shown).Sub(e.from) {
			t.Errorf("%s from %v is listed at %v with %v", e.code, e.from, when(v.shown), lasted)
		}
	}
	press(v, "end")
	if v.frozen() {
		t.Error("end does not lead back to now")
	}
}

// TestOneShareOfZeros: the tab of lengths says what the finding says.
func TestOneShareOfZeros(t *testing.T) {
	m := bestMoment(t, "padded")
	v := still(120, 36, Config{Still: m, Frozen: true})
	press(v, "4")
	for _, f := range m.Findings {
		if f.Code == model.OversizedRecord {
			shows(t, v, "~"+text.Percent(f.Evidence.Ratio)+" of the payload is zeros at the end")
			return
		}
	}
	t.Error("there is no such finding")
}

// TestWorstFindingFirst: of those that stand, the one of line 2 comes first, though another one began later; those that ended follow.
func TestWorstFindingFirst(t *testing.T) {
	m := eventful()
	all := episodes(m)
	ended := false
	for i, e := range all {
		if e.stands() && ended {
			t.Errorf("%s stands and comes after what ended", e.code)
		}
		ended = ended || !e.stands()
		if i > 0 && !e.stands() && !all[i-1].stands() && e.to.After(all[i-1].to) {
			t.Errorf("%s ended after %s and comes behind it", e.code, all[i-1].code)
		}
	}
	for i, f := range m.Findings {
		if all[i].code != f.Code {
			t.Errorf("%s is place %d of the list, want %s", all[i].code, i, f.Code)
		}
	}
}

func TestSelectingAFinding(t *testing.T) {
	v := still(120, 36, Config{Still: eventful()})
	press(v, "6", "down", "down")
	if v.pane.held.code != model.Burst {
		t.Fatalf("selected %+v", v.pane.held)
	}
	shows(t, v, "▸ △  02:11:02 - 02:11:21", "─ burst · as it was told at its beginning ")
	press(v, "e")
	if v.pick.topic != words.FindingTopic(model.Burst) {
		t.Errorf("e explains %q", v.pick.topic)
	}
	press(v, "esc", "pgdown", "down")
	shows(t, v, "what was known of it was not kept")
	press(v, "enter")
	shows(t, v, "its beginning is not kept any more")
	press(v, "m")
	lines := strings.Split(screen(v), "\n")
	for y, l := range lines {
		if strings.Contains(l, "reader too slow") {
			v.Update(tea.MouseClickMsg{X: 20, Y: y, Button: tea.MouseLeft})
		}
	}
	if v.pane.held.code != model.ConsumerSlow {
		t.Errorf("a click selects %+v", v.pane.held)
	}
	x := strings.Index(lines[v.place().y], "3 reader")
	v.Update(tea.MouseClickMsg{X: text.Width(lines[v.place().y][:x]) + 3, Y: v.place().y, Button: tea.MouseLeft})
	if v.tab() != tabReader {
		t.Errorf("a click on its name leads to tab %d", v.tab())
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

func TestHowTheReaderReads(t *testing.T) {
	set := func(change func(s *model.Sample, t *model.ThreadNow)) *model.Sample {
		m := sleeping()
		change(m.Sample, &m.Sample.Reader.Threads[0])
		return m.Sample
	}
	none := model.Figure[float64]{How: model.Unmeasured}
	for _, at := range []struct {
		name       string
		s          *model.Sample
		want, also string // on the page, and beside the reader's name
	}{
		{"in portions", set(func(*model.Sample, *model.ThreadNow) {}), "~12 records at a time, every 3.0 ms; 4.00 k/s in all", "sleeping, ~2.1 % of a core"},
		{"a wake-up for each", set(func(_ *model.Sample, t *model.ThreadNow) {
			t.Switches, t.RecordsPerSwitch = model.Of(3960.0), model.Known(1.01, model.Sampled)
		}), "~1.0 records at a time, every 0.3 ms; 4.00 k/s in all", "sleeping, ~2.1 % of a core"},
		{"more wake-ups than records", set(func(_ *model.Sample, t *model.ThreadNow) {
			t.Switches, t.RecordsPerSwitch = model.Of(8000.0), model.Known(0.5, model.Sampled)
		}), "~less than 1 record at a time, every 0.1 ms; 4.00 k/s in all", "sleeping, ~2.1 % of a core"},
		{"never waits", set(func(_ *model.Sample, t *model.ThreadNow) {
			t.State, t.Share, t.Switches, t.RecordsPerSwitch = 'R', model.Known(0.991, model.Sampled), model.Of(0.0), model.Figure[float64]{How: model.NotApplicable}
		}), "4.00 k/s without ever waiting", "running, ~99 % of a core, never waits"},
		{
			"just met", set(func(_ *model.Sample, t *model.ThreadNow) { t.Share, t.Switches, t.RecordsPerSwitch = none, none, none }),
			"4.00 k/s, … waits", "sleeping on this ring",
		},
		{"threads unknown", set(func(s *model.Sample, _ *model.ThreadNow) { s.Reader = model.ReaderNow{} }), "4.00 k/s; in which portions is not known", "takes records"},
		{"stands", set(func(s *model.Sample, _ *model.ThreadNow) {
			s.Rates.ConsumedMovedRecently, s.Rates.LastRead = false, s.At.Add(-62*time.Second)
		}), "took nothing for 62 s", "sleeping on this ring; took nothing for 62 s"},
		{"stopped", set(func(s *model.Sample, t *model.ThreadNow) { t.State, t.Since = 'T', s.At.Add(-9*time.Second) }), "~12 records", "stopped by a signal"},
		{"blocked", set(func(s *model.Sample, t *model.ThreadNow) { t.State, t.Since = 'D', s.At }), "~12 records", "blocked in the kernel"},
		{"without a core", set(func(_ *model.Sample, t *model.ThreadNow) {
			t.State, t.Waits, t.Share, t.Starved = 'S', model.Of(false), model.Known(0.22, model.Sampled), model.Known(0.78, model.Sampled)
		}), "~12 records", "wants a core, gets ~22 %"},
		{"nothing measured", set(func(s *model.Sample, _ *model.ThreadNow) { s.Rates.Window = 0 }), "…", ""},
		{"just opened", set(func(s *model.Sample, _ *model.ThreadNow) {
			s.Rates.Window, s.Rates.ConsumedMovedRecently = 0, false
		}), "…", "sleeping on this ring"},
	} {
		t.Run(at.name, func(t *testing.T) {
			b := builder{m: &model.Moment{Sample: at.s}, th: paint.NewTheme(paint.Terminal{})}
			if got := b.reads(at.s); !strings.HasPrefix(got, at.want) {
				t.Errorf("it says %q, expected %q", got, at.want)
			}
			if f := (digest{s: at.s}).reader(); at.also != "" && (len(f.right) == 0 || f.right[0] != at.also) {
				t.Errorf("beside its name stands %q, expected %q", f.right, at.also)
			}
		})
	}
}

// TestIdleReaderKeepsItsThread: with every thread asleep and no room, the one that is taken for the reader's still has its line.
func TestIdleReaderKeepsItsThread(t *testing.T) {
	m := sleeping()
	for i := range 8 {
		idler := m.Sample.Reader.Threads[0]
		idler.TID, idler.State, idler.Waits, idler.Share = 9000+i, 'S', model.Of(false), model.Known(0.0, model.Sampled)
		m.Sample.Reader.Threads = append(m.Sample.Reader.Threads, idler)
	}
	m.Sample.Reader.Threads = m.Sample.Reader.Threads[1:]
	b := builder{m: m, th: paint.NewTheme(paint.Terminal{})}
	b.w = 76
	if lines := b.threads(&m.Sample.Reader, true); len(lines) != 3 { // heads, it, the others
		t.Errorf("%d lines of threads", len(lines))
	}
}

func TestRecordsOfASiteAreToldByLengthOnly(t *testing.T) {
	site := func(call string, bytes uint32) model.Site {
		s := model.Site{Call: call}
		if bytes > 0 {
			s.Bytes = model.Of(bytes)
		}
		return s
	}
	programs := []model.Program{
		{ID: 1, Sites: []model.Site{site("reserve", 64), site("submit", 0), site("reserve", 24)}},
		{ID: 2, Sites: []model.Site{site("output", 64), site("output", 120), site("reserve", 0)}},
	}
	by := bySize(programs)
	m := threaded() // of 64 records, 40 have 64 bytes, 17 have 120, 7 have 24; 41.2 k/s come
	b := builder{m: m}
	for _, at := range []struct {
		site model.Site
		want string
	}{
		{site("reserve", 24), "~4.50 k/s"},
		{site("output", 120), "~10.9 k/s"},
		{site("reserve", 64), "?"},
		{site("reserve", 0), "?"},
		{site("submit", 0), "-"},
		{site("discard", 0), "-"},
	} {
		if got := b.perSite(&at.site, by); got != at.want {
			t.Errorf("%+v: %s, expected %s", at.site, got, at.want)
		}
	}
	want := []string{
		"~ 2 sites write 64 bytes: by length alone they can't be told apart",
		"~ one site computes its length: some records of a length may be its own",
	}
	if got := by.doubts(); !slices.Equal(got, want) {
		t.Errorf("said is %q", got)
	}
	m.Sample.Detail.Excerpt = model.Excerpt{}
	if s := site("reserve", 24); b.perSite(&s, by) != "?" {
		t.Error("a rate is told without a sample")
	}
}

func TestRateOfASiteAloneInItsLengthsIsExact(t *testing.T) {
	of := func(call string, bytes uint32) model.Site { return model.Site{Call: call, Bytes: model.Of(bytes)} }
	m := threaded()
	b := builder{m: m}
	small, large := of("reserve", 24), of("output", 120)
	by := bySize([]model.Program{{ID: 1, Sites: []model.Site{small, large, of("reserve", 65)}}})
	m.Sample.Rates.Records.How = model.Exact
	if got := b.perSite(&small, by); got != "1.90 k/s" {
		t.Errorf("24 bytes: %s", got)
	}
	if got := b.perSite(&large, by); !strings.HasPrefix(got, "~") { // 65 bytes are counted with them
		t.Errorf("120 bytes: %s", got)
	}
}

func TestFullRingThatTakesNothingDoesNotLookCalm(t *testing.T) {
	m := slow()
	s := m.Sample
	s.Rates.Records, s.Rates.Bytes = model.Of(0.0), model.Of(0.0)
	s.Rates.DiscardRatioBytes.How, s.Rates.OverheadRatio.How = model.NotApplicable, model.NotApplicable
	s.Largest = model.Of[uint64](72)
	for used, want := range map[uint64]string{s.Ring.Size() - 16: "refused", 4096: "nothing comes in"} {
		s.Occupancy.Used = model.Of(used)
		d := digest{s: s}
		if got := d.waste().left[0] + d.in().left[0]; !strings.Contains(got, want) || strings.Contains(got, "full") != (want == "refused") {
			t.Errorf("with %d bytes in use: %q", used, got)
		}
		s.Occupancy.Used.How = model.Sampled // as of positions that make no sense
		if got := d.waste().left[0] + d.in().left[0]; strings.Contains(got, "full") {
			t.Errorf("with positions that may be wrong: %q", got)
		}
	}
}

func TestIdleThreadsGiveWay(t *testing.T) {
	m := sleeping()
	busy := m.Sample.Reader.Threads[0]
	busy.Name = "reads"
	quiet := busy
	quiet.Waits, quiet.Share = model.Of(false), model.Known(0.001, model.Sampled)
	m.Sample.Reader.Threads, m.Sample.Reader.More = []model.ThreadNow{busy}, 0
	for i := range model.MaxThreads - 1 {
		quiet.TID, quiet.Name = 100+i, fmt.Sprintf("pool-%d", i)
		m.Sample.Reader.Threads = append(m.Sample.Reader.Threads, quiet)
	}
	v := still(120, 36, Config{Still: m})
	press(v, "3")
	shows(t, v, "reads  ", "7 threads more, asleep", "ringscope maps it read-only")
	hides(t, v, "pool-0")
	v.Update(tea.WindowSizeMsg{Width: 120, Height: 70})
	shows(t, v, "pool-0", "pool-6")
	hides(t, v, "more, asleep")
}
