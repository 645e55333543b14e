package sampler

import (
	"cmp"
	"slices"

	"ringscope/model"
	"ringscope/ringcore"
)

// longestExcerpt is the longest payload that an excerpt reads, in bytes: for a longer one its end would have to be looked for.
const longestExcerpt = 4096

// excerpts makes samples of the newest records. One that would look at what the last one looked at is the last one.
type excerpts struct {
	last model.Excerpt
	end  ringcore.Pos // producer position behind last
	busy int          // records that were busy then: one may have been submitted since
	made bool

	seen   [model.ExcerptRecords]ringcore.Seen // finished ones
	counts [model.ExcerptRecords]model.LengthCount
	buf    [longestExcerpt]byte
}

// excerpt samples the records before the producer position of the newest look. It walks from the nearest known boundary that has enough
// records behind it: about 5 µs for rings of up to some MiB, 60 µs where boundaries are a MiB apart (BenchmarkExcerpt).
func (o *Observed) excerpt() model.Excerpt {
	e, end, busy := &o.excerpts, o.observer.Last().Producer, o.observer.Remembered()
	if e.made && e.end == end && e.busy == busy {
		return e.last
	}
	n := 0
	o.observer.Walk(end, model.ExcerptRecords, 0, func(s ringcore.Seen) bool {
		if s.Exact && !o.ring.Decode(s.Raw).Busy {
			e.seen[n] = s
			n++
		}
		return true
	})
	e.last = model.Excerpt{Records: n, Lengths: o.lengths(e.seen[:n])}
	if o.payload {
		o.readPayloads(e.seen[:n], &e.last)
	}
	e.end, e.busy, e.made = end, busy, true
	return e.last
}

// lengths counts the payload lengths of some records. What it returns is not written to again.
func (o *Observed) lengths(seen []ringcore.Seen) []model.LengthCount {
	f := o.ring.Format()
	counts := o.excerpts.counts[:0]
	for _, s := range seen {
		length := f.Decode(s.Raw).Length
		i := slices.IndexFunc(counts, func(c model.LengthCount) bool { return c.Length == length })
		if i < 0 {
			i = len(counts)
			counts = append(counts, model.LengthCount{Length: length})
		}
		counts[i].Records++
	}
	bytes := func(c model.LengthCount) uint64 { return f.Span(c.Length) * uint64(c.Records) }
	slices.SortFunc(counts, func(a, b model.LengthCount) int {
		return cmp.Or(cmp.Compare(bytes(b), bytes(a)), cmp.Compare(a.Length, b.Length))
	})
	return append([]model.LengthCount(nil), counts...)
}

// readPayloads reads some of the payloads, evenly spread over the records so that every kind of them has its chance, and counts the
// zeros at their ends.
func (o *Observed) readPayloads(seen []ringcore.Seen, e *model.Excerpt) {
	f, buf := o.ring.Format(), o.excerpts.buf[:]
	readable := seen[:0] // seen is not needed any more
	for _, s := range seen {
		if h := f.Decode(s.Raw); !h.Discard && h.Length > 0 && h.Length <= longestExcerpt {
			readable = append(readable, s)
		}
	}
	reads := min(len(readable), model.ExcerptPayload)
	for i := range reads {
		s := readable[i*len(readable)/reads]
		length := int(f.Decode(s.Raw).Length)
		n, exact := o.observer.Copy(buf[:length], s.Pos)
		if !exact || n != length {
			continue
		}
		e.Read++
		e.Bytes += uint64(n)
		e.Zeros += uint64(zerosAtEnd(buf[:n]))
	}
}

// zerosAtEnd is how many zero bytes b ends with.
func zerosAtEnd(b []byte) int {
	n := len(b)
	for n > 0 && b[n-1] == 0 {
		n--
	}
	return len(b) - n
}
