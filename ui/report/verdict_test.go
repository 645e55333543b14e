package report

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"ringscope/model"
	"ringscope/ui/text"
)

// checks are a ring of each kind that a check can meet.
func checks() map[string]*Watched {
	slow := interval()
	ring := slow.Moment.Sample.Ring
	found := func(until time.Duration, codes ...model.Code) (all []Seen) {
		for i, code := range codes {
			f := slow.Moment.Findings[0]
			f.Code, f.Severity = code, model.Problem-model.Severity(i)
			s := Seen{Finding: f}
			if until > 0 {
				s.Until = at.Add(-until)
			}
			all = append(all, s)
		}
		return all
	}
	gone := interval()
	gone.Moment.Sample.State, gone.Moment.Why = model.Ended, model.EndOwnerGone
	young := interval()
	young.Before, young.Moment.Sample.Since = nil, at.Add(-time.Second)
	return map[string]*Watched{
		"1 slow":       {Interval: slow, Ring: ring, Found: found(0, model.ConsumerSlow, model.DropProne)},
		"2 over":       {Interval: slow, Ring: ring, Found: found(3*time.Second, model.HeadBusy)},
		"3 fine":       {Interval: slow, Ring: ring},
		"4 gone":       {Interval: gone, Ring: ring},
		"5 unreadable": {Ring: ring, Err: errors.New("not permitted:\n CAP_SYS_ADMIN is \x1b[31mneeded")},
		"6 young":      {Interval: young, Ring: ring},
		"7 broken off": {Interval: slow, Ring: ring, Err: errors.New("read: no such device")},
		"8 never read": {},
	}
}

func TestCheckIsThreeLines(t *testing.T) {
	for _, set := range []text.Charset{text.UTF8, text.ASCII} {
		var b bytes.Buffer
		all := checks()
		for _, name := range slices.Sorted(maps.Keys(all)) {
			n := b.Len()
			if err := WriteCheck(&b, set, host, all[name]); err != nil {
				t.Fatal(err)
			}
			said := b.String()[n:]
			if strings.Count(said, "\n") != 3 {
				t.Errorf("%s: not three lines: %q", name, said)
			}
			for i, line := range strings.Split(strings.TrimSuffix(said, "\n"), "\n") {
				if indent := len(line) - len(strings.TrimLeft(line, " ")); indent != 2*i || len(line) == indent {
					t.Errorf("%s: line %d is %q", name, i+1, line)
				}
				for _, r := range line {
					if !set.Fits(r) {
						t.Errorf("%s: %U in %q", name, r, line)
					}
				}
			}
		}
		if set == text.UTF8 {
			golden.RequireEqual(t, b.Bytes())
		}
	}
}

// checked is what a line of `check --json` has beside those of `stat --json`.
var checked = strings.TrimSuffix(contract, "}") + `,"verdict":{"severity":"problem","code":"consumer_stalled","title":"t","text":"t","advice":"a"}}`

func TestCheckIsTheContract(t *testing.T) {
	var b bytes.Buffer
	all := checks()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		got := encode(t, NewChecked(host, all[name]))
		if name == "1 slow" || name == "2 over" {
			both[Checked](t, checked, got)
		}
		b.Write(got)
	}
	golden.RequireEqual(t, b.Bytes())
	for name, want := range map[string][2]string{
		"1 slow": {"problem", "READER TOO SLOW"}, "2 over": {"problem", "STUCK BEHIND ONE RECORD"}, "3 fine": {"fine", "NOTHING WRONG SEEN"}, "4 gone": {"warning", "GONE"},
		"5 unreadable": {"unknown", "NOT READABLE"}, "6 young": {"unknown", "LOOKING"}, "7 broken off": {"unknown", "NOT READABLE"}, "8 never read": {"unknown", "LOOKING"},
	} {
		if v := NewChecked(host, all[name]).Verdict; v.Severity != want[0] || v.Title != want[1] {
			t.Errorf("%s: %+v, want %q", name, v, want)
		}
	}
	if f := NewChecked(host, all["2 over"]).Findings[0]; f.Until == nil || *f.Until != "2026-01-02T02:14:04.125Z" {
		t.Errorf("until when it stood is lost: %+v", f)
	}
	if err := WriteCheck(full{}, text.UTF8, host, all["3 fine"]); !errors.Is(err, errFull) {
		t.Errorf("a full disk: %v", err)
	}
}
