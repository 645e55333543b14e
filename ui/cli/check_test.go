package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
	"ringscope/sampler/target"
	"ringscope/ui/report"
)

func TestCheckOfSimulations(t *testing.T) {
	type checked struct {
		line, says string
		code       int
	}
	all := []checked{
		{"check demo:slow-consumer", "▲ READER TOO SLOW ", ExitFound},
		{"check demo:slow-consumer --fail-on none", "▲ READER TOO SLOW ", ExitDone},
		{"check demo:healthy --fail-on hint", "● NOTHING WRONG SEEN in 10 s.", ExitDone},
		{"check demo:discard-storm", "○ MUCH IS THROWN AWAY ", ExitDone},
		{"check demo:discard-storm --fail-on warning", "○ MUCH IS THROWN AWAY ", ExitDone},
		{"check demo:discard-storm --fail-on hint", "○ MUCH IS THROWN AWAY ", ExitFound},
		{"check demo:orphaned --for 20s --fail-on warning", "△ NO OWNER VISIBLE ", ExitFound},
		{"check demo:restart --for 14s", "△ GONE 00:00:1", ExitRingEnded}, // nothing has come back yet
		{"check demo:restart --for 30s", "△ GONE 00:00:1", ExitRingEnded},
		{"check demo:gone --for 30s", "△ GONE ", ExitRingEnded},
		{"check demo:gone --for 30s --fail-on warning", "△ GONE ", ExitFound},
	}
	if raced {
		all = []checked{{"check demo:orphaned --for 10s --fail-on warning", "△ NO OWNER VISIBLE ", ExitFound}}
	}
	for _, c := range all {
		code, out, err := here(strings.Fields(c.line)...)
		lines := strings.Split(out, "\n")
		if code != c.code || err != "" || len(lines) != 4 || !strings.HasPrefix(lines[1], "  "+c.says) || !strings.Contains(lines[0], " on SIMULATED ·") || len(strings.TrimSpace(lines[2])) == 0 {
			t.Errorf("%s: exit code %d, %s\n%s", c.line, code, err, out)
		}
		again, same, _ := here(strings.Fields(c.line)...)
		if again != code || same != out {
			t.Errorf("%s: the second time it says\n%s", c.line, same)
		}
	}
}

func TestCheckAsJSON(t *testing.T) {
	code, out, stderr := here("check", "demo:slow-consumer", "--json")
	if code != ExitFound || stderr != "" || strings.Count(out, "\n") != 1 {
		t.Fatalf("exit code %d, %s, %s", code, stderr, out)
	}
	j := decode[report.Checked](t, out)
	if j.Host != report.Simulated || j.Schema != report.Schema || j.WatchSeconds != 10 || j.Verdict.Severity != "problem" || j.Verdict.Code == nil || *j.Verdict.Code != "consumer_slow" {
		t.Errorf("got %+v", j)
	}
	if len(j.Findings) == 0 || j.Findings[0].Code != "consumer_slow" || j.Findings[0].Until != nil || j.IntervalSeconds == nil || *j.IntervalSeconds < 9 || j.Rates.RecordsPerSecond == nil {
		t.Errorf("findings %+v, interval %v, rates %+v", j.Findings, j.IntervalSeconds, j.Rates)
	}
}

// served serves a simulated ring in a file, in a process of its own.
func served(t *testing.T, args ...string) (path string, server *program) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "ring")
	server = start(t, nil, append([]string{"demo", "--file", path}, args...)...)
	server.line()
	return path, server
}

func TestCheckIsInterrupted(t *testing.T) {
	path, _ := served(t)
	watched := start(t, nil, "stat", "file:"+path, "--json", "-i", "100ms")
	p := start(t, nil, "check", "file:"+path, "--for", "1h", "--json")
	p.looksAt(path)
	for range 5 {
		watched.stat() // for as long as this takes, check has not ended
	}
	p.signal(syscall.SIGINT)
	code, out, stderr := p.rest()
	if code != 130 || stderr != "" || strings.Count(out, "\n") > 1 {
		t.Fatalf("exit code %d, %q, %s", code, out, stderr)
	}
	if out == "" {
		return // the signal came before the first reading
	}
	if j := decode[report.Checked](t, out); j.Ring.Source != "file" || j.WatchSeconds > 3000 {
		t.Errorf("got %+v", j)
	}
}

