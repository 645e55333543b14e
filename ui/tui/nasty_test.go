package tui

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"ringscope/internal/nastytest"
	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// rich is a moment in which everything has a name: processes, threads, programs with call sites, pins, and a finding of every code, that
// of first before the others.
func rich(first int) *model.Moment {
	m := slow()
	s := m.Sample
	site := model.Site{Call: "reserve", Bytes: model.Of[uint32](64), WakeUp: model.WakeNone, File: "exec.bpf.c", Line: 41}
	program := model.Program{ID: 314, Name: "handle_exec", Sites: []model.Site{site, {Call: "submit", WakeUp: model.WakeForced, File: "a/b.c", Line: 7}}}
	owner := model.Process{PID: 2211, Comm: "bootstrap", User: "root", Began: begin}
	s.Ring.Owners, s.Ring.ReaderAt, s.Ring.Readers = []model.Process{owner, owner}, []model.Process{owner, owner}, model.Of(2)
	s.Ring.Programs = []model.Program{program, {ID: 315, Name: "handle_exit"}}
	s.Ring.Pins, s.Ring.OuterIDs, s.Ring.Made, s.Ring.FormatNamed = []string{"/sys/fs/bpf/rb", "/sys/fs/bpf/x"}, []uint32{1, 2}, model.Of("seed 1"), "linux"
	thread := model.ThreadNow{
		Thread: model.Thread{Process: owner, TID: 2215, Name: "rb-poll", State: 'S', Waits: model.Of(true), Timeout: model.Of(time.Second), Rings: model.Of(2)},
		Since:  begin, Share: model.Of(0.9), Switches: model.Of(12.0), RecordsPerSwitch: model.Of(1.5),
	}
	odd := thread
	odd.State = 0x9b
	s.Reader = model.ReaderNow{At: s.At, Window: time.Second, Threads: []model.ThreadNow{thread, odd}, More: 1, Waiters: model.Of(1)}
	s.Detail.Excerpt = model.Excerpt{Records: 10, Read: 4, Bytes: 256, Zeros: 100, Lengths: []model.LengthCount{{Length: 64, Records: 10}}}
	s.Lengths[7], s.LengthBytes[7], s.Rates.Lengths[7] = 1000, 64000, 100
	m.Findings = nil
	codes := words.Codes()
	for i := range codes {
		m.Findings = append(m.Findings, model.Finding{
			Code: codes[(first+i)%len(codes)], Severity: model.Problem, Since: s.At.Add(-62 * time.Second),
			Evidence: model.Evidence{
				In: model.Of(3.14 * mib), Out: model.Of(3.05 * mib), Full: model.Known(26*time.Second, model.Sampled), Used: 4096, Size: 8192, Waiting: 413 << 10,
				WaitingR: model.Of[uint64](40), For: 4 * time.Second, Position: s.Positions.Consumer.V, Raw: model.Of[uint64](0xc0000040), Why: "length 64 expected", Ahead: 8,
				Missed: 9, At: s.At, Largest: 128, ProneFor: time.Second, ProneWindow: 10 * time.Second, Count: 3, PerSecond: 4, How: "program",
				Refused: model.Of[uint64](7), Reader: owner, ReaderKnown: true, SuspectedCode: "handle_exec", Thread: thread, Site: site, Program: program,
				Dominant: model.LengthCount{Length: 64, Records: 60}, DominantPart: 0.9, Came: 100, Within: time.Second, Needed: 16384, Peak: 8000, PeakAt: s.At,
				Ratio: 0.4, RatioR: 0.3, Lost: 77,
			},
		})
	}
	return m
}

// nastily makes everything foreign in m the text; payloads keep a length that their record can have.
func nastily(m *model.Moment, bad string) *model.Moment {
	rows := m.Sample.Detail.Rows
	if nastytest.Strings(m, bad) == 0 {
		panic("nothing was set")
	}
	if r := m.Sample.Ring; r != nil {
		for _, p := range r.Programs {
			for i := range p.Sites {
				p.Sites[i].Call = bad // our own word, but the source of the ring chooses it
			}
		}
	}
	for i := range rows {
		r := &rows[i]
		r.Payload = r.Payload[:min(len(r.Payload), fullPayload)]
		if r.Header.Busy || r.Header.Discard {
			continue
		}
		r.Header.Length = uint32(len(r.Payload))
		r.Header.Raw = ringcore.Linux.Encode(r.Header)
	}
	return m
}

// pages are the keys that lead to each page, by its name. What is typed or pasted follows in paste.
func pages() map[string][]string {
	return map[string][]string{
		"table": nil, "writers": {"2"}, "reader": {"3"}, "lengths": {"4"}, "findings": {"6"}, "findings, another": {"6", "down", "down"},
		"record": {"down", "enter"}, "record, its end": {"down", "enter", "pgdown", "pgdown", "pgdown", "pgdown"}, "record, the next": {"enter", "down", "down"},
		"keys": {"?"}, "keys, the end": {"?", "pgdown", "pgdown"}, "filter": {"/", "paste"}, "filtered": {"/", "paste", "enter"}, "filter, from its begin": {"/", "paste", "home"},
		"nothing fits": {"/", "!", "l", "e", "n", ">", "0", " ", "paste", "enter"}, "wrong filter": {"/", "l", "e", "n", ">", "paste", "enter"},
		"explained": {"e"}, "a finding explained": {"6", "e"}, "byte 0": {"o"}, "tape": {"z", "z"}, "past": {"left", "left"}, "an event": {"["},
		"a notice": {"m"}, "every format": {"down", "v"}, "every format, the end": {"down", "v", "pgdown", "pgdown"}, "every format explained": {"down", "v", "e", "right", "right"}, "the reader, scrolled": {"3", "down", "down", "down"}, "the begin of a finding": {"6", "enter"},
	}
}

