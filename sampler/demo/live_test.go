package demo

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"ringscope/ringcore"
	"ringscope/ringcore/shm"
	"ringscope/sampler"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// watchFor looks at s every 5 ms for some time, and then, with the schedule standing still, until everything is told.
func watchFor(t *testing.T, s *Source, d time.Duration, l *ledger) {
	t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if _, err := s.Look(time.Now(), l); err != nil {
			t.Fatal(err)
		}
	}
	s.player.pause()
	finish(t, s, l)
}

// finish looks at a schedule that stands still.
func finish(t *testing.T, s *Source, l *ledger) {
	t.Helper()
	for {
		pace, err := s.look(time.Now(), l)
		if err != nil {
			t.Fatal(err)
		}
		if !pace.More {
			return
		}
	}
}

func TestLiveIsSeenWhole(t *testing.T) {
	for _, name := range whole {
		synctest.Test(t, func(t *testing.T) {
			c := usualConfig(t, name)
			c.Simulated = false
			s := newSourceFor(t, c)
			l := &ledger{}
			watchFor(t, s, 10*time.Second, l)
			p := producedBy(s)
			agree(t, l, p)
			if p.reserved < 2_000 {
				t.Errorf("%s: only %d records", name, p.reserved)
			}
			if (p.refused > 0) != slices.Contains(refusing, name) {
				t.Errorf("%s: %d reservations refused", name, p.refused)
			}
		})
	}
}

// Both players follow the schedule: after the same time each producer has come to the same record.
func TestLiveFollowsTheSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := usualConfig(t, "stuck-record")
		c.Simulated = false
		s := newSourceFor(t, c)
		const until = 4030 * time.Millisecond // a record is stuck then
		watchFor(t, s, until, &ledger{})
		for i, w := range s.writers {
			script := scriptOf(&c, i)
			var asked uint64
			a := script.next()
			for ; a.at < until-longestBeat; a = script.next() {
				asked++
			}
			most := asked
			for ; a.at <= until; a = script.next() {
				most++
			}
			if got := w.tally.reserved.Load() + w.tally.refused.Load(); got < asked || got > most {
				t.Errorf("%v asked for %d records within %v, expected %d to %d", w, got, until, asked, most)
			}
		}
		if n := len(s.writers[0].held); n == 0 {
			t.Error("the first producer holds no record, expected the stuck one")
		}
	})
}

// One producer writes the same records in the same order whoever plays, so that the rings are the same up to where the slower one is.
func TestLiveWritesWhatTheSimulationWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := usualConfig(t, "healthy")
		c.Producers, c.Size, c.ConsumerRate = 1, 1<<20, 0
		simulated := newSourceFor(t, c)
		look(t, simulated, begin, &ledger{})
		look(t, simulated, begin.Add(2*time.Second), &ledger{})
		c.Simulated = false
		live := newSourceFor(t, c)
		watchFor(t, live, 2*time.Second, &ledger{})

		a, b := simulated.Ring(), live.Ring()
		end := min(a.ReadPositions().Producer, b.ReadPositions().Producer)
		if end < 700_000 {
			t.Fatalf("only %d bytes to compare", end)
		}
		var pos ringcore.Pos
		for pos < end-1000 { // the last ones may be busy in one of the rings
			ha, hb := a.Header(pos), b.Header(pos)
			if ha.Length != hb.Length || ha.State() != hb.State() {
				t.Fatalf("header at %d: %+v simulated, %+v live", pos, ha, hb)
			}
			if from, to := pos+8, pos+8+uint64(ha.Length); !bytes.Equal(a.Memory().Data[from:to], b.Memory().Data[from:to]) {
				t.Fatalf("payload at %d: %q simulated, %q live", pos, a.Memory().Data[from:to], b.Memory().Data[from:to])
			}
			pos += ringcore.Linux.Span(ha.Length)
		}
	})
}

// In real time, at millions of records: what is seen is what was produced. The consumer is so slow that a lap takes minutes, so that a
// machine that stands still for a while decides nothing.
func TestLiveAtFullSpeed(t *testing.T) {
	c := usualConfig(t, "healthy")
	c.Simulated = false
	atFullSpeed(t, c)
}

// atFullSpeed lets c write 16 MiB in real time, and expects that all that was produced is seen.
func atFullSpeed(t *testing.T, c Config) *Source {
	t.Helper()
	c.Size, c.Rate, c.ConsumerRate = 32<<20, 4_000_000, 1_000
	s := newSourceFor(t, c)
	l := &ledger{}
	for l.bytes < 16<<20 {
		if _, err := s.Look(time.Now(), l); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	s.player.pause()
	finish(t, s, l)
	agree(t, l, producedBy(s))
	return s
}

func TestLiveStandsStillWhileSuspended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := usualConfig(t, "healthy")
		c.Simulated = false
		s := newSourceFor(t, c)
		l := &ledger{}
		watchFor(t, s, time.Second, l) // pauses
		before := producedBy(s)
		if err := s.Suspend(); err != nil { // again
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if after := producedBy(s); after != before {
			t.Errorf("%+v after an hour of suspension, %+v before", after, before)
		}
		if err := s.Resume(); err != nil {
			t.Fatal(err)
		}
		watchFor(t, s, time.Second, l)
		after := producedBy(s)
		if after.reserved < before.reserved+4900 || after.reserved > before.reserved+5100 {
			t.Errorf("%d records a second after the suspension, %d before it", after.reserved, before.reserved)
		}
		agree(t, l, after)
	})
}

