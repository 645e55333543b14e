package model

import (
	"testing"

	"ringscope/ringcore"
)

func TestBuckets(t *testing.T) {
	w := newWorld(64 * kib) // 256 bytes each
	batch := func(from, to, records, discarded uint64) {
		w.a.Batch(&ringcore.Batch{Exact: true, From: from, To: to, Records: records, Discarded: discarded / 64, DiscardedBytes: discarded})
	}
	look := func(prod uint64, tell func()) *[Buckets]Bucket {
		w.now = w.now.Add(w.tick)
		w.a.Begin(w.now)
		tell()
		w.a.End(ringcore.Positions{Producer: prod, Consumer: prod, ConsumerFirst: prod})
		return &w.publish().Sample.Buckets
	}
	b := look(1088, func() {
		batch(0, 256, 4, 64)
		batch(256, 512, 4, 0)
		batch(512, 1088, 1, 0) // one record that reaches into bucket 4
	})
	want := [...]Bucket{
		{Written: true, Bytes: 256, Discarded: 64, Records: 4},
		{Written: true, Bytes: 256, Records: 4},
		{Written: true, Bytes: 576, Records: 1},
		{Written: true},
		{Written: true},
		{},
	}
	for i := range want {
		if b[i] != want[i] {
			t.Errorf("bucket %d: %+v, want %+v", i, b[i], want[i])
		}
	}
	// The next lap takes over where it has come, and nowhere else.
	b = look(65536+256+64, func() {
		w.a.Lapped(1088, 65536, false, false)
		batch(65536, 65536+256, 2, 256)
		batch(65536+256, 65536+256+64, 1, 0)
	})
	for i, want := range [...]Bucket{
		{Written: true, Bytes: 256, Discarded: 256, Records: 2},
		{Written: true, Bytes: 64, Records: 1},
		{Written: true, Bytes: 576, Records: 1},
	} {
		if b[i] != want {
			t.Errorf("second lap, bucket %d: %+v, want %+v", i, b[i], want)
		}
	}
	if b[255] != (Bucket{Written: true}) {
		t.Errorf("nobody saw what came here: %+v", b[255])
	}
	// A record that reaches into the next bucket takes over that one too.
	b = look(65536+1152, func() { batch(65536+320, 65536+1152, 1, 0) })
	for i, want := range [...]Bucket{
		1: {Written: true, Bytes: 64 + 832, Records: 2},
		2: {Written: true},
		3: {Written: true},
		4: {Written: true},
	} {
		if i > 0 && b[i] != want {
			t.Errorf("second lap, bucket %d: %+v, want %+v", i, b[i], want)
		}
	}
	// What passes unseen wipes what was known.
	b = look(3*65536, func() { w.a.Lapped(65536+1152, 3*65536, true, false) })
	for i := range b {
		if b[i] != (Bucket{Written: true}) {
			t.Fatalf("bucket %d: %+v", i, b[i])
		}
	}
}

// TestPartsOfABatch tells the same records once in one batch for each bucket and once in a batch of parts.
func TestPartsOfABatch(t *testing.T) {
	parts := []ringcore.Part{{From: 0, Records: 4, DiscardedBytes: 64}, {From: 256, Records: 4}, {From: 512, Records: 1}, {From: 1088, Records: 3, DiscardedBytes: 128}}
	const end = 1280
	buckets := func(tell func(a *Account)) [Buckets]Bucket {
		w := newWorld(64 * kib)
		w.now = w.now.Add(w.tick)
		w.a.Begin(w.now)
		tell(w.a)
		w.a.End(ringcore.Positions{Producer: end, Consumer: end, ConsumerFirst: end})
		return w.publish().Sample.Buckets
	}
	apart := buckets(func(a *Account) {
		for i, p := range parts {
			to := uint64(end)
			if i+1 < len(parts) {
				to = parts[i+1].From
			}
			a.Batch(&ringcore.Batch{Exact: true, From: p.From, To: to, Records: uint64(p.Records), DiscardedBytes: uint64(p.DiscardedBytes)})
		}
	})
	whole := buckets(func(a *Account) {
		a.Batch(&ringcore.Batch{Exact: true, To: end, Records: 12, DiscardedBytes: 192, Parts: parts})
	})
	if apart != whole {
		t.Errorf("apart %+v\nwhole %+v", apart[:6], whole[:6])
	}
	if got := whole[2]; got.Bytes != 576 || got.Records != 1 {
		t.Errorf("the bucket of the long record: %+v", got)
	}
}

// TestBucketsAcrossTheEnd: positions that pass 2^64, as forged ones do, neither hold the account up nor leave what stands in the buckets.
func TestBucketsAcrossTheEnd(t *testing.T) {
	var b buckets
	b.begin(64 * kib)
	const end = ^uint64(0) - 7
	b.clear(1088, end)
	b.add(end-248, end, 2, 0)
	b.clear(end-64, end)
	b.batch(&ringcore.Batch{From: end - 248, To: 264, Parts: []ringcore.Part{{From: end - 248, Records: 1}, {From: 8, Records: 1}}, Records: 2})
	var out [Buckets]Bucket
	b.fill(&out, 264, false)
	if last := out[Buckets-1]; last.Records != 3 || last.Bytes != 248+264 {
		t.Errorf("the last bucket of the last lap: %+v, want 3 records", last)
	}
	if first := out[0]; first.Records != 1 || first.Bytes != 256 {
		t.Errorf("the first bucket of the next: %+v, want 1 record", first)
	}
	b.fill(&out, 264, true)
	for i := range out {
		if !out[i].Written {
			t.Fatalf("bucket %d is called never written, by a producer position that jumped", i)
		}
	}
	b.clear(264, end) // far back, or forward beyond every lap: nothing that could be known
}
