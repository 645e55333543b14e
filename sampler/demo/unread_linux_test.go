package demo

import (
	"os"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"ringscope/internal/faulttest"
	"ringscope/model"
	"ringscope/ringcore"
)

// inspect looks at s for some time, shows its records and dumps them.
func inspect(t *testing.T, s *Source) {
	t.Helper()
	l := &ledger{}
	for range 400 {
		if _, err := s.Look(time.Now(), l); err != nil {
			t.Fatal(err)
		}
		s.Detail(time.Now(), model.Focus{Rows: 20, Payload: model.MaxRowPayload, Tape: model.TapeFocus{Column: 64, Columns: model.MaxTape}})
		time.Sleep(5 * time.Millisecond)
	}
	if err := s.Dump(1<<20, func(model.Row) bool { return true }); err != nil {
		t.Error(err)
	}
}

// TestPayloadsOfASimulatedRingAreNotTouched simulates a ring of every format whose records have one page with their header and three with
// nothing but payload, which who looks can't touch.
func TestPayloadsOfASimulatedRingAreNotTouched(t *testing.T) {
	page := os.Getpagesize()
	for _, f := range ringcore.Formats {
		for _, without := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				c := usualConfig(t, "healthy")
				c.SetFormat(f.Name)
				c.Simulated, c.Size, c.Rate, c.NoPayload = false, uint64(32*page), 500, without
				c.Payloads = []Share{{Bytes: uint32(4*page - f.HeaderSize), Parts: 1}}
				s := newSourceFor(t, c)
				for at := 0; at < len(s.memory.view.Data); at += 4 * page {
					if err := unix.Mprotect(s.memory.view.Data[at+page:at+4*page], unix.PROT_NONE); err != nil {
						t.Fatal(err)
					}
				}
				if _, did := faulttest.Faults(func() { inspect(t, s) }); did == without {
					t.Errorf("%s, without payloads %v: touched %v", f.Name, without, did)
				}
				if n := s.Ring().ReadPositions().Producer; without && n < 10*c.Size {
					t.Errorf("%s: only %d bytes were written", f.Name, n)
				}
			})
		}
	}
}
