package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"ringscope/internal/nastytest"
	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// everything is an interval in which everything has a name, and every finding stands, that of first before the others.
func everything(first int) *Watched {
	i := interval()
	s := i.Moment.Sample
	r := s.Ring
	r.Made, r.FormatNamed = model.Of("seed 1"), "linux"
	owner := r.Owners[0]
	r.Owners, r.ReaderAt, r.Readers = append(r.Owners, owner), append(r.ReaderAt, owner), model.Of(2)
	thread := model.ThreadNow{
		Thread: model.Thread{Process: owner, TID: 2215, Name: "rb-poll", State: 'S', Waits: model.Of(true)},
		Share:  model.Of(0.12), Switches: model.Of(9.5), RecordsPerSwitch: model.Of(1.5),
	}
	i.Moment.Findings = nil
	codes := words.Codes()
	w := &Watched{Ring: r}
	for k := range codes {
		f := model.Finding{
			Code: codes[(first+k)%len(codes)], Severity: model.Problem, Since: at.Add(-2 * time.Second),
			Evidence: model.Evidence{
				In: model.Of(3.0), Out: model.Of(2.0), Full: model.Of(26 * time.Second), Used: 4096, Size: 8192, Waiting: 40, WaitingR: model.Of[uint64](1), For: time.Second,
				Position: 64, Raw: model.Of[uint64](0x40), Why: "wrong", Wrong: model.OverwritePosition, Ahead: 8, Missed: 9, At: at, Largest: 128, ProneFor: time.Second, ProneWindow: 10 * time.Second,
				Count: 3, PerSecond: 0.5, How: "program", Reader: owner, ReaderKnown: true, SuspectedCode: "handle_exec", Thread: thread,
				Site: r.Programs[0].Sites[1], Program: r.Programs[0], Dominant: model.LengthCount{Length: 512, Records: 60}, DominantPart: 0.97,
				Came: 100, Within: 400 * time.Millisecond, Needed: 16384, Peak: 8000, PeakAt: at, Ratio: 0.41, RatioR: 0.38, Lost: 77,
			},
		}
		i.Moment.Findings = append(i.Moment.Findings, f)
		w.Found = append(w.Found, Seen{Finding: f})
	}
	w.Interval = i
	return w
}

// said is what a text report wrote, and of how many lines it ought to be.
type said struct {
	text  string
	lines int
}

