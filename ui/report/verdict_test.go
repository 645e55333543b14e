package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"ringscope/model"
	"ringscope/ui/text"
	"ringscope/ui/words"
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
		"5 unreadable": {Ring: ring, Tried: at, Err: errors.New("not permitted:\n CAP_SYS_ADMIN is \x1b[31mneeded")},
		"6 young":      {Interval: young, Ring: ring},
		"7 broken off": {Interval: slow, Ring: ring, Err: errors.New("read: no such device")},
		"8 never read": {Tried: at},
		"9 a file":     {Tried: at, Target: "file:/dev/shm/\x1bring", File: true, Err: errors.New("the file was cut")},
	}
}

func TestCheckIsThreeLines(t *testing.T) {
	for _, set := range []text.Charset{text.UTF8, text.ASCII} {
		var b bytes.Buffer
		all := checks()
		for _, name := range slices.Sorted(maps.Keys(all)) {
			n := b.Len()
			if err := WriteCheck(&b, set, host, all[name], 0); err != nil {
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
		"5 unreadable": {"unknown", "NOT READABLE"}, "6 young": {"unknown", "LOOKING"}, "7 broken off": {"unknown", "NOT READABLE"}, "8 never read": {"unknown", "LOOKING"}, "9 a file": {"unknown", "NOT READABLE"},
	} {
		if v := NewChecked(host, all[name]).Verdict; v.Severity != want[0] || v.Title != want[1] {
			t.Errorf("%s: %+v, want %q", name, v, want)
		}
	}
	if f := NewChecked(host, all["2 over"]).Findings[0]; f.Until == nil || *f.Until != "2026-01-02T02:14:04.125Z" {
		t.Errorf("until when it stood is lost: %+v", f)
	}
	if err := WriteCheck(full{}, text.UTF8, host, all["3 fine"], 0); !errors.Is(err, errFull) {
		t.Errorf("a full disk: %v", err)
	}
}

// TestFileThatIsNeverRead wants advice that helps with a file, also where nothing was read that could say that it is one.
func TestFileThatIsNeverRead(t *testing.T) {
	var b bytes.Buffer
	c := checks()["9 a file"]
	if err := WriteCheck(&b, text.UTF8, host, c, 0); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); !strings.HasPrefix(s, `file:/dev/shm/\x1bring on `) || !strings.Contains(s, "do: serve the ring anew") || strings.Contains(s, "doctor") {
		t.Errorf("it says\n%s", s)
	}
	if v := NewChecked(host, c).Verdict; strings.Contains(v.Advice, "doctor") {
		t.Errorf("in JSON: %+v", v)
	}
}

// TestWhatIsOverForetellsNothing: in no text and in no data of a finding that ended stands when the ring would have been full.
func TestWhatIsOverForetellsNothing(t *testing.T) {
	for _, name := range []string{"1 slow", "2 over"} {
		f := NewChecked(host, checks()[name]).Findings[0]
		said, foretold := strings.Contains(f.Text, "Full in"), f.Data["seconds_to_full"]
		if over := name == "2 over"; said == over || (foretold == (*float64)(nil)) != over {
			t.Errorf("%s: %q, seconds to full %v", name, f.Text, foretold)
		}
	}
}

// TestGoneInJSONSpeaksOfNoScreen reads what is advised about a ring that ended.
func TestGoneInJSONSpeaksOfNoScreen(t *testing.T) {
	i := interval()
	i.Moment.Findings = []model.Finding{{Code: model.OwnerGone, Severity: model.Warning, Since: at}}
	if f := NewStat(host, i).Findings[0]; f.Advice != words.Left || f.Title != "GONE" {
		t.Errorf("got %+v", f)
	}
}

// TestCheckOnATerminal folds the statements of every kind of check: no line is wider than the terminal, all that is said is there, and the three
// statements begin where they do in a pipe.
func TestCheckOnATerminal(t *testing.T) {
	for name, c := range checks() {
		for _, width := range []int{60, 80, 120, 1000} {
			var wide, folded bytes.Buffer
			if err := errors.Join(WriteCheck(&wide, text.UTF8, host, c, 0), WriteCheck(&folded, text.UTF8, host, c, width)); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(strings.Fields(wide.String()), strings.Fields(folded.String())) {
				t.Errorf("%s at %d columns:\n%s", name, width, folded.String())
			}
			begins := map[int]int{}
			for _, line := range strings.Split(strings.TrimSuffix(folded.String(), "\n"), "\n") {
				if text.Width(line) > width {
					t.Errorf("%s at %d columns: %q", name, width, line)
				}
				begins[len(line)-len(strings.TrimLeft(line, " "))]++
			}
			if begins[0] != 1 || begins[2] != 1 || begins[4] < 1 {
				t.Errorf("%s at %d columns: lines begin at %v:\n%s", name, width, begins, folded.String())
			}
		}
	}
}

// TestWhatIsUnreadIsNotZero: of a ring that could not be read the time is when that was found, and every count is null.
func TestWhatIsUnreadIsNotZero(t *testing.T) {
	fields := func(raw []byte, group string) (of map[string]any) {
		t.Helper()
		var j map[string]json.RawMessage
		if err := json.Unmarshal(raw, &j); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(j[group], &of); err != nil {
			t.Fatal(err)
		}
		return of
	}
	for name, c := range checks() {
		if !c.Unread() {
			continue
		}
		raw := encode(t, NewChecked(host, c))
		var j map[string]any
		if err := json.Unmarshal(raw, &j); err != nil || j["time"] != stamp(at) || j["watch_seconds"] != 0.0 {
			t.Errorf("%s: time %v, watched for %v, %v", name, j["time"], j["watch_seconds"], err)
		}
		for _, group := range []string{"totals", "busy", "missed", "observer", "rates", "positions", "occupancy"} {
			got, want := fields(raw, group), fields([]byte(contract), group)
			if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
				t.Errorf("%s: %s is %v, want the fields of %v", name, group, got, want)
			}
			for field, v := range got {
				if v != nil && v != false {
					t.Errorf("%s: %s.%s is %v", name, group, field, v)
				}
			}
		}
		if size := fields(raw, "ring")["size_bytes"]; (size == nil) != (c.Ring == nil) {
			t.Errorf("%s: the ring's size is %v", name, size)
		}
		var b bytes.Buffer
		if err := WriteCheck(&b, text.UTF8, host, c, 0); err != nil {
			t.Fatal(err)
		}
		if first, _, _ := strings.Cut(b.String(), "\n"); !strings.HasSuffix(first, " · "+text.Clock(at)) {
			t.Errorf("%s: when it was is not said: %q", name, first)
		}
	}
}
