package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// pageOf is the page at a size after its first look.
func pageOf(w, h int, p StartPage) *start {
	cfg := Config{Env: []string{"LANG=C.UTF-8"}}
	s := newStart(context.Background(), StartConfig{Host: "edge-7", Look: func(context.Context) (StartPage, error) { return p, nil }}, &cfg)
	s.Update(tea.WindowSizeMsg{Width: w, Height: h})
	s.Update(s.look())
	return s
}

func rings(n int) StartPage {
	var p StartPage
	for i := range n {
		r := ringOf(uint64(1) << (18 + i%6))
		r.ID, r.Name = uint32(31+7*i), [...]string{"events", "execve_map", "rb", "lsm_denials", "a_name_that_is_long"}[i%5]
		p.Rings = append(p.Rings, Entry{Target: fmt.Sprintf("id:%d", r.ID), Ring: r, Used: model.Of(r.Size() * uint64(i%10) / 20)})
	}
	if n > 2 {
		p.Rings[2].Used = model.Figure[uint64]{}
		p.Rings[2].Note = "not permitted"
	}
	return p
}

func TestStartPages(t *testing.T) {
	for name, p := range map[string]StartPage{
		"list": rings(12), "not-permitted": {Still: words.NotPermitted(), AskPin: true}, "none": {Still: words.NoRings(text.UTF8, "edge-7", 312)},
	} {
		for _, size := range sizes[:3] {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s := pageOf(size[0], size[1], p)
				s.View()
				golden.RequireEqual(t, []byte(s.grid.String()+"\n"))
			})
		}
	}
}

func startPress(s *start, keys ...string) (quit bool) {
	for _, k := range keys {
		if _, cmd := s.Update(keyNamed(k)); cmd != nil {
			_, quit = cmd().(tea.QuitMsg)
		}
	}
	return quit
}

func TestChoosing(t *testing.T) {
	for _, at := range []struct {
		name string
		page StartPage
		keys []string
		want Choice
		quit bool
	}{
		{"the fullest", rings(3), []string{"enter"}, Choice{Target: "id:38"}, true},
		{"the one that is not known", rings(3), []string{"down", "down", "down", "enter"}, Choice{Target: "id:45"}, true},
		{"back up", rings(3), []string{"down", "up", "up", "enter"}, Choice{Target: "id:38"}, true},
		{"a simulated ring", rings(3), []string{"d"}, Choice{Demo: true}, true},
		{"nothing", rings(3), []string{"q"}, Choice{}, true},
		{"enter without a ring", StartPage{}, []string{"enter"}, Choice{}, false},
		{"a pin", StartPage{AskPin: true}, []string{"enter", "r", "q", "enter"}, Choice{Target: "pin:/sys/fs/bpf/rq"}, true},
		{
			"a pasted path",
			StartPage{AskPin: true},
			append(append([]string{"enter"}, strings.Split("/sys/fs/bpf/x", "")...), "enter"),
			Choice{Target: "pin:/sys/fs/bpf/x"},
			true,
		},
		{"no pin", StartPage{AskPin: true}, []string{"enter", "r", "esc", "q"}, Choice{}, true},
	} {
		t.Run(at.name, func(t *testing.T) {
			s := pageOf(80, 24, at.page)
			if quit := startPress(s, at.keys...); quit != at.quit || s.choice != at.want {
				t.Errorf("chose %+v, left %v", s.choice, quit)
			}
		})
	}
}

func TestTheSelectionStaysOnItsRing(t *testing.T) {
	s := pageOf(80, 24, rings(5)) // 59, 52, 38, 31, 45
	startPress(s, "down", "down")
	fewer := rings(5)
	fewer.Rings = fewer.Rings[:4]
	s.Update(foundMsg{page: fewer})
	startPress(s, "enter")
	if s.choice.Target != "id:38" {
		t.Errorf("chose %+v after another ring went away", s.choice)
	}
	s = pageOf(80, 24, rings(5))
	fuller := rings(5)
	fuller.Rings[0].Used = model.Of(fuller.Rings[0].Ring.Size())
	s.Update(foundMsg{page: fuller})
	if got := fuller.Rings[0].Target; got != "id:31" {
		t.Errorf("%s comes first, want the full one", got)
	}
	if startPress(s, "enter"); s.choice.Target != "id:59" {
		t.Errorf("chose %+v after another ring became fuller", s.choice)
	}
}