// texts writes w in every form that is text.
func texts(t *testing.T, set text.Charset, w *Watched, h Host, row *model.Row, foreign string) map[string]said {
	t.Helper()
	all := map[string]said{}
	write := func(name string, lines int, to func(b *bytes.Buffer) error) {
		var b bytes.Buffer
		if err := to(&b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		all[name] = said{b.String(), lines}
	}
	s := w.Moment.Sample
	write("stat", 5, func(b *bytes.Buffer) error {
		l := NewLines(b, set, h, 0)
		return errors.Join(l.Write(w.Interval), l.Write(Interval{Moment: w.Moment}), l.End(w.Moment, model.EndError, errors.New(foreign)))
	})
	write("list", 3, func(b *bytes.Buffer) error {
		return Table(b, set, []Row{{Ring: w.Ring, Positions: s.Positions, Occupancy: s.Occupancy}, {Ring: w.Ring, Problem: foreign}})
	})
	write("check", 3, func(b *bytes.Buffer) error { return WriteCheck(b, set, h, w, 0) })
	write("check of what is over", 3, func(b *bytes.Buffer) error {
		over := *w
		over.Found = append([]Seen{}, w.Found...)
		for i := range over.Found {
			over.Found[i].Until = at
		}
		return WriteCheck(b, set, h, &over, 0)
	})
	write("check of what can't be read", 3, func(b *bytes.Buffer) error {
		return WriteCheck(b, set, h, &Watched{Ring: w.Ring, Err: errors.New(foreign)}, 0)
	})
	payload := (len(row.Payload) + text.PerLine(payloadWidth-8) - 1) / text.PerLine(payloadWidth-8)
	if n := uint64(row.Header.Length); len(row.Payload) > 0 && n > uint64(len(row.Payload)) {
		payload++
	}
	write("dump", 3+payload, func(b *bytes.Buffer) error { return NewRecords(b, set, w.Ring).Write(row) })
	return all
}

// jsons writes w in every form that is JSON, a line each.
func jsons(t *testing.T, w *Watched, h Host, row *model.Row, foreign string) map[string][]byte {
	t.Helper()
	s := w.Moment.Sample
	return map[string][]byte{
		"stat": encode(t, NewStat(h, w.Interval)), "first of stat": encode(t, NewStat(h, Interval{Moment: w.Moment})),
		"list": encode(t, NewListed(w.Ring, s.Positions, s.Occupancy)), "check": encode(t, NewChecked(h, w)),
		"unreadable": encode(t, NewChecked(h, &Watched{Ring: w.Ring, Err: errors.New(foreign)})),
		"dump":       encode(t, NewRecord(w.Ring, row)), "doctor": encode(t, NewCheck("pins", false, foreign, foreign)),
	}
}

// nastyRow is a record whose payload is the text.
func nastyRow(bad string) *model.Row {
	raw := ringcore.Linux.Encode(ringcore.Header{Length: uint32(len(bad)), PageOffset: 285})
	return &model.Row{Header: ringcore.Linux.Decode(raw), Span: 72, PageOffsetOK: model.Of(false), Payload: []byte(bad)}
}

// TestNastyTextsInReports feeds the nastiest texts, as names of rings, processes, threads, programs, files, pins and hosts, as payloads and as
// reasons, to every report that is text: each has the lines that it ought to have, and none of them does anything to a terminal.
func TestNastyTextsInReports(t *testing.T) {
	for i, bad := range nastytest.Texts() {
		for first := i % 5; first < len(words.Codes()); first += 5 { // five texts are the headline of every finding between them
			w := everything(first)
			if nastytest.Strings(w.Moment, bad.Text) == 0 || nastytest.Strings(w.Found, bad.Text) == 0 {
				t.Fatal("nothing was set")
			}
			set := []text.Charset{text.UTF8, text.ASCII}[(i+first)%2]
			for name, got := range texts(t, set, w, Host{Version: "0.1.0", Name: bad.Text, BootID: bad.Text}, nastyRow(bad.Text), bad.Text) {
				if err := nastytest.Harmless(set, got.text, false); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if n := strings.Count(got.text, "\n"); n != got.lines || !strings.HasSuffix(got.text, "\n") {
					t.Errorf("%s has %d lines, not %d: %q", name, n, got.lines, got.text)
				}
			}
			if t.Failed() {
				t.Fatalf("%s, first %s", bad.Name, words.Codes()[first])
			}
		}
	}
}

// TestNastyTextsInJSON wants one valid object per line, of characters that a terminal merely shows, in which every name is what it was: but
// for bytes that are no UTF-8, which JSON can't hold.
func TestNastyTextsInJSON(t *testing.T) {
	for i, bad := range nastytest.Texts() {
		w := everything(i)
		nastytest.Strings(w.Moment, bad.Text)
		nastytest.Strings(w.Found, bad.Text)
		want := strings.ToValidUTF8(bad.Text, "\ufffd")
		lenient := regexp.MustCompile("\ufffd+") // how many stand for a sequence of wrong bytes is not said
		want = lenient.ReplaceAllString(want, "\ufffd")
		for name, line := range jsons(t, w, Host{Version: "0.1.0", Name: bad.Text}, nastyRow(bad.Text), bad.Text) {
			for _, r := range strings.TrimSuffix(string(line), "\n") {
				if r != utf8.RuneError && !text.UTF8.Fits(r) {
					t.Errorf("%s: %s: %U in %q", bad.Name, name, r, line)
				}
			}
			var back any
			if err := json.Unmarshal(line, &back); err != nil || !json.Valid(line) || !utf8.Valid(line) {
				t.Fatalf("%s: %s: %v in %q", bad.Name, name, err, line)
			}
			for _, path := range [][]string{
				{"host"},
				{"ring", "name"},
				{"ring", "format_named"},
				{"ring", "pins", "0"},
				{"ring", "owners", "1", "comm"},
				{"ring", "programs", "0", "name"},
				{"ring", "programs", "0", "sites", "1", "file"},
				{"detail"},
				{"fix"},
			} {
				v, has := within(back, path)
				got, ok := v.(string)
				if has && v != nil && (!ok || lenient.ReplaceAllString(got, "\ufffd") != want) {
					t.Errorf("%s: %s: %v is %q, want %q", bad.Name, name, path, v, want)
				}
			}
		}
	}
}

// within follows path into a JSON value.
func within(v any, path []string) (any, bool) {
	for _, step := range path {
		switch at := v.(type) {
		case map[string]any:
			next, has := at[step]
			if !has {
				return nil, false
			}
			v = next
		case []any:
			v = at[int(step[0]-'0')]
		default:
			return nil, false
		}
	}
	return v, true
}

// TestNastyTextsInCSV wants a table that stays one, whose cells no spreadsheet takes for formulas.
func TestNastyTextsInCSV(t *testing.T) {
	for i, bad := range append(nastytest.Texts(), nastytest.Text{Name: "formula", Text: "=cmd|' /C calc'!A0"}, nastytest.Text{Name: "sum", Text: "+1+1"},
		nastytest.Text{Name: "link", Text: "-2+3"}, nastytest.Text{Name: "at", Text: "@SUM(1)"}) {
		w := everything(i)
		nastytest.Strings(w.Moment, bad.Text)
		var b bytes.Buffer
		c := NewCSV(&b)
		if err := errors.Join(c.Write(NewStat(Host{Name: bad.Text, BootID: bad.Text}, w.Interval)), c.Write(NewStat(Host{Name: "x"}, interval()))); err != nil {
			t.Fatal(err)
		}
		if err := nastytest.Harmless(text.UTF8, b.String(), false); err != nil {
			t.Errorf("%s: %v", bad.Name, err)
		}
		if n := strings.Count(b.String(), "\n"); n != 3 {
			t.Errorf("%s: %d lines in the text of a table of 3", bad.Name, n)
		}
		table, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(table) != 3 {
			t.Fatalf("%s: %d lines, %v", bad.Name, len(table), err)
		}
		for col, cell := range table[1] {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("%s: %s begins a formula: %q", bad.Name, table[0][col], cell)
			}
		}
	}
}

