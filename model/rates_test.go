package model

import (
	"testing"
	"time"
)

func TestRates(t *testing.T) {
	w := newWorld(64 * kib)
	k := 0
	each := func() { // 100 looks a second: 200 records/s of 100 bytes payload (112 span), a quarter discarded
		for range 2 {
			r := w.reserve(100)
			w.finish(r.pos, k%4 == 0)
			k++
		}
		w.take(w.size)
	}
	w.run(990*time.Millisecond, each)
	r := w.moment.Sample.Rates
	if r.Window != 0 || r.Records.How != Unmeasured || r.LastProduced.IsZero() {
		t.Errorf("in the first second: %+v", r)
	}
	first := w.publish().Sample
	w.run(2010*time.Millisecond, each)
	last := w.publish().Sample
	check := func(name string, r Rates) {
		t.Helper()
		for _, c := range []struct {
			what string
			got  Figure[float64]
			want float64
		}{
			{"records", r.Records, 200},
			{"bytes", r.Bytes, 200 * 112},
			{"payload", r.Payload, 200 * 100},
			{"consumed", r.Consumed, 200 * 112},
			{"consumed records", r.ConsumedRecords, 200},
			{"committed", r.Committed, 150},
			{"discarded", r.Discarded, 50},
			{"discard ratio of records", r.DiscardRatioRecords, 0.25},
			{"discard ratio of bytes", r.DiscardRatioBytes, 0.25},
			{"overhead", r.OverheadRatio, 12.0 / 112},
		} {
			if c.got.How != Exact || c.got.V < c.want*0.97 || c.got.V > c.want*1.03 {
				t.Errorf("%s: %s %v (%v), want %v", name, c.what, c.got.V, c.got.How, c.want)
			}
		}
		for i, got := range r.Lengths {
			want := 0.0
			if i == 7 { // 100 has 7 bits
				want = 200
			}
			if got < want*0.97 || got > want*1.03 {
				t.Errorf("%s: %v/s of %d bits, want %v", name, got, i, want)
			}
		}
		if !r.ConsumedMovedRecently || !r.ProducedRecently || r.LastRead.IsZero() {
			t.Errorf("%s: %+v", name, r)
		}
	}
	check("sample", last.Rates)
	if w := last.Rates.Window; w < time.Second || w > 1200*time.Millisecond {
		t.Errorf("window %v", w)
	}
	between := RatesBetween(first, last)
	check("between", between)
	if between.Window != last.At.Sub(first.At) {
		t.Errorf("window %v", between.Window)
	}
	if r := RatesBetween(last, first); r.Window != 0 || r.Bytes.How != Unmeasured {
		t.Errorf("backwards: %+v", r)
	}

	// What passed unseen makes the rates of records lower bounds; bytes are known from the positions.
	w.a.Begin(w.now)
	w.prod += 11200
	w.cons = w.prod
	w.records, w.told = nil, 0
	w.a.Lapped(w.prod-11200, w.prod, false, false)
	w.a.End(w.positions())
	w.now = w.now.Add(w.tick)
	w.run(600*time.Millisecond, each)
	r = w.publish().Sample.Rates
	if r.Records.How != AtLeast || r.Bytes.How != Exact || r.DiscardRatioRecords.How != Sampled || r.Bytes.V < 25000 {
		t.Errorf("with a gap: %+v", r)
	}
	w.run(5*time.Second, nil)
	r = w.publish().Sample.Rates
	if r.Records != Of(0.0) || r.ProducedRecently || r.DiscardRatioRecords.How != NotApplicable || w.moment.Sample.At.Sub(r.LastProduced) < 4900*time.Millisecond {
		t.Errorf("quiet: %+v", r)
	}
}

// TestSharesOfWhatNobodySawAreUnknown: bytes came, but every record of them passed unseen. That is not the same as nothing coming in.
func TestSharesOfWhatNobodySawAreUnknown(t *testing.T) {
	start := time.Unix(1_700_000_000, 0)
	for _, tt := range []struct {
		produced, missed uint64
		want             How
	}{{0, 0, NotApplicable}, {4096, 4096, Unknown}} {
		a := Sample{At: start, Since: start}
		b := a
		b.At = start.Add(RatesWindow)
		b.Totals.Produced, b.Missed.Bytes = tt.produced, tt.missed
		r := RatesBetween(&a, &b)
		if r.OverheadRatio.How != tt.want || r.DiscardRatioBytes.How != tt.want || r.DiscardRatioRecords.How != tt.want {
			t.Errorf("of %d bytes %d missed: headers %v, discarded %v, %v of the records, want %v", tt.produced, tt.missed,
				r.OverheadRatio.How, r.DiscardRatioBytes.How, r.DiscardRatioRecords.How, tt.want)
		}
	}
}
