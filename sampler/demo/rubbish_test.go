package demo

import (
	"slices"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
)

// watchedWriter has somebody look after the first record that it discards: in "corrupt", between a record and what is written over its header.
type watchedWriter struct {
	ringcore.Writer
	look func()
}

func (w *watchedWriter) Discard(v ringcore.Reservation) {
	w.Writer.Discard(v)
	if w.look != nil {
		w.look()
		w.look = nil
	}
}

// Who looks at the worst moment sees the rubbish nevertheless.
func TestRubbishIsSeenAtTheNextLook(t *testing.T) {
	for _, format := range ringcore.Formats {
		c := usualConfig(t, "corrupt")
		c.Format = format.Name
		m, err := newMemory(&c)
		if err != nil {
			t.Fatal(err)
		}
		r, err := runIn(&c, m)
		if err != nil {
			t.Fatal(err)
		}
		account, now, looks := model.NewAccount(), begin, 0
		look := func() {
			looks++
			now = now.Add(time.Second)
			if _, err := r.Look(now, account); err != nil {
				t.Fatal(err)
			}
		}
		look()
		player, simulated := r.player.(*simulation)
		if !simulated {
			t.Fatalf("%T plays", r.player)
		}
		scribbler, last := player.actors[len(player.actors)-1].(*rubbish)
		if !last {
			t.Fatalf("%v is the last actor", player.actors[len(player.actors)-1])
		}
		scribbler.producer = &watchedWriter{Writer: scribbler.producer, look: look}
		due := scribbler.due()
		if err := scribbler.step(); err != nil || scribbler.due() != due+scribbler.every {
			t.Fatalf("%s: %v, due again after %v", format.Name, err, scribbler.due()-due)
		}
		look()
		found := account.Publish(now, model.Detail{}, model.Observation{}).Findings
		if corrupt := slices.ContainsFunc(found, func(f model.Finding) bool { return f.Code == model.Corrupt }); looks != 3 || !corrupt {
			t.Errorf("%s: after %d looks these findings: %v", format.Name, looks, found)
		}
		if err := m.close(); err != nil {
			t.Error(err)
		}
	}
}
