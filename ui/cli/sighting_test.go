package cli

import (
	"errors"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/report"
)

var sightBegin = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// sightMoment is a moment of ring id at some time after the begin.
func sightMoment(id uint32, at time.Duration, used uint64, findings ...model.Finding) *model.Moment {
	return &model.Moment{
		Findings: findings, History: &model.History{},
		Sample: &model.Sample{
			Seq: uint64(at), At: sightBegin.Add(at), Since: sightBegin, State: model.Live, Ring: &model.Ring{ID: id, Geometry: ringcore.LinuxGeometry(4096, 4096)},
			Occupancy: model.Occupancy{UsedMax: model.Of(used)},
		},
	}
}

func sightFinding(code model.Code, s model.Severity) model.Finding {
	return model.Finding{Code: code, Severity: s}
}

// TestSighting feeds moments by hand: everything that stood at some time is told, with when it stood last.
func TestSighting(t *testing.T) {
	stuck, gaps, slow := sightFinding(model.HeadBusy, model.Problem), sightFinding(model.ViewGaps, model.Warning), sightFinding(model.ConsumerSlow, model.Problem)
	lost := sightFinding(model.DropsCounted, model.Problem)
	successor := sightMoment(1, 9*time.Second, 4000)
	successor.Sample.Since = sightBegin.Add(8 * time.Second)
	var s sighting
	if s.watched() != 0 || s.result(nil, nil).Moment != nil {
		t.Error("something is known before the first moment")
	}
	s.each(nil)
	s.each(&model.Moment{Sample: &model.Sample{State: model.Looking}})
	for i, m := range []*model.Moment{
		sightMoment(1, 1*time.Second, 10, slow, gaps), sightMoment(1, 2*time.Second, 99, stuck, gaps), sightMoment(1, 3*time.Second, 30, gaps), sightMoment(1, 4*time.Second, 20, lost, slow),
		successor,
	} {
		s.each(m)
		if want := time.Duration(min(i+1, 4)) * time.Second; s.watched() != want {
			t.Errorf("watched for %v, want %v", s.watched(), want)
		}
	}
	w := s.result(nil, nil)
	if w.Moment.History != nil || w.Before == nil || w.Before.At != sightBegin.Add(time.Second) || w.UsedMax != model.Of[uint64](99) || w.Ring.ID != 1 {
		t.Errorf("got %+v of %+v, from %+v", w, w.Moment, w.Before)
	}
	type told struct {
		code  model.Code
		until time.Duration // 0: it stands
	}
	// What was seen within the last 2 s stands.
	want := []told{{model.DropsCounted, 0}, {model.ConsumerSlow, 0}, {model.HeadBusy, 2 * time.Second}, {model.ViewGaps, 0}}
	if len(w.Found) != len(want) {
		t.Fatalf("found %+v", w.Found)
	}
	for i, f := range w.Found {
		until := time.Duration(0)
		if !f.Until.IsZero() {
			until = f.Until.Sub(sightBegin)
		}
		if (told{f.Finding.Code, until}) != want[i] {
			t.Errorf("%d: %s until %v, want %+v", i, f.Finding.Code, until, want[i])
		}
	}
	if w.Moment.Sample.State != model.Ended || w.Moment.Why != model.EndOwnerGone || s.last.Sample.State != model.Live {
		t.Errorf("its successor came: %v, %q, published %v", w.Moment.Sample.State, w.Moment.Why, s.last.Sample.State)
	}
	if w.Severity() != model.Problem {
		t.Errorf("the worst is %v", w.Severity())
	}
}

func TestWorstFirst(t *testing.T) {
	ring := func(id uint32) *model.Ring { return &model.Ring{ID: id, Geometry: ringcore.LinuxGeometry(4096, 4096)} }
	of := func(id uint32, used uint64, s model.Severity) *report.Watched {
		w := &report.Watched{Ring: ring(id), Interval: report.Interval{UsedMax: model.Of(used), Moment: &model.Moment{Sample: &model.Sample{State: model.Live, Ring: ring(id)}}}}
		if s > model.Fine {
			w.Found = []report.Seen{{Finding: model.Finding{Severity: s}}}
		}
		return w
	}
	all := []*report.Watched{
		of(1, 9, model.Fine), of(2, 9, model.Fine), of(3, 99, model.Fine), {Ring: ring(4), Err: errors.New("no")}, of(5, 0, model.Hint), of(6, 0, model.Warning), of(7, 0, model.Problem),
	}
	worstFirst(all)
	for i, want := range []uint32{7, 6, 4, 5, 3, 1, 2} {
		if all[i].Ring.ID != want {
			t.Errorf("%d: id %d, want %d", i, all[i].Ring.ID, want)
		}
	}
}
