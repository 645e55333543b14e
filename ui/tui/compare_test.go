package tui

import (
	"testing"

	"ringscope/ringcore"
	"ringscope/ui/words"
)

// TestVComparesTheRecord opens the comparison from the table and from the record, and leaves it a level at a time.
func TestVComparesTheRecord(t *testing.T) {
	v, _ := live(t, 120, 36, slow())
	press(v, "down", "v")
	shows(t, v, "in every format", "linux is this ring's", "span          128 = 8 + 120            128 = 8 + 120            128 = 8 + 120            124 = 4 + 120", "issue 4241")
	before := v.record.Pos
	press(v, "down")
	if v.record.Pos <= before {
		t.Error("down stays at the record")
	}
	shows(t, v, "in every format")
	press(v, "esc")
	shows(t, v, "page offset", "payload: ")
	hides(t, v, "in every format")
	press(v, "v", "v")
	hides(t, v, "in every format")
	press(v, "v", "esc", "esc")
	shows(t, v, "1 RECORDS")
	press(v, "enter")
	hides(t, v, "in every format")
}

// TestTheComparisonIsExplained asks for an explanation of all that can be picked, of rings of every format.
func TestTheComparisonIsExplained(t *testing.T) {
	for _, f := range ringcore.Formats {
		for _, size := range sizes {
			m := slow()
			r, ring := rowOf(f, m.Sample.Detail.Rows[0].Pos, ringcore.Header{Length: 61, Discard: true})
			m.Sample.Ring, m.Sample.Detail.Rows[0] = ring, *r
			v := still(size[0], size[1], Config{Still: m})
			v.open, v.compared, v.record = true, true, *r
			picked := map[words.Topic]bool{}
			for _, s := range v.spots() {
				picked[s.topic] = true
				if _, ok := words.Explain(v.set, explained(s.topic, v.figures), ring); !ok {
					t.Errorf("nothing is said about %q", s.topic)
				}
			}
			if size[1] >= 36 && (!picked[words.TopicGained] || !picked[words.TopicBusyBit] || !picked[words.TopicSize]) {
				t.Errorf("%s at %v: only %v can be picked", f.Name, size, picked)
			}
			if size[1] >= 36 {
				shows(t, v, "overwrite mode of Linux") // the last line
			}
			if size[1] >= 24 {
				shows(t, v, f.Name+" is this ring's")
			}
		}
	}
}
