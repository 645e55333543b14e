package tui

import (
	"strings"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/tui/chart"
)

// TestScalesEndAtRoundFigures: a top is never below what is shown, never more than twice as high, and short enough for its label.
func TestScalesEndAtRoundFigures(t *testing.T) {
	for v := 1.0; v < 1e14; v *= 1.01 {
		top := round(v)
		if top < v || top > 2.6*v {
			t.Errorf("the scale of %.0f ends at %.0f", v, top)
		}
		s := sparks{top: top * 0.4, step: 400 * time.Millisecond}
		if short, long := s.label(true), s.label(false); text.Width(short) > topShort || text.Width(long) > topLabel {
			t.Errorf("%q, %q do not fit", short, long)
		}
	}
	if round(0) != 0 {
		t.Error("nothing has a scale")
	}
}

func TestBothFlowsHaveOneScale(t *testing.T) {
	m := scene{size: mib, producer: 8, after: time.Minute, in: 3 * mib, out: mib}.moment()
	s := sparksOf(m, 20)
	for i := range s.in {
		if chart.IsGap(s.in[i]) || s.in[i] >= s.top || s.out[i] >= s.in[i]*0.6 {
			t.Fatalf("column %d: in %.0f, out %.0f, top %.0f", i, s.in[i], s.out[i], s.top)
		}
	}
	v := still(120, 36, Config{Still: m})
	var lines []string
	for _, l := range strings.Split(screen(v), "\n") {
		if strings.Contains(l, "│ in  ") || strings.Contains(l, "│ out ") {
			lines = append(lines, string([]rune(l)[78:]))
		}
	}
	if len(lines) != 2 || !strings.Contains(lines[0], "▆ max 5 MiB/s") && !strings.Contains(lines[0], "▅ max 5 MiB/s") || !strings.Contains(lines[1], "▂▂▂") {
		t.Errorf("the lines are\n%s", strings.Join(lines, "\n"))
	}
	var none model.History
	quiet := &model.Moment{Sample: m.Sample, History: &none}
	if s := sparksOf(quiet, 20); s.top != 0 || s.label(false) != "" {
		t.Errorf("nothing moved, and the scale ends at %q", s.label(false))
	}
}
