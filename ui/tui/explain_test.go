package tui

import (
	"fmt"
	"strings"
	"testing"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// everySize calls f with a viewer of each size and each page that explains something.
func everySize(t *testing.T, f func(t *testing.T, v *viewer)) {
	t.Helper()
	for _, size := range [][2]int{{60, 16}, {80, 24}, {120, 36}, {200, 50}} {
		for _, open := range []bool{false, true} {
			t.Run(fmt.Sprintf("%dx%d open %v", size[0], size[1], open), func(t *testing.T) {
				v, _ := live(t, size[0], size[1], slow())
				v.open, v.record = open, v.table.rows[3]
				f(t, v)
			})
		}
	}
}

func TestExplainNamesWhatIsPicked(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	press(v, "e")
	shows(t, v, "─ reader too slow ", "what ", "For seconds the reader has taken less", "known ", "normal ", "next ")
	v.pick = spot{topic: words.TopicLost}
	v.dirty = true
	shows(t, v, "─ lost ", "now: ? unknown: nobody can tell")
	press(v, "esc")
	if v.mode != browsing {
		t.Error("esc does not end it")
	}
}

func TestEverySpotIsExplained(t *testing.T) {
	everySize(t, func(t *testing.T, v *viewer) {
		press(v, "e")
		for _, s := range v.spots() {
			v.pick, v.dirty = s, true
			topic := explained(s.topic, v.figures)
			e, ok := words.Explain(text.UTF8, topic, ring(v.figures))
			if !ok {
				t.Errorf("nothing is said about %q", s.topic)
				continue
			}
			if v.layout.h >= 24 { // below, the end may be cut
				said := strings.Fields(e.Next)
				shows(t, v, words.Heading(topic, ring(v.figures)), said[len(said)-1])
			}
			if x, y := s.area.x, s.area.y; x < 0 || y < 0 || x+s.area.w > v.layout.w || y >= v.layout.h {
				t.Errorf("%q lies outside: %+v", s.topic, s.area)
			}
		}
	})
}

// TestArrowsReachEveryTopic reads on from the verdict, and asks that it comes by everything that has an explanation of its own, once.
func TestArrowsReachEveryTopic(t *testing.T) {
	everySize(t, func(t *testing.T, v *viewer) {
		press(v, "e")
		for _, k := range []string{"right", "left"} {
			topics, reached := map[words.Topic]bool{}, map[words.Topic]bool{}
			for _, s := range v.spots() {
				topics[s.topic] = true
			}
			for range topics {
				press(v, k)
				if reached[v.pick.topic] {
					t.Errorf("%s comes to %q twice", k, v.pick.topic)
				}
				reached[v.pick.topic] = true
			}
			for topic := range topics {
				if !reached[topic] {
					t.Errorf("%s never comes to %q", k, topic)
				}
			}
		}
		for _, k := range []string{"down", "up"} {
			for range v.layout.h {
				y := v.pick.area.y
				press(v, k)
				if moved := v.pick.area.y - y; k == "down" && moved < 0 || k == "up" && moved > 0 {
					t.Fatalf("%s moves by %d rows", k, moved)
				}
			}
		}
		if v.pick.area.y > 1 {
			t.Errorf("up ends at %q in row %d", v.pick.topic, v.pick.area.y)
		}
	})
}

// TestAPickedMarkIsFollowed moves what is picked, as marks of the time line move.
func TestAPickedMarkIsFollowed(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	v.pick = spot{words.TopicEnd, rect{50, 19, 1, 1}}
	spots := []spot{{words.TopicEnd, rect{20, 19, 1, 1}}, {words.TopicEnd, rect{49, 19, 1, 1}}, {words.TopicGap, rect{50, 19, 1, 1}}}
	if got := v.spotted(spots); got != 1 {
		t.Errorf("got %d", got)
	}
	if got := v.spotted(spots[2:]); got != -1 {
		t.Errorf("without it: %d", got)
	}
}

func TestTheVerdictIsAboutTheWorstFinding(t *testing.T) {
	m := &model.Moment{Findings: []model.Finding{{Code: model.HeadBusy}, {Code: model.DropProne}}}
	if got := explained(words.TopicVerdict, m); got != words.FindingTopic(model.HeadBusy) {
		t.Errorf("got %q", got)
	}
	if got := explained(words.TopicVerdict, &model.Moment{}); got != words.TopicVerdict {
		t.Errorf("with nothing found: %q", got)
	}
}

// TestSpotsStandOnWhatTheySay reads the cells of spots whose text is known.
func TestSpotsStandOnWhatTheySay(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 36}, {200, 50}} {
		v, _ := live(t, size[0], size[1], slow())
		press(v, "down", "down")
		lines := strings.Split(screen(v), "\n")
		cells := func(s spot) string {
			r := []rune(lines[s.area.y])
			return string(r[s.area.x:min(s.area.x+s.area.w, len(r))])
		}
		said := map[words.Topic]string{
			words.TopicConsumer: "C", words.TopicProducer: "P", words.TopicHeld: "held", words.TopicView: "view complete", words.TopicFormat: "linux",
			words.TopicShapeFree: "━ free", words.TopicLost: "lost", words.TopicTurn: "reader at the top", words.TopicID: "id 167", words.TopicSize: "8 MiB",
			words.TopicTab: "RECORDS", words.TopicTimeToFull: "full in ~26 s",
		}
		if size[0] >= 120 {
			said[words.TopicWindow], said[words.TopicCost] = "rates over 1 s", "ringscope uses "
			said[words.TopicSpan], said[words.TopicNotch], said[words.TopicPassive] = "span ", "0", "passive"
		}
		for _, s := range v.spots() {
			if want, ok := said[s.topic]; ok && strings.Contains(cells(s), want) {
				delete(said, s.topic)
			}
		}
		for topic, want := range said {
			t.Errorf("%v: %q is not on %q", size, topic, want)
		}
	}
}

// TestEverythingOfEveryScenarioIsExplained asks for every figure, bit, mark and word that can be picked in any pane of any scenario, and
// wants it said in six lines where the screen is 80 columns wide.
func TestEverythingOfEveryScenarioIsExplained(t *testing.T) {
	picked := map[words.Topic]bool{}
	for _, s := range scenarios() {
		m := bestMoment(t, s.Name)
		for _, size := range [][2]int{{80, 24}, {120, 36}} {
			v := still(size[0], size[1], Config{Still: m})
			for _, tab := range []string{"1", "2", "3", "4", "6"} {
				press(v, tab)
				for _, spot := range v.spots() {
					picked[spot.topic] = true
					e, ok := words.Explain(v.set, explained(spot.topic, v.figures), ring(v.figures))
					lines := 0
					for _, p := range e.Parts() {
						lines += len(v.set.Wrap(p.Text, min(size[0], explainWidth)-explainFrame-explainWords))
					}
					if !ok || lines < 3 || lines > words.ExplanationLines {
						t.Errorf("%s at %v, pane %s: %d lines are said about %q", s.Name, size, tab, lines, spot.topic)
					}
				}
			}
		}
	}
	if len(picked) < unless(95, 80) {
		t.Errorf("only %d topics can be picked: %v", len(picked), picked)
	}
}
