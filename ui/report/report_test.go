package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"ringscope/model"
	"ringscope/ringcore"
	"ringscope/ui/text"
	"ringscope/ui/words"
)

// contract is what design and README promise of `stat --json`.
const contract = `{"schema":1,"version":"0.1.0","time":"2026-01-02T02:14:07Z","host":"edge-7","boot_id":"b","watch_seconds":12.0,"interval_seconds":1.0,
 "ring":{"source":"bpf","id":167,"name":"rb","type":"ringbuf","format":"linux","format_how":"told","format_named":null,"overwrite":false,"size_bytes":262144,"page_size":4096,"map_flags":0,
         "pins":[],"outer_id":null,"owners":[{"pid":1,"comm":"bootstrap"}],"readers":1,
         "programs":[{"id":314,"name":"handle_exec","sites":[{"call":"submit","bytes":null,"wakeup":"none","file":"exec.bpf.c","line":41}]}]},
 "positions":{"consumer":0,"producer":0,"pending":null,"overwrite":null},
 "occupancy":{"used_bytes":0,"used_ratio":0.0,"used_max_bytes":0,"peak_bytes":0,"peak_bound_bytes":0,"seconds_to_full":null},
 "lag":{"bytes":0,"records":0,"seconds":null,"seconds_is_lower_bound":false},
 "rates":{"window_seconds":1.0,"records_per_second":0,"bytes_per_second":0,"payload_bytes_per_second":0,"consumed_bytes_per_second":0,"consumed_is_upper_bound":false,
          "committed_per_second":0,"discarded_per_second":0,"discard_ratio_records":0.0,"discard_ratio_bytes":0.0},
 "totals":{"records":0,"committed":0,"discarded":0,"unresolved":0,"bytes":0,"payload_bytes":0,"consumed_bytes":0,"consumed_is_upper_bound":false},
 "busy":{"now":0,"head_position":null,"head_seconds":null,"oldest_seconds":null,"blocked_bytes":0},
 "missed":{"bytes":0,"torn":0,"resyncs":0},
 "drops":{"count":null,"how":"unknown"},
 "observer":{"ticks":0,"interval_seconds":0.002,"max_gap_seconds":0.004,"cpu_seconds":0.01},
 "findings":[{"code":"consumer_stalled","severity":"problem","since":"2026-01-02T02:14:07Z","until":null,"title":"t","text":"t","advice":"a","data":{}}]}`

const dumpContract = `{"pos":0,"pos_hex":"0x0","offset":0,"state":"committed","length":0,"span":8,"page_offset":3,"page_offset_ok":true,
 "header_hex":"0000000003000000","unread":true,"exact":true,"payload_hex":"","type":null,"fields":null,"format":"linux","format_how":"told"}`

// keys lists the paths of all fields of a JSON value; those of lists are the ones of their first member.
func keys(prefix string, v any) []string {
	switch v := v.(type) {
	case map[string]any:
		var all []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			all = append(append(all, prefix+k), keys(prefix+k+".", v[k])...)
		}
		return all
	case []any:
		if len(v) > 0 {
			return keys(prefix, v[0])
		}
	}
	return nil
}

// both checks that the contract decodes into T without an unknown field, and that got has exactly the contract's fields.
func both[T any](t *testing.T, contract string, got []byte) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(contract))
	d.DisallowUnknownFields()
	var into T
	if err := d.Decode(&into); err != nil {
		t.Fatalf("the contract has a field that is never written: %v", err)
	}
	d = json.NewDecoder(bytes.NewReader(got))
	d.DisallowUnknownFields()
	if err := d.Decode(&into); err != nil {
		t.Fatalf("what is written does not come back: %v", err)
	}
	var want, have any
	if err := errors.Join(json.Unmarshal([]byte(contract), &want), json.Unmarshal(got, &have)); err != nil {
		t.Fatal(err)
	}
	inside := func(k string) bool { return strings.HasPrefix(k, "findings.data.") }
	w, h := slices.DeleteFunc(keys("", want), inside), slices.DeleteFunc(keys("", have), inside)
	if !slices.Equal(w, h) {
		t.Fatalf("fields are\n%q\nwant\n%q", h, w)
	}
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteJSON(&b, v); err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(b.Bytes(), []byte("\n")); n != 1 || !bytes.HasSuffix(b.Bytes(), []byte("\n")) {
		t.Fatalf("not one line: %q", b.Bytes())
	}
	return b.Bytes()
}