// A schedule that the machine can't keep up with goes more slowly, and does not hurry afterwards.
func TestLiveLosesTimeInsteadOfHurrying(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := &clock{begin: time.Now()}
		if now := clock.keep(never, time.Millisecond); now != 0 {
			t.Errorf("a step that never comes moved the schedule to %v", now)
		}
		time.Sleep(time.Second)
		if now := clock.keep(900*time.Millisecond, 200*time.Millisecond); now != time.Second {
			t.Errorf("a step that is 100 ms late moved the schedule to %v", now)
		}
		if now := clock.keep(100*time.Millisecond, 200*time.Millisecond); now != 300*time.Millisecond {
			t.Errorf("a step that was due at 100 ms finds the schedule at %v, expected 200 ms later", now)
		}
		time.Sleep(time.Second)
		if now := clock.elapsed(); now != 1300*time.Millisecond {
			t.Errorf("the schedule is at %v a second later, expected 1.3 s", now)
		}
	})
}

type failing struct{ panics bool }

func (failing) due() time.Duration { return 20 * time.Millisecond }
func (failing) String() string     { return "saboteur" }

func (f failing) step() error {
	if f.panics {
		panic("out of paper")
	}
	return errors.New("out of ink")
}

func TestLiveTurnsPanicsIntoErrors(t *testing.T) {
	for panics, says := range map[bool]string{true: "panic while making its steps: out of paper", false: "out of ink"} {
		synctest.Test(t, func(t *testing.T) {
			c := usualConfig(t, "healthy")
			c.Simulated = false
			s := newSourceFor(t, c)
			player, ok := s.player.(*live)
			if !ok {
				t.Fatalf("%T plays in real time", s.player)
			}
			player.actors = append(player.actors, failing{panics})
			l := &ledger{}
			var err error
			for i := 0; err == nil && i < 100; i++ {
				_, err = s.Look(time.Now(), l)
				time.Sleep(time.Millisecond)
			}
			if err == nil || !strings.Contains(err.Error(), "saboteur, ") || !strings.Contains(err.Error(), says) {
				t.Errorf("%v, expected it to say %q", err, says)
			}
		})
	}
}

// Close ends all goroutines, also those that have more to do than the machine can.
func TestLiveEndsAtOnce(t *testing.T) {
	for _, rate := range []uint64{1, 5_000, MaxRate} {
		c := usualConfig(t, "healthy")
		c.Simulated = false
		c.Producers, c.Rate, c.ConsumerRate = 3, rate, max(rate, 1)
		s, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		goleak.VerifyNone(t) // what ran before may take a moment to end
		before := runtime.NumGoroutine()
		if _, err := s.Look(time.Now(), &ledger{}); err != nil {
			t.Fatal(err)
		}
		if n := runtime.NumGoroutine(); n != before+4 {
			t.Errorf("%d goroutines play three producers and a consumer", n-before)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		goleak.VerifyNone(t)
		if err := s.Close(); err != nil {
			t.Errorf("closed again: %v", err)
		}
	}
}

func TestFileIsWatchedByOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ring")
	c := usualConfig(t, "healthy")
	c.Simulated, c.File = false, path
	c.Size, c.Rate, c.ConsumerRate = 4<<20, 50_000, 1_000 // a lap takes minutes
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	file, err := shm.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	d := file.Description()
	if d.Name != "events" || d.Made != "healthy, seed 1" || d.Format != "linux" || d.Pending != 8 || !d.Simulated || d.ReaderComm != "sim-reader" {
		t.Errorf("the file describes itself as %+v", d)
	}
	ring, err := ringcore.NewRing(ringcore.Linux, *s.Ring().Geometry(), ringcore.Memory{Consumer: file.Consumer, Producer: file.Producer, Data: file.Data})
	if err != nil {
		t.Fatal(err)
	}
	other, here, there := sampler.NewObserved(ring, sampler.ObservedOptions{}), &ledger{}, &ledger{}
	if _, err := other.Look(time.Now(), there); err != nil {
		t.Fatal(err)
	}
	for here.bytes < 100_000 {
		if _, err := s.Look(time.Now(), here); err != nil {
			t.Fatal(err)
		}
		if _, err := other.Look(time.Now(), there); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	s.player.pause()
	finish(t, s, here)
	if _, err := other.Look(time.Now(), there); err != nil {
		t.Fatal(err)
	}
	agree(t, here, producedBy(s))
	there.drops, there.how = here.drops, here.how // another process can't know them
	agree(t, there, producedBy(s))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file stays: %v", err)
	}
}
