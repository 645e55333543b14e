package model

import (
	"slices"
	"testing"
	"time"

	"ringscope/ringcore"
)

// leaper is a ring of 64 KiB whose producer and reader stand at one position, looked at every 10 ms, with nothing said to whom holds it.
type leaper struct {
	t   *testing.T
	a   *Account
	now time.Time
	at  ringcore.Pos
	m   *Moment
}

func newLeaper(t *testing.T, start ringcore.Pos) *leaper {
	t.Helper()
	l := &leaper{t: t, a: NewAccount(), now: begin, at: start}
	l.a.Ring(&Ring{Source: SourceFile, Format: ringcore.Linux, Geometry: ringcore.LinuxGeometry(64*kib, 4096), Readers: Of(1)})
	l.look(nil, 0)
	return l
}

// look takes a look that tells what tell does, lasts for took, and is published.
func (l *leaper) look(tell func(), took time.Duration) {
	l.a.Begin(l.now)
	if tell != nil {
		tell()
	}
	l.a.End(ringcore.Positions{ConsumerFirst: l.at, Producer: l.at, Consumer: l.at})
	l.m = l.a.Publish(l.now.Add(took), Detail{}, Observation{})
	l.now = l.now.Add(took + 10*time.Millisecond)
}

// run is d in which 640 bytes are written and read between two looks.
func (l *leaper) run(d time.Duration) {
	for end := l.now.Add(d); l.now.Before(end); {
		from := l.at
		l.at += 640
		l.look(func() { l.a.Batch(&ringcore.Batch{Exact: true, From: from, To: l.at, Records: 10, Largest: 64}) }, 0)
	}
}

// lapped moves the producer position on by n bytes that nobody saw.
func (l *leaper) lapped(n uint64) func() {
	from := l.at
	l.at += n
	return func() { l.a.Lapped(from, l.at, false, false) }
}

func (l *leaper) codes() (out []Code) {
	for _, f := range l.m.Findings {
		out = append(out, f.Code)
	}
	return out
}

// fastest is the largest rate that the history shows, in bytes of a slot.
func (l *leaper) fastest() (most uint64) {
	for _, slots := range [][]Slot{l.m.History.Fine, l.m.History.Coarse, l.m.History.Long} {
		for _, s := range slots {
			most = max(most, s.Bytes, s.Consumed)
		}
	}
	return most
}

const hour = uint64(2_000_000_000 * 3600) // what a fast producer writes within one

func TestProducerLeaps(t *testing.T) {
	for name, bytes := range map[string]uint64{"2^63": 1<<63 - 4096, "2^60": 1 << 60, "a pointer": 0x7f1200345678, "100 GiB": 100 << 30} {
		t.Run(name, func(t *testing.T) {
			l := newLeaper(t, 1<<20)
			l.run(3 * time.Second)
			before := l.m.Sample
			l.look(l.lapped(bytes), 0)
			s := l.m.Sample
			if got := l.codes(); !slices.Equal(got, []Code{PositionInvalid}) {
				t.Fatalf("findings %v", got)
			}
			e := l.m.Findings[0].Evidence
			if e.Leapt != bytes || e.Within != 10*time.Millisecond || e.Wrong != ProducerPosition || e.Position != l.at {
				t.Errorf("%+v", e)
			}
			if s.Missed.Bytes != 0 || s.Missed.Resyncs != 1 || s.Missed.Jumps != 1 {
				t.Errorf("missed %+v: nobody produced that", s.Missed)
			}
			if s.Totals.Bytes != before.Totals.Bytes || s.Totals.Consumed != before.Totals.Consumed || s.Totals.How != AtLeast {
				t.Errorf("totals %+v, before %+v", s.Totals, before.Totals)
			}
			l.run(5 * time.Second)
			if r := l.m.Sample.Rates.Bytes; r != Of(64000.0) {
				t.Errorf("%+v B/s long after, want 64000", r)
			}
			if r := RatesBetween(before, l.m.Sample); r.Bytes.How != AtLeast || r.Bytes.V > 64000 ||
				r.Records.How != AtLeast || r.Consumed.How != AtLeast || r.Consumed.V > 64000 {
				t.Errorf("%+v B/s and %+v records/s, %+v B/s read, over the leap", r.Bytes, r.Records, r.Consumed)
			}
			if most := l.fastest(); most > 64000 {
				t.Errorf("the history has %d bytes in one slot", most)
			}
			if got := l.m.Sample.Totals; got.Produced != got.Bytes || got.Bytes-before.Totals.Bytes != got.Consumed-before.Totals.Consumed {
				t.Errorf("%+v", got)
			}
			l.run(8 * time.Second)
			if got := l.codes(); len(got) > 0 {
				t.Errorf("still %v", got)
			}
		})
	}
}