var (
	at   = time.Date(2026, 1, 2, 2, 14, 7, 125_000_000, time.UTC)
	host = Host{Version: "0.1.0", Name: "edge-7", BootID: "5a0c4a9e-0000-4000-8000-000000000000"}
)

// interval is one second of a ring with a slow reader.
func interval() Interval {
	s := &model.Sample{
		Seq: 120, At: at, Since: at.Add(-12 * time.Second), State: model.Live,
		Ring: &model.Ring{
			Source: model.SourceBPF, ID: 167, Name: "events", Type: model.TypeRingbuf, Format: ringcore.Linux, Geometry: ringcore.LinuxGeometry(8<<20, 4096),
			Pins: []string{"/sys/fs/bpf/events"}, OuterIDs: []uint32{12}, Owners: []model.Process{{PID: 2211, Comm: "bootstrap"}},
			Readers: model.Of(1), ReaderAt: []model.Process{{PID: 2211, Comm: "bootstrap"}}, Looked: at,
			Programs: []model.Program{{ID: 314, Name: "handle_exec", Sites: []model.Site{
				{Call: "reserve", Bytes: model.Of[uint32](64)}, {Call: "submit", WakeUp: model.WakeNone, File: "exec.bpf.c", Line: 41},
			}}},
		},
		Positions: model.Positions{Consumer: model.Of[ringcore.Pos](1158782840), Producer: model.Of[ringcore.Pos](1164759723), Aligned: true},
		Occupancy: model.Occupancy{
			Used: model.Of[uint64](5976883), Ratio: model.Of(0.7125), Peak: model.Of[uint64](7801405), PeakBound: model.Known[uint64](7900000, model.AtMost),
			TimeToFull: model.Known(26*time.Second, model.Sampled),
		},
		Lag:    model.Lag{Bytes: model.Of[uint64](5976883), Records: model.Of[uint64](74805), Age: model.Known(1900*time.Millisecond, model.AtLeast)},
		Totals: model.Totals{Records: 494400, Committed: 474128, Discarded: 20271, Bytes: 39511654, Produced: 39511654, Payload: 35560488, Consumed: 38378905, How: model.Exact},
		Busy: model.BusyNow{
			How: model.Exact,
			Now: 1, Head: model.Figure[ringcore.Pos]{How: model.NotApplicable}, HeadAge: model.Figure[time.Duration]{How: model.NotApplicable},
			Oldest: model.Of(200 * time.Microsecond),
		},
		Observer: model.Observation{Ticks: 11998, Interval: model.Known(time.Millisecond, model.Sampled), MaxGap: 4 * time.Millisecond, CPU: model.Of(90 * time.Millisecond)},
	}
	before := *s
	before.At = at.Add(-time.Second)
	before.Totals.Records -= 41200
	before.Totals.Committed -= 39511
	before.Totals.Discarded -= 1689
	before.Totals.Bytes -= 3292528
	before.Totals.Produced -= 3292528
	before.Totals.Payload -= 2963275
	before.Totals.Consumed -= 3198156
	before.Positions.Consumer.V -= 3198156
	before.Positions.Producer.V -= 3292528
	m := &model.Moment{Sample: s, Findings: []model.Finding{{
		Code: model.ConsumerSlow, Severity: model.Problem, Since: at.Add(-11 * time.Second), Evidence: model.Evidence{
			In: model.Of(3292528.0), Out: model.Of(3198156.0), Full: model.Of(26 * time.Second), Reader: model.Process{PID: 2211, Comm: "bootstrap"}, ReaderKnown: true,
		},
	}}}
	return Interval{Moment: m, Before: &before, UsedMax: model.Of[uint64](6100000)}
}

