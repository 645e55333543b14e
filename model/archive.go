package model

import "time"

// tiers of the archive: all moments of the last half minute, the worst of each second of ten minutes, the worst of each ten seconds of
// an hour.
const tiers = 3

// resolution is the time for which one moment of each tier stands.
var resolution = [tiers]time.Duration{FineSlot, CoarseSlot, LongSlot}

// reaches is how long a moment stays in each tier.
var reaches = [tiers]time.Duration{FineSlots * FineSlot, CoarseSlots * CoarseSlot, LongSlots * LongSlot}

// archive keeps past moments, in fixed memory.
type archive struct {
	epoch   time.Time
	tier    [tiers]tier
	skipped *still // the worst of those that came too soon after the last one that was taken
	kept    []*Moment
	starts  [][]time.Time
}

// tier keeps moments in order of time. What was handed out is never written again: it grows at the end of its array, and moves to
// another when that is full.
type tier struct {
	of   []*still
	from int // what lies before has moved on
}

func (t *tier) view() []*still { return t.of[t.from:len(t.of):len(t.of)] }

func (t *tier) add(k *still) {
	if len(t.of) == cap(t.of) {
		now := t.of[t.from:]
		t.of = append(make([]*still, 0, len(now)+len(now)/4+16), now...)
		t.from = 0
	}
	t.of = append(t.of, k)
}

// take keeps m, which was published at now. Of moments that follow each other faster than twice in a FineSlot the worst is kept.
func (a *archive) take(now time.Time, m *Moment) {
	if a.epoch.IsZero() {
		a.epoch = now.Add(-time.Duration(now.Nanosecond()))
	}
	k := stillOf(now, m)
	if a.skipped != nil && a.skipped.worse(k) {
		k = a.skipped
	}
	first := &a.tier[0]
	if n := len(first.of); n > 0 && now.Sub(first.of[n-1].at) < FineSlot/2 {
		a.skipped = k
		return
	}
	a.skipped = nil
	first.add(k)
	for i := range a.tier {
		a.age(i, now)
	}
}

// age moves what is too old for a tier to the next one: of each stretch for which one moment stands there, the worst.
func (a *archive) age(i int, now time.Time) {
	t := &a.tier[i]
	each := resolution[min(i+1, tiers-1)]
	for t.from < len(t.of) {
		stretch := t.of[t.from].at.Sub(a.epoch).Truncate(each)
		if now.Sub(a.epoch)-stretch-each <= reaches[i] {
			return
		}
		worst := t.of[t.from]
		for ; t.from < len(t.of) && t.of[t.from].at.Sub(a.epoch).Truncate(each) == stretch; t.from++ {
			if t.of[t.from].worse(worst) {
				worst = t.of[t.from]
			}
		}
		if i+1 < tiers {
			a.tier[i+1].add(worst)
		}
	}
}

// keptPayload bounds the payloads of a kept moment, in bytes.
const keptPayload = 128 << 10

// keep keeps the whole moment at which findings were first said; starts are when they began, and its own time comes first.
func (a *archive) keep(now time.Time, m *Moment, starts []time.Time) {
	whole := *m
	whole.Sample = lighten(m.Sample)
	whole.History = nil
	from := max(0, len(a.kept)+1-MaxKept)
	// Others hold the slices: they are made anew, and so are those that begin them.
	a.kept = append(append(make([]*Moment, 0, MaxKept), a.kept[from:]...), &whole)
	a.starts = append(append(make([][]time.Time, 0, MaxKept), a.starts[from:]...), append([]time.Time{now}, starts...))
}

// lighten returns s, or a copy of it with shorter payloads if they are very long.
func lighten(s *Sample) *Sample {
	sum := 0
	for i := range s.Detail.Rows {
		sum += cap(s.Detail.Rows[i].Payload)
	}
	if sum <= keptPayload {
		return s
	}
	light := *s
	light.Detail.Rows = append([]Row(nil), s.Detail.Rows...)
	most := keptPayload / len(s.Detail.Rows)
	for i := range light.Detail.Rows {
		r := &light.Detail.Rows[i]
		if r.Payload != nil {
			r.Payload = append([]byte{}, r.Payload[:min(len(r.Payload), most)]...)
		}
	}
	return &light
}

// fill hands out what is kept.
func (a *archive) fill(h *History) {
	for i := range a.tier {
		h.past[i] = a.tier[i].view()
	}
	h.Kept, h.starts = a.kept, a.starts
}
