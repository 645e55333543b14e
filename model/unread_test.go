package model

import (
	"errors"
	"testing"

	"ringscope/ringcore"
)

// TestBytesOfAWrongHeader keeps them, unless they may be payload that is left unread, or there is no header.
func TestBytesOfAWrongHeader(t *testing.T) {
	for _, c := range []struct {
		unread bool
		why    error
		want   Figure[uint64]
	}{
		{false, errors.New("too long"), Of[uint64](0xc0000040)},
		{true, errors.New("too long"), Figure[uint64]{}},
		{false, ringcore.ErrWentBack, Figure[uint64]{}},
	} {
		w := newWorld(64 * kib)
		w.ring.PayloadUnread = c.unread
		scene(t, w, []act{
			{lasts: secs(0.5)},
			{once: func() {
				w.a.Begin(w.now)
				w.prod += 72
				w.a.Corrupt(0, 0xc0000040, c.why, 72, false)
				w.cons = w.prod
				w.a.End(w.positions())
			}, lasts: secs(0.05), want: []Code{Corrupt}},
		})
		if e := w.finding(t, Corrupt).Evidence; e.Raw != c.want || e.Why != c.why.Error() {
			t.Errorf("payloads unread %v: %+v, %q; want %+v, %q", c.unread, e.Raw, e.Why, c.want, c.why)
		}
	}
}
