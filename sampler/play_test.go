package sampler_test

import (
	"testing"
	"time"

	"ringscope/model"
	"ringscope/sampler"
)

func TestPlayIsTheSameEveryTime(t *testing.T) {
	play := func() *model.Moment {
		src := newScripted(t, 1<<20)
		src.at = func(look int, s *scripted, _ sampler.Intake) (sampler.Pace, error) {
			if look%10 == 0 {
				s.write(t, 1)
			}
			return sampler.Pace{Tick: 10 * time.Millisecond}, nil
		}
		moments := 0
		m, err := sampler.Play(src, time.Unix(1000, 0).UTC(), 12*time.Second, sampler.Options{}, model.Focus{Rows: 3},
			func(*model.Moment) { moments++ })
		if err != nil || src.closed != 1 {
			t.Fatalf("play: %v, closed %d times", err, src.closed)
		}
		if moments < 119 || moments > 122 {
			t.Errorf("%d moments in 12 s", moments)
		}
		return m
	}
	a, b := play(), play()
	if at := a.Sample.At; !at.Equal(time.Unix(1012, 0)) {
		t.Errorf("the last moment is of %v", at)
	}
	if a.Sample.Totals != b.Sample.Totals || a.Sample.Seq != b.Sample.Seq || a.Sample.Observer != b.Sample.Observer {
		t.Errorf("two plays differ: %+v and %+v", a.Sample, b.Sample)
	}
	if a.Sample.Totals.Records < 119 {
		t.Errorf("%d records", a.Sample.Totals.Records)
	}
	if a.Sample.Observer.CPU.Known() {
		t.Error("a simulation has CPU time")
	}
}
