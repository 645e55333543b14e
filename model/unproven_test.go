package model

import (
	"testing"
	"time"

	"ringscope/ringcore"
)

// TestUnproven tells of stretches that the reader had released before they were proven, as of rings of eBPF for Windows: what their headers
// said is inferred, what the positions say is exact.
func TestUnproven(t *testing.T) {
	w := newWorld(64 * kib)
	pos := uint64(0)
	look := func(exact bool) *Sample {
		w.now = w.now.Add(time.Second)
		w.a.Begin(w.now)
		w.a.Batch(&ringcore.Batch{Exact: exact, From: pos, To: pos + 1024, Records: 10, Payload: 900, Discarded: 1, DiscardedBytes: 100, Largest: 128})
		pos += 1024
		w.a.End(ringcore.Positions{ConsumerFirst: pos, Consumer: pos, Producer: pos})
		return w.a.Publish(w.now, Detail{Unread: Of[uint64](0)}, Observation{}).Sample
	}
	w.look()
	w.publish()
	for i, c := range []struct {
		exact        bool
		totals, rate How
		unproven     uint64
	}{{true, Exact, Exact, 0}, {true, Exact, Exact, 0}, {false, Sampled, Sampled, 10}, {true, Sampled, Exact, 10}} {
		s := look(c.exact)
		r := &s.Rates
		if s.Totals.How != c.totals || s.Totals.Unproven != c.unproven || s.Totals.Records != uint64(10*(i+1)) {
			t.Errorf("look %d: totals %+v, want %v", i, s.Totals, c.totals)
		}
		if r.Records.How != c.rate || r.Payload.How != c.rate || r.ConsumedRecords.How != c.rate || r.DiscardRatioRecords.How != c.rate {
			t.Errorf("look %d: records %+v, payload %+v, consumed %+v, discards %+v; want %v", i, r.Records, r.Payload, r.ConsumedRecords, r.DiscardRatioRecords, c.rate)
		}
		if r.Bytes.How != Exact || r.Consumed.How != Exact {
			t.Errorf("look %d: bytes %+v, consumed %+v: the positions tell", i, r.Bytes, r.Consumed)
		}
	}
}
