package tui

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ringscope/internal/nastytest"
	"ringscope/model"
	"ringscope/ringcore"
)

// senseless is what a figure looks like that nobody thought of.
var senseless = regexp.MustCompile(`NaN|Inf\b|%!|[0-9]e[+-][0-9]|-[0-9]+\.[0-9]|[2-9][0-9]{20,}`)

// TestExtremeFigures shows figures that are as large, small and senseless as their types allow, known in every way: nothing panics, hangs,
// leaves its place or is shown as what no person can read.
func TestExtremeFigures(t *testing.T) {
	rounds := unless(60, 3)
	for seed := range uint64(rounds) {
		r := rand.New(rand.NewPCG(seed, 4))
		m := rich(int(seed))
		nastytest.Figures(m, r)
		for _, size := range [][2]int{{120, 36}, {80, 24}, {200, 50}, {60, 16}} {
			for _, keys := range [][]string{nil, {"2"}, {"3"}, {"4"}, {"6"}, {"down", "enter"}, {"e"}, {"o", "z"}, {"left"}, {"down", "v"}} {
				v := still(size[0], size[1], Config{Still: m, ASCII: seed%5 == 0})
				visit(v, keys, "")
				drawn := drawnOn(t, v, size[0], size[1])
				if s := senseless.FindString(drawn); s != "" {
					t.Errorf("%q is on the screen", s)
				}
				if t.Failed() {
					t.Fatalf("seed %d, %v, %v:\n%s", seed, size, keys, drawn)
				}
			}
		}
	}
}

// TestTapeWherePositionsEnd moves a ring to where its positions end or wrap, as those of a forged ring can and those of a 32-bit kernel's do:
// what the tape shows must move with it.
func TestTapeWherePositionsEnd(t *testing.T) {
	const part = 8 * mib / model.Buckets // as far as the buckets move with it
	at := slow().Sample.Positions.Consumer.V
	for name, to := range map[string]ringcore.Pos{"the last bytes": 1<<64 - 6*mib, "between the consumer and the producer": 1<<64 - mib} {
		by := (to - at) &^ (part - 1)
		for zoom := range 6 {
			want, got := still(120, 36, Config{Still: slow()}), still(120, 36, Config{Still: moved(slow(), by)})
			for range zoom {
				visit(want, []string{"Z"}, "")
				visit(got, []string{"Z"}, "")
			}
			if a, b := want.tape.strip, got.tape.strip; !slices.Equal(a.cells, b.cells) || a.from+by != b.from {
				t.Errorf("%s, zoom %d: from %d the cells are\n%v, expected from %d\n%v", name, zoom, b.from, b.cells, a.from+by, a.cells)
			}
		}
	}
}

// moved is m with every position moved.
func moved(m *model.Moment, by ringcore.Pos) *model.Moment {
	s := m.Sample
	for _, p := range []*ringcore.Pos{&s.Positions.Consumer.V, &s.Positions.Producer.V, &s.Positions.Pending.V} {
		*p += by
	}
	for i := range s.Detail.Rows {
		s.Detail.Rows[i].Pos += by
	}
	for i := range s.Busy.At {
		s.Busy.At[i] += by
	}
	return m
}

// TestLongRecordsLeaveTheirNeighboursAlone shows lengths that are wider than their column.
func TestLongRecordsLeaveTheirNeighboursAlone(t *testing.T) {
	m := slow()
	for i, n := range []uint32{999_999, 1_000_000, 12_345_678, 1<<30 - 1} {
		m.Sample.Detail.Rows[4*i+2].Header.Length = n // discarded, the longest word
	}
	drawn := screen(still(120, 60, Config{Still: m}))
	for _, want := range []string{"discarded999,999", "discarded 977KiB", "discarded11.8MiB", "discarded1.00GiB"} {
		if !strings.Contains(drawn, want) {
			t.Errorf("%q is not on the screen\n%s", want, drawn)
		}
	}
}
