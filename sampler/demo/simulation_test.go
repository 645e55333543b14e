package demo

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

var begin = time.Date(2026, 1, 2, 2, 14, 7, 0, time.UTC)

// simulate plays c for some time, and returns the ring's memory as it then is.
func simulate(t *testing.T, c Config, until time.Duration, o sampler.Options) (ringcore.Memory, []*model.Moment) {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	m := s.Ring().Memory()
	var moments []*model.Moment
	focus := model.Focus{Before: 3, Rows: 40, Payload: 64}
	if _, err := sampler.Play(s, begin, until, o, focus, func(m *model.Moment) { moments = append(moments, m) }); err != nil {
		t.Fatal(err)
	}
	return m, moments
}

// identical tells whether two rings hold the same bytes and stand at the same positions.
func identical(a, b ringcore.Memory) bool {
	return bytes.Equal(a.Consumer, b.Consumer) && bytes.Equal(a.Producer, b.Producer) && bytes.Equal(a.Data, b.Data)
}

// sameFormat compares formats, which hold functions.
var sameFormat = cmp.Comparer(func(a, b *ringcore.Format) bool { return a == b })

func TestSimulationIsTheSameEveryTime(t *testing.T) {
	for _, scenario := range Scenarios() {
		until := min(scenario.Moment, 12*time.Second)
		if scenario.Name == "restart" {
			until = 18 * time.Second // with the second ring
		}
		if raced {
			until = time.Second
		}
		c := usualConfig(t, scenario.Name)
		first, moments := simulate(t, c, until, sampler.Options{})
		second, again := simulate(t, c, until, sampler.Options{})
		if !identical(first, second) {
			t.Errorf("%s: the same seed gave another ring", scenario.Name)
		}
		rows := 0
		for i, m := range moments {
			rows += len(m.Sample.Detail.Rows)
			if !reflect.DeepEqual(m, again[i]) {
				t.Fatalf("%s: the same seed gave another moment %d:\n%s", scenario.Name, i, cmp.Diff(m, again[i], sameFormat))
			}
		}
		if len(moments) < int(until/sampler.DefaultPublish)/2 || (rows == 0) != (c.Rate == 0) {
			t.Errorf("%s: %d moments with %d rows: nothing was compared", scenario.Name, len(moments), rows)
		}
		c.Seed++
		if c.Rate == 0 {
			continue
		}
		if other, _ := simulate(t, c, until, sampler.Options{}); identical(first, other) {
			t.Errorf("%s: another seed gave the same ring", scenario.Name)
		}
	}
}

func TestSimulationDoesNotDependOnLooks(t *testing.T) {
	c := usualConfig(t, "burst")
	often, _ := simulate(t, c, 4*time.Second, sampler.Options{Interval: time.Millisecond})
	seldom, _ := simulate(t, c, 4*time.Second, sampler.Options{Interval: 900 * time.Millisecond})
	if !identical(often, seldom) {
		t.Error("a ring that is looked at more often is another ring")
	}
}

// scheduled is what producers do within until if nothing is refused.
func scheduled(c *Config, until time.Duration) produced {
	var p produced
	for _, a := range acts(c, until+1) {
		p.reserved++
		p.bytes += ringcore.Linux.Span(a.length)
		switch {
		case a.at+a.hold > until:
		case a.discard:
			p.discarded++
		default:
			p.submitted++
		}
	}
	return p
}

// whole are the scenarios in which one reader reads by the rules, and every look comes in time.
var whole = []string{
	"healthy", "flushing", "slow-consumer", "noisy", "stuck-record", "stopped", "asleep", "no-reader", "full", "burst", "small", "discard-storm", "padded",
	"wakeups", "large", "consuming", "blocked",
}

// refusing are those of them in which records are refused within seconds.
var refusing = []string{"full", "blocked"}

func TestSimulationIsSeenWhole(t *testing.T) {
	const until = 7 * time.Second // amid a stuck record and after a burst
	for _, name := range whole {
		c := usualConfig(t, name)
		s := newSourceFor(t, c)
		l := &ledger{}
		lookOften(t, s, begin, until, l)
		p := producedBy(s)
		agree(t, l, p)
		if want := scheduled(&c, until); slices.Contains(refusing, name) {
			if p.refused == 0 || p.reserved+p.refused != want.reserved {
				t.Errorf("%s: %d reservations and %d refused, scheduled %d", name, p.reserved, p.refused, want.reserved)
			}
		} else if p != want {
			t.Errorf("%s: produced %+v, scheduled %+v", name, p, want)
		}
		if p.reserved < 1_500 || l.busyMost == 0 {
			t.Errorf("%s: %d records, at most %d busy: nothing was seen", name, p.reserved, l.busyMost)
		}
		if s.reader == nil || c.Reader == ReaderSkips {
			continue
		}
		if got := s.reader.ring.Tally(); got.Bytes < l.positions.Consumer || got.Bytes > l.bytes {
			t.Errorf("%s: the reader passed %d bytes, released %d, of %d", name, got.Bytes, l.positions.Consumer, l.bytes)
		}
	}
}

