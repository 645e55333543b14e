package model

import (
	"testing"

	"ringscope/ringcore"
)

// TestBlockedByARecordBeyondTheProducer: a producer position that was forged can stand within the busy record that the reader waits at.
func TestBlockedByARecordBeyondTheProducer(t *testing.T) {
	w := newWorld(64 * kib)
	look := func(producer uint64, tell func()) BusyNow {
		w.now = w.now.Add(w.tick)
		w.a.Begin(w.now)
		tell()
		w.a.End(ringcore.Positions{Producer: producer})
		return w.publish().Sample.Busy
	}
	look(0, func() {})
	raw := ringcore.Linux.Encode(ringcore.Header{Length: 4088, PageOffset: 3, Busy: true})
	if b := look(4096+64, func() {
		w.a.Batch(&ringcore.Batch{To: 4096 + 64, Records: 2, Busy: 1, Payload: 4088 + 56})
		w.a.Busy(0, raw, false)
	}); b.Now != 1 || b.Blocked != 64 {
		t.Fatalf("%+v, want 64 bytes behind a busy record", b)
	}
	if b := look(64, func() { w.a.Corrupt(4096+64, 0, ringcore.ErrWentBack, 64, false) }); b.Blocked != 0 {
		t.Errorf("%d bytes are said to be blocked by a record that reaches past the producer", b.Blocked)
	}
}
