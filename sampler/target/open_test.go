package target

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/sampler"
)

func TestOpenSimulated(t *testing.T) {
	for _, s := range Scenarios() {
		source, err := Open(context.Background(), Ref{Kind: Demo, Text: s.Name}, Options{Payload: true})
		if err != nil {
			t.Errorf("%s: %v", s.Name, err)
			continue
		}
		if err := source.Close(); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	for _, c := range []struct {
		ref  Ref
		o    Options
		want error
	}{
		{Ref{Kind: Demo, Text: "nonsense"}, Options{}, ErrTarget},
		{Ref{Kind: Demo}, Options{Consume: true}, ErrTarget},
		{Ref{Kind: File, Text: "x"}, Options{Consume: true}, ErrTarget},
		{Ref{Kind: File, Text: t.TempDir() + "/ring"}, Options{}, sampler.ErrNoSuchRing},
		{Ref{}, Options{}, ErrTarget},
	} {
		if s, err := Open(context.Background(), c.ref, c.o); !errors.Is(err, c.want) || s != nil {
			t.Errorf("%s with %+v: %v, want %v", c.ref, c.o, err, c.want)
		}
	}
}

func TestMomentIsTheSameEveryTime(t *testing.T) {
	c, err := NewSimulation("")
	if err != nil {
		t.Fatal(err)
	}
	f := model.Focus{Anchor: model.AtReader, Before: 4, Rows: 20, Payload: 32}
	one, err := Moment(t.Context(), c, 3*time.Second, sampler.Options{}, f, nil)
	if err != nil {
		t.Fatal(err)
	}
	two, err := Moment(t.Context(), c, 3*time.Second, sampler.Options{}, f, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(one.Sample.Detail, two.Sample.Detail) || one.Sample.Totals != two.Sample.Totals || one.Sample.Positions != two.Sample.Positions {
		t.Error("two runs differ")
	}
	if one.Sample.Totals.Records == 0 || len(one.Sample.Detail.Rows) == 0 {
		t.Errorf("%d records, %d rows", one.Sample.Totals.Records, len(one.Sample.Detail.Rows))
	}
	if at := one.Sample.At.Sub(one.Sample.Since); at != 3*time.Second {
		t.Errorf("it shows %v", at)
	}
	c.Size = 5000
	if _, err := Moment(t.Context(), c, time.Second, sampler.Options{}, f, nil); !errors.Is(err, ErrTarget) {
		t.Errorf("a ring of 5000 bytes: %v", err)
	}
}

// TestOpenToDump wants every record between the oldest that is readable and the producer position, without a gap.
func TestOpenToDump(t *testing.T) {
	s, ring, err := OpenToDump(context.Background(), Ref{Kind: Demo, Text: "full"}, Options{Payload: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var first, next ringcore.Pos
	records := 0
	d, ok := s.(sampler.Dumper)
	if !ok {
		t.Fatal("it can't be dumped")
	}
	err = d.Dump(8, func(r model.Row) bool {
		if records == 0 {
			first = r.Pos
		} else if r.Pos != next {
			t.Fatalf("a record at %d, expected one at %d", r.Pos, next)
		}
		next = r.Pos + r.Span
		records++
		return true
	})
	if err != nil || records < 100 || next-first > ring.Size() || next-first < ring.Size()*9/10 {
		t.Errorf("%d records from %d to %d of a full ring of %d bytes, %v", records, first, next, ring.Size(), err)
	}
}

func TestOneReadingTellsNoHistory(t *testing.T) {
	ring := &model.Ring{Source: model.SourceBPF, ID: 1, Format: ringcore.Linux, Geometry: ringcore.LinuxGeometry(4096, 4096)}
	p, o := once(ring, ringcore.Positions{ConsumerFirst: 4096, Consumer: 4096, Producer: 5120}, time.Unix(1, 0))
	if p.Consumer != model.Of[ringcore.Pos](4096) || p.Producer != model.Of[ringcore.Pos](5120) || p.Pending.Known() {
		t.Errorf("positions %+v", p)
	}
	if o != (model.Occupancy{Used: model.Of[uint64](1024), Ratio: model.Of(0.25)}) {
		t.Errorf("occupancy %+v", o)
	}
	p, o = once(ring, ringcore.Positions{ConsumerFirst: 1 << 40, Consumer: 1 << 40, Producer: 5120}, time.Unix(1, 0))
	if p.Valid() || (o.Ratio.Known() && (o.Ratio.V < 0 || o.Ratio.V > 1)) {
		t.Errorf("forged: %+v, %+v", p, o)
	}
}

func TestComplete(t *testing.T) {
	all := Complete(context.Background(), "demo")
	if len(all) != len(Scenarios())+1 || all[0].Target != "demo" {
		t.Errorf("offered %+v", all)
	}
	for _, c := range Complete(context.Background(), "") {
		if r, err := Parse(c.Target); err != nil || r.String() != c.Target || c.About == "" {
			t.Errorf("%q is offered: %v", c.Target, err)
		}
	}
	l := Listed{Ring: &model.Ring{
		ID: 7, Name: "rb\x1b", Geometry: ringcore.LinuxGeometry(4096, 4096), Pins: []string{"/sys/fs/bpf/rb", "/sys/fs/bpf/a b"},
		Owners: []model.Process{{PID: 12, Comm: "x"}},
	}}
	var got []string
	for _, c := range candidates(l) {
		if typeable(c.Target) {
			got = append(got, c.Target)
		}
		if strings.ContainsRune(c.About, '\x1b') {
			t.Errorf("%q says %q", c.Target, c.About)
		}
	}
	if want := []string{"id:7", "pin:/sys/fs/bpf/rb", "pid:12"}; !slices.Equal(got, want) {
		t.Errorf("offered %q, want %q", got, want)
	}
}

func TestRingFileThatCanNotBeMade(t *testing.T) {
	for err, want := range map[error]string{
		syscall.EACCES: "not permitted to put a ring at /x/ring: permission denied; choose a path where you may make files, such as /dev/shm/ring",
		syscall.ENOENT: "put a ring at /x/ring: no such file or directory; choose a path in a directory that there is, such as /dev/shm/ring",
	} {
		got := simulationError(fmt.Errorf("create the ring file: %w", &fs.PathError{Op: "open", Path: "/x/ring", Err: err}))
		if got.Error() != want || errors.Is(got, sampler.ErrNotPermitted) != errors.Is(err, fs.ErrPermission) || errors.Is(got, ErrTarget) {
			t.Errorf("%v: %v", err, got)
		}
	}
}

// TestPlayIsInterrupted ends a play of hours after some moments.
func TestPlayIsInterrupted(t *testing.T) {
	c, err := NewSimulation("")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	moments := 0
	if err := Play(ctx, c, 1000*time.Hour, sampler.Options{}, func(m *model.Moment) {
		if moments++; moments == 3 {
			cancel()
		}
	}); err != nil || moments != 4 { // the end is published too
		t.Errorf("%v after %d moments", err, moments)
	}
}
