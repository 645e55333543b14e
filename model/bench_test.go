package model

import (
	"testing"
	"time"

	"ringscope/ringcore"
)

// BenchmarkBatch is what the account adds to the observer's walk, for a bucket of a ring of 256 KiB full of records of 72 bytes.
func BenchmarkBatch(b *testing.B) {
	w := newWorld(256 * kib)
	w.look()
	batch := ringcore.Batch{Exact: true, Records: 14, Discarded: 2, Payload: 14 * 64, DiscardedBytes: 2 * 72, Largest: 72}
	pos := uint64(0)
	for b.Loop() {
		batch.From, batch.To = pos, pos+14*72
		w.a.Batch(&batch)
		pos = batch.To
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/14, "ns/record")
}

// BenchmarkLook is one look at a ring that moved.
func BenchmarkLook(b *testing.B) {
	w := newWorld(256 * kib)
	w.look()
	now, pos := begin, uint64(0)
	for b.Loop() {
		now = now.Add(time.Millisecond)
		w.a.Begin(now)
		pos += 72
		w.a.Batch(&ringcore.Batch{Exact: true, From: pos - 72, To: pos, Records: 1, Payload: 64, Largest: 72})
		w.a.End(ringcore.Positions{Consumer: pos, ConsumerFirst: pos, Producer: pos})
	}
}

func BenchmarkPublish(b *testing.B) {
	w := newWorld(256 * kib)
	in, out := &stream{rate: 100 * kib}, &stream{rate: 99 * kib}
	w.run(40*time.Second, func() { w.consume(out); w.produce(in, 100) })
	b.ReportAllocs()
	for b.Loop() {
		w.now = w.now.Add(100 * time.Millisecond)
		w.look()
		w.a.Publish(w.now, Detail{}, Observation{})
	}
}
