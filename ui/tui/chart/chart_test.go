package chart

import (
	"math"
	"testing"

	"ringscope/ui/tui/paint"
)

func TestSpark(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []float64
		top    float64
		ascii  bool
		want   string
	}{
		{"rises to the top", []float64{0, 1, 2, 3, 4, 5, 6, 7}, 0, false, " ▂▂▃▄▅▆▇"},
		{"ends at the right edge", []float64{4, 8}, 0, false, "      ▄▇"},
		{"a gap is no zero", []float64{8, Gap(), 0, 8}, 0, false, "    ▇· ▇"},
		{"the scale is that of the window", []float64{800, 0, 1, 2, 3, 4, 5, 6, 7}, 0, false, " ▂▂▃▄▅▆▇"},
		{"a trickle is no zero", []float64{0, 1, 1000}, 0, false, "      ▂▇"},
		{"nothing but zero", []float64{0, 0}, 0, false, ""},
		{"nobody looked", []float64{Gap(), Gap()}, 0, false, "      ··"},
		{"infinite and negative", []float64{math.Inf(1), -5, 1}, 0, false, "     · ▇"},
		{"a scale of its own", []float64{4, 4, 5, 4}, 5 * 1.25, false, "    ▅▅▆▅"},
		{"more than the scale", []float64{9, 1}, 2, false, "      ▇▄"},
		{"ASCII", []float64{0, 1, 2, 3, 4, 5, 6, 7}, 0, true, " ..:-=+*"},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := paint.NewGrid(10, 1)
			g.ASCII = test.ascii
			Spark(g.All(), 0, 0, 8, paint.Default, test.top, test.values)
			if got := g.String(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestFullCellsAreBackground(t *testing.T) {
	g := paint.NewGrid(1, 2)
	h := History{Values: []float64{3}, Color: paint.Indexed(74)}
	h.Draw(g.All())
	if c := g.At(0, 0); c.Rune != ' ' || c.Style.BG != paint.Indexed(74) {
		t.Errorf("a full cell is %q on %v, want a blank on colour 74: blocks show seams", c.Rune, c.Style.BG)
	}
}

func history() *History {
	h := &History{Top: 1, From: "9 min", To: "now"}
	for i := range 40 {
		v := 0.3 + 0.1*math.Sin(float64(i))
		switch {
		case i < 6:
			v = Gap()
		case i == 20 || i == 21:
			v = 0.93
		case i > 34:
			v = 0.5 + float64(i-34)*0.04
		}
		h.Values = append(h.Values, v)
	}
	h.Marks = []Mark{{Back: 19, Glyph: "▲", Label: "burst", Lasts: 3}, {Back: 8, Glyph: "▲", Label: "slow", Longer: "slow 02:14:05", Lasts: 8}, {Back: 7, Glyph: "△", Label: "never fits"}}
	return h
}

func TestHistory(t *testing.T) {
	g := paint.NewGrid(42, 5)
	history().Draw(g.All())
	want := `
                      ▆▆
                      ██             ▁▃▄▅▆
        ▁▄▅▃   ▃▅▄▁  ▂██▂  ▁▄▅▂   ▃▅▃█████
        █████▆█████▇▇████▇▇████▇▆█████████
9 min ────────────────▲ burst ───▲△━━━ now`
	if got := "\n" + g.String(); got != want {
		t.Errorf("got%s\nwant%s", got, want)
	}
}

func TestMarksAndTheMomentLookedAt(t *testing.T) {
	h := history()
	h.Marks[0].Back = 40 // below the label at the left end, which gives way
	h.Cursor = 20
	h.Color = paint.Default
	g := paint.NewGrid(42, 5)
	h.Draw(g.All())
	want := `
                      ▆▆
                      ┃█             ▁▃▄▅▆
        ▁▄▅▃   ▃▅▄▁  ▂┃█▂  ▁▄▅▂   ▃▅▃█████
        █████▆█████▇▇█┃██▇▇████▇▆█████████
─▲ burst ─────────────┃──── slow ▲△━━━ now`
	if got := "\n" + g.String(); got != want {
		t.Errorf("got%s\nwant%s", got, want)
	}
	for x := range 42 { // a mark that is looked at stays what it is
		h.Cursor = 42 - x
		h.Draw(g.All())
		if r := g.At(1, 4).Rune; r != '▲' {
			t.Errorf("the mark is %q with the cursor at column %d", r, x)
		}
	}
}

func TestAnySizeIsDrawn(t *testing.T) {
	h := history()
	for w := range 60 {
		for rows := range 8 {
			h.Draw(paint.NewGrid(w, rows).All())
		}
	}
}

// TestLabelsOfMarks: the longest label that has room is written, at the left where there is none at the right, and how long what began
// at a mark lasted is drawn.
func TestLabelsOfMarks(t *testing.T) {
	for _, test := range []struct {
		marks []Mark
		want  string
	}{
		{[]Mark{{Back: 30, Glyph: "▲", Label: "slow", Longer: "slow 02:14:05", Lasts: 30}}, "9 min ───▲ slow 02:14:05 ━━━━━━━━━━━ now"},
		{[]Mark{{Back: 14, Glyph: "▲", Label: "slow", Longer: "slow 02:14:05", Lasts: 14}}, "9 min ───────────────────▲ slow ━━━━ now"},
		{[]Mark{{Back: 30, Glyph: "▲", Label: "slow", Lasts: 12}, {Back: 18, Glyph: "●", Label: "over"}}, "9 min ───▲ slow ━━━━━● over ──────── now"},
		{[]Mark{{Back: 0, Glyph: "△", Label: "gone"}}, "9 min ─────────────────────────── gone △"},
		{[]Mark{{Back: 5, Glyph: "△", Label: "gone"}}, "9 min ────────────────────── gone △─ now"},
	} {
		h := History{From: "9 min", To: "now", Marks: test.marks}
		g := paint.NewGrid(40, 1)
		h.Draw(g.All())
		if got := g.String(); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}