// visit presses keys, where "paste" pastes the text.
func visit(v *viewer, keys []string, paste string) {
	for _, k := range keys {
		if k == "paste" {
			v.Update(tea.PasteMsg{Content: paste})
			continue
		}
		v.Update(keyNamed(k))
	}
}

// onScreen draws a frame on a terminal in memory and fails unless the terminal shows the frame's cells, each where it was drawn, and does
// nothing else: no title, no bell, no mode, no answer.
func onScreen(t *testing.T, set text.Charset, frame, want string, w, h int) {
	t.Helper()
	if err := nastytest.Harmless(set, frame, true); err != nil {
		t.Errorf("%v\n%s", err, want)
		return
	}
	e := vt.NewEmulator(w, h)
	var did []string
	e.SetCallbacks(vt.Callbacks{
		Bell:             func() { did = append(did, "bell") },
		Title:            func(s string) { did = append(did, "title "+s) },
		IconName:         func(s string) { did = append(did, "icon "+s) },
		AltScreen:        func(bool) { did = append(did, "alternate screen") },
		CursorVisibility: func(bool) { did = append(did, "cursor") },
		EnableMode:       func(m ansi.Mode) { did = append(did, fmt.Sprint("mode ", m)) },
		DisableMode:      func(m ansi.Mode) { did = append(did, fmt.Sprint("no mode ", m)) },
		WorkingDirectory: func(s string) { did = append(did, "directory "+s) },
	})
	if _, err := e.Write([]byte(strings.ReplaceAll(frame, "\n", "\r\n"))); err != nil {
		t.Fatal(err)
	}
	if len(did) > 0 {
		t.Errorf("the terminal did %v", did)
	}
	got := strings.Split(e.String(), "\n")
	for y, line := range strings.Split(want, "\n") {
		if y < len(got) && strings.TrimRight(got[y], " ") != line {
			t.Errorf("line %d is shown as\n%q, drawn was\n%q", y, got[y], line)
			return
		}
	}
}

// drawnOn checks the frame that v shows now.
func drawnOn(t *testing.T, v *viewer, w, h int) string {
	t.Helper()
	v.dirty = true
	v.View()
	check(t, v.content, w, h, v.set == text.ASCII)
	drawn := v.grid.String()
	onScreen(t, v.set, v.content, drawn, w, h)
	return drawn
}

// TestNastyTextsOnEveryPage feeds the nastiest texts, from payloads, names of maps, processes, threads, programs, files, pins, users and hosts,
// and from the keyboard, to every page at every size, and draws what comes on a terminal.
func TestNastyTextsOnEveryPage(t *testing.T) {
	for i, bad := range nastytest.Texts() {
		t.Run(bad.Name, func(t *testing.T) {
			t.Parallel()
			m := nastily(rich(i), bad.Text)
			sizes := [][2]int{{120, 36}, {80, 24}, {200, 50}, {60, 16}, {45, 12}, {7, 3}}
			for k, name := range slices.Sorted(maps.Keys(pages())) {
				if raced && (i+k)%8 > 0 {
					continue
				}
				// Each page with each text, each size with each text, and each page at each size: not all three at once.
				for _, size := range [][2]int{sizes[(i+k)%2], sizes[2+(i+k)%(len(sizes)-2)]} {
					ascii := (i+k)%3 == 0
					v := still(size[0], size[1], Config{Still: m, Host: bad.Text + " ", Target: bad.Text, ASCII: ascii, Frozen: name == "past"})
					visit(v, pages()[name], bad.Text)
					drawnOn(t, v, size[0], size[1])
					if t.Failed() {
						t.Fatalf("%s at %dx%d, ASCII %v", name, size[0], size[1], ascii)
					}
				}
			}
		})
	}
}

// TestNastyVerdicts puts the nastiest texts into the evidence of every finding, as the headline and explained.
func TestNastyVerdicts(t *testing.T) {
	for i, bad := range nastytest.Texts() {
		for first := range words.Codes() {
			if (i+first)%unless(4, 40) > 0 {
				continue
			}
			m := nastily(rich(first), bad.Text)
			for _, size := range [][2]int{{120, 36}, {80, 24}} {
				v := still(size[0], size[1], Config{Still: m, ASCII: first%2 > 0})
				drawnOn(t, v, size[0], size[1])
				visit(v, []string{"e"}, "")
				drawnOn(t, v, size[0], size[1])
			}
			if t.Failed() {
				t.Fatalf("%s, first %s", bad.Name, words.Codes()[first])
			}
		}
	}
}

