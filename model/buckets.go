package model

import (
	"math/bits"

	"ringscope/ringcore"
)

// buckets holds what each part of the data area has of the newest lap that reached it.
type buckets struct {
	part  [Buckets]bucket
	size  uint64
	shift uint // of a position to its bucket, before the mask
}

type bucket struct {
	lap              ringcore.Pos // where the lap begins
	bytes, discarded uint64
	records          uint32
	told             bool // something was told of it
}

func (b *buckets) begin(size uint64) {
	*b = buckets{size: size, shift: uint(bits.TrailingZeros64(size / Buckets))}
}

// enter returns the bucket in which pos lies, cleared if this is its first record of the lap; nil if a later lap was there already.
func (b *buckets) enter(pos ringcore.Pos) *bucket {
	part := &b.part[(pos>>(b.shift&63))%Buckets]
	lap := pos &^ (b.size - 1)
	switch newer := int64(lap - part.lap); {
	case !part.told || newer > 0:
		*part = bucket{lap: lap, told: true}
	case newer < 0:
		return nil
	}
	return part
}

// clear forgets what the buckets between from and to held: nobody knows what stands there now.
func (b *buckets) clear(from, to ringcore.Pos) {
	if b.size == 0 {
		return
	}
	if to-from > b.size {
		from = to - b.size
	}
	one := uint64(1) << b.shift
	for at := from &^ (one - 1); int64(to-at) > 0; at += one { // positions may pass 2^64
		b.enter(at)
	}
}

func (b *buckets) batch(t *ringcore.Batch) {
	if b.size == 0 {
		return
	}
	if len(t.Parts) == 0 {
		b.add(t.From, t.To, uint32(t.Records), uint32(t.DiscardedBytes))
	}
	for i := range t.Parts {
		p, to := &t.Parts[i], t.To
		if i+1 < len(t.Parts) {
			to = t.Parts[i+1].From
		}
		b.add(p.From, to, p.Records, p.DiscardedBytes)
	}
}

// add takes records that lie between from and to and start in one bucket.
func (b *buckets) add(from, to ringcore.Pos, records, discarded uint32) {
	part := b.enter(from)
	if next := (from>>b.shift + 1) << b.shift; int64(to-next) > 0 {
		b.clear(next, to) // the last record reaches further
	}
	if part == nil {
		return
	}
	part.bytes += to - from
	part.discarded += uint64(discarded)
	part.records += records
}

// discard notes that the busy record at pos was discarded.
func (b *buckets) discard(pos ringcore.Pos, span uint64) {
	if b.size == 0 {
		return
	}
	if part := &b.part[(pos>>b.shift)%Buckets]; part.told && part.lap == pos&^(b.size-1) {
		part.discarded += span
	}
}

// fill writes the buckets of a ring whose producer position is known. A position that jumped does not tell any more what was never written.
func (b *buckets) fill(out *[Buckets]Bucket, producer ringcore.Pos, jumped bool) {
	for i := range out {
		part := &b.part[i]
		out[i] = Bucket{
			Written:   jumped || producer >= b.size || uint64(i)<<b.shift < producer,
			Bytes:     uint32(min(part.bytes, 1<<32-1)),
			Discarded: uint32(min(part.discarded, part.bytes, 1<<32-1)),
			Records:   part.records,
		}
	}
}