func TestStatIsTheContract(t *testing.T) {
	got := encode(t, NewStat(host, interval()))
	both[Stat](t, contract, got)
	golden.RequireEqual(t, got)
}

func TestStatNamesNothingThatIsNotKnown(t *testing.T) {
	s := &model.Sample{At: at, Since: at, Ring: &model.Ring{Source: model.SourceDemo, Simulated: true, Format: ringcore.Linux, Geometry: ringcore.LinuxGeometry(4096, 4096)}}
	s.Rates.Records = model.Of(math.NaN())
	got := encode(t, NewStat(host, Interval{Moment: &model.Moment{Sample: s}}))
	both[Stat](t, strings.Replace(strings.Replace(contract, `[{"code":"consumer_stalled","severity":"problem","since":"2026-01-02T02:14:07Z","until":null,"title":"t","text":"t","advice":"a","data":{}}]`, "[]", 1),
		`[{"pid":1,"comm":"bootstrap"}],"readers":1,
         "programs":[{"id":314,"name":"handle_exec","sites":[{"call":"submit","bytes":null,"wakeup":"none","file":"exec.bpf.c","line":41}]}]`, `null,"readers":1,"programs":null`, 1), got)
	golden.RequireEqual(t, got)
}

func TestDumpIsTheContract(t *testing.T) {
	raw := ringcore.Linux.Encode(ringcore.Header{Length: 64, PageOffset: 285, Discard: true})
	row := model.Row{Pos: 1158783040, Header: ringcore.Linux.Decode(raw), Span: 72, PageOffsetOK: model.Of(true), Unread: true, Exact: true, Payload: []byte{1, 2, 3}}
	got := encode(t, NewRecord(&model.Ring{Format: ringcore.Linux, Geometry: ringcore.LinuxGeometry(8<<20, 4096)}, &row))
	both[Record](t, dumpContract, got)
	golden.RequireEqual(t, got)
	small := &model.Ring{Format: ringcore.WindowsLegacyPacked, FormatHow: model.FormatFound, Geometry: ringcore.WindowsLegacyPacked.Geometry(4096, 4096)}
	busy := model.Row{Header: ringcore.Header{Busy: true, Length: 0}, PageOffsetOK: model.Figure[bool]{How: model.NotApplicable}}
	got = encode(t, NewRecord(small, &busy))
	if !bytes.Contains(got, []byte(`"page_offset":null,"page_offset_ok":null,"header_hex":"00000000"`)) || !bytes.Contains(got, []byte(`"payload_hex":null`)) || !bytes.Contains(got, []byte(`"state":"busy"`)) {
		t.Errorf("a busy record is written as %s", got)
	}
	empty := model.Row{PageOffsetOK: model.Of(true)}
	if got = encode(t, NewRecord(small, &empty)); !bytes.Contains(got, []byte(`"payload_hex":""`)) {
		t.Errorf("an empty payload is known without being read: %s", got)
	}
}

func TestListIsTheContract(t *testing.T) {
	i := interval()
	s := i.Moment.Sample
	got := encode(t, NewListed(s.Ring, s.Positions, model.Occupancy{Used: s.Occupancy.Used, Ratio: s.Occupancy.Ratio}))
	want := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(contract), &want); err != nil {
		t.Fatal(err)
	}
	for k := range want {
		if k != "schema" && k != "ring" && k != "positions" && k != "occupancy" {
			delete(want, k)
		}
	}
	promised, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	both[Listed](t, string(promised), got)
	golden.RequireEqual(t, got)
}

func TestEnd(t *testing.T) {
	if got := string(encode(t, NewEnd(model.EndOwnerGone, nil))); got != `{"event":"end","reason":"owner_gone"}`+"\n" {
		t.Errorf("the end is %s", got)
	}
	if got := string(encode(t, NewEnd(model.EndError, errors.New("it was\ncut")))); got != `{"event":"end","reason":"error","error":"it was\ncut"}`+"\n" {
		t.Errorf("the end is %s", got)
	}
	var w strings.Builder
	if err := NewLines(&w, text.UTF8, host, 0).End(nil, model.EndError, errors.New("it was\n\x1bcut")); err != nil || w.String() != "ended: error: it was \\x1bcut\n" {
		t.Errorf("the end is %q, %v", w.String(), err)
	}
}

