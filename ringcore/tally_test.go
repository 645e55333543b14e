package ringcore_test

import "ringscope/ringcore"

// failer is what the books need of a test, ordinary or rapid.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// tally is a sink that keeps the books as an account does, and checks that batches come in order and without gap or overlap.
type tally struct {
	t                          failer
	records, committed         uint64
	discarded, unresolved      uint64
	bytes, payload, missed     uint64
	torn, corrupt              int
	busy                       map[ringcore.Pos]uint64
	before                     uint64 // records of before watching
	lengths                    [ringcore.LengthBuckets]uint64
	next                       ringcore.Pos
	begun                      bool
	lastWhy                    error
	lastCorrupt, lastResumed   ringcore.Pos
	discardedBytes             uint64
	largest                    uint64
	lapped                     int
	bucket                     uint64 // bytes
	inexact                    int
	resolvedCommitted, batches int
	format                     *ringcore.Format
}

func newTally(t failer, size uint64) *tally {
	return &tally{t: t, format: ringcore.Linux, busy: map[ringcore.Pos]uint64{}, bucket: size / ringcore.Buckets}
}

func (a *tally) follow(from, to ringcore.Pos, what string) {
	a.t.Helper()
	if a.begun && from != a.next {
		a.t.Fatalf("%s begins at %d, the last ended at %d", what, from, a.next)
	}
	a.begun, a.next = true, to
}

func (a *tally) Batch(b *ringcore.Batch) {
	a.batches++
	a.follow(b.From, b.To, "batch")
	if b.Records == 0 || b.To == b.From {
		a.t.Fatalf("empty batch at %d", b.From)
	}
	if !b.Exact {
		a.inexact++
	}
	counted := uint64(0)
	bytes := uint64(0)
	for i, n := range b.Lengths {
		a.lengths[i] += n.Records()
		counted += n.Records()
		bytes += n.Payload()
		if least, most := n.Records()*(1<<i/2), n.Records()*(1<<i-1); n.Payload() < least || n.Payload() > most {
			a.t.Fatalf("%d records of %d bits have %d bytes", n.Records(), i, n.Payload())
		}
	}
	if counted != b.Records || bytes != b.Payload {
		a.t.Fatalf("%d lengths, %d bytes of %d records, %d bytes", counted, bytes, b.Records, b.Payload)
	}
	a.parts(b)
	if b.Before {
		a.before += b.Records
		return
	}
	a.records += b.Records
	a.committed += b.Committed()
	a.discarded += b.Discarded
	a.bytes += b.To - b.From
	a.payload += b.Payload
	a.discardedBytes += b.DiscardedBytes
	a.largest = max(a.largest, b.Largest)
}

func (a *tally) Busy(pos ringcore.Pos, raw uint64, before bool) {
	if _, twice := a.busy[pos]; twice {
		a.t.Fatalf("busy record at %d met twice", pos)
	}
	if int64(pos-a.next) >= 0 {
		a.t.Fatalf("busy record at %d before its batch, which ends at %d", pos, a.next)
	}
	a.busy[pos] = raw
}

func (a *tally) gone(pos ringcore.Pos) {
	if _, known := a.busy[pos]; !known {
		a.t.Fatalf("unknown record at %d resolved", pos)
	}
	delete(a.busy, pos)
}

func (a *tally) Resolved(pos ringcore.Pos, raw uint64, before bool) {
	a.gone(pos)
	if before {
		return
	}
	if a.format.Decode(raw).State() == ringcore.Discarded {
		a.discarded++
	} else {
		a.committed++
		a.resolvedCommitted++
	}
}

func (a *tally) Unresolved(pos ringcore.Pos, _ uint64, before bool) {
	a.gone(pos)
	if !before {
		a.unresolved++
	}
}

func (a *tally) Lapped(from, to ringcore.Pos, torn, before bool) {
	a.lapped++
	a.follow(from, to, "lapped")
	if torn {
		a.torn++
	}
	if !before {
		a.missed += to - from
	}
}

func (a *tally) Corrupt(pos ringcore.Pos, _ uint64, why error, resumed ringcore.Pos, before bool) {
	a.corrupt++
	a.lastWhy, a.lastCorrupt, a.lastResumed = why, pos, resumed
	if resumed == pos {
		return
	}
	a.follow(pos, resumed, "corrupt")
	if !before {
		a.missed += resumed - pos
	}
}

// check asserts that nothing is lost in the books.
func (a *tally) check(produced uint64) {
	a.t.Helper()
	if a.bytes+a.missed != produced {
		a.t.Fatalf("seen %d + missed %d = %d bytes, produced %d", a.bytes, a.missed, a.bytes+a.missed, produced)
	}
	if sum := a.committed + a.discarded + a.unresolved; a.records < sum {
		a.t.Fatalf("records %d, but %d committed + %d discarded + %d unresolved", a.records, a.committed, a.discarded, a.unresolved)
	}
}

// observe looks until the observer has caught up.
func observe(o *ringcore.Observer, a *tally) ringcore.Positions {
	for {
		p, more := o.Observe(a)
		if !more {
			return p
		}
	}
}

// parts checks that the parts of a batch cover it, each within one bucket.
func (a *tally) parts(b *ringcore.Batch) {
	if len(b.Parts) == 0 {
		return
	}
	var records, discarded uint64
	last := ^uint64(0)
	for i, p := range b.Parts {
		if i == 0 && p.From != b.From || p.Records == 0 {
			a.t.Fatalf("part %d of the batch at %d: %+v", i, b.From, p)
		}
		if p.From/a.bucket == last {
			a.t.Fatalf("two parts in the bucket of %d", p.From)
		}
		last = p.From / a.bucket
		records += uint64(p.Records)
		discarded += uint64(p.DiscardedBytes)
	}
	if records != b.Records || discarded != b.DiscardedBytes {
		a.t.Fatalf("parts of %d records, %d bytes discarded; the batch has %d, %d", records, discarded, b.Records, b.DiscardedBytes)
	}
}
