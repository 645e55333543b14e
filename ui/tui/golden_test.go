package tui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"ringscope/model"
	"ringscope/ringcore"
)

// sizes at which every picture is kept.
var sizes = [][2]int{{120, 36}, {80, 24}, {60, 16}, {100, 30}, {200, 50}}

// keep compares the screen with the one that is kept; -update keeps the new one.
func keep(t *testing.T, v *viewer) {
	t.Helper()
	golden.RequireEqual(t, []byte(screen(v)+"\n"))
}

// atEverySize are the scenarios whose picture is kept at every size; those of the others are kept at the two that matter most.
var atEverySize = []string{"healthy", "slow-consumer", "stuck-record", "burst", "discard-storm", "full"}

// TestScenarios keeps the picture of each scenario of the simulation, as its text.
func TestScenarios(t *testing.T) {
	for _, s := range scenarios() {
		m := bestMoment(t, s.Name)
		some := sizes
		if !slices.Contains(atEverySize, s.Name) {
			some = sizes[:2]
		}
		for _, size := range some {
			t.Run(fmt.Sprintf("%s-%dx%d", s.Name, size[0], size[1]), func(t *testing.T) {
				keep(t, still(size[0], size[1], Config{Still: m, Frozen: true}))
			})
		}
	}
}

// TestStates keeps the picture of what no scenario shows.
func TestStates(t *testing.T) {
	for name, m := range states() {
		for _, size := range sizes[:3] {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				keep(t, still(size[0], size[1], Config{Still: m}))
			})
		}
	}
	t.Run("looking", func(t *testing.T) { keep(t, still(80, 24, Config{Target: "name:rb"})) })
	t.Run("too-small", func(t *testing.T) { keep(t, still(52, 14, Config{Still: slow()})) })
	t.Run("too-low", func(t *testing.T) { keep(t, still(52, 4, Config{Still: slow()})) })
	t.Run("ascii-120x36", func(t *testing.T) { keep(t, still(120, 36, Config{Still: slow(), ASCII: true})) })
	t.Run("ascii-80x24", func(t *testing.T) { keep(t, still(80, 24, Config{Still: slow(), Env: []string{"LANG=C"}})) })
}

// TestPages keeps what keys open.
func TestPages(t *testing.T) {
	for name, pressed := range map[string][]string{
		"record": {"down", "enter"}, "explain-verdict": {"e"}, "explain-next": {"e", "down", "down", "right"}, "keys": {"?"},
		"filter": {"/", "l", "e", "n", ">", "6", "4"}, "filtered": {"/", "l", "e", "n", ">", "6", "4", "enter"}, "held": {"down", "down"},
		"byte-0": {"o"}, "every-format": {"down", "v"},
	} {
		for _, size := range sizes[:2] {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				v := still(size[0], size[1], Config{Still: slow()})
				press(v, pressed...)
				keep(t, v)
			})
		}
	}
}

// states are moments that no scenario reaches.
func states() map[string]*model.Moment {
	stuck := slow()
	at := stuck.Sample.Positions.Consumer.V
	stuck.Findings = []model.Finding{{
		Code: model.HeadBusy, Severity: model.Problem, Since: stuck.Sample.At.Add(-4100 * time.Millisecond),
		Evidence: model.Evidence{For: 4100 * time.Millisecond, Waiting: 413 << 10, Position: at},
	}}
	stuck.Sample.Busy = model.BusyNow{
		Now: 1, How: model.Exact, Head: model.Of(at), HeadAge: model.Of(4100 * time.Millisecond), Oldest: model.Of(4100 * time.Millisecond),
		Blocked: 413 << 10, At: []ringcore.Pos{at},
	}
	for i := range stuck.Sample.Detail.Rows {
		if r := &stuck.Sample.Detail.Rows[i]; r.Pos == at {
			r.Header.Busy, r.Payload = true, nil
			r.Header.Raw = ringcore.Linux.Encode(r.Header)
		}
	}

	never := calm()
	never.Sample.Positions.Consumer, never.Sample.Positions.Producer = model.Of[uint64](0), model.Of[uint64](0)
	never.Sample.Positions.Pending = model.Of[uint64](0)
	never.Sample.Detail = model.Detail{}
	never.Sample.Occupancy.Peak = model.Of[uint64](0)
	never.Sample.Rates = model.Rates{
		Window: time.Second, Records: model.Of(0.0), Bytes: model.Of(0.0), Consumed: model.Of(0.0), ConsumedRecords: model.Of(0.0),
		DiscardRatioBytes: model.Figure[float64]{How: model.NotApplicable}, OverheadRatio: model.Figure[float64]{How: model.NotApplicable},
	}
	never.History = &model.History{}
	never.Sample.Largest = model.Figure[uint64]{}

	waiting := &model.Moment{Sample: &model.Sample{State: model.Waiting, At: begin}, Wait: "a ring named rb", History: &model.History{}}

	gone := slow()
	gone.Sample.State, gone.Why = model.Ended, model.EndOwnerGone
	gone.Findings = []model.Finding{{Code: model.OwnerGone, Severity: model.Warning, Since: gone.Sample.At}}

	consuming := calm()
	consuming.Sample.Observer.Consumes = true

	gaps := calm()
	gaps.Sample.Missed = model.Missed{Bytes: 1258291, LastAt: gaps.Sample.At.Add(-8 * time.Second), Last: 1258291}
	gaps.Findings = []model.Finding{{
		Code: model.ViewGaps, Severity: model.Warning, Since: gaps.Sample.At.Add(-8 * time.Second),
		Evidence: model.Evidence{Missed: 1258291, At: gaps.Sample.At.Add(-8 * time.Second)},
	}}
	gaps.Sample.Totals.How = model.AtLeast

	nonsense := slow()
	nonsense.Sample.Positions.Consumer = model.Of(nonsense.Sample.Positions.Producer.V + 4096)
	nonsense.Sample.Positions.Ahead = 4096
	nonsense.Sample.Detail = model.Detail{}
	nonsense.Findings = []model.Finding{{
		Code: model.PositionInvalid, Severity: model.Problem, Since: nonsense.Sample.At, Evidence: model.Evidence{Wrong: model.ConsumerPosition, Ahead: 4096},
	}}

	hostile := calm()
	hostile.Sample.Ring.Name = "ev\x1b[2J\u202eents"
	hostile.Sample.Ring.ReaderAt[0].Comm = "boot\x1b]0;x\x07"
	for i := range hostile.Sample.Detail.Rows {
		hostile.Sample.Detail.Rows[i].Payload = []byte("\x1b[31mred\u202e\x9b2J")
	}
	return map[string]*model.Moment{
		"slow": slow(), "calm": calm(), "stuck": stuck, "never": never, "waiting": waiting, "gone": gone, "consuming": consuming,
		"gaps": gaps, "nonsense": nonsense, "hostile": hostile,
	}
}