var snake = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)

// TestDataOfFindings has the members of each code: they are a contract, and what is not known is null.
func TestDataOfFindings(t *testing.T) {
	var b bytes.Buffer
	for _, code := range words.Codes() {
		for _, e := range []model.Evidence{{}, {
			In: model.Of(3.0), Out: model.Of(2.0), Full: model.Of(26 * time.Second), Used: 4096, Size: 8192, Waiting: 40, WaitingR: model.Of[uint64](1), For: time.Second,
			Position: 64, Raw: model.Of[uint64](0x40), Why: "wrong", BeforeReader: true, Wrong: model.OverwritePosition, Ahead: 8, Misaligned: true, Missed: 9, At: at, Largest: 128, ProneFor: time.Second, ProneWindow: 10 * time.Second,
			Count: 3, PerSecond: 0.5, How: "program", RingIsFull: true, Reader: model.Process{PID: 2211, Comm: "bootstrap"}, ReaderKnown: true,
			Thread: model.ThreadNow{
				Thread: model.Thread{Process: model.Process{PID: 2211}, TID: 2215, Name: "rb-poll", State: 'S', Waits: model.Of(true)},
				Share:  model.Of(0.12), Switches: model.Of(9.5), RecordsPerSwitch: model.Of(1.5),
			},
			Site:    model.Site{Call: "submit", WakeUp: model.WakeNone, File: "open.bpf.c", Line: 23},
			Program: model.Program{ID: 315, Name: "noisy"}, Dominant: model.LengthCount{Length: 512, Records: 60}, DominantPart: 0.97,
			Came: 100, Within: 400 * time.Millisecond, Needed: 16384, Peak: 8000, PeakAt: at, Ratio: 0.41, RatioR: 0.38, Lost: 77,
		}} {
			f := model.Finding{Code: code, Severity: model.Problem, Since: at.Add(-2 * time.Second), Evidence: e}
			fmt.Fprintf(&b, "%s %s", code, encode(t, evidence(f, nil, at)))
		}
	}
	golden.RequireEqual(t, b.Bytes())
}

// TestEveryFindingHasData wants evidence for each code, and nothing in it that JSON can't carry.
func TestEveryFindingHasData(t *testing.T) {
	for _, code := range words.Codes() {
		f := model.Finding{Code: code, Severity: model.Problem, Since: at, Evidence: model.Evidence{PerSecond: math.Inf(1), In: model.Of(math.NaN())}}
		data := evidence(f, nil, at)
		if len(data) < 2 {
			t.Errorf("%s has no data of its own", code)
		}
		encode(t, data)
		for name, v := range data {
			if !snake.MatchString(name) {
				t.Errorf("%s: %q is not snake_case", code, name)
			}
			switch v.(type) {
			case string:
				if name != "how" && name != "why" && name != "header_hex" {
					t.Errorf("%s: %s is text", code, name)
				}
			}
		}
	}
}