// senseless is what no person can read, and no script.
var senseless = regexp.MustCompile(`NaN|Inf\b|%!|-[0-9]+\.[0-9]`)

// TestExtremeFiguresInReports writes figures that are as large, small and senseless as their types allow, known in every way: nothing fails,
// JSON holds no number that there is not, and text none that nobody can read.
func TestExtremeFiguresInReports(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 5))
		w := everything(int(seed))
		row := nastyRow("payload")
		for _, v := range []any{w.Moment, w.Before, &w.Found, &w.UsedMax} {
			nastytest.Figures(v, r)
		}
		row.Pos, row.Span, row.Header.Length = math.MaxUint64-uint64(r.Uint32N(16)), math.MaxUint64, []uint32{0, 7, math.MaxUint32}[r.IntN(3)]
		for name, got := range texts(t, text.UTF8, w, host, row, "x") {
			if s := senseless.FindString(got.text); s != "" {
				t.Errorf("seed %d: %s says %q in %q", seed, name, s, got.text)
			}
			if err := nastytest.Harmless(text.UTF8, got.text, false); err != nil {
				t.Errorf("seed %d: %s: %v", seed, name, err)
			}
		}
		for name, line := range jsons(t, w, host, row, "x") {
			if !json.Valid(line) {
				t.Errorf("seed %d: %s: %q", seed, name, line)
			}
		}
		var b bytes.Buffer
		if err := NewCSV(&b).Write(NewStat(host, w.Interval)); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		if table, err := csv.NewReader(&b).ReadAll(); err != nil || len(table) != 2 || senseless.MatchString(strings.ReplaceAll(strings.Join(table[1], " "), "-", "")) {
			t.Errorf("seed %d: %v, %q", seed, err, table)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
}

// TestFormatsOfEveryRecord compares records at the ends of what a header and a position can hold.
func TestFormatsOfEveryRecord(t *testing.T) {
	for _, length := range []uint32{0, 4088, 1<<30 - 9, 1<<30 - 1, math.MaxUint32} {
		for _, pos := range []uint64{0, 1<<32 + 1, math.MaxUint64 - 7, math.MaxUint64} {
			for _, size := range []uint64{4096, 2 << 30} {
				for state := range 4 {
					x := words.Compare(ringcore.Header{Length: length, Busy: state&1 > 0, Discard: state&2 > 0}, pos, size, 4096)
					for _, set := range []text.Charset{text.UTF8, text.ASCII} {
						var b bytes.Buffer
						if err := Formats(&b, set, x, words.ComparedWidth); err != nil {
							t.Fatal(err)
						}
						if err := nastytest.Harmless(set, b.String(), false); err != nil || senseless.MatchString(b.String()) {
							t.Fatalf("length %d at %d of %d: %v\n%s", length, pos, size, err, b.String())
						}
						for _, line := range strings.Split(b.String(), "\n") {
							if text.Width(line) > words.ComparedWidth {
								t.Errorf("length %d at %d of %d: %d cells: %s", length, pos, size, text.Width(line), line)
							}
						}
					}
					for _, f := range NewFormats(x) {
						encode(t, f)
					}
				}
			}
		}
	}
}