func TestSimulationStandsStillWhileSuspended(t *testing.T) {
	s := newSourceFor(t, usualConfig(t, "healthy"))
	l := &ledger{}
	look(t, s, begin, l)
	lookOften(t, s, begin, time.Second, l)
	before := producedBy(s)
	if err := s.Suspend(); err != nil {
		t.Fatal(err)
	}
	if err := s.Resume(); err != nil {
		t.Fatal(err)
	}
	look(t, s, begin.Add(time.Hour), l)
	if after := producedBy(s); after != before {
		t.Errorf("%+v after an hour of suspension, %+v before", after, before)
	}
	lookOften(t, s, begin.Add(time.Hour), time.Second, l)
	if after := producedBy(s); after.reserved < before.reserved+4000 || after.reserved > before.reserved+6000 {
		t.Errorf("%d records a second after the suspension, %d before it", after.reserved, before.reserved)
	}
	agree(t, l, producedBy(s))
}

func TestSimulationNeverGoesBack(t *testing.T) {
	s := newSourceFor(t, usualConfig(t, "healthy"))
	l := &ledger{}
	look(t, s, begin, l)
	look(t, s, begin.Add(time.Second), l)
	before := producedBy(s)
	look(t, s, begin.Add(-time.Hour), l)
	if after := producedBy(s); after != before {
		t.Errorf("%+v after the clock went back, %+v before", after, before)
	}
	if err := s.Suspend(); err != nil {
		t.Fatal(err)
	}
	lookOften(t, s, begin, time.Second, l)
	if after := producedBy(s); after.reserved < before.reserved+4000 || after.reserved > before.reserved+6000 {
		t.Errorf("%d records a second after the clock went back, %d before", after.reserved, before.reserved)
	}
}

func TestSimulationWorksInPieces(t *testing.T) {
	c := usualConfig(t, "healthy")
	c.Rate, c.ConsumerRate, c.ConsumerEvery, c.Size = 1_000_000, 2_000_000, time.Millisecond, 4<<20
	s := newSourceFor(t, c)
	l := &ledger{}
	look(t, s, begin, l)
	looks := l.looks
	look(t, s, begin.Add(300*time.Millisecond), l)
	if n := l.looks - looks; n < 15 { // two steps a record and two for 16 of them make 19 pieces
		t.Errorf("300,000 records in %d looks", n)
	}
	agree(t, l, producedBy(s))
}

func TestIdentityIsOpenlySimulated(t *testing.T) {
	for _, rate := range []uint64{0, 1000} {
		c := usualConfig(t, "healthy")
		c.ConsumerRate, c.Seed = rate, 42
		s := newSourceFor(t, c)
		l := &ledger{}
		look(t, s, begin, l)
		r := l.ring
		if r.Source != model.SourceDemo || r.Type != model.TypeRingbuf || r.ID != 0 || r.Made != model.Of("healthy, seed 42") || r.Looked != begin {
			t.Errorf("identity %+v", r)
		}
		for _, p := range slices.Concat(r.Owners, r.ReaderAt) {
			if p.Comm[:4] != "sim-" {
				t.Errorf("process %+v could be one of this host", p)
			}
		}
		if want := min(int(rate), 1); r.Readers != model.Of(want) || len(r.ReaderAt) != want || len(r.Owners) != 1 {
			t.Errorf("consumer's rate %d: readers %v, %v, owners %v", rate, r.Readers, r.ReaderAt, r.Owners)
		}
	}
}

func TestSecondConsumerEndsTheSimulation(t *testing.T) {
	c := usualConfig(t, "stuck-record")
	m, err := newMemory(&c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := runIn(&c, m)
	if err != nil {
		t.Fatal(err)
	}
	s := &Source{run: r, config: c, identity: never}
	defer s.Close()
	l := &ledger{}
	look(t, s, begin, l)
	look(t, s, begin.Add(2*time.Second), l)
	ring, err := ringcore.NewRing(ringcore.Linux, c.geometry(), m.writable)
	if err != nil {
		t.Fatal(err)
	}
	intruder, err := ringcore.NewConsumer(ring)
	if err != nil {
		t.Fatal(err)
	}
	taken := 0
	for range intruder.Records() {
		taken++
	}
	if err := intruder.Release(); err != nil || taken == 0 {
		t.Fatalf("the intruder took %d records, %v", taken, err)
	}
	_, err = s.Look(begin.Add(3*time.Second), l)
	if !errors.Is(err, ringcore.ErrSecondConsumer) || !strings.HasPrefix(err.Error(), "simulated consumer, 2.") {
		t.Errorf("%v, expected the simulated consumer to notice another one", err)
	}
}

func TestProgramsHaveSites(t *testing.T) {
	for _, scenario := range Scenarios() {
		c := usualConfig(t, scenario.Name)
		sizes := map[uint32]bool{}
		last := uint32(0)
		for _, p := range c.programs() {
			if !strings.HasPrefix(p.Name, "sim_") || len(p.Name) > 15 || p.ID <= last {
				t.Errorf("%s: program %+v", scenario.Name, p)
			}
			last = p.ID
			line := 0
			for _, s := range p.Sites {
				if s.Line <= line || s.File != p.Name+".bpf.c" || (s.Call == "reserve") != s.Bytes.Known() || (s.Call == "reserve") != (s.WakeUp == model.WakeUnknown) {
					t.Errorf("%s: %s calls %+v after line %d", scenario.Name, p.Name, s, line)
				}
				line = s.Line
				sizes[s.Bytes.V] = true
			}
		}
		for _, w := range c.workloads() {
			for _, p := range w.payloads {
				if !sizes[p.Bytes] {
					t.Errorf("%s: no program reserves %d bytes", scenario.Name, p.Bytes)
				}
			}
		}
	}
}