// TestLongLookIsNoLeap: what passed while this process was stopped was produced, wherever in a look it was stopped.
func TestLongLookIsNoLeap(t *testing.T) {
	for name, stop := range map[string]func(l *leaper){
		"between two looks":                  func(l *leaper) { l.now = l.now.Add(time.Hour); l.look(l.lapped(hour), 0) },
		"within a look":                      func(l *leaper) { l.look(l.lapped(hour), time.Hour) },
		"within a look that is not told yet": func(l *leaper) { l.stopUntold() },
		"within a look, before a second one of the same moment": func(l *leaper) {
			lapped := l.lapped(hour)
			l.a.Begin(l.now)
			lapped()
			l.a.End(ringcore.Positions{ConsumerFirst: l.at, Producer: l.at, Consumer: l.at})
			l.look(nil, time.Hour)
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLeaper(t, 1<<20)
			l.run(3 * time.Second)
			before := l.m.Sample.Totals
			stop(l)
			if got := l.codes(); !slices.Equal(got, []Code{ViewGaps}) {
				t.Fatalf("findings %v", got)
			}
			l.run(time.Second)
			s := l.m.Sample
			if s.Missed.Bytes != hour || s.Missed.Jumps != 0 || s.Totals.Bytes+s.Missed.Bytes != l.at-1<<20 || s.Totals.Produced != l.at-1<<20 {
				t.Errorf("missed %+v, totals %+v; produced %d", s.Missed, s.Totals, l.at-1<<20)
			}
			if got := s.Totals.Consumed - before.Consumed; got != hour+64000 {
				t.Errorf("consumed %d, want %d", got, hour+64000)
			}
		})
	}
}

func (l *leaper) stopUntold() {
	lapped := l.lapped(hour)
	l.a.Begin(l.now)
	lapped()
	l.a.End(ringcore.Positions{ConsumerFirst: l.at, Producer: l.at, Consumer: l.at})
	l.now = l.now.Add(time.Hour)
	l.look(nil, 0)
}

// TestManySmallLeaps of one look count together.
func TestManySmallLeaps(t *testing.T) {
	l := newLeaper(t, 0)
	l.run(3 * time.Second)
	l.look(func() {
		for range 64 {
			l.lapped(1 << 30)()
		}
	}, 0)
	if m := l.m.Sample.Missed; m.Bytes > 62<<30 || m.Jumps != 1 {
		t.Errorf("%+v", m)
	}
}

// TestUnwrittenRecordsAreNoLeap: what is reserved need not be written, so that large records can pass faster than memory takes them, and
// none of them is seen, whatever was before.
func TestUnwrittenRecordsAreNoLeap(t *testing.T) {
	for name, c := range map[string]struct {
		size, span, perSecond uint64
		small                 time.Duration // in which records of 64 bytes are seen first
	}{
		"32 KiB":                     {64 * kib, 32 * kib, 50e6, 0},
		"1 GiB":                      {2 << 30, 1 << 30, 1e6, 0},
		"1 MiB, after small records": {16 << 20, 1 << 20, 5e6, 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLeaper(t, 0)
			l.a.Ring(&Ring{
				Source: SourceBPF, Format: ringcore.Linux, Geometry: ringcore.LinuxGeometry(c.size, 4096), Readers: Of(1),
			})
			l.look(nil, 0)
			l.run(c.small)
			for range 300 {
				l.look(l.lapped(c.perSecond/100*c.span), 0)
			}
			if m, want := l.m.Sample.Missed, 300*(c.perSecond/100*c.span); m.Bytes != want || m.Jumps != 0 {
				t.Errorf("%+v, want %d bytes missed", m, want)
			}
			if got := l.codes(); !slices.Equal(got, []Code{ViewGaps}) {
				t.Errorf("findings %v", got)
			}
		})
	}
}

// TestRingBeginsAnew has both positions go back, as where a file is written anew: no second reader did that.
func TestRingBeginsAnew(t *testing.T) {
	l := newLeaper(t, 1<<40)
	l.run(3 * time.Second)
	consumed := l.m.Sample.Totals.Consumed
	from := l.at
	l.at = 0
	l.look(func() { l.a.Corrupt(from, 0, ringcore.ErrWentBack, 0, false) }, 0)
	if got := l.codes(); !slices.Equal(got, []Code{Corrupt}) {
		t.Errorf("findings %v", got)
	}
	if s := l.m.Sample; s.Totals.Consumed != consumed || s.Totals.How != AtLeast {
		t.Errorf("%+v", s.Totals)
	}
	l.run(time.Second)
	if s := l.m.Sample; s.Totals.Consumed != consumed+64000 || s.Missed.Bytes != 0 || s.Rates.Consumed.V > 64000 {
		t.Errorf("%+v, %+v B/s read", s.Totals, s.Rates.Consumed)
	}
}

// TestFirstLookAtNonsense: where watching begins is where a record can begin.
func TestFirstLookAtNonsense(t *testing.T) {
	l := newLeaper(t, 1<<50+13)
	l.at = 1 << 20
	l.look(nil, 0)
	l.run(4 * time.Second)
	if s := l.m.Sample; s.Totals.Bytes != 400*640 || s.Totals.Produced != 400*640 || s.Missed.Bytes != 0 {
		t.Errorf("%+v, missed %+v", s.Totals, s.Missed)
	}
}

// TestNonsenseIsNotProduced has a producer position at which no record can begin, and which nobody walks to.
func TestNonsenseIsNotProduced(t *testing.T) {
	l := newLeaper(t, 1<<20)
	l.run(3 * time.Second)
	at := l.at
	l.at = 1<<52 + 13
	l.look(nil, 0)
	l.at = at
	l.run(2 * time.Second)
	if most := l.fastest(); most > 64000 {
		t.Errorf("the history has %d bytes in one slot", most)
	}
	if s := l.m.Sample; s.Totals.Produced != 500*640 {
		t.Errorf("%+v", s.Totals)
	}
}