func TestJSONHoldsNothingForATerminal(t *testing.T) {
	i := interval()
	name := "a\x1b[2J\u009b31m\u202e\x7f\u200b漢\xff\U000e0001"
	i.Moment.Sample.Ring.Name = name
	got := encode(t, NewStat(host, i))
	for _, r := range string(got) {
		if r != '\n' && !text.UTF8.Fits(r) {
			t.Errorf("%U in %s", r, got)
		}
	}
	var back Stat
	if err := json.Unmarshal(got, &back); err != nil {
		t.Fatal(err)
	}
	if want := strings.ToValidUTF8(name, "\ufffd"); back.Ring.Name != want {
		t.Errorf("the name came back as %q, want %q", back.Ring.Name, want)
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	w := NewCSV(&b)
	for range 2 {
		if err := w.Write(NewStat(host, interval())); err != nil {
			t.Fatal(err)
		}
	}
	lines, err := csv.NewReader(bytes.NewReader(b.Bytes())).ReadAll()
	if err != nil || len(lines) != 3 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	got := map[string]string{}
	for i, name := range lines[0] {
		got[name] = lines[1][i]
	}
	for name, want := range map[string]string{
		"time": "2026-01-02T02:14:07.125Z", "ring_id": "167", "occupancy_used_bytes": "5976883", "totals_records": "494400", "positions_pending": "",
		"ring_owners": "bootstrap[2211]", "ring_programs": "handle_exec[314]", "findings": "consumer_slow", "lag_seconds": "1.9",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	golden.RequireEqual(t, b.Bytes())
}

func TestLines(t *testing.T) {
	var b bytes.Buffer
	l := NewLines(&b, text.UTF8, host, 0)
	first := interval()
	first.Before = nil
	if err := errors.Join(l.Write(first), l.Write(interval()), l.End(interval().Moment, model.EndSignal, nil)); err != nil {
		t.Fatal(err)
	}
	golden.RequireEqual(t, b.Bytes())
}

// TestAWideCellMovesNoOther: with its mark a rate can be wider than its column; what stands to the right stays below its title.
func TestAWideCellMovesNoOther(t *testing.T) {
	var b bytes.Buffer
	i := interval()
	l := NewLines(&b, text.UTF8, host, 0)
	if err := l.Write(i); err != nil {
		t.Fatal(err)
	}
	cells := l.cells(i)
	cells[4], cells[5] = "≥97.8 KiB", "≥97.8 KiB"
	lines := strings.Split(b.String(), "\n")
	got, want := []rune(l.row(cells)), []rune(lines[2])
	unread := len([]rune(lines[1][:strings.Index(lines[1], "UNREAD")]))
	if !strings.Contains(string(got), " ≥97.8 KiB ≥97.8 KiB ") || string(got[unread:]) != string(want[unread:])+"\n" {
		t.Errorf("%q, below\n%q", string(got), string(want))
	}
}

func TestLinesSayWhoTakesTheRecords(t *testing.T) {
	var b bytes.Buffer
	i := interval()
	i.Moment.Sample.Observer.Consumes = true
	if err := NewLines(&b, text.UTF8, host, 0).Write(i); err != nil {
		t.Fatal(err)
	}
	if head, _, _ := strings.Cut(b.String(), "\n"); !strings.HasSuffix(head, ", CONSUMING: ringscope takes its records") {
		t.Errorf("got %q", head)
	}
}

func TestTable(t *testing.T) {
	i := interval()
	s := i.Moment.Sample
	other := &model.Ring{Source: model.SourceBPF, ID: 9, Name: "cmds\x1b", Type: model.TypeUserRingbuf, Geometry: ringcore.LinuxGeometry(32<<10, 4096)}
	var b bytes.Buffer
	err := Table(&b, text.UTF8, []Row{{Ring: s.Ring, Positions: s.Positions, Occupancy: s.Occupancy}, {Ring: other, Problem: "not permitted"}})
	if err != nil {
		t.Fatal(err)
	}
	golden.RequireEqual(t, b.Bytes())
}

func TestRecords(t *testing.T) {
	var b bytes.Buffer
	p := NewRecords(&b, text.UTF8, interval().Moment.Sample.Ring)
	raw := ringcore.Linux.Encode(ringcore.Header{Length: 64, PageOffset: 285, Discard: true})
	rows := []model.Row{
		{Pos: 1158783040, Header: ringcore.Linux.Decode(raw), Span: 72, PageOffsetOK: model.Of(true), Unread: true, Exact: true, Payload: []byte("/etc/hosts\x00\x1b[2J")},
		{Pos: 1158783112, Header: ringcore.Linux.Decode(raw), Span: 72, PageOffsetOK: model.Of(false)},
	}
	for i := range rows {
		if err := p.Write(&rows[i]); err != nil {
			t.Fatal(err)
		}
	}
	golden.RequireEqual(t, b.Bytes())
}

type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteErrorsAreTold(t *testing.T) {
	var w io.Writer = full{}
	i := interval()
	for name, err := range map[string]error{
		"json": WriteJSON(w, NewEnd("count", nil)), "csv": NewCSV(w).Write(NewStat(host, i)), "lines": NewLines(w, text.UTF8, host, 0).Write(i),
		"end": NewLines(w, text.UTF8, host, 0).End(nil, "count", nil), "table": Table(w, text.UTF8, nil), "records": NewRecords(w, text.UTF8, i.Moment.Sample.Ring).Write(&model.Row{}),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestASingleLookHasNoTotals ends a stream with the line that it began with, as of a file whose server is dead.
func TestASingleLookHasNoTotals(t *testing.T) {
	m := interval().Moment
	m.Sample.Observer.Ticks = 1
	var b bytes.Buffer
	if err := NewLines(&b, text.UTF8, host, 0).End(m, model.EndOwnerGone, nil); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); s != "ended: owner gone after a single look: what was written and read before it is not known\n" {
		t.Errorf("it says %q", s)
	}
}

// TestLinesOnATerminal writes a stream to a terminal of 80 columns: rows without findings are one line each, and what is longer goes on below.
func TestLinesOnATerminal(t *testing.T) {
	const columns = 80
	calm, failed := interval(), errors.New("the file of the ring was cut while it was watched: serve it anew")
	calm.Moment = &model.Moment{Sample: calm.Moment.Sample}
	stream := func(set text.Charset, width int) string {
		var b bytes.Buffer
		l := NewLines(&b, set, host, width)
		if err := errors.Join(l.Write(calm), l.Write(interval()), l.End(calm.Moment, model.EndError, failed)); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for _, set := range []text.Charset{text.UTF8, text.ASCII} {
		piped, shown := stream(set, 0), stream(set, columns)
		if strings.Count(piped, "\n") != 5 || !slices.Equal(strings.Fields(piped), strings.Fields(shown)) {
			t.Errorf("in a pipe\n%son a terminal\n%s", piped, shown)
		}
		lines := strings.Split(shown, "\n")
		for i, line := range lines {
			if text.Width(line) > columns || i < 4 && line != strings.Split(piped, "\n")[i] && i != 3 {
				t.Errorf("line %d is %q", i+1, line)
			}
		}
		if calm := lines[2]; !strings.Contains(calm, " 3.05 MiB ") || strings.Contains(calm, "/s") {
			t.Errorf("rates in %q", calm)
		}
	}
}

// TestConsumedIsUpperBound: where a reader may have skipped some of what it is said to have read, the screen says ≤, and JSON as much.
func TestConsumedIsUpperBound(t *testing.T) {
	at := time.Date(2026, 9, 1, 2, 14, 7, 0, time.UTC)
	sample := func(after time.Duration, consumed, skipped uint64) *model.Sample {
		return &model.Sample{At: at.Add(after), Since: at, Totals: model.Totals{Consumed: consumed, MaybeSkipped: skipped}}
	}
	for _, c := range []struct {
		before, now *model.Sample
		rate, total bool
	}{
		{sample(0, 0, 0), sample(time.Second, 4096, 0), false, false},
		{sample(0, 0, 0), sample(time.Second, 4096, 64), true, true},
		{sample(0, 4096, 64), sample(time.Second, 8192, 64), false, true},
	} {
		j := NewStat(Host{}, Interval{Moment: &model.Moment{Sample: c.now}, Before: c.before})
		if j.Rates.ConsumedIsUpperBound != c.rate || j.Totals.ConsumedIsUpperBound != c.total {
			t.Errorf("skipped %d of %d: rate %t, total %t", c.now.Totals.MaybeSkipped, c.now.Totals.Consumed, j.Rates.ConsumedIsUpperBound, j.Totals.ConsumedIsUpperBound)
		}
	}
}