// TestNastyTextsExplained walks through everything that can be explained.
func TestNastyTextsExplained(t *testing.T) {
	for i, bad := range nastytest.Texts() {
		if i%unless(13, 30) > 0 { // what is explained is said in our words
			continue
		}
		m := nastily(rich(0), bad.Text)
		for _, pane := range []string{"1", "2", "3", "4", "6"} {
			v := still(120, 36, Config{Still: m, Host: bad.Text + " "})
			visit(v, []string{pane, "e"}, "")
			for n := len(v.stops()); n > 0; n-- {
				visit(v, []string{"right"}, "")
				drawnOn(t, v, 120, 36)
				if t.Failed() {
					t.Fatalf("%s, pane %s, %s", bad.Name, pane, v.pick.topic)
				}
			}
		}
	}
}

// TestNastyStates shows the nastiest texts in the states in which there is no ring, or none any more.
func TestNastyStates(t *testing.T) {
	for _, bad := range nastytest.Texts() {
		for name, m := range states() {
			nastily(m, bad.Text)
			for _, size := range [][2]int{{120, 36}, {80, 24}, {60, 16}, {45, 12}} {
				v := still(size[0], size[1], Config{Still: m, Host: bad.Text + " ", Target: bad.Text})
				drawnOn(t, v, size[0], size[1])
				if t.Failed() {
					t.Fatalf("%s, %s at %v", bad.Name, name, size)
				}
			}
		}
		v := still(80, 24, Config{Target: bad.Text, Host: bad.Text + " "}) // nothing is known yet
		drawnOn(t, v, 80, 24)
		v.Update(suspendedMsg{err: errors.New(bad.Text)})
		drawnOn(t, v, 80, 24)
		if t.Failed() {
			t.Fatal(bad.Name)
		}
	}
}

// TestNastyStart shows the nastiest texts on the page that comes before a ring is chosen.
func TestNastyStart(t *testing.T) {
	draw := func(t *testing.T, s *start, ascii bool) {
		t.Helper()
		view := s.View()
		set := text.UTF8
		if ascii {
			set = text.ASCII
		}
		check(t, view.Content, s.w, s.h, ascii)
		onScreen(t, set, view.Content, s.grid.String(), s.w, s.h)
	}
	for i, bad := range nastytest.Texts() {
		ascii := i%2 > 0
		set := text.UTF8
		if ascii {
			set = text.ASCII
		}
		ring := rich(0).Sample.Ring
		nastytest.Strings(ring, bad.Text)
		pages := map[string]StartPage{
			"rings": {Rings: []Entry{
				{Target: bad.Text, Note: bad.Text},
				{Target: bad.Text + "1", Ring: ring, Used: model.Of[uint64](4096), Note: bad.Text},
				{Target: bad.Text + "2", Ring: ring, Used: model.Of[uint64](4096)},
				{Target: bad.Text + "3", Ring: ringOf(4096)},
			}},
			"none": {Still: words.NoRings(set, bad.Text, 312)}, "failed": {Still: words.Failed(set, errors.New(bad.Text))},
			"unsupported": {Still: words.Unsupported(set, bad.Text)}, "not permitted": {Still: words.NotPermitted(), AskPin: true},
		}
		for k, name := range slices.Sorted(maps.Keys(pages)) {
			if raced && (i+k)%5 > 0 {
				continue
			}
			page, size := pages[name], [][2]int{{120, 36}, {80, 24}, {30, 8}}[(i+k)%3]
			as := Config{Host: bad.Text, ASCII: ascii, Env: []string{"LANG=C.UTF-8"}}
			s := newStart(context.Background(), StartConfig{Host: bad.Text, Look: func(context.Context) (StartPage, error) { return page, nil }}, &as)
			s.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			draw(t, s, ascii)
			s.Update(foundMsg{page: page})
			draw(t, s, ascii)
			for _, k := range []string{"down", "down", "e", "right", "right", "esc", "?", "pgdown", "esc", "enter"} {
				s.Update(keyNamed(k))
				draw(t, s, ascii)
			}
			s.Update(tea.PasteMsg{Content: bad.Text})
			draw(t, s, ascii)
			s.Update(keyNamed("home")) // then all of it stands behind the cursor
			draw(t, s, ascii)
			if t.Failed() {
				t.Fatalf("%s, %s at %v, ASCII %v", bad.Name, name, size, ascii)
			}
		}
	}
}

// TestNastyTextsAreVisible wants what was made harmless to be there still: nobody must think that a name is another one.
func TestNastyTextsAreVisible(t *testing.T) {
	m := nastily(rich(0), "a\x1b[2J\u202eb\xff\u200d")
	v := still(200, 50, Config{Still: m})
	drawn := drawnOn(t, v, 200, 50)
	for _, want := range []string{`a\x1b[2J\u202eb\xff\u200d   id 167`, `a\x1b[2J\u202eb\xff\u200d[2211]`} {
		if !strings.Contains(drawn, want) {
			t.Errorf("%s is not on the screen\n%s", want, drawn)
		}
	}
}
