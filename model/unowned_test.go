package model

import (
	"testing"
	"time"
)

// TestUnowned asks since when a ring has had no owner: since the first census that found none, and not when one is found again.
func TestUnowned(t *testing.T) {
	w := newWorld(64 * kib)
	census := func(at time.Time, owners []Process, pins []string) time.Time {
		r := *w.a.ring
		r.Looked, r.Owners, r.Pins = at, owners, pins
		w.a.Ring(&r)
		return w.publish().Sample.Unowned
	}
	owner := []Process{{PID: 7, Comm: "loader"}}
	if got := w.publish().Sample.Unowned; !got.IsZero() {
		t.Errorf("before any census: since %v", got)
	}
	first := begin.Add(time.Second)
	for _, c := range []struct {
		at     time.Time
		owners []Process
		pins   []string
		want   time.Time
	}{
		{first, nil, nil, first},
		{first.Add(10 * time.Second), nil, nil, first},
		{first.Add(20 * time.Second), owner, nil, time.Time{}},
		{first.Add(30 * time.Second), nil, nil, first.Add(30 * time.Second)},
		{first.Add(40 * time.Second), nil, []string{"/sys/fs/bpf/rb"}, time.Time{}},
	} {
		if got := census(c.at, c.owners, c.pins); !got.Equal(c.want) {
			t.Errorf("census at %v with %v, %v: unowned since %v, want %v", c.at, c.owners, c.pins, got, c.want)
		}
	}
}