// TestCheckOfASimulationIsInterrupted begins one that would be played for hours, after the signal.
func TestCheckOfASimulationIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(&signalError{syscall.SIGINT})
	var out, said bytes.Buffer
	a := &app{in: strings.NewReader(""), out: &out, err: &said, env: []string{"LC_ALL=C.UTF-8"}}
	if code := a.run(ctx, []string{"check", "demo", "--for", "99999h"}); code != 130 || said.Len() > 0 {
		t.Errorf("exit code %d, %s", code, said.String())
	}
}

// TestDumpTellsOnceThatNothingCanBeWritten has a disk that is full.
func TestDumpTellsOnceThatNothingCanBeWritten(t *testing.T) {
	for _, form := range []string{"--ascii", "--json"} {
		var said bytes.Buffer
		a := &app{in: strings.NewReader(""), out: fullDisk{}, err: &said, env: []string{"LC_ALL=C.UTF-8"}}
		code := a.run(t.Context(), []string{"dump", "demo:full", form})
		if s := said.String(); code != ExitFailed || strings.Count(s, "the disk is full") != 1 || strings.Count(s, "\n") != 1 {
			t.Errorf("%s: exit code %d, %q", form, code, s)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestCheckedServerDies(t *testing.T) {
	path, server := served(t, "--size", "64KiB")
	p := start(t, nil, "check", "file:"+path, "--for", "1h")
	watched := start(t, nil, "stat", "file:"+path, "--json", "-i", "100ms")
	for seen := uint64(0); seen == 0; {
		seen = watched.stat().Totals.Records
	}
	p.looksAt(path)
	server.signal(syscall.SIGKILL)
	code, out, stderr := p.rest()
	if p := strings.Split(out, "\n"); code != ExitRingEnded || stderr != "" || len(p) != 4 || !strings.HasPrefix(p[1], "  △ GONE ") {
		t.Errorf("exit code %d, %s\n%s", code, stderr, out)
	}
}

// quietRing is a source in which nothing happens.
type quietRing struct {
	ring   *model.Ring
	ends   time.Time // zero: never
	closed func()
}

func (q *quietRing) Look(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	in.Begin(now)
	in.Ring(q.ring)
	in.End(ringcore.Positions{})
	if !q.ends.IsZero() && now.After(q.ends) {
		return sampler.Pace{}, errors.New("it broke")
	}
	return sampler.Pace{Tick: 100 * time.Millisecond}, nil
}

func (*quietRing) Detail(time.Time, model.Focus) model.Detail { return model.Detail{} }
func (q *quietRing) Close() error                             { q.closed(); return nil }

// patrolled lets a patrol watch 40 rings of 1 MiB, of which two are larger than what may be mapped, two can't be opened, one is gone
// before it comes to it, and one breaks.
func patrolled(ctx context.Context, t *testing.T, atOnce int) (p *patrol, left, mostOpen int) {
	t.Helper()
	const mib = 1 << 20
	var rings []target.Listed
	var mu sync.Mutex // sources are closed where they are sampled
	open, mapped := 0, uint64(0)
	p = &patrol{k: &checkup{lasts: 10 * time.Second, atOnce: atOnce}, sleep: sampler.SleepOnTimer}
	for id := uint32(1); id <= 40; id++ {
		size := uint64(mib)
		if id%16 == 0 {
			size = mappedAtOnce * 2
		}
		rings = append(rings, target.Listed{Ring: &model.Ring{ID: id, Source: model.SourceBPF, Format: ringcore.Linux, Geometry: ringcore.LinuxGeometry(size, 4096), Looked: time.Now()}})
	}
	p.open = func(_ context.Context, r target.Ref) (sampler.Source, error) {
		ring := rings[r.Number-1].Ring
		switch r.Number {
		case 3, 4:
			return nil, fmt.Errorf("open it: %w", sampler.ErrNotPermitted)
		case 5:
			return nil, sampler.ErrNoSuchRing
		}
		mu.Lock()
		defer mu.Unlock()
		open++
		mapped += ring.Size()
		mostOpen = max(mostOpen, open)
		if mapped > mappedAtOnce && open > 1 {
			t.Errorf("%d rings with %d bytes are open at once", open, mapped)
		}
		q := &quietRing{ring: ring, closed: func() {
			mu.Lock()
			defer mu.Unlock()
			open--
			mapped -= ring.Size()
		}}
		if r.Number == 7 {
			q.ends = time.Now().Add(time.Second)
		}
		return q, nil
	}
	left = p.walk(ctx, rings, func(done, active int) {
		if active > atOnce || done > len(rings) {
			t.Errorf("%d done, %d watched", done, active)
		}
	})
	if open != 0 || mapped != 0 {
		t.Errorf("%d rings with %d bytes are still open", open, mapped)
	}
	return p, left, mostOpen
}

func TestPatrolIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		p, left, most := patrolled(t.Context(), t, 8)
		if most != 8 || left != 0 || len(p.done) != 39 {
			t.Errorf("%d at once, %d left, %d told", most, left, len(p.done))
		}
		// Between the two that are watched alone stand 15, 15 and 8 others.
		if took := time.Since(begin); took < 70*time.Second || took > 75*time.Second {
			t.Errorf("it took %v", took)
		}
		for _, w := range p.done {
			switch w.Ring.ID {
			case 3, 4:
				if !errors.Is(w.Err, sampler.ErrNotPermitted) || !w.Unread() || w.Tried.Before(begin) {
					t.Errorf("id %d: %v", w.Ring.ID, w.Err)
				}
			case 7:
				if w.Err == nil || w.Unread() {
					t.Errorf("the broken one: %v", w.Err)
				}
			default:
				if lasted := w.Moment.Sample.At.Sub(w.Moment.Sample.Since); w.Err != nil || lasted < 10*time.Second || lasted > 11*time.Second {
					t.Errorf("id %d: watched for %v, %v", w.Ring.ID, lasted, w.Err)
				}
			}
		}
	})
}

func TestPatrolIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 13*time.Second)
		defer cancel()
		p, left, _ := patrolled(ctx, t, 8)
		if len(p.done)+left != 39 || left == 0 || len(p.done) < 10 {
			t.Errorf("%d told, %d left", len(p.done), left)
		}
	})
}

// unreadRing is a ring in which a record waits. That nobody reads it is known from some time on.
type unreadRing struct {
	quietRing
	known time.Time
}

func (u *unreadRing) Look(now time.Time, in sampler.Intake) (sampler.Pace, error) {
	if u.ring.Looked.IsZero() && !now.Before(u.known) {
		r := *u.ring
		r.Readers, r.Looked = model.Of(0), now
		u.ring = &r
	}
	in.Begin(now)
	in.Ring(u.ring)
	in.End(ringcore.Positions{Producer: 16})
	return sampler.Pace{Tick: 100 * time.Millisecond}, nil
}

// TestCheckWaitsUntilReadersAreKnown has the host's processes looked through for longer than rings are to be watched, and for so long that
// it is not waited for.
func TestCheckWaitsUntilReadersAreKnown(t *testing.T) {
	for _, c := range []struct {
		known, least, most time.Duration
		found              bool
	}{{7 * time.Second, 7 * time.Second, 8 * time.Second, true}, {time.Hour, 3*time.Second + lookUp, 4*time.Second + lookUp, false}} {
		synctest.Test(t, func(t *testing.T) {
			ring := &model.Ring{ID: 1, Source: model.SourceBPF, Format: ringcore.Linux, Geometry: ringcore.LinuxGeometry(4096, 4096)}
			p := &patrol{k: &checkup{lasts: 3 * time.Second, atOnce: 1}, sleep: sampler.SleepOnTimer}
			p.open = func(context.Context, target.Ref) (sampler.Source, error) {
				return &unreadRing{quietRing{ring: ring, closed: func() {}}, time.Now().Add(c.known)}, nil
			}
			begin := time.Now()
			p.walk(t.Context(), []target.Listed{{Ring: ring}}, func(int, int) {})
			took, w := time.Since(begin), p.done[0]
			found := len(w.Found) > 0 && w.Found[0].Finding.Code == model.NoConsumer
			if took < c.least || took > c.most || found != c.found {
				t.Errorf("known after %v: watched for %v, findings %+v", c.known, took, w.Found)
			}
		})
	}
}

func TestUnreadRingsDecideTheExitCode(t *testing.T) {
	err := &unreadError{rings: 23, why: []error{errors.New("a"), fmt.Errorf("b: %w", sampler.ErrNotPermitted)}}
	if got := exitCode(err); got != ExitNotPermitted || err.Error() != "2 of 23 rings could not be read" {
		t.Errorf("exit code %d: %v", got, err)
	}
}
