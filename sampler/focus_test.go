package sampler_test

import (
	"testing"
	"testing/synctest"
	"time"

	"ringscope/model"
	"ringscope/sampler"
)

func TestFocusTravels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := newScripted(t, 1<<20)
		src.write(t, 100)
		w := sampler.Start(t.Context(), src, onTimer())
		w.Focus(model.Focus{Anchor: model.AtReader, Rows: 7, Payload: 8})
		settle(time.Second)
		d := w.Latest().Sample.Detail
		if len(d.Rows) != 7 || d.Rows[0].Pos != 0 || !d.Held || len(d.Rows[0].Payload) != 8 || d.Newer != 93*64 {
			t.Errorf("at the reader: %d rows, held %t, newer %d", len(d.Rows), d.Held, d.Newer)
		}
		w.Focus(model.Focus{Anchor: model.AtNewest, Rows: 7})
		settle(time.Second)
		d = w.Latest().Sample.Detail
		if len(d.Rows) != 7 || d.Rows[6].Pos != 99*64 || d.Rows[0].Payload != nil || d.Newer != 0 {
			t.Errorf("at the newest: %d rows, the last at %d, newer %d", len(d.Rows), d.Rows[6].Pos, d.Newer)
		}
		w.Focus(model.Focus{Anchor: model.AtPos, From: 50 * 64, Before: 2, Rows: 3})
		settle(time.Second)
		d = w.Latest().Sample.Detail
		if len(d.Rows) != 5 || d.Rows[0].Pos != 48*64 || !d.Held {
			t.Errorf("at 3200: %d rows from %d, held %t", len(d.Rows), d.Rows[0].Pos, d.Held)
		}
		every := func(r *model.Row) bool { return r.Pos%(10*64) == 0 }
		w.Focus(model.Focus{Anchor: model.AtReader, Rows: 20, Match: every})
		settle(time.Second)
		if d = w.Latest().Sample.Detail; len(d.Rows) != 10 {
			t.Errorf("%d rows match, want 10", len(d.Rows))
		}
		w.Focus(model.Focus{Anchor: model.AtNewest, Rows: 4, Match: every})
		settle(time.Second)
		if d = w.Latest().Sample.Detail; len(d.Rows) != 4 || d.Rows[3].Pos != 90*64 || d.Rows[0].Pos != 60*64 {
			t.Errorf("%d newest rows match: %+v", len(d.Rows), d.Rows)
		}
		if err := w.Stop(); err != nil {
			t.Error(err)
		}
	})
}
