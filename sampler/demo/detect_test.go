package demo

import (
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// TestFormatsAreFound plays all scenarios in every format and finds out the format by what stands in the ring then and when, as one who
// opens its file without a word about it. It is never wrong; it is undecided only while nothing stands there, or what stands there is the
// same in two formats: 72 bytes from header to header look in page 72 as if their page offset was an older system's length.
func TestFormatsAreFound(t *testing.T) {
	var looks, sure, likely, empty, undecided int
	for _, scenario := range Scenarios() {
		for _, f := range ringcore.Formats {
			c := usualConfig(t, scenario.Name)
			c.Format = f.Name
			if c.Overwrite && f != ringcore.Linux || f.MinLength > 0 && c.Payloads[0].Bytes == 0 {
				continue
			}
			s := newSourceFor(t, c)
			account := model.NewAccount()
			for at := time.Duration(0); at < 3*time.Second; at += 25 * time.Millisecond {
				for more := true; more; {
					pace, err := s.Look(begin.Add(at), account)
					if err != nil {
						t.Fatalf("%s, %s: %v", scenario.Name, f.Name, err)
					}
					more = pace.More
				}
				view := s.Ring()
				g := *view.Geometry()
				if !g.OverwriteMode {
					g.FirstPageOffset, g.Pending = 3*uint32(looks%2), -1
				}
				guesses := ringcore.Detect(view.Memory(), g)
				looks++
				switch first := guesses[0]; {
				case first.Certainty < ringcore.Likely && first.Records == 0:
					empty++
				case first.Certainty < ringcore.Likely:
					if undecided++; !first.Fits() || !guesses[1].Fits() {
						t.Errorf("%s, %s, after %v: undecided: %+v", scenario.Name, f.Name, at, guesses)
					}
				case first.Format != f:
					t.Errorf("%s, %s, after %v: %s is %v", scenario.Name, f.Name, at, first.Format.Name, first.Certainty)
				case first.Certainty == ringcore.Sure:
					sure++
				default:
					likely++
				}
			}
		}
	}
	t.Logf("%d looks: %d sure, %d likely, %d undecided, %d empty", looks, sure, likely, undecided, empty)
	if full := looks - empty; sure < full*9/10 || undecided > full/100 {
		t.Errorf("sure only %d times of %d, undecided %d times", sure, full, undecided)
	}
}