func TestTheListScrolls(t *testing.T) {
	s := pageOf(80, 12, rings(40))
	for range 39 {
		startPress(s, "down")
	}
	s.View()
	if i := s.selected(); i != 39 || s.top+s.listRows() < 40 {
		t.Errorf("selected %d, from %d on", i, s.top)
	}
}

func TestStartPagesAtEverySize(t *testing.T) {
	for _, p := range []StartPage{rings(30), {Still: words.NotPermitted(), AskPin: true}} {
		for _, keys := range [][]string{{"down", "enter"}, {"?"}, {"e", "right"}} {
			everyStartSize(t, p, keys)
		}
	}
}

// everyStartSize draws the page at every size after keys were pressed.
func everyStartSize(t *testing.T, p StartPage, keys []string) {
	t.Helper()
	s := pageOf(80, 24, p)
	startPress(s, keys...)
	for w := 0; w <= 200; w += unless(3, 23) {
		for h := 0; h <= 60; h += unless(2, 7) {
			s.Update(tea.WindowSizeMsg{Width: w, Height: h})
			check(t, s.View().Content, w, h, false)
			if t.Failed() {
				t.Fatalf("at %dx%d:\n%s", w, h, s.grid.String())
			}
		}
	}
}

func TestLookingAgain(t *testing.T) {
	looks := 0
	boom := errors.New("the kernel says no")
	cfg := Config{}
	s := newStart(context.Background(), StartConfig{Every: time.Millisecond, Look: func(context.Context) (StartPage, error) {
		if looks++; looks > 2 {
			return StartPage{}, boom
		}
		return rings(looks), nil
	}}, &cfg)
	_, cmd := s.Update(s.look())
	_, cmd = s.Update(cmd())
	s.Update(cmd())
	if s.page == nil || len(s.page.Rings) != 2 {
		t.Fatalf("page %+v", s.page)
	}
	s.Update(s.look())
	if !errors.Is(s.fatal, boom) {
		t.Errorf("ended with %v", s.fatal)
	}
}

func TestStartPageExplainsItselfAndNamesItsKeys(t *testing.T) {
	for _, p := range []StartPage{rings(5), {Still: words.NotPermitted(), AskPin: true}, {}} {
		s := pageOf(80, 24, p)
		list := func() string { s.View(); return s.grid.String() }
		before := list()
		startPress(s, "?")
		if got := list(); !strings.Contains(got, "keys and signs") || !strings.Contains(got, "explain what the list shows") || !strings.Contains(got, "pinned one") {
			t.Errorf("? shows\n%s", got)
		}
		startPress(s, "e")
		seen := map[string]bool{}
		for range 2 * len(s.topics()) {
			topic := s.topics()[s.topic]
			if _, ok := words.Explain(text.UTF8, topic, nil); !ok {
				t.Errorf("nothing is said about %q", topic)
			}
			got := list()
			if !strings.Contains(got, words.Heading(topic, nil)) || !strings.Contains(got, " what  ") {
				t.Errorf("e shows\n%s", got)
			}
			if at := s.headOf(topic, 0); at.w > 0 && !strings.Contains(got, "READER") {
				t.Errorf("the explanation covers the heads:\n%s", got)
			}
			seen[string(topic)] = true
			startPress(s, "right")
		}
		if want := map[bool]int{true: 6, false: 1}[len(p.Rings) > 0]; len(seen) != want {
			t.Errorf("%d topics are reached: %v", len(seen), seen)
		}
		startPress(s, "esc")
		if got := list(); got != before {
			t.Errorf("esc leads to\n%s", got)
		}
	}
}
